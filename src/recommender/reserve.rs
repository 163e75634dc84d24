//! Reservation of a decision between its hand-over and its sending, which another person confirms or rejects.

use crate::base::error::{Error, Result};
use crate::base::time::{DAY, Time};
use crate::memory::reservations::Reservation;

use super::Recommender;
use super::decision::{Acceptance, Sent};

/// Longest time from a decision to the end of its reservation, in milliseconds.
const MAX_RESERVED: Time = 31 * DAY;

impl Recommender {
    /// Reserves a decision that was handed over to be sent: until `until` it counts for caps, cadence and repeats like
    /// one that was sent, and its step as sent. Its own time may be later than the present. Follow with `confirm` or
    /// `release`.
    ///
    /// # Errors
    /// [`Code::Invalid`](crate::base::error::Code::Invalid) unless `until` is after the decision's time, by at most 31
    /// days.
    pub fn reserve(&mut self, planned: &Sent, until: Time) -> Result<Acceptance> {
        if until <= planned.at || until > planned.at.saturating_add(MAX_RESERVED) {
            let rule = format!("a time after the decision's, {}, by at most 31 days", planned.at);
            return Err(Error::invalid("until", rule, until));
        }
        let exposure = &self.engine.memory.exposure;
        if let Some(rule) = exposure.refusal(&planned.id, planned.at) {
            return Ok(Acceptance::refused(rule, Vec::new()));
        }
        if exposure.reservations().get(&planned.id).is_some() {
            return Ok(Acceptance::refused("already-reserved", Vec::new()));
        }
        if let Some(refused) = self.sending_refusal(planned) {
            return Ok(refused);
        }
        self.clock.mark_change();
        let group = planned.group.as_ref().and_then(|id| self.engine.world.groups.ids.get(id));
        let reservation = Reservation { planned: self.sending_of(planned)?, until };
        let exposure = self.engine.change_exposure();
        match &planned.step {
            Some(step) => exposure.reserve_step(&planned.id, reservation, step, group),
            None => exposure.reserve(&planned.id, reservation),
        }
        Ok(Acceptance::accepted())
    }

    /// Records that a reserved decision was sent at `at`, also after its reservation lapsed: the sending is a fact, so
    /// no cap is checked.
    ///
    /// # Errors
    /// None: `reserve` has validated the decision.
    pub fn confirm(&mut self, decision: &str, at: Time) -> Result<Acceptance> {
        let exposure = &self.engine.memory.exposure;
        if let Some(rule) = exposure.refusal(decision, at) {
            return Ok(Acceptance::refused(rule, Vec::new()));
        }
        let Some(reservation) = exposure.reservations().get(decision) else {
            return Ok(Acceptance::refused("not-reserved", Vec::new()));
        };
        if self.is_ahead(at) {
            return Ok(Acceptance::refused("ahead", Vec::new()));
        }
        let planned = &reservation.planned;
        let subject = self.subject_ref(planned.to);
        let within = planned.step.as_ref().and_then(|send| send.group);
        let items = planned.picks.iter();
        let sent = Sent {
            id: decision.to_owned(),
            user: subject.user,
            group: subject.group.or_else(|| within.map(|group| self.engine.world.groups.ids.name(group).to_owned())),
            channel: planned.channel.map(|channel| self.engine.world.channels.ids.name(channel).to_owned()),
            at,
            occasion: planned.occasion,
            step: planned.step.as_ref().map(|send| exposure.steps.step(send)),
            picks: items.map(|&(item, p)| (self.engine.world.library.ids.name(item).to_owned(), p)).collect(),
            request: None,
            log_position: None,
        };
        self.record_sending(&sent)?;
        Ok(Acceptance::accepted())
    }
}
