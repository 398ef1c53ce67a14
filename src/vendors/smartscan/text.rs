//! Texts that a client sends to be kept: neither empty nor endless, and without control characters. All but descriptions are one line.

use super::errors::Refusal;

/// Most characters of a name.
pub const NAME: usize = 200;
/// Most characters of a description.
pub const DESCRIPTION: usize = 2000;
/// Most characters of a telephone number.
pub const PHONE: usize = 40;
/// Most characters of an e-mail address (RFC 5321).
pub const EMAIL: usize = 254;

/// The text without blanks around it.
///
/// # Errors
/// When it is empty, longer than `most` characters, or has control characters, of which line breaks are some.
pub fn required(field: &'static str, text: &str, most: usize) -> Result<String, Refusal> {
    optional(field, text, most)?.ok_or_else(|| Refusal::Validation(field, "is required".to_owned()))
}

/// As [`required`], but none for a text that is empty.
///
/// # Errors
/// When it is too long or has control characters.
pub fn optional(field: &'static str, text: &str, most: usize) -> Result<Option<String>, Refusal> {
    checked(field, text, most, char::is_control)
}

/// As [`optional`], for a text that may have several lines.
///
/// # Errors
/// When it is too long or has control characters other than line breaks and tabs.
pub fn of_lines(field: &'static str, text: &str, most: usize) -> Result<Option<String>, Refusal> {
    checked(field, text, most, |c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

fn checked(
    field: &'static str,
    text: &str,
    most: usize,
    is_refused: fn(char) -> bool,
) -> Result<Option<String>, Refusal> {
    let text = text.trim();
    if text.chars().count() > most {
        return Err(Refusal::Validation(field, format!("may have at most {most} characters")));
    }
    if text.chars().any(is_refused) {
        return Err(Refusal::Validation(field, "must not have control characters".to_owned()));
    }
    Ok(Some(text).filter(|text| !text.is_empty()).map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_kept_is_refused_by_name() {
        let problem = |text: &str| required("name", text, 5).unwrap_err().to_string();
        assert_eq!(problem(" "), "name is required");
        assert_eq!(problem("abcdef"), "name may have at most 5 characters");
        for text in ["a\0b", "a\r\nb", "a\nb", "a\tb", "a\u{85}b"] {
            assert_eq!(problem(text), "name must not have control characters", "{text:?}");
        }
        assert!(of_lines("description", "a\0b", 5).is_err());
    }

    #[test]
    fn blanks_around_a_text_are_cut_off() {
        assert_eq!(required("name", "  naïve ", 5).unwrap(), "naïve");
        assert_eq!(optional("name", " ", 5).unwrap(), None);
        assert_eq!(of_lines("description", "a\r\nb\n", 5).unwrap().as_deref(), Some("a\r\nb"));
    }
}
