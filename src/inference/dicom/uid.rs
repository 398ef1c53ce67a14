//! Unique identifiers, by [PS3.5 section 9.1](https://dicom.nema.org/medical/dicom/current/output/chtml/part05/chapter_9.html).

use serde::{Deserialize, Serialize};

/// Most characters that a UID may have.
const MAX_CHARACTERS: usize = 64;

/// A well-formed UID.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Uid(String);

impl Uid {
    /// The UID in digits and dots.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Uid {
    type Error = &'static str;

    fn try_from(uid: String) -> Result<Self, Self::Error> {
        if uid.len() > MAX_CHARACTERS {
            return Err("is longer than 64 characters");
        }
        let well_formed = |part: &str| {
            let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            digits && (part.len() == 1 || !part.starts_with('0'))
        };
        if !uid.split('.').all(well_formed) {
            return Err("is not numbers joined by dots");
        }
        Ok(Self(uid))
    }
}

impl From<Uid> for String {
    fn from(uid: Uid) -> Self {
        uid.0
    }
}

impl std::fmt::Display for Uid {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_uid_is_refused() {
        for uid in ["", ".", "1.", "1..2", "1.02", "1.2a", "1.2 ", "../../etc/passwd", "١.٢"] {
            assert_eq!(Uid::try_from(uid.to_owned()).unwrap_err(), "is not numbers joined by dots", "{uid}");
        }
        assert_eq!(Uid::try_from("1".repeat(65)).unwrap_err(), "is longer than 64 characters");
    }

    #[test]
    fn uids_are_kept() {
        for uid in ["1.2.840.10008.1.2", "2.25.0", &"1".repeat(64)] {
            assert_eq!(Uid::try_from(uid.to_owned()).unwrap().as_str(), uid);
        }
    }
}
