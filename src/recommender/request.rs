//! What a host asks: for whom, when, how many, within which limits.

use crate::base::digest::Digest;
use crate::base::error::{Code, Error, Result};
use crate::base::id;
use crate::base::order;
use crate::base::time::{self, Time};
use crate::base::value::{self, Fields, Value};
use crate::slate::policy::Policy;
use crate::world::World;
use crate::world::attributes::Attributes;

/// A request for a decision.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The user addressed.
    pub user: Option<String>,
    /// The group addressed; with a user, the group in which they are.
    pub group: Option<String>,
    /// The moment of the decision.
    pub now: Time,
    /// How many picks, 1 to 1000; 1 where not given.
    pub count: usize,
    /// Through which channel; the group's where not given.
    pub channel: Option<String>,
    /// Under what circumstances; meets facets of the same name.
    pub context: Option<Attributes>,
    /// An objective's name, or weights by kind.
    pub objective: Option<Value>,
    /// How to choose; the configuration's where not given.
    pub policy: Option<Policy>,
    /// The items that may be picked; all where not given.
    pub only: Option<Vec<String>>,
    /// Items that may not.
    pub exclude: Vec<String>,
    /// For policies that draw: another seed, another draw.
    pub seed: u32,
}

/// Picks of one request at most.
pub const MAX_COUNT: u32 = 1000;

impl Request {
    /// Reads a request and checks every field.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let ids = |value, path: &str| value::list(value, path, id::id);
        let request = Self {
            user: fields.optional("user", id::id)?,
            group: fields.optional("group", id::id)?,
            now: fields.required("now", time::time)?,
            count: fields.or("count", 1, value::whole(1, MAX_COUNT))? as usize,
            channel: fields.optional("channel", id::id)?,
            context: fields.optional("context", Attributes::read)?,
            objective: fields.optional("objective", value::anything)?,
            policy: fields.optional("policy", Policy::read)?,
            only: fields.optional("only", ids)?,
            exclude: fields.or("exclude", Vec::new(), ids)?,
            seed: fields.or("seed", 0, value::whole(0, u32::MAX))?,
        };
        if request.user.is_none() && request.group.is_none() {
            return Err(Error::new(Code::Missing, path, "a user or a group", ""));
        }
        fields.finish()?;
        Ok(request)
    }

    /// The numbers of the items in `only` and `exclude`, ascending, each once; ids not known name nothing.
    pub fn numbers(&self, world: &World) -> (Option<Vec<u32>>, Vec<u32>) {
        let numbers = |ids: &Vec<String>| {
            let mut numbers: Vec<u32> = ids.iter().filter_map(|id| world.library.ids.get(id)).collect();
            order::sort(&mut numbers);
            numbers.dedup();
            numbers
        };
        (self.only.as_ref().map(numbers), numbers(&self.exclude))
    }

    /// Adds the request to a fingerprint.
    pub fn digest(&self, digest: Digest) -> Digest {
        let list = |digest: Digest, ids: &[String]| {
            ids.iter().fold(digest.whole(ids.len() as i64), |digest, id| digest.text(id))
        };
        let digest = digest.maybe(self.user.as_deref()).maybe(self.group.as_deref()).whole(self.now);
        let digest = digest.whole(self.count as i64).maybe(self.channel.as_deref()).whole(self.seed.into());
        let digest = match &self.only {
            Some(only) => list(digest.whole(1), only),
            None => digest.whole(0),
        };
        let digest = list(digest, &self.exclude);
        match (&self.context, &self.objective, &self.policy) {
            (None, None, None) => digest,
            rest => digest.text(&crate::base::value::json(&rest)),
        }
    }
}

/// What to tell along with a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Whether to list what was refused, with the rule; false where not given.
    pub explain: bool,
    /// Whether to give the reasons of each pick; true where not given.
    pub reasons: bool,
}

/// As where nothing is said in JavaScript, whose side reads them (`pkg/recommender.js`).
impl Default for Options {
    fn default() -> Self {
        Self { explain: false, reasons: true }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Request> {
        Request::read(Value::from_json(json, "").unwrap(), "request")
    }

    #[test]
    fn a_request_needs_a_subject_and_a_moment() {
        assert_eq!(read(r#"{"now":1}"#).unwrap_err().code, Code::Missing);
        assert_eq!(read(r#"{"user":"u"}"#).unwrap_err().path, "request.now");
        assert_eq!(read(r#"{"user":"u","now":1,"count":0}"#).unwrap_err().path, "request.count");
        assert_eq!(read(r#"{"user":"u","now":1,"n":5}"#).unwrap_err().path, "request.n");
    }

    #[test]
    fn every_field_counts_for_the_fingerprint() {
        let of = |json: &str| read(json).unwrap().digest(Digest::new("")).finish();
        let plain = of(r#"{"user":"u","now":1}"#);
        for json in [
            r#"{"group":"u","now":1}"#,
            r#"{"user":"u","now":2}"#,
            r#"{"user":"u","now":1,"count":2}"#,
            r#"{"user":"u","now":1,"channel":"c"}"#,
            r#"{"user":"u","now":1,"context":{"a":1}}"#,
            r#"{"user":"u","now":1,"objective":"care"}"#,
            r#"{"user":"u","now":1,"policy":{"type":"greedy"}}"#,
            r#"{"user":"u","now":1,"only":["a"]}"#,
            r#"{"user":"u","now":1,"exclude":["a"]}"#,
            r#"{"user":"u","now":1,"seed":1}"#,
        ] {
            assert_ne!(of(json), plain, "{json}");
        }
    }
}
