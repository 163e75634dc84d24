//! Display of values in messages. Numbers and strings are written as in JSON, which avoids 5 KB of `std`'s formatting
//! tables.

use super::{Value, json};

/// Returns a value for display: scalars themselves, the first 60 characters of a string, other values by their type.
pub fn display_value(value: &Value) -> String {
    match value {
        Value::Text(text) => quoted(&text.chars().take(60).collect::<String>()),
        Value::Number(number) => display_number(*number),
        Value::Bool(flag) => flag.to_string(),
        other => other.kind().to_owned(),
    }
}

/// Returns a JSON string in which invisible control and direction characters, which terminals obey, are escaped.
pub fn quoted(text: &str) -> String {
    let mut shown = String::new();
    for c in json(text).chars() {
        match c.is_control() || ('\u{200b}'..='\u{200f}').contains(&c) || ('\u{202a}'..='\u{202e}').contains(&c) {
            true => {
                shown.push_str("\\u");
                (0..4).rev().for_each(|n| shown.push(char::from_digit(c as u32 >> (4 * n) & 15, 16).unwrap_or('0')));
            }
            false => shown.push(c),
        }
    }
    shown
}

/// Returns a number's shortest digits without an exponent, as `Display` does; ties to even.
pub fn display_number(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    let sign = if number.is_sign_negative() { "-" } else { "" };
    if number.is_infinite() {
        return [sign, "inf"].concat();
    }
    // Forms: 12.5, 12.0, 1e21, 1.25e-7.
    let text = json(&number.abs());
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let exponent: i32 = exponent.parse().expect("exponents are digits");
    let digits = [whole, fraction].concat();
    let point = whole.len() as i32 + exponent;
    let zeros = |count: i32| "0".repeat(count.max(0) as usize);
    let padded = zeros(1 - point) + &digits + &zeros(point - digits.len() as i32);
    let (whole, fraction) = padded.split_at(point.max(1) as usize);
    match fraction.trim_end_matches('0') {
        "" => [sign, whole].concat(),
        fraction => [sign, whole, ".", fraction].concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_are_shown_as_display_shows_them(number in prop::num::f64::ANY, plain in -1e3..1e3, whole: i32) {
            for number in [number, plain, (plain * 8.0).round() / 8.0, whole.into()] {
                let (ours, theirs) = (display_number(number), number.to_string());
                prop_assert!(ours == theirs || is_as_near(&ours, &theirs, number), "{ours} {theirs}");
            }
        }
    }

    /// True if both texts are equally short and equally near to `number`.
    fn is_as_near(ours: &str, theirs: &str, number: f64) -> bool {
        ours.len() == theirs.len() && ours.parse() == Ok(number)
    }

    #[test]
    fn ties_are_rounded_to_even() {
        assert_eq!(display_number(281_144_748_951_029.0 / 16.0), "17571546809439.312");
    }

    #[test]
    fn odd_numbers_are_shown_as_display_shows_them() {
        for number in [
            0.0,
            -0.0,
            1e15,
            1e16,
            1e17,
            123456789012345680000.0,
            1e21,
            1e-5,
            1.5e-6,
            0.1,
            100.0,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NAN,
            5e-324,
            f64::MAX,
        ] {
            assert_eq!(display_number(number), number.to_string());
        }
    }

    #[test]
    fn strings_are_in_quotation_marks() {
        assert_eq!(quoted("a \"茶\"\n"), r#""a \"茶\"\n""#);
    }

    #[test]
    fn characters_that_terminals_obey_are_escaped() {
        assert_eq!(quoted("a\u{9b}2J\u{7f}\u{202e}茶\n\""), r#""a\u009b2J\u007f\u202e茶\n\"""#);
    }
}
