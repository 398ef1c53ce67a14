//! What texts of models say of themselves until a person answers for them, and what they say from then on. Every API that lets a person
//! confirm a text has it changed by the same words.

/// A sentence of a draft, and that which takes its place.
pub type Pair = [&'static str; 2];

/// How a conclusion about a scan ends.
pub const CONCLUSION: Pair = ["; no person has confirmed it.", "; a person has confirmed it."];
/// How a report on a smear begins.
pub const SMEAR_TITLE: Pair = [
    "PERIPHERAL BLOOD SMEAR: automated review, PRELIMINARY",
    "PERIPHERAL BLOOD SMEAR: automated review, read and signed by a person",
];
/// How it ends.
pub const SMEAR_END: Pair = [
    "Author: software, by the models that the provenance names. Status: preliminary until a person has looked at the film and signs.",
    "Author: software, by the models that the provenance names. Status: a person has looked at it, and answers for it.",
];

/// The same text, once a person answers for it.
#[must_use]
pub fn answered_for(text: &str) -> String {
    let pairs = [CONCLUSION, SMEAR_TITLE, SMEAR_END];
    pairs.iter().fold(text.to_owned(), |text, [before, after]| text.replacen(before, after, 1))
}

#[cfg(test)]
mod tests {
    use super::{SMEAR_END, SMEAR_TITLE, answered_for};

    #[test]
    fn a_draft_says_no_longer_that_it_is_one() {
        let [[title, new_title], [end, new_end]] = [SMEAR_TITLE, SMEAR_END];
        let draft = format!("{title}\n\nNo person knows.\n\n{end}");
        assert_eq!(answered_for(&draft), format!("{new_title}\n\nNo person knows.\n\n{new_end}"));
        assert_eq!(
            answered_for("Glioma. Proposed by the model x; no person has confirmed it."),
            "Glioma. Proposed by the model x; a person has confirmed it."
        );
        assert_eq!(answered_for("nothing of that"), "nothing of that");
    }
}
