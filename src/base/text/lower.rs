//! Lower case, as `char::to_lowercase` has it. Its table is 14 KB that hardly pack; here stretches of letters that
//! move alike are 1 KB. A test writes them from `std`'s and holds that every character becomes what it becomes there.

use std::sync::LazyLock;

use super::nfkc::number;

static PACKED: &[u8] = include_bytes!("lower.bin");
static STRETCHES: LazyLock<Vec<Stretch>> = LazyLock::new(|| unpacked(PACKED));

/// The text in lower case.
pub fn lower(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut lowered = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            // The one that becomes two.
            'İ' => lowered.push_str("i\u{307}"),
            _ => lowered.push(of_char(c)),
        }
    }
    lowered
}

/// Each `stride`-th letter from `first` to `last` becomes the one so far behind it.
struct Stretch {
    first: u32,
    last: u32,
    stride: u32,
    far: u32,
}

/// Of each stretch: how far its first letter is behind the last before it, how many strides it has, their length, and
/// how far its letters move, doubled, one less and upside down if that is backwards.
fn unpacked(mut packed: &[u8]) -> Vec<Stretch> {
    let (mut stretches, mut last) = (Vec::new(), 0);
    while !packed.is_empty() {
        let first = last + number(&mut packed);
        let (strides, stride, far) = (number(&mut packed), number(&mut packed), number(&mut packed));
        last = first + strides * stride;
        stretches.push(Stretch { first, last, stride, far: (far >> 1) ^ (far & 1).wrapping_neg() });
    }
    stretches
}

fn of_char(c: char) -> char {
    let code = u32::from(c);
    let place = STRETCHES.partition_point(|stretch| stretch.last < code);
    match STRETCHES.get(place) {
        Some(stretch) if stretch.first <= code && (code - stretch.first).is_multiple_of(stretch.stride) => {
            char::from_u32(code.wrapping_add(stretch.far)).unwrap_or(c)
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
        let mut stretches: Vec<(u32, u32, u32, i32)> = Vec::new();
        for c in all().filter(|&c| c != 'İ' && !c.to_lowercase().eq([c])) {
            let far = u32::from(c.to_lowercase().next().unwrap()) as i32 - u32::from(c) as i32;
            let c = u32::from(c);
            match stretches.last_mut() {
                Some((first, last, stride, same))
                    if *same == far && c - *last <= 2 && (*first == *last || c - *last == *stride) =>
                {
                    (*stride, *last) = (c - *last, c);
                }
                _ => stretches.push((c, c, 1, far)),
            }
        }
        let (mut packed, mut before) = (Vec::new(), 0);
        for (first, last, stride, far) in stretches {
            for number in [first - before, (last - first) / stride, stride, (far << 1 ^ far >> 31) as u32] {
                write(number, &mut packed);
            }
            before = last;
        }
        packed
    }

    /// `UPDATE_TABLES=1 cargo test lower` writes them anew, for another version of Unicode.
    #[test]
    fn the_stretches_are_those_of_std() {
        let packed = packed();
        if std::env::var_os("UPDATE_TABLES").is_some() {
            std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/src/base/text/lower.bin"), &packed).unwrap();
        }
        assert!(packed == PACKED, "UPDATE_TABLES=1 writes them anew");
    }

    #[test]
    fn every_character_becomes_what_it_becomes_in_std() {
        for c in all() {
            assert_eq!(lower(&format!("é{c}")), format!("é{}", c.to_lowercase()));
        }
        assert_eq!(lower("Tea"), "tea");
    }
}
