//! Entries of a durable recommender's log: reading them, and applying them to a recommender.

use crate::base::error::{Code, Error, Result};
use crate::base::id;
use crate::base::time::{Time, time};
use crate::base::value::{self, Fields, Value, display_value};
use crate::recommender::Recommender;
use crate::recommender::decision::Sent;
use crate::world::interaction::Interaction;
use crate::world::item::Item;
use crate::world::membership::{Joining, Leaving};
use crate::world::moving::Moving;
use crate::world::records;
use crate::world::subject::{Channel, Group, User};

/// One change of a log.
#[derive(Debug)]
pub struct LogEntry {
    /// Its path in errors.
    path: String,
    /// The trusted time, ms, where it changed.
    pub now: Option<Time>,
    /// The change.
    pub change: LogChange,
}

/// The change that an entry makes.
#[derive(Debug)]
#[allow(clippy::large_enum_variant)]
pub enum LogChange {
    /// Interactions.
    Observe(Vec<Interaction>),
    /// A decision that was sent.
    Accept(Sent),
    /// A decision that is held until a time.
    Reserve(Sent, Time),
    /// A reserved decision, by its id, that was sent at a time.
    Confirm(String, Time),
    /// A decision, by its id, that did not arrive.
    Release(String),
    /// Records of the host.
    Items(Vec<Item>),
    /// Records of the host.
    Users(Vec<User>),
    /// Records of the host.
    Groups(Vec<Group>),
    /// Records of the host.
    Channels(Vec<Channel>),
    /// Items that are removed.
    RemoveItems(Vec<String>),
    /// A new member.
    Join(Joining),
    /// A member who leaves.
    Leave(Leaving),
    /// A group with another id.
    MoveGroup(Moving),
    /// The operations as a whole.
    SetOperations(Value),
    /// Consent to profiling by a user: given or withdrawn.
    SetPersonalised(String, bool),
    /// A facet that is removed from a user at a time.
    RemoveFacet(String, String, Time),
    /// A facet that is blocked for a user, or unblocked.
    BlockFacet(String, String, bool),
    /// A user who is deleted.
    Forget(String),
    /// Interactions before a time, which are deleted.
    Expire(Time),
    /// The bytes of a fitted model.
    UseModel(Vec<u8>),
    /// The configuration.
    Config(Value),
}

/// The verbs of entries: each entry has one of these fields.
const VERBS: [&str; 19] = [
    "observe",
    "observeAll",
    "accept",
    "reserve",
    "confirm",
    "release",
    "put",
    "removeItems",
    "join",
    "leave",
    "moveGroup",
    "setOperations",
    "setPersonalised",
    "removeFacet",
    "blockFacet",
    "unblockFacet",
    "forget",
    "expire",
    "useModel",
];

impl LogEntry {
    /// Reads an entry.
    ///
    /// # Errors
    /// Names the field that is wrong.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let Value::Record(given) = &value else {
            return Err(Error::invalid(path, "an entry of a log, an object", display_value(&value)));
        };
        let has = |verb: &str| given.iter().any(|(name, _)| name == verb);
        let is_config = has("config");
        let verb = VERBS.into_iter().find(|verb| has(verb));
        let mut fields = Fields::of(value, path)?;
        let now = fields.optional("now", time)?;
        fields.check()?;
        let change = match verb {
            Some(verb) => LogChange::read(&mut fields, verb)?,
            None if is_config => LogChange::Config(fields.or("config", Value::Null, value::anything)?),
            None => {
                let rule = ["one of the changes ", &VERBS.join(", "), ", config"].concat();
                return Err(Error::new(Code::Invalid, path, rule, "another object"));
            }
        };
        fields.check()?;
        Ok(Self { path: path.to_owned(), now, change })
    }

    /// True if it is a fitted model.
    pub fn is_model(&self) -> bool {
        matches!(self.change, LogChange::UseModel(_))
    }

    /// Applies the entry to a recommender. A configuration cannot be applied to a state.
    ///
    /// # Errors
    /// Those of the verb, with the path of the entry.
    pub fn apply(&self, to: &mut Recommender) -> Result<()> {
        self.change(to).map_err(|error| error.within(&self.path))
    }

    fn change(&self, to: &mut Recommender) -> Result<()> {
        self.now.into_iter().for_each(|now| to.advance_clock(now));
        match &self.change {
            LogChange::Observe(interactions) => drop(to.observe_all(interactions.iter().cloned())),
            LogChange::Accept(sent) => drop(to.accept(sent)?),
            LogChange::Reserve(sent, until) => drop(to.reserve(sent, *until)?),
            LogChange::Confirm(decision, at) => drop(to.confirm(decision, *at)?),
            LogChange::Release(decision) => drop(to.release(decision)),
            LogChange::Items(items) => drop(to.put_items(items.clone())),
            LogChange::Users(users) => to.put_users(users.clone()),
            LogChange::Groups(groups) => to.put_groups(groups.clone()),
            LogChange::Channels(channels) => to.put_channels(channels.clone()),
            LogChange::RemoveItems(ids) => drop(to.remove_items(ids)),
            LogChange::Join(joining) => drop(to.join(joining)),
            LogChange::Leave(leaving) => drop(to.leave(leaving)),
            LogChange::MoveGroup(moving) => drop(to.move_group(moving)?),
            LogChange::SetOperations(operations) => to.set_operations(operations.clone())?,
            LogChange::SetPersonalised(user, on) => to.set_personalised(user, *on)?,
            LogChange::RemoveFacet(user, facet, at) => to.remove_facet(user, facet, *at)?,
            LogChange::BlockFacet(user, facet, blocked) => to.block_facet(user, facet, *blocked)?,
            LogChange::Forget(user) => drop(to.forget(user)),
            LogChange::Expire(before) => drop(to.expire(*before)?),
            LogChange::UseModel(bytes) => to.use_model(bytes)?,
            LogChange::Config(_) => {}
        }
        Ok(())
    }
}

impl LogChange {
    fn read(fields: &mut Fields, verb: &'static str) -> Result<Self> {
        let many = |value, path: &str| value::list(value, path, id::id);
        Ok(match verb {
            "observe" => Self::Observe(vec![fields.required(verb, Interaction::read)?]),
            "observeAll" => {
                Self::Observe(fields.required(verb, |value, path| records(value, path, Interaction::read))?)
            }
            "accept" => Self::Accept(fields.required(verb, Sent::read)?),
            "reserve" => Self::Reserve(fields.required(verb, Sent::read)?, fields.required("until", time)?),
            "confirm" => fields.required(verb, |value, path| {
                let mut fields = Fields::of(value, path)?;
                Ok(Self::Confirm(fields.required("decision", id::id)?, fields.required("at", time)?))
            })?,
            "release" => Self::Release(fields.required(verb, id::id)?),
            "put" => Self::read_records(fields)?,
            "removeItems" => Self::RemoveItems(fields.required(verb, many)?),
            "join" => Self::Join(fields.required(verb, Joining::read)?),
            "leave" => Self::Leave(fields.required(verb, Leaving::read)?),
            "moveGroup" => Self::MoveGroup(fields.required(verb, Moving::read)?),
            "setOperations" => Self::SetOperations(fields.required(verb, value::anything)?),
            "useModel" => Self::UseModel(fields.required(verb, base64)?),
            "expire" => fields.required(verb, |value, path| {
                Ok(Self::Expire(Fields::of(value, path)?.required("olderThan", time)?))
            })?,
            _ => fields.required(verb, |value, path| Self::read_of_user(value, path, verb))?,
        })
    }

    fn read_records(fields: &mut Fields) -> Result<Self> {
        let sort = fields.required("put", value::text)?;
        Ok(match sort.as_str() {
            "items" => Self::Items(fields.required("records", |value, path| records(value, path, Item::read))?),
            "users" => Self::Users(fields.required("records", |value, path| records(value, path, User::read))?),
            "groups" => Self::Groups(fields.required("records", |value, path| records(value, path, Group::read))?),
            "channels" => {
                Self::Channels(fields.required("records", |value, path| records(value, path, Channel::read))?)
            }
            _ => {
                let rule = "one of items, users, groups, channels";
                return Err(Error::invalid(&fields.path("put"), rule, value::quoted(&sort)));
            }
        })
    }

    fn read_of_user(value: Value, path: &str, verb: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let user = fields.required("user", id::id)?;
        Ok(match verb {
            "setPersonalised" => Self::SetPersonalised(user, fields.required("on", value::boolean)?),
            "removeFacet" => {
                Self::RemoveFacet(user, fields.required("facet", value::text)?, fields.required("at", time)?)
            }
            "blockFacet" => Self::BlockFacet(user, fields.required("facet", value::text)?, true),
            "unblockFacet" => Self::BlockFacet(user, fields.required("facet", value::text)?, false),
            _ => Self::Forget(user),
        })
    }
}

/// Reads bytes in base64 (RFC 4648), padded.
fn base64(value: Value, path: &str) -> Result<Vec<u8>> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut values = [None; 256];
    ALPHABET.iter().zip(0u32..).for_each(|(&letter, value)| values[letter as usize] = Some(value));
    let text = value::text(value, path)?;
    let letters = text.trim_end_matches('=').as_bytes();
    let mut bytes = Vec::with_capacity(letters.len() / 4 * 3 + 2);
    for four in letters.chunks(4) {
        let mut bits = 0;
        for place in 0..4 {
            let value = four.get(place).map_or(Some(0), |letter| values[*letter as usize]);
            bits = bits << 6 | value.ok_or_else(|| Error::invalid(path, "bytes in base64", "other text"))?;
        }
        bytes.extend(&bits.to_be_bytes()[1..four.len()]);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<LogEntry> {
        LogEntry::read(Value::from_json(json, "").unwrap(), "log[3]")
    }

    #[test]
    fn base64_is_read_whatever_the_length() {
        for (text, bytes) in [("", &b""[..]), ("Zg==", b"f"), ("Zm8=", b"fo"), ("Zm9v", b"foo"), ("/+8=", b"\xff\xef")]
        {
            assert_eq!(base64(text.into(), "").unwrap(), bytes, "{text}");
        }
        assert!(base64("Zm9v!".into(), "").is_err());
    }

    #[test]
    fn every_verb_is_read_and_applied() {
        let mut recommender = Recommender::new(Value::Null).unwrap();
        for json in [
            r#"{"put":"channels","records":[{"id":"c"}]}"#,
            r#"{"put":"users","records":[{"id":"u"}]}"#,
            r#"{"put":"groups","records":[{"id":"g"}]}"#,
            r#"{"put":"items","records":[{"id":"i"},{"id":"j"}]}"#,
            r#"{"observe":{"user":"u","item":"i","kind":"click","at":1000},"now":1000}"#,
            r#"{"observeAll":[{"user":"v","item":"i","kind":"click","at":1000}]}"#,
            r#"{"accept":{"id":"d","subject":{"user":"u"},"at":2000,"picks":[{"item":"i"}]}}"#,
            r#"{"reserve":{"id":"e","subject":{"user":"u"},"at":2000,"picks":[{"item":"j"}]},"until":9000}"#,
            r#"{"confirm":{"decision":"e","at":3000}}"#,
            r#"{"release":"d"}"#,
            r#"{"join":{"group":"g","user":"u","at":1}}"#,
            r#"{"leave":{"group":"g","user":"u"}}"#,
            r#"{"moveGroup":{"from":"g","to":"h"}}"#,
            r#"{"setOperations":{}}"#,
            r#"{"setPersonalised":{"user":"v","on":false}}"#,
            r#"{"removeFacet":{"user":"u","facet":"tag:a","at":1}}"#,
            r#"{"blockFacet":{"user":"u","facet":"tag:a"}}"#,
            r#"{"unblockFacet":{"user":"u","facet":"tag:a"}}"#,
            r#"{"removeItems":["j"]}"#,
            r#"{"forget":{"user":"u","at":1,"before":1}}"#,
            r#"{"expire":{"olderThan":5,"at":1,"before":1}}"#,
            r#"{"config":null}"#,
        ] {
            read(json).unwrap_or_else(|error| panic!("{json}: {error}")).apply(&mut recommender).unwrap();
        }
        assert_eq!(recommender.item("j"), None);
        assert!(
            recommender.user("u").is_none() && recommender.group("h").is_some() && recommender.group("g").is_none()
        );
        assert!(recommender.decision("d").is_none());
    }

    #[test]
    fn a_wrong_entry_is_named() {
        assert_eq!(read(r#"{"tell":1}"#).unwrap_err().path, "log[3]");
        assert_eq!(read(r#"{"put":"books","records":[]}"#).unwrap_err().path, "log[3].put");
        assert_eq!(read(r#"{"accept":{"id":"d"}}"#).unwrap_err().path, "log[3].accept.subject");
    }
}
