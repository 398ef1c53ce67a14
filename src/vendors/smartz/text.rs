//! Texts that a client sends to be kept: neither empty nor endless, and on one line.

use serde_json::Value;

use super::errors::Refusal;

/// Most characters of a name.
pub const NAME: usize = 200;
/// Most characters of an e-mail address (RFC 5321).
pub const EMAIL: usize = 254;
/// Most characters of an address.
pub const LINE: usize = 1_000;

/// The text without blanks around it.
///
/// # Errors
/// When it is empty, longer than `most` characters, or has control characters.
pub fn required(field: &str, text: &str, most: usize) -> Result<String, Refusal> {
    optional(field, text, most)?.ok_or_else(|| Refusal::field(field, "is required"))
}

/// As [`required`], but none for a text that is empty.
///
/// # Errors
/// When it is too long or has control characters.
pub fn optional(field: &str, text: &str, most: usize) -> Result<Option<String>, Refusal> {
    let text = text.trim();
    if text.chars().count() > most {
        return Err(Refusal::field(field, &format!("may have at most {most} characters")));
    }
    if text.contains(char::is_control) {
        return Err(Refusal::field(field, "must not have control characters"));
    }
    Ok(Some(text).filter(|text| !text.is_empty()).map(str::to_owned))
}

/// As [`optional`], of a member that may be missing.
///
/// # Errors
/// When it is too long or has control characters.
pub fn given(field: &str, text: Option<&String>, most: usize) -> Result<Option<String>, Refusal> {
    text.map_or(Ok(None), |text| optional(field, text, most))
}

/// The text of a member.
#[must_use]
pub fn of<'a>(resource: &'a Value, name: &str) -> Option<&'a str> {
    resource.get(name)?.as_str()
}

/// The elements of a member that is a list; none where there is none.
pub fn list<'a>(resource: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    resource.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// The value of the first identifier of a system.
#[must_use]
pub fn identifier<'a>(resource: &'a Value, system: &str) -> Option<&'a str> {
    list(resource, "identifier")
        .find(|one| of(one, "system") == Some(system))
        .and_then(|one| of(one, "value"))
}

/// The id of a reference to a resource of that type, below a name.
#[must_use]
pub fn referenced<'a>(resource: &'a Value, name: &str, resource_type: &str) -> Option<&'a str> {
    of(resource.get(name)?, "reference")?.strip_prefix(resource_type)?.strip_prefix('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_kept_is_refused_by_name() {
        let problem = |text: &str| required("name", text, 5).unwrap_err().to_string();
        assert_eq!(problem(" "), "name is required.");
        assert_eq!(problem("abcdef"), "name may have at most 5 characters.");
        assert_eq!(problem("a\0b"), "name must not have control characters.");
        assert_eq!(problem("a\r\nb"), "name must not have control characters.");
    }

    #[test]
    fn blanks_around_a_text_are_cut_off() {
        assert_eq!(required("name", "  naïve ", 5).unwrap(), "naïve");
        assert_eq!(optional("name", " ", 5).unwrap(), None);
        assert_eq!(given("name", None, 5).unwrap(), None);
    }
}
