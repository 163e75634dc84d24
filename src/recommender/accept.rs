//! Accepting a decision: records that it was sent.

use serde::Serialize;

use crate::base::error::{Error, Result};
use crate::base::index::ItemIndex;
use crate::base::time::Time;
use crate::eligibility::total_cap_reached;
use crate::memory::Subject;
use crate::memory::sending::Accepted;
use crate::operations::step_ref::StepRef;
use crate::world::World;
use crate::world::occasion::Occasion;
use crate::world::recipient::{NamedRecipient, Recipient};

use super::Recommender;
use super::decision::{self, Acceptance, Sent};
use super::request::{Options, Request, Selection};

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
    /// The step of a journey, if it was sent for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<StepRef>,
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
        let pick = |&(item, propensity): &(ItemIndex, f64)| AcceptedPick {
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
            step: accepted.step.as_ref().map(|send| self.engine.memory.exposure.steps.step(send)),
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

    /// Records that a decision was sent if all rules still admit it at its time: for decisions that were approved
    /// earlier. Of the request's own settings only those of its step are known. The decision's own reservation does not
    /// count.
    ///
    /// # Errors
    /// Those of [`Self::accept`] and [`Self::recommend`].
    pub fn accept_rechecked(&mut self, sent: &Sent) -> Result<Acceptance> {
        match self.receipt_refusal(sent) {
            Some(rule) => Ok(Acceptance::refused(rule, Vec::new())),
            None => match self.present_refusal(sent)? {
                Some(refused) => Ok(refused),
                None => self.accept(sent),
            },
        }
    }

    /// Returns the rule that refuses a decision for its id or time, independently of its picks.
    fn receipt_refusal(&self, sent: &Sent) -> Option<&'static str> {
        let refusal = self.engine.memory.exposure.refusal(&sent.id, sent.at);
        refusal.or_else(|| self.is_ahead(sent.at).then_some("ahead"))
    }

    /// Returns the refusal of a decision by a rule that applies at its time, as if it were not reserved.
    fn present_refusal(&mut self, sent: &Sent) -> Result<Option<Acceptance>> {
        if self.engine.memory.exposure.reservations().get(&sent.id).is_none() {
            return self.refusal_if_decided_again(sent);
        }
        let lifted = self.engine.change_exposure().lift_reservation(&sent.id);
        let refusal = self.refusal_if_decided_again(sent);
        if let Some(reservation) = lifted {
            self.engine.change_exposure().restore_reservation(&sent.id, reservation);
        }
        refusal
    }

    fn refusal_if_decided_again(&mut self, sent: &Sent) -> Result<Option<Acceptance>> {
        let journey = sent.step.as_ref().and_then(|step| Some((self.operations()?.journey(&step.journey)?, step)));
        let step = journey.and_then(|(journey, step)| Some(&journey.steps[journey.position(&step.step)?]));
        let items: Vec<String> = sent.picks.iter().map(|(item, _)| item.clone()).collect();
        let request = Request {
            user: sent.user.clone(),
            group: sent.group.clone(),
            now: sent.at,
            count: items.len(),
            channel: sent.channel.clone(),
            only: Some(Selection::Ids(items.clone())),
            quotas: Some(Vec::new()),
            repeats: step.and_then(|step| step.repeats),
            step: sent.step.clone(),
            occasion: sent.occasion,
            ..Request::default()
        };
        // The time of a decision is not trusted: deciding again must not move the clock.
        let clock = self.clock;
        let decision = self.recommend(&request, Options { explain: true, reasons: false });
        self.clock = clock;
        let decision = decision?;
        if let Some(silent) = decision.silent {
            return Ok(Some(Acceptance::refused(silent.rule, Vec::new())));
        }
        let refused = decision.refused.unwrap_or_default();
        if let Some(first) = refused.iter().find(|refused| items.contains(&refused.item)) {
            let alike = refused.iter().filter(|other| other.rule == first.rule && items.contains(&other.item));
            return Ok(Some(Acceptance::refused(
                first.rule.as_str(),
                alike.map(|refused| refused.item.clone()).collect(),
            )));
        }
        let library = &self.engine.world.library;
        let removed: Vec<String> = items.into_iter().filter(|item| library.get(item).is_none()).collect();
        Ok((!removed.is_empty()).then(|| Acceptance::refused("removed", removed)))
    }

    /// Records that a decision was sent. Unless it is reserved, caps over the total and earlier sends of its step are
    /// checked again. Accepting it twice counts once.
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
    /// assert_eq!(recommender.accept(&sent)?.rule.as_deref(), Some("already-accepted"));
    /// assert_eq!(recommender.decision(&decision.id).unwrap().picks[0].item, "a");
    /// // The platform refused the message: it does not count.
    /// assert!(recommender.release(&decision.id));
    /// # Ok::<(), Box<nextpick::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Code::Invalid`](crate::base::error::Code::Invalid) for a decision without a subject.
    pub fn accept(&mut self, sent: &Sent) -> Result<Acceptance> {
        if let Some(rule) = self.receipt_refusal(sent) {
            return Ok(Acceptance::refused(rule, Vec::new()));
        }
        let reservations = self.engine.memory.exposure.reservations();
        let is_reserved = reservations.get(&sent.id).is_some_and(|held| held.until > sent.at);
        if !is_reserved && let Some(refused) = self.sending_refusal(sent) {
            return Ok(refused);
        }
        self.record_sending(sent)?;
        Ok(Acceptance::accepted())
    }

    /// Returns the refusal of a decision whose step was sent, or with items for which a cap over the total has no room.
    pub(super) fn sending_refusal(&mut self, sent: &Sent) -> Option<Acceptance> {
        if let Some(rule) = self.step_refusal(sent) {
            return Some(Acceptance::refused(rule, Vec::new()));
        }
        let is_full = |item: &&String| {
            let index = self.engine.world.library.ids.get(item);
            index.is_some_and(|index| total_cap_reached(&self.engine.world, &self.engine.memory, index, sent.at))
        };
        let full: Vec<String> = sent.picks.iter().map(|(item, _)| item).filter(is_full).cloned().collect();
        if !full.is_empty() {
            return Some(Acceptance::refused("cap.total", full));
        }
        self.full_rule(sent).map(|(rule, over)| Acceptance::refused(&rule, over))
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
        let exposure = self.engine.change_exposure();
        match &sent.step {
            Some(step) => exposure.accept_step(&sent.id, accepted, step, group),
            None => exposure.accept(&sent.id, accepted),
        };
        // By the decision's time, not the trusted time: a request for next year would drop the decisions of today.
        exposure.forget_old_decisions(sent.at);
        Ok(())
    }

    /// Interns the names of a decision.
    pub(super) fn sending_of(&mut self, sent: &Sent) -> Result<Accepted> {
        if sent.user.is_none() && sent.group.is_none() {
            return Err(Error::invalid("decision.subject", "a user or a group", "neither"));
        }
        // A change of the world would outdate what is derived from it; nearly all names are known.
        if let Some(known) = known_sending(sent, &self.engine.world) {
            return Ok(known);
        }
        let world = self.engine.world.change();
        match (&sent.user, &sent.group) {
            (Some(user), _) => _ = world.users.ids.intern(user),
            (None, group) => group.iter().for_each(|group| _ = world.groups.ids.intern(group)),
        }
        sent.channel.iter().for_each(|id| _ = world.channels.ids.intern(id));
        sent.picks.iter().for_each(|(item, _)| _ = world.library.ids.intern(item));
        known_sending(sent, world).ok_or_else(|| Error::invalid("decision", "ids that are not empty", "an empty one"))
    }

    /// Returns the first rule whose cap over the total has no room for the picks, with those it restricts.
    fn full_rule(&mut self, sent: &Sent) -> Option<(String, Vec<String>)> {
        self.refresh_operations();
        let operations = self.operations.as_ref().filter(|operations| operations.has_total())?;
        let (world, memory) = (&*self.engine.world, &*self.engine.memory);
        let (user, group, channel) = (sent.user.as_deref(), sent.group.as_deref(), sent.channel.as_deref());
        let tier = operations.tier(world, memory, Recipient::of(world, user, group, channel), sent.at);
        let named = NamedRecipient::of(world, user, group, channel, tier);
        let items: Vec<ItemIndex> = sent.picks.iter().filter_map(|(item, _)| world.library.ids.get(item)).collect();
        let (rule, over) = operations.full_total(world, memory, &named, &items, sent.at)?;
        Some((rule.to_owned(), over.into_iter().map(|item| world.library.ids.name(item).to_owned()).collect()))
    }
}

/// Returns what is recorded of a decision whose names are all known.
fn known_sending(sent: &Sent, world: &World) -> Option<Accepted> {
    let to = match (&sent.user, &sent.group) {
        (Some(user), _) => Subject::User(world.users.ids.get(user)?),
        (None, group) => Subject::Group(world.groups.ids.get(group.as_deref()?)?),
    };
    let channel = match &sent.channel {
        Some(id) => Some(world.channels.ids.get(id)?),
        None => None,
    };
    let picks = sent.picks.iter().map(|(item, p)| Some((world.library.ids.get(item)?, *p))).collect::<Option<_>>()?;
    Some(Accepted { at: sent.at, to, channel, picks, occasion: sent.occasion, step: None })
}
