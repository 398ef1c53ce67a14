//! The way to a provider. <https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest>
//!
//! The `state` names a row that is good for one return within ten minutes and belongs to this browser. What the provider is to repeat
//! in its id token (`nonce`) and what we show when we fetch the code (PKCE, RFC 7636) are made of the state and the browser's cookie.

use chrono::TimeDelta;
use openidconnect::core::{CoreAuthPrompt, CoreResponseType};
use openidconnect::{AuthenticationFlow, CsrfToken, Nonce, PkceCodeChallenge, PkceCodeVerifier, Scope};
use url::Url;

use super::{NotRecognised, derived};
use crate::identity::{Identity, Surface, fingerprint};
use crate::storage::TenantId;
use crate::storage::federation::attempts::{self, Attempt};

/// So long somebody may stay at the provider.
const LIFETIME_S: i64 = 600;

/// A sign-in that is to begin.
#[derive(Clone, Copy, Debug)]
pub struct Beginning<'a> {
    /// The provider's name.
    pub provider: &'a str,
    /// The surface that the person signs in to.
    pub surface: Surface,
    /// The address that the provider sends the browser back to.
    pub callback: &'a str,
    /// What only this browser has: the value of a cookie.
    pub browser: &'a str,
    /// Where the person goes on afterwards.
    pub return_to: &'a str,
    /// Whether the provider is to ask, although it knows the person.
    pub is_asked_anew: bool,
}

impl Identity {
    /// Begins a sign-in; where to send the browser.
    ///
    /// # Errors
    /// When there is no such provider, or it cannot be reached.
    pub async fn begin_at_provider(&self, beginning: &Beginning<'_>) -> Result<Url, NotRecognised> {
        let (provider, now) = (self.federation.find(beginning.provider)?, self.clock.now());
        let metadata = provider.metadata(&self.federation.egress, &self.clock).await?;
        let party = provider.relying_party(&metadata, beginning.callback)?;
        let state = self.ids.random(32);
        let attempt = Attempt {
            tenant: TenantId::PLATFORM.number(),
            hash: fingerprint(&state),
            browser: fingerprint(beginning.browser),
            provider: provider.settings.name.clone(),
            surface: beginning.surface.as_str().to_owned(),
            return_to: beginning.return_to.to_owned(),
            expires_at: now + TimeDelta::seconds(LIFETIME_S),
        };
        let mut transaction = self.store.begin(TenantId::PLATFORM).await?;
        let kept = attempts::insert(&mut transaction, &attempt).await;
        transaction.finish(kept).await?;
        let verifier = PkceCodeVerifier::new(derived("pkce", beginning.browser, &state));
        let nonce = derived("nonce", beginning.browser, &state);
        let scopes = provider.settings.scopes.iter().filter(|scope| *scope != "openid");
        let request = party
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                move || CsrfToken::new(state),
                move || Nonce::new(nonce),
            )
            .add_scopes(scopes.cloned().map(Scope::new))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        let request =
            if beginning.is_asked_anew { request.add_prompt(CoreAuthPrompt::Login) } else { request };
        Ok(request.url().0)
    }
}
