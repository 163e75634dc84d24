//! Affinity: what a subject likes, per kind and facet, at a short and a long half-life. A view of their history.
//!
//! affinity(kind, facet) = Σ over items touched: decayed count of the kind × the item's weight in the facet. Computed
//! from history and library as they stand, so an item described late or better speaks for everyone who touched it.

use crate::order;
use crate::time::Time;
use crate::world::World;

use super::HalfLives;
use super::history::History;

/// Liking of one facet as shown by one kind of interaction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Affinity {
    /// Which facet.
    pub facet: u32,
    /// Which kind.
    pub kind: u32,
    /// At the short half-life.
    pub short: f64,
    /// At the long half-life.
    pub long: f64,
}

/// The affinities of a history as seen from `now`, strongest at the long half-life first.
pub fn affinities(history: &History, world: &World, half_lives: HalfLives, now: Time) -> Vec<Affinity> {
    let (short_now, long_now) = (half_lives.short.place(now), half_lives.long.place(now));
    let mut list: Vec<Affinity> = Vec::new();
    for (item, touches) in history.by_item() {
        let Some(entry) = world.library.remembered(item) else { continue };
        for touch in touches {
            let (short, long) = (touch.short.at(short_now), touch.long.at(long_now));
            list.extend(entry.facets.iter().map(|&(facet, weight)| Affinity {
                facet,
                kind: touch.kind,
                short: weight * short,
                long: weight * long,
            }));
        }
    }
    order::sort_by_key(&mut list, |affinity| (affinity.facet, affinity.kind));
    list.dedup_by(|more, sum| {
        let same = (more.facet, more.kind) == (sum.facet, sum.kind);
        if same {
            sum.short += more.short;
            sum.long += more.long;
        }
        same
    });
    order::sort_by(&mut list, |a, b| {
        let by_name = || world.facets.name(a.facet).cmp(world.facets.name(b.facet)).then(a.kind.cmp(&b.kind));
        b.long.total_cmp(&a.long).then_with(by_name)
    });
    list
}
