//! What the host tells us, checked once at the door: items, users, groups, channels, interactions and kinds.

pub mod attributes;
pub mod consent;
pub mod facet;
pub mod facet_matrix;
pub mod interaction;
pub mod item;
pub mod kind;
pub mod library;
pub mod membership;
pub mod moving;
pub mod recipient;
pub mod showing;
pub mod subject;

use crate::base::digest::{Digest, SetDigest};
use crate::base::error::Result;
use crate::base::order;
use crate::base::time::{self, Time};
use crate::base::value::json;

use consent::FacetOptOut;
use facet::{FacetProfile, Facets};
use interaction::Interaction;
use item::{Audience, Item, ResolvedAudience};
use kind::Kinds;
use library::{Entry, Library};
use membership::fingerprints_of;
use subject::{Channel, Group, Registry, User};

/// Everything the host has told us, with the numbers that stand for its ids.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// What interactions mean.
    pub kinds: Kinds,
    /// Every facet met so far.
    pub facets: Facets,
    /// The content library.
    pub library: Library,
    /// The users.
    pub users: Registry<User>,
    /// The groups.
    pub groups: Registry<Group>,
    /// The accounts through which one speaks.
    pub channels: Registry<Channel>,
    /// What users decided about themselves, by user and facet.
    closed: Vec<FacetOptOut>,
    digest: SetDigest,
}

/// What putting items reports: what was kept and what a limit left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PutReport {
    /// Records put, new or replaced.
    pub put: usize,
    /// Terms left out because an item had more than 256.
    pub terms_left_out: usize,
    /// Items with a time before the year 2000, which may be seconds instead of milliseconds.
    #[serde(skip_serializing_if = "time::is_none")]
    pub early: usize,
}

impl World {
    /// An empty world in which interactions mean this.
    pub fn new(kinds: Kinds) -> Self {
        Self { kinds, ..Self::default() }
    }

    /// Puts items, each replacing the one of the same id.
    pub fn put_items(&mut self, items: Vec<Item>) -> PutReport {
        let mut report = PutReport { put: items.len(), ..PutReport::default() };
        for item in items {
            report.terms_left_out += item.terms_left_out;
            let times = [item.published_at, item.starts_at, item.expires_at];
            report.early += usize::from(times.into_iter().flatten().any(time::is_early));
            let entry = self.entry_of(item);
            swap(&mut self.digest, "item", self.library.get(&entry.item.id).map(|e| &e.item), Some(&entry.item));
            self.library.put(entry);
        }
        report
    }

    fn entry_of(&mut self, item: Item) -> Entry {
        let mut facets = Vec::new();
        item.each_facet(|name, weight| facets.push((self.facets.intern(name), weight)));
        order::sort_by_number(&mut facets, |facet| facet.0.into());
        let audience = item.audience.as_ref().map(|rule| ResolvedAudience {
            only: self.audience_of(&rule.only),
            not: rule.not.as_ref().map(|not| self.audience_of(not)),
        });
        Entry { item, facets, audience, removed: false }
    }

    fn audience_of(&mut self, named: &Audience<String>) -> Audience<u32> {
        fn numbers(names: &Option<Vec<String>>, mut intern: impl FnMut(&str) -> u32) -> Option<Vec<u32>> {
            names.as_ref().map(|names| {
                let mut numbers: Vec<u32> = names.iter().map(|name| intern(name)).collect();
                order::sort(&mut numbers);
                numbers
            })
        }
        Audience {
            tiers: named.tiers.as_ref().map(|_| Vec::new()),
            users: numbers(&named.users, |id| self.users.ids.intern(id)),
            groups: numbers(&named.groups, |id| self.groups.ids.intern(id)),
            channels: numbers(&named.channels, |id| self.channels.ids.intern(id)),
            purposes: numbers(&named.purposes, |label| self.facets.intern(&format!("purpose:{label}"))),
            tags: numbers(&named.tags, |tag| self.facets.intern(&format!("tag:{tag}"))),
        }
    }

    /// Takes items out of the library. What was learnt from them stays: their facets still speak for who touched them.
    ///
    /// Returns how many were there.
    pub fn remove_items(&mut self, ids: &[String]) -> usize {
        let mut removed = 0;
        for id in ids {
            if let Some(entry) = self.library.get(id) {
                swap(&mut self.digest, "item", Some(&entry.item), None);
                self.library.remove(id);
                removed += 1;
            }
        }
        removed
    }

    /// Puts users, each replacing the one of the same id.
    pub fn put_users(&mut self, users: Vec<User>) {
        for user in users {
            let (user, portrait) = self.as_consented(user);
            swap(&mut self.digest, "user", self.users.get(&user.id), Some(&user));
            self.users.put(user, portrait);
        }
    }

    /// Puts groups, each replacing the one of the same id.
    pub fn put_groups(&mut self, groups: Vec<Group>) {
        for mut group in groups {
            let before = self.groups.get(&group.id);
            before.into_iter().flat_map(fingerprints_of).for_each(|record| self.digest.remove(record));
            fingerprints_of(&group).for_each(|record| self.digest.add(record));
            let portrait = FacetProfile::of(&mut self.facets, &group.tags, &group.attributes);
            group.member_numbers =
                group.members.iter().flatten().map(|member| self.users.ids.intern(&member.user)).collect();
            group.channel_number = group.channel.as_ref().map(|id| self.channels.ids.intern(id));
            group.purpose_number = group.purpose.as_ref().map(|label| self.facets.intern(&format!("purpose:{label}")));
            self.groups.put(group, portrait);
        }
    }

    /// Puts channels, each replacing the one of the same id.
    pub fn put_channels(&mut self, channels: Vec<Channel>) {
        for channel in channels {
            swap(&mut self.digest, "channel", self.channels.get(&channel.id), Some(&channel));
            let portrait = FacetProfile::of(&mut self.facets, &channel.tags, &channel.attributes);
            self.channels.put(channel, portrait);
        }
    }

    /// The numbers of an interaction's names; names never met are numbered now.
    pub fn number(&mut self, interaction: &Interaction) -> IndexedInteraction {
        IndexedInteraction {
            user: interaction.user.as_ref().map(|id| self.users.ids.intern(id)),
            group: interaction.group.as_ref().map(|id| self.groups.ids.intern(id)),
            item: interaction.item.as_ref().map(|id| self.library.ids.intern(id)),
            channel: interaction.channel.as_ref().map(|id| self.channels.ids.intern(id)),
            kind: self.kinds.intern(&interaction.kind),
            at: interaction.at,
        }
    }

    /// The fingerprint of all records, whatever their order.
    pub fn digest(&self) -> u128 {
        self.digest.get()
    }
}

/// Swaps a record's fingerprint for that of its successor.
fn swap<T: serde::Serialize>(digest: &mut SetDigest, sort: &str, before: Option<&T>, after: Option<&T>) {
    before.into_iter().for_each(|record| digest.remove(fingerprint(sort, record)));
    after.into_iter().for_each(|record| digest.add(fingerprint(sort, record)));
}

fn fingerprint<T: serde::Serialize>(sort: &str, record: &T) -> u128 {
    Digest::new(sort).text(&json(record)).finish()
}

/// An interaction's names as numbers: what memory works with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexedInteraction {
    /// Who, if a user did it.
    pub user: Option<u32>,
    /// Where, if it happened in a group.
    pub group: Option<u32>,
    /// Through which channel.
    pub channel: Option<u32>,
    /// With what; `None` for joined, ordered, checked in, invited.
    pub item: Option<u32>,
    /// What.
    pub kind: u32,
    /// When.
    pub at: Time,
}

/// Reads a list of records with `read(value, path)`; a single record counts as a list of one.
pub fn records<T>(
    value: crate::base::value::Value,
    path: &str,
    read: impl Fn(crate::base::value::Value, &str) -> Result<T>,
) -> Result<Vec<T>> {
    match value {
        record @ crate::base::value::Value::Record(_) => Ok(vec![read(record, path)?]),
        many => crate::base::value::list(many, path, read),
    }
}
