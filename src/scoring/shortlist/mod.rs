//! Shortlists: the few items of each of many users that may fill a slate.
//!
//! The utilities of all items are computed in f32 for eight users at once, with a bound of their error. The exact
//! utilities of the best of them decide. If each pick of a slate has a higher utility than the upper bound of every
//! item left out, the slate equals that of all items; else the caller takes more items, finally all of them.
//!
//! - `directions`: the weights, stored once for kinds that share them;
//! - `joined_rows`: the facets of all items;
//! - `block`: the sums of eight users over all items;
//! - `bounds`: bounds of the rounding errors of these sums;
//! - `found`: proofs that a shortlist gives the slate of all items;
//! - `utility_curve`: the utility as a function of one sum.

mod block;
mod bounds;
mod directions;
mod found;
mod joined_rows;
mod utility_curve;

#[cfg(test)]
mod tests;

use crate::base::index::ItemIndex;
use crate::world::facet::FacetProfile;
use crate::world::recipient::Recipient;

use super::scorer::Scorer;

pub use block::Block;
pub use nextpick_kernel::lanes::LANES;

/// Most items of a shortlist.
pub const LONGEST: usize = 48;

/// Items of the first attempt besides one for each slot.
pub const SPARE: usize = 6;

/// Most slots of a slate that is filled from a shortlist.
pub const MOST_SLOTS: usize = LONGEST - SPARE;

/// A user whose shortlist is wanted.
#[derive(Debug, Clone, Copy)]
pub struct ShortlistQuery<'a> {
    /// The scorer; those of a block differ in the tiers alone.
    pub scorer: Scorer<'a>,
    /// The user.
    pub to: Recipient,
    /// Facets of the request's context.
    pub request: &'a FacetProfile,
    /// The eligible items, ascending.
    pub eligible: &'a [ItemIndex],
    /// Number of slots, at most [`MOST_SLOTS`].
    pub slots: usize,
}

/// The best items of a user by approximate utility.
#[derive(Debug, Clone, PartialEq)]
pub struct Shortlist {
    /// Best first.
    items: Vec<ItemIndex>,
    /// Lengths of the attempts, each with the largest utility that an item after them may have.
    attempts: Vec<(usize, f64)>,
    /// Standard deviation of the exact utilities of all eligible items, rounded; `None` if the approximate ones leave it
    /// open.
    pub spread: Option<f64>,
}

impl Shortlist {
    /// Iterates over the attempts: items, ascending, those of `pinned` included; and the largest utility that another
    /// eligible item may have.
    pub fn attempts<'a>(&'a self, pinned: &'a [ItemIndex]) -> impl Iterator<Item = (Vec<ItemIndex>, f64)> + 'a {
        self.attempts.iter().map(move |&(length, most)| {
            let mut items = [&self.items[..length], pinned].concat();
            crate::base::order::sort(&mut items);
            items.dedup();
            (items, most)
        })
    }
}
