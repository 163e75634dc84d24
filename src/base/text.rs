//! Tokenisation of text without a dictionary: NFKC, lower case, words of Latin and similar scripts, bigrams of CJK
//! characters.
//!
//! Bigrams find new words (私域, 小红书) that a dictionary would miss, and are the same on every host.

mod letters;
mod lower;
mod nfkc;

use crate::base::order;

use letters::is_letter;
use lower::lower;
use nfkc::nfkc;

/// Returns the terms of a text with weights in (0, 1], (1 + ln count) divided by the largest of these; sorted by term.
pub fn terms(text: &str) -> Vec<(String, f64)> {
    let mut all: Vec<(String, f64)> = Vec::new();
    each_term(text, |term| all.push((term, 1.0)));
    order::sort_by(&mut all, |a, b| a.0.cmp(&b.0));
    all.dedup_by(|again, term| {
        let same = again.0 == term.0;
        term.1 += f64::from(u8::from(same));
        same
    });
    let weight = |count: f64| 1.0 + libm::log(count);
    let largest = all.iter().map(|(_, count)| *count).fold(1.0, f64::max);
    all.iter_mut().for_each(|(_, count)| *count = weight(*count) / weight(largest));
    all
}

/// Calls `found` with each term in reading order.
fn each_term(text: &str, mut found: impl FnMut(String)) {
    let folded = lower(&nfkc(text));
    let mut run: Vec<char> = Vec::new();
    let mut script = Script::Other;
    for c in folded.chars().chain([' ']) {
        let next = Script::of(c);
        if next != script {
            end_run(script, &mut run, &mut found);
            script = next;
        }
        if next != Script::Other {
            run.push(c);
        }
    }
}

fn end_run(script: Script, run: &mut Vec<char>, found: &mut impl FnMut(String)) {
    match script {
        // A single letter or digit carries no meaning; a run of more than 64 characters is not a word.
        Script::Word if (2..=64).contains(&run.len()) => found(run.iter().collect()),
        Script::Cjk if run.len() == 1 => found(run[0].to_string()),
        Script::Cjk => run.windows(2).for_each(|pair| found(pair.iter().collect())),
        _ => {}
    }
    run.clear();
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    /// Letters and digits of scripts that separate words by spaces.
    Word,
    /// Scripts written without spaces: Han, kana, Hangul, and Thai.
    Cjk,
    /// Everything between words.
    Other,
}

impl Script {
    fn of(c: char) -> Self {
        match c {
            '\u{3040}'..='\u{30ff}'
            | '\u{3400}'..='\u{4dbf}'
            | '\u{4e00}'..='\u{9fff}'
            | '\u{ac00}'..='\u{d7af}'
            | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{323af}'
            | '\u{0e01}'..='\u{0e4e}' => Self::Cjk,
            c if is_letter(c) => Self::Word,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms_in(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        each_term(text, |term| found.push(term));
        found
    }

    #[test]
    fn chinese_becomes_bigrams_and_latin_becomes_words() {
        assert_eq!(terms_in("换季护肤 Tea-time！"), ["换季", "季护", "护肤", "tea", "time"]);
    }

    #[test]
    fn width_and_case_do_not_matter() {
        assert_eq!(terms_in("ＡＢＣ　２０２６ ﾃｽﾄ"), terms_in("abc 2026 テスト"));
    }

    #[test]
    fn adjacent_scripts_are_separated() {
        assert_eq!(terms_in("618大促"), ["618", "大促"]);
        assert_eq!(terms_in("茶"), ["茶"]);
    }

    #[test]
    fn weights_are_within_bounds_and_grow_with_the_count() {
        let terms = terms("tea tea tea leaf");
        assert_eq!(terms[1], ("tea".into(), 1.0));
        assert!(terms[0].1 > 0.0 && terms[0].1 < 1.0);
    }
}
