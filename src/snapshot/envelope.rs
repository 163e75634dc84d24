//! The header before a payload: magic (8 bytes), version (u32) and checksum of the payload (u128).

use crate::base::bytes::Output;
use crate::base::digest::Digest;
use crate::base::error::{Code, Error, Result};

/// A format of enveloped bytes.
#[derive(Debug)]
pub struct Envelope {
    /// Name in error messages and purpose of the checksum: `snapshot`.
    pub name: &'static str,
    /// The first eight bytes.
    pub magic: &'static [u8; 8],
    /// The version that is written.
    pub version: u32,
    /// The oldest version that is read.
    pub oldest: u32,
}

/// Length of the header, bytes.
pub const HEADER: usize = 8 + 4 + 16;

/// Receives the payload piece by piece, in order.
pub type HandOver<'a> = &'a mut dyn FnMut(&[u8]);

/// Returns header and payload in one buffer; `seal` hands over the payload and returns the header.
pub fn in_one_piece(seal: impl FnOnce(HandOver) -> [u8; HEADER]) -> Vec<u8> {
    let mut bytes = vec![0; HEADER];
    let header = seal(&mut |piece| bytes.extend_from_slice(piece));
    bytes[..HEADER].copy_from_slice(&header);
    bytes
}

impl Envelope {
    /// Hands over the payload that `write` writes, in pieces, and returns its header, whose checksum is known only at
    /// the end.
    pub fn seal(&self, hand_over: HandOver, write: impl FnOnce(&mut Output)) -> [u8; HEADER] {
        let (mut digest, mut length) = (Digest::new(self.name), 0);
        let mut forward = |piece: &[u8]| {
            digest.write(piece);
            length += piece.len();
            hand_over(piece);
        };
        let mut output = Output::to(&mut forward);
        write(&mut output);
        output.flush();
        let sum = digest.whole(length as i64).finish().to_le_bytes();
        let mut header = [0; HEADER];
        let version = self.version.to_le_bytes();
        let parts = self.magic.iter().chain(&version).chain(&sum);
        header.iter_mut().zip(parts).for_each(|(target, byte)| *target = *byte);
        header
    }

    /// Returns the payload of `bytes` and its version.
    ///
    /// # Errors
    /// [`Code::Snapshot`] unless they are whole, unaltered, of this format and of a version that is read.
    pub fn open<'a>(&self, bytes: &'a [u8]) -> Result<(&'a [u8], u32)> {
        let Some((header, payload)) = bytes.split_at_checked(HEADER) else {
            return Err(self.wrong(format!("at least {HEADER} bytes"), format!("{} bytes", bytes.len())));
        };
        let (magic, rest) = header.split_at(self.magic.len());
        let (version, sum) = rest.split_at(4);
        if magic != self.magic {
            let rule = format!("bytes that begin with `{}`", String::from_utf8_lossy(self.magic));
            return Err(self.wrong(rule, "other bytes"));
        }
        let version = u32::from_le_bytes(version.try_into().expect("four bytes"));
        if !(self.oldest..=self.version).contains(&version) {
            let known: Vec<String> = (self.oldest..=self.version).map(|version| version.to_string()).collect();
            return Err(self.wrong(format!("version {}", known.join(" or ")), format!("version {version}")));
        }
        if sum != checksum(self.name, payload).to_le_bytes() {
            let rule = format!("an unaltered, whole {} (its checksum does not match)", self.name);
            return Err(self.wrong(rule, format!("{} bytes", bytes.len())));
        }
        Ok((payload, version))
    }

    /// Returns the error for bytes that break `rule`.
    pub fn wrong(&self, rule: impl Into<String>, value: impl std::fmt::Display) -> Box<Error> {
        Error::new(Code::Snapshot, self.name, rule, value)
    }
}

/// Returns the checksum over name, payload and its length.
pub fn checksum(name: &str, payload: &[u8]) -> u128 {
    let mut digest = Digest::new(name);
    digest.write(payload);
    digest.whole(payload.len() as i64).finish()
}
