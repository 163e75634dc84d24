//! Assignment of units to variants: a hash of the experiment and the unit, so that nothing is stored and every host
//! computes the same.

use crate::base::digest::Digest;
use crate::base::time::{Calendar, Time};
use crate::operations::experiment::{Experiment, Unit};

/// Bits of each of the two draws that a fingerprint gives.
const BITS: u32 = 53;

/// A recipient by id: a user, in private or within a group, or a group as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Addressee<'a> {
    /// User.
    pub user: Option<&'a str>,
    /// Group.
    pub group: Option<&'a str>,
}

/// Returns the index of the variant that a recipient gets; `None` if it has no such unit or the unit takes no part.
///
/// The high 53 bits of the fingerprint decide participation, so that raising `coverage` moves no unit to another
/// variant; the low 53 bits choose the variant. Callers check the experiment's dates and audience.
pub fn variant(experiment: &Experiment, to: Addressee, now: Time, calendar: Calendar) -> Option<usize> {
    let user = to.user.map(|id| ("user", id));
    let group = to.group.map(|id| ("group", id));
    let (subject_kind, subject) = match experiment.unit {
        Unit::User => user?,
        Unit::Group => group?,
        Unit::SubjectDay => user.or(group)?,
    };
    let digest = Digest::new("experiment").text(&experiment.id).text(experiment.unit.name());
    let digest = digest.text(subject_kind).text(subject);
    let fingerprint = match experiment.unit {
        Unit::SubjectDay => digest.whole(calendar.day(now)),
        Unit::User | Unit::Group => digest,
    }
    .finish();
    let part = unit_interval((fingerprint >> (u128::BITS - BITS)) as u64);
    (part < experiment.coverage).then(|| chosen(experiment, unit_interval(fingerprint as u64 & ((1 << BITS) - 1))))
}

/// Returns a 53-bit number as a fraction, 0 to below 1.
fn unit_interval(bits: u64) -> f64 {
    bits as f64 / (1u64 << BITS) as f64
}

/// Returns the index of the variant in whose part of the cumulated weights a fraction lies.
fn chosen(experiment: &Experiment, fraction: f64) -> usize {
    let shares = experiment.shares();
    let mut cumulated = 0.0;
    let within = |share: &f64| {
        cumulated += share;
        fraction < cumulated
    };
    // Rounding may leave the sum of all shares below the fraction.
    shares.iter().position(within).unwrap_or(shares.len() - 1)
}
