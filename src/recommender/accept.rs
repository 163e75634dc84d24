//! Accepting a decision: records that it was sent.

use serde::Serialize;

use crate::base::error::{Error, Result};
use crate::base::time::Time;
use crate::eligibility::total_cap_reached;
use crate::engine::Engine;
use crate::memory::Subject;
use crate::memory::decisions::Accepted;
use crate::world::recipient::Recipient;

use super::Recommender;
use super::decision::{self, Acceptance, Sent};

/// The stored part of an accepted decision.
#[derive(Debug, PartialEq, Serialize)]
pub struct AcceptedDecision<'a> {
    id: &'a str,
    /// The user; the group only if the decision was for the group as a whole.
    subject: decision::SubjectRef,
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<&'a str>,
    at: Time,
    picks: Vec<AcceptedPick<'a>>,
}

/// A pick of an accepted decision.
#[derive(Debug, PartialEq, Serialize)]
struct AcceptedPick<'a> {
    item: &'a str,
    propensity: f64,
}

impl Recommender {
    /// Returns an accepted decision, unless it was released or is older than 90 days.
    pub fn decision<'a>(&'a self, id: &'a str) -> Option<AcceptedDecision<'a>> {
        let Accepted { at, to, channel, picks } = self.engine.memory.exposure.decision(id)?;
        let world = &self.engine.world;
        let (users, groups, items) = (&world.users.ids, &world.groups.ids, &world.library.ids);
        let (user, group) = match *to {
            Subject::User(user) => (Some(users.name(user).to_owned()), None),
            Subject::Group(group) => (None, Some(groups.name(group).to_owned())),
        };
        let pick = |&(item, propensity): &(u32, f64)| AcceptedPick { item: items.name(item), propensity };
        Some(AcceptedDecision {
            id,
            subject: decision::SubjectRef { user, group },
            channel: channel.map(|channel| world.channels.ids.name(channel)),
            at: *at,
            picks: picks.iter().map(pick).collect(),
        })
    }

    /// Records that a decision was sent. Caps over the total are checked again; accepting it twice counts once.
    ///
    /// # Errors
    /// [`Code::Invalid`](crate::base::error::Code::Invalid) for a decision without a subject.
    pub fn accept(&mut self, sent: &Sent) -> Result<Acceptance> {
        if let Some(rule) = self.engine.memory.exposure.refusal(&sent.id, sent.at) {
            return Ok(Acceptance::refused(rule, Vec::new()));
        }
        if self.is_ahead(sent.at) {
            return Ok(Acceptance::refused("ahead", Vec::new()));
        }
        let is_full = |item: &&String| {
            let number = self.engine.world.library.ids.get(item);
            number.is_some_and(|number| total_cap_reached(&self.engine.world, &self.engine.memory, number, sent.at))
        };
        let full: Vec<String> = sent.picks.iter().map(|(item, _)| item).filter(is_full).cloned().collect();
        if !full.is_empty() {
            return Ok(Acceptance::refused("cap.total", full));
        }
        self.clock.mark_change();
        let world = self.engine.world.change();
        let to = match (&sent.user, &sent.group) {
            (Some(user), _) => Subject::User(world.users.ids.intern(user)),
            (None, Some(group)) => Subject::Group(world.groups.ids.intern(group)),
            (None, None) => return Err(Error::invalid("decision.subject", "a user or a group", "neither")),
        };
        let channel = sent.channel.as_ref().map(|id| world.channels.ids.intern(id));
        let (user, group) = match to {
            Subject::User(user) => (Some(user), sent.group.as_ref().and_then(|id| world.groups.ids.get(id))),
            Subject::Group(group) => (None, Some(group)),
        };
        let recipient = Recipient { is_user: user.is_some(), user, group, channel };
        if recipient.without_opted_out(world) == recipient {
            self.add_pending_picks(sent, recipient);
        }
        let Engine { world, memory, .. } = &mut self.engine;
        let (items, exposure) = (&mut world.change().library.ids, &mut memory.change().exposure);
        let picks = sent.picks.iter().map(|(item, p)| (items.intern(item), *p)).collect();
        exposure.accept(&sent.id, Accepted { at: sent.at, to, channel, picks });
        // By the decision's time, not the trusted time: a request for next year would drop the decisions of today.
        exposure.forget_old_decisions(sent.at);
        Ok(Acceptance::accepted())
    }
}
