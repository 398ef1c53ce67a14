//! The keys that clients publish at an address (`jwks_uri`), and change there when they like.
//! <https://hl7.org/fhir/smart-app-launch/STU2.2/client-confidential-asymmetric.html#registering-a-client-communicating-public-keys>
//!
//! Anybody can name a client and a key that it has not, so that is no reason to ask the client more often than once a minute.

use std::sync::Arc;

use quick_cache::sync::Cache;
use url::Url;

use super::assertion::{Asserted, NO_KEY};
use super::client_keys::ClientKeys;
use crate::identity::Identity;
use crate::platform::egress::Egress;
use crate::platform::egress::published::{Ages, Published};

/// How long fetched keys are taken: what a client takes out of its set is refused after an hour at most.
const AGES: Ages = Ages { fresh_s: 600, usable_s: 3600, retry_s: 60, anew_s: 60 };
/// The largest key set.
const LARGEST: usize = 128 * 1024;
/// So many key sets are remembered.
const REMEMBERED: usize = 1000;
/// Longest address.
const LONGEST: usize = 2000;

/// Key sets by their addresses.
#[derive(Clone)]
pub(in crate::identity) struct KeySets {
    known: Arc<Cache<String, Arc<Published<ClientKeys>>>>,
    egress: Egress,
}

impl KeySets {
    pub(in crate::identity) fn new(egress: Egress) -> Self {
        Self { known: Arc::new(Cache::new(REMEMBERED)), egress }
    }

    fn at(&self, address: &str) -> Arc<Published<ClientKeys>> {
        let made = self.known.get_or_insert_with(address, || {
            Ok::<_, std::convert::Infallible>(Arc::new(Published::new(AGES)))
        });
        match made {
            Ok(set) => set,
            Err(never) => match never {},
        }
    }
}

impl Identity {
    /// Whether keys may be fetched from there, as far as the address tells.
    pub(super) fn is_address_of_keys(&self, address: &str) -> bool {
        address.len() <= LONGEST
            && Url::parse(address).is_ok_and(|url| {
                let is_bare =
                    url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
                is_bare && self.key_sets.egress.permits(&url).is_ok()
            })
    }

    /// Checks an assertion with the keys at an address, which are fetched anew where the one that it is signed with is missing.
    pub(super) async fn checked_with_keys_at(
        &self,
        address: &str,
        check: impl Fn(&ClientKeys) -> Result<Asserted, &'static str>,
    ) -> Result<Asserted, &'static str> {
        const NONE: &str = "the client's jwks_uri gives no key set";
        let (set, clock) = (self.key_sets.at(address), &self.clock);
        let fetch = async || {
            let url = Url::parse(address).map_err(|error| error.to_string())?;
            let text =
                self.key_sets.egress.document(url, LARGEST).await.map_err(|error| error.to_string())?;
            ClientKeys::fetched(&text).map_err(|error| error.to_string())
        };
        match check(&*set.get(clock, fetch).await.ok_or(NONE)?) {
            Err(NO_KEY) => check(&*set.anew(clock, fetch).await.ok_or(NONE)?),
            checked => checked,
        }
    }
}
