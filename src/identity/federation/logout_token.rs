//! What a logout token must be. <https://openid.net/specs/openid-connect-backchannel-1_0.html#Validation>

use chrono::{DateTime, Utc};
use jsonwebtoken::jwk::{JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::{Number, Value};

/// The algorithms by which a provider may sign.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];
/// What makes a token one for logging out.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// So far a provider's clock may be off ours, and so long a token is good at most: its `jti` is remembered.
const SKEW_S: i64 = 60;
const LONGEST_S: i64 = 3600;

/// Whom a provider has signed out.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct LoggedOut {
    /// The token's `jti`.
    pub(super) id: String,
    pub(super) subject: Option<String>,
    pub(super) sid: Option<String>,
    pub(super) expires_at: DateTime<Utc>,
}

/// Why a token does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    #[error("the logout token is not a signed JWT")]
    NotSigned,
    #[error("the logout token is signed with a key that is not published")]
    UnknownKey,
    #[error("the logout token's signature does not hold")]
    Signature,
    #[error("the logout token must have {0}")]
    Claim(&'static str),
}

#[derive(Deserialize)]
struct Claims {
    iss: Option<String>,
    aud: Option<Value>,
    iat: Option<Number>,
    exp: Option<Number>,
    jti: Option<String>,
    sub: Option<String>,
    sid: Option<String>,
    events: Option<Value>,
    nonce: Option<Value>,
}

/// Whom the provider says to be signed out.
pub(super) fn check(
    token: &str,
    keys: Value,
    issuer: &str,
    client: &str,
    now: DateTime<Utc>,
) -> Result<LoggedOut, Fault> {
    let header = decode_header(token).map_err(|_| Fault::NotSigned)?;
    let is_typed = |typ: &String| typ.eq_ignore_ascii_case("logout+jwt") || typ.eq_ignore_ascii_case("jwt");
    if !ALGORITHMS.contains(&header.alg) || header.crit.is_some() || !header.typ.as_ref().is_none_or(is_typed)
    {
        return Err(Fault::NotSigned);
    }
    let keys: JwkSet = serde_json::from_value(keys).map_err(|_| Fault::UnknownKey)?;
    let is_for_signing = |used: &PublicKeyUse| *used == PublicKeyUse::Signature;
    let mut fitting = keys.keys.iter().filter(|key| {
        let is_named = header.kid.is_none() || key.common.key_id == header.kid;
        is_named && key.common.public_key_use.as_ref().is_none_or(is_for_signing)
    });
    let key = fitting.next().filter(|_| fitting.next().is_none()).ok_or(Fault::UnknownKey)?;
    let key = DecodingKey::from_jwk(key).map_err(|_| Fault::UnknownKey)?;
    let mut rules = Validation::new(header.alg);
    rules.required_spec_claims.clear();
    rules.validate_aud = false;
    // Time is judged below, by the clock that was passed in.
    rules.validate_exp = false;
    let signed = decode::<Claims>(token, &key, &rules).map_err(|_| Fault::Signature)?;
    judge(signed.claims, issuer, client, now)
}

fn judge(claims: Claims, issuer: &str, client: &str, now: DateTime<Utc>) -> Result<LoggedOut, Fault> {
    if claims.iss.as_deref() != Some(issuer) {
        return Err(Fault::Claim("the provider as iss"));
    }
    let is_us = |audience: &Value| audience.as_str() == Some(client);
    let is_ours = |audience: &Value| {
        is_us(audience) || audience.as_array().is_some_and(|several| several.iter().any(is_us))
    };
    if !claims.aud.as_ref().is_some_and(is_ours) {
        return Err(Fault::Claim("our client_id as aud"));
    }
    let (now_s, date) =
        (now.timestamp(), |number: &Number| number.to_string().split('.').next()?.parse().ok());
    let issued: Option<i64> = claims.iat.as_ref().and_then(date);
    if !issued.is_some_and(|at| (now_s - LONGEST_S..=now_s + SKEW_S).contains(&at)) {
        return Err(Fault::Claim("an iat of now"));
    }
    let ends: Option<i64> = claims.exp.as_ref().and_then(date);
    let ends = ends.filter(|at| *at > now_s && *at <= now_s + LONGEST_S + SKEW_S);
    let expires_at = ends.and_then(|at| DateTime::from_timestamp(at, 0));
    let expires_at = expires_at.ok_or(Fault::Claim("an exp within the next hour"))?;
    if !claims.events.as_ref().and_then(|events| events.get(EVENT)).is_some_and(Value::is_object) {
        return Err(Fault::Claim("the logout event"));
    }
    if claims.nonce.is_some() {
        return Err(Fault::Claim("no nonce: it could be an id token"));
    }
    if claims.sub.is_none() && claims.sid.is_none() {
        return Err(Fault::Claim("a sub or a sid"));
    }
    let is_id = |id: &String| !id.is_empty() && id.len() <= 512;
    let id = claims.jti.filter(is_id).ok_or(Fault::Claim("a jti of 1 to 512 characters"))?;
    Ok(LoggedOut { id, subject: claims.sub, sid: claims.sid, expires_at })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_800_000_000;

    fn judged(change: impl FnOnce(&mut Value)) -> Result<LoggedOut, Fault> {
        let mut claims = json!({
            "iss": "https://a.example", "aud": "us", "iat": NOW, "exp": NOW + 120, "jti": "j", "sub": "s", "sid": "x",
            "events": { EVENT: {} },
        });
        change(&mut claims);
        let claims = serde_json::from_value(claims).unwrap();
        judge(claims, "https://a.example", "us", DateTime::from_timestamp(NOW, 0).unwrap())
    }

    #[test]
    fn every_claim_is_judged() {
        for (name, value, told) in [
            ("iss", json!("https://b.example"), "the provider as iss"),
            ("iss", json!(null), "the provider as iss"),
            ("aud", json!("them"), "our client_id as aud"),
            ("aud", json!(["them"]), "our client_id as aud"),
            ("iat", json!(null), "an iat of now"),
            ("iat", json!(NOW + 61), "an iat of now"),
            ("iat", json!(NOW - 3601), "an iat of now"),
            ("exp", json!(null), "an exp within the next hour"),
            ("exp", json!(NOW), "an exp within the next hour"),
            ("exp", json!(NOW + 3661), "an exp within the next hour"),
            ("exp", json!(1e300), "an exp within the next hour"),
            ("events", json!(null), "the logout event"),
            ("events", json!({}), "the logout event"),
            ("events", json!({ EVENT: true }), "the logout event"),
            ("events", json!([EVENT]), "the logout event"),
            ("nonce", json!("n"), "no nonce: it could be an id token"),
            ("nonce", json!(1), "no nonce: it could be an id token"),
            ("jti", json!(null), "a jti of 1 to 512 characters"),
            ("jti", json!(""), "a jti of 1 to 512 characters"),
        ] {
            let shown = format!("{name}: {value}");
            assert_eq!(judged(|claims| claims[name] = value), Err(Fault::Claim(told)), "{shown}");
        }
        let nobody = judged(|claims| (claims["sub"], claims["sid"]) = (json!(null), json!(null)));
        assert_eq!(nobody, Err(Fault::Claim("a sub or a sid")));
        assert_eq!(judged(|_| {}).unwrap().sid.as_deref(), Some("x"));
        assert!(judged(|claims| claims["aud"] = json!(["them", "us"])).is_ok());
    }

    #[test]
    fn what_is_not_signed_is_refused() {
        let none = "eyJhbGciOiJub25lIn0.e30.";
        for token in ["", "a.b.c", none] {
            let checked = check(token, json!({ "keys": [] }), "i", "c", DateTime::default());
            assert_eq!(checked, Err(Fault::NotSigned), "{token}");
        }
    }
}
