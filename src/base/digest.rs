//! Hashes that are the same on every host and in every version: of records, states, requests and snapshots.
//!
//! SipHash-1-3 with 128 bits of output and a fixed key (Aumasson, Bernstein 2012): not a secret, a fingerprint.

use crate::base::bytes::as_bytes;
use std::hash::Hasher;

use siphasher::sip128::{Hasher128, SipHasher13};

/// Writes values into a fingerprint, each with its length or fixed width so that neighbours cannot run together.
#[derive(Debug, Clone)]
pub struct Digest {
    /// Kept back to be hashed in one piece: hashed one by one, values take several times as long.
    waiting: Vec<u8>,
    /// What was hashed already, because a long piece came.
    hasher: Option<Box<SipHasher13>>,
}

#[cfg(test)]
thread_local! {
    /// How many fingerprints this thread has made.
    pub static FINISHED: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// Most records are shorter.
const ROOM: usize = 256;

impl Digest {
    /// A fresh digest for one purpose; digests of different purposes never agree.
    pub fn new(purpose: &str) -> Self {
        Self { waiting: Vec::with_capacity(ROOM), hasher: None }.text(purpose)
    }
    /// Adds a string or bytes.
    pub fn bytes(self, bytes: &[u8]) -> Self {
        self.whole(bytes.len() as i64).piece(bytes)
    }
    fn piece(mut self, bytes: &[u8]) -> Self {
        self.write(bytes);
        self
    }
    /// Adds bytes without their length: a part of something of which the length is added at its end.
    pub fn write(&mut self, bytes: &[u8]) {
        if bytes.len() <= ROOM {
            return self.waiting.extend_from_slice(bytes);
        }
        // A whole snapshot is not copied for its fingerprint.
        let hasher = self.hasher.get_or_insert_default();
        hasher.write(&self.waiting);
        hasher.write(bytes);
        self.waiting.clear();
    }
    /// Adds a string.
    pub fn text(self, text: &str) -> Self {
        self.bytes(text.as_bytes())
    }
    /// Adds a string that may be absent; absence differs from the empty string.
    pub fn maybe(self, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.whole(1).text(text),
            None => self.whole(0),
        }
    }
    /// Adds a whole number.
    pub fn whole(self, number: i64) -> Self {
        self.piece(&number.to_le_bytes())
    }
    /// Adds a number by its bits.
    pub fn number(self, number: f64) -> Self {
        self.piece(&number.to_bits().to_le_bytes())
    }
    /// The fingerprint, 128 bits.
    pub fn finish(self) -> u128 {
        #[cfg(test)]
        FINISHED.set(FINISHED.get() + 1);
        let mut hasher = self.hasher.map_or_else(SipHasher13::new, |hasher| *hasher);
        hasher.write(&self.waiting);
        hasher.finish128().as_u128()
    }
}

/// The fingerprint of a multiset of records: the same whatever the order they came in, and mergeable by adding.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SetDigest(u128);

as_bytes!(SetDigest: 0);

impl SetDigest {
    /// Adds a record's fingerprint.
    pub fn add(&mut self, record: u128) {
        self.0 = self.0.wrapping_add(record);
    }
    /// Takes a record's fingerprint out again.
    pub fn remove(&mut self, record: u128) {
        self.0 = self.0.wrapping_sub(record);
    }
    /// Adds all of another multiset.
    pub fn merge(&mut self, other: Self) {
        self.add(other.0);
    }
    /// The fingerprint as a number.
    pub fn get(self) -> u128 {
        self.0
    }
}

/// Hexadecimal, 32 digits.
pub fn hex(fingerprint: u128) -> String {
    format!("{fingerprint:032x}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_fingerprint_is_that_of_all_pieces_in_a_row(lengths in prop::collection::vec(0..3 * ROOM, 0..5)) {
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
