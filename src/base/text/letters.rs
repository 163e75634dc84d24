//! Letters and digits, as `char::is_alphanumeric` knows them, among what [`nfkc`](super::nfkc) and
//! [`lower`](super::lower) leave of a text: half of `std`'s table, which knows all characters.

use std::sync::LazyLock;

use super::nfkc::number;

static PACKED: &[u8] = include_bytes!("letters.bin");
static BORDERS: LazyLock<Vec<u32>> = LazyLock::new(|| unpacked(PACKED));

/// Whether a character, folded before, is a letter or a digit.
pub fn is_letter(c: char) -> bool {
    match c.is_ascii() {
        true => c.is_ascii_alphanumeric(),
        false => BORDERS.partition_point(|border| *border <= u32::from(c)) % 2 == 1,
    }
}

/// Where letters begin and end in turn: the steps from one to the next.
fn unpacked(mut packed: &[u8]) -> Vec<u32> {
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

    /// All characters that folding leaves, ascending.
    fn folded() -> Vec<char> {
        let all = (0..=u32::from(char::MAX)).filter_map(char::from_u32);
        let mut folded: Vec<char> =
            all.flat_map(|c| lower(&nfkc(&c.to_string())).chars().collect::<Vec<_>>()).collect();
        folded.sort_unstable();
        folded.dedup();
        folded
    }

    /// `UPDATE_TABLES=1 cargo test letters` writes them anew, for another version of Unicode.
    #[test]
    fn every_folded_character_is_what_it_is_in_std() {
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
