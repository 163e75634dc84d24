//! Snapshot payloads: refused, or loaded into a recommender that answers and survives a round trip.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nextpick::internals::SNAPSHOT_VERSION;
use nextpick::Recommender;
use nextpick_fuzz::{exercise, sealed};

fuzz_target!(|payload: &[u8]| {
    if let Ok(mut recommender) = Recommender::from_snapshot(&sealed("snapshot", b"nextpick", SNAPSHOT_VERSION, payload)) {
        exercise(&mut recommender);
    }
});
