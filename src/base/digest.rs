//! Hashes of records, states, requests and snapshots that are the same on every host and in every version.
//!
//! SipHash-1-3 with 128 bits of output and a fixed key (Aumasson, Bernstein 2012): a fingerprint, not a secret.

use crate::base::bytes::as_bytes;
use std::hash::Hasher;

use siphasher::sip128::{Hasher128, SipHasher13};

/// A hash under construction. Each value is written with its length or a fixed width, so that neighbours cannot
/// collide.
#[derive(Debug, Clone)]
pub struct Digest {
    /// Bytes not hashed yet: hashing value by value would take several times as long.
    pending: Vec<u8>,
    /// State after the bytes already hashed; `None` until a long piece is written.
    hasher: Option<Box<SipHasher13>>,
}

#[cfg(test)]
thread_local! {
    /// Number of fingerprints this thread has computed.
    pub static FINISHED: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// Buffer size in bytes: most records are shorter.
const ROOM: usize = 256;

impl Digest {
    /// Returns an empty digest for one purpose; digests of different purposes never agree.
    pub fn new(purpose: &str) -> Self {
        Self { pending: Vec::with_capacity(ROOM), hasher: None }.text(purpose)
    }
    /// Appends a string or bytes.
    pub fn bytes(self, bytes: &[u8]) -> Self {
        self.whole(bytes.len() as i64).piece(bytes)
    }
    fn piece(mut self, bytes: &[u8]) -> Self {
        self.write(bytes);
        self
    }
    /// Appends bytes without their length, for a value whose length is appended at its end.
    pub fn write(&mut self, bytes: &[u8]) {
        if bytes.len() <= ROOM {
            return self.pending.extend_from_slice(bytes);
        }
        // Long input is hashed without copying it: a snapshot is large.
        let hasher = self.hasher.get_or_insert_default();
        hasher.write(&self.pending);
        hasher.write(bytes);
        self.pending.clear();
    }
    /// Appends a string.
    pub fn text(self, text: &str) -> Self {
        self.bytes(text.as_bytes())
    }
    /// Appends a string that may be absent; absence differs from the empty string.
    pub fn maybe(self, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.whole(1).text(text),
            None => self.whole(0),
        }
    }
    /// Appends a whole number.
    pub fn whole(self, number: i64) -> Self {
        self.piece(&number.to_le_bytes())
    }
    /// Appends a number by its bits.
    pub fn number(self, number: f64) -> Self {
        self.piece(&number.to_bits().to_le_bytes())
    }
    /// Returns the fingerprint, 128 bits.
    pub fn finish(self) -> u128 {
        #[cfg(test)]
        FINISHED.set(FINISHED.get() + 1);
        let mut hasher = self.hasher.map_or_else(SipHasher13::new, |hasher| *hasher);
        hasher.write(&self.pending);
        hasher.finish128().as_u128()
    }
}

/// The fingerprint of a multiset of records: independent of their order, mergeable by addition.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SetDigest(u128);

as_bytes!(SetDigest: 0);

impl SetDigest {
    /// Adds a record's fingerprint.
    pub fn add(&mut self, record: u128) {
        self.0 = self.0.wrapping_add(record);
    }
    /// Removes a record's fingerprint.
    pub fn remove(&mut self, record: u128) {
        self.0 = self.0.wrapping_sub(record);
    }
    /// Adds all records of another multiset.
    pub fn merge(&mut self, other: Self) {
        self.add(other.0);
    }
    /// Returns the fingerprint as a number.
    pub fn get(self) -> u128 {
        self.0
    }
}

/// Returns 32 hexadecimal digits.
pub fn hex(fingerprint: u128) -> String {
    format!("{fingerprint:032x}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_fingerprint_equals_that_of_the_concatenated_pieces(lengths in prop::collection::vec(0..3 * ROOM, 0..5)) {
            let pieces: Vec<Vec<u8>> = lengths.iter().map(|&length| (0..length).map(|n| n as u8).collect()).collect();
            let mut whole = Vec::new();
            for piece in [&b"purpose".to_vec()].into_iter().chain(&pieces) {
                whole.extend((piece.len() as u64).to_le_bytes());
                whole.extend(piece);
            }
            let mut hasher = SipHasher13::new();
            hasher.write(&whole);
            let ours = pieces.iter().fold(Digest::new("purpose"), |digest, piece| digest.bytes(piece)).finish();
            prop_assert_eq!(ours, hasher.finish128().as_u128());
        }
    }
}
