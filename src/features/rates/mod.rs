//! Rates: smoothed log-odds of response rates against the overall rate.
//!
//! Six families under one name: they depend on the item alone, on the subject too, or on the moment; and they count
//! any response, which all kinds share, or responses of one kind. The effect of the item is fitted.

mod effect;
mod item;
mod moment;
mod rate;
mod subject;

pub use effect::{effect_features, fill_effect};
pub use item::{fill_item, fill_item_by_kind, item_features, item_features_by_kind};
pub use moment::{fill_moment, moment_features};
pub use subject::{SubjectResponses, subject_features, subject_features_by_kind};
