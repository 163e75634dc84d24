//! Snapshots: the whole state as bytes, with its configuration inside, versioned and checksummed. Records travel as the
//! contract's JSON and are read back through the same door as the host's, interactions as bytes that are asked whether a
//! host could have told them: a snapshot can bring in nothing that a host could not.

mod envelope;
pub mod model;

use crate::bytes::{self, as_bytes};
use crate::error::{Code, Result};
use crate::id::Interner;
use crate::learn::online::Online;
use crate::memory::Memory;
use crate::recommender::Recommender;
use crate::recommender::clock::Clock;
use crate::recommender::config::Config;
use crate::time::{Time, is_time};
use crate::value::{Value, json};
use crate::world::World;
use crate::world::consent::Closed;
use crate::world::facet::Facets;
use crate::world::item::Item;
use crate::world::kind::Kinds;
use crate::world::subject::{Channel, Group, User};

use envelope::Envelope;
use model::Named;

/// The version this code writes and reads.
pub const VERSION: u32 = 6;

const ENVELOPE: Envelope = Envelope { name: "snapshot", magic: b"nextpick", version: VERSION };

/// What a snapshot holds, in the order in which it is put together again.
struct State {
    config: String,
    /// The trusted time.
    clock: Option<Time>,
    kinds: Kinds,
    user_ids: Interner,
    group_ids: Interner,
    channel_ids: Interner,
    item_ids: Interner,
    /// Sums over an item's facets run in the order of their numbers: without them the last digits would change.
    facet_ids: Interner,
    items: Vec<String>,
    removed: Vec<String>,
    users: Vec<String>,
    groups: Vec<String>,
    channels: Vec<String>,
    closed: Vec<Closed>,
    memory: Memory,
    /// None while one decides with the weights that ship.
    model: Option<Named>,
    /// What was learnt since that was fitted.
    online: Online,
}

as_bytes!(State: config, clock, kinds, user_ids, group_ids, channel_ids, item_ids, facet_ids, items, removed, users, groups, channels, closed, memory, model, online);

impl Recommender {
    /// The state as bytes: the same state gives the same bytes.
    pub fn to_snapshot(&mut self) -> Vec<u8> {
        // Lent, and not copied: it is nearly all there is.
        let memory = std::mem::take(self.memory_mut());
        let world = self.world();
        let entries = world.library.all();
        let state = State {
            config: json(self.config().given()),
            clock: self.clock().settled(),
            kinds: world.kinds.clone(),
            user_ids: world.users.ids.clone(),
            group_ids: world.groups.ids.clone(),
            channel_ids: world.channels.ids.clone(),
            item_ids: world.library.ids.clone(),
            facet_ids: world.facets.ids().clone(),
            items: entries.map(|(_, entry)| json(&entry.item)).collect(),
            removed: world.library.all().filter(|(_, entry)| entry.removed).map(|(_, e)| e.item.id.clone()).collect(),
            users: world.users.iter().map(json).collect(),
            groups: world.groups.iter().map(json).collect(),
            channels: world.channels.iter().map(json).collect(),
            closed: world.all_closed().to_vec(),
            memory,
            model: self.model().is_fitted().then(|| Named::of(self.model(), world)),
            online: self.online().clone(),
        };
        let bytes = ENVELOPE.seal(&bytes::to_bytes(&state));
        *self.memory_mut() = state.memory;
        bytes
    }

    /// The recommender that wrote these bytes.
    ///
    /// # Errors
    /// [`Code::Snapshot`] for bytes that are not a whole, unaltered snapshot of this version.
    pub fn from_snapshot(bytes: &[u8]) -> Result<Self> {
        let payload = ENVELOPE.open(bytes)?;
        let state = bytes::from_bytes::<State>(payload);
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
        if !self.kinds.is_whole() || !config.kinds.iter().eq(self.kinds.iter().take(config.kinds.len())) {
            return Err(ENVELOPE.wrong("the kinds of its configuration", "others"));
        }
        let mut world = World::new(self.kinds);
        world.users.ids = self.user_ids;
        world.groups.ids = self.group_ids;
        world.channels.ids = self.channel_ids;
        world.library.ids = self.item_ids;
        world.facets = Facets::numbered(self.facet_ids);
        // Before the users: what they blocked is left out of their portraits.
        if !world.put_closed(&self.closed) {
            return Err(ENVELOPE.wrong("decisions of its users", "others'"));
        }
        world.put_items(records(&self.items, "items", Item::read)?);
        world.remove_items(&self.removed);
        world.put_users(records(&self.users, "users", User::read)?);
        world.put_groups(records(&self.groups, "groups", Group::read)?);
        world.put_channels(records(&self.channels, "channels", Channel::read)?);
        config.rules.introduce(&mut world);
        let mut memory = self.memory;
        if self.clock.is_some_and(|now| !is_time(now)) {
            return Err(ENVELOPE.wrong("a clock before the year 2200", "a later one"));
        }
        if memory.half_lives() != config.half_lives || !memory.fits(&world) {
            return Err(ENVELOPE.wrong("a memory of this world", "another's"));
        }
        // Not before: a number beyond what there is would ask for all the memory there is.
        memory.derive();
        let mut recommender = Recommender::assembled(config, Clock::of(self.clock), world, memory);
        if let Some(model) = self.model {
            recommender.take_model(|world| model.into_model(world))?;
        }
        if !recommender.resume(self.online) {
            return Err(ENVELOPE.wrong("corrections of its model", "others"));
        }
        Ok(recommender)
    }
}

fn records<T>(lines: &[String], path: &str, read: impl Fn(Value, &str) -> Result<T>) -> Result<Vec<T>> {
    let at = |n: usize| format!("{path}[{n}]");
    lines.iter().enumerate().map(|(n, line)| read(Value::from_json(line, &at(n))?, &at(n))).collect()
}
