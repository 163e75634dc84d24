//! Referral leaders (推荐之星): users who brought others, by one level of invitations. There are no trees, because the law
//! on pyramid selling forbids rewards over several levels.

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;

use crate::base::error::{Error, Result};
use crate::base::id;
use crate::base::index::UserIndex;
use crate::base::order;
use crate::base::time::{self, DAY, Time};
use crate::base::value::{self, Fields, Value};
use crate::operations::experiment::window;

use super::study_log::StudyLog;

/// A request for referral leaders.
#[derive(Debug, Clone)]
pub struct ReferralRequest {
    from: Time,
    to: Time,
    kind: String,
    within: Time,
    active_after: Time,
    limit: usize,
}

impl ReferralRequest {
    /// Reads a request.
    ///
    /// # Errors
    /// An error with the path of the field that breaks a rule.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let request = Self {
            from: fields.required("from", time::time)?,
            to: fields.required("to", time::time)?,
            kind: fields.or("kind", "invited".to_owned(), id::id)?,
            within: fields.or("withinDays", 30 * DAY, window)?,
            active_after: fields.or("activeAfterDays", 7 * DAY, window)?,
            limit: fields.or("limit", 100, value::whole(1, 1_000_000))? as usize,
        };
        fields.check()?;
        if request.to < request.from {
            return Err(Error::invalid(
                &fields.path("to"),
                format!("a time not before `from` ({})", request.from),
                request.to,
            ));
        }
        fields.finish()?;
        Ok(request)
    }
}

/// A user who invited others.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct ReferralLeader {
    /// User id.
    pub user: String,
    /// Distinct people invited.
    pub invited: usize,
    /// Invited people whose first activity came within the window.
    pub arrived: usize,
    /// Arrived people active again after `activeAfterDays`.
    pub active: usize,
    /// Arrived people with a purchase.
    pub purchased: usize,
    /// Sum of the values of these purchases.
    pub value: f64,
    /// The leader's own shares.
    pub shares: usize,
    /// The leader's own comments and likes.
    pub engagements: usize,
}

/// Own activity of a user.
#[derive(Debug, Clone, Copy, Default)]
struct Activity {
    first: Time,
    last: Time,
    purchases: usize,
    value: f64,
}

/// Returns the users with invitations from `from` to `to`: most arrivals first, then most active, purchases, value
/// and invitations, then by id. Activity of the invited people counts up to the end of the log.
pub fn referral_leaders(log: &StudyLog, request: &ReferralRequest) -> Vec<ReferralLeader> {
    let activities = activities(log);
    let is_asked = |at: Time| (request.from..=request.to).contains(&at);
    let kind = log.world.kinds.index(&request.kind);
    let (mut known, mut arrived) = (FxHashSet::default(), FxHashSet::default());
    let mut leaders: FxHashMap<UserIndex, ReferralLeader> = FxHashMap::default();
    for event in log.events.iter().filter(|event| Some(event.kind) == kind) {
        let Some((user, invitee)) = event.user.zip(event.target).filter(|(user, invitee)| user != invitee) else {
            continue;
        };
        let leads_to = |activity: &&Activity| (0..=request.within).contains(&(activity.first - event.at));
        // Invitations come by time, so the first one within the window gets the arrival.
        let arrival = activities.get(&invitee).filter(leads_to).filter(|_| arrived.insert(invitee));
        if !is_asked(event.at) {
            continue;
        }
        let leader = leaders.entry(user).or_default();
        leader.invited += usize::from(known.insert((user, invitee)));
        if let Some(activity) = arrival {
            leader.arrived += 1;
            leader.active += usize::from(activity.last - activity.first >= request.active_after);
            leader.purchased += usize::from(activity.purchases > 0);
            leader.value += activity.value;
        }
    }
    for event in log.events.iter().filter(|event| is_asked(event.at)) {
        let Some(leader) = event.user.and_then(|user| leaders.get_mut(&user)) else { continue };
        match log.world.kinds.name(event.kind) {
            "share" => leader.shares += 1,
            "comment" | "like" => leader.engagements += 1,
            _ => {}
        }
    }
    let named = |(user, leader)| ReferralLeader { user: log.world.users.ids.name(user).to_owned(), ..leader };
    let mut leaders: Vec<ReferralLeader> = leaders.into_iter().map(named).collect();
    order::sort_by(&mut leaders, |a, b| {
        let counts = |leader: &ReferralLeader| [leader.arrived, leader.active, leader.purchased];
        counts(b)
            .cmp(&counts(a))
            .then_with(|| b.value.total_cmp(&a.value))
            .then_with(|| (b.invited, &a.user).cmp(&(a.invited, &b.user)))
    });
    leaders.truncate(request.limit);
    leaders
}

/// Returns the own activity of all users: interactions of any kind, and joining.
fn activities(log: &StudyLog) -> FxHashMap<UserIndex, Activity> {
    let mut activities: FxHashMap<UserIndex, Activity> = FxHashMap::default();
    let mut at = |user: UserIndex, at: Time| {
        let activity = activities.entry(user).or_insert(Activity { first: at, last: at, ..Activity::default() });
        (activity.first, activity.last) = (activity.first.min(at), activity.last.max(at));
    };
    for event in &log.events {
        event.user.into_iter().for_each(|user| at(user, event.at));
    }
    for user in log.world.users.iter() {
        if let Some((number, joined)) = log.world.users.ids.get(&user.id).zip(user.joined_at) {
            at(number, joined);
        }
    }
    for event in log.events.iter().filter(|event| log.world.kinds.of(event.kind).uses_value) {
        if let Some(activity) = event.user.and_then(|user| activities.get_mut(&user)) {
            activity.purchases += 1;
            activity.value += event.value.unwrap_or(0.0);
        }
    }
    activities
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::studies::fixture::read_log;

    fn leaders(lines: &[&str], request: &str) -> Vec<ReferralLeader> {
        let request = ReferralRequest::read(Value::from_json(request, "").unwrap(), "request").unwrap();
        referral_leaders(&read_log(lines), &request)
    }

    fn invitation(at_day: i64, user: &str, target: &str) -> String {
        let at = at_day * DAY;
        format!(r#"{{"interaction":{{"user":"{user}","target":"{target}","kind":"invited","at":{at}}}}}"#)
    }

    fn activity(at_day: i64, user: &str, kind: &str) -> String {
        let at = at_day * DAY;
        format!(r#"{{"interaction":{{"user":"{user}","kind":"{kind}","at":{at},"value":5}}}}"#)
    }

    #[test]
    fn an_arrival_belongs_to_the_first_inviter_within_the_window() {
        let lines = [
            invitation(1, "early", "new"),
            invitation(40, "first", "new"),
            invitation(41, "second", "new"),
            invitation(41, "second", "second"),
            activity(45, "new", "joined"),
            activity(52, "new", "convert"),
            activity(2, "old", "click"),
            invitation(42, "first", "old"),
            activity(43, "first", "share"),
            activity(44, "first", "comment"),
            activity(99, "first", "like"),
        ];
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let found = leaders(&lines, &format!(r#"{{"from":0,"to":{}}}"#, 60 * DAY));
        let row =
            |user: &str, invited, arrived| ReferralLeader { user: user.into(), invited, arrived, ..Default::default() };
        let first =
            ReferralLeader { active: 1, purchased: 1, value: 5.0, shares: 1, engagements: 1, ..row("first", 2, 1) };
        assert_eq!(found, [first, row("early", 1, 0), row("second", 1, 0)]);
        // The arrival is attributed to the first inviter even if only the second is requested.
        let later = leaders(&lines, &format!(r#"{{"from":{},"to":{}}}"#, 41 * DAY, 60 * DAY));
        assert_eq!(
            later.iter().map(|one| (one.user.as_str(), one.arrived)).collect::<Vec<_>>(),
            [("first", 0), ("second", 0)]
        );
    }

    #[test]
    fn joining_is_an_arrival_and_being_known_before_is_none() {
        let user = |id: &str, day: i64| format!(r#"{{"user":{{"id":"{id}","joinedAt":{}}}}}"#, day * DAY);
        let lines = [
            invitation(10, "u", "a"),
            invitation(10, "u", "b"),
            user("a", 12),
            user("b", 9),
            activity(12, "b", "click"),
        ];
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let found = leaders(&lines, &format!(r#"{{"from":0,"to":{}}}"#, 60 * DAY));
        assert_eq!((found[0].invited, found[0].arrived, found[0].active), (2, 1, 0));
    }

    #[test]
    fn errors_name_their_path() {
        for (json, path) in [
            (r#"{"to":1}"#, "request.from"),
            (r#"{"from":2,"to":1}"#, "request.to"),
            (r#"{"from":0,"to":1,"limit":0}"#, "request.limit"),
            (r#"{"from":0,"to":1,"withinDays":0}"#, "request.withinDays"),
            (r#"{"from":0,"to":1,"days":0}"#, "request.days"),
        ] {
            let error = ReferralRequest::read(Value::from_json(json, "").unwrap(), "request").unwrap_err();
            assert_eq!(error.path, path, "{json}");
        }
    }
}
