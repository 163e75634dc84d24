//! Thompson sampling (Thompson 1933; Chapelle and Li 2011): draws utilities from their normal distributions and chooses
//! the best draw.
//!
//! The first of `draws` draws decides; the propensity is the fraction of draws with the same winner. Draws are
//! exchangeable, so given the set of draws this is the exact probability of the pick, sums to 1 and is never 0; it
//! estimates the unconditional probability p with standard error √(p·(1−p)/draws).

use crate::base::order;
use crate::base::random::Random;

use super::super::mmr::CandidatePool;

/// A candidate that may win.
struct Contender {
    candidate: usize,
    score: f64,
    std_dev: f64,
}

pub(super) fn choose(pool: &mut CandidatePool, draws: u32, random: &mut Random) -> Option<(usize, f64)> {
    let candidates: Vec<usize> = pool.remaining_indices().collect();
    let contender = |candidate| Contender { candidate, score: pool.score(candidate), std_dev: pool.std_dev(candidate) };
    let mut contenders: Vec<Contender> = candidates.into_iter().map(contender).collect();
    // Drops candidates whose upper bound is below the best lower bound: they cannot win.
    let reach = |one: &Contender| Random::NORMAL_REACH * one.std_dev;
    let floor = contenders.iter().map(|one| one.score - reach(one)).fold(f64::NEG_INFINITY, f64::max);
    contenders.retain(|one| one.score + reach(one) >= floor);
    // Equal draws go to the first: the better score, then the id.
    order::sort_by(&mut contenders, |a, b| pool.order((a.candidate, a.score), (b.candidate, b.score)));
    let (means, std_devs): (Vec<f64>, Vec<f64>) = contenders.iter().map(|one| (one.score, one.std_dev)).unzip();
    let mut draw = || random.largest_normal(&means, &std_devs);
    let winner = draw();
    let candidate = contenders.get(winner)?.candidate;
    let wins = 1 + (1..draws).filter(|_| draw() == winner).count();
    Some((candidate, wins as f64 / f64::from(draws)))
}
