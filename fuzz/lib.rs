//! Parts shared by the targets: sealing of payloads, and checks that hold for every recommender.

use nextpick::internals::checksum;
use nextpick::{Options, Recommender, Request, Value};

/// 2026-05-28, the `now` of all requests.
pub const NOW: i64 = 1_780_000_000_000;

/// Returns a payload as a snapshot or model with a valid checksum, so that mutated payloads get past it.
pub fn sealed(name: &str, magic: &[u8; 8], version: u32, payload: &[u8]) -> Vec<u8> {
    let mut bytes = magic.to_vec();
    bytes.extend(version.to_le_bytes());
    bytes.extend(checksum(name, payload).to_le_bytes());
    bytes.extend(payload);
    bytes
}

/// Parses a JSON literal of a fuzz target.
pub fn parse(json: &str) -> Value {
    Value::from_json(json, "json").expect("valid JSON")
}

/// Recommends to known and unknown users and groups; checks that every number in the answers is finite.
pub fn recommend_to_all(recommender: &mut Recommender) {
    for recipient in
        [r#""user":"u0""#, r#""user":"u1""#, r#""group":"g0""#, r#""user":"u1","group":"g1""#, r#""user":"nobody""#]
    {
        let request =
            Request::read(parse(&format!(r#"{{{recipient},"now":{NOW},"count":9}}"#)), "request").expect("a request");
        let options = Options { explain: true, reasons: true };
        let Ok(decision) = recommender.recommend(&request, options) else { continue };
        for pick in &decision.picks {
            assert!(pick.score.is_finite() && pick.propensity.is_finite(), "{pick:?}");
            assert!(pick.reasons.iter().all(|reason| reason.amount.is_finite()), "{pick:?}");
        }
    }
}

/// Withdraws and restores users with recommendations between, then checks that a snapshot round trip returns the same
/// bytes.
pub fn exercise(recommender: &mut Recommender) {
    recommend_to_all(recommender);
    recommender.set_personalised("u0", false).unwrap();
    recommend_to_all(recommender);
    recommender.set_personalised("u0", true).unwrap();
    recommender.forget("u1");
    recommend_to_all(recommender);
    let bytes = recommender.to_snapshot();
    let again = Recommender::from_snapshot(&bytes).expect("a snapshot of this build");
    assert!(again.to_snapshot() == bytes, "the snapshot of the loaded recommender has other bytes");
}
