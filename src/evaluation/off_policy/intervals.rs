//! Half-widths: by chance, from a normal quantile, a confidence sequence or the bootstrap; and for choices that the log
//! does not support.

use crate::metrics::bootstrap;
use crate::studies::e_value::t_of;

use super::estimate::{LiftEstimate, Moments, Terms};
use super::sequence::SequentialPlan;

/// Resamples of the bootstrap.
const RESAMPLES: usize = 2000;

/// Kind of interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Confidence {
    /// Confidence level, 0.5–0.999.
    pub level: f64,
    /// Repeated looks; else one.
    pub sequential: Option<SequentialPlan>,
    /// Seed of the bootstrap.
    pub seed: u64,
}

impl Confidence {
    /// Returns z, the number of standard errors of a single look.
    pub fn z(&self) -> f64 {
        normal_quantile((1.0 + self.level) / 2.0)
    }

    /// Returns the number of decisions for which the clip is chosen.
    pub fn planned(&self, decisions: usize) -> f64 {
        self.sequential.map_or(decisions as f64, |plan| f64::from(plan.planned_decisions))
    }

    /// Returns the half-width by chance of an estimate from so many decisions.
    pub fn half_width(&self, moments: Moments, decisions: usize) -> f64 {
        let errors = self.sequential.map_or_else(|| self.z(), |plan| plan.multiplier(decisions as f64, self.level));
        errors * moments.variance.sqrt()
    }

    /// Returns the half-width of the lift by chance. For one look its standard error is multiplied by a quantile of
    /// Student's t. Outcomes without an upper bound have heavy tails, for which the modelled variance is too small: the
    /// half-width is at least that of a percentile bootstrap over decisions.
    pub fn half_width_of_lift(&self, estimate: &LiftEstimate, is_rate: bool) -> f64 {
        let half = match self.sequential {
            Some(_) => self.half_width(estimate.lift, estimate.terms.len()),
            None => t_of(self.z(), estimate.degrees) * estimate.lift.variance.sqrt(),
        };
        if is_rate { half } else { half.max(self.bootstrap(&estimate.terms)) }
    }

    fn bootstrap(&self, terms: &[Terms]) -> f64 {
        let lift = |drawn: &[u32]| {
            let sum = |of: fn(&Terms) -> f64| -> f64 {
                terms.iter().zip(drawn).map(|(terms, &times)| of(terms) * f64::from(times)).sum()
            };
            [Some(sum(|terms| terms.target) / sum(|terms| terms.logged) - 1.0)]
        };
        let tail = (1.0 - self.level) / 2.0;
        let [interval] = bootstrap::intervals_between([tail, 1.0 - tail], terms.len(), RESAMPLES, self.seed, lift);
        interval.map_or(0.0, |[low, high]| (high - low) / 2.0)
    }
}

/// Returns the quantile of the standard normal distribution at `p`, 0.5 to 1 − 1e-10, within 1e-15 relative (Wichura
/// 1988, AS 241, PPND16).
pub fn normal_quantile(p: f64) -> f64 {
    let distance = p - 0.5;
    if distance <= 0.425 {
        let x = 0.180_625 - distance * distance;
        return distance * polynomial(&CENTRE_NUMERATOR, x) / polynomial(&CENTRE_DENOMINATOR, x);
    }
    let x = (-libm::log(1.0 - p)).sqrt() - 1.6;
    polynomial(&TAIL_NUMERATOR, x) / polynomial(&TAIL_DENOMINATOR, x)
}

/// Evaluates a polynomial by Horner's rule; the highest power comes first.
fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

const CENTRE_NUMERATOR: [f64; 8] = [
    2_509.080_928_730_122_7,
    33_430.575_583_588_13,
    67_265.770_927_008_7,
    45_921.953_931_549_87,
    13_731.693_765_509_46,
    1_971.590_950_306_551_3,
    133.141_667_891_784_38,
    3.387_132_872_796_366_5,
];
const CENTRE_DENOMINATOR: [f64; 8] = [
    5_226.495_278_852_854,
    28_729.085_735_721_943,
    39_307.895_800_092_71,
    21_213.794_301_586_597,
    5_394.196_021_424_751,
    687.187_007_492_057_9,
    42.313_330_701_600_91,
    1.0,
];
const TAIL_NUMERATOR: [f64; 8] = [
    0.000_774_545_014_278_341_4,
    0.022_723_844_989_269_184,
    0.241_780_725_177_450_6,
    1.270_458_252_452_368_4,
    3.647_848_324_763_204_5,
    5.769_497_221_460_691,
    4.630_337_846_156_546,
    1.423_437_110_749_683_5,
];
const TAIL_DENOMINATOR: [f64; 8] = [
    1.050_750_071_644_416_9e-9,
    0.000_547_593_808_499_534_5,
    0.015_198_666_563_616_457,
    0.148_103_976_427_480_08,
    0.689_767_334_985_1,
    1.676_384_830_183_803_8,
    2.053_191_626_637_759,
    1.0,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_quantiles_equal_reference_figures() {
        // statistics.NormalDist().inv_cdf of CPython 3.11, which has another implementation in C.
        for (p, quantile) in [
            (0.5, 0.0),
            (0.75, 0.674_489_750_196_081_7),
            (0.9, 1.281_551_565_544_600_8),
            (0.925, 1.439_531_470_938_456),
            (0.975, 1.959_963_984_540_053_6),
            (0.995, 2.575_829_303_548_9),
            (0.9995, 3.290_526_731_491_925_5),
        ] {
            assert!((normal_quantile(p) - quantile).abs() < 1e-13, "{p}: {}", normal_quantile(p));
        }
    }
}
