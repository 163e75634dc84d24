//! Tests of `json`.

use super::*;
use proptest::prelude::*;

fn read(text: &str) -> Result<Value, String> {
    super::read(text).map_err(|error| error.reason)
}

fn by_serde(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

#[test]
fn a_key_given_twice_is_refused_with_its_path() {
    let fault = |text: &str| super::read(text).unwrap_err();
    assert_eq!(fault(r#"{"a":1,"b":2,"\u0061":3}"#).path, "a");
    assert_eq!(fault(r#"{"items":[{},{"tags":{"x":1,"x":1}}]}"#).path, "items[1].tags.x");
    assert_eq!(fault(r#"{"a":1,"a":2"#).path, "", "not closed: the text is no JSON at all");
    assert!(super::read(r#"{"a":{"b":1},"b":{"a":1},"c":[{"a":1},{"a":1}]}"#).is_ok());
    for count in [FEW_FIELDS, FEW_FIELDS + 1, 5000] {
        let fields = (0..count).map(|n| format!(r#""k{n}":0"#)).collect::<Vec<_>>().join(",");
        assert!(super::read(&format!("{{{fields}}}")).is_ok());
        let error = fault(&format!(r#"{{{fields},"k{}":1}}"#, count / 2));
        assert_eq!(error.path, format!("k{}", count / 2));
        assert!(error.reason.starts_with(REPEATED_KEY), "{error:?}");
    }
}

#[test]
fn edited_text_reads_as_in_serde() {
    let text = r#" {"a":[1,-0,2.50e-3,1E+2,true,false,null,{}],"b\u00e9\ud83c\udf75\n\/":"茶 x","c":[ [ ], "" ] } "#;
    assert_eq!(read(text), by_serde(text));
    for (at, _) in text.char_indices() {
        for put in ["", ",", "]", "}", "\"", "\\", "\\u", "\\ud800", "0", "-", ".", "e", "x", "\n", ":", "[", "\u{1}"] {
            let edited = [&text[..at], put].concat();
            assert_eq!(read(&edited), by_serde(&edited), "{edited}");
            let edited = [&text[..at], put, &text[at..]].concat();
            assert_eq!(read(&edited), by_serde(&edited), "{edited}");
        }
    }
}

#[test]
fn numbers_out_of_range_are_refused_and_tiny_ones_become_zero() {
    for text in ["1e309", "-1e309", "17976931348623159e292", "1e-400", "0e999999999999", "1e-99999999999", "-0.0"] {
        assert_eq!(read(text).map(|v| format!("{v:?}")).ok(), by_serde(text).map(|v| format!("{v:?}")).ok(), "{text}");
    }
}

#[test]
fn the_refused_depth_is_the_stated_one() {
    let fault = read(&"[".repeat(MAX_DEPTH + 1)).unwrap_err();
    assert!(fault.contains(&format!("than {MAX_DEPTH} levels")), "{fault}");
}

proptest! {
    #[test]
    fn any_text_reads_as_in_serde(text in r#"[\[\]{},:" \n\\u0-9a-fnrtle.+-]{0,24}"#) {
        prop_assert_eq!(read(&text), by_serde(&text));
    }
}
