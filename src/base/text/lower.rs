//! Lower case as in `char::to_lowercase`. `std`'s table is 14 KB; ranges of letters with the same offset take 1 KB.
//! Tests write them from `std` and compare every character.

use std::sync::LazyLock;

use super::nfkc::number;

static PACKED: &[u8] = include_bytes!("lower.bin");
static RANGES: LazyLock<Vec<LetterRange>> = LazyLock::new(|| unpack(PACKED));

/// Returns the text in lower case.
pub fn lower(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut lowered = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            // The only character that becomes two.
            'İ' => lowered.push_str("i\u{307}"),
            _ => lowered.push(lower_char(c)),
        }
    }
    lowered
}

/// Every `stride`-th letter from `first` to `last` has its lower case at an offset of `offset`.
struct LetterRange {
    first: u32,
    last: u32,
    stride: u32,
    offset: u32,
}

/// Unpacks the ranges. Each consists of the distance from the previous last letter, the number of strides, their
/// length, and the offset, zigzag-encoded.
fn unpack(mut packed: &[u8]) -> Vec<LetterRange> {
    let (mut ranges, mut last) = (Vec::new(), 0);
    while !packed.is_empty() {
        let first = last + number(&mut packed);
        let (strides, stride, offset) = (number(&mut packed), number(&mut packed), number(&mut packed));
        last = first + strides * stride;
        ranges.push(LetterRange { first, last, stride, offset: (offset >> 1) ^ (offset & 1).wrapping_neg() });
    }
    ranges
}

fn lower_char(c: char) -> char {
    let code = u32::from(c);
    let index = RANGES.partition_point(|range| range.last < code);
    match RANGES.get(index) {
        Some(range) if range.first <= code && (code - range.first).is_multiple_of(range.stride) => {
            char::from_u32(code.wrapping_add(range.offset)).unwrap_or(c)
        }
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::super::nfkc::write;
    use super::*;

    fn all() -> impl Iterator<Item = char> {
        (0..=u32::from(char::MAX)).filter_map(char::from_u32)
    }

    fn packed() -> Vec<u8> {
        let mut ranges: Vec<(u32, u32, u32, i32)> = Vec::new();
        for c in all().filter(|&c| c != 'İ' && !c.to_lowercase().eq([c])) {
            let offset = u32::from(c.to_lowercase().next().unwrap()) as i32 - u32::from(c) as i32;
            let c = u32::from(c);
            match ranges.last_mut() {
                Some((first, last, stride, same))
                    if *same == offset && c - *last <= 2 && (*first == *last || c - *last == *stride) =>
                {
                    (*stride, *last) = (c - *last, c);
                }
                _ => ranges.push((c, c, 1, offset)),
            }
        }
        let (mut packed, mut before) = (Vec::new(), 0);
        for (first, last, stride, offset) in ranges {
            for number in [first - before, (last - first) / stride, stride, (offset << 1 ^ offset >> 31) as u32] {
                write(number, &mut packed);
            }
            before = last;
        }
        packed
    }

    /// `UPDATE_TABLES=1 cargo test lower` rewrites them for another version of Unicode.
    #[test]
    fn the_ranges_equal_those_of_std() {
        let packed = packed();
        if std::env::var_os("UPDATE_TABLES").is_some() {
            std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/src/base/text/lower.bin"), &packed).unwrap();
        }
        assert!(packed == PACKED, "UPDATE_TABLES=1 writes them anew");
    }

    #[test]
    fn every_character_is_lowered_as_in_std() {
        for c in all() {
            assert_eq!(lower(&format!("é{c}")), format!("é{}", c.to_lowercase()));
        }
        assert_eq!(lower("Tea"), "tea");
    }
}
