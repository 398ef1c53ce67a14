//! One provider: what it publishes of itself, fetched when it is first needed and again from time to time.
//! <https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig>

use std::sync::Arc;

use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreClaimName, CoreClaimType, CoreClientAuthMethod,
    CoreErrorResponseType, CoreGenderClaim, CoreGrantType, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm, CoreResponseMode, CoreResponseType,
    CoreRevocableToken, CoreRevocationErrorResponse, CoreSubjectIdentifierType,
    CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, AdditionalProviderMetadata, AuthType, Client, ClientId, ClientSecret,
    EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse,
    IdTokenFields, IssuerUrl, ProviderMetadata, RedirectUrl, StandardErrorResponse, StandardTokenResponse,
    http,
};
use serde::{Deserialize, Serialize};
use url::Url;

use super::NotRecognised;
use crate::core::Clock;
use crate::core::config::providers::ProviderSettings;
use crate::platform::egress::published::{Ages, Published};
use crate::platform::egress::{Egress, LARGEST, NotFetched};

/// How long what a provider publishes is taken, and how often it is asked.
const AGES: Ages = Ages { fresh_s: 3600, usable_s: 24 * 3600, retry_s: 5, anew_s: 60 };

/// What a provider publishes.
pub(super) type Metadata = ProviderMetadata<
    More,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

type Fields = IdTokenFields<
    SessionClaims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

/// We, as the provider knows us.
pub(super) type RelyingParty = Client<
    SessionClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// What a discovery document may have beside what OpenID Connect Discovery knows.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct More {
    /// OpenID Connect RP-Initiated Logout 1.0, 2.1.
    pub(super) end_session_endpoint: Option<Url>,
    /// RFC 9207, 3.
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for More {}

/// What an id token may have beside what OpenID Connect Core knows.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct SessionClaims {
    /// OpenID Connect Back-Channel Logout 1.0, 2.1: the provider's own session.
    pub(super) sid: Option<String>,
}

impl AdditionalClaims for SessionClaims {}

/// A provider.
pub(super) struct Provider {
    pub(super) settings: ProviderSettings,
    published: Published<Metadata>,
}

impl Provider {
    pub(super) fn new(settings: ProviderSettings) -> Self {
        Self { settings, published: Published::new(AGES) }
    }

    /// What the provider publishes.
    pub(super) async fn metadata(
        &self,
        egress: &Egress,
        clock: &Clock,
    ) -> Result<Arc<Metadata>, NotRecognised> {
        let found = self.published.get(clock, async || self.discover(egress).await).await;
        found.ok_or(NotRecognised::Unavailable)
    }

    /// The same, fetched anew unless that was done a moment ago: the provider may have other keys.
    pub(super) async fn refreshed(
        &self,
        egress: &Egress,
        clock: &Clock,
    ) -> Result<Arc<Metadata>, NotRecognised> {
        let found = self.published.anew(clock, async || self.discover(egress).await).await;
        found.ok_or(NotRecognised::Unavailable)
    }

    async fn discover(&self, egress: &Egress) -> Result<Metadata, String> {
        let issuer = IssuerUrl::new(self.settings.issuer.clone()).map_err(|error| error.to_string())?;
        let http = client(egress);
        let metadata = Metadata::discover_async(issuer, &http).await.map_err(|error| causes(&error))?;
        let more = metadata.additional_metadata();
        let shown = [Some(metadata.authorization_endpoint().url()), more.end_session_endpoint.as_ref()];
        // Browsers are sent there: nothing but the web, and no less safe than the provider itself.
        let scheme = metadata.issuer().url().scheme();
        if shown.into_iter().flatten().any(|url| url.scheme() != "https" && url.scheme() != scheme) {
            return Err("an endpoint for browsers is not https".to_owned());
        }
        Ok(metadata)
    }

    /// We as the provider knows us, when its answers come to `callback`.
    pub(super) fn relying_party(
        &self,
        metadata: &Metadata,
        callback: &str,
    ) -> Result<RelyingParty, NotRecognised> {
        let callback = RedirectUrl::new(callback.to_owned());
        let callback = callback.map_err(|error| NotRecognised::Wrong(error.to_string()))?;
        let secret = ClientSecret::new(self.settings.client_secret.expose().clone());
        let party = RelyingParty::from_provider_metadata(
            metadata.clone(),
            ClientId::new(self.settings.client_id.clone()),
            Some(secret),
        );
        let methods = metadata.token_endpoint_auth_methods_supported();
        // Without a word about it, Basic is meant (OpenID Connect Discovery 1.0, 3).
        let is_in_body =
            methods.is_some_and(|methods| !methods.contains(&CoreClientAuthMethod::ClientSecretBasic));
        let way = if is_in_body { AuthType::RequestBody } else { AuthType::BasicAuth };
        Ok(party.set_auth_type(way).set_redirect_uri(callback))
    }
}

/// Why a request of the library was not answered.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unanswered {
    #[error(transparent)]
    NotFetched(#[from] NotFetched),
    #[error("the request or its answer cannot be put in words: {0}")]
    Words(String),
}

/// Our way out, as the library calls it.
pub(super) fn client(
    egress: &Egress,
) -> impl Fn(HttpRequest) -> std::pin::Pin<Box<dyn Future<Output = Result<HttpResponse, Unanswered>> + Send>> + use<>
{
    let egress = egress.clone();
    move |request| Box::pin(call(egress.clone(), request))
}

async fn call(egress: Egress, request: HttpRequest) -> Result<HttpResponse, Unanswered> {
    let request =
        reqwest::Request::try_from(request).map_err(|error| Unanswered::Words(error.to_string()))?;
    let reply = egress.send(request, LARGEST).await?;
    let mut response = http::Response::new(Vec::from(reply.body));
    *response.status_mut() =
        http::StatusCode::from_u16(reply.status).map_err(|error| Unanswered::Words(error.to_string()))?;
    *response.headers_mut() = reply.headers;
    Ok(response)
}

/// An error with what is behind it.
pub(super) fn causes(error: &dyn std::error::Error) -> String {
    let mut told = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        told = format!("{told}: {error}");
        cause = error.source();
    }
    told
}
