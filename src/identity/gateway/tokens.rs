//! Access tokens of applications: JSON Web Tokens (RFC 7519) signed with Ed25519 (RFC 8037).
//!
//! The algorithm is fixed; what a token's header says of it is not followed. A token tells which organisations the application was linked
//! to when it was made; what it opens is decided by the links that there are when it is used.

use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::applications::Admitted;
use crate::core::Secret;
use crate::identity::Identity;
use crate::identity::session_tokens::SigningFailed;

/// The name of the seed that the key is made of.
pub const KEY: &str = "application-token";
/// How many bytes it has.
pub const SEED_BYTES: usize = 32;
/// How long a token is good for.
pub const LIFETIME_S: i64 = 3600;
/// Who the tokens are for.
const AUDIENCE: &str = "smartz-connect";
/// What precedes the seed in PKCS#8 (RFC 8410, 7).
const PKCS8: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// Signs and checks the tokens.
#[derive(Clone)]
pub struct ApplicationTokens {
    issuer: String,
    signing: EncodingKey,
    checking: DecodingKey,
}

/// Whom a token was made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bearer {
    /// The application.
    pub application: Uuid,
    /// From when on it is good for nothing, in seconds since 1970.
    pub until: i64,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: Uuid,
    org: Vec<String>,
    iat: i64,
    exp: i64,
    jti: Uuid,
}

impl ApplicationTokens {
    /// Tokens of the server at `public_url`, signed by the key that the seed makes.
    ///
    /// # Errors
    /// When it is no seed.
    pub fn new(public_url: &str, seed: &Secret<Vec<u8>>) -> Result<Self, SigningFailed> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.expose()).map_err(|_| SigningFailed)?;
        let private: Vec<u8> = PKCS8.iter().chain(seed.expose()).copied().collect();
        Ok(Self {
            issuer: format!("{public_url}/smartz"),
            signing: EncodingKey::from_ed_der(&private),
            checking: DecodingKey::from_ed_der(pair.public_key().as_ref()),
        })
    }

    fn issue(&self, to: &Admitted, now: DateTime<Utc>, jti: Uuid) -> Result<Secret<String>, SigningFailed> {
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: AUDIENCE.to_owned(),
            sub: to.application.id,
            org: to.links.iter().map(|link| link.organization.clone()).collect(),
            iat: now.timestamp(),
            exp: now.timestamp().saturating_add(LIFETIME_S),
            jti,
        };
        let token = encode(&Header::new(Algorithm::EdDSA), &claims, &self.signing);
        token.map(Secret::new).map_err(|_| SigningFailed)
    }

    fn check(&self, token: &str, now: DateTime<Utc>) -> Option<Bearer> {
        let mut rules = Validation::new(Algorithm::EdDSA);
        rules.set_issuer(&[&self.issuer]);
        rules.set_audience(&[AUDIENCE]);
        rules.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
        // Time is judged below, by the clock that was passed in.
        rules.validate_exp = false;
        let claims = decode::<Claims>(token, &self.checking, &rules).ok()?.claims;
        let is_good = claims.iat <= now.timestamp() && now.timestamp() < claims.exp;
        is_good.then_some(Bearer { application: claims.sub, until: claims.exp })
    }
}

impl Identity {
    /// A token for an application that has shown to be that.
    ///
    /// # Errors
    /// When signing fails.
    pub fn application_token(&self, to: &Admitted) -> Result<Secret<String>, SigningFailed> {
        self.application_tokens.issue(to, self.clock.now(), self.ids.uuid())
    }

    /// Whom a token was made for; none when it is not ours, altered, or not good now.
    #[must_use]
    pub fn bearer_of_application_token(&self, token: &str) -> Option<Bearer> {
        self.application_tokens.check(token, self.clock.now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::gateway::{Application, Link};

    fn tokens(url: &str, seed: u8) -> ApplicationTokens {
        ApplicationTokens::new(url, &Secret::new(vec![seed; SEED_BYTES])).unwrap()
    }

    fn admitted() -> Admitted {
        let id = Uuid::from_u128(7);
        let application = Application {
            tenant: 1,
            id,
            account: Uuid::from_u128(8),
            name: "n".to_owned(),
            kind: "web".to_owned(),
            key_hash: String::new(),
            created_at: DateTime::default(),
        };
        let link =
            Link { tenant: 1, organization: "o".to_owned(), application: id, linked_at: DateTime::default() };
        Admitted { application, links: vec![link] }
    }

    #[test]
    fn only_an_unaltered_token_of_this_server_is_good_and_only_in_its_hour() {
        let at = |second: i64| DateTime::from_timestamp(1_800_000_000 + second, 0).unwrap();
        let ours = tokens("https://a.example", 1);
        let token = ours.issue(&admitted(), at(0), Uuid::from_u128(1)).unwrap();
        let token = token.expose().as_str();
        assert_eq!(ours.check(token, at(-1)), None, "from the future");
        assert_eq!(ours.check(token, at(LIFETIME_S)), None, "expired");
        assert_eq!(tokens("https://b.example", 1).check(token, at(0)), None, "another server");
        assert_eq!(tokens("https://a.example", 2).check(token, at(0)), None, "another key");
        let payload = token.split('.').nth(1).unwrap();
        assert_eq!(ours.check(&format!("eyJhbGciOiJub25lIn0.{payload}."), at(0)), None, "alg none");
        assert_eq!(ours.check(&token.replace('.', ""), at(0)), None);
        assert_eq!(ours.check("", at(0)), None);
        let bearer = Bearer { application: Uuid::from_u128(7), until: at(LIFETIME_S).timestamp() };
        assert_eq!(ours.check(token, at(LIFETIME_S - 1)), Some(bearer));
    }

    #[test]
    fn a_token_tells_what_the_application_is_linked_to() {
        use base64::Engine;
        let token = tokens("https://a.example", 1);
        let token = token.issue(&admitted(), DateTime::default(), Uuid::from_u128(1)).unwrap();
        let payload = token.expose().split('.').nth(1).unwrap();
        let payload = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload).unwrap();
        assert_eq!(
            serde_json::from_slice::<serde_json::Value>(&payload).unwrap(),
            serde_json::json!({ "iss": "https://a.example/smartz", "aud": "smartz-connect", "sub": Uuid::from_u128(7), "org": ["o"],
                "iat": 0, "exp": 3600, "jti": Uuid::from_u128(1) })
        );
    }
}
