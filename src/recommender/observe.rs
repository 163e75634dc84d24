//! Observing interactions.

use std::sync::Arc;

use crate::base::error::{Error, Result};
use crate::base::time::{self, Time};
use crate::engine::Engine;
use crate::memory::Arrival;
use crate::memory::seen_ids::Mark;
use crate::world::interaction::Interaction;

use super::Recommender;

/// The result of observing many interactions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct ObserveReport {
    /// Number of new interactions.
    pub observed: usize,
    /// Number of interactions with a known id, which do not count again.
    pub duplicates: usize,
    /// Number of new interactions set aside: more than `config.maxAheadMs` after the trusted time.
    pub ahead: usize,
    /// Number with a time before the year 2000, possibly in seconds instead of milliseconds.
    #[serde(skip_serializing_if = "time::is_none")]
    pub early: usize,
}

impl Recommender {
    /// Observes an interaction; false if its id is known already.
    ///
    /// ```
    /// use nextpick::{Interaction, Recommender, Value};
    ///
    /// let mut recommender = Recommender::new(Value::Null)?;
    /// let click = Interaction::builder("click", 1_774_958_400_000).id("e1").user("u1").item("a").build()?;
    /// assert!(recommender.observe(click.clone()));
    /// assert!(!recommender.observe(click));
    /// # Ok::<(), Box<nextpick::Error>>(())
    /// ```
    pub fn observe(&mut self, interaction: Interaction) -> bool {
        // Checked first, so that a duplicate interns no names.
        let id = interaction.id.as_deref().map(Mark::of);
        if self.engine.memory.knows(id) {
            return false;
        }
        self.clock.mark_change();
        let indexed = self.engine.index(&interaction);
        let interaction = Arc::new(interaction);
        let at = interaction.at;
        let id = id.map(|id| (id, at.min(self.clock.now_or(at))));
        let arrival = Arrival { id, is_ahead: self.is_ahead(at) };
        let Engine { world, memory, .. } = &mut self.engine;
        let is_new = memory.change().observe(world, &interaction, indexed, arrival);
        if is_new {
            self.learn_online(&interaction, indexed);
        }
        is_new
    }

    /// Removes the interactions before a time, as if never observed, and returns their number.
    ///
    /// # Errors
    /// [`Code::Invalid`](crate::base::error::Code::Invalid) for a time after the trusted time.
    pub fn expire(&mut self, before: Time) -> Result<usize> {
        if let Some(now) = self.clock.now().filter(|now| before > *now) {
            return Err(Error::invalid("before", format!("a time up to the trusted time, {now}"), before));
        }
        self.clock.mark_change();
        Ok(self.engine.memory.change().expire(before))
    }

    /// Observes interactions in any order.
    pub fn observe_all(&mut self, interactions: impl IntoIterator<Item = Interaction>) -> ObserveReport {
        let mut report = ObserveReport::default();
        interactions.into_iter().for_each(|interaction| self.observe_into(&mut report, interaction));
        report
    }

    /// Observes an interaction and counts it in a report.
    #[doc(hidden)]
    pub fn observe_into(&mut self, report: &mut ObserveReport, interaction: Interaction) {
        let (is_ahead, is_early) = (self.is_ahead(interaction.at), time::is_early(interaction.at));
        match self.observe(interaction) {
            true => report.observed += 1,
            false => report.duplicates += 1,
        }
        report.ahead += usize::from(is_ahead);
        report.early += usize::from(is_early);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::digest::FINISHED;
    use crate::base::value::Value;

    #[test]
    fn an_interaction_and_its_id_are_hashed_once_each() {
        let mut recommender = Recommender::new(Value::Null).unwrap();
        let mut hashed = |json: &str| {
            let interaction = Interaction::read(Value::from_json(json, "").unwrap(), "").unwrap();
            let before = FINISHED.get();
            (recommender.observe(interaction), FINISHED.get() - before)
        };
        assert_eq!(hashed(r#"{"id":"e","user":"u","item":"a","kind":"click","at":1}"#), (true, 2));
        assert_eq!(hashed(r#"{"id":"e","user":"u","item":"a","kind":"click","at":1}"#), (false, 1));
        assert_eq!(hashed(r#"{"user":"u","item":"a","kind":"click","at":1}"#), (true, 1));
    }
}
