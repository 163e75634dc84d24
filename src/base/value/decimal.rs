//! Exact conversion of decimal numbers to the nearest float, in big integers instead of tables.

/// The number `whole.fraction × 10^exponent`, both parts as digits.
pub struct Decimal<'a> {
    pub whole: &'a str,
    pub fraction: &'a str,
    pub exponent: i32,
}

/// Powers of ten that are exact floats.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// A number halfway between two floats has at most 767 digits: of the digits after them, only the presence of a nonzero
/// one matters.
const DIGITS: usize = 770;

impl<'a> Decimal<'a> {
    pub fn new(whole: &'a str) -> Self {
        Self { whole, fraction: "", exponent: 0 }
    }

    /// Returns the nearest float, ties to even; infinity beyond the largest.
    pub fn nearest(&self) -> f64 {
        let digits = || self.whole.bytes().chain(self.fraction.bytes()).map(|digit| digit - b'0');
        let leading = digits().take_while(|digit| *digit == 0).count();
        let count = self.whole.len() + self.fraction.len() - leading;
        let exponent = self.exponent.saturating_sub_unsigned(self.fraction.len() as u32);
        if count <= 19 {
            let all = digits().fold(0, |sum, digit| sum * 10 + u64::from(digit));
            let power = POWERS.get(exponent.unsigned_abs() as usize);
            match power {
                _ if all == 0 => return 0.0,
                // Both operands are exact, so the result is rounded once.
                Some(power) if all < 1 << 53 && exponent < 0 => return all as f64 / power,
                Some(power) if all < 1 << 53 => return all as f64 * power,
                _ => {}
            }
        }
        let kept = count.min(DIGITS);
        let exponent = exponent.saturating_add_unsigned((count - kept) as u32);
        match exponent.saturating_add_unsigned(kept as u32) {
            ..-330 => return 0.0,
            311.. => return f64::INFINITY,
            _ => {}
        }
        let mut number = Long::default();
        digits().skip(leading).take(kept).for_each(|digit| number.times(10, digit.into()));
        number.inexact = digits().skip(leading + kept).any(|digit| digit != 0);
        number.times_ten_to(exponent);
        number.nearest()
    }
}

/// A big number ≥ 0: `parts`, lowest first, times 2^`exponent`; if `inexact`, the true value is slightly larger.
#[derive(Default)]
struct Long {
    parts: Vec<u32>,
    exponent: i32,
    inexact: bool,
}

impl Long {
    fn times(&mut self, factor: u32, mut carry: u64) {
        for part in &mut self.parts {
            carry += u64::from(*part) * u64::from(factor);
            *part = carry as u32;
            carry >>= 32;
        }
        if carry > 0 {
            self.parts.push(carry as u32);
        }
    }

    fn divide(&mut self, divisor: u32) {
        let mut rest = 0;
        for part in self.parts.iter_mut().rev() {
            rest = rest << 32 | u64::from(*part);
            *part = (rest / u64::from(divisor)) as u32;
            rest %= u64::from(divisor);
        }
        self.inexact |= rest > 0;
        self.parts.truncate(self.parts.len() - self.parts.iter().rev().take_while(|part| **part == 0).count());
    }

    fn times_ten_to(&mut self, exponent: i32) {
        if exponent < 0 {
            // Four bits for each digit of the divisor, and the three parts that rounding reads.
            let more = exponent.unsigned_abs() as usize / 8 + 3;
            self.parts.splice(0..0, std::iter::repeat_n(0, more));
            self.exponent -= 32 * more as i32;
        }
        let mut left = exponent.unsigned_abs();
        while left > 0 {
            let step = left.min(9);
            if exponent < 0 {
                self.divide(10u32.pow(step))
            } else {
                self.times(10u32.pow(step), 0)
            }
            left -= step;
        }
    }

    fn nearest(mut self) -> f64 {
        // The highest 64 bits, the first of them 1; any lower bit makes the number inexact.
        let (mut bits, mut exponent) = (0u64, self.exponent + 32 * self.parts.len() as i32 - 64);
        let mut below = 0;
        let missing = self.parts.last().map_or(0, |part| part.leading_zeros());
        for index in 0..3 {
            let part = self.parts.pop().unwrap_or(0);
            match index {
                2 => below = part,
                _ => bits = bits << 32 | u64::from(part),
            }
        }
        let moved = (u128::from(bits) << 32 | u128::from(below)) << missing;
        bits = (moved >> 32) as u64;
        exponent -= missing as i32;
        self.inexact |= moved as u32 != 0 || self.parts.iter().any(|part| *part != 0);
        // Floats have 53 bits and none below 2^-1074, so at least 11 of the 64 bits are dropped.
        let dropped = 11 + (MIN_EXPONENT - 11 - exponent).max(0) as u32;
        let half = 1u128 << (dropped - 1);
        let rest = u128::from(bits) & (2 * half - 1);
        let mut kept = u128::from(bits) >> dropped;
        if rest > half || rest == half && (self.inexact || kept % 2 == 1) {
            kept += 1;
        }
        // A float's bits are its exponent followed by the digits after the leading 1; that 1 carries into the exponent.
        match (exponent + dropped as i32 - MIN_EXPONENT) as u64 {
            2046.. => f64::INFINITY,
            above => f64::from_bits((above << 52) + kept as u64),
        }
    }
}

/// Exponent of the smallest positive float.
const MIN_EXPONENT: i32 = -1074;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn nearest(text: &str) -> f64 {
        let (number, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        Decimal { whole, fraction, exponent: exponent.parse().unwrap() }.nearest()
    }

    fn same(text: &str) {
        let expected: f64 = text.parse().unwrap();
        assert_eq!(nearest(text).to_bits(), expected.to_bits(), "{text}");
    }

    #[test]
    fn extreme_and_long_numbers_parse_as_in_std() {
        for text in [
            "0.000",
            "9007199254740993",
            "9007199254740993.0000000000000000000000001",
            "18446744073709551616",
            "1e23",
            "8.5e22",
            "1e-22",
            "123456789012345678901234567890e-20",
            "5e-324",
            "2.4703282292062327e-324",
            "2.4703282292062328e-324",
            "2.2250738585072011e-308",
            "2.2250738585072014e-308",
            "1.7976931348623157e308",
            "1.7976931348623158e308",
            "1.7976931348623159e308",
            "1e400",
            "1e-400",
            "1e-330",
        ] {
            same(text);
        }
        let long = "9".repeat(900);
        for text in [long.clone(), format!("0.{long}"), format!("{long}e-900"), format!("{long}.{long}e-590")] {
            same(&text);
        }
        same(&format!("{:.1074}", f64::from_bits(3)));
    }

    proptest! {
        #[test]
        fn floats_round_trip_through_their_shortest_text(bits in any::<u64>()) {
            let number = f64::from_bits(bits & !(1 << 63));
            prop_assume!(number.is_finite());
            same(&format!("{number:e}"));
            same(&format!("{number:.25e}"));
        }

        #[test]
        fn any_digits_parse_as_in_std(digits in "[0-9]{1,40}", fraction in "[0-9]{0,40}", exponent in -360i32..330) {
            same(&format!("{digits}.{fraction}e{exponent}"));
        }

        #[test]
        fn ties_between_two_floats_round_to_even(odd in 1u128 << 53..1 << 54, power in 0u32..30, more in 0..3) {
            let half_way = (odd | 1) * 5u128.pow(power);
            same(&format!("{half_way}e-{power}"));
            same(&format!("{half_way}.{}{more}e-{power}", "0".repeat(900)));
            same(&format!("{}e-{power}", (odd | 1) << power));
        }
    }
}
