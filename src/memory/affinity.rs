//! Affinity: decayed weight of each kind and facet in a subject's history, at a short and a long half-life.
//!
//! affinity(kind, facet) = Σ over items with interactions: decayed count of the kind × weight of the item in the facet.
//! Computed from history and library at query time, so changed item metadata applies to all past interactions.

use crate::base::index::{FacetIndex, KindIndex};
use crate::base::order;
use crate::base::time::Time;
use crate::world::World;
use crate::world::consent::FacetOptOut;

use super::HalfLives;
use super::event::CompactInteraction;
use super::history::History;

/// The affinity to one facet by one kind of interaction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FacetAffinity {
    /// The facet's index.
    pub facet: FacetIndex,
    /// The kind's index.
    pub kind: KindIndex,
    /// Decayed weight at the short half-life; at least 0.
    pub short: f64,
    /// Decayed weight at the long half-life; at least 0.
    pub long: f64,
}

/// The interactions that still count for opted-out facets, each with the opt-out.
pub fn since<'a>(
    history: &'a History,
    opt_outs: &'a [FacetOptOut],
) -> impl Iterator<Item = (&'a FacetOptOut, &'a CompactInteraction)> {
    let events = |opt_out: &'a FacetOptOut| history.events().iter().filter(|event| opt_out.counts_at(event.at));
    opt_outs.iter().flat_map(move |opt_out| events(opt_out).map(move |event| (opt_out, event)))
}

/// The affinities of a history at `now`, sorted by the long half-life, descending. For facets in `opt_outs` only the
/// interactions after the opt-out count.
pub fn affinities(
    history: &History,
    world: &World,
    half_lives: HalfLives,
    now: Time,
    opt_outs: &[FacetOptOut],
) -> Vec<FacetAffinity> {
    let (short_now, long_now) = (half_lives.short.point(now), half_lives.long.point(now));
    let mut list: Vec<FacetAffinity> = Vec::new();
    for (item, stats) in history.by_item() {
        let Some(entry) = world.library.known_entry(item) else { continue };
        for one in stats {
            let (short, long) = (one.short.at(short_now), one.long.at(long_now));
            let open = entry.facets.iter().filter(|(facet, _)| opt_outs.iter().all(|opt_out| opt_out.facet != *facet));
            list.extend(open.map(|(facet, weight)| FacetAffinity {
                facet,
                kind: one.kind,
                short: weight * short,
                long: weight * long,
            }));
        }
    }
    for (opt_out, event) in since(history, opt_outs) {
        let mut facets = event.indexed().item.into_iter().flat_map(|item| world.library.facets(item));
        let weight = facets.find(|(facet, _)| *facet == opt_out.facet);
        list.extend(weight.map(|(facet, weight)| FacetAffinity {
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
