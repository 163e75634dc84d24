//! Prepared data of the members of a group, kept from the scoring of items until the picks are explained, and in a batch
//! for the other groups of the same moment.

use rustc_hash::FxHashMap;

use crate::base::index::UserIndex;
use crate::features::{PreparedSubject, RankingContext};

/// Most bytes of prepared data if all families are used: 128 MB. Shipped weights need half of it.
const MOST_BYTES: usize = 128 << 20;

/// Bytes of one member's data for each item and each facet of the library.
const BYTES: [usize; 2] = [24, 40];

/// Prepared data by member.
#[derive(Debug, Default)]
pub struct PreparedMembers(FxHashMap<UserIndex, PreparedSubject>);

impl PreparedMembers {
    /// Puts the data of a member into `subject`, if they were kept.
    pub(super) fn restore(&mut self, subject: &mut PreparedSubject, member: UserIndex) {
        if let Some(mut kept) = self.0.remove(&member) {
            kept.exchange_shared(subject);
            *subject = kept;
        }
    }

    /// Keeps the data of a member, if there is room; `subject` is then to be prepared anew.
    pub(super) fn keep(&mut self, subject: &mut PreparedSubject, member: UserIndex, context: &RankingContext) {
        let sizes = [context.state.world.library.ids.len(), context.facet_matrix.facets()];
        let bytes: usize = sizes.iter().zip(BYTES).map(|(size, bytes)| size * bytes).sum();
        if self.0.len() * bytes < MOST_BYTES {
            let mut next = PreparedSubject::default();
            next.exchange_shared(subject);
            self.0.insert(member, std::mem::replace(subject, next));
        }
    }

    /// Frees the data of all members.
    pub fn clear(&mut self) {
        self.0 = FxHashMap::default();
    }
}
