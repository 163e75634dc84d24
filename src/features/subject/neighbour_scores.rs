//! What is near to what the viewer liked: by the voices of those who liked the same, and by the associations of a fit.

use crate::base::order;
use crate::base::time::Time;
use crate::memory::history::{History, InteractionStats};

use super::{FamilyNeeds, RankingContext};

/// Neighbours are those of the items liked last.
const LATEST_LIKED: usize = 100;

/// What is near, by item number.
#[derive(Debug, Clone, Default)]
pub struct Kin {
    /// The items liked last.
    pub latest: Vec<u32>,
    /// The louder and softer voices that speak for each item because of these; empty if there are none.
    pub voices: Vec<[f64; 2]>,
    /// All items liked of which associations say something.
    pub liked: Vec<u32>,
    /// What they say of each item; empty if nothing.
    pub associated: Vec<f64>,
}

impl Kin {
    pub(super) fn prepare(&mut self, scene: &RankingContext, history: Option<&History>, wanted: FamilyNeeds) {
        self.latest.clear();
        self.voices.clear();
        self.liked.clear();
        self.associated.clear();
        let Some(history) = history else { return };
        if wanted.neighbours {
            self.hear(scene, history);
        }
        if wanted.ease && !scene.associations.is_empty() {
            self.associate(scene, history);
        }
    }

    fn hear(&mut self, scene: &RankingContext, history: &History) {
        let kinds = &scene.world.kinds;
        let last_liked =
            |touches: &[InteractionStats]| touches.iter().filter(|t| kinds.of(t.kind).positive).map(|t| t.last).max();
        let mut liked: Vec<(Time, u32)> =
            history.by_item().filter_map(|(item, touches)| Some((last_liked(touches)?, item))).collect();
        let rank = |item: u32| (scene.memory.neighbours().rank(item), item);
        order::retain_smallest(&mut liked, LATEST_LIKED, |a, b| b.0.cmp(&a.0).then_with(|| rank(a.1).cmp(&rank(b.1))));
        self.latest.extend(liked.into_iter().map(|(_, item)| item));
        if !self.latest.is_empty() {
            self.voices.resize(scene.world.library.ids.len(), [0.0; 2]);
            self.latest.iter().for_each(|&item| scene.memory.neighbours().add_weighted_counts(item, &mut self.voices));
        }
    }

    fn associate(&mut self, scene: &RankingContext, history: &History) {
        let speaks = |item: &u32| !scene.associations.of(*item).is_empty();
        self.liked.extend(history.liked(&scene.world.kinds).filter(speaks));
        if !self.liked.is_empty() {
            self.associated.resize(scene.world.library.ids.len(), 0.0);
            for &liked in &self.liked {
                for &(item, weight) in scene.associations.of(liked) {
                    self.associated[item as usize] += f64::from(weight);
                }
            }
        }
    }
}
