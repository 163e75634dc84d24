//! Thompson sampling (Thompson 1933; Chapelle and Li 2011): utilities are drawn as one is unsure of them, and the best
//! drawn is chosen.
//!
//! Of `draws` such draws the first decides, and the propensity is the part of them that decide alike. Each of them could
//! as well have been the first, so given what was drawn this is the very probability of the choice, sums to one and never
//! is 0; of the probability before anything was drawn it is an estimate, with standard error √(p·(1−p)/draws).

use crate::base::order;
use crate::base::random::Random;

use super::super::mmr::CandidatePool;

/// A candidate that may win.
struct Contender {
    place: usize,
    score: f64,
    deviation: f64,
}

pub(super) fn choose(left: &mut CandidatePool, draws: u32, random: &mut Random) -> Option<(usize, f64)> {
    let places: Vec<usize> = left.places().collect();
    let hopeful = |place| Contender { place, score: left.score(place), deviation: left.deviation(place) };
    let mut hopeful: Vec<Contender> = places.into_iter().map(hopeful).collect();
    // Who at best does not reach what another has at worst never wins, and need not be drawn.
    let reach = |one: &Contender| Random::NORMAL_REACH * one.deviation;
    let floor = hopeful.iter().map(|one| one.score - reach(one)).fold(f64::NEG_INFINITY, f64::max);
    hopeful.retain(|one| one.score + reach(one) >= floor);
    // Among equal draws the first is taken: the better score, then the id.
    order::sort_by(&mut hopeful, |a, b| left.order((a.place, a.score), (b.place, b.score)));
    let (means, std_devs): (Vec<f64>, Vec<f64>) = hopeful.iter().map(|one| (one.score, one.deviation)).unzip();
    let mut draw = || random.largest_normal(&means, &std_devs);
    let first = draw();
    let place = hopeful.get(first)?.place;
    let alike = 1 + (1..draws).filter(|_| draw() == first).count();
    Some((place, alike as f64 / f64::from(draws)))
}
