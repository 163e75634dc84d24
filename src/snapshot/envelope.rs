//! What stands around a payload of bytes: a magic, a version (u32), and a fingerprint of the payload (u128).

use crate::digest::Digest;
use crate::error::{Code, Error, Result};

/// A sort of bytes: `name` says in errors what they were to be.
#[derive(Debug)]
pub struct Envelope {
    /// What they are: `snapshot`.
    pub name: &'static str,
    /// What they begin with.
    pub magic: &'static [u8; 8],
    /// The version that is written and read.
    pub version: u32,
}

const HEADER: usize = 8 + 4 + 16;

impl Envelope {
    /// A payload with all that stands before it.
    pub fn seal(&self, payload: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEADER + payload.len());
        bytes.extend_from_slice(self.magic);
        bytes.extend_from_slice(&self.version.to_le_bytes());
        bytes.extend_from_slice(&self.sum(payload).to_le_bytes());
        bytes.extend_from_slice(payload);
        bytes
    }

    /// The payload of whole, unaltered bytes of this sort and version.
    ///
    /// # Errors
    /// [`Code::Snapshot`] for any others.
    pub fn open<'a>(&self, bytes: &'a [u8]) -> Result<&'a [u8]> {
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
        if version != self.version {
            return Err(self.wrong(format!("version {}", self.version), format!("version {version}")));
        }
        if sum != self.sum(payload).to_le_bytes() {
            let rule = format!("an unaltered, whole {} (its checksum does not match)", self.name);
            return Err(self.wrong(rule, format!("{} bytes", bytes.len())));
        }
        Ok(payload)
    }

    /// A mistake in bytes of this sort.
    pub fn wrong(&self, rule: impl Into<String>, value: impl std::fmt::Display) -> Box<Error> {
        Error::new(Code::Snapshot, self.name, rule, value)
    }

    fn sum(&self, payload: &[u8]) -> u128 {
        Digest::new(self.name).bytes(payload).finish()
    }
}
