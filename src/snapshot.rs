//! Snapshots: the whole state as bytes, with its configuration inside, versioned and checksummed.
//!
//! `nextpick` · version (u32) · fingerprint of the rest (u128) · payload. Records travel as the contract's JSON and are
//! read back through the same door as the host's, so a snapshot can bring in nothing that a host could not.

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::error::{Code, Error, Result};
use crate::id::Interner;
use crate::memory::Memory;
use crate::recommender::Recommender;
use crate::recommender::config::Config;
use crate::value::Value;
use crate::world::facet::Facets;
use crate::world::item::Item;
use crate::world::kind::Kinds;
use crate::world::subject::{Channel, Group, User};
use crate::world::{World, json};

const MAGIC: &[u8; 8] = b"nextpick";

/// The version this code writes and reads.
pub const VERSION: u32 = 2;

const HEADER: usize = MAGIC.len() + 4 + 16;

/// What a snapshot holds, in the order in which it is put together again.
#[derive(Serialize, Deserialize)]
struct State {
    config: String,
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
    memory: Memory,
}

impl Recommender {
    /// The state as bytes: the same state gives the same bytes.
    pub fn to_snapshot(&self) -> Vec<u8> {
        let world = self.world();
        let entries = world.library.all();
        let state = State {
            config: json(self.config().given()),
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
            memory: self.memory().clone(),
        };
        let payload = postcard::to_stdvec(&state).expect("a state always serialises");
        let mut bytes = Vec::with_capacity(HEADER + payload.len());
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.extend_from_slice(&checksum(&payload).to_le_bytes());
        bytes.extend_from_slice(&payload);
        bytes
    }

    /// The recommender that wrote these bytes.
    ///
    /// # Errors
    /// [`Code::Snapshot`] for bytes that are not a whole, unaltered snapshot of this version.
    pub fn from_snapshot(bytes: &[u8]) -> Result<Self> {
        let state: State =
            postcard::from_bytes(payload(bytes)?).map_err(|_| wrong("a readable payload", bytes.len()))?;
        state.restore().map_err(|error| match error.code {
            Code::Snapshot => error,
            _ => wrong("records that keep the contract", format!("{} ({error})", bytes.len())),
        })
    }
}

impl State {
    fn restore(self) -> Result<Recommender> {
        let config = Config::read(Value::from_json(&self.config, "config")?)?;
        if !self.kinds.is_whole() || !config.kinds.iter().eq(self.kinds.iter().take(config.kinds.len())) {
            return Err(wrong("the kinds of its configuration", "others"));
        }
        let mut world = World::new(self.kinds);
        world.users.ids = self.user_ids;
        world.groups.ids = self.group_ids;
        world.channels.ids = self.channel_ids;
        world.library.ids = self.item_ids;
        world.facets = Facets::numbered(self.facet_ids);
        world.put_items(records(&self.items, "items", Item::read)?);
        world.remove_items(&self.removed);
        world.put_users(records(&self.users, "users", User::read)?);
        world.put_groups(records(&self.groups, "groups", Group::read)?);
        world.put_channels(records(&self.channels, "channels", Channel::read)?);
        config.rules.introduce(&mut world);
        let mut memory = self.memory;
        if memory.half_lives() != config.half_lives || !memory.fits(&world) {
            return Err(wrong("a memory of this world", "another's"));
        }
        memory.derive(&world);
        Ok(Recommender::assembled(config, world, memory))
    }
}

fn payload(bytes: &[u8]) -> Result<&[u8]> {
    let Some((header, payload)) = bytes.split_at_checked(HEADER) else {
        return Err(wrong(format!("at least {HEADER} bytes"), format!("{} bytes", bytes.len())));
    };
    let (magic, rest) = header.split_at(MAGIC.len());
    let (version, sum) = rest.split_at(4);
    if magic != MAGIC {
        return Err(wrong("bytes that begin with `nextpick`", "other bytes"));
    }
    let version = u32::from_le_bytes(version.try_into().expect("four bytes"));
    if version != VERSION {
        return Err(wrong(format!("version {VERSION}"), format!("version {version}")));
    }
    if sum != checksum(payload).to_le_bytes() {
        return Err(wrong(
            "an unaltered, whole snapshot (its checksum does not match)",
            format!("{} bytes", bytes.len()),
        ));
    }
    Ok(payload)
}

fn checksum(payload: &[u8]) -> u128 {
    Digest::new("snapshot").bytes(payload).finish()
}

fn wrong(rule: impl Into<String>, value: impl std::fmt::Display) -> Box<Error> {
    Error::new(Code::Snapshot, "snapshot", rule, value)
}

fn records<T>(lines: &[String], path: &str, read: impl Fn(Value, &str) -> Result<T>) -> Result<Vec<T>> {
    let at = |n: usize| format!("{path}[{n}]");
    lines.iter().enumerate().map(|(n, line)| read(Value::from_json(line, &at(n))?, &at(n))).collect()
}
