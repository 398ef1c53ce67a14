//! Labels of a screen with one letter misread: `Rasp` for Resp, `NTBP` for NIBP.

/// Shorter labels are too like others.
const LEAST: usize = 4;
/// Words of screens that are no label, but nearly one.
const OTHERS: &[&str] = &[
    "rest", "reap", "nbpm", "term", "team", "svo2", "sto2", "sao2", "sco2", "smo2", "tempt2", "prbpm",
    "prrpm",
];

/// Whether a text is one of these labels but for one character.
pub fn is_nearly(text: &str, labels: &[&str]) -> bool {
    !OTHERS.contains(&text) && labels.iter().any(|label| label.len() >= LEAST && differs_by_one(text, label))
}

fn differs_by_one(text: &str, label: &str) -> bool {
    let alike = text.chars().count() == label.chars().count();
    alike && text.chars().zip(label.chars()).filter(|(one, other)| one != other).count() == 1
}

#[cfg(test)]
mod tests {
    use super::is_nearly;

    #[test]
    fn other_words_and_short_labels_are_none() {
        for text in ["", "rest", "pesq", "hr", "hp", "respi", "res"] {
            assert!(!is_nearly(text, &["resp", "hr", "rr"]), "{text}");
        }
    }

    #[test]
    fn one_letter_may_be_misread() {
        assert!(is_nearly("rasp", &["resp"]) && is_nearly("ntbp", &["nibp"]) && is_nearly("spo0", &["spo2"]));
    }
}
