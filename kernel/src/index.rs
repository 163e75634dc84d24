//! Indices of the entities that the host has named, one type each, so that the compiler refuses an item where a user is
//! expected. They are defined here because the loops of this crate take slices of them.

/// An index that addresses a column: dense, from 0.
pub trait DenseIndex: Copy {
    /// Converts a position in a column; columns have at most 2³² elements.
    fn from_usize(position: usize) -> Self;
    /// Returns the position in a column.
    fn as_usize(self) -> usize;
}

/// Bare positions, for names that need no type of their own.
impl DenseIndex for u32 {
    fn from_usize(position: usize) -> Self {
        position as Self
    }
    fn as_usize(self) -> usize {
        self as usize
    }
}

macro_rules! index {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(transparent)]
        pub struct $name(pub u32);

        impl $name {
            /// Returns the position in a column.
            #[inline(always)]
            pub const fn as_usize(self) -> usize {
                self.0 as usize
            }
            /// Returns the first `count` indices, ascending.
            #[inline(always)]
            pub fn first(count: usize) -> impl DoubleEndedIterator<Item = Self> + ExactSizeIterator + Clone {
                (0..count as u32).map(Self)
            }
        }

        impl DenseIndex for $name {
            #[inline(always)]
            fn from_usize(position: usize) -> Self {
                Self(position as u32)
            }
            #[inline(always)]
            fn as_usize(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

index! {
    /// Index of a user.
    UserIndex
    /// Index of a group.
    GroupIndex
    /// Index of a channel.
    ChannelIndex
    /// Index of an item, in the library or only named by an interaction.
    ItemIndex
    /// Index of a kind of interaction.
    KindIndex
    /// Index of a facet.
    FacetIndex
}
