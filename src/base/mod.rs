//! Values, byte encoding, hashing, ordering, decay and random numbers, independent of content.

pub mod error;
pub mod value;

pub mod bytes;
pub mod digest;
pub mod id;
pub mod index;
pub mod minute_of_day;
pub mod number;
pub mod order;
pub mod random;
pub mod shared;
pub mod sorted;
pub mod text;
pub mod time;
