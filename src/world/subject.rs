//! Users, groups and channels.

use serde::Serialize;

use crate::base::error::{Error, Result};
use crate::base::id;
use crate::base::index::{ChannelIndex, FacetIndex, UserIndex};
use crate::base::order;
use crate::base::time::{self, Time};
use crate::base::value::builder::{builder, deserialize_by_read};
use crate::base::value::{self, Fields, Value};

use super::attributes::Attributes;
use super::facet::Weighted;

/// A user that content can be sent to.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct User {
    /// Id.
    pub id: String,
    /// Tags given by the operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Weighted>,
    /// Attributes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Attributes>,
    /// Time of joining.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub joined_at: Option<Time>,
    /// True if decisions may use the user's behaviour; absent means yes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub personalised: Option<bool>,
    /// The host's own data; returned unchanged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
}

deserialize_by_read!(User, Group, Channel);

builder!(UserBuilder of User at "user":
    tags "tags", attributes "attributes", joined_at "joinedAt", personalised "personalised", data "data",
);

builder!(GroupBuilder of Group at "group":
    members "members", tags "tags", attributes "attributes", purpose "purpose", channel "channel",
    aggregation "aggregation", created_at "createdAt", data "data",
);

builder!(ChannelBuilder of Channel at "channel": tags "tags", attributes "attributes");

impl User {
    /// Starts a user with this id.
    ///
    /// ```
    /// use nextpick::{User, Value};
    ///
    /// let user = User::builder("u1").attributes(Value::record([("city", "Hangzhou")])).personalised(false).build()?;
    /// assert_eq!(user.personalised, Some(false));
    /// # Ok::<(), Box<nextpick::Error>>(())
    /// ```
    pub fn builder(id: impl Into<Value>) -> UserBuilder {
        UserBuilder::default().with("id", id)
    }

    /// Returns a user with nothing but an id.
    pub fn of(id: &str) -> Self {
        Self { id: id.to_owned(), tags: None, attributes: None, joined_at: None, personalised: None, data: None }
    }

    /// Reads and checks all fields.
    ///
    /// # Errors
    /// An error with the path of the field that breaks a rule.
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

    /// Removes a facet from tags and attributes.
    pub fn remove_facet(&mut self, facet: &str) {
        if let Some((tag, tags)) = facet.strip_prefix("tag:").zip(self.tags.as_mut()) {
            tags.remove(tag);
        }
        self.attributes.iter_mut().for_each(|attributes| attributes.remove(facet));
    }
}

/// Strategy for aggregating members' utilities into a group's (Masthoff 2015).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aggregation {
    /// The mean.
    #[default]
    Average,
    /// The minimum.
    LeastMisery,
    /// The maximum.
    MostPleasure,
    /// The mean if no member is below the misery threshold; else the minimum.
    AverageWithoutMisery,
    /// The mean of the members' ranks, in points.
    Borda,
}

impl Aggregation {
    /// All five with their names in the contract.
    pub const ALL: [(&str, Self); 5] = [
        ("average", Self::Average),
        ("least-misery", Self::LeastMisery),
        ("most-pleasure", Self::MostPleasure),
        ("average-without-misery", Self::AverageWithoutMisery),
        ("borda", Self::Borda),
    ];

    /// Reads a strategy by its name.
    ///
    /// # Errors
    /// [`Code::Invalid`](crate::base::error::Code::Invalid) for any other value.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        value::one_of(value, path, &Self::ALL)
    }
}

/// A member of a group.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Member {
    /// User id.
    pub user: String,
    /// Time of joining.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub joined_at: Option<Time>,
    /// Role: owner, admin, assistant, …
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

/// A group that content can be sent to.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Group {
    /// Id.
    pub id: String,
    /// Members.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub members: Option<Vec<Member>>,
    /// Tags given by the operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Weighted>,
    /// Attributes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Attributes>,
    /// Purpose; the name of the group's objective.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// Id of the channel used in the group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// Time since which the group exists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Time>,
    /// Aggregation strategy; the configuration's if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aggregation: Option<Aggregation>,
    /// The host's own data; returned unchanged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
    /// Indices of the members, in the order given, each once.
    #[serde(skip)]
    pub member_indices: Vec<UserIndex>,
    /// Index of the channel.
    #[serde(skip)]
    pub channel_index: Option<ChannelIndex>,
    /// Index of the facet `purpose:…`.
    #[serde(skip)]
    pub purpose_index: Option<FacetIndex>,
}

impl Group {
    /// Starts a group with this id.
    ///
    /// ```
    /// use nextpick::{Aggregation, Group};
    ///
    /// let group = Group::builder("g1").members(["u1", "u2"]).aggregation("least-misery").build()?;
    /// assert_eq!(group.aggregation, Some(Aggregation::LeastMisery));
    ///
    /// let error = Group::builder("g1").members(["u1", "u1"]).build().unwrap_err();
    /// assert_eq!(error.to_string(), r#"group.members: expected each member once, got "u1" twice"#);
    /// # Ok::<(), Box<nextpick::Error>>(())
    /// ```
    pub fn builder(id: impl Into<Value>) -> GroupBuilder {
        GroupBuilder::default().with("id", id)
    }

    /// Returns a group with nothing but an id.
    pub fn of(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            members: None,
            tags: None,
            attributes: None,
            purpose: None,
            channel: None,
            created_at: None,
            aggregation: None,
            data: None,
            member_indices: Vec::new(),
            channel_index: None,
            purpose_index: None,
        }
    }

    /// Reads and checks all fields.
    ///
    /// # Errors
    /// An error with the path of the field that breaks a rule.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let group = Self {
            members: fields.optional("members", members)?,
            tags: fields.optional("tags", Weighted::read)?,
            attributes: fields.optional("attributes", Attributes::read)?,
            purpose: fields.optional("purpose", id::id)?,
            channel: fields.optional("channel", id::id)?,
            created_at: fields.optional("createdAt", time::time)?,
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

/// An account through which content is sent: WeCom, official account, mini-program.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Channel {
    /// Id.
    pub id: String,
    /// Tags given by the operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Weighted>,
    /// Attributes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Attributes>,
}

impl Channel {
    /// Starts a channel with this id.
    ///
    /// ```
    /// let channel = nextpick::Channel::builder("mini-program").tags(["app"]).build()?;
    /// assert_eq!(channel.id, "mini-program");
    /// # Ok::<(), Box<nextpick::Error>>(())
    /// ```
    pub fn builder(id: impl Into<Value>) -> ChannelBuilder {
        ChannelBuilder::default().with("id", id)
    }

    /// Reads and checks all fields.
    ///
    /// # Errors
    /// An error with the path of the field that breaks a rule.
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

#[cfg(test)]
mod tests;
