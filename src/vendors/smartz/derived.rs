//! Ids that follow from what they name, so that the same is never there twice. Pure.

use sha2::{Digest, Sha256};
use uuid::Builder;

/// The id of what these words name.
#[must_use]
pub fn id(words: &[&str]) -> String {
    let mut hash = Sha256::new();
    for word in words {
        hash.update(word.len().to_be_bytes());
        hash.update(word.as_bytes());
    }
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(hash.finalize()).for_each(|(into, byte)| *into = byte);
    Builder::from_random_bytes(bytes).into_uuid().to_string()
}

/// The id of a pod or node of an organisation.
#[must_use]
pub fn device(organisation: &str, serial_number: &str) -> String {
    id(&["device", organisation, serial_number])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_words_are_another_id() {
        assert_ne!(id(&["a", "bc"]), id(&["ab", "c"]));
        assert_ne!(device("o1", "s"), device("o2", "s"));
        assert_eq!(device("o", "s"), device("o", "s"));
        assert_eq!(device("o", "s").len(), 36);
    }
}
