//! Parts shared by the targets: sealing a payload, and the checks that hold for any recommender.

use nextpick::recommender::Recommender;
use nextpick::recommender::request::{Options, Request};
use nextpick::snapshot::envelope::checksum;
use nextpick::base::value::Value;

/// 2026-05-28, the `now` of all questions.
pub const NOW: i64 = 1_780_000_000_000;

/// A payload as a snapshot or a model, with the checksum that belongs to it: so that changed payloads are read and not refused unread.
pub fn sealed(name: &str, magic: &[u8; 8], version: u32, payload: &[u8]) -> Vec<u8> {
    let mut bytes = magic.to_vec();
    bytes.extend(version.to_le_bytes());
    bytes.extend(checksum(name, payload).to_le_bytes());
    bytes.extend(payload);
    bytes
}

/// A value from JSON text of ours.
pub fn tree(json: &str) -> Value {
    Value::from_json(json, "json").expect("JSON of ours")
}

/// Asks for users, groups and strangers; every number of every answer is finite.
pub fn ask(recommender: &mut Recommender) {
    for whom in
        [r#""user":"u0""#, r#""user":"u1""#, r#""group":"g0""#, r#""user":"u1","group":"g1""#, r#""user":"nobody""#]
    {
        let request =
            Request::read(tree(&format!(r#"{{{whom},"now":{NOW},"count":9}}"#)), "request").expect("a request");
        let options = Options { explain: true, reasons: true };
        let Ok(decision) = recommender.recommend(&request, options) else { continue };
        for pick in &decision.picks {
            assert!(pick.score.is_finite() && pick.propensity.is_finite(), "{pick:?}");
            assert!(pick.reasons.iter().all(|reason| reason.amount.is_finite()), "{pick:?}");
        }
    }
}

/// Withdraws and returns, asks after each, and comes back from a snapshot to the same bytes.
pub fn live(recommender: &mut Recommender) {
    ask(recommender);
    recommender.set_personalised("u0", false);
    ask(recommender);
    recommender.set_personalised("u0", true);
    recommender.forget("u1");
    ask(recommender);
    let bytes = recommender.to_snapshot();
    let mut again = Recommender::from_snapshot(&bytes).expect("its own snapshot");
    assert!(again.to_snapshot() == bytes, "a snapshot of what was loaded has other bytes");
}
