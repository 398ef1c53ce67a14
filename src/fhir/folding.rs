//! Text without case and accents, as string searches compare it. <https://hl7.org/fhir/R4/search.html#string>

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// No text holds this character, and it comes after every other: the end of a range of texts.
pub const LAST: char = '\u{10FFFF}';

/// The text in lower case and without accents.
#[must_use]
pub fn fold(text: &str) -> String {
    text.nfkd()
        .filter(|character| !is_combining_mark(*character))
        .flat_map(char::to_lowercase)
        .filter(|character| *character != LAST)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn case_and_accents_do_not_count() {
        for (text, folded) in [
            ("Müller", "muller"),
            ("José", "jose"),
            ("Jose\u{301}", "jose"),
            ("ÅNGSTRÖM", "angstrom"),
            ("İstanbul", "istanbul"),
            ("ﬁne", "fine"),
            ("100%_\\", "100%_\\"),
            ("李", "李"),
            ("Ω", "ω"),
        ] {
            assert_eq!(fold(text), folded);
        }
    }
}
