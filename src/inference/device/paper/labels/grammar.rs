//! Labels that no table spells out, understood by their words: `Date on which the vaccine was administered` asks for a date and says of what.
//!
//! A rule has groups of words of which each must be there, and words that may be. Every other word of the text must be one that means
//! nothing by itself, so that `Date of last period` is no rule's.

use super::Label;

/// Words, ended by `*` where any ending may follow. Those of one group are parted by blanks.
pub struct Rule {
    /// What the label is.
    pub label: Label,
    /// Of each of these a word must be there.
    pub needs: &'static [&'static str],
    /// These may be.
    pub may: &'static str,
}

/// Words that mean nothing by themselves.
const FILLERS: &[&str] = &[
    "of",
    "the",
    "a",
    "an",
    "for",
    "at",
    "on",
    "in",
    "to",
    "by",
    "and",
    "or",
    "with",
    "your",
    "this",
    "was",
    "is",
    "be",
    "s",
    "no",
    "number",
    "nr",
    "num",
    "print",
    "please",
    "if",
    "any",
    "which",
    "were",
    "has",
    "been",
    "from",
    "under",
    "who",
    "when",
    "what",
    "where",
    "per",
    "full",
    "complete",
    "details",
    "detail",
    "information",
    "specify",
    "describe",
    "state",
    "enter",
    "applicable",
    "optional",
    "required",
    "block",
    "capitals",
    "letters",
    "legal",
    "given",
    "recorded",
    "documented",
    "noted",
    "section",
    "part",
];
/// The most words of such a label.
const MOST_WORDS: usize = 13;

impl Rule {
    fn fits(&self, words: &[String]) -> bool {
        let needed = self.needs.iter().all(|group| words.iter().any(|word| is_of(word, group)));
        needed
            && words.iter().all(|word| {
                self.needs.iter().any(|group| is_of(word, group))
                    || is_of(word, self.may)
                    || FILLERS.contains(&word.as_str())
            })
    }
}

/// The label of the first rule that a text fits.
pub fn understood<'a>(rules: impl IntoIterator<Item = &'a Rule>, text: &str) -> Option<&'a Label> {
    let words: Vec<String> = words(text);
    // `No known allergies` is said of them.
    let denies = words
        .first()
        .is_some_and(|first| ["no", "nil", "none", "not", "without", "denies"].contains(&first.as_str()));
    if words.is_empty() || denies || words.len() > MOST_WORDS {
        return None;
    }
    rules.into_iter().find(|rule| rule.fits(&words)).map(|rule| &rule.label)
}

/// The words of a label in small letters, without marks: `Patient's` is one with a word that means nothing.
fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase().replace("'s", " ").replace("’s", " ").replace("(s)", "");
    lower
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// A word in which a letter was misread has so many at least.
const LEAST_MISREAD: usize = 7;

/// Whether a word is another one of which a letter was misread, lost or doubled, but not the first.
pub fn is_misread(word: &str, known: &str) -> bool {
    let (longer, shorter) = if word.len() >= known.len() { (word, known) } else { (known, word) };
    let (longer, shorter) = (longer.as_bytes(), shorter.as_bytes());
    if known.len() < LEAST_MISREAD || longer.len() > shorter.len() + 1 || longer.first() != shorter.first() {
        return false;
    }
    let alike = longer.iter().zip(shorter).take_while(|(a, b)| a == b).count();
    let skipped = alike + usize::from(longer.len() == shorter.len());
    longer.get(alike + 1..) == shorter.get(skipped..)
}

fn is_of(word: &str, group: &str) -> bool {
    group.split_whitespace().any(|known| match known.strip_suffix('*') {
        Some(stem) => word.starts_with(stem),
        None => word == known || word.strip_suffix('s') == Some(known) || is_misread(word, known),
    })
}
