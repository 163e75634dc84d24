//! How values are shown in messages. Numbers and quotations are written as in results, so that the tables that `std` has
//! for its own ways of writing them need not be there: 5 KB.

use super::{Value, json};

/// How a value is shown: scalars as themselves, the rest by type.
pub fn shown(value: &Value) -> String {
    match value {
        Value::Text(text) => quoted(&text.chars().take(60).collect::<String>()),
        Value::Number(number) => shown_number(*number),
        Value::Bool(flag) => flag.to_string(),
        other => other.kind().to_owned(),
    }
}

/// A string in quotation marks, as JSON has it; what a terminal would obey, and does not show, is written as its number.
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

/// A number in its shortest digits, without an exponent, as `Display` has it; of two that are as near, the even one.
pub fn shown_number(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    let sign = if number.is_sign_negative() { "-" } else { "" };
    if number.is_infinite() {
        return [sign, "inf"].concat();
    }
    // 12.5, 12.0, 1e21, 1.25e-7
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
                let (ours, theirs) = (shown_number(number), number.to_string());
                prop_assert!(ours == theirs || is_as_near(&ours, &theirs, number), "{ours} {theirs}");
            }
        }
    }

    /// Of two that are as short and as near either will do.
    fn is_as_near(ours: &str, theirs: &str, number: f64) -> bool {
        ours.len() == theirs.len() && ours.parse() == Ok(number)
    }

    #[test]
    fn of_two_that_are_as_near_it_is_the_even_one() {
        assert_eq!(shown_number(281_144_748_951_029.0 / 16.0), "17571546809439.312");
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
            assert_eq!(shown_number(number), number.to_string());
        }
    }

    #[test]
    fn strings_are_in_quotation_marks() {
        assert_eq!(quoted("a \"茶\"\n"), r#""a \"茶\"\n""#);
    }

    #[test]
    fn what_a_terminal_would_obey_is_written_as_its_number() {
        assert_eq!(quoted("a\u{9b}2J\u{7f}\u{202e}茶\n\""), r#""a\u009b2J\u007f\u202e茶\n\"""#);
    }
}
