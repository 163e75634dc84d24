//! Snapshots: the whole state as bytes, with its configuration, versioned and checksummed. Records are stored as JSON
//! of the contract and pass the same validation as the host's, interactions as bytes that are validated too: a snapshot
//! can hold nothing that a host could not put.

pub mod envelope;
pub mod model;

use serde::Serialize;

use crate::base::bytes::{self, ByteReader, Codec, Output, write_list};
use crate::base::error::{Code, Result};
use crate::base::time::{Time, is_time};
use crate::base::value::{Value, json};
use crate::engine::Engine;
use crate::engine::config::Config;
use crate::memory::Memory;
use crate::model::online::OnlineLearner;
use crate::recommender::Recommender;
use crate::recommender::clock::Clock;
use crate::world::World;
use crate::world::consent::FacetOptOut;
use crate::world::facet::Facets;
use crate::world::item::Item;
use crate::world::kind::Kind;
use crate::world::subject::{Channel, Group, User};

use envelope::{Envelope, HEADER, HandOver, in_one_piece};
use model::NamedModel;

/// The version that is written. Older ones are read too: 9, without effects of items, 8, without the position in the
/// log, and 7, without operations, references, steps, occasions and reservations.
pub const VERSION: u32 = 10;

const ENVELOPE: Envelope = Envelope { name: "snapshot", magic: b"nextpick", version: VERSION, oldest: 7 };

/// The fields of a snapshot, in the order of the bytes. Used only for reading; writing borrows from the recommender.
struct State {
    config: String,
    /// The trusted time.
    clock: Option<Time>,
    /// Kinds, and ids in the order of their indices, without records. Sums over an item's facets run in that order:
    /// another would change the last digits.
    world: World,
    items: Vec<String>,
    removed: Vec<String>,
    users: Vec<String>,
    groups: Vec<String>,
    channels: Vec<String>,
    facet_opt_outs: Vec<FacetOptOut>,
    memory: Memory,
    /// `None` for the shipped model.
    model: Option<NamedModel>,
    /// Online corrections of the model.
    online: OnlineLearner,
    /// `None` before the first `setOperations`.
    operations: Option<String>,
    /// `None` without a log.
    log_position: Option<u64>,
}

impl State {
    fn read(from: &mut ByteReader) -> Self {
        let (config, clock) = (Codec::read(from), Codec::read(from));
        let mut world = World::new(Codec::read(from));
        world.users.ids = Codec::read(from);
        world.groups.ids = Codec::read(from);
        world.channels.ids = Codec::read(from);
        world.library.ids = Codec::read(from);
        world.facets = Facets::with_ids(Codec::read(from));
        Self {
            config,
            clock,
            items: Codec::read(from),
            removed: Codec::read(from),
            users: Codec::read(from),
            groups: Codec::read(from),
            channels: Codec::read(from),
            facet_opt_outs: Codec::read(from),
            memory: Memory::read(from, &world),
            world,
            model: Codec::read(from),
            online: Codec::read(from),
            operations: from.since(8),
            log_position: from.since(9),
        }
    }
}

impl Recommender {
    /// Returns the state as bytes; equal states give equal bytes.
    ///
    /// ```
    /// use nextpick::{Code, Item, Recommender, Value};
    ///
    /// let mut recommender = Recommender::new(Value::Null)?;
    /// recommender.put_items(vec![Item::builder("a").build()?]);
    /// let bytes = recommender.to_snapshot();
    /// assert_eq!(Recommender::from_snapshot(&bytes)?.items().count(), 1);
    /// assert_eq!(Recommender::from_snapshot(&bytes[1..]).unwrap_err().code, Code::Snapshot);
    /// # Ok::<(), Box<nextpick::Error>>(())
    /// ```
    pub fn to_snapshot(&self) -> Vec<u8> {
        in_one_piece(|hand_over| self.write_snapshot(hand_over))
    }

    /// Writes a snapshot without buffering it: passes the payload on and returns the header.
    #[doc(hidden)]
    pub fn write_snapshot(&self, hand_over: HandOver) -> [u8; HEADER] {
        ENVELOPE.seal(hand_over, |to| self.write_state(to))
    }

    /// Writes the fields of [`State`] in order.
    fn write_state(&self, to: &mut Output) {
        let world = self.world();
        json(self.config().given()).write(to);
        self.clock().at_last_change().write(to);
        world.kinds.write(to);
        world.users.ids.write(to);
        world.groups.ids.write(to);
        world.channels.ids.write(to);
        world.library.ids.write(to);
        world.facets.ids().write(to);
        write_records(world.library.all().map(|(_, entry)| &entry.item), to);
        let removed = world.library.all().filter(|(_, entry)| entry.removed);
        removed.map(|(_, entry)| entry.item.id.clone()).collect::<Vec<_>>().write(to);
        write_records(world.users.iter(), to);
        write_records(world.groups.iter(), to);
        write_records(world.channels.iter(), to);
        write_list(world.all_closed(), to);
        self.memory().write(world, to);
        self.model().is_fitted().then(|| NamedModel::new(self.model(), world)).write(to);
        self.online().write(to);
        self.operations().map(|operations| json(operations.given())).write(to);
        self.log_position().write(to);
    }

    /// Restores the recommender that wrote these bytes.
    ///
    /// # Errors
    /// [`Code::Snapshot`] unless they are a whole, unaltered snapshot of this version.
    pub fn from_snapshot(bytes: &[u8]) -> Result<Self> {
        let (payload, version) = ENVELOPE.open(bytes)?;
        let state = bytes::read_whole(payload, version, State::read);
        let state = state.ok_or_else(|| ENVELOPE.wrong("a readable payload", bytes.len()))?;
        state.restore().map_err(|error| match error.code {
            Code::Snapshot => error,
            _ => ENVELOPE.wrong("records that keep the contract", format!("{} ({error})", bytes.len())),
        })
    }
}

impl State {
    fn restore(self) -> Result<Recommender> {
        let config = Config::read(Value::from_json(&self.config, "config")?)?;
        let described = config.kinds.len();
        let mut world = self.world;
        let known = world.kinds.iter().take(described).eq(config.kinds.iter());
        let others = world.kinds.iter().skip(described).all(|(_, kind)| kind == Kind::UNDESCRIBED);
        if !world.kinds.is_whole() || !known || !others {
            return Err(ENVELOPE.wrong("the kinds of its configuration", "others"));
        }
        // Before the users: facet opt-outs exclude facets from their profiles.
        if !world.put_facet_opt_outs(&self.facet_opt_outs) {
            return Err(ENVELOPE.wrong("decisions of its users", "others'"));
        }
        world.put_items(records(&self.items, "items", Item::read)?);
        world.remove_items(&self.removed);
        world.put_users(records(&self.users, "users", User::read)?);
        world.put_groups(records(&self.groups, "groups", Group::read)?);
        world.put_channels(records(&self.channels, "channels", Channel::read)?);
        config.rules.intern_names(&mut world);
        let mut memory = self.memory;
        if self.clock.is_some_and(|now| !is_time(now)) {
            return Err(ENVELOPE.wrong("a clock before the year 2200", "a later one"));
        }
        if memory.half_lives() != config.half_lives || !memory.is_valid(&world) {
            return Err(ENVELOPE.wrong("a memory of this world", "another's"));
        }
        // Only after validation: an index out of range would allocate without bound.
        memory.derive();
        let mut recommender = Recommender::assembled(config, Clock::new(self.clock), Engine::assembled(world, memory));
        // Corrections are by index of the feature: those of a version with other features cannot be read.
        let are_readable = self.model.as_ref().is_none_or(NamedModel::has_current_features);
        let online = if are_readable { self.online } else { OnlineLearner::default() };
        if let Some(model) = self.model {
            recommender.take_model(|world| model.into_model(world))?;
        }
        if !recommender.restore_online(online) {
            return Err(ENVELOPE.wrong("corrections of its model", "others"));
        }
        if let Some(operations) = self.operations {
            recommender.set_operations(Value::from_json(&operations, "operations")?)?;
        }
        recommender.set_log_position(self.log_position);
        Ok(recommender)
    }
}

/// Writes records as a list of JSON texts, one at a time.
fn write_records<'a, T: Serialize + 'a>(records: impl Iterator<Item = &'a T>, to: &mut Output) {
    let records: Vec<&T> = records.collect();
    (records.len() as u64).write(to);
    records.iter().for_each(|record| json(record).write(to));
}

fn records<T>(lines: &[String], path: &str, read: impl Fn(Value, &str) -> Result<T>) -> Result<Vec<T>> {
    let at = |n: usize| format!("{path}[{n}]");
    lines.iter().enumerate().map(|(n, line)| read(Value::from_json(line, &at(n))?, &at(n))).collect()
}
