//! Numbers of things that are counted, as forms print them. An amount is none.

use super::is_digits;

/// What is counted in doses, days and repeats. Another word makes the number an amount of something else.
const COUNTED: &[&str] = &[
    "tablet",
    "tab",
    "capsule",
    "cap",
    "caplet",
    "pill",
    "softgel",
    "lozenge",
    "suppository",
    "patch",
    "each",
    "ea",
    "vial",
    "ampule",
    "pen",
    "inhaler",
    "bottle",
    "tube",
    "box",
    "pack",
    "day",
    "refill",
    "repeat",
    "time",
    "sachet",
    "unit",
    "strip",
    "drop",
    "ampoule",
];

/// A number of at most four digits, and what stands behind it.
pub(super) fn leading(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end)?;
    (is_digits(digits) && digits.len() <= 4).then_some((digits, rest))
}

/// The number of things that are counted: `30`, `30 tablets`, `30 (thirty)`; `2x30 tablets`, `2-3` and `30 mg` are none.
pub fn count(text: &str) -> Option<String> {
    let (digits, rest) = leading(text.strip_prefix('#').map_or(text, str::trim_start))?;
    let in_words = |word: &str| {
        let inner = word.strip_prefix('(').and_then(|word| word.strip_suffix(')'));
        inner.is_some_and(|inner| inner.chars().all(|c| c.is_alphabetic() || c == '-'))
    };
    let counted = |word: &str| {
        let word = word.to_lowercase();
        let plural = |word: &'static str| [format!("{word}s"), format!("{word}es"), format!("{word}(s)")];
        COUNTED.iter().any(|known| word == *known || plural(known).contains(&word))
    };
    let fits = |word: &str| in_words(word) || counted(word);
    rest.split_whitespace().all(fits).then(|| digits.to_owned())
}

/// So many doses has a series at most.
const MOST_DOSES: u8 = 20;

/// Which of a series it is: `2`, `2nd`, `2 of 3`, `2nd dose`; an amount (`30 mcg`) is none.
pub fn ordinal(text: &str) -> Option<String> {
    let text = text.to_lowercase();
    let (digits, rest) = leading(&text)?;
    let is_dose = digits.parse().is_ok_and(|number: u8| (1..=MOST_DOSES).contains(&number));
    let rest = ["st", "nd", "rd", "th"].iter().find_map(|ending| rest.strip_prefix(ending)).unwrap_or(rest);
    let words: Vec<&str> = rest.split_whitespace().collect();
    let apart = rest.is_empty() || rest.starts_with(char::is_whitespace);
    let fits = match words.as_slice() {
        [] | ["dose"] => true,
        ["of", all] | ["dose", "of", all] | ["of", all, "doses"] => is_digits(all),
        _ => false,
    };
    (is_dose && apart && fits).then(|| digits.trim_start_matches('0').to_owned())
}
