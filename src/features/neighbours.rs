//! Neighbours: how near the item is to those the viewer liked of late, by who else liked both.

use crate::base::number::ln_1p;

use super::subject::{FamilyNeeds, PreparedSubject, RankingContext};
use super::{Column, Family, Source};

/// `neighbours.crowd` = ln(1 + 30·Σ of louder voices), `neighbours.near` = ln(1 + 10⁴·Σ of softer voices / √(n + s)),
/// both over the 100 items liked last, n being how many liked the item itself.
///
/// The crowd leads to what many who are like the viewer like; nearness, a graph filter of first order (Xia et al. 2022
/// go farther), to what is liked by few others.
pub struct Neighbours;

/// How soon the logarithms flatten.
const STEEPNESS: [f64; 2] = [30.0, 1e4];

impl Family for Neighbours {
    fn name(&self) -> &'static str {
        "neighbours"
    }

    fn features(&self) -> Vec<String> {
        vec!["neighbours.crowd".to_owned(), "neighbours.near".to_owned()]
    }

    fn wants(&self, wanted: &mut FamilyNeeds) {
        wanted.neighbours = true;
    }

    fn fill(&self, scene: &RankingContext, viewer: &PreparedSubject, items: &[u32], columns: &mut [Column]) {
        if viewer.kin.voices.is_empty() {
            return;
        }
        columns.iter_mut().for_each(|column| column.open(items.len()));
        for (n, &item) in items.iter().enumerate() {
            let [loud, soft] = viewer.kin.voices[item as usize];
            if loud > 0.0 {
                columns[0].values[n] = ln_1p(STEEPNESS[0] * loud);
                columns[1].values[n] = ln_1p(STEEPNESS[1] * soft * scene.memory.neighbours().norm(item));
            }
        }
        columns.iter_mut().for_each(|column| column.live = true);
    }

    /// The logarithm is shared among the items liked in proportion to what each adds under it.
    fn parts(
        &self,
        scene: &RankingContext,
        viewer: &PreparedSubject,
        item: u32,
        feature: usize,
        value: f64,
    ) -> Vec<(Source, f64)> {
        let voices = |liked: u32| scene.memory.neighbours().weighted_counts(liked, item)[feature];
        let parts = viewer.kin.latest.iter().map(|&liked| (liked, voices(liked))).filter(|(_, voices)| *voices > 0.0);
        parts
            .map(|(liked, voices)| (Source::Item(liked), value * voices / viewer.kin.voices[item as usize][feature]))
            .collect()
    }
}
