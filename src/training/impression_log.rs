//! An impression log as the interactions that a fit reads.

use crate::world::showing::{Impression, Outcomes};
use crate::world::{IndexedInteraction, World};

/// Collects impressions with their outcomes as interactions.
#[derive(Debug)]
pub struct ImpressionLog<'a> {
    world: &'a mut World,
    outcomes: Outcomes,
    interactions: Vec<IndexedInteraction>,
}

impl<'a> ImpressionLog<'a> {
    /// Creates an empty log; `kinds` are the names of the outcomes of each impression, in order.
    pub fn new(world: &'a mut World, kinds: &[String]) -> Self {
        Self { outcomes: Outcomes::new(world, kinds), world, interactions: Vec::new() }
    }

    /// Adds an impression: an exposure, then its outcomes, at the same time.
    pub fn push(&mut self, impression: &Impression) {
        let exposure = self.outcomes.exposure(self.world, impression);
        self.interactions.extend(self.outcomes.interactions(exposure, impression.outcomes));
    }

    /// Returns the interactions in the order of the impressions.
    pub fn into_interactions(self) -> Vec<IndexedInteraction> {
        self.interactions
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::index::{ItemIndex, UserIndex};

    #[test]
    fn an_impression_is_an_exposure_and_its_outcomes_at_the_same_time() {
        let mut world = World::default();
        let mut log = ImpressionLog::new(&mut world, &["click".to_owned(), "save".to_owned()]);
        for (at, outcomes) in [(5, [false, true]), (3, [true, true]), (4, [false, false])] {
            log.push(&Impression { at, user: Some("u"), item: "a", channel: None, outcomes: &outcomes });
        }
        let interactions = log.into_interactions();
        let listed: Vec<(i64, &str)> =
            interactions.iter().map(|interaction| (interaction.at, world.kinds.name(interaction.kind))).collect();
        let expected =
            [(5, "impression"), (5, "save"), (3, "impression"), (3, "click"), (3, "save"), (4, "impression")];
        assert_eq!(listed, expected);
        assert!(
            interactions
                .iter()
                .all(|interaction| interaction.user == Some(UserIndex(0)) && interaction.item == Some(ItemIndex(0)))
        );
    }
}
