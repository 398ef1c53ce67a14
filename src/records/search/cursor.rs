//! The cursor that takes a search to its next page: a place in its order, signed.
//!
//! The signature covers the tenant, the type and the search, so that a cursor serves the search that it came from and no
//! other. There is no state behind it: it holds as long as the key does.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::core::Secret;
use crate::fhir::outcome::IssueType;
use crate::records::{Error, Records};
use crate::storage::signing_keys;

/// The form of cursors that this server makes.
const VERSION: u8 = 1;
/// So many bytes of the signature are kept.
const SIGNATURE: usize = 16;

/// Makes and reads cursors.
pub struct Cursors {
    key: Hmac<Sha256>,
}

/// The place of a resource in the order of a search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The value of each sort key.
    pub keys: Vec<Option<String>>,
    /// Logical id.
    pub id: String,
}

impl Cursors {
    fn new(key: &Secret<Vec<u8>>) -> Result<Self, Error> {
        Ok(Self { key: Hmac::new_from_slice(key.expose()).map_err(Error::internal)? })
    }

    /// The cursor of a place in the search that `scope` describes.
    ///
    /// # Errors
    /// When the place cannot be written.
    pub fn write(&self, scope: &[u8], place: &Place) -> Result<String, Error> {
        let place = serde_json::to_vec(place).map_err(Error::internal)?;
        let signature = self.signed(scope, &place).finalize().into_bytes();
        let mut cursor = vec![VERSION];
        cursor.extend(signature.iter().take(SIGNATURE));
        cursor.extend(&place);
        Ok(URL_SAFE_NO_PAD.encode(cursor))
    }

    /// The place that a cursor names in this search.
    ///
    /// # Errors
    /// When it is not a cursor that this server made for this search.
    pub fn read(&self, scope: &[u8], cursor: &str) -> Result<Place, Error> {
        self.place(scope, cursor).ok_or_else(|| {
            Error::BadRequest(IssueType::Value, "the cursor is not one of this search".to_owned())
        })
    }

    fn place(&self, scope: &[u8], cursor: &str) -> Option<Place> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (version, rest) = bytes.split_first()?;
        let (signature, place) = rest.split_at_checked(SIGNATURE)?;
        if *version != VERSION {
            return None;
        }
        // Compared in constant time.
        self.signed(scope, place).verify_truncated_left(signature).ok()?;
        serde_json::from_slice(place).ok()
    }

    fn signed(&self, scope: &[u8], place: &[u8]) -> Hmac<Sha256> {
        let mut mac = self.key.clone();
        // The length parts the two, so that no bytes of the one pass as bytes of the other.
        mac.update(&u64::try_from(scope.len()).unwrap_or(u64::MAX).to_be_bytes());
        mac.update(scope);
        mac.update(place);
        mac
    }
}

impl Records {
    /// The cursors of this server; all replicas share one key.
    pub(super) async fn cursors(&self) -> Result<&Cursors, Error> {
        let open = async || {
            let fresh = self.ids.random_bytes(32);
            let key = signing_keys::find_or_make(&self.store, "search-cursor", fresh, self.clock.now());
            Cursors::new(&key.await?)
        };
        self.cursors.get_or_try_init(open).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_serves_its_own_search_and_no_other() {
        let cursors = Cursors::new(&Secret::new(vec![1; 32])).unwrap();
        let place = Place { keys: vec![None, Some("ä".to_owned())], id: "7".to_owned() };
        let cursor = cursors.write(b"scope", &place).unwrap();
        assert_eq!(cursors.read(b"scope", &cursor).unwrap(), place);
        assert!(cursors.read(b"scop", &cursor).is_err(), "another search");
        let other = Cursors::new(&Secret::new(vec![2; 32])).unwrap();
        assert!(other.read(b"scope", &cursor).is_err(), "another server");
        for at in 0..cursor.len() {
            let mut altered = cursor.clone().into_bytes();
            altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
            let altered = String::from_utf8(altered).unwrap();
            assert!(cursors.read(b"scope", &altered).is_err(), "altered at {at}");
        }
        let cut = cursor.get(..cursor.len() - 1).unwrap();
        for broken in ["", "A", "AQ", "%", cut] {
            assert!(cursors.read(b"scope", broken).is_err(), "{broken:?}");
        }
    }
}
