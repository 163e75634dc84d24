//! Tests of `value`.

use super::*;

/// An error that is kept and not reported would be lost.
impl Drop for Fields {
    fn drop(&mut self) {
        assert!(self.error.is_none() || std::thread::panicking(), "call `finish` or `check`: {:?}", self.error);
    }
}

#[test]
fn a_key_given_twice_is_refused_with_its_path() {
    let twice = || Value::Record([1.0, 2.0].map(|n| ("a".to_owned(), Value::Number(n))).into());
    let nested = Value::Record(vec![("list".into(), Value::List(vec![Value::Null, twice()]))]);
    assert_eq!(anything(twice(), "data").unwrap_err().path, "data.a");
    assert_eq!(anything(nested, "data").unwrap_err().path, "data.list[1].a");
    assert!(anything(Value::List(vec![Value::Record(vec![("a".into(), Value::Null)]); 2]), "data").is_ok());
}

#[test]
fn json_round_trips_unchanged() {
    let json = r#"{"b":[1,2.5,"x",null,true],"a":{"n":-3}}"#;
    let value = Value::from_json(json, "data").unwrap();
    assert_eq!(super::json(&value), json);
}

#[test]
fn an_unknown_field_is_named_with_the_known_ones() {
    let mut fields = Fields::of(Value::from_json(r#"{"id":"a","tagz":[]}"#, "").unwrap(), "items[0]").unwrap();
    fields.required("id", text).unwrap();
    fields.optional("tags", anything).unwrap();
    let error = fields.finish().unwrap_err();
    assert_eq!(error.path, "items[0].tagz");
    assert!(error.rule.contains("id, tags"), "{error}");
}

#[test]
fn numbers_that_json_cannot_carry_are_refused_with_their_path() {
    let deep = |number| {
        let list = Value::List(vec![Value::Null, Value::Number(number)]);
        Value::Record(vec![("a".into(), Value::Record(vec![("b".into(), list)]))])
    };
    assert_eq!(anything(deep(1.5), "data").unwrap(), deep(1.5));
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(anything(deep(number), "users[2].data").unwrap_err().path, "users[2].data.a.b[1]");
        assert_eq!(anything(Value::Number(number), "data").unwrap_err().path, "data");
    }
}

#[test]
fn deep_nesting_is_refused() {
    let json = "[".repeat(5000) + &"]".repeat(5000);
    assert!(Value::from_json(&json, "data").unwrap_err().rule.contains("deep"));
}
