//! Hashes that are the same on every host and in every version: of records, states, requests and snapshots.
//!
//! SipHash-1-3 with 128 bits of output and a fixed key (Aumasson, Bernstein 2012): not a secret, a fingerprint.

use crate::bytes::as_bytes;
use std::hash::Hasher;

use siphasher::sip128::{Hasher128, SipHasher13};

/// Writes values into a fingerprint, each with its length or fixed width so that neighbours cannot run together.
#[derive(Debug, Clone)]
pub struct Digest {
    hasher: SipHasher13,
    /// What the hasher is given in one piece: for a piece of its own each value takes several times as long.
    waiting: Vec<u8>,
}

/// Most records are shorter.
const ROOM: usize = 256;

impl Digest {
    /// A fresh digest for one purpose; digests of different purposes never agree.
    pub fn new(purpose: &str) -> Self {
        Self { hasher: SipHasher13::new(), waiting: Vec::with_capacity(ROOM) }.text(purpose)
    }
    /// Adds a string or bytes.
    pub fn bytes(self, bytes: &[u8]) -> Self {
        self.whole(bytes.len() as i64).piece(bytes)
    }
    fn piece(mut self, bytes: &[u8]) -> Self {
        if bytes.len() > ROOM {
            // A whole snapshot is not copied for its fingerprint.
            self.pass_on();
            self.hasher.write(bytes);
        } else {
            self.waiting.extend_from_slice(bytes);
        }
        self
    }
    fn pass_on(&mut self) {
        self.hasher.write(&self.waiting);
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
    pub fn finish(mut self) -> u128 {
        self.pass_on();
        self.hasher.finish128().as_u128()
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
