//! Affinity: what a subject likes, per kind and facet, at a short and a long half-life. A view of their history.
//!
//! affinity(kind, facet) = Σ over items touched: decayed count of the kind × the item's weight in the facet. Computed
//! from history and library as they stand, so an item described late or better speaks for everyone who touched it.

use crate::base::order;
use crate::base::time::Time;
use crate::world::World;
use crate::world::consent::FacetOptOut;

use super::HalfLives;
use super::event::CompactInteraction;
use super::history::History;

/// Liking of one facet as shown by one kind of interaction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FacetAffinity {
    /// Which facet.
    pub facet: u32,
    /// Which kind.
    pub kind: u32,
    /// At the short half-life.
    pub short: f64,
    /// At the long half-life.
    pub long: f64,
}

/// The interactions that may still speak for facets that were closed, each with the facet.
pub fn since<'a>(
    history: &'a History,
    closed: &'a [FacetOptOut],
) -> impl Iterator<Item = (&'a FacetOptOut, &'a CompactInteraction)> {
    let events = |closed: &'a FacetOptOut| history.events().iter().filter(|event| closed.counts_at(event.at));
    closed.iter().flat_map(move |closed| events(closed).map(move |event| (closed, event)))
}

/// The affinities of a history as seen from `now`, strongest at the long half-life first. For facets that are `closed`
/// speaks only what was done since.
pub fn affinities(
    history: &History,
    world: &World,
    half_lives: HalfLives,
    now: Time,
    closed: &[FacetOptOut],
) -> Vec<FacetAffinity> {
    let (short_now, long_now) = (half_lives.short.place(now), half_lives.long.place(now));
    let mut list: Vec<FacetAffinity> = Vec::new();
    for (item, touches) in history.by_item() {
        let Some(entry) = world.library.remembered(item) else { continue };
        for touch in touches {
            let (short, long) = (touch.short.at(short_now), touch.long.at(long_now));
            let open = entry.facets.iter().filter(|(facet, _)| closed.iter().all(|closed| closed.facet != *facet));
            list.extend(open.map(|&(facet, weight)| FacetAffinity {
                facet,
                kind: touch.kind,
                short: weight * short,
                long: weight * long,
            }));
        }
    }
    for (closed, event) in since(history, closed) {
        let entry = event.numbered().item.and_then(|item| world.library.remembered(item));
        let weight = entry.into_iter().flat_map(|entry| &entry.facets).find(|(facet, _)| *facet == closed.facet);
        list.extend(weight.map(|&(facet, weight)| FacetAffinity {
            facet,
            kind: event.kind,
            short: weight * half_lives.short.decay_factor(now - event.at),
            long: weight * half_lives.long.decay_factor(now - event.at),
        }));
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
