//! Requests for decisions.

use serde::Serialize;

use crate::base::digest::Digest;
use crate::base::error::{Code, Error, Result};
use crate::base::id;
use crate::base::index::ItemIndex;
use crate::base::order;
use crate::base::time::{self, Time};
use crate::base::value::builder::{builder, deserialize_by_read};
use crate::base::value::{self, Fields, Value};
use crate::engine::config::diversity;
use crate::features::FamilyWeights;
use crate::operations::item_filter::ItemFilter;
use crate::operations::quota::Quota;
use crate::operations::repeats::Repeats;
use crate::operations::step_ref::StepRef;
use crate::slate::policy::Policy;
use crate::slate::quota::PreparedQuota;
use crate::world::World;
use crate::world::attributes::Attributes;
use crate::world::library::Library;
use crate::world::occasion::Occasion;

/// A request for a decision.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Request {
    /// The user addressed.
    pub user: Option<String>,
    /// The group addressed; with a user, the group they are addressed in.
    pub group: Option<String>,
    /// The occasion; a push by default.
    pub occasion: Occasion,
    /// Time of the decision, ms.
    pub now: Time,
    /// Number of picks, 1 to [`MAX_COUNT`]; 1 by default.
    pub count: usize,
    /// The channel; the group's by default.
    pub channel: Option<String>,
    /// The context; matched with facets of the same name.
    pub context: Option<Attributes>,
    /// Name of an objective, or weights by kind.
    pub objective: Option<Value>,
    /// The policy; the configuration's by default.
    pub policy: Option<Policy>,
    /// Multipliers of the model's weights by family; 1 by default.
    pub family_weights: Option<FamilyWeights>,
    /// Penalty for similarity to earlier picks, 0 to 1; the configuration's by default.
    pub diversity: Option<f64>,
    /// The only items that may be picked; all by default.
    pub only: Option<Selection>,
    /// Items that may not be picked.
    pub exclude: Selection,
    /// Quotas; the operations' by default.
    pub quotas: Option<Vec<Quota>>,
    /// True if items that were seen may come again; the configuration's by default.
    pub repeats: Option<Repeats>,
    /// The step of a journey that it is for.
    pub step: Option<StepRef>,
    /// Seed of policies that draw.
    pub seed: u32,
}

/// A request without recipient and time, and with every option at its default.
impl Default for Request {
    fn default() -> Self {
        Self {
            user: None,
            group: None,
            occasion: Occasion::Push,
            now: 0,
            count: 1,
            channel: None,
            context: None,
            objective: None,
            policy: None,
            family_weights: None,
            diversity: None,
            only: None,
            exclude: Selection::Ids(Vec::new()),
            quotas: None,
            repeats: None,
            step: None,
            seed: 0,
        }
    }
}

/// Items by id or by their metadata. Serialises to the contract's JSON.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Selection {
    /// These items; unknown ids are skipped.
    Ids(Vec<String>),
    /// The items that a filter matches.
    Filter(Box<ItemFilter>),
}

impl Selection {
    /// Reads a list of ids or a filter.
    ///
    /// # Errors
    /// Names the field that is wrong.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        match value {
            filter @ Value::Record(_) => ItemFilter::read(filter, path).map(|filter| Self::Filter(Box::new(filter))),
            ids => value::list(ids, path, id::id).map(Self::Ids),
        }
    }

    /// Returns an upper bound of the number of items of a library that it selects.
    pub fn most(&self, library: usize) -> usize {
        match self {
            Self::Ids(ids) => ids.len().min(library),
            Self::Filter(_) => library,
        }
    }

    /// Returns the indices of the items, ascending, each once.
    pub fn indices(&self, library: &Library) -> Vec<ItemIndex> {
        match self {
            Self::Ids(ids) => {
                let mut indices: Vec<ItemIndex> = ids.iter().filter_map(|id| library.ids.get(id)).collect();
                order::sort(&mut indices);
                indices.dedup();
                indices
            }
            Self::Filter(filter) => {
                let selected = library.iter().filter(|(_, entry)| filter.matches(&entry.item));
                selected.map(|(item, _)| item).collect()
            }
        }
    }

    fn digest(&self, digest: Digest) -> Digest {
        match self {
            Self::Ids(ids) => ids.iter().fold(digest.whole(ids.len() as i64), |digest, id| digest.text(id)),
            // No list has this length.
            Self::Filter(filter) => filter.digest(digest.whole(-1)),
        }
    }
}

/// Largest number of picks of one request.
pub const MAX_COUNT: u32 = 1000;

deserialize_by_read!(Request);

builder!(RequestBuilder of Request at "request":
    group "group", occasion "occasion", count "count", channel "channel", context "context", objective "objective",
    policy "policy", family_weights "familyWeights", diversity "diversity", only "only", exclude "exclude", quotas "quotas",
    repeats "repeats", step "step", seed "seed",
);

impl Request {
    /// Starts a request for a user at this time, ms. With `group`, the user is addressed in that group.
    ///
    /// ```
    /// use nextpick::{Policy, Request, Value};
    ///
    /// let policy = Value::record([("type", "thompson")]);
    /// let request = Request::to_user("u1", 1_774_958_400_000).count(3).policy(policy).exclude(["a1"]).build()?;
    /// assert_eq!(request.policy, Some(Policy::Thompson { draws: 1000 }));
    /// # Ok::<(), Box<nextpick::Error>>(())
    /// ```
    pub fn to_user(user: impl Into<Value>, now: Time) -> RequestBuilder {
        RequestBuilder::default().with("user", user).with("now", now)
    }

    /// Starts a request for a group as a whole at this time, ms.
    ///
    /// ```
    /// let request = nextpick::Request::to_group("g1", 1_774_958_400_000).objective("care").build()?;
    /// assert_eq!((request.user, request.count), (None, 1));
    /// # Ok::<(), Box<nextpick::Error>>(())
    /// ```
    pub fn to_group(group: impl Into<Value>, now: Time) -> RequestBuilder {
        RequestBuilder::default().with("group", group).with("now", now)
    }

    /// Reads a request.
    ///
    /// # Errors
    /// Names the field that is wrong.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let request = Self {
            user: fields.optional("user", id::id)?,
            group: fields.optional("group", id::id)?,
            now: fields.required("now", time::time)?,
            ..Self::read_options(&mut fields)?
        };
        fields.check()?;
        if request.user.is_none() && request.group.is_none() {
            return Err(Error::new(Code::Missing, path, "a user or a group", ""));
        }
        fields.finish()?;
        Ok(request)
    }

    /// Reads all fields but recipient and time, which it leaves empty.
    ///
    /// # Errors
    /// Names the field that is wrong.
    #[inline(never)]
    pub(super) fn read_options(fields: &mut Fields) -> Result<Self> {
        Ok(Self {
            user: None,
            group: None,
            occasion: fields.or("occasion", Occasion::Push, Occasion::read)?,
            now: 0,
            count: fields.or("count", 1, value::whole(1, MAX_COUNT))? as usize,
            channel: fields.optional("channel", id::id)?,
            context: fields.optional("context", Attributes::read)?,
            objective: fields.optional("objective", value::anything)?,
            policy: fields.optional("policy", Policy::read)?,
            family_weights: fields.optional("familyWeights", FamilyWeights::read)?,
            diversity: fields.optional("diversity", diversity)?,
            only: fields.optional("only", Selection::read)?,
            exclude: fields.or("exclude", Selection::Ids(Vec::new()), Selection::read)?,
            quotas: fields.optional("quotas", Quota::read_all)?,
            repeats: fields.optional("repeats", Repeats::read)?,
            step: fields.optional("step", StepRef::read)?,
            seed: fields.or("seed", 0, value::whole(0, u32::MAX))?,
        })
    }

    /// Returns the request's own quotas with their classes of items.
    pub fn prepared_quotas(&self, world: &World) -> Option<Vec<PreparedQuota>> {
        let mut quotas: Vec<PreparedQuota> = self.quotas.as_ref()?.iter().map(PreparedQuota::new).collect();
        quotas.iter_mut().for_each(|quota| quota.refresh(&world.library));
        Some(quotas)
    }

    /// Adds the request to a digest.
    pub fn digest(&self, digest: Digest) -> Digest {
        let digest = digest.maybe(self.user.as_deref()).maybe(self.group.as_deref()).whole(self.now);
        let digest = digest.whole(self.count as i64).maybe(self.channel.as_deref()).whole(self.seed.into());
        let digest = match &self.only {
            Some(only) => only.digest(digest.whole(1)),
            None => digest.whole(0),
        };
        let digest = self.exclude.digest(digest);
        let digest = match self.occasion {
            Occasion::Push => digest,
            other => digest.text("occasion").text(other.name()),
        };
        let digest = match (&self.context, &self.objective, &self.policy) {
            (None, None, None) => digest,
            rest => digest.text(&crate::base::value::json(&rest)),
        };
        // Only if given: the ids of other decisions are those of earlier versions.
        let digest = match &self.quotas {
            Some(quotas) => digest.text("quotas").text(&crate::base::value::json(quotas)),
            None => digest,
        };
        let digest = match &self.family_weights {
            Some(weights) => digest.text("familyWeights").text(&crate::base::value::json(weights)),
            None => digest,
        };
        let digest = match self.diversity {
            Some(diversity) => digest.text("diversity").text(&crate::base::value::json(&diversity)),
            None => digest,
        };
        let digest = match &self.repeats {
            Some(repeats) => digest.text("repeats").text(&crate::base::value::json(repeats)),
            None => digest,
        };
        match &self.step {
            Some(step) => step.digest(digest.text("step")),
            None => digest,
        }
    }
}

/// Optional parts of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// True to list the refused items with their rules; false by default.
    pub explain: bool,
    /// True to give the reasons of each pick; true by default.
    pub reasons: bool,
}

/// The defaults of the JavaScript API, which reads these options itself (`pkg/recommender.js`).
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
    fn every_field_changes_the_digest() {
        let digest_of = |json: &str| read(json).unwrap().digest(Digest::new("")).finish();
        let plain = digest_of(r#"{"user":"u","now":1}"#);
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
            r#"{"user":"u","now":1,"only":{"tags":["a"]}}"#,
            r#"{"user":"u","now":1,"exclude":{"tags":["a"]}}"#,
            r#"{"user":"u","now":1,"familyWeights":{"trend":2}}"#,
            r#"{"user":"u","now":1,"diversity":0}"#,
            r#"{"user":"u","now":1,"quotas":[]}"#,
            r#"{"user":"u","now":1,"quotas":[{"name":"q","items":{},"min":1}]}"#,
            r#"{"user":"u","now":1,"repeats":"always"}"#,
            r#"{"user":"u","now":1,"step":{"journey":"j","step":"s","enteredAt":1}}"#,
            r#"{"user":"u","now":1,"step":{"journey":"j","step":"s","enteredAt":1,"reference":"A1"}}"#,
            r#"{"user":"u","now":1,"seed":1}"#,
            r#"{"user":"u","now":1,"occasion":"reply"}"#,
        ] {
            assert_ne!(digest_of(json), plain, "{json}");
        }
    }
}
