//! Letters and digits as in `char::is_alphanumeric`, restricted to the characters that [`nfkc`](super::nfkc) and
//! [`lower`](super::lower) produce: half the size of `std`'s table.

use std::sync::LazyLock;

use super::nfkc::number;

static PACKED: &[u8] = include_bytes!("letters.bin");
static BORDERS: LazyLock<Vec<u32>> = LazyLock::new(|| unpack(PACKED));

/// True for a folded character that is a letter or a digit.
pub fn is_letter(c: char) -> bool {
    match c.is_ascii() {
        true => c.is_ascii_alphanumeric(),
        false => BORDERS.partition_point(|border| *border <= u32::from(c)) % 2 == 1,
    }
}

/// Returns the borders at which ranges of letters begin and end in turn; packed as differences.
fn unpack(mut packed: &[u8]) -> Vec<u32> {
    let (mut borders, mut border) = (Vec::new(), 0);
    while !packed.is_empty() {
        border += number(&mut packed);
        borders.push(border);
    }
    borders
}

#[cfg(test)]
mod tests {
    use super::super::lower::lower;
    use super::super::nfkc::{nfkc, write};
    use super::*;

    /// Returns all characters that folding produces, ascending.
    fn folded() -> Vec<char> {
        let all = (0..=u32::from(char::MAX)).filter_map(char::from_u32);
        let mut folded: Vec<char> =
            all.flat_map(|c| lower(&nfkc(&c.to_string())).chars().collect::<Vec<_>>()).collect();
        folded.sort_unstable();
        folded.dedup();
        folded
    }

    /// `UPDATE_TABLES=1 cargo test letters` rewrites them for another version of Unicode.
    #[test]
    fn every_folded_character_is_classified_as_in_std() {
        let (mut packed, mut last, mut within) = (Vec::new(), 0, false);
        for c in folded().into_iter().filter(|c| !c.is_ascii()) {
            if c.is_alphanumeric() != within {
                write(u32::from(c) - last, &mut packed);
                (last, within) = (u32::from(c), !within);
            }
        }
        if std::env::var_os("UPDATE_TABLES").is_some() {
            std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/src/base/text/letters.bin"), &packed).unwrap();
        }
        assert!(packed == PACKED, "UPDATE_TABLES=1 writes them anew");
        folded().into_iter().for_each(|c| assert_eq!(is_letter(c), c.is_alphanumeric(), "{c:?}"));
    }
}
