//! Signing in by other providers, with OpenID Connect. <https://openid.net/specs/openid-connect-core-1_0.html>
//!
//! A browser is sent to the provider ([`begin`]) and comes back with a code, for which the provider tells us who it is ([`finish`]).
//! Which account that is, [`link`] says: the one that was linked before, or the one with the same e-mail address where the provider
//! has verified it. Any surface whose people sign in in a browser does it so.

pub mod begin;
pub mod finish;
mod id_token;
pub mod link;
pub mod logout;
mod logout_token;
mod provider;
mod userinfo;

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::Identity;
use crate::core::config::providers::{Newcomers, ProviderSettings};
use crate::platform::egress::Egress;
use provider::Provider;

/// The providers that people may sign in by.
#[derive(Clone)]
pub struct Federation {
    providers: Arc<[Provider]>,
    pub(super) egress: Egress,
}

/// Why nobody was recognised.
#[derive(Debug, thiserror::Error)]
pub enum NotRecognised {
    /// There is no provider of that name.
    #[error("there is no such provider")]
    Unknown,
    /// The provider cannot be reached, or what it publishes cannot be used.
    #[error("the provider does not answer")]
    Unavailable,
    /// The browser did not begin this, or not lately, or has come back before.
    #[error("the sign-in was not begun in this browser, or is over")]
    NotBegun,
    /// The provider says that it does not sign the person in.
    #[error("the provider did not sign the person in")]
    Declined,
    /// What the provider says does not hold.
    #[error("what the provider says does not hold: {0}")]
    Wrong(String),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] crate::storage::StorageError),
}

impl Federation {
    /// The providers of the settings; nothing is fetched yet.
    #[must_use]
    pub fn new(settings: &[ProviderSettings], egress: Egress) -> Self {
        Self { providers: settings.iter().cloned().map(Provider::new).collect(), egress }
    }

    /// Whether a provider is believed about an e-mail address: of a domain that some providers name, those alone; else who names none.
    fn speaks_for(&self, name: &str, email: &str) -> bool {
        let domain = email.rsplit_once('@').map_or("", |(_, domain)| domain);
        let names = |one: &Provider| one.settings.domains.iter().any(|named| named == domain);
        let Ok(provider) = self.find(name) else { return false };
        names(provider) || (provider.settings.domains.is_empty() && !self.providers.iter().any(names))
    }

    /// What the provider with this issuer is called; none is set up with it any more.
    pub(super) fn label(&self, issuer: &str) -> Option<&str> {
        let of_issuer = self.providers.iter().find(|one| one.settings.issuer == issuer);
        of_issuer.map(|one| &*one.settings.label)
    }

    fn find(&self, name: &str) -> Result<&Provider, NotRecognised> {
        self.providers.iter().find(|one| one.settings.name == name).ok_or(NotRecognised::Unknown)
    }
}

impl Identity {
    /// The providers that people may sign in by: name and label of each.
    pub fn providers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.federation.providers.iter().map(|one| (&*one.settings.name, &*one.settings.label))
    }

    /// What becomes of people without an account whom this provider recognises.
    #[must_use]
    pub fn newcomers(&self, provider: &str) -> Option<&Newcomers> {
        self.federation.find(provider).ok().map(|one| &one.settings.newcomers)
    }
}

/// A secret of this browser and this sign-in, for one purpose. Whoever reads the database cannot make it, for the cookie is not there;
/// nor can the provider, which sees the state alone.
fn derived(purpose: &str, browser: &str, state: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!("{purpose}:{browser}:{state}")))
}
