//! Ids of 24 lower-case hexadecimal digits, as ImageMedix has them. Pure.
//!
//! What this surface makes has such an id as its logical id. Of what others made it is told by a form of the logical id: so
//! a Practitioner has one, whoever made it.

use sha2::{Digest, Sha256};

/// So many digits an id has.
const DIGITS: usize = 24;

/// Whether the text is an id.
#[must_use]
pub fn is_one(text: &str) -> bool {
    text.len() == DIGITS && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// The id of a resource by its logical id: that itself, the first digits of a UUID, or of what the logical id hashes to. A UUID of
/// version 7 opens with the time, as the vendor's ids do.
#[must_use]
pub fn of(logical_id: &str) -> String {
    if is_one(logical_id) {
        return logical_id.to_owned();
    }
    let digits: String = logical_id.chars().filter(|character| *character != '-').collect();
    let is_uuid = digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let digits = if is_uuid { digits.to_ascii_lowercase() } else { hex::encode(Sha256::digest(logical_id)) };
    digits.chars().take(DIGITS).collect()
}

/// How logical ids begin that have this id, but those that it is a hash of: no account's Practitioner is one.
#[must_use]
pub fn beginnings(id: &str) -> [String; 2] {
    let groups = [(0, 8), (8, 12), (12, 16), (16, 20), (20, DIGITS)];
    let groups: Vec<_> = groups.into_iter().filter_map(|(from, until)| id.get(from..until)).collect();
    [groups.join("-"), id.to_owned()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_texts_are_no_ids() {
        for text in ["", "67f46037df638f437b93420", "67f46037df638f437b9342060", "67F46037DF638F437B934206"] {
            assert!(!is_one(text), "{text:?}");
        }
    }

    #[test]
    fn every_logical_id_has_one() {
        assert_eq!(of("67f46037df638f437b934206"), "67f46037df638f437b934206");
        assert_eq!(of("019a9c3e-5d40-7abc-8def-0123456789AB"), "019a9c3e5d407abc8def0123");
        assert_eq!(of("example"), "50d858e0985ecc7f60418aaf");
        assert!(is_one(&of("")));
    }

    #[test]
    fn a_logical_id_begins_as_its_id_says() {
        for logical_id in ["67f46037df638f437b934206", "019a9c3e-5d40-7abc-8def-012345678901"] {
            let beginnings = beginnings(&of(logical_id));
            assert!(beginnings.iter().any(|beginning| logical_id.starts_with(beginning)), "{beginnings:?}");
        }
    }
}
