//! Whom one speaks to: users and groups; and through what: channels.

use serde::Serialize;

use crate::base::error::{Error, Result};
use crate::base::id::{self, Interner};
use crate::base::order;
use crate::base::time::{self, Time};
use crate::base::value::{self, Fields, Value, shown};

use super::attributes::Attributes;
use super::facet::{FacetProfile, Weighted};

/// Someone who can be addressed.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// Their id.
    pub id: String,
    /// What the operator calls them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Weighted>,
    /// What is known of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Attributes>,
    /// Since when they are here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub joined_at: Option<Time>,
    /// Whether they allow decisions by their own behaviour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub personalised: Option<bool>,
    /// The host's own; given back untouched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
}

impl User {
    /// One of whom nothing is known.
    pub fn of(id: &str) -> Self {
        Self { id: id.to_owned(), tags: None, attributes: None, joined_at: None, personalised: None, data: None }
    }

    /// Reads a user and checks every field.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let user = Self {
            id: fields.required("id", id::id)?,
            tags: fields.optional("tags", Weighted::read)?,
            attributes: fields.optional("attributes", Attributes::read)?,
            joined_at: fields.optional("joinedAt", time::time)?,
            personalised: fields.optional("personalised", value::boolean)?,
            data: fields.optional("data", value::anything)?,
        };
        fields.finish()?;
        Ok(user)
    }

    /// Takes a facet out of tags and attributes.
    pub fn lose(&mut self, facet: &str) {
        if let Some((tag, tags)) = facet.strip_prefix("tag:").zip(self.tags.as_mut()) {
            tags.remove(tag);
        }
        self.attributes.iter_mut().for_each(|attributes| attributes.remove(facet));
    }
}

/// How members' utilities become a group's (Masthoff 2015).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aggregation {
    /// The mean.
    #[default]
    Average,
    /// The lowest.
    LeastMisery,
    /// The highest.
    MostPleasure,
    /// The mean where nobody is miserable; the most miserable member's elsewhere.
    AverageWithoutMisery,
    /// The mean of the members' ranks, in points.
    Borda,
}

impl Aggregation {
    /// All five with the names the contract gives them.
    pub const ALL: [(&str, Self); 5] = [
        ("average", Self::Average),
        ("least-misery", Self::LeastMisery),
        ("most-pleasure", Self::MostPleasure),
        ("average-without-misery", Self::AverageWithoutMisery),
        ("borda", Self::Borda),
    ];

    /// Reads one by its name.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let found = Self::ALL.iter().find(|(name, _)| matches!(&value, Value::Text(text) if text == name));
        found.map(|(_, aggregation)| *aggregation).ok_or_else(|| {
            Error::invalid(path, format!("one of {}", Self::ALL.map(|(name, _)| name).join(", ")), shown(&value))
        })
    }
}

/// One who is in a group.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Member {
    /// Which user.
    pub user: String,
    /// Since when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub joined_at: Option<Time>,
    /// As what: owner, admin, assistant, …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
}

impl Member {
    fn read(value: Value, path: &str) -> Result<Self> {
        if let Value::Text(_) = value {
            return Ok(Self { user: id::id(value, path)?, joined_at: None, role: None });
        }
        let mut fields = Fields::of(value, path)?;
        let member = Self {
            user: fields.required("user", id::id)?,
            joined_at: fields.optional("joinedAt", time::time)?,
            role: fields.optional("role", id::id)?,
        };
        fields.finish()?;
        Ok(member)
    }
}

/// A group that can be addressed as one.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Group {
    /// Its id.
    pub id: String,
    /// Who is in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub members: Option<Vec<Member>>,
    /// What the operator calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Weighted>,
    /// What is known of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Attributes>,
    /// What it is for; names its objective.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// Through which account one speaks there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// How members become one; the configuration's where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aggregation: Option<Aggregation>,
    /// The host's own; given back untouched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
    /// The members' numbers, in the order given, each once.
    #[serde(skip)]
    pub member_numbers: Vec<u32>,
    /// The channel's number.
    #[serde(skip)]
    pub channel_number: Option<u32>,
    /// The number of the facet `purpose:…`.
    #[serde(skip)]
    pub purpose_number: Option<u32>,
}

impl Group {
    /// A group of which nothing but the id is known.
    pub fn of(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            members: None,
            tags: None,
            attributes: None,
            purpose: None,
            channel: None,
            aggregation: None,
            data: None,
            member_numbers: Vec::new(),
            channel_number: None,
            purpose_number: None,
        }
    }

    /// Reads a group and checks every field.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let group = Self {
            members: fields.optional("members", members)?,
            tags: fields.optional("tags", Weighted::read)?,
            attributes: fields.optional("attributes", Attributes::read)?,
            purpose: fields.optional("purpose", id::id)?,
            channel: fields.optional("channel", id::id)?,
            aggregation: fields.optional("aggregation", Aggregation::read)?,
            data: fields.optional("data", value::anything)?,
            ..Self::of(&fields.required("id", id::id)?)
        };
        fields.finish()?;
        Ok(group)
    }
}

fn members(value: Value, path: &str) -> Result<Vec<Member>> {
    let members = value::list(value, path, Member::read)?;
    let mut names: Vec<&str> = members.iter().map(|member| member.user.as_str()).collect();
    order::sort(&mut names);
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(Error::invalid(path, "each member once", format!("{} twice", value::quoted(pair[0])))),
        None => Ok(members),
    }
}

/// The account through which one speaks: WeCom, official account, mini-program.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Channel {
    /// Its id.
    pub id: String,
    /// What the operator calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Weighted>,
    /// What is known of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Attributes>,
}

impl Channel {
    /// Reads a channel and checks every field.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let channel = Self {
            id: fields.required("id", id::id)?,
            tags: fields.optional("tags", Weighted::read)?,
            attributes: fields.optional("attributes", Attributes::read)?,
        };
        fields.finish()?;
        Ok(channel)
    }
}

/// A record that has an id.
pub trait Identified {
    /// The id.
    fn id(&self) -> &str;
}

impl Identified for User {
    fn id(&self) -> &str {
        &self.id
    }
}
impl Identified for Group {
    fn id(&self) -> &str {
        &self.id
    }
}
impl Identified for Channel {
    fn id(&self) -> &str {
        &self.id
    }
}

/// Records of one sort by number. Numbers are given to every id ever named.
#[derive(Debug, Clone)]
pub struct Registry<T> {
    /// Ids and their numbers.
    pub ids: Interner,
    records: Vec<Option<(T, FacetProfile)>>,
}

impl<T> Default for Registry<T> {
    fn default() -> Self {
        Self { ids: Interner::default(), records: Vec::new() }
    }
}

impl<T: Identified> Registry<T> {
    /// Puts a record, replacing the one of the same id.
    pub fn put(&mut self, record: T, portrait: FacetProfile) {
        let number = self.ids.intern(record.id()) as usize;
        if self.records.len() <= number {
            self.records.resize_with(number + 1, || None);
        }
        self.records[number] = Some((record, portrait));
    }
    /// The record behind a number.
    pub fn record(&self, number: u32) -> Option<&T> {
        Some(&self.records.get(number as usize)?.as_ref()?.0)
    }
    /// The portrait behind a number.
    pub fn portrait(&self, number: u32) -> Option<&FacetProfile> {
        Some(&self.records.get(number as usize)?.as_ref()?.1)
    }
    /// Takes a record out; its number stays.
    pub fn take(&mut self, number: u32) -> Option<T> {
        Some(self.records.get_mut(number as usize)?.take()?.0)
    }
    /// All portraits, by number.
    pub fn portraits(&self) -> impl Iterator<Item = &FacetProfile> {
        self.records.iter().flatten().map(|(_, portrait)| portrait)
    }
    /// The record of an id.
    pub fn get(&self, id: &str) -> Option<&T> {
        self.record(self.ids.get(id)?)
    }
    /// The record of an id, to be changed. Its portrait stays.
    pub fn get_mut(&mut self, id: &str) -> Option<&mut T> {
        let number = self.ids.get(id)?;
        Some(&mut self.records.get_mut(number as usize)?.as_mut()?.0)
    }
    /// All records, by number.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.records.iter().flatten().map(|(record, _)| record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_names_or_objects_and_come_back_the_same() {
        let read = |json: &str| Group::read(Value::from_json(json, "").unwrap(), "groups[0]");
        let group =
            read(r#"{"id":"g","members":["a",{"user":"b","joinedAt":5,"role":"admin"}],"aggregation":"borda"}"#)
                .unwrap();
        assert_eq!(read(&crate::base::value::json(&group)).unwrap(), group);
        assert_eq!(read(r#"{"id":"g","members":["a","a"]}"#).unwrap_err().path, "groups[0].members");
        assert!(read(r#"{"id":"g","aggregation":"mean"}"#).unwrap_err().rule.contains("least-misery"));
    }

    #[test]
    fn attributes_are_strings_or_finite_numbers() {
        let read = |json: &str| User::read(Value::from_json(json, "").unwrap(), "users[0]");
        assert!(read(r#"{"id":"u","attributes":{"city":"上海","age":30}}"#).is_ok());
        assert_eq!(read(r#"{"id":"u","attributes":{"a":[1]}}"#).unwrap_err().path, "users[0].attributes.a");
    }
}
