//! Hashes that are the same on every host and in every version: of records, states, requests and snapshots.
//!
//! SipHash-1-3 with 128 bits of output and a fixed key (Aumasson, Bernstein 2012): not a secret, a fingerprint.

use crate::bytes::as_bytes;
use std::hash::Hasher;

use siphasher::sip128::{Hasher128, SipHasher13};

/// Writes values into a fingerprint, each with its length or fixed width so that neighbours cannot run together.
#[derive(Debug, Clone)]
pub struct Digest(SipHasher13);

impl Digest {
    /// A fresh digest for one purpose; digests of different purposes never agree.
    pub fn new(purpose: &str) -> Self {
        Self(SipHasher13::new()).text(purpose)
    }
    /// Adds a string or bytes.
    pub fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.write(&(bytes.len() as u64).to_le_bytes());
        self.0.write(bytes);
        self
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
    pub fn whole(mut self, number: i64) -> Self {
        self.0.write(&number.to_le_bytes());
        self
    }
    /// Adds a number by its bits.
    pub fn number(mut self, number: f64) -> Self {
        self.0.write(&number.to_bits().to_le_bytes());
        self
    }
    /// The fingerprint, 128 bits.
    pub fn finish(self) -> u128 {
        self.0.finish128().as_u128()
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
