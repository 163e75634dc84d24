//! The first pass over a log: the decisions that were sent, their outcomes, and the configurations.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::order;
use crate::base::time::Time;
use crate::base::value::Value;
use crate::recommender::Recommender;
use crate::recommender::decision::Sent;
use crate::recommender::request::Request;

use super::entry::{LogChange, LogEntry};
use super::question::{OffPolicyQuestion, Recipients};

/// A decision that was sent.
#[derive(Debug)]
pub struct LoggedAcceptance {
    /// The decision as it was accepted.
    pub sent: Sent,
    /// Time of sending, ms.
    pub at: Time,
    /// Number of log entries that the deciding state had applied.
    pub position: u64,
}

/// An interaction that may be an outcome.
#[derive(Debug)]
pub struct Response {
    decision: Option<Arc<str>>,
    /// The user who responded.
    pub user: Option<Arc<str>>,
    /// The item.
    pub item: Option<Arc<str>>,
    /// The kind.
    pub kind: Arc<str>,
    at: Time,
}

/// Acceptances and counts collected by the first pass.
#[derive(Debug)]
pub struct Acceptances {
    question: OffPolicyQuestion,
    /// Entries that came before the log, in the state it begins with.
    base: u64,
    /// Number of entries read.
    entries: u64,
    by_id: FxHashMap<String, LoggedAcceptance>,
    /// Reserved decisions with the position of their reservation.
    reserved: FxHashMap<String, LoggedAcceptance>,
    responses: Vec<Response>,
    /// Users who are not profiled at the end of the log.
    opted_out: FxHashSet<String>,
    /// Configurations with the number of entries before each.
    pub configs: Vec<(u64, Value)>,
    end: Time,
}

/// The decisions of the period with their outcomes.
#[derive(Debug)]
pub struct Collected {
    /// By position, then by time and id.
    pub decisions: Vec<LoggedAcceptance>,
    /// Outcomes of each decision, each user, item and kind once.
    pub responses: Vec<Vec<Response>>,
    /// Last moment of the period, ms.
    pub to: Time,
    /// Decisions before or after the period.
    pub outside_period: u32,
    /// Decisions younger than the attribution window.
    pub too_recent: u32,
    /// Decisions of the period for the other type of recipient, users or groups, than the evaluated one.
    pub other_recipients: u32,
    /// Decisions for users who are not profiled at the end of the log.
    pub not_profiled: u32,
    /// Outcomes in the period without the id of a decision.
    pub without_decision: u32,
}

impl Acceptances {
    /// Starts with an empty state.
    pub fn new(question: OffPolicyQuestion) -> Self {
        let (by_id, reserved) = (FxHashMap::default(), FxHashMap::default());
        let (responses, configs) = (Vec::new(), Vec::new());
        let opted_out = FxHashSet::default();
        Self { question, base: 0, entries: 0, by_id, reserved, responses, opted_out, configs, end: Time::MIN }
    }

    /// Starts with the state before the log: positions count its entries too, and its users may have opted out.
    pub fn begin_after(&mut self, state: &Recommender) {
        self.base = state.log_position().unwrap_or(0);
        for user in state.world().users.iter() {
            self.set_profiled(user.id.clone(), user.personalised != Some(false));
        }
    }

    /// Reads the next entry: acceptances, responses, consent and configurations are kept.
    pub fn push(&mut self, entry: LogEntry) {
        self.end = self.end.max(entry.now.unwrap_or(Time::MIN));
        match entry.change {
            LogChange::Accept(sent) => {
                let acceptance = self.acceptance(sent);
                self.accept(acceptance);
            }
            LogChange::Reserve(sent, _) => {
                let acceptance = self.acceptance(sent);
                self.reserved.insert(acceptance.sent.id.clone(), acceptance);
            }
            LogChange::Confirm(decision, at) => {
                if let Some(reserved) = self.reserved.remove(&decision) {
                    self.accept(LoggedAcceptance { at, ..reserved });
                }
            }
            LogChange::Release(decision) => {
                self.by_id.remove(&decision);
                self.reserved.remove(&decision);
            }
            LogChange::SetPersonalised(user, on) => self.set_profiled(user, on),
            LogChange::Users(users) => {
                users.into_iter().for_each(|user| self.set_profiled(user.id, user.personalised != Some(false)));
            }
            LogChange::Forget(user) => {
                let is_other = |_: &String, one: &mut LoggedAcceptance| one.sent.user.as_ref() != Some(&user);
                self.by_id.retain(is_other);
                self.reserved.retain(is_other);
                self.responses.retain(|response| response.user.as_deref() != Some(&user));
            }
            LogChange::Config(config) => self.configs.push((self.entries, config)),
            LogChange::Observe(interactions) => {
                let kinds = self.question.outcome.kinds();
                for one in interactions {
                    self.end = self.end.max(one.at);
                    if kinds.contains(&&*one.kind) {
                        let (decision, user, item) = (one.decision, one.user, one.item);
                        self.responses.push(Response { decision, user, item, kind: one.kind, at: one.at });
                    }
                }
            }
            _ => {}
        }
        self.entries += 1;
    }

    fn acceptance(&self, sent: Sent) -> LoggedAcceptance {
        // A position after the acceptance belongs to another log.
        let position = sent.log_position.map_or(self.entries, |position| position.saturating_sub(self.base));
        LoggedAcceptance { at: sent.at, position: position.min(self.entries), sent }
    }

    fn set_profiled(&mut self, user: String, is_profiled: bool) {
        match is_profiled {
            true => drop(self.opted_out.remove(&user)),
            false => drop(self.opted_out.insert(user)),
        }
    }

    fn accept(&mut self, acceptance: LoggedAcceptance) {
        self.end = self.end.max(acceptance.at);
        self.by_id.insert(acceptance.sent.id.clone(), acceptance);
    }

    /// Returns the decisions of the period with their outcomes.
    pub fn finish(self) -> Collected {
        let OffPolicyQuestion { from, to, attribution_window: window, recipients, .. } = self.question;
        let to = to.unwrap_or(self.end.max(from));
        let (mut outside_period, mut other_recipients, mut too_recent, mut not_profiled) = (0, 0, 0, 0);
        let is_out = |user: Option<&str>| user.is_some_and(|user| self.opted_out.contains(user));
        let mut decisions: Vec<LoggedAcceptance> = Vec::new();
        for acceptance in self.by_id.into_values() {
            match acceptance.at {
                at if at < from || at > to => outside_period += 1,
                _ if recipients.is_some_and(|wanted| wanted != acceptance.recipients()) => other_recipients += 1,
                at if at.saturating_add(window) > self.end => too_recent += 1,
                _ if is_out(acceptance.sent.user.as_deref()) => not_profiled += 1,
                _ => decisions.push(acceptance),
            }
        }
        order::sort_by(&mut decisions, |a, b| (a.position, a.at, &a.sent.id).cmp(&(b.position, b.at, &b.sent.id)));
        let by_id: FxHashMap<&str, usize> =
            decisions.iter().zip(0..).map(|(one, n)| (one.sent.id.as_str(), n)).collect();
        let mut responses: Vec<Vec<Response>> = decisions.iter().map(|_| Vec::new()).collect();
        let mut without_decision = 0;
        let mut known = FxHashSet::default();
        for response in self.responses.into_iter().filter(|response| !is_out(response.user.as_deref())) {
            let Some(decision) = &response.decision else {
                without_decision += u32::from(response.at >= from && response.at <= to);
                continue;
            };
            let Some(&n) = by_id.get(&**decision) else { continue };
            let is_within = (decisions[n].at..=decisions[n].at.saturating_add(window)).contains(&response.at);
            let key = (n, response.user.clone(), response.item.clone(), response.kind.clone());
            if is_within && known.insert(key) {
                responses[n].push(response);
            }
        }
        Collected {
            decisions,
            responses,
            to,
            outside_period,
            other_recipients,
            too_recent,
            not_profiled,
            without_decision,
        }
    }
}

impl LoggedAcceptance {
    /// Returns the kind of its recipient.
    pub fn recipients(&self) -> Recipients {
        if self.sent.user.is_some() { Recipients::Users } else { Recipients::Groups }
    }

    /// Returns the request of the decision. If none is logged, it had only the options in the decision.
    pub fn request(&self) -> Request {
        let Sent { user, group, at, .. } = &self.sent;
        let count = self.sent.picks.len();
        let request = match &self.sent.request {
            Some(request) => request.for_recipient(user.clone(), group.clone(), *at),
            None => Request { user: user.clone(), group: group.clone(), now: *at, count, ..Request::default() },
        };
        Request {
            channel: request.channel.or_else(|| self.sent.channel.clone()),
            step: request.step.or_else(|| self.sent.step.clone()),
            occasion: if request.occasion.is_push() { self.sent.occasion } else { request.occasion },
            ..request
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORDS: [&str; 2] = [
        r#"{"put":"users","records":[{"id":"u"},{"id":"v","personalised":false}]}"#,
        r#"{"put":"groups","records":[{"id":"g","members":["u","v"]}]}"#,
    ];
    const LOG: [&str; 3] = [
        r#"{"accept":{"id":"d","subject":{"group":"g"},"at":1000,"picks":[{"item":"i"}]}}"#,
        r#"{"observeAll":[{"user":"u","item":"i","kind":"click","at":2000,"decision":"d"},{"user":"v","item":"i","kind":"click","at":2000,"decision":"d"}]}"#,
        r#"{"observe":{"user":"u","item":"i","kind":"view","at":200000000}}"#,
    ];

    fn entries(lines: &[&str]) -> Vec<LogEntry> {
        lines.iter().map(|json| LogEntry::read(Value::from_json(json, "").unwrap(), "log").unwrap()).collect()
    }

    #[test]
    fn those_who_opted_out_before_the_log_do_not_respond() {
        let mut state = Recommender::new(Value::Null).unwrap();
        for entry in entries(&RECORDS) {
            entry.apply(&mut state).unwrap();
        }
        let question = OffPolicyQuestion::read(Value::from_json(r#"{"from":0}"#, "").unwrap(), "").unwrap();
        let mut after = Acceptances::new(question.clone());
        after.begin_after(&state);
        let mut whole = Acceptances::new(question);
        entries(&RECORDS).into_iter().for_each(|entry| whole.push(entry));
        for mut acceptances in [after, whole] {
            entries(&LOG).into_iter().for_each(|entry| acceptances.push(entry));
            let responses = acceptances.finish().responses;
            let users: Vec<Option<&str>> =
                responses.iter().flatten().map(|response| response.user.as_deref()).collect();
            assert_eq!(users, [Some("u")]);
        }
    }
}
