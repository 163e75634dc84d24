//! Interactions: actions of a user, with an item or without one, in a group or alone.

use std::sync::Arc;

use serde::Serialize;

use crate::base::bytes::as_bytes;
use crate::base::digest::name_fingerprint;
use crate::base::error::{Code, Error, Result};
use crate::base::id;
use crate::base::time::{self, Time};
use crate::base::value::builder::{builder, deserialize_by_read};
use crate::base::value::{self, Fields, MAX_DEPTH, Value};

use super::attributes::Attributes;
use super::interaction_details::{FingerprintParts, InteractionDetails};

/// One interaction. Names are shared strings, because a log repeats few users and items.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[non_exhaustive]
pub struct Interaction {
    /// The host's id; a repeated id counts once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Arc<str>>,
    /// User.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<Arc<str>>,
    /// Group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<Arc<str>>,
    /// Item; absent for kinds without one (joined, ordered, checked in, invited).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<Arc<str>>,
    /// Kind.
    pub kind: Arc<str>,
    /// Time.
    pub at: Time,
    /// Value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// Id of the decision that led to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<Arc<str>>,
    /// Channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Arc<str>>,
    /// Position in a list, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<u32>,
    /// The other person concerned: the one invited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<Arc<str>>,
    /// The business object it belongs to, such as an order number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<Arc<str>>,
    /// Attributes of the situation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<Attributes>,
    /// The host's own data; returned unchanged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
}

as_bytes!(Interaction: id, user, group, item, kind, at, value, decision, channel, position, target, context, data => 8: reference);

deserialize_by_read!(Interaction);

builder!(InteractionBuilder of Interaction at "interaction":
    id "id", user "user", group "group", item "item", value "value", decision "decision", channel "channel",
    position "position", target "target", reference "reference", context "context", data "data",
);

impl Interaction {
    /// Starts an interaction of this kind at this time, ms. It needs a user or a group.
    ///
    /// ```
    /// use nextpick::Interaction;
    ///
    /// let click = Interaction::builder("click", 1_774_958_400_000).user("u1").item("a1").id("e1").build()?;
    /// assert_eq!(&*click.kind, "click");
    ///
    /// let error = Interaction::builder("click", 0).item("a1").build().unwrap_err();
    /// assert_eq!(error.rule, "a user or a group");
    /// # Ok::<(), Box<nextpick::Error>>(())
    /// ```
    pub fn builder(kind: impl Into<Value>, at: Time) -> InteractionBuilder {
        InteractionBuilder::default().with("kind", kind).with("at", at)
    }

    /// Reads and checks all fields.
    ///
    /// # Errors
    /// An error with the path of the field that breaks a rule.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let interaction = Self {
            id: fields.optional("id", id::shared)?,
            user: fields.optional("user", id::shared)?,
            group: fields.optional("group", id::shared)?,
            item: fields.optional("item", id::shared)?,
            kind: fields.required("kind", id::shared)?,
            at: fields.required("at", time::time)?,
            value: fields.optional("value", value::number)?,
            decision: fields.optional("decision", id::shared)?,
            channel: fields.optional("channel", id::shared)?,
            position: fields.optional("position", value::whole(0, u32::MAX))?,
            target: fields.optional("target", id::shared)?,
            reference: fields.optional("reference", id::shared)?,
            context: fields.optional("context", Attributes::read)?,
            data: fields.optional("data", value::anything)?,
        };
        fields.check()?;
        if interaction.user.is_none() && interaction.group.is_none() {
            return Err(Error::new(Code::Missing, path, "a user or a group", ""));
        }
        fields.finish()?;
        Ok(interaction)
    }

    /// True if a host could have given it; a snapshot may contain anything.
    pub fn is_sound(&self) -> bool {
        let names = [&self.id, &self.user, &self.group, &self.item, &self.decision, &self.channel];
        let others = [&self.target, &self.reference];
        names.into_iter().chain(others).flatten().chain([&self.kind]).all(|name| id::is_id(name))
            && (self.user.is_some() || self.group.is_some())
            && time::is_time(self.at)
            && self.value.is_none_or(f64::is_finite)
            // The record itself is one level.
            && self.data.as_ref().is_none_or(|data| data.depth() < MAX_DEPTH)
    }

    /// Returns the fields that no sum contains; `None` if there are none.
    pub fn details(&self) -> Option<Box<InteractionDetails>> {
        InteractionDetails {
            id: self.id.clone(),
            decision: self.decision.clone(),
            position: self.position,
            target: self.target.clone(),
            reference: self.reference.clone(),
            context: self.context.clone(),
            data: self.data.clone(),
        }
        .unless_empty()
    }

    /// Returns the interaction's fingerprint for the state digest.
    pub fn digest(&self) -> u128 {
        let name = |name: &Option<Arc<str>>| name.as_deref().map_or(0, name_fingerprint);
        FingerprintParts {
            user: name(&self.user),
            group: name(&self.group),
            channel: name(&self.channel),
            item: name(&self.item),
            kind: name_fingerprint(&self.kind),
            at: self.at,
            value: self.value,
            details: self.details().map_or(0, |details| details.digest()),
        }
        .combine()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Interaction> {
        Interaction::read(Value::from_json(json, "").unwrap(), "interactions[0]")
    }

    #[test]
    fn an_interaction_needs_a_user_or_a_group() {
        assert_eq!(read(r#"{"kind":"click","at":1}"#).unwrap_err().code, Code::Missing);
        assert!(read(r#"{"group":"g","kind":"click","at":1}"#).is_ok());
    }

    #[test]
    fn an_interaction_round_trips_through_json() {
        let json = r#"{"id":"e","user":"u","group":"g","item":"i","kind":"share","at":-5,"value":1.5,"decision":"d",
            "channel":"c","position":0,"target":"v","reference":"A1","context":{"scene":"晚","n":2},"data":[{}]}"#;
        let interaction = read(json).unwrap();
        assert_eq!(read(&crate::base::value::json(&interaction)).unwrap(), interaction);
    }

    #[test]
    fn an_interaction_that_no_host_could_give_is_not_sound() {
        let plain = || read(r#"{"user":"u","kind":"k","at":1,"data":1}"#).unwrap();
        let nested = |depth| (0..depth).fold(Value::Null, |inner, _| Value::List(vec![inner]));
        let data = |depth| Interaction { data: Some(nested(depth)), ..plain() };
        let is_accepted = |interaction: &Interaction| {
            let value = Value::from_json(&crate::base::value::json(interaction), "");
            value.is_ok_and(|value| Interaction::read(value, "").is_ok())
        };
        for (interaction, sound) in [
            (plain(), true),
            (data(MAX_DEPTH - 1), true),
            (data(MAX_DEPTH), false),
            (Interaction { user: None, ..plain() }, false),
            (Interaction { user: None, group: Some("g".into()), ..plain() }, true),
            (Interaction { id: Some("".into()), ..plain() }, false),
            (Interaction { target: Some("x".repeat(257).into()), ..plain() }, false),
            (Interaction { reference: Some("".into()), ..plain() }, false),
            (Interaction { kind: "".into(), ..plain() }, false),
            (Interaction { at: time::MAX_TIME + 1, ..plain() }, false),
            (Interaction { at: -time::FARTHEST, ..plain() }, true),
        ] {
            assert_eq!((interaction.is_sound(), is_accepted(&interaction)), (sound, sound), "{interaction:?}");
        }
        // JSON cannot represent it.
        assert!(!Interaction { value: Some(f64::INFINITY), ..plain() }.is_sound());
    }

    #[test]
    fn every_field_counts_for_the_fingerprint() {
        let plain = read(r#"{"user":"u","kind":"k","at":1}"#).unwrap().digest();
        for json in [
            r#"{"group":"u","kind":"k","at":1}"#,
            r#"{"user":"u","group":"u","kind":"k","at":1}"#,
            r#"{"user":"u","item":"u","kind":"k","at":1}"#,
            r#"{"user":"u","channel":"u","kind":"k","at":1}"#,
            r#"{"user":"k","kind":"u","at":1}"#,
            r#"{"user":"u","kind":"k","at":2}"#,
            r#"{"user":"u","kind":"k","at":1,"value":0}"#,
            r#"{"user":"u","kind":"k","at":1,"id":"A1"}"#,
            r#"{"user":"u","kind":"k","at":1,"decision":"A1"}"#,
            r#"{"user":"u","kind":"k","at":1,"target":"A1"}"#,
            r#"{"user":"u","kind":"k","at":1,"data":{"a":1}}"#,
            r#"{"user":"u","kind":"k","at":1,"position":0}"#,
            r#"{"user":"u","kind":"k","at":1,"reference":"A1"}"#,
            r#"{"user":"u","kind":"k","at":1,"context":{"a":1}}"#,
        ] {
            assert_ne!(read(json).unwrap().digest(), plain, "{json}");
        }
    }
}
