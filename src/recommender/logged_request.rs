//! Requests as the log keeps them: the fields by which off-policy evaluation reconstructs a decision.

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::base::error::Result;
use crate::base::time::{Time, time};
use crate::base::value::{Fields, Value};

use super::request::{Request, Selection};

/// The fields of a request that were given, without recipient and time, which the decision itself has. Serialises to
/// the contract's JSON.
#[derive(Debug, Clone, PartialEq)]
pub struct LoggedRequest {
    /// Time of the decision, ms, if it was sent at another time than it was made.
    pub now: Option<Time>,
    /// Without user and group, and with time 0.
    options: Box<Request>,
}

impl LoggedRequest {
    /// Takes the fields of a request that the log keeps; `None` if only recipient and time were given.
    pub(super) fn of(request: &Request) -> Option<Self> {
        let options = Request { user: None, group: None, now: 0, ..request.clone() };
        (options != Request::default()).then(|| Self { now: None, options: Box::new(options) })
    }

    /// Reads the fields that were given.
    ///
    /// # Errors
    /// Names the field that is wrong.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let now = fields.optional("now", time)?;
        let options = Box::new(Request::read_options(&mut fields)?);
        fields.finish()?;
        Ok(Self { now, options })
    }

    /// Returns the request for a recipient. `at` is its time unless another was logged.
    pub fn for_recipient(&self, user: Option<String>, group: Option<String>, at: Time) -> Request {
        Request { user, group, now: self.now.unwrap_or(at), ..(*self.options).clone() }
    }
}

impl Serialize for LoggedRequest {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        /// Writes a field that was given.
        macro_rules! write {
            ($($name:literal: $given:expr),*) => {$(
                if let Some(given) = $given {
                    map.serialize_entry($name, &given)?;
                }
            )*};
        }
        let Request { user: _, group: _, now: _, occasion, count, channel, context, objective, policy, only, .. } =
            &*self.options;
        let Request { family_weights, diversity, exclude, quotas, repeats, step, seed, .. } = &*self.options;
        write!(
            "now": self.now, "occasion": (!occasion.is_push()).then_some(occasion), "count": (*count != 1).then_some(count),
            "channel": channel.as_ref(), "context": context.as_ref(), "objective": objective.as_ref(),
            "policy": policy.as_ref(), "familyWeights": family_weights.as_ref(), "diversity": diversity.as_ref(),
            "only": only.as_ref(),
            "exclude": (*exclude != Selection::Ids(Vec::new())).then_some(exclude), "quotas": quotas.as_ref(),
            "repeats": repeats.as_ref(), "step": step.as_ref(), "seed": (*seed != 0).then_some(seed)
        );
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::digest::Digest;
    use crate::base::value::json;

    fn request(options: &str) -> Request {
        let json = format!(r#"{{"user":"u","group":"g","now":7{options}}}"#);
        Request::read(Value::from_json(&json, "").unwrap(), "").unwrap()
    }

    fn reread(logged: &LoggedRequest) -> LoggedRequest {
        LoggedRequest::read(Value::from_json(&json(logged), "").unwrap(), "request").unwrap()
    }

    #[test]
    fn every_field_comes_back_with_the_same_digest() {
        for options in [
            r#","count":3"#,
            r#","channel":"c""#,
            r#","occasion":"reply""#,
            r#","context":{"weather":"rain","hot":0.5}"#,
            r#","objective":"care""#,
            r#","objective":{"click":1,"share":0.25}"#,
            r#","policy":{"type":"softmax"}"#,
            r#","policy":{"type":"thompson","draws":300}"#,
            r#","familyWeights":{"trend":0.5}"#,
            r#","diversity":0"#,
            r#","only":["a","b"]"#,
            r#","only":[]"#,
            r#","only":{"tags":["a"],"not":{"format":["b"]}}"#,
            r#","exclude":["a"]"#,
            r#","exclude":{"tags":["a"]}"#,
            r#","quotas":[]"#,
            r#","quotas":[{"name":"q","items":{},"min":1,"audience":{"users":["u"]}},{"name":"r","items":{"tags":["t"]},"maxShare":0.5}]"#,
            r#","repeats":"always""#,
            r#","repeats":{"afterDays":8}"#,
            r#","step":{"journey":"j","step":"s","enteredAt":1,"reference":"A1"}"#,
            r#","seed":4294967295"#,
        ] {
            let request = request(options);
            let logged = LoggedRequest::of(&request).unwrap();
            let again = reread(&logged).for_recipient(Some("u".to_owned()), Some("g".to_owned()), 7);
            assert_eq!(again, request, "{options}");
            let digest = |request: &Request| request.digest(Digest::new("")).finish();
            assert_eq!(digest(&again), digest(&request), "{options}");
        }
    }

    #[test]
    fn a_request_without_options_is_not_logged_and_the_time_of_the_decision_goes_before_that_of_sending() {
        assert_eq!(LoggedRequest::of(&request("")), None);
        assert_eq!(LoggedRequest::of(&request(r#","count":1,"exclude":[],"seed":0"#)), None);
        let logged = LoggedRequest { now: Some(5), ..LoggedRequest::of(&request(r#","seed":1"#)).unwrap() };
        assert_eq!(json(&logged), r#"{"now":5,"seed":1}"#);
        assert_eq!(reread(&logged).for_recipient(None, None, 9).now, 5);
    }

    #[test]
    fn a_wrong_field_is_named() {
        let read = |json: &str| LoggedRequest::read(Value::from_json(json, "").unwrap(), "decision.request");
        assert_eq!(read(r#"{"count":0}"#).unwrap_err().path, "decision.request.count");
        assert_eq!(read(r#"{"user":"u"}"#).unwrap_err().path, "decision.request.user");
    }
}
