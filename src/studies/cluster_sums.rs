//! Messages and responses by independent cluster and variant, and estimates with standard errors over clusters (delta
//! method): impressions within one group are correlated, so they are not counted singly.

/// Number of clusters from which intervals and verdicts are given.
pub const FEWEST_CLUSTERS: usize = 10;

/// The sums of one cluster in one variant.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Sums {
    /// Messages, or impressions.
    pub base: f64,
    /// Responses, or their value.
    pub outcome: f64,
}

/// The sums of all clusters, `arms` for each cluster.
#[derive(Debug, Clone)]
pub struct ClusterSums {
    arms: usize,
    cells: Vec<Sums>,
}

/// A comparison of a variant with the control.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// Mean of the variant less that of the control.
    pub difference: f64,
    /// Its standard error, above 0.
    pub std_error: f64,
    /// Degrees of freedom of the standard error, above 0.
    pub degrees: f64,
    /// Pooled mean.
    pub rate: f64,
    /// Relative difference and its standard error; `None` if the mean of the control is 0.
    pub lift: Option<(f64, f64)>,
}

impl ClusterSums {
    /// Returns empty sums of `clusters` clusters and `arms` variants, the control first.
    pub fn new(clusters: usize, arms: usize) -> Self {
        Self { arms, cells: vec![Sums::default(); clusters * arms] }
    }

    /// Returns the sums of a cluster in a variant.
    pub fn of(&mut self, cluster: u32, arm: usize) -> &mut Sums {
        &mut self.cells[cluster as usize * self.arms + arm]
    }

    fn arm(&self, arm: usize) -> impl Iterator<Item = Sums> + Clone {
        self.cells.iter().skip(arm).step_by(self.arms).copied()
    }

    /// Returns the number of clusters with anything in a variant.
    pub fn clusters(&self, arm: usize) -> usize {
        self.arm(arm).filter(|sums| sums.is_there()).count()
    }

    /// Returns the sums of a variant over all clusters.
    pub fn total(&self, arm: usize) -> Sums {
        self.arm(arm)
            .fold(Sums::default(), |sum, one| Sums { base: sum.base + one.base, outcome: sum.outcome + one.outcome })
    }

    /// Compares a variant with the control; `None` while no standard error is known.
    ///
    /// With `paired`, clusters are in both variants; otherwise each is in one.
    pub fn compare(&self, arm: usize, paired: bool) -> Option<Estimate> {
        let [control, variant] = [self.total(0), self.total(arm)];
        if control.base <= 0.0 || variant.base <= 0.0 {
            return None;
        }
        let (m0, m1) = (control.mean(), variant.mean());
        // The lift is m₁/m₀ − 1, with gradient (1/m₀, −m₁/m₀²).
        let slopes = (m0 != 0.0).then(|| (1.0 / m0.abs(), m1 / (m0 * m0.abs())));
        let (to_variant, to_control) = slopes.unwrap_or_default();
        let (squared_error, squared_lift_error, degrees) = if paired {
            let pairs = self.arm(0).zip(self.arm(arm)).filter(|(a, b)| a.is_there() || b.is_there());
            let shares = pairs.map(|(a, b)| (a.residual(m0) / control.base, b.residual(m1) / variant.base));
            let (n, squares, lift_squares) = shares.fold((0.0, 0.0, 0.0), |(n, squares, lift_squares), (r0, r1)| {
                let (d, lift) = (r1 - r0, to_variant * r1 - to_control * r0);
                (n + 1.0, squares + d * d, lift_squares + lift * lift)
            });
            let scale = n / (n - 1.0);
            (scale * squares, scale * lift_squares, n - 1.0)
        } else {
            let ((n0, v0), (n1, v1)) = (variance_of_mean(self.arm(0)), variance_of_mean(self.arm(arm)));
            let welch = (v1 + v0) * (v1 + v0) / (v1 * v1 / (n1 as f64 - 1.0) + v0 * v0 / (n0 as f64 - 1.0));
            (v1 + v0, to_variant * to_variant * v1 + to_control * to_control * v0, welch)
        };
        let std_error = squared_error.sqrt();
        let is_known = std_error > 0.0 && std_error.is_finite() && degrees > 0.0 && degrees.is_finite();
        is_known.then(|| Estimate {
            difference: m1 - m0,
            std_error,
            degrees,
            rate: (variant.outcome + control.outcome) / (variant.base + control.base),
            lift: slopes.map(|_| ((m1 - m0) * to_variant, squared_lift_error.sqrt())),
        })
    }
}

impl Sums {
    fn is_there(self) -> bool {
        self.base != 0.0 || self.outcome != 0.0
    }
    /// Returns outcome per base; not a number without a base.
    pub fn mean(self) -> f64 {
        self.outcome / self.base
    }
    fn residual(self, mean: f64) -> f64 {
        self.outcome - mean * self.base
    }
}

/// Returns the number of clusters and the variance of their common mean: G/(G − 1) · Σr² / (Σx)². Not a number with
/// fewer than two clusters.
pub fn variance_of_mean(clusters: impl Iterator<Item = Sums> + Clone) -> (usize, f64) {
    let there = || clusters.clone().filter(|sums| sums.is_there());
    let total = there().fold(Sums::default(), |a, b| Sums { base: a.base + b.base, outcome: a.outcome + b.outcome });
    let n = there().count();
    let squares: f64 = there().map(|sums| sums.residual(total.mean())).map(|r| r * r).sum();
    (n, n as f64 / (n as f64 - 1.0) * squares / (total.base * total.base))
}
