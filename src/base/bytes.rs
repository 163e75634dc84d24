//! Binary encoding of state, field by field, in the format of postcard (postcard.jamesmunns.com/wire-format): whole
//! numbers are varints, signed ones zigzag-encoded, floats little-endian, lists and strings preceded by their length.
//!
//! Reading continues after an error with empty values and zeros; [`read_whole`] reports it at the end. Without an error
//! path per field, readers are about half the size.

use std::sync::Arc;

use crate::base::value::{Value, json};

/// A value with a binary encoding.
pub trait Codec {
    /// Appends the encoding to `to`.
    fn write(&self, to: &mut Output);
    /// Reads a value; an arbitrary one after an error.
    fn read(from: &mut ByteReader) -> Self;
}

/// Implements [`Codec`] for a struct, field by field. Fields after `;` are derived: not written, and read as defaults.
/// Fields after `=> N:` came with format N: they are written last, and read as defaults from older bytes.
macro_rules! as_bytes {
    ($name:ty: $($field:tt),* $(; $($derived:ident),*)? $(=> $format:literal: $($newer:ident),*)?) => {
        impl $crate::base::bytes::Codec for $name {
            fn write(&self, to: &mut $crate::base::bytes::Output) {
                $($crate::base::bytes::Codec::write(&self.$field, to);)*
                $($($crate::base::bytes::Codec::write(&self.$newer, to);)*)?
            }
            fn read(from: &mut $crate::base::bytes::ByteReader) -> Self {
                Self {
                    $($field: $crate::base::bytes::Codec::read(from),)*
                    $($($derived: Default::default(),)*)?
                    $($($newer: from.since($format),)*)?
                }
            }
        }
    };
}
pub(crate) use as_bytes;

/// Maximum number of bytes that an [`Output`] buffers.
const CHUNK: usize = 1 << 16;

/// A buffered writer that passes on its bytes in chunks, so that a large state is never held a second time as bytes.
pub struct Output<'a> {
    chunk: Vec<u8>,
    hand_over: &'a mut dyn FnMut(&[u8]),
}

impl<'a> Output<'a> {
    /// Returns an output that passes each chunk to `hand_over`.
    pub fn to(hand_over: &'a mut dyn FnMut(&[u8])) -> Self {
        Self { chunk: Vec::with_capacity(CHUNK), hand_over }
    }
    /// Appends a byte.
    pub fn push(&mut self, byte: u8) {
        if self.chunk.len() == CHUNK {
            self.flush();
        }
        self.chunk.push(byte);
    }
    /// Appends bytes.
    pub fn extend_from_slice(&mut self, bytes: &[u8]) {
        if self.chunk.len() + bytes.len() > CHUNK {
            self.flush();
        }
        match bytes.len() > CHUNK {
            true => (self.hand_over)(bytes),
            false => self.chunk.extend_from_slice(bytes),
        }
    }
    /// Passes on the buffered bytes. Must be called at the end.
    pub fn flush(&mut self) {
        if !self.chunk.is_empty() {
            (self.hand_over)(&self.chunk);
            self.chunk.clear();
        }
    }
}

/// Encodes a value.
#[cfg(test)]
pub fn to_bytes(value: &impl Codec) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut hand_over = |chunk: &[u8]| bytes.extend_from_slice(chunk);
    let mut output = Output::to(&mut hand_over);
    value.write(&mut output);
    output.flush();
    bytes
}

/// Decodes `bytes` of the present format; `None` unless they are exactly one value.
#[cfg(test)]
pub fn from_bytes<T: Codec>(bytes: &[u8]) -> Option<T> {
    read_whole(bytes, u32::MAX, T::read)
}

/// Decodes `bytes` of a format with `read`; `None` unless they are exactly one value.
pub fn read_whole<T>(bytes: &[u8], format: u32, read: impl FnOnce(&mut ByteReader) -> T) -> Option<T> {
    let mut reader = ByteReader { rest: bytes, is_sound: true, format };
    let value = read(&mut reader);
    (reader.is_sound && reader.rest.is_empty()).then_some(value)
}

/// A reader of encoded values.
#[derive(Debug)]
pub struct ByteReader<'a> {
    rest: &'a [u8],
    is_sound: bool,
    /// The format of the bytes.
    format: u32,
}

impl<'a> ByteReader<'a> {
    /// Marks the input as invalid; everything read afterwards is empty.
    pub fn refuse(&mut self) {
        *self = Self { rest: &[], is_sound: false, ..*self };
    }

    /// True if the bytes are of an earlier format.
    pub fn is_before(&self, format: u32) -> bool {
        self.format < format
    }

    /// Reads a value that came with a format; the default from older bytes.
    pub fn since<T: Codec + Default>(&mut self, format: u32) -> T {
        if self.is_before(format) { T::default() } else { T::read(self) }
    }

    fn bytes(&mut self, count: usize) -> &'a [u8] {
        let Some((bytes, rest)) = self.rest.split_at_checked(count) else {
            self.refuse();
            return &[];
        };
        self.rest = rest;
        bytes
    }

    fn text(&mut self) -> &'a str {
        let count = self.count();
        std::str::from_utf8(self.bytes(count)).unwrap_or_else(|_| {
            self.refuse();
            ""
        })
    }

    fn array<const N: usize>(&mut self) -> [u8; N] {
        self.bytes(N).try_into().unwrap_or([0; N])
    }

    /// Reads the length of a list or string. Each element takes at least one byte, so a length above the rest is
    /// invalid.
    fn count(&mut self) -> usize {
        let count = u64::read(self);
        if count > self.rest.len() as u64 {
            self.refuse();
            return 0;
        }
        count as usize
    }
}

macro_rules! varint {
    ($number:ty) => {
        impl Codec for $number {
            fn write(&self, to: &mut Output) {
                let mut rest = *self;
                while rest >= 128 {
                    to.push(rest as u8 | 128);
                    rest >>= 7;
                }
                to.push(rest as u8);
            }
            fn read(from: &mut ByteReader) -> Self {
                let mut number = 0;
                for shift in (0..Self::BITS).step_by(7) {
                    let [byte] = from.array();
                    let part = Self::from(byte & 127);
                    if part << shift >> shift != part {
                        break;
                    }
                    number |= part << shift;
                    if byte < 128 {
                        return number;
                    }
                }
                from.refuse();
                0
            }
        }
    };
}
varint!(u64);
varint!(u128);

/// Implements [`Codec`] for a number by conversion to another.
macro_rules! by_way_of {
    ($number:ty, $other:ty, $to:expr, $back:expr) => {
        impl Codec for $number {
            fn write(&self, to: &mut Output) {
                <$other>::write(&$to(*self), to);
            }
            fn read(from: &mut ByteReader) -> Self {
                let number = <$other>::read(from);
                $back(number).unwrap_or_else(|| {
                    from.refuse();
                    Self::default()
                })
            }
        }
    };
}
by_way_of!(u32, u64, u64::from, |number| Self::try_from(number).ok());
by_way_of!(u16, u64, u64::from, |number| Self::try_from(number).ok());
by_way_of!(i64, u64, |number| (number << 1 ^ number >> 63) as u64, |number| Some(
    (number >> 1) as i64 ^ -((number & 1) as i64)
));

macro_rules! fixed {
    ($number:ty) => {
        impl Codec for $number {
            fn write(&self, to: &mut Output) {
                to.extend_from_slice(&self.to_le_bytes());
            }
            fn read(from: &mut ByteReader) -> Self {
                Self::from_le_bytes(from.array())
            }
        }
    };
}
fixed!(f64);
fixed!(f32);

impl Codec for bool {
    fn write(&self, to: &mut Output) {
        to.push(u8::from(*self));
    }
    fn read(from: &mut ByteReader) -> Self {
        let [byte] = from.array();
        if byte > 1 {
            from.refuse();
        }
        byte == 1
    }
}

impl Codec for String {
    fn write(&self, to: &mut Output) {
        (self.len() as u64).write(to);
        to.extend_from_slice(self.as_bytes());
    }
    fn read(from: &mut ByteReader) -> Self {
        from.text().to_owned()
    }
}

impl Codec for Arc<str> {
    fn write(&self, to: &mut Output) {
        (self.len() as u64).write(to);
        to.extend_from_slice(self.as_bytes());
    }
    fn read(from: &mut ByteReader) -> Self {
        from.text().into()
    }
}

/// Encoded as JSON text.
impl Codec for Value {
    fn write(&self, to: &mut Output) {
        json(self).write(to);
    }
    fn read(from: &mut ByteReader) -> Self {
        Self::from_json(&String::read(from), "").unwrap_or_else(|_| {
            from.refuse();
            Self::Null
        })
    }
}

impl Codec for () {
    fn write(&self, _: &mut Output) {}
    fn read(_: &mut ByteReader) {}
}

impl<A: Codec, B: Codec> Codec for (A, B) {
    fn write(&self, to: &mut Output) {
        self.0.write(to);
        self.1.write(to);
    }
    fn read(from: &mut ByteReader) -> Self {
        (A::read(from), B::read(from))
    }
}

impl<T: Codec, const N: usize> Codec for [T; N] {
    fn write(&self, to: &mut Output) {
        self.iter().for_each(|value| value.write(to));
    }
    fn read(from: &mut ByteReader) -> Self {
        std::array::from_fn(|_| T::read(from))
    }
}

impl<T: Codec> Codec for Option<T> {
    fn write(&self, to: &mut Output) {
        self.is_some().write(to);
        self.iter().for_each(|value| value.write(to));
    }
    fn read(from: &mut ByteReader) -> Self {
        bool::read(from).then(|| T::read(from))
    }
}

/// Maximum number of elements allocated before reading: a forged length must not allocate gigabytes.
const MAX_PREALLOCATED: usize = 4096;

/// Writes a slice in the encoding of `Vec`.
pub fn write_list<T: Codec>(list: &[T], to: &mut Output) {
    write_list_with(list, to, T::write);
}

/// Writes a slice in the encoding of `Vec`, each element with `write`.
pub fn write_list_with<T>(list: &[T], to: &mut Output, write: impl Fn(&T, &mut Output)) {
    (list.len() as u64).write(to);
    list.iter().for_each(|value| write(value, to));
}

/// Reads a list in the encoding of `Vec`, each element with `read`.
pub fn read_list_with<T>(from: &mut ByteReader, read: impl Fn(&mut ByteReader) -> T) -> Vec<T> {
    let count = from.count();
    let mut all = Vec::with_capacity(count.min(MAX_PREALLOCATED));
    for _ in 0..count {
        all.push(read(from));
        if !from.is_sound {
            break;
        }
    }
    all
}

impl<T: Codec> Codec for Box<T> {
    fn write(&self, to: &mut Output) {
        (**self).write(to);
    }
    fn read(from: &mut ByteReader) -> Self {
        Self::new(T::read(from))
    }
}

impl<T: Codec> Codec for Vec<T> {
    fn write(&self, to: &mut Output) {
        write_list(self, to);
    }
    fn read(from: &mut ByteReader) -> Self {
        read_list_with(from, T::read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Anything = (((u64, u32), (u16, i64)), ((f64, bool), (Option<String>, Vec<([u32; 2], f32)>)));

    proptest! {
        #[test]
        fn bytes_equal_those_of_postcard(value: Anything, whole: u128) {
            let bytes = to_bytes(&value);
            prop_assert_eq!(&bytes, &postcard::to_stdvec(&value).unwrap());
            prop_assert_eq!(from_bytes::<Anything>(&bytes).map(|value| to_bytes(&value)), Some(bytes));
            prop_assert_eq!(from_bytes(&postcard::to_stdvec(&whole).unwrap()), Some(whole));
            prop_assert_eq!(to_bytes(&whole), postcard::to_stdvec(&whole).unwrap());
        }

        #[test]
        fn bytes_are_refused_where_postcard_refuses_them(bytes in prop::collection::vec(prop_oneof![0..4u8, any::<u8>()], 0..40)) {
            let theirs = postcard::take_from_bytes::<Anything>(&bytes).ok().filter(|(_, rest)| rest.is_empty());
            prop_assert_eq!(from_bytes::<Anything>(&bytes).is_some(), theirs.is_some());
        }
    }

    #[test]
    fn truncated_bytes_are_refused() {
        let bytes = to_bytes(&vec![(7u32, "tea".to_owned()), (300, String::new())]);
        for end in 0..bytes.len() {
            assert_eq!(from_bytes::<Vec<(u32, String)>>(&bytes[..end]), None, "{end}");
        }
    }

    #[test]
    fn a_forged_length_allocates_no_more_than_the_input() {
        assert_eq!(from_bytes::<Vec<u64>>(&to_bytes(&u64::MAX)), None);
        // A forged length with large elements, the first of which is invalid: nothing is allocated and reading stops.
        let many = [to_bytes(&(1u64 << 26)), vec![0xff; 1 << 26]].concat();
        let mut reader = ByteReader { rest: &many, is_sound: true, format: u32::MAX };
        let read = Vec::<[u64; 12]>::read(&mut reader);
        assert!(!reader.is_sound && read.len() <= 1 && read.capacity() <= MAX_PREALLOCATED);
    }
}
