//! Neighbours: how near the item is to those the viewer liked of late, by who else liked both.

use crate::number::ln_1p;

use super::super::viewer::{Scene, Viewer};
use super::{Column, Family, Source};

/// `neighbours` = ln(1 + 10·Σ similarity to the 50 items liked last), each speaking only for its 100 nearest.
pub struct Neighbours;

/// How soon the logarithm flattens; similarities are small numbers.
const STEEPNESS: f64 = 10.0;

impl Family for Neighbours {
    fn name(&self) -> &'static str {
        "neighbours"
    }

    fn features(&self) -> Vec<String> {
        vec!["neighbours".to_owned()]
    }

    fn fill(&self, _: &Scene, viewer: &Viewer, items: &[u32], columns: &mut [Column]) {
        if viewer.links.is_empty() {
            return;
        }
        columns[0].open(items.len());
        for (value, &item) in columns[0].values.iter_mut().zip(items) {
            let near = viewer.near[item as usize];
            if near > 0.0 {
                *value = ln_1p(STEEPNESS * near);
            }
        }
        columns[0].live = true;
    }

    /// The logarithm is shared among the items liked in proportion to what each adds under it.
    fn parts(&self, _: &Scene, viewer: &Viewer, item: u32, _: usize, value: f64) -> Vec<(Source, f64)> {
        let links = viewer.links.iter().filter(|link| link.near == item);
        links.map(|link| (Source::Item(link.liked), value * link.similarity / viewer.near[item as usize])).collect()
    }
}
