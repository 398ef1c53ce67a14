//! The way back from a provider. <https://openid.net/specs/openid-connect-core-1_0.html#AuthResponse>

use std::sync::Arc;

use openidconnect::{
    AccessToken, AuthorizationCode, OAuth2TokenResponse, PkceCodeVerifier, RequestTokenError, TokenResponse,
};

use super::id_token::{Judge, Said};
use super::provider::{Metadata, Provider, causes, client};
use super::{NotRecognised, derived};
use crate::core::Secret;
use crate::core::config::providers::SecondFactor;
use crate::identity::{Identity, Surface, fingerprint};
use crate::storage::TenantId;
use crate::storage::federation::attempts::{self, Attempt};

/// What a browser brings back.
#[derive(Clone, Copy, Debug)]
pub struct Returned<'a> {
    /// The provider whose callback it came to.
    pub provider: &'a str,
    /// The surface whose callback it is.
    pub surface: Surface,
    /// The callback's address.
    pub callback: &'a str,
    /// The cookie that was there at the beginning.
    pub browser: &'a str,
    /// `state`.
    pub state: &'a str,
    /// `code`.
    pub code: Option<&'a str>,
    /// `iss` (RFC 9207).
    pub issuer: Option<&'a str>,
    /// Whether there is an `error`.
    pub is_refused: bool,
}

/// Somebody whom a provider recognised.
#[derive(Clone, Debug)]
pub struct Recognised {
    /// The provider's name.
    pub provider: String,
    /// The e-mail address in lower case, where the provider has verified that it is the person's, and it is of ASCII.
    pub email: Option<String>,
    /// The name, where the provider tells it.
    pub name: Option<Secret<String>>,
    pub(super) issuer: String,
    /// Whom the provider means, on this surface.
    pub(super) identity: String,
    /// The provider's own session.
    pub(super) sid: Option<String>,
    pub(super) id_token: Secret<String>,
    /// Whether the person has shown a second factor to the provider, as far as the operator takes its word for that.
    pub shows_second_factor: bool,
}

impl Identity {
    /// Who came back, and where they go on.
    ///
    /// # Errors
    /// Why nobody was recognised. Whatever it is, the browser cannot come back with the same once more.
    pub async fn finish_at_provider(
        &self,
        returned: &Returned<'_>,
    ) -> Result<(Recognised, String), NotRecognised> {
        let provider = self.federation.find(returned.provider)?;
        let attempt = self.attempt(returned).await?;
        let metadata = provider.metadata(&self.federation.egress, &self.clock).await?;
        // Who answers in another provider's name wants a code of its own taken there (RFC 9700, 4.4).
        let is_told = metadata.additional_metadata().authorization_response_iss_parameter_supported;
        if returned.issuer.map_or(is_told, |issuer| issuer != provider.settings.issuer) {
            return Err(NotRecognised::Wrong("the answer is not from this provider".to_owned()));
        }
        let code = match returned.code {
            Some(code) if !returned.is_refused => code,
            Some(_) | None => return Err(NotRecognised::Declined),
        };
        let person = self.told(provider, metadata, returned, code).await?;
        Ok((person, attempt.return_to))
    }

    /// The sign-in that the browser began, taken away.
    async fn attempt(&self, returned: &Returned<'_>) -> Result<Attempt, NotRecognised> {
        let hash = fingerprint(returned.state);
        let mut transaction = self.store.begin(TenantId::PLATFORM).await?;
        let taken = attempts::take(&mut transaction, &hash).await;
        let taken = transaction.finish(taken).await?.filter(|attempt| {
            attempt.expires_at > self.clock.now()
                && attempt.browser == fingerprint(returned.browser)
                && attempt.provider == returned.provider
                && attempt.surface == returned.surface.as_str()
        });
        taken.ok_or(NotRecognised::NotBegun)
    }

    /// What the provider says for a code.
    async fn told(
        &self,
        provider: &Provider,
        metadata: Arc<Metadata>,
        returned: &Returned<'_>,
        code: &str,
    ) -> Result<Recognised, NotRecognised> {
        let (egress, now) = (&self.federation.egress, self.clock.now());
        let party = provider.relying_party(&metadata, returned.callback)?;
        let verifier = PkceCodeVerifier::new(derived("pkce", returned.browser, returned.state));
        let http = client(egress);
        let request = party.exchange_code(AuthorizationCode::new(code.to_owned()));
        let request = request.map_err(|_| NotRecognised::Unavailable)?.set_pkce_verifier(verifier);
        let reply = request.request_async(&http).await.map_err(|error| match error {
            RequestTokenError::Request(_) => {
                tracing::warn!(provider = provider.settings.name, "the token endpoint does not answer");
                NotRecognised::Unavailable
            }
            RequestTokenError::ServerResponse(_)
            | RequestTokenError::Parse(..)
            | RequestTokenError::Other(_) => NotRecognised::Wrong(causes(&error)),
        })?;
        let token =
            reply.id_token().ok_or_else(|| NotRecognised::Wrong("there is no id token".to_owned()))?;
        let nonce = derived("nonce", returned.browser, returned.state);
        let judge = Judge { nonce: &nonce, access_token: reply.access_token(), now };
        let said = match judge.said(&party, &metadata, token) {
            Err(unknown) if unknown.is_key => {
                // The provider may have new keys.
                let metadata = provider.refreshed(egress, &self.clock).await?;
                let party = provider.relying_party(&metadata, returned.callback)?;
                judge.said(&party, &metadata, token)
            }
            judged => judged,
        };
        let said = said.map_err(|fault| NotRecognised::Wrong(fault.told))?;
        let issuer = provider.settings.issuer.clone();
        let identity = identity(returned.surface, &issuer, &said.subject);
        let said = self.with_email(said, &identity, &metadata, reply.access_token()).await?;
        // Folding would make `k` of a Kelvin sign: another mailbox than the one that the provider has verified.
        let is_taken = |email: &String| said.is_verified == Some(true) && email.is_ascii();
        Ok(Recognised {
            provider: provider.settings.name.clone(),
            identity,
            sid: said.sid.map(|sid| session(&issuer, &sid)),
            email: said.email.filter(is_taken).map(|email| email.to_ascii_lowercase()),
            name: said.name,
            issuer,
            shows_second_factor: said.is_multiple && provider.settings.second_factor == SecondFactor::Trust,
            id_token: Secret::new(token.to_string()),
        })
    }

    /// The same, with what userinfo tells of the e-mail address, where that is needed and not known whole. Who is linked needs none, so
    /// what tells it may be down.
    async fn with_email(
        &self,
        said: Said,
        identity: &str,
        metadata: &Metadata,
        access_token: &AccessToken,
    ) -> Result<Said, NotRecognised> {
        match metadata.userinfo_endpoint() {
            Some(endpoint) if said.is_incomplete() && self.linked(identity).await?.is_none() => {
                said.completed(&self.federation.egress, endpoint.url(), access_token.secret()).await
            }
            Some(_) | None => Ok(said),
        }
    }
}

/// Whom a provider means, as it is kept.
pub(super) fn identity(surface: Surface, issuer: &str, subject: &str) -> String {
    fingerprint(&format!("{}\n{issuer}\n{subject}", surface.as_str()))
}

/// A session of a provider, as it is kept.
pub(super) fn session(issuer: &str, sid: &str) -> String {
    fingerprint(&format!("sid\n{issuer}\n{sid}"))
}
