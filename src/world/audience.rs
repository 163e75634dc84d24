//! Audiences: the recipients that an item, a rule or a journey is for.

use serde::Serialize;

use crate::base::error::{Error, Result};
use crate::base::id;
use crate::base::index::{ChannelIndex, FacetIndex, GroupIndex, UserIndex};
use crate::base::order;
use crate::base::value::{self, Fields, Value};

use super::World;
use super::recipient::NamedRecipient;

/// An audience: every list given must match, with at least one of its entries.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AudienceRule {
    /// Lists that must all match.
    #[serde(flatten)]
    pub only: Audience,
    /// Lists of which none may match.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not: Option<Audience>,
}

/// Lists of names.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Audience {
    /// User tiers; without operations, users have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tiers: Option<Vec<String>>,
    /// Users by id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub users: Option<Vec<String>>,
    /// Groups by id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups: Option<Vec<String>>,
    /// Channels by id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channels: Option<Vec<String>>,
    /// Purposes of groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purposes: Option<Vec<String>>,
    /// Tags of the user or the group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
}

/// An [`Audience`] by index, sorted.
#[derive(Debug, Clone, PartialEq)]
pub struct AudienceIndices {
    /// Facets of the tiers.
    pub tiers: Option<Vec<FacetIndex>>,
    /// Users.
    pub users: Option<Vec<UserIndex>>,
    /// Groups.
    pub groups: Option<Vec<GroupIndex>>,
    /// Channels.
    pub channels: Option<Vec<ChannelIndex>>,
    /// Facets of the purposes.
    pub purposes: Option<Vec<FacetIndex>>,
    /// Facets of the tags.
    pub tags: Option<Vec<FacetIndex>>,
}

/// An [`AudienceRule`] by index.
#[derive(Debug, Clone, PartialEq)]
pub struct ResolvedAudience {
    /// Lists that must all match.
    pub only: AudienceIndices,
    /// Lists of which none may match.
    pub not: Option<AudienceIndices>,
}

impl AudienceRule {
    /// Reads an audience; an empty list is refused.
    ///
    /// # Errors
    /// An error with the path of the field that breaks a rule.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        Self::read_with(value, path, names)
    }

    /// Reads an audience of the operations. Its `users` may be empty, as they are after their last user was forgotten:
    /// such a list contains no one. The names of each list are sorted.
    ///
    /// # Errors
    /// An error with the path of the field that breaks a rule.
    pub fn read_allowing_nobody(value: Value, path: &str) -> Result<Self> {
        let mut rule = Self::read_with(value, path, |value, path| value::list(value, path, id::id))?;
        [Some(&mut rule.only), rule.not.as_mut()].into_iter().flatten().for_each(Audience::sort);
        Ok(rule)
    }

    /// True if a recipient belongs to the audience. The rule must be one of the operations, whose names are sorted.
    pub fn admits(&self, to: &NamedRecipient, world: &World) -> bool {
        self.only.each_given(to, world, |matched| matched)
            && self.not.as_ref().is_none_or(|not| not.each_given(to, world, |matched| !matched))
    }

    fn read_with(value: Value, path: &str, users: fn(Value, &str) -> Result<Vec<String>>) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let only = Audience::read(&mut fields, users)?;
        let not = fields.optional("not", |value, path| {
            let mut fields = Fields::of(value, path)?;
            let not = Audience::read(&mut fields, users)?;
            fields.finish()?;
            Ok(not)
        })?;
        fields.finish()?;
        Ok(Self { only, not })
    }
}

impl Audience {
    fn read(fields: &mut Fields, users: fn(Value, &str) -> Result<Vec<String>>) -> Result<Self> {
        Ok(Self {
            tiers: fields.optional("tiers", names)?,
            users: fields.optional("users", users)?,
            groups: fields.optional("groups", names)?,
            channels: fields.optional("channels", names)?,
            purposes: fields.optional("purposes", names)?,
            tags: fields.optional("tags", names)?,
        })
    }
}

impl Audience {
    fn sort(&mut self) {
        let lists = [&mut self.tiers, &mut self.users, &mut self.groups, &mut self.channels, &mut self.purposes];
        lists.into_iter().chain([&mut self.tags]).flatten().for_each(|names| order::sort(names));
    }

    /// True if `holds` accepts the result of every given list.
    fn each_given(&self, to: &NamedRecipient, world: &World, holds: impl Fn(bool) -> bool) -> bool {
        let given = |list: &Option<Vec<String>>, name: Option<&str>| {
            list.as_ref().is_none_or(|names| holds(name.is_some_and(|name| has(names, name))))
        };
        let purpose = || world.groups.get(to.group?)?.purpose.as_deref();
        given(&self.tiers, to.tier)
            && given(&self.users, to.user)
            && given(&self.groups, to.group)
            && given(&self.channels, to.channel)
            && given(&self.purposes, purpose())
            && self.tags.as_ref().is_none_or(|tags| holds(to.tags(world).any(|tag| has(tags, tag))))
    }
}

impl Audience {
    /// True if no list is given.
    pub fn is_empty(&self) -> bool {
        let lists = [&self.tiers, &self.users, &self.groups, &self.channels, &self.purposes, &self.tags];
        lists.into_iter().all(Option::is_none)
    }
}

fn has(sorted: &[String], name: &str) -> bool {
    sorted.binary_search_by(|other| other.as_str().cmp(name)).is_ok()
}

fn names(value: Value, path: &str) -> Result<Vec<String>> {
    let names = value::list(value, path, id::id)?;
    match names.is_empty() {
        true => Err(Error::invalid(path, "at least one name (leave the field out to allow all)", "an empty list")),
        false => Ok(names),
    }
}
