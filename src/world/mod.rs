//! Records given by the host, validated on entry: items, users, groups, channels, interactions and kinds.

pub mod attributes;
pub mod audience;
pub mod columns;
pub mod consent;
pub mod facet;
pub mod facet_matrix;
pub mod interaction;
pub mod interaction_details;
pub mod item;
pub mod kind;
pub mod library;
pub mod membership;
pub mod moving;
pub mod occasion;
pub mod patch;
pub mod publication;
pub mod recipient;
pub mod registry;
#[cfg(feature = "study")]
pub mod showing;
pub mod subject;

use std::sync::Arc;

use crate::base::digest::{Digest, SetDigest};
use crate::base::error::Result;
use crate::base::id::Interner;
use crate::base::index::{ChannelIndex, DenseIndex, GroupIndex, ItemIndex, KindIndex, UserIndex};
use crate::base::order;
use crate::base::time::{self, Time};
use crate::base::value::json;

use audience::{Audience, AudienceIndices, ResolvedAudience};
use consent::FacetOptOut;
use facet::{FacetProfile, Facets};
use interaction::Interaction;
use item::Item;
use kind::Kinds;
use library::{Entry, ItemFacets, Library};
use membership::fingerprints_of;
use registry::Registry;
use subject::{Channel, Group, User};

/// All records given by the host, with the numbers of their ids.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// Interaction kinds and their meaning.
    pub kinds: Kinds,
    /// Facets seen so far.
    pub facets: Facets,
    /// The content library.
    pub library: Library,
    /// Users.
    pub users: Registry<User>,
    /// Groups.
    pub groups: Registry<Group>,
    /// Channels: accounts through which content is sent.
    pub channels: Registry<Channel>,
    /// Opt-outs of users, sorted by user and facet.
    opt_outs: Vec<FacetOptOut>,
    digest: SetDigest,
}

/// The result of putting items.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PutReport {
    /// Number of records put, new or replaced.
    pub put: usize,
    /// Number of terms left out because an item had more than 256.
    pub terms_left_out: usize,
    /// Number of items with a time before the year 2000, which may be in seconds instead of milliseconds.
    #[serde(skip_serializing_if = "time::is_none")]
    pub early: usize,
}

impl World {
    /// Returns an empty world with these kinds.
    pub fn new(kinds: Kinds) -> Self {
        Self { kinds, ..Self::default() }
    }

    /// Puts items, replacing those of the same id.
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
        order::sort_by_number(&mut facets, |(facet, _)| facet.0.into());
        let audience = item.audience.as_ref().map(|rule| {
            let only = self.audience_of(&rule.only);
            Box::new(ResolvedAudience { only, not: rule.not.as_ref().map(|not| self.audience_of(not)) })
        });
        Entry { item, facets: ItemFacets::of(&facets), audience, removed: false }
    }

    fn audience_of(&mut self, named: &Audience) -> AudienceIndices {
        fn indices<I: Ord>(names: &Option<Vec<String>>, mut intern: impl FnMut(&str) -> I) -> Option<Vec<I>> {
            names.as_ref().map(|names| {
                let mut indices: Vec<I> = names.iter().map(|name| intern(name)).collect();
                order::sort(&mut indices);
                indices
            })
        }
        AudienceIndices {
            tiers: indices(&named.tiers, |name| self.facets.intern(&format!("tier:{name}"))),
            users: indices(&named.users, |id| self.users.ids.intern(id)),
            groups: indices(&named.groups, |id| self.groups.ids.intern(id)),
            channels: indices(&named.channels, |id| self.channels.ids.intern(id)),
            purposes: indices(&named.purposes, |label| self.facets.intern(&format!("purpose:{label}"))),
            tags: indices(&named.tags, |tag| self.facets.intern(&format!("tag:{tag}"))),
        }
    }

    /// Removes items from the library and returns the number removed. Their facets are kept for the histories that
    /// contain them.
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

    /// Puts users, replacing those of the same id.
    pub fn put_users(&mut self, users: Vec<User>) {
        for user in users {
            let (user, profile) = self.as_consented(user);
            swap(&mut self.digest, "user", self.users.get(&user.id), Some(&user));
            self.users.put(user, profile);
        }
    }

    /// Puts groups, replacing those of the same id.
    pub fn put_groups(&mut self, groups: Vec<Group>) {
        for mut group in groups {
            let before = self.groups.get(&group.id);
            before.into_iter().flat_map(fingerprints_of).for_each(|record| self.digest.remove(record));
            fingerprints_of(&group).for_each(|record| self.digest.add(record));
            let profile = FacetProfile::of(&mut self.facets, &group.tags, &group.attributes);
            group.member_indices =
                group.members.iter().flatten().map(|member| self.users.ids.intern(&member.user)).collect();
            group.channel_index = group.channel.as_ref().map(|id| self.channels.ids.intern(id));
            group.purpose_index = group.purpose.as_ref().map(|label| self.facets.intern(&format!("purpose:{label}")));
            self.groups.put(group, profile);
        }
    }

    /// Removes the records of groups, with their members, and returns their number. Interactions and sent decisions in
    /// them stay.
    pub fn remove_groups(&mut self, ids: &[String]) -> usize {
        let mut removed = 0;
        for id in ids {
            if let Some(group) = self.groups.ids.get(id).and_then(|index| self.groups.take(index)) {
                fingerprints_of(&group).for_each(|record| self.digest.remove(record));
                removed += 1;
            }
        }
        removed
    }

    /// Puts channels, replacing those of the same id.
    pub fn put_channels(&mut self, channels: Vec<Channel>) {
        for channel in channels {
            swap(&mut self.digest, "channel", self.channels.get(&channel.id), Some(&channel));
            let profile = FacetProfile::of(&mut self.facets, &channel.tags, &channel.attributes);
            self.channels.put(channel, profile);
        }
    }

    /// Converts an interaction's names to indices, assigning new ones where needed.
    pub fn index(&mut self, interaction: &Interaction) -> IndexedInteraction {
        IndexedInteraction {
            user: interaction.user.as_ref().map(|id| self.users.ids.intern(id)),
            group: interaction.group.as_ref().map(|id| self.groups.ids.intern(id)),
            item: interaction.item.as_ref().map(|id| self.library.ids.intern(id)),
            channel: interaction.channel.as_ref().map(|id| self.channels.ids.intern(id)),
            kind: self.kinds.intern(&interaction.kind),
            at: interaction.at,
        }
    }

    /// Returns the indices of an interaction's names; `None` if one of them has none.
    pub fn find(&self, interaction: &Interaction) -> Option<IndexedInteraction> {
        fn of<I: DenseIndex>(ids: &Interner<I>, name: &Option<Arc<str>>) -> Option<Option<I>> {
            name.as_deref().map_or(Some(None), |name| ids.get(name).map(Some))
        }
        Some(IndexedInteraction {
            user: of(&self.users.ids, &interaction.user)?,
            group: of(&self.groups.ids, &interaction.group)?,
            item: of(&self.library.ids, &interaction.item)?,
            channel: of(&self.channels.ids, &interaction.channel)?,
            kind: self.kinds.index(&interaction.kind)?,
            at: interaction.at,
        })
    }

    /// Returns the fingerprint of all records, independent of their order.
    pub fn digest(&self) -> u128 {
        self.digest.get()
    }
}

/// Replaces a record's fingerprint by that of its successor.
fn swap<T: serde::Serialize>(digest: &mut SetDigest, type_name: &str, before: Option<&T>, after: Option<&T>) {
    before.into_iter().for_each(|record| digest.remove(fingerprint(type_name, record)));
    after.into_iter().for_each(|record| digest.add(fingerprint(type_name, record)));
}

fn fingerprint<T: serde::Serialize>(type_name: &str, record: &T) -> u128 {
    Digest::new(type_name).text(&json(record)).finish()
}

/// An interaction with its names as indices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct IndexedInteraction {
    /// User, if a user did it.
    pub user: Option<UserIndex>,
    /// Group, if it happened in one.
    pub group: Option<GroupIndex>,
    /// Channel, if known.
    pub channel: Option<ChannelIndex>,
    /// Item; `None` for kinds without one (joined, ordered, checked in, invited).
    pub item: Option<ItemIndex>,
    /// Kind.
    pub kind: KindIndex,
    /// Time.
    pub at: Time,
}

/// Reads a list of records with `read(value, path)`; a single record counts as a list of one.
///
/// # Errors
/// Those of `read` and of `value::list`.
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
