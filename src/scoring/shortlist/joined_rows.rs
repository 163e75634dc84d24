//! The rows of the facet matrix, joined for one of its revisions.

use nextpick_kernel::lanes::LaneRows;

use crate::base::index::FacetIndex;
use crate::features::RankingContext;
use crate::world::facet::FacetClass;

/// The rows of the facet matrix, joined for one of its revisions.
#[derive(Debug)]
pub struct JoinedRows {
    revision: u64,
    /// Rows of all classes.
    pub rows: LaneRows,
    /// Class of each facet.
    pub classes: Vec<u8>,
}

impl JoinedRows {
    /// Updates the rows to the facet matrix.
    pub fn update<'a>(joined: &'a mut Option<Self>, context: &RankingContext) -> &'a Self {
        let matrix = context.facet_matrix;
        let old = joined.take().filter(|joined| joined.revision == matrix.revision());
        joined.insert(old.unwrap_or_else(|| {
            let classes = FacetClass::ALL.map(|class| matrix.class(class).compressed());
            let rows = LaneRows::of(&classes, matrix.values().len());
            let class_of = |facet| context.state.world.facets.class(facet) as u8;
            let classes = FacetIndex::first(matrix.facets()).map(class_of).collect();
            Self { revision: matrix.revision(), rows, classes }
        }))
    }
}
