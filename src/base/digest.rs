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

/// Odd constants without structure: the fractional parts of the square roots of 2 and 3.
const SEED: [u64; 2] = [0x6a09_e667_f3bc_c909, 0xbb67_ae85_84ca_a73b];

/// Returns the fingerprint of a name, as a part of [`combine`].
pub fn name_fingerprint(name: &str) -> u64 {
    let mut hasher = SipHasher13::new();
    hasher.write(name.as_bytes());
    hasher.finish128().as_u128() as u64
}

/// Returns the fingerprint of pairs of parts, in order: one multiplication to 128 bits for each pair. For records whose
/// names are hashed already, where hashing all bytes would take many times as long.
pub fn combine(parts: &[[u64; 2]]) -> u128 {
    #[cfg(test)]
    FINISHED.set(FINISHED.get() + 1);
    let mut state = SEED;
    for &[a, b] in parts.iter().chain([&SEED]) {
        let product = u128::from(a ^ state[0]) * u128::from(b ^ state[1]);
        // Without the second terms a factor of 0 would discard the state.
        state = [product as u64 ^ state[1].rotate_left(32), (product >> 64) as u64 ^ b.wrapping_add(state[0])];
    }
    u128::from(state[1]) << 64 | u128::from(state[0])
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

    /// Number of bits in which two fingerprints differ.
    fn distance(a: u128, b: u128) -> u32 {
        (a ^ b).count_ones()
    }

    #[test]
    fn one_changed_bit_of_the_parts_changes_half_of_the_fingerprint() {
        let parts: [[u64; 2]; 5] = std::array::from_fn(|n| [n as u64, u64::MAX / (n as u64 + 1)]);
        let whole = combine(&parts);
        let mut sum = 0;
        for bit in 0..640 {
            let mut changed = parts;
            changed[bit / 128][bit / 64 % 2] ^= 1 << (bit % 64);
            let apart = distance(whole, combine(&changed));
            assert!((30..=98).contains(&apart), "bit {bit}: {apart}");
            sum += apart;
        }
        assert!((60 * 640..=68 * 640).contains(&sum), "{sum}");
    }

    #[test]
    fn small_parts_in_any_places_have_different_fingerprints() {
        let mut all: Vec<u128> = (0..4u64.pow(6))
            .map(|n| combine(&[[n & 3, n >> 2 & 3], [n >> 4 & 3, n >> 6 & 3], [n >> 8 & 3, n >> 10 & 3]]))
            .collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
        // Sums of two fingerprints, as a set of two records has.
        let mut sums: Vec<u128> =
            all[..200].iter().flat_map(|a| all[..200].iter().map(|b| a.wrapping_add(*b))).collect();
        sums.sort_unstable();
        sums.dedup();
        assert_eq!(sums.len(), 200 * 201 / 2);
    }

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
