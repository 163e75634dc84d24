//! Decisions as the contract writes them, and the input and result of `accept`.

use std::sync::Arc;

use serde::Serialize;

use crate::base::digest::hex;
use crate::base::error::{Code, Error, Result};
use crate::base::id;
use crate::base::sorted::SortedMap;
use crate::base::time::{self, Time};
use crate::base::value::builder::deserialize_by_read;
use crate::base::value::{self, Fields, Value, display_number};
use crate::eligibility::{Refused, Silence};
use crate::operations::step_ref::StepRef;
use crate::scoring::objective::Objective;
use crate::slate::policy::Policy;
use crate::slate::reason::Reason;
use crate::world::World;
use crate::world::occasion::Occasion;

use super::logged_request::LoggedRequest;
use super::request::Request;

/// A decision: the slate for a recipient, with its policy, model and reasons.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    /// Digest of state, model and request: the same request in the same state has the same id.
    pub id: String,
    /// The recipient.
    pub subject: SubjectRef,
    /// The channel the request named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// The request's occasion, unless it is a push.
    #[serde(skip_serializing_if = "Occasion::is_push")]
    pub occasion: Occasion,
    /// The request's `now`, ms.
    pub at: Time,
    /// The slate, best first.
    pub picks: Vec<Recommendation>,
    /// True if the subject has no history; for a group, none of its members either.
    pub cold_start: bool,
    /// False if the user opted out of profiling; else absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub personalised: Option<bool>,
    /// The rule that forbids sending anything; absent if items may be sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub silent: Option<Silent>,
    /// The step that the request is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<StepRef>,
    /// The objective: weights by kind.
    pub objective: SortedMap<Arc<str>, f64>,
    /// The policy that filled the slate.
    pub policy: Policy,
    /// Name of the model; changes with any weight.
    pub model: String,
    /// The recipient's tier at the decision's time; for a group that of most members.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// Names of variants by experiment.
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "as_map")]
    pub variants: Vec<(String, String)>,
    /// Names of the quotas that could not be met.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unmet_quotas: Vec<String>,
    /// The fields of the request that were given, without recipient and time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<LoggedRequest>,
    /// Number of log entries that the deciding state had applied, from 0; absent without a log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_position: Option<u64>,
    /// All items refused, with the rule; only with `explain`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<Vec<RefusedItem>>,
}

impl Decision {
    /// Creates a decision without picks.
    pub(super) fn empty(
        id: u128,
        request: &Request,
        world: &World,
        objective: &Objective,
        policy: Policy,
        model: &str,
    ) -> Self {
        let mut named = SortedMap::default();
        for (kind, weight) in &objective.0 {
            *named.or_default(world.kinds.shared_name(*kind)) = *weight;
        }
        Self {
            id: hex(id),
            subject: SubjectRef { user: request.user.clone(), group: request.group.clone() },
            channel: request.channel.clone(),
            occasion: request.occasion,
            at: request.now,
            picks: Vec::new(),
            cold_start: true,
            personalised: None,
            silent: None,
            step: request.step.clone(),
            objective: named,
            policy,
            model: model.to_owned(),
            tier: None,
            variants: Vec::new(),
            unmet_quotas: Vec::new(),
            request: LoggedRequest::of(request),
            log_position: None,
            refused: None,
        }
    }
}

fn as_map<S: serde::Serializer>(pairs: &[(String, String)], serializer: S) -> std::result::Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(key, value)| (key, value)))
}

impl Decision {
    /// Checks that all numbers are finite: JSON would turn others into `null`.
    ///
    /// # Errors
    /// [`Code::NotFinite`] names the first that is not.
    pub(super) fn check_finite(&self) -> Result<()> {
        for (n, pick) in self.picks.iter().enumerate() {
            let amounts = pick.reasons.iter().map(|reason| ("reasons", reason.amount));
            let chances = pick.chances.iter().map(|(_, chance)| ("chances", *chance));
            let mut numbers =
                [("score", pick.score), ("propensity", pick.propensity)].into_iter().chain(chances).chain(amounts);
            if let Some((name, number)) = numbers.find(|(_, number)| !number.is_finite()) {
                let path = ["decision.picks[", &n.to_string(), "].", name].concat();
                return Err(Error::new(Code::NotFinite, &path, "a finite number", display_number(number)));
            }
        }
        Ok(())
    }
}

/// The recipient of a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SubjectRef {
    /// The user's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The group's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
}

/// One pick.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Recommendation {
    /// The item's id.
    pub item: String,
    /// Position in the slate, from 1.
    pub rank: usize,
    /// Utility less the diversity penalty.
    pub score: f64,
    /// The probability of this pick in its slot, given the earlier slots, 0 to 1.
    pub propensity: f64,
    /// The probability of each kind, 0 to 1.
    pub chances: SortedMap<Arc<str>, f64>,
    /// True if the probabilities only order items and are not calibrated.
    pub relative: bool,
    /// The attribution: amounts sum to the score.
    pub reasons: Vec<Reason>,
    /// The item's own data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
}

/// The rule that forbids sending anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Silent {
    /// `cadence.user`, `cadence.group`, `cadence.channel`, `quiet-hours`, or `step.` and why the step is not due.
    pub rule: &'static str,
    /// End of the silence, ms, if it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
}

impl From<Silence> for Silent {
    fn from(silence: Silence) -> Self {
        Self { rule: silence.rule, until: silence.until }
    }
}

/// A refused item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RefusedItem {
    /// The item's id.
    pub item: String,
    /// The first rule that excludes it.
    pub rule: String,
    /// End of the exclusion, ms, if it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
}

pub(super) fn refused(world: &World, refused: &Refused) -> RefusedItem {
    let item = world.library.ids.name(refused.item).to_owned();
    RefusedItem { item, rule: refused.refusal.rule.as_str().to_owned(), until: refused.refusal.until }
}

/// The part of a decision that `accept` reads.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Sent {
    /// The decision's id.
    pub id: String,
    /// The user's id.
    pub user: Option<String>,
    /// The group's id; with a user, the group they are addressed in.
    pub group: Option<String>,
    /// The channel's id.
    pub channel: Option<String>,
    /// The decision's time, ms.
    pub at: Time,
    /// Item ids with propensities.
    pub picks: Vec<(String, f64)>,
    /// The step that it is for.
    pub step: Option<StepRef>,
    /// The occasion; a push if absent.
    pub occasion: Occasion,
    /// The fields of the request; absent if only recipient and time were given.
    pub request: Option<LoggedRequest>,
    /// Number of log entries that the deciding state had applied.
    pub log_position: Option<u64>,
}

impl Sent {
    /// Reads a decision; hosts need to keep only `id`, `subject`, `at`, `channel`, `occasion` and the picks' `item` and
    /// `propensity`.
    ///
    /// # Errors
    /// Names the field that is wrong.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let (user, group) = fields.required("subject", |value, path| {
            let mut subject = Fields::of(value, path)?;
            let both = (subject.optional("user", id::id)?, subject.optional("group", id::id)?);
            subject.finish()?;
            Ok(both)
        })?;
        if user.is_none() && group.is_none() {
            return Err(Error::invalid(&fields.path("subject"), "a user or a group", "neither"));
        }
        let picks = fields.required("picks", |value, path| {
            value::list(value, path, |value, path| {
                let mut pick = Fields::of(value, path)?;
                let chance = value::number_that("a probability from 0 to 1", |p| (0.0..=1.0).contains(&p));
                let read = (pick.required("item", id::id)?, pick.or("propensity", 1.0, chance)?);
                pick.check().map(|()| read)
            })
        })?;
        if picks.is_empty() {
            return Err(no_picks(&fields.path("picks")));
        }
        let sent = Self {
            id: fields.required("id", id::id)?,
            user,
            group,
            channel: fields.optional("channel", id::id)?,
            at: fields.required("at", time::time)?,
            step: fields.optional("step", StepRef::read)?,
            occasion: fields.or("occasion", Occasion::Push, Occasion::read)?,
            picks,
            request: fields.optional("request", LoggedRequest::read)?,
            log_position: fields.optional("logPosition", log_position)?,
        };
        fields.check().map(|()| sent)
    }
}

impl TryFrom<&Decision> for Sent {
    type Error = Box<Error>;

    /// Takes the fields of a decision that `accept` reads.
    ///
    /// # Errors
    /// [`Code::Invalid`] for a decision without picks: silence is not sent.
    fn try_from(decision: &Decision) -> Result<Self> {
        if decision.picks.is_empty() {
            return Err(no_picks("decision.picks"));
        }
        Ok(Self {
            id: decision.id.clone(),
            user: decision.subject.user.clone(),
            group: decision.subject.group.clone(),
            channel: decision.channel.clone(),
            at: decision.at,
            occasion: decision.occasion,
            step: decision.step.clone(),
            picks: decision.picks.iter().map(|pick| (pick.item.clone(), pick.propensity)).collect(),
            request: decision.request.clone(),
            log_position: decision.log_position,
        })
    }
}

/// Reads a number of log entries: a whole number from 0 to 2^53.
///
/// # Errors
/// [`Code::Invalid`] for anything else.
pub fn log_position(value: Value, path: &str) -> Result<u64> {
    let holds = |n: f64| n.trunc() == n && (0.0..=9_007_199_254_740_992.0).contains(&n);
    Ok(value::number_that("a whole number from 0 to 2^53", holds)(value, path)? as u64)
}

fn no_picks(path: &str) -> Box<Error> {
    Error::invalid(path, "at least one pick (silence is not sent)", "none")
}

deserialize_by_read!(Sent);

/// The result of `accept`, `reserve` or `confirm`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Acceptance {
    /// True if the decision now counts as sent, or as reserved.
    pub accepted: bool,
    /// The rule that refused it: `already-accepted`, `already-reserved`, `not-reserved`, `too-old`, `ahead`, `step.sent`,
    /// `step.superseded`, `cap.total` or `rule.cap:NAME`; after a recheck also any other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The items that the rule refuses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<String>,
}

impl Acceptance {
    pub(super) fn accepted() -> Self {
        Self { accepted: true, rule: None, items: Vec::new() }
    }
    pub(super) fn refused(rule: &str, items: Vec<String>) -> Self {
        Self { accepted: false, rule: Some(rule.to_owned()), items }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_is_not_finite_is_an_error_that_names_it() {
        let request = Request::read(Value::from_json(r#"{"user":"u","now":1}"#, "").unwrap(), "").unwrap();
        let decision = |score: f64, chance: f64| {
            let mut chances = SortedMap::default();
            *chances.or_default(Arc::from("click")) = chance;
            let pick = Recommendation {
                item: "i".into(),
                rank: 1,
                score,
                propensity: 1.0,
                chances,
                relative: true,
                reasons: Vec::new(),
                data: None,
            };
            let empty = Decision::empty(7, &request, &World::default(), &Objective::default(), Policy::default(), "m");
            Decision { picks: vec![pick], ..empty }.check_finite()
        };
        assert!(decision(1.0, 0.5).is_ok());
        for (score, chance, path) in [(f64::NAN, 0.5, "score"), (1.0, f64::INFINITY, "chances")] {
            let error = decision(score, chance).unwrap_err();
            assert_eq!((error.code, error.path), (Code::NotFinite, format!("decision.picks[0].{path}")));
        }
    }
}
