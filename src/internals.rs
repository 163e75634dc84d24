//! Parts that the tests and fuzz targets of this project use. They are not a public interface and change without notice.

use crate::memory::Memory;
use crate::model::online::OnlineLearner as Online;
use crate::recommender::Recommender;
use crate::world::World;

pub use crate::base::index::{GroupIndex, ItemIndex, UserIndex};
pub use crate::base::random::Random;
pub use crate::base::time::{Calendar, DAY, HOUR};
pub use crate::base::value::json;
pub use crate::experiments::assignment::{Addressee, variant};
pub use crate::features::{features, names as feature_names};
pub use crate::memory::Subject;
pub use crate::model::shipped::row as shipped_row;
pub use crate::operations::item_filter::ItemFilter;
pub use crate::snapshot::VERSION as SNAPSHOT_VERSION;
pub use crate::snapshot::envelope::checksum;
pub use crate::snapshot::model::to_bytes as model_bytes;
#[cfg(feature = "study")]
pub use crate::studies::{sample_ratio, tier_search};
#[cfg(feature = "study")]
pub use crate::training::{fit_log::fit_log, impression_log::ImpressionLog, trainer::Trainer};
pub use crate::world::kind::Kinds;
pub use crate::world::records as read_records;

/// The world of a recommender.
pub fn world(recommender: &Recommender) -> &World {
    recommender.world()
}

/// The memory of a recommender.
pub fn memory(recommender: &Recommender) -> &Memory {
    recommender.memory()
}

/// The online corrections of a recommender's model.
pub fn online(recommender: &Recommender) -> &Online {
    recommender.online()
}
