//! Who calls, and what may they do?

pub mod access_tokens;
pub mod api_keys;
pub mod caller;
pub mod passwords;
pub mod scopes;
pub mod session_tokens;
pub mod sign_in;

pub use caller::{Agent, Caller, Surface};
pub use scopes::{Right, Scopes};
pub use sign_in::Account;

use std::sync::Arc;

use quick_cache::sync::Cache;
use sha2::{Digest, Sha256};

use crate::core::{Clock, Ids};
use crate::storage::{StorageError, Store, signing_keys};
use access_tokens::{Known, REMEMBERED};
use session_tokens::SessionTokens;

/// Tells callers by their credentials, and gives credentials out.
#[derive(Clone)]
pub struct Identity {
    store: Store,
    clock: Clock,
    ids: Ids,
    smartscan: SessionTokens,
    tokens: Arc<Cache<String, Known>>,
}

impl Identity {
    /// Reads the surfaces' signing keys, or makes them on an empty store.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open(store: Store, clock: Clock, ids: Ids, public_url: &str) -> Result<Self, StorageError> {
        let surface = Surface::SmartScan;
        let key =
            signing_keys::find_or_make(&store, surface.as_str(), ids.random_bytes(32), clock.now()).await?;
        let smartscan = SessionTokens::new(surface, public_url, &key);
        Ok(Self { store, clock, ids, smartscan, tokens: Arc::new(Cache::new(REMEMBERED)) })
    }

    /// The tokens of a surface whose people sign in with e-mail and password.
    fn session_tokens(&self, surface: Surface) -> Option<&SessionTokens> {
        match surface {
            Surface::SmartScan => Some(&self.smartscan),
            Surface::Fhir | Surface::Operator => None,
        }
    }
}

/// SHA-256 as hexadecimal: how a secret of full entropy is kept and looked up.
fn fingerprint(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}
