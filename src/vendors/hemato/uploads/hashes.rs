//! What the bytes of a file are known by.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY};
use sha2::{Digest, Sha224};

/// Hashes of bytes that come in.
pub struct Hashing {
    sha224: Sha224,
    sha1: Context,
}

/// Hashes of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hashes {
    /// SHA-224, hexadecimal: what the vendor's ids are made of.
    pub sha224: String,
    /// SHA-1 in base64, by which FHIR tells whether an attachment changed
    /// (<https://hl7.org/fhir/R4/datatypes-definitions.html#Attachment.hash>). Nothing is trusted because of it.
    pub sha1: String,
}

impl Hashing {
    /// Of nothing yet.
    #[must_use]
    pub fn begin() -> Self {
        Self { sha224: Sha224::new(), sha1: Context::new(&SHA1_FOR_LEGACY_USE_ONLY) }
    }

    /// Adds bytes.
    pub fn add(&mut self, bytes: &[u8]) {
        self.sha224.update(bytes);
        self.sha1.update(bytes);
    }

    /// Of all that was added.
    #[must_use]
    pub fn finish(self) -> Hashes {
        Hashes { sha224: hex::encode(self.sha224.finalize()), sha1: STANDARD.encode(self.sha1.finish()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_have_the_same_hashes_in_whatever_pieces_they_come() {
        let mut hashing = Hashing::begin();
        hashing.add(b"a");
        hashing.add(b"bc");
        // FIPS 180-4, the examples of NIST for "abc".
        let sha224 = "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7".to_owned();
        assert_eq!(hashing.finish(), Hashes { sha224, sha1: "qZk+NkcGgWq6PiVxeFDCbJzQ2J0=".to_owned() });
    }
}
