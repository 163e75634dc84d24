//! Proofs about the slates of a block's users from the sums over all items.

use nextpick_kernel::lanes::{LANES, Lanes, Leaders, Moments};

use crate::base::index::ItemIndex;
use crate::base::number::round_spread;

use super::bounds::{Terms, deviation_range, utility_error};
use super::directions::Directions;
use super::utility_curve::{UtilityCurve, utility};
use super::{LONGEST, SPARE, Shortlist};

/// Size of utilities below which terms beyond the largest log-odds might matter.
const SMALLEST: f64 = 1e-25;

/// Error of the exact arithmetic of a utility, per unit of worth.
const EXACT_ERROR: f64 = 1e-12;

/// Results of each lane after the pass over the items.
pub struct Found {
    /// By lane and direction.
    pub terms: [Vec<Terms>; LANES],
    /// Moments of sums if one direction orders the items, else of utilities.
    pub moments: [Moments; LANES],
    /// Value of the first item, near the mean; `moments` are sums of differences to it.
    pub pivots: Lanes,
    /// Items of the largest sums or utilities.
    pub leaders: [Leaders; LANES],
    /// Least and largest sum, if one direction orders the items; else the second is the largest size of a utility.
    pub range: [Lanes; 2],
}

impl Found {
    /// Creates empty results.
    pub fn new(directions: usize) -> Self {
        Self {
            terms: std::array::from_fn(|_| vec![Terms::default(); directions]),
            moments: Default::default(),
            pivots: [0.0; LANES],
            leaders: Default::default(),
            range: [[f32::INFINITY; LANES], [f32::NEG_INFINITY; LANES]],
        }
    }

    /// Returns the shortlist of one lane; `curve` is that of the only direction. `None` if nothing is proven.
    pub fn shortlist(
        &mut self,
        lane: usize,
        directions: &Directions,
        curve: Option<&UtilityCurve>,
        slots: usize,
        open: &[ItemIndex],
    ) -> Option<Shortlist> {
        let moments = &self.moments[lane];
        let terms = &self.terms[lane];
        let error = terms.iter().map(Terms::error).fold(0.0, f64::max);
        // One direction for all kinds, or one for each.
        let of_kinds = directions.kinds.iter().zip(terms.iter().cycle());
        let log_odds_error = of_kinds.map(|(kind, terms)| terms.log_odds_error(kind)).fold(0.0, f64::max);
        let relative_error = utility_error(log_odds_error, directions.kinds.len());
        let largest = f64::from(self.range[1][lane]);
        let scale = (moments.sizes / moments.count).sqrt();
        let (spread_error, is_covered) = match curve {
            Some(curve) => {
                let size = f64::from(self.pivots[lane].abs()) + (moments.squares / moments.count).sqrt();
                let is_covered = self.range.iter().all(|end| curve.covers(f64::from(end[lane])));
                (curve.deviation_error(scale / curve.step(), size, error), is_covered)
            }
            None => (relative_error * scale, largest > SMALLEST),
        };
        if !(error + relative_error + spread_error + largest).is_finite() || (curve.is_none() && !is_covered) {
            return None;
        }
        let range = deviation_range(moments, spread_error).map(round_spread);
        let worth: f64 = directions.kinds.iter().map(|kind| kind.worth.abs()).sum();
        let leaders = &mut self.leaders[lane];
        leaders.rank(LONGEST + 1);
        let most = |n: usize| match (leaders.found.get(n), curve) {
            (None, _) => f64::NEG_INFINITY,
            (Some((sum, _)), Some(_)) => utility(&directions.kinds, f64::from(*sum) + error) + EXACT_ERROR * worth,
            (Some((utility, _)), None) => f64::from(*utility) + relative_error * largest,
        };
        let lengths = [slots + SPARE, LONGEST].map(|length| length.min(leaders.found.len()));
        let attempts = lengths.map(|length| (length, most(length)));
        Some(Shortlist {
            items: leaders.found.iter().map(|&(_, position)| open[position as usize]).collect(),
            attempts: if attempts[0] == attempts[1] { vec![attempts[0]] } else { attempts.into() },
            spread: (is_covered && range[0] == range[1]).then_some(range[0]),
        })
    }
}
