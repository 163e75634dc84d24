//! Evaluates a reconstructed log: checks, estimate, answer.

use crate::base::order;

use super::calibration::Calibration;
use super::clip::Designs;
use super::estimate::{LiftEstimate, Moments, estimate};
use super::planner::{ExplorationAdvice, Explore, Planner};
use super::report::{
    DecisionCounts, Lift, LoggedValue, OffPolicyRefusal, OffPolicyReport, OverlapReport, Reproduced, TargetValue,
    UnsupportedItem,
};
use super::rows::{DecisionRow, Reconstruction};
use super::settings::OffPolicySettings;
use super::textbook::textbook_estimates;
use super::verdict::{OffPolicyVerdict, RefusalCode, refusal_of_estimate, refusal_of_log, verdict};

/// Number of items listed with unsupported choices.
const LISTED_ITEMS: usize = 10;

/// Refuses a target whose configuration, at this path, admits moments or items that the log's does not.
pub fn refuse_configuration(settings: &OffPolicySettings, path: String) -> OffPolicyReport {
    let refusal = OffPolicyRefusal { code: RefusalCode::Configuration, path: Some(path), half_width: None };
    OffPolicyReport { refusal: Some(refusal), ..unanswered(settings, &Reconstruction::default()) }
}

/// Evaluates a reconstructed log. `id_of` names an item of the library; `explore` is called only if more exploration
/// could help.
pub fn evaluate(
    log: &Reconstruction,
    settings: &OffPolicySettings,
    id_of: &dyn Fn(u32) -> String,
    explore: &mut Explore<'_>,
) -> OffPolicyReport {
    let (rows, confidence) = (&log.rows, settings.confidence);
    let mut report = unanswered(settings, log);
    let mut refuse = |code: RefusalCode, report: OffPolicyReport| OffPolicyReport {
        refusal: Some(OffPolicyRefusal { code, path: None, half_width: None }),
        advice: advice(code, rows, settings, explore),
        ..report
    };
    if let Some(code) = refusal_of_log(log) {
        return refuse(code, report);
    }
    let calibration = Calibration::fit(rows);
    let designs = Designs::of(rows, &calibration);
    let clip = designs.choose(confidence.planned(rows.len()), confidence.z());
    let estimate = estimate(rows, &calibration, clip);
    let sampling = confidence.half_width_of_lift(&estimate, calibration.is_rate());
    let half_width = sampling + estimate.lift_bound;
    let code = refusal_of_estimate(rows, &estimate, settings.max_unsupported, half_width);
    let interval = |moments: Moments, bound: f64| {
        let half_width = confidence.half_width(moments, rows.len()) + bound;
        [moments.mean - half_width, moments.mean + half_width]
    };
    if code.is_none_or(|code| code > RefusalCode::NoOutcomes) {
        let outcomes = rows.iter().map(|row| u64::from(row.outcomes)).sum();
        let value = estimate.logged.mean;
        report.logged = Some(LoggedValue { value, interval: interval(estimate.logged, 0.0), outcomes });
        report.overlap = Some(overlap(&estimate));
        report.unsupported_items = unsupported_items(&estimate, id_of);
    }
    if let Some(code) = code {
        let mut refused = refuse(code, report);
        if let Some(refusal) = refused.refusal.as_mut().filter(|_| code == RefusalCode::IntervalTooWide) {
            refusal.half_width = Some(half_width);
        }
        return refused;
    }
    let lift = estimate.lift.mean;
    let of_lift = [lift - half_width, lift + half_width];
    OffPolicyReport {
        verdict: verdict(of_lift),
        lift: Some(Lift {
            estimate: lift,
            interval: of_lift,
            sampling_half_width: sampling,
            unsupported_half_width: estimate.lift_bound,
        }),
        target: Some(TargetValue {
            value: estimate.target.mean,
            interval: interval(estimate.target, estimate.target_bound),
        }),
        other_estimates: Some(textbook_estimates(rows, &calibration)),
        ..report
    }
}

/// Returns a report without an answer.
fn unanswered(settings: &OffPolicySettings, log: &Reconstruction) -> OffPolicyReport {
    let used = log.rows.len();
    let count = |holds: fn(&&DecisionRow) -> bool| log.rows.iter().filter(holds).count();
    let exact = count(|row| row.is_exact);
    OffPolicyReport {
        verdict: OffPolicyVerdict::CannotTell,
        refusal: None,
        period: settings.period,
        lift: None,
        logged: None,
        target: None,
        decisions: DecisionCounts {
            used,
            excluded: log.excluded,
            reproduced: Reproduced { exact, close: used - exact },
            changed: count(|row| row.is_changed) as f64 / (used as f64).max(1.0),
        },
        overlap: None,
        unsupported_items: Vec::new(),
        advice: None,
        sequential: settings.confidence.sequential,
        other_estimates: None,
    }
}

/// Returns the cheapest exploration whose log would support an answer after this refusal; `None` without one.
fn advice(
    code: RefusalCode,
    rows: &[DecisionRow],
    settings: &OffPolicySettings,
    explore: &mut Explore<'_>,
) -> Option<ExplorationAdvice> {
    use RefusalCode::{InsufficientData, InsufficientOverlap, IntervalTooWide, NoExploration};
    if !matches!(code, NoExploration | InsufficientOverlap | InsufficientData | IntervalTooWide) {
        return None;
    }
    // Without outcomes there is no advice, so no base rate is needed.
    Planner::new(rows, settings, 0.0).advise(explore)
}

fn overlap(estimate: &LiftEstimate) -> OverlapReport {
    let overlap = &estimate.overlap;
    OverlapReport {
        unsupported: overlap.unsupported,
        effective_sample_size: overlap.effective_sample_size,
        largest_weight: overlap.largest_weight,
        clip: Some(overlap.clip).filter(|clip| clip.is_finite()),
        mean_weight: overlap.mean_weight,
    }
}

/// Returns the items with most unsupported mass, in descending order; ties by id.
fn unsupported_items(estimate: &LiftEstimate, id_of: &dyn Fn(u32) -> String) -> Vec<UnsupportedItem> {
    let shares = (0..).zip(&estimate.overlap.unsupported_items).filter(|(_, share)| **share > 0.0);
    let mut items: Vec<UnsupportedItem> =
        shares.map(|(index, &share)| UnsupportedItem { item: id_of(index), share }).collect();
    order::sort_by(&mut items, |a, b| b.share.total_cmp(&a.share).then_with(|| a.item.cmp(&b.item)));
    items.truncate(LISTED_ITEMS);
    items
}
