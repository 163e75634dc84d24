//! Tests that stay valid at every look: e-values by a mixture of normal alternatives in information time (Robbins 1970;
//! Johari et al. 2015; Waudby-Smith et al., arXiv 2103.06476), for statistics that follow Student's t distribution.

/// Error probability of a comparison over all its looks, shared among the variants.
pub const ALPHA: f64 = 0.05;

/// Standard deviations of the alternatives, as shares of the pooled rate; four, so that no effect must be assumed.
const WIDTHS: [f64; 4] = [0.1, 0.2, 0.4, 0.8];

/// Halvings of a search interval: more would not change a double.
const HALVINGS: usize = 200;

/// Returns the e-value above which `comparisons` comparisons with one control have at most [`ALPHA`] errors together.
pub fn threshold(comparisons: usize) -> f64 {
    comparisons as f64 / ALPHA
}

/// Returns the size of the normal variable with nearly the tail probability of `t` (Wallace 1959): within 0.02 from 8
/// degrees of freedom on, for |t| up to 6.
pub fn normal_size(t: f64, degrees: f64) -> f64 {
    wallace(degrees) * (degrees * libm::log1p(t * t / degrees)).sqrt()
}

/// Returns the |t| of a size: the inverse of [`normal_size`]. Infinite if it is beyond all numbers.
pub fn t_of(size: f64, degrees: f64) -> f64 {
    let scaled = size / wallace(degrees);
    (degrees * libm::expm1(scaled * scaled / degrees)).sqrt()
}

fn wallace(degrees: f64) -> f64 {
    (8.0 * degrees + 1.0) / (8.0 * degrees + 3.0)
}

/// Returns the e-value of a normal statistic of this size; `rate` is the pooled mean and gives the widths their unit.
/// 1 means no evidence; larger values are clamped to the largest number.
pub fn e_value(size: f64, std_error: f64, rate: f64) -> f64 {
    let terms = WIDTHS.map(|width| {
        let k = information(width, std_error, rate);
        libm::exp(size * size * k / (2.0 * (1.0 + k))) / (1.0 + k).sqrt()
    });
    (terms.iter().sum::<f64>() / WIDTHS.len() as f64).min(f64::MAX)
}

/// Variance of the alternatives in units of the squared standard error.
fn information(width: f64, std_error: f64, rate: f64) -> f64 {
    let ratio = width * rate / std_error;
    ratio * ratio
}

/// Returns the size at which the e-value reaches a threshold above 1; `None` if it never does, because the rate is 0 or
/// nearly so compared with the standard error.
pub fn critical_size(threshold: f64, std_error: f64, rate: f64) -> Option<f64> {
    let reaches = |size: f64| e_value(size, std_error, rate) >= threshold;
    let mut high = 1.0;
    while !reaches(high) {
        high *= 2.0;
        if high > 1e9 {
            return None;
        }
    }
    let mut low = 0.0;
    for _ in 0..HALVINGS {
        let middle = (low + high) / 2.0;
        if reaches(middle) { high = middle } else { low = middle }
    }
    Some(high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wallaces_size_is_within_0_02_of_the_exact_one_from_8_degrees_of_freedom_on() {
        // Columns: degrees of freedom, t, and scipy's norm.isf(t.sf(t, degrees)).
        const EXACT: [(f64, f64, f64); 20] = [
            (8.0, 0.5, 0.480972),
            (8.0, 1.5, 1.365795),
            (8.0, 3.0, 2.385160),
            (8.0, 6.0, 3.595802),
            (12.0, 0.5, 0.487199),
            (12.0, 1.5, 1.406898),
            (12.0, 3.0, 2.540586),
            (12.0, 6.0, 4.004429),
            (20.0, 0.5, 0.492265),
            (20.0, 1.5, 1.442236),
            (20.0, 3.0, 2.693251),
            (20.0, 6.0, 4.486399),
            (60.0, 0.5, 0.497404),
            (60.0, 1.5, 1.480056),
            (60.0, 3.0, 2.883911),
            (60.0, 6.0, 5.289176),
            (400.0, 0.5, 0.499610),
            (400.0, 1.5, 1.496962),
            (400.0, 3.0, 2.981467),
            (400.0, 6.0, 5.867566),
        ];
        for (degrees, t, exact) in EXACT {
            let size = normal_size(t, degrees);
            assert!((size - exact).abs() < 0.02, "{degrees} {t}: {size}, not {exact}");
            assert!((t_of(size, degrees) - t).abs() < 1e-12 * t, "{degrees} {t}");
        }
    }

    #[test]
    fn the_critical_size_is_where_the_e_value_reaches_the_threshold() {
        for (std_error, rate) in [(0.01, 0.05), (0.2, 0.05), (1e-4, 0.05), (3.0, 100.0)] {
            let size = critical_size(20.0, std_error, rate).unwrap();
            assert!((e_value(size, std_error, rate) / 20.0 - 1.0).abs() < 1e-9, "{std_error} {rate}");
        }
        assert_eq!((critical_size(20.0, 0.1, 0.0), e_value(9.0, 0.1, 0.0)), (None, 1.0));
    }

    #[test]
    fn overwhelming_evidence_is_a_finite_number() {
        assert_eq!(e_value(1e9, 1.0, 1e9), f64::MAX);
    }
}
