//! Postal codes, with which addresses end.

/// An address has so many words at least.
const LEAST_WORDS: usize = 4;

/// Whether an address is whole: it ends with a code as the United States, Britain, Canada, India or Australia have them.
pub fn ends_with_code(text: &str) -> bool {
    let words: Vec<&str> = text
        .split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_ascii_alphanumeric()))
        .filter(|word| !word.is_empty())
        .collect();
    let form = |word: &str| -> String {
        let kind = |c: char| match c {
            '0'..='9' => '9',
            'A'..='Z' => 'A',
            _ => '-',
        };
        word.chars().map(kind).collect()
    };
    let [.., before, last] = words.as_slice() else { return false };
    let (before, code) = (form(before), form(last));
    let is_british = code == "9AA" && ["A9", "A99", "AA9", "AA99", "A9A", "AA9A"].contains(&before.as_str());
    let is_canadian = code == "9A9" && before == "A9A";
    let is_american = ["99999", "99999-9999"].contains(&code.as_str()) && before == "AA";
    let is_australian = code == "9999" && ["AA", "AAA"].contains(&before.as_str());
    words.len() >= LEAST_WORDS
        && (is_british || is_canadian || is_american || is_australian || code == "999999")
}

/// Whether a line is the second of an address, which a postal code ends: `Akron, OH 44308`.
pub fn is_town(text: &str) -> bool {
    let begins = text.starts_with(char::is_uppercase) && !text.contains(':');
    begins && text.split_whitespace().count() <= 6 && ends_with_code(&format!("1 Some {text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_house_number_ends_no_address() {
        for text in ["12 High Street Flat 4502", "PO Box 12345", "Harley Street 12", "1204 Oak Ave", "27709"]
        {
            assert!(!ends_with_code(text), "{text}");
        }
        for text in [
            "4 Mill Lane, Leeds LS1 4AB",
            "9 Elm Ave, Austin, TX 78701",
            "16 Bloor St W, Toronto, ON M4W 1A8",
            "3 Acacia Road, Orange NSW 2800",
            "331 Shivaji Marg, Nagpur 440010",
        ] {
            assert!(ends_with_code(text), "{text}");
        }
        assert!(is_town("Akron, OH 44308") && !is_town("Tel: 44308") && !is_town("Akron"));
    }
}
