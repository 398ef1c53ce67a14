//! The cursor that takes a search to its next page: a place in its order, sealed.
//!
//! It stands in addresses, and the place holds the values that are sorted by, such as a name: so it is encrypted, not only signed
//! (ChaCha20-Poly1305, RFC 8439). The seal covers the tenant, the type and the search, so that a cursor serves the search that it
//! came from and no other. There is no state behind it: it holds as long as the key does.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use serde::{Deserialize, Serialize};

use crate::core::{Ids, Secret};
use crate::fhir::outcome::IssueType;
use crate::records::{Error, Records};
use crate::storage::signing_keys;

/// The form of cursors that this server makes.
const VERSION: u8 = 1;

/// Makes and reads cursors.
pub struct Cursors {
    key: LessSafeKey,
    ids: Ids,
}

/// The place of a resource in the order of a search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The value of each sort key.
    pub keys: Vec<Option<String>>,
    /// The resource's ordinal.
    pub ordinal: i64,
}

impl Cursors {
    fn new(key: &Secret<Vec<u8>>, ids: Ids) -> Result<Self, Error> {
        let key = UnboundKey::new(&CHACHA20_POLY1305, key.expose()).map_err(|_| unsealed())?;
        Ok(Self { key: LessSafeKey::new(key), ids })
    }

    /// The cursor of a place in the search that `scope` describes.
    ///
    /// # Errors
    /// When the place cannot be written.
    pub fn write(&self, scope: &[u8], place: &Place) -> Result<String, Error> {
        let mut sealed = serde_json::to_vec(place).map_err(Error::internal)?;
        let nonce = self.ids.random_bytes(NONCE_LEN);
        let once = Nonce::try_assume_unique_for_key(&nonce).map_err(|_| unsealed())?;
        self.key.seal_in_place_append_tag(once, Aad::from(scope), &mut sealed).map_err(|_| unsealed())?;
        Ok(URL_SAFE_NO_PAD.encode([&[VERSION], nonce.as_slice(), &sealed].concat()))
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
        let (nonce, sealed) = rest.split_at_checked(NONCE_LEN)?;
        if *version != VERSION {
            return None;
        }
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut sealed = sealed.to_vec();
        let place = self.key.open_in_place(nonce, Aad::from(scope), &mut sealed).ok()?;
        serde_json::from_slice(place).ok()
    }
}

/// The cipher gives no reason for a failure.
fn unsealed() -> Error {
    Error::internal("a cursor could not be sealed")
}

impl Records {
    /// The cursors of this server; all replicas share one key.
    pub(in crate::records) async fn cursors(&self) -> Result<&Cursors, Error> {
        let open = async || {
            let fresh = self.ids.random_bytes(32);
            let key = signing_keys::find_or_make(&self.store, "search-cursor", fresh, self.clock.now());
            Cursors::new(&key.await?, self.ids)
        };
        self.cursors.get_or_try_init(open).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_serves_its_own_search_and_no_other() {
        let cursors = Cursors::new(&Secret::new(vec![1; 32]), Ids).unwrap();
        let place = Place { keys: vec![None, Some("ä".to_owned())], ordinal: 7 };
        let cursor = cursors.write(b"scope", &place).unwrap();
        assert_eq!(cursors.read(b"scope", &cursor).unwrap(), place);
        let bytes = URL_SAFE_NO_PAD.decode(&cursor).unwrap();
        assert!(
            !bytes.windows("ä".len()).any(|window| window == "ä".as_bytes()),
            "what is sorted by cannot be read"
        );
        assert!(cursors.read(b"scop", &cursor).is_err(), "another search");
        let other = Cursors::new(&Secret::new(vec![2; 32]), Ids).unwrap();
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
