//! Who calls, and what may they do?

pub mod access_tokens;
pub mod account;
pub mod allowances;
pub mod api_keys;
pub mod caller;
pub mod federation;
pub mod file_links;
pub mod gateway;
pub mod oauth;
pub mod organization_keys;
pub mod passwords;
pub mod pseudonyms;
pub mod purposes;
pub mod regions;
pub mod scopes;
pub mod session_tokens;
pub mod sign_in;
mod throttle;

pub use caller::{Agent, Caller, Origin, Surface};
pub use scopes::{Context, DataScope, Right, Scopes};
pub use sign_in::Account;

pub use crate::storage::TenantId;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use quick_cache::sync::Cache;
use sha2::{Digest, Sha256};

use crate::core::config::Limits;
use crate::core::{Clock, Ids};
use crate::platform::egress::Egress;
use crate::storage::{StorageError, Store, signing_keys};
use access_tokens::{Known, REMEMBERED};
use federation::Federation;
use file_links::FileLinks;
use gateway::tokens::{self as application_tokens, ApplicationTokens};
use oauth::published_keys::KeySets;
use pseudonyms::Pseudonyms;
use regions::RegionTokens;
use session_tokens::SessionTokens;

/// Tells callers by their credentials, and gives credentials out.
#[derive(Clone)]
pub struct Identity {
    store: Store,
    clock: Clock,
    ids: Ids,
    smartscan: SessionTokens,
    imagemedix: SessionTokens,
    smartz: SessionTokens,
    operator: SessionTokens,
    regions: RegionTokens,
    application_tokens: ApplicationTokens,
    file_links: FileLinks,
    pseudonyms: Pseudonyms,
    tokens: Arc<Cache<String, Known>>,
    /// How often this process took tokens back.
    taken_back: Arc<AtomicU64>,
    issuer: Arc<str>,
    limits: Limits,
    federation: Federation,
    key_sets: KeySets,
}

impl Identity {
    /// Reads the surfaces' signing keys, or makes them on an empty store.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open(
        store: Store,
        clock: Clock,
        ids: Ids,
        public_url: &str,
        limits: Limits,
        federation: Federation,
        to_clients: Egress,
    ) -> Result<Self, StorageError> {
        let session_tokens = async |surface: Surface| {
            let fresh = ids.random_bytes(32);
            let key = signing_keys::find_or_make(&store, surface.as_str(), fresh, clock.now()).await?;
            Ok::<_, StorageError>(SessionTokens::new(surface, public_url, &key))
        };
        let smartscan = session_tokens(Surface::SmartScan).await?;
        let imagemedix = session_tokens(Surface::ImageMedix).await?;
        let smartz = session_tokens(Surface::Smartz).await?;
        let operator = session_tokens(Surface::Operator).await?;
        let named = async |name: &str| {
            signing_keys::find_or_make(&store, name, ids.random_bytes(32), clock.now()).await
        };
        let regions = RegionTokens::new(public_url, &named(Surface::Hemato.as_str()).await?);
        let seed = named(application_tokens::KEY).await?;
        let corrupt = |_| StorageError::Corrupt {
            table: "signing_key",
            column: "secret",
            row: application_tokens::KEY.to_owned(),
        };
        let application_tokens = ApplicationTokens::new(public_url, &seed).map_err(corrupt)?;
        let file_links = FileLinks::new(&named(file_links::KEY).await?);
        let pseudonyms = Pseudonyms::new(&named(pseudonyms::KEY).await?);
        Ok(Self {
            application_tokens,
            file_links,
            pseudonyms,
            store,
            clock,
            ids,
            smartscan,
            imagemedix,
            smartz,
            operator,
            regions,
            tokens: Arc::new(Cache::new(REMEMBERED)),
            taken_back: Arc::default(),
            issuer: public_url.into(),
            limits,
            federation,
            key_sets: KeySets::new(to_clients),
        })
    }

    /// The tokens of a surface whose people sign in with e-mail and password.
    fn session_tokens(&self, surface: Surface) -> Option<&SessionTokens> {
        match surface {
            Surface::SmartScan => Some(&self.smartscan),
            Surface::ImageMedix => Some(&self.imagemedix),
            Surface::Smartz => Some(&self.smartz),
            Surface::Operator => Some(&self.operator),
            Surface::Fhir | Surface::Hemato => None,
        }
    }
}

/// SHA-256 as hexadecimal: how a secret of full entropy is kept and looked up.
pub(crate) fn fingerprint(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}
