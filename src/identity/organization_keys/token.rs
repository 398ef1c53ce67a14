//! Tokens that organisations sign by keys of their own: what such a token says, and whether that holds. Pure.
//! <https://www.rfc-editor.org/rfc/rfc7519>
//!
//! A token is judged in two steps. What it says of itself is held against the rules, the clock and the region; only once its signature
//! holds is anything said that somebody had to look up.

use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde_json::{Map, Value};

use super::{KeyAlgorithm, OrganizationKey};

/// The longest text that is looked at.
const LONGEST: usize = 16 * 1024;
/// So long after it was issued a token is good, whatever it says itself.
const LIFETIME_S: i64 = 3600;
/// So far a client's clock may be ahead of ours.
const SKEW_S: i64 = 30;
/// The roles that a token may name.
pub const ROLES: [&str; 4] = ["admin", "user", "device", "service"];

const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const OF_URLS: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, LENIENT);
const OF_MAILS: GeneralPurpose = GeneralPurpose::new(&STANDARD, LENIENT);

/// Why a token does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It is no signed JSON Web Token.
    Malformed,
    /// Its algorithm is none that is taken, or not the key's.
    Algorithm,
    /// A claim is not there, or of the wrong type.
    Claim(&'static str),
    /// Header and claims name different keys.
    Keys,
    /// It is meant for somebody else.
    Audience,
    /// It says that it is of the future.
    Future,
    /// It is good from a later time on only.
    NotYet,
    /// It was issued more than an hour ago.
    Old,
    /// Its time is over.
    Expired,
    /// It names no role that there is.
    Role,
    /// No key that may sign has signed it.
    Signature,
    /// It is not from the organisation whose key signed it.
    Issuer,
    /// The user is none of the organisation's, or cannot be used.
    Subject,
    /// The user has no permission for the region.
    Region,
    /// It claims a role above that of the user.
    RoleAbove,
    /// It is a session's, and that is over.
    Session,
}

impl Reason {
    /// The word for it.
    #[must_use]
    pub fn code(self) -> String {
        let word = match self {
            Self::Malformed => "malformed_token",
            Self::Algorithm => "algorithm_not_allowed",
            Self::Claim(name) => return format!("missing_or_wrong_claim:{name}"),
            Self::Keys => "kid_conflict",
            Self::Audience => "aud_mismatch",
            Self::Future => "iat_in_the_future",
            Self::NotYet => "nbf_in_the_future",
            Self::Old => "expired_older_than_an_hour",
            Self::Expired => "expired",
            Self::Role => "unknown_role",
            Self::Signature => "signature_not_verified",
            Self::Issuer => "iss_mismatch",
            Self::Subject => "sub_unknown",
            Self::Region => "region_not_permitted",
            Self::RoleAbove => "role_not_permitted",
            Self::Session => "session_ended",
        };
        word.to_owned()
    }

    /// Whether the token itself is good, and permission is missing.
    #[must_use]
    pub fn is_of_permission(self) -> bool {
        matches!(self, Self::Subject | Self::Region | Self::RoleAbove)
    }
}

/// A token, taken apart; nothing of it is checked.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Its text in the compact form.
    pub text: String,
    /// Its header.
    pub header: Map<String, Value>,
    /// Its claims.
    pub claims: Map<String, Value>,
}

/// What a token claims, in form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// Id of the user.
    pub sub: String,
    /// The organisation.
    pub iss: String,
    /// One of [`ROLES`].
    pub role: String,
    /// The key.
    pub kid: String,
    /// From when on it is good for nothing, in seconds since 1970.
    pub until: i64,
}

impl Opened {
    /// Takes a token apart. One that is wrapped in base64 as a whole is unwrapped once.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() > LONGEST {
            return None;
        }
        let unwrapped = if text.contains('.') { None } else { unwrapped(text) };
        let text = unwrapped.unwrap_or_else(|| text.to_owned());
        let mut parts = text.split('.');
        let (header, claims) = (object(parts.next()?)?, object(parts.next()?)?);
        parts.next()?;
        if parts.next().is_some() {
            return None;
        }
        Some(Self { text, header, claims })
    }

    /// Whether it is signed as sessions' tokens are.
    #[must_use]
    pub fn is_of_session(&self) -> bool {
        self.header.get("alg").and_then(Value::as_str) == Some("HS256")
    }

    /// Holds what it says of itself against the rules.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn claimed(&self, audiences: &[String], now: DateTime<Utc>) -> Result<Claimed, Vec<Reason>> {
        let mut reasons = Vec::new();
        let alg = self.header.get("alg").and_then(Value::as_str).unwrap_or_default();
        if KeyAlgorithm::parse(alg).is_none() || self.header.contains_key("crit") {
            reasons.push(Reason::Algorithm);
        }
        let mut text = |name: &'static str| {
            let found = self.claims.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
            if found.is_none() {
                reasons.push(Reason::Claim(name));
            }
            found.unwrap_or_default().to_owned()
        };
        let (_, iss, sub, role) = (text("jti"), text("iss"), text("sub"), text("role"));
        if !role.is_empty() && !ROLES.contains(&role.as_str()) {
            reasons.push(Reason::Role);
        }
        let kid = self.kid(&mut reasons);
        self.judge_audience(audiences, &mut reasons);
        let until = self.judge_time(now.timestamp(), &mut reasons);
        if reasons.is_empty() { Ok(Claimed { sub, iss, role, kid, until }) } else { Err(reasons) }
    }

    /// The key that it names, among its claims or in its header.
    fn kid(&self, reasons: &mut Vec<Reason>) -> String {
        let of = |part: &Map<String, Value>| part.get("kid").cloned();
        let (named, other) = match (of(&self.claims), of(&self.header)) {
            (Some(named), other) => (Some(named), other),
            (None, other) => (other, None),
        };
        if named.is_some() && other.is_some() && named != other {
            reasons.push(Reason::Keys);
        }
        match named {
            Some(Value::String(kid)) if !kid.is_empty() => kid,
            Some(_) | None => {
                reasons.push(Reason::Claim("kid"));
                String::new()
            }
        }
    }

    fn judge_audience(&self, audiences: &[String], reasons: &mut Vec<Reason>) {
        let is_ours = |one: &Value| one.as_str().is_some_and(|one| audiences.iter().any(|ours| ours == one));
        match self.claims.get("aud") {
            Some(Value::String(_)) if self.claims.get("aud").is_some_and(is_ours) => {}
            Some(Value::Array(several)) if several.iter().any(is_ours) => {}
            Some(Value::String(_) | Value::Array(_)) => reasons.push(Reason::Audience),
            Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)) | None => {
                reasons.push(Reason::Claim("aud"));
            }
        }
    }

    fn judge_time(&self, now: i64, reasons: &mut Vec<Reason>) -> i64 {
        let mut date = |name: &'static str| {
            let found = self.claims.get(name).and_then(seconds);
            if found.is_none() {
                reasons.push(Reason::Claim(name));
            }
            found
        };
        let (iat, exp) = (date("iat"), date("exp"));
        // Nobody has to say it; whoever does is believed (RFC 7519, 4.1.5).
        let begins = if self.claims.contains_key("nbf") { date("nbf") } else { None };
        if begins.is_some_and(|nbf| nbf > now.saturating_add(SKEW_S)) {
            reasons.push(Reason::NotYet);
        }
        if let Some(iat) = iat {
            if iat > now.saturating_add(SKEW_S) {
                reasons.push(Reason::Future);
            }
            if now.saturating_sub(iat) > LIFETIME_S {
                reasons.push(Reason::Old);
            }
        }
        if exp.is_some_and(|exp| exp <= now) {
            reasons.push(Reason::Expired);
        }
        let oldest = iat.unwrap_or_default().saturating_add(LIFETIME_S);
        exp.unwrap_or_default().min(oldest)
    }

    /// Whether this key, which is not revoked, has signed it by the one algorithm that the key is for.
    #[must_use]
    pub fn is_signed_by(&self, key: &OrganizationKey) -> bool {
        let algorithm = match KeyAlgorithm::parse(&key.algorithm) {
            Some(KeyAlgorithm::Rs256) => Algorithm::RS256,
            Some(KeyAlgorithm::Rs384) => Algorithm::RS384,
            None => return false,
        };
        let Ok(checking) = DecodingKey::from_rsa_pem(key.public_key.as_bytes()) else { return false };
        let mut rules = Validation::new(algorithm);
        rules.required_spec_claims.clear();
        rules.validate_aud = false;
        // Time was judged by the clock that was passed in.
        rules.validate_exp = false;
        key.revoked_at.is_none() && decode::<Value>(&self.text, &checking, &rules).is_ok()
    }
}

fn unwrapped(text: &str) -> Option<String> {
    let bytes = OF_URLS.decode(text).or_else(|_| OF_MAILS.decode(text)).ok()?;
    String::from_utf8(bytes).ok().map(|inner| inner.trim().to_owned())
}

fn object(part: &str) -> Option<Map<String, Value>> {
    match serde_json::from_slice(&OF_URLS.decode(part).ok()?) {
        Ok(Value::Object(object)) => Some(object),
        Ok(_) | Err(_) => None,
    }
}

/// A NumericDate (RFC 7519, 2), without its fraction.
fn seconds(value: &Value) -> Option<i64> {
    value.as_number()?.to_string().split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_800_000_000;

    fn text(header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.c2ln", part(header), part(claims))
    }

    fn good() -> Value {
        json!({ "jti": "1", "iss": "lab.example.org", "iat": NOW, "exp": NOW + 600, "aud": ["us.api.hemato.ai"], "sub": "u",
            "role": "user", "kid": "k" })
    }

    fn judged(header: Value, change: impl FnOnce(&mut Value)) -> Result<Claimed, Vec<String>> {
        let mut claims = good();
        change(&mut claims);
        let opened = Opened::read(&text(&header, &claims)).unwrap();
        let now = DateTime::from_timestamp(NOW, 0).unwrap();
        let judged = opened.claimed(&["us.api.hemato.ai".to_owned()], now);
        judged.map_err(|reasons| reasons.into_iter().map(Reason::code).collect())
    }

    #[test]
    fn what_is_no_token_is_not_opened() {
        let claims = text(&json!({}), &good());
        for text in ["", ".", "..", "a.b.c", "e30.e30", "e30.e30.x.y", "bnVsbA.e30.x", &"a".repeat(20_000)] {
            assert!(Opened::read(text).is_none(), "{text}");
        }
        let twice = URL_SAFE_NO_PAD.encode(URL_SAFE_NO_PAD.encode(&claims));
        assert!(Opened::read(&twice).is_none(), "it is unwrapped once");
        for wrapped in
            [URL_SAFE_NO_PAD.encode(&claims), base64::engine::general_purpose::STANDARD.encode(&claims)]
        {
            assert_eq!(Opened::read(&wrapped).unwrap().text, claims);
        }
    }

    #[test]
    fn each_claim_is_judged_by_its_exact_name() {
        for name in ["jti", "iss", "iat", "exp", "aud", "sub", "role", "kid"] {
            let refused =
                |change: &dyn Fn(&mut Value)| judged(json!({ "alg": "RS256" }), |claims| change(claims));
            let missing = refused(&|claims| drop(claims.as_object_mut().unwrap().remove(name))).unwrap_err();
            assert_eq!(missing, [format!("missing_or_wrong_claim:{name}")]);
            for wrong in [json!(null), json!(true), json!({}), json!("")] {
                let refused = refused(&|claims| claims[name] = wrong.clone()).unwrap_err();
                let told =
                    if name == "aud" && wrong == "" { "aud_mismatch".to_owned() } else { missing[0].clone() };
                assert_eq!(refused, [told], "{name} {wrong}");
            }
            let other = refused(&|claims| {
                let value = claims.as_object_mut().unwrap().remove(name).unwrap();
                claims[name.to_uppercase()] = value;
            });
            assert_eq!(other.unwrap_err(), missing);
        }
    }

    #[test]
    fn times_audiences_keys_and_roles_are_judged() {
        let refused = |name: &'static str, value: Value| {
            judged(json!({ "alg": "RS256" }), move |claims| claims[name] = value).err().unwrap_or_default()
        };
        assert_eq!(refused("iat", json!(NOW + 31)), ["iat_in_the_future"]);
        assert_eq!(refused("iat", json!(NOW + 30)), [""; 0]);
        assert_eq!(refused("iat", json!(NOW - 3601)), ["expired_older_than_an_hour"]);
        assert_eq!(refused("iat", json!(NOW - 3600)), [""; 0]);
        assert_eq!(refused("nbf", json!(NOW + 31)), ["nbf_in_the_future"]);
        assert_eq!(refused("nbf", json!("soon")), ["missing_or_wrong_claim:nbf"]);
        assert_eq!(refused("nbf", json!(NOW + 30)), [""; 0]);
        assert_eq!(refused("exp", json!(NOW)), ["expired"]);
        assert_eq!(refused("exp", json!(NOW + 86_400)), [""; 0]);
        for audience in
            [json!("eu.api.hemato.ai"), json!(["US.api.hemato.ai"]), json!([]), json!([["us.api.hemato.ai"]])]
        {
            assert_eq!(refused("aud", audience), ["aud_mismatch"]);
        }
        assert_eq!(refused("aud", json!("us.api.hemato.ai")), [""; 0]);
        assert_eq!(refused("role", json!("Admin")), ["unknown_role"]);
        let conflict = judged(json!({ "alg": "RS256", "kid": "other" }), |_| {});
        assert_eq!(conflict.unwrap_err(), ["kid_conflict"]);
        let header = judged(json!({ "alg": "RS384", "kid": "k" }), |claims| {
            drop(claims.as_object_mut().unwrap().remove("kid"))
        });
        assert_eq!(header.unwrap().kid, "k");
        for alg in ["none", "None", "HS256", "HS384", "ES256", "PS256", "RS512", "rs256", ""] {
            assert_eq!(
                judged(json!({ "alg": alg }), |_| {}).unwrap_err(),
                ["algorithm_not_allowed"],
                "{alg}"
            );
        }
    }

    #[test]
    fn a_token_is_good_for_an_hour_whatever_it_says() {
        let until =
            |exp: i64| judged(json!({ "alg": "RS256" }), |claims| claims["exp"] = exp.into()).unwrap().until;
        assert_eq!((until(NOW + 60), until(NOW + 86_400)), (NOW + 60, NOW + 3600));
    }
}
