//! Texts that a client sends to be kept: neither empty nor endless, and without control characters. What is written at length may have
//! several lines.

use super::errors::Refusal;
use crate::core::Secret;

/// Most characters of a name, an id of the client's own, or a specialization.
pub const NAME: usize = 200;
/// Most characters of an e-mail address (RFC 5321).
pub const EMAIL: usize = 254;
/// Most characters of a telephone number.
pub const PHONE: usize = 40;
/// Most characters of an address, or of an entry in a medical history.
pub const LINE: usize = 1_000;
/// Most characters of a note.
pub const NOTE: usize = 10_000;

/// The text without blanks around it, on one line.
///
/// # Errors
/// When it is empty, longer than `most` characters, or has control characters.
pub fn required(field: &'static str, text: &Secret<String>, most: usize) -> Result<String, Refusal> {
    optional(field, text, most)?.ok_or_else(|| Refusal::field(field, "is required"))
}

/// As [`required`], but none for a text that is empty.
///
/// # Errors
/// When it is too long or has control characters.
pub fn optional(field: &'static str, text: &Secret<String>, most: usize) -> Result<Option<String>, Refusal> {
    checked(field, text, most, char::is_control)
}

/// As [`required`], for a text that may have several lines.
///
/// # Errors
/// When it is empty, longer than `most` characters, or has control characters other than line breaks and tabs.
pub fn required_lines(field: &'static str, text: &Secret<String>, most: usize) -> Result<String, Refusal> {
    optional_lines(field, text, most)?.ok_or_else(|| Refusal::field(field, "is required"))
}

/// As [`required_lines`], but none for a text that is empty.
///
/// # Errors
/// When it is too long or has control characters other than line breaks and tabs.
pub fn optional_lines(
    field: &'static str,
    text: &Secret<String>,
    most: usize,
) -> Result<Option<String>, Refusal> {
    checked(field, text, most, |letter| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t'))
}

fn checked(
    field: &'static str,
    text: &Secret<String>,
    most: usize,
    is_refused: impl Fn(char) -> bool,
) -> Result<Option<String>, Refusal> {
    let text = text.expose().trim();
    if text.chars().count() > most {
        return Err(Refusal::Invalid(format!("{field} may have at most {most} characters")));
    }
    if text.chars().any(is_refused) {
        return Err(Refusal::field(field, "must not have control characters"));
    }
    Ok(Some(text).filter(|text| !text.is_empty()).map(str::to_owned))
}

/// As [`optional`], for an e-mail address.
///
/// # Errors
/// When it cannot be one.
pub fn email(field: &'static str, text: &Secret<String>) -> Result<Option<String>, Refusal> {
    let Some(text) = optional(field, text, EMAIL)? else { return Ok(None) };
    let parts = text.split_once('@').filter(|(name, host)| !name.is_empty() && !host.is_empty());
    let good = parts.is_some_and(|(_, host)| !host.contains('@')) && !text.contains(char::is_whitespace);
    good.then_some(Some(text)).ok_or_else(|| Refusal::field(field, "must be an e-mail address"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_kept_is_refused_by_name() {
        let problem =
            |text: &str| required("name", &Secret::new(text.to_owned()), 5).unwrap_err().to_string();
        assert_eq!(problem(" "), "name is required");
        assert_eq!(problem("abcdef"), "name may have at most 5 characters");
        for text in ["a\0b", "a\nb", "a\r\nb", "a\tb", "a\u{85}b"] {
            assert_eq!(problem(text), "name must not have control characters", "{text:?}");
        }
        let lines = |text: &str| required_lines("content", &Secret::new(text.to_owned()), 5);
        assert_eq!(lines("a\0b").unwrap_err().to_string(), "content must not have control characters");
        assert_eq!(lines("a\r\n\tb\n").unwrap(), "a\r\n\tb");
        for text in ["a", "@b.c", "a@", "a@b@c", "a b@c.d"] {
            let problem = email("contact.email", &Secret::new(text.to_owned())).unwrap_err().to_string();
            assert_eq!(problem, "contact.email must be an e-mail address", "{text}");
        }
    }

    #[test]
    fn blanks_around_a_text_are_cut_off() {
        let of = |text: &str| Secret::new(text.to_owned());
        assert_eq!(required("name", &of("  naïve "), 5).unwrap(), "naïve");
        assert_eq!(optional("name", &of(" "), 5).unwrap(), None);
        assert_eq!(email("email", &of(" a@b.c ")).unwrap().as_deref(), Some("a@b.c"));
    }
}
