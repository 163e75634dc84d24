//! Features: named numbers about (subject, item, moment). 0 means "no data", so that a family without data adds nothing
//! and a decision is always possible.
//!
//! One concept a file: the state that it prepares for a subject, and the families of features that read it.

mod column;
mod context;
mod ease;
mod effects;
mod facet_vector;
mod family;
mod family_set;
mod family_weights;
mod fatigue;
mod feature;
mod folding;
mod freshness;
pub mod item_effects;
pub mod item_weights;
pub mod neighbours;
mod portrait;
mod prepared_subject;
mod ranking_context;
mod rates;
mod table;
mod taste;
mod trend;
mod visits;

#[cfg(test)]
mod contract;

#[cfg(test)]
use column::Column;
pub use column::Source;
pub use family::Family;
#[cfg(feature = "study")]
pub use family::Task;
pub use family_set::FamilySet;
pub use family_weights::FamilyWeights;
pub use feature::{Feature, counts, features, names};
pub use folding::Form;
pub use prepared_subject::PreparedSubject;
pub use ranking_context::{RankingContext, StateVersion, TierFacets};
pub use table::Table;
