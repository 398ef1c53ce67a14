//! `private_key_jwt`: a client shows who it is by what it signs.
//! <https://hl7.org/fhir/smart-app-launch/STU2.2/client-confidential-asymmetric.html#authenticating-to-the-token-endpoint>

use chrono::{DateTime, Utc};
use jsonwebtoken::dangerous::insecure_decode_claims;
use jsonwebtoken::{Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::{Number, Value};
use uuid::Uuid;

use super::client_keys::{ALGORITHMS, ClientKeys};

/// The `client_assertion_type` of such an assertion.
pub const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// So long an assertion is good at most.
const LIFETIME_S: i64 = 300;
/// So far a client's clock may be ahead of ours.
const SKEW_S: i64 = 10;
/// The client has no such key, or not yet.
pub const NO_KEY: &str = "no key of the client has the assertion's kid and alg";
/// Longest text of an assertion, and of its `jti`.
const LONGEST: usize = 16 * 1024;
const LONGEST_ID: usize = 512;

/// An assertion that holds, but may have been used.
#[derive(Debug, PartialEq, Eq)]
pub struct Asserted {
    /// Its `jti`.
    pub id: String,
    /// From when on it is good for nothing.
    pub expires_at: DateTime<Utc>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Value,
    exp: Number,
    iat: Option<Number>,
    nbf: Option<Number>,
    jti: String,
}

#[derive(Deserialize)]
struct Subject {
    sub: String,
}

/// The client that an assertion says it is of; nothing is checked yet.
#[must_use]
pub fn subject(assertion: &str) -> Option<Uuid> {
    let short = Some(assertion).filter(|assertion| assertion.len() <= LONGEST)?;
    let claims: Subject = insecure_decode_claims(short).ok()?;
    Uuid::try_parse(&claims.sub).ok()
}

/// Holds an assertion against what the client registered. `audiences` are the addresses that it may be meant for.
///
/// # Errors
/// What is wrong with it, for the client's developer.
pub fn check(
    assertion: &str,
    client: Uuid,
    keys: &ClientKeys,
    audiences: &[String],
    now: DateTime<Utc>,
) -> Result<Asserted, &'static str> {
    let header = decode_header(assertion).map_err(|_| "the assertion is not a signed JWT")?;
    if !ALGORITHMS.contains(&header.alg) {
        return Err("the assertion must be signed by RS384 or ES384");
    }
    if header.crit.is_some() {
        return Err("the assertion's header has a crit that is not understood");
    }
    let kid = header.kid.as_deref().ok_or("the assertion's header needs a kid")?;
    let key = keys.find(kid, header.alg).ok_or(NO_KEY)?;
    let mut rules = Validation::new(header.alg);
    rules.required_spec_claims.clear();
    rules.validate_aud = false;
    // Time is judged below, by the clock that was passed in.
    rules.validate_exp = false;
    let signed =
        decode::<Value>(assertion, &key, &rules).map_err(|_| "the assertion's signature does not hold")?;
    let claims: Claims = serde_json::from_value(signed.claims)
        .map_err(|_| "the assertion needs iss, sub, aud, exp and jti")?;
    judge(&claims, client, audiences, now)
}

fn judge(
    claims: &Claims,
    client: Uuid,
    audiences: &[String],
    now: DateTime<Utc>,
) -> Result<Asserted, &'static str> {
    let is_client = |id: &str| id == client.to_string();
    if !is_client(&claims.iss) || !is_client(&claims.sub) {
        return Err("the assertion's iss and sub must both be the client_id");
    }
    let is_ours =
        |audience: &Value| audience.as_str().is_some_and(|one| audiences.iter().any(|ours| ours == one));
    if !is_ours(&claims.aud) && !claims.aud.as_array().is_some_and(|several| several.iter().any(is_ours)) {
        return Err("the assertion's aud must be the address of the token endpoint");
    }
    let now_s = now.timestamp();
    let expires_at = date(&claims.exp).ok_or("the assertion's exp is not a date")?;
    if expires_at <= now {
        return Err("the assertion has expired");
    }
    if expires_at.timestamp() > now_s.saturating_add(LIFETIME_S + SKEW_S) {
        return Err("the assertion's exp must be at most five minutes ahead");
    }
    for begin in [&claims.iat, &claims.nbf].into_iter().flatten() {
        let begin = date(begin).ok_or("the assertion's iat or nbf is not a date")?;
        if begin.timestamp() > now_s.saturating_add(SKEW_S) {
            return Err("the assertion's iat or nbf is in the future");
        }
    }
    if claims.jti.is_empty() || claims.jti.len() > LONGEST_ID {
        return Err("the assertion's jti must have 1 to 512 characters");
    }
    Ok(Asserted { id: claims.jti.clone(), expires_at })
}

/// A NumericDate (RFC 7519, 2), without its fraction.
fn date(number: &Number) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(number.to_string().split('.').next()?.parse().ok()?, 0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const CLIENT: Uuid = Uuid::from_u128(7);
    const NOW: i64 = 1_800_000_000;

    fn refusal(change: impl FnOnce(&mut Value)) -> Option<&'static str> {
        let id = CLIENT.to_string();
        let mut claims = json!({ "iss": id, "sub": id, "aud": "https://a.example/oauth/token", "exp": NOW + 300, "jti": "j" });
        change(&mut claims);
        let claims: Claims = serde_json::from_value(claims).unwrap();
        let now = DateTime::from_timestamp(NOW, 0).unwrap();
        judge(&claims, CLIENT, &["https://a.example/oauth/token".to_owned()], now).err()
    }

    #[test]
    fn every_claim_is_judged() {
        let both = "the assertion's iss and sub must both be the client_id";
        let audience = "the assertion's aud must be the address of the token endpoint";
        let future = "the assertion's iat or nbf is in the future";
        for (name, value, fault) in [
            ("iss", json!("https://a.example"), both),
            ("sub", json!(Uuid::from_u128(8).to_string()), both),
            ("aud", json!("https://a.example/oauth/token/"), audience),
            ("aud", json!("https://a.example"), audience),
            ("aud", json!([]), audience),
            ("aud", json!(null), audience),
            ("exp", json!(NOW), "the assertion has expired"),
            ("exp", json!(NOW + 311), "the assertion's exp must be at most five minutes ahead"),
            ("exp", json!(1e300), "the assertion's exp is not a date"),
            ("exp", json!(u64::MAX), "the assertion's exp is not a date"),
            ("iat", json!(NOW + 11), future),
            ("nbf", json!(NOW + 11), future),
            ("jti", json!(""), "the assertion's jti must have 1 to 512 characters"),
            ("jti", json!("j".repeat(513)), "the assertion's jti must have 1 to 512 characters"),
        ] {
            let shown = format!("{name}: {value}");
            assert_eq!(refusal(|claims| claims[name] = value), Some(fault), "{shown}");
        }
        assert_eq!(refusal(|_| {}), None);
        assert_eq!(refusal(|claims| claims["aud"] = json!(["x", "https://a.example/oauth/token"])), None);
        assert_eq!(refusal(|claims| claims["iat"] = json!(1_799_999_999.5)), None);
    }

    #[test]
    fn what_is_no_jwt_has_no_subject() {
        for text in ["", "a", "a.b", "a.b.c", "..", &"x".repeat(LONGEST + 1)] {
            assert_eq!(subject(text), None);
        }
    }
}
