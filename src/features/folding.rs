//! Families folded into one number per facet, so that the features of many subjects are products with one row.

use nextpick_kernel::lanes::{CLASSES, Lanes};

use super::family::Family;
use super::family_set::FamilySet;
use super::prepared_subject::PreparedSubject;

/// Form in which a family enters approximate utilities of many subjects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A column that all subjects share.
    ItemOnly,
    /// Products of an item's rows with a profile of facets.
    Profile,
    /// Logarithms of co-occurrence scores.
    CoOccurrence,
    /// Its columns, computed for each subject.
    Columns,
}

impl Family {
    /// Returns the form in which it enters approximate utilities. [`Form::Columns`] is right for every family.
    pub fn form(self) -> Form {
        match self {
            Self::Affinity | Self::Terms | Self::Context => Form::Profile,
            Self::Neighbours => Form::CoOccurrence,
            family if family.is_item_only() => Form::ItemOnly,
            _ => Form::Columns,
        }
    }
}

impl PreparedSubject {
    /// Adds Σ weight × profile over the families of [`Form::Profile`] among `families`, which were prepared, to one lane
    /// of each facet's value, and the squares of these sums by class. `weights` returns the weights of a family's
    /// features, `classes` has the class of each facet.
    pub fn fold<'a>(
        &self,
        families: FamilySet,
        weights: impl Fn(Family) -> &'a [f64],
        classes: &[u8],
        lane: usize,
        values: &mut [Lanes],
        squares: &mut [f64; CLASSES],
    ) {
        let weights_of = |family: Family| families.includes(family).then(|| weights(family));
        let taste = [Family::Affinity, Family::Terms].map(weights_of);
        if taste.iter().any(Option::is_some) {
            self.taste().fold(taste, classes, lane, values, squares);
        }
        if let Some(weights) = weights_of(Family::Context) {
            self.context_profiles().fold(weights, classes, lane, values, squares);
        }
    }
}
