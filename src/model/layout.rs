//! The columns of a row of features.

/// How the features of a row are laid out: first those that all kinds share, then for each kind those of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Features that all kinds share.
    pub shared: usize,
    /// Features of its own that each kind has.
    pub own: usize,
    /// How many kinds.
    pub kinds: usize,
}

impl Layout {
    /// How many features one kind sees, without the bias.
    pub fn of_one_kind(&self) -> usize {
        self.shared + self.own
    }

    /// Where a kind sees what stands at `place`; `None` if it is another kind's own.
    pub fn seen(&self, place: usize, kind: u32) -> Option<usize> {
        match place.checked_sub(self.shared) {
            None => Some(place),
            Some(own) if own / self.own == kind as usize => Some(self.shared + own % self.own),
            Some(_) => None,
        }
    }
}
