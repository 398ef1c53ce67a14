//! What a form says of a client.

use crate::http::pages::opening::Visit;
use crate::identity::oauth::registration::NotRegistered;

/// A field without blanks around it; empty where it was not sent.
pub(super) fn text<'a>(visit: &'a Visit, name: &str) -> &'a str {
    visit.one(name).trim()
}

/// The lines of a field, without empty ones.
pub(super) fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// The words of a field, with one blank between them.
pub(super) fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The same, one by one.
pub(super) fn each_word(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// What is wrong with a client, as a sentence; none when the fault is ours.
pub(super) fn told(fault: &NotRegistered) -> Option<String> {
    if let NotRegistered::Storage(_) | NotRegistered::Tenant(_) = fault {
        return None;
    }
    let told = fault.to_string();
    let mut letters = told.chars();
    Some(
        letters
            .next()
            .map(|first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
            .unwrap_or_default(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_taken_apart() {
        assert_eq!(lines("1\r\n\r\n 2 "), ["1", "2"]);
        assert_eq!(words("y  z\nw"), "y z w");
        assert!(told(&NotRegistered::Name).unwrap().starts_with("A client needs a name"));
    }
}
