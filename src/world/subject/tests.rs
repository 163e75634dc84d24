//! Tests of `subject`.

use super::*;

#[test]
fn members_are_names_or_objects_and_round_trip() {
    let read = |json: &str| Group::read(Value::from_json(json, "").unwrap(), "groups[0]");
    let group =
        read(r#"{"id":"g","members":["a",{"user":"b","joinedAt":5,"role":"admin"}],"aggregation":"borda"}"#).unwrap();
    assert_eq!(read(&crate::base::value::json(&group)).unwrap(), group);
    assert_eq!(read(r#"{"id":"g","members":["a","a"]}"#).unwrap_err().path, "groups[0].members");
    assert!(read(r#"{"id":"g","aggregation":"mean"}"#).unwrap_err().rule.contains("least-misery"));
}

#[test]
fn attributes_are_strings_or_finite_numbers() {
    let read = |json: &str| User::read(Value::from_json(json, "").unwrap(), "users[0]");
    assert!(read(r#"{"id":"u","attributes":{"city":"上海","age":30}}"#).is_ok());
    assert_eq!(read(r#"{"id":"u","attributes":{"a":[1]}}"#).unwrap_err().path, "users[0].attributes.a");
}
