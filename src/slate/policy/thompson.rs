//! Thompson sampling (Thompson 1933; Chapelle and Li 2011): draws utilities from their distributions and chooses the
//! best draw. Propensities are integrals over these distributions (Jeunen 2025), exact for the draws that are made.

use nextpick_kernel::largest::probabilities_of_largest;

use crate::base::order;
use crate::base::random::Random;

use super::super::contenders::Contenders;
use super::super::mmr::CandidatePool;

pub(super) fn choose(pool: &mut CandidatePool, random: &mut Random) -> Option<(usize, f64)> {
    let candidates: Vec<usize> = pool.remaining_indices().collect();
    let contenders = pool.contenders(&candidates);
    let able = able(&contenders);
    let (means, std_devs) = contenders.of(&able);
    let winner = *able.get(random.largest_normal(&means, &std_devs))?;
    Some((candidates[winner], probabilities(&contenders)[winner]))
}

pub(super) fn probabilities(contenders: &Contenders) -> Vec<f64> {
    let able = able(contenders);
    let (means, std_devs) = contenders.of(&able);
    let mut probabilities = vec![0.0; contenders.items.len()];
    for (&n, probability) in able.iter().zip(probabilities_of_largest(&means, &std_devs)) {
        probabilities[n] = probability;
    }
    probabilities
}

/// Returns the candidates that can win, best first: equal draws go to the first.
fn able(contenders: &Contenders) -> Vec<usize> {
    let reach = |n: usize| Random::NORMAL_REACH * contenders.std_devs[n];
    let all = 0..contenders.items.len();
    let floor = all.clone().map(|n| contenders.scores[n] - reach(n)).fold(f64::NEG_INFINITY, f64::max);
    let mut able: Vec<usize> = all.filter(|&n| contenders.scores[n] + reach(n) >= floor).collect();
    order::sort_by(&mut able, |&a, &b| contenders.order(a, b));
    able
}

impl Contenders<'_> {
    /// Returns scores and standard deviations of some candidates.
    fn of(&self, some: &[usize]) -> (Vec<f64>, Vec<f64>) {
        some.iter().map(|&n| (self.scores[n], self.std_devs[n])).unzip()
    }
}
