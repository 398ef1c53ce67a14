//! What an id token must be. <https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation>

use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{
    CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm as Algorithm,
};
use openidconnect::{
    AccessToken, AccessTokenHash, ClaimsVerificationError, IdToken, IdTokenClaims, IdTokenVerifier, Nonce,
    SignatureVerificationError,
};

use super::provider::{Metadata, RelyingParty, SessionClaims};
use crate::core::Secret;

/// The algorithms by which a provider may sign: none of them takes a secret that we have too, or none at all.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RsaSsaPkcs1V15Sha256,
    Algorithm::RsaSsaPkcs1V15Sha384,
    Algorithm::RsaSsaPkcs1V15Sha512,
    Algorithm::RsaSsaPssSha256,
    Algorithm::RsaSsaPssSha384,
    Algorithm::RsaSsaPssSha512,
    Algorithm::EcdsaP256Sha256,
    Algorithm::EcdsaP384Sha384,
    Algorithm::EdDsa,
];
/// The words of `acr` for more than one factor: those of REFEDS, of PAPE, and of OpenID's EAP for what cannot be phished.
const LEVELS: [&str; 4] = [
    "https://refeds.org/profile/mfa",
    "http://schemas.openid.net/pape/policies/2007/06/multi-factor",
    "phr",
    "phrh",
];
/// So far a provider's clock may be ahead of ours.
const SKEW_S: i64 = 60;

type Token = IdToken<SessionClaims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, Algorithm>;

/// What a token is held against.
pub(super) struct Judge<'a> {
    pub(super) nonce: &'a str,
    pub(super) access_token: &'a AccessToken,
    pub(super) now: DateTime<Utc>,
}

/// What a provider says of somebody.
pub(super) struct Said {
    pub(super) subject: String,
    pub(super) sid: Option<String>,
    pub(super) email: Option<String>,
    /// Whether it is the person's, where the provider says.
    pub(super) is_verified: Option<bool>,
    pub(super) name: Option<Secret<String>>,
    /// Whether the person has shown more than one thing to the provider.
    pub(super) is_multiple: bool,
}

/// Why a token does not hold.
pub(super) struct Fault {
    pub(super) told: String,
    /// Whether it is signed with a key that we do not know.
    pub(super) is_key: bool,
}

impl From<String> for Fault {
    fn from(told: String) -> Self {
        Self { told, is_key: false }
    }
}

impl Judge<'_> {
    /// What the token says, when it holds.
    pub(super) fn said(
        &self,
        party: &RelyingParty,
        metadata: &Metadata,
        token: &Token,
    ) -> Result<Said, Fault> {
        let published = metadata.id_token_signing_alg_values_supported();
        let allowed = ALGORITHMS.into_iter().filter(|one| published.contains(one));
        let (now, latest) = (self.now, self.now + TimeDelta::seconds(SKEW_S));
        let is_past = move |issued: DateTime<Utc>| {
            if issued > latest { Err("iat is in the future".to_owned()) } else { Ok(()) }
        };
        let verifier = party
            .id_token_verifier()
            .set_allowed_algs(allowed)
            .set_time_fn(move || now)
            .set_issue_time_verifier_fn(is_past);
        let nonce = Nonce::new(self.nonce.to_owned());
        let claims = token.claims(&verifier, &nonce).map_err(|error| Fault {
            is_key: matches!(
                error,
                ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)
            ),
            told: error.to_string(),
        })?;
        if claims.authorized_party().is_some_and(|party_| *party_ != *party.client_id()) {
            return Err("azp is somebody else".to_owned().into());
        }
        self.check_hash(token, &verifier, claims)?;
        Ok(said(claims))
    }

    /// `at_hash` binds the access token to the id token: another one's was not put in its place.
    fn check_hash(
        &self,
        token: &Token,
        verifier: &IdTokenVerifier<'_, CoreJsonWebKey>,
        claims: &IdTokenClaims<SessionClaims, CoreGenderClaim>,
    ) -> Result<(), Fault> {
        let Some(expected) = claims.access_token_hash() else { return Ok(()) };
        let algorithm = token.signing_alg().map_err(|error| error.to_string())?;
        let key = token.signing_key(verifier).map_err(|error| error.to_string())?;
        let made = AccessTokenHash::from_token(self.access_token, algorithm, key);
        if made.map_err(|error| error.to_string())? == *expected {
            Ok(())
        } else {
            Err("at_hash is that of another access token".to_owned().into())
        }
    }
}

fn said(claims: &IdTokenClaims<SessionClaims, CoreGenderClaim>) -> Said {
    Said {
        subject: claims.subject().to_string(),
        sid: claims.additional_claims().sid.clone(),
        email: claims.email().map(|email| email.to_string()),
        is_verified: claims.email_verified(),
        name: claims.name().and_then(|name| name.get(None)).map(|name| Secret::new(name.to_string())),
        is_multiple: is_multiple(claims),
    }
}

/// Whether the person was recognised by more than one thing: `amr` says so (RFC 8176, 2), or `acr` is a word that means it.
fn is_multiple(claims: &IdTokenClaims<SessionClaims, CoreGenderClaim>) -> bool {
    let methods = claims.auth_method_refs().into_iter().flatten();
    let level = claims.auth_context_ref().map(|level| level.as_str());
    methods.into_iter().any(|method| method.as_str() == "mfa")
        || level.is_some_and(|level| LEVELS.contains(&level))
}
