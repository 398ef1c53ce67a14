//! Short-lived JSON Web Tokens of people who signed in to a vendor surface (RFC 7519).
//!
//! HS256 with a key of the surface's own: issuer, audience and key differ from surface to surface, so that a token of one is
//! unknown at every other (contract X-03). The algorithm is fixed; what a token's header says of it is not followed.

use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Surface;
use crate::core::Secret;
use crate::storage::TenantId;

/// How long a token is good for (contract SS-06: an hour at most).
pub const LIFETIME_S: i64 = 3600;

/// Signs and checks the tokens of one surface, or of one of its regions.
#[derive(Clone)]
pub struct SessionTokens {
    issuer: String,
    audience: String,
    signing: EncodingKey,
    checking: DecodingKey,
}

/// Who signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// The account's tenant.
    pub tenant: TenantId,
    /// The account.
    pub account: Uuid,
    /// When the token was issued, in seconds since 1970.
    pub issued_at: i64,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: Uuid,
    /// What the account may do where it was issued, for whoever reads it; what holds is what the account has when it is used.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<String>,
    tid: i64,
    iat: i64,
    exp: i64,
    jti: Uuid,
}

/// A token could not be signed.
#[derive(Debug, thiserror::Error)]
#[error("a token could not be signed")]
pub struct SigningFailed;

impl SessionTokens {
    /// Tokens of `surface`, issued by the server at `public_url`.
    #[must_use]
    pub fn new(surface: Surface, public_url: &str, key: &Secret<Vec<u8>>) -> Self {
        Self::for_audience(format!("{public_url}/{}", surface.as_str()), surface.as_str().to_owned(), key)
    }

    /// Tokens from this issuer for this audience.
    #[must_use]
    pub fn for_audience(issuer: String, audience: String, key: &Secret<Vec<u8>>) -> Self {
        Self {
            issuer,
            audience,
            signing: EncodingKey::from_secret(key.expose()),
            checking: DecodingKey::from_secret(key.expose()),
        }
    }

    /// Signs a token with the id `jti`, good from the session's beginning for [`LIFETIME_S`]. It tells a role where the surface has some.
    ///
    /// # Errors
    /// When signing fails.
    pub fn issue(
        &self,
        session: Session,
        role: Option<&str>,
        jti: Uuid,
    ) -> Result<Secret<String>, SigningFailed> {
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
            sub: session.account,
            role: role.map(str::to_owned),
            tid: session.tenant.number(),
            iat: session.issued_at,
            exp: session.issued_at.saturating_add(LIFETIME_S),
            jti,
        };
        encode(&Header::new(Algorithm::HS256), &claims, &self.signing)
            .map(Secret::new)
            .map_err(|_| SigningFailed)
    }

    /// Who the token was issued to; none when it is not ours, altered, or not good at `now`.
    #[must_use]
    pub fn check(&self, token: &str, now: DateTime<Utc>) -> Option<Session> {
        let mut rules = Validation::new(Algorithm::HS256);
        rules.set_issuer(&[&self.issuer]);
        rules.set_audience(&[&self.audience]);
        rules.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
        // Time is judged below, by the clock that was passed in.
        rules.validate_exp = false;
        let claims = decode::<Claims>(token, &self.checking, &rules).ok()?.claims;
        let now = now.timestamp();
        // A token may be of the second that begins next: the first after a new password.
        let good = claims.iat <= now.saturating_add(1) && now < claims.exp;
        let tenant = TenantId::from_row(claims.tid);
        good.then_some(Session { tenant, account: claims.sub, issued_at: claims.iat })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(surface: Surface, url: &str, key: &[u8]) -> SessionTokens {
        SessionTokens::new(surface, url, &Secret::new(key.to_vec()))
    }

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + second, 0).unwrap()
    }

    #[test]
    fn only_an_unaltered_token_of_this_surface_is_good_and_only_in_its_hour() {
        let ours = tokens(Surface::SmartScan, "https://a.example", b"key");
        let (tenant, account) = (TenantId::DEFAULT, Uuid::from_u128(7));
        let session = Session { tenant, account, issued_at: at(0).timestamp() };
        let token = ours.issue(session, None, Uuid::from_u128(1)).unwrap();
        let token = token.expose().as_str();

        assert_eq!(ours.check(token, at(-2)), None, "from the future");
        assert_eq!(ours.check(token, at(-1)), Some(session), "of the next second");
        assert_eq!(ours.check(token, at(LIFETIME_S)), None, "expired");
        assert_eq!(
            tokens(Surface::Operator, "https://a.example", b"key").check(token, at(0)),
            None,
            "other surface"
        );
        assert_eq!(
            tokens(Surface::SmartScan, "https://b.example", b"key").check(token, at(0)),
            None,
            "other server"
        );
        assert_eq!(
            tokens(Surface::SmartScan, "https://a.example", b"other").check(token, at(0)),
            None,
            "other key"
        );
        let unsigned = format!("eyJhbGciOiJub25lIn0.{}.", token.split('.').nth(1).unwrap());
        assert_eq!(ours.check(&unsigned, at(0)), None, "alg none");
        assert_eq!(ours.check("", at(0)), None);
        assert_eq!(ours.check(token, at(LIFETIME_S - 1)), Some(session));
    }
}
