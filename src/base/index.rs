//! Indices of users, groups, channels, items, kinds and facets, with their encoding: that of the number.
//!
//! Bare numbers remain where one list holds indices of several types (`CompactInteraction`), for ids of journeys, steps
//! and labels, for positions among the candidates of a request, and for ranges of rows in `CsrRows`.

pub use nextpick_kernel::index::{ChannelIndex, DenseIndex, FacetIndex, GroupIndex, ItemIndex, KindIndex, UserIndex};

use super::bytes::{ByteReader, Codec, Output};

macro_rules! encode_as_number {
    ($($name:ty)*) => {$(
        impl Codec for $name {
            fn write(&self, to: &mut Output) {
                self.0.write(to);
            }
            fn read(from: &mut ByteReader) -> Self {
                Self(Codec::read(from))
            }
        }
    )*};
}
encode_as_number!(UserIndex GroupIndex ChannelIndex ItemIndex KindIndex FacetIndex);
