//! Accepting a decision: records that it was sent.

use serde::Serialize;

use crate::base::error::{Error, Result};
use crate::base::time::Time;
use crate::eligibility::total_cap_reached;
use crate::memory::Subject;
use crate::memory::sending::Accepted;
use crate::world::occasion::Occasion;
use crate::world::recipient::Recipient;

use super::Recommender;
use super::decision::{self, Acceptance, Sent};

/// The stored part of an accepted decision.
#[derive(Debug, PartialEq, Serialize)]
pub struct AcceptedDecision<'a> {
    /// The decision's id.
    pub id: &'a str,
    /// The user; the group only if the decision was for the group as a whole.
    pub subject: decision::SubjectRef,
    /// The channel, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<&'a str>,
    /// The occasion.
    #[serde(skip_serializing_if = "Occasion::is_push")]
    pub occasion: Occasion,
    /// Time of the sending, ms.
    pub at: Time,
    /// The items sent.
    pub picks: Vec<AcceptedPick<'a>>,
}

/// A pick of an accepted decision.
#[derive(Debug, PartialEq, Serialize)]
pub struct AcceptedPick<'a> {
    /// The item's id.
    pub item: &'a str,
    /// The probability of this pick in its slot, given the earlier slots, 0 to 1.
    pub propensity: f64,
}

impl Recommender {
    /// Returns an accepted decision, unless it was released or is older than 90 days.
    pub fn decision<'a>(&'a self, id: &'a str) -> Option<AcceptedDecision<'a>> {
        let accepted = self.engine.memory.exposure.decision(id)?;
        let pick = |&(item, propensity): &(u32, f64)| AcceptedPick {
            item: self.engine.world.library.ids.name(item),
            propensity,
        };
        Some(AcceptedDecision {
            id,
            subject: self.subject_ref(accepted.to),
            channel: accepted.channel.map(|channel| self.engine.world.channels.ids.name(channel)),
            occasion: accepted.occasion,
            at: accepted.at,
            picks: accepted.picks.iter().map(pick).collect(),
        })
    }

    /// The ids of a subject.
    pub(super) fn subject_ref(&self, subject: Subject) -> decision::SubjectRef {
        match subject {
            Subject::User(user) => {
                decision::SubjectRef { user: Some(self.engine.world.users.ids.name(user).to_owned()), group: None }
            }
            Subject::Group(group) => {
                decision::SubjectRef { user: None, group: Some(self.engine.world.groups.ids.name(group).to_owned()) }
            }
        }
    }

    /// Records that a decision was sent. Caps over the total are checked again, unless the decision is reserved;
    /// accepting it twice counts once.
    ///
    /// ```
    /// use nextpick::{Item, Options, Recommender, Request, Sent, Value};
    ///
    /// let mut recommender = Recommender::new(Value::Null)?;
    /// recommender.put_items(vec![Item::builder("a").build()?]);
    /// let request = Request::to_user("u1", 1_774_958_400_000).build()?;
    /// let decision = recommender.recommend(&request, Options::default())?;
    /// let sent = Sent::try_from(&decision)?;
    /// assert!(recommender.accept(&sent)?.accepted);
    /// assert_eq!(recommender.accept(&sent)?.rule, Some("already-accepted"));
    /// assert_eq!(recommender.decision(&decision.id).unwrap().picks[0].item, "a");
    /// // The platform refused the message: it does not count.
    /// assert!(recommender.release(&decision.id));
    /// # Ok::<(), Box<nextpick::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Code::Invalid`](crate::base::error::Code::Invalid) for a decision without a subject.
    pub fn accept(&mut self, sent: &Sent) -> Result<Acceptance> {
        let exposure = &self.engine.memory.exposure;
        if let Some(rule) = exposure.refusal(&sent.id, sent.at) {
            return Ok(Acceptance::refused(rule, Vec::new()));
        }
        if self.is_ahead(sent.at) {
            return Ok(Acceptance::refused("ahead", Vec::new()));
        }
        let is_reserved = exposure.reservations().get(&sent.id).is_some_and(|held| held.until > sent.at);
        if !is_reserved && let Some(refused) = self.refusal_by_total_cap(sent) {
            return Ok(refused);
        }
        self.record_sending(sent)?;
        Ok(Acceptance::accepted())
    }

    /// Returns the refusal of a decision with items whose cap over the total is reached.
    pub(super) fn refusal_by_total_cap(&self, sent: &Sent) -> Option<Acceptance> {
        let is_full = |item: &&String| {
            let number = self.engine.world.library.ids.get(item);
            number.is_some_and(|number| total_cap_reached(&self.engine.world, &self.engine.memory, number, sent.at))
        };
        let full: Vec<String> = sent.picks.iter().map(|(item, _)| item).filter(is_full).cloned().collect();
        (!full.is_empty()).then(|| Acceptance::refused("cap.total", full))
    }

    /// Records the sending of a decision that nothing refuses.
    pub(super) fn record_sending(&mut self, sent: &Sent) -> Result<()> {
        self.clock.mark_change();
        let accepted = self.sending_of(sent)?;
        let (user, group) = match accepted.to {
            Subject::User(user) => {
                (Some(user), sent.group.as_ref().and_then(|id| self.engine.world.groups.ids.get(id)))
            }
            Subject::Group(group) => (None, Some(group)),
        };
        let recipient = Recipient { is_user: user.is_some(), user, group, channel: accepted.channel };
        if recipient.without_opted_out(&self.engine.world) == recipient {
            self.add_pending_picks(sent, recipient);
        }
        let exposure = &mut self.engine.memory.change().exposure;
        exposure.accept(&sent.id, accepted);
        // By the decision's time, not the trusted time: a request for next year would drop the decisions of today.
        exposure.forget_old_decisions(sent.at);
        Ok(())
    }

    /// Interns the names of a decision.
    pub(super) fn sending_of(&mut self, sent: &Sent) -> Result<Accepted> {
        let world = self.engine.world.change();
        let to = match (&sent.user, &sent.group) {
            (Some(user), _) => Subject::User(world.users.ids.intern(user)),
            (None, Some(group)) => Subject::Group(world.groups.ids.intern(group)),
            (None, None) => return Err(Error::invalid("decision.subject", "a user or a group", "neither")),
        };
        let channel = sent.channel.as_ref().map(|id| world.channels.ids.intern(id));
        let picks = sent.picks.iter().map(|(item, p)| (world.library.ids.intern(item), *p)).collect();
        Ok(Accepted { at: sent.at, to, channel, picks, occasion: sent.occasion })
    }
}
