//! Interaction ids seen lately, so that the same id counts once.

use crate::bytes::as_bytes;
use crate::digest::Digest;
use crate::order;
use crate::sorted::Keyed;
use crate::time::Time;

/// At least this many ids are remembered: those of the latest interactions by their time.
pub const WINDOW: usize = 1 << 20;

/// The window, as fingerprints of ids (64 bits: among a million, two agree by chance once in 30 million windows).
#[derive(Debug, Clone, Default)]
pub struct Duplicates(Keyed<u64, Time>);

as_bytes!(Duplicates: 0);

impl Duplicates {
    /// Whether an id is new; it is not, from now on. An id that is not new changes nothing.
    pub fn is_new(&mut self, id: &str, at: Time) -> bool {
        let new = !self.knows(id);
        if new {
            self.0.0.insert(fingerprint(id), at);
            self.forget_the_oldest();
        }
        new
    }

    /// Whether an id was seen within the window.
    pub fn knows(&self, id: &str) -> bool {
        self.0.0.contains_key(&fingerprint(id))
    }

    /// Adds all of another window.
    pub fn merge(&mut self, other: &Self) {
        self.0.0.extend(&other.0.0);
        self.forget_the_oldest();
    }

    fn forget_the_oldest(&mut self) {
        if self.0.0.len() > WINDOW + WINDOW / 4 {
            let mut times: Vec<Time> = self.0.0.values().copied().collect();
            order::keep_first(&mut times, WINDOW, |a, b| b.cmp(a));
            let oldest_kept = times.into_iter().min().unwrap_or(Time::MIN);
            self.0.0.retain(|_, at| *at >= oldest_kept);
        }
    }
}

fn fingerprint(id: &str) -> u64 {
    Digest::new("interaction-id").text(id).finish() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_new_once() {
        let mut window = Duplicates::default();
        assert!(window.is_new("e1", 5));
        assert!(!window.is_new("e1", 6));
        assert!(window.is_new("e2", 5));
    }

    #[test]
    fn the_latest_ids_stay_when_the_window_is_full() {
        let mut window = Duplicates(Keyed((0..(WINDOW + WINDOW / 4) as u64).map(|i| (i, i as Time)).collect()));
        assert!(window.is_new("newest", Time::MAX / 2));
        assert!(window.0.0.len() >= WINDOW && window.0.0.len() < WINDOW + WINDOW / 4);
        assert!(!window.is_new("newest", Time::MAX / 2));
    }
}
