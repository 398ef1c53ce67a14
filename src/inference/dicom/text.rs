//! Text from a file: trimmed, of bounded length, without control characters.

use serde::{Deserialize, Serialize};

/// Most characters that a text may have; the longest short kind of DICOM (a name in three scripts) has 194.
const MAX_CHARACTERS: usize = 1_024;

/// A text that was checked, also when it comes back from the child. `Debug` prints nothing: it may name somebody.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Text(String);

impl Text {
    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Text {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.chars().take(MAX_CHARACTERS + 1).count() > MAX_CHARACTERS {
            return Err("is longer than 1024 characters");
        }
        if text.chars().any(char::is_control) {
            return Err("has control characters");
        }
        Ok(Self(text))
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.0
    }
}

impl std::fmt::Debug for Text {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("(text)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_and_controlling_texts_are_refused() {
        assert_eq!(Text::try_from("x".repeat(1_025)).unwrap_err(), "is longer than 1024 characters");
        assert_eq!(Text::try_from("\u{1b}[2J".to_owned()).unwrap_err(), "has control characters");
        assert!(serde_json::from_str::<Text>(r#""a\u0000b""#).is_err());
    }

    #[test]
    fn others_are_kept_and_not_printed() {
        let text = Text::try_from("Müller^山田".to_owned()).unwrap();
        assert_eq!((text.as_str(), format!("{text:?}")), ("Müller^山田", "(text)".to_owned()));
    }
}
