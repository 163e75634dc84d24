//! NFKC normalisation (Unicode Standard Annex 15): Ａ, A and the ligature ﬁ become plain letters.
//!
//! The tables are packed to a quarter of their size and unpacked at the first use. Tests write them from those of
//! `icu_normalizer` and compare the result for every character, alone and in sequences.

use std::sync::LazyLock;

use crate::base::order;

static PACKED: &[u8] = include_bytes!("nfkc.bin");
static TABLES: LazyLock<Tables> = LazyLock::new(|| Tables::unpack(PACKED));

/// Returns the text in NFKC.
pub fn nfkc(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let tables = &*TABLES;
    let mut parts = Vec::with_capacity(text.len());
    text.chars().for_each(|c| tables.decompose(c, &mut parts));
    order::sort_by_key(&mut parts, |part| (part.run, part.class));
    tables.composed(&parts)
}

/// One character of a decomposed text. Marks (`class` above 0) are ordered by class within the run of their base.
struct Decomposition {
    run: u32,
    class: u8,
    c: char,
}

/// The decomposition of a character, one step.
struct Mapping {
    from: u32,
    /// Index of its first character in `chars`; it ends where the next mapping starts.
    start: u32,
}

/// A range of consecutive marks of one class.
struct Marks {
    first: u32,
    last: u32,
    class: u8,
}

#[derive(Default)]
struct Tables {
    mappings: Vec<Mapping>,
    chars: Vec<char>,
    marks: Vec<Marks>,
    /// Pairs of characters as one number, with their composition; ascending.
    pairs: Vec<(u64, char)>,
}

impl Tables {
    /// Unpacks the tables, column by column, each preceded by its length. Mappings: distance to the previous character;
    /// twice the number of characters, plus one if they compose back; first characters as differences within the
    /// column, then second ones, and so on. Ranges of marks: distance to the first, length, class.
    fn unpack(mut packed: &[u8]) -> Self {
        let mut column = || (0..number(&mut packed)).map(|_| number(&mut packed)).collect::<Vec<u32>>();
        let mut tables = Self::default();
        let (mut from, mut start) = (0, 0);
        let (steps, heads) = (column(), column());
        for (step, head) in steps.iter().zip(&heads) {
            from += step;
            tables.mappings.push(Mapping { from, start });
            start += head / 2;
        }
        tables.mappings.push(Mapping { from: u32::MAX, start });
        tables.chars = vec![char::default(); start as usize];
        for index in 0..LONGEST {
            let mut c = 0u32;
            let long = tables.mappings.iter().zip(&heads).filter(|(_, head)| index < **head / 2);
            for ((mapping, _), change) in long.zip(column()) {
                c = c.wrapping_add((change >> 1) ^ (change & 1).wrapping_neg());
                tables.chars[(mapping.start + index) as usize] = char::from_u32(c).unwrap_or_default();
            }
        }
        for (mapping, _) in tables.mappings.iter().zip(&heads).filter(|(_, head)| **head % 2 == 1) {
            let [a, b] = [0, 1].map(|index| tables.chars[mapping.start as usize + index]);
            tables.pairs.push((pair(a.into(), b.into()), char::from_u32(mapping.from).unwrap_or_default()));
        }
        order::sort(&mut tables.pairs);
        let mut last = 0;
        for ((first, length), class) in column().into_iter().zip(column()).zip(column()) {
            let first = last + first;
            last = first + length;
            tables.marks.push(Marks { first, last, class: class as u8 });
        }
        tables
    }

    fn class(&self, c: char) -> u8 {
        let c = u32::from(c);
        let index = self.marks.partition_point(|marks| marks.last < c);
        self.marks.get(index).filter(|marks| marks.first <= c).map_or(0, |marks| marks.class)
    }

    fn decompose(&self, c: char, parts: &mut Vec<Decomposition>) {
        let code = u32::from(c);
        if let Some(syllable) = code.checked_sub(HANGUL).filter(|&syllable| syllable < SYLLABLES) {
            let (lead, vowel, tail) = (syllable / (VOWELS * TAILS), syllable / TAILS % VOWELS, syllable % TAILS);
            let jamo = [LEAD + lead, VOWEL + vowel, TAIL + tail];
            let jamo = &jamo[..if tail == 0 { 2 } else { 3 }];
            return jamo.iter().flat_map(|&jamo| char::from_u32(jamo)).for_each(|jamo| self.part(jamo, parts));
        }
        let index = self.mappings.partition_point(|mapping| mapping.from < code);
        match self.mappings.get(index..index + 2) {
            Some([own, next]) if own.from == code => {
                self.chars[own.start as usize..next.start as usize].iter().for_each(|&c| self.decompose(c, parts));
            }
            _ => self.part(c, parts),
        }
    }

    fn part(&self, c: char, parts: &mut Vec<Decomposition>) {
        let class = self.class(c);
        let run = parts.last().map_or(0, |last| last.run) + u32::from(class == 0);
        parts.push(Decomposition { run, class, c });
    }

    /// Composes each character with the last base, unless a mark of the same or a higher class remains between them.
    fn composed(&self, parts: &[Decomposition]) -> String {
        let mut composed: Vec<char> = Vec::with_capacity(parts.len());
        let mut base = None;
        let mut between = None;
        for &Decomposition { class, c, .. } in parts {
            if let Some(index) = base
                && between.is_none_or(|between| between < class)
                && let Some(both) = self.pair(composed[index], c)
            {
                composed[index] = both;
                continue;
            }
            if class == 0 {
                (base, between) = (Some(composed.len()), None);
            } else {
                between = Some(class);
            }
            composed.push(c);
        }
        composed.into_iter().collect()
    }

    fn pair(&self, a: char, b: char) -> Option<char> {
        let (a, b) = (u32::from(a), u32::from(b));
        let within = |c: u32, first: u32, count: u32| c.checked_sub(first).filter(|&index| index < count);
        if let (Some(lead), Some(vowel)) = (within(a, LEAD, LEADS), within(b, VOWEL, VOWELS)) {
            return char::from_u32(HANGUL + (lead * VOWELS + vowel) * TAILS);
        }
        if let (Some(syllable), Some(tail @ 1..)) = (within(a, HANGUL, SYLLABLES), within(b, TAIL, TAILS))
            && syllable % TAILS == 0
        {
            return char::from_u32(a + tail);
        }
        let index = self.pairs.binary_search_by_key(&pair(a, b), |pair| pair.0).ok()?;
        Some(self.pairs[index].1)
    }
}

/// Returns two characters as one number.
fn pair(a: u32, b: u32) -> u64 {
    u64::from(a) << 32 | u64::from(b)
}

/// Reads a number in groups of seven bits, lowest first; all but the last have the highest bit set.
pub(super) fn number(packed: &mut &[u8]) -> u32 {
    let (mut number, mut shift) = (0, 0);
    while let [byte, rest @ ..] = *packed {
        *packed = rest;
        number |= u32::from(byte & 127) << shift;
        shift += 7;
        if *byte < 128 {
            break;
        }
    }
    number
}

/// Writes a number in the format of [`number`].
#[cfg(test)]
pub(super) fn write(number: u32, packed: &mut Vec<u8>) {
    let mut rest = number;
    while rest >= 128 {
        packed.push(rest as u8 | 128);
        rest >>= 7;
    }
    packed.push(rest as u8);
}

/// Maximum number of characters in a decomposition.
const LONGEST: u32 = 18;

// Hangul syllables are computed: Unicode Standard, 3.12.
const HANGUL: u32 = 0xac00;
const LEAD: u32 = 0x1100;
const VOWEL: u32 = 0x1161;
/// One before the first tail: 0 means none.
const TAIL: u32 = 0x11a7;
const LEADS: u32 = 19;
const VOWELS: u32 = 21;
const TAILS: u32 = 28;
const SYLLABLES: u32 = LEADS * VOWELS * TAILS;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Random;
    use icu_normalizer::properties::{
        CanonicalCombiningClassMapBorrowed, CanonicalCompositionBorrowed, CanonicalDecompositionBorrowed, Decomposed,
    };
    use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};

    fn all() -> impl Iterator<Item = char> {
        (0..=u32::from(char::MAX)).filter_map(char::from_u32)
    }

    fn packed() -> Vec<u8> {
        let (canonical, composition) = (CanonicalDecompositionBorrowed::new(), CanonicalCompositionBorrowed::new());
        let mut columns = vec![Vec::new(); 2 + LONGEST as usize];
        let (mut last, mut before) = (0, [0u32; LONGEST as usize]);
        for c in all().filter(|c| !(HANGUL..HANGUL + SYLLABLES).contains(&u32::from(*c))) {
            let whole: Vec<char> =
                DecomposingNormalizerBorrowed::new_nfkd().normalize(&c.to_string()).chars().collect();
            let pair = match canonical.decompose(c) {
                Decomposed::Expansion(a, b) if composition.compose(a, b) == Some(c) => Some(vec![a, b]),
                _ => None,
            };
            if whole == [c] {
                continue;
            }
            columns[0].push(u32::from(c) - last);
            last = u32::from(c);
            let composes = pair.is_some();
            let chars = pair.unwrap_or(whole);
            columns[1].push(chars.len() as u32 * 2 + u32::from(composes));
            for ((c, before), column) in chars.into_iter().zip(&mut before).zip(&mut columns[2..]) {
                let change = u32::from(c) as i32 - *before as i32;
                column.push((change << 1 ^ change >> 31) as u32);
                *before = u32::from(c);
            }
        }
        let classes = CanonicalCombiningClassMapBorrowed::new();
        let mut stretches: Vec<(u32, u32, u8)> = Vec::new();
        for c in all().filter(|&c| classes.get_u8(c) != 0) {
            let (c, class) = (u32::from(c), classes.get_u8(c));
            match stretches.last_mut() {
                Some((_, last, same)) if *last + 1 == c && *same == class => *last = c,
                _ => stretches.push((c, c, class)),
            }
        }
        let before = [0].into_iter().chain(stretches.iter().map(|(_, last, _)| *last));
        columns.push(stretches.iter().zip(before).map(|((first, _, _), before)| first - before).collect());
        columns.push(stretches.iter().map(|(first, last, _)| last - first).collect());
        columns.push(stretches.iter().map(|(_, _, class)| u32::from(*class)).collect());
        let mut packed = Vec::new();
        for column in columns {
            write(column.len() as u32, &mut packed);
            column.into_iter().for_each(|number| write(number, &mut packed));
        }
        packed
    }

    /// `UPDATE_TABLES=1 cargo test nfkc` rewrites them for another version of Unicode.
    #[test]
    fn the_tables_equal_those_of_icu() {
        let packed = packed();
        if std::env::var_os("UPDATE_TABLES").is_some() {
            std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/src/base/text/nfkc.bin"), &packed).unwrap();
        }
        assert!(packed == PACKED, "UPDATE_TABLES=1 writes them anew");
    }

    #[test]
    fn every_character_normalises_as_in_icu() {
        let icu = ComposingNormalizerBorrowed::new_nfkc();
        for c in all() {
            let alone = c.to_string();
            assert_eq!(nfkc(&alone), icu.normalize(&alone), "{alone:?}");
        }
        for c in all().take_while(|&c| c < '\u{30000}') {
            let among = format!("a{c}\u{323}\u{301}\u{1100}{c}\u{11a8}");
            assert_eq!(nfkc(&among), icu.normalize(&among), "{among:?}");
        }
    }

    #[test]
    fn character_sequences_normalise_as_in_icu() {
        let icu = ComposingNormalizerBorrowed::new_nfkc();
        let parts: Vec<char> = all()
            .flat_map(|c| {
                DecomposingNormalizerBorrowed::new_nfkd().normalize(&c.to_string()).chars().collect::<Vec<_>>()
            })
            .filter(|&c| nfkc(&c.to_string()).chars().eq([c]) && !(0x2000..0x11000).contains(&u32::from(c)))
            .collect();
        let mut random = Random::new(1);
        for _ in 0..50_000 {
            let text: String = (0..6).map(|_| parts[random.below(parts.len())]).collect();
            assert_eq!(nfkc(&text), icu.normalize(&text), "{text:?}");
        }
    }
}
