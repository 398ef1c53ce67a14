//! A client's public keys. <https://hl7.org/fhir/smart-app-launch/STU2.2/client-confidential-asymmetric.html#registering-a-client-communicating-public-keys>

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::Value;

/// The algorithms by which a client may sign: those of SMART, and no others.
pub const ALGORITHMS: [Algorithm; 2] = [Algorithm::RS384, Algorithm::ES384];
/// Their names.
pub const ALGORITHM_NAMES: [&str; 2] = ["RS384", "ES384"];

/// Most keys of a client: a few at a time, while one takes the place of another.
const MOST: usize = 20;
/// So many keys of a set that was fetched are looked at.
const MOST_FETCHED: usize = 100;
/// Bits of RSA moduli: 2048 at least (RFC 7518, 3.3), and what can be checked in little time at most.
const MODULUS: std::ops::RangeInclusive<usize> = 2048..=4096;
/// Members of a key that nobody but its owner may know.
const PRIVATE: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "k"];

/// The keys, each with an id and fit for one of [`ALGORITHMS`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientKeys(Vec<Jwk>);

/// Why a key set is not taken.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Not a JSON Web Key Set.
    #[error("the keys are not a JSON Web Key Set (RFC 7517): an object with an array `keys`")]
    NotASet,
    /// None, or too many.
    #[error("a key set has 1 to 20 keys")]
    Number,
    /// A private or symmetric key.
    #[error(
        "the keys must be public ones: one of them holds a secret. Make a new key, this one was shown to us"
    )]
    Private,
    /// No `kid`, or one that another key has.
    #[error("each key needs a `kid` of its own")]
    NoId,
    /// A key for something else.
    #[error("each key must be an RSA key of 2048 to 4096 bits for RS384, or an EC key on P-384 for ES384")]
    Algorithm,
}

impl ClientKeys {
    /// Reads a key set.
    ///
    /// # Errors
    /// Why it is not taken.
    pub fn parse(text: &str) -> Result<Self, Unfit> {
        let value: Value = serde_json::from_str(text).map_err(|_| Unfit::NotASet)?;
        let keys = value.get("keys").and_then(Value::as_array).ok_or(Unfit::NotASet)?;
        if keys.iter().any(|key| PRIVATE.iter().any(|name| key.get(name).is_some())) {
            return Err(Unfit::Private);
        }
        let JwkSet { keys } = serde_json::from_value(value).map_err(|_| Unfit::NotASet)?;
        if !(1..=MOST).contains(&keys.len()) {
            return Err(Unfit::Number);
        }
        for (n, key) in keys.iter().enumerate() {
            let id = key.common.key_id.as_deref().filter(|id| !id.is_empty()).ok_or(Unfit::NoId)?;
            if keys.iter().skip(n.saturating_add(1)).any(|other| other.common.key_id.as_deref() == Some(id)) {
                return Err(Unfit::NoId);
            }
            algorithm(key).ok_or(Unfit::Algorithm)?;
        }
        Ok(Self(keys))
    }

    /// Reads a key set that was fetched: what is in it for other purposes is left out.
    ///
    /// # Errors
    /// When it is none, or tells a secret.
    pub fn fetched(text: &str) -> Result<Self, Unfit> {
        let value: Value = serde_json::from_str(text).map_err(|_| Unfit::NotASet)?;
        let keys = value.get("keys").and_then(Value::as_array).ok_or(Unfit::NotASet)?;
        if keys.iter().any(|key| PRIVATE.iter().any(|name| key.get(name).is_some())) {
            return Err(Unfit::Private);
        }
        let read =
            keys.iter().take(MOST_FETCHED).filter_map(|key| serde_json::from_value::<Jwk>(key.clone()).ok());
        let fit = read.filter(|key| key.common.key_id.is_some() && algorithm(key).is_some());
        Ok(Self(fit.collect()))
    }

    /// The key with this id, when it is one for the algorithm.
    #[must_use]
    pub fn find(&self, id: &str, wanted: Algorithm) -> Option<DecodingKey> {
        let key = self.0.iter().find(|key| key.common.key_id.as_deref() == Some(id))?;
        if algorithm(key) == Some(wanted) { DecodingKey::from_jwk(key).ok() } else { None }
    }
}

/// What a key is for. Its kind decides, so that a header cannot turn a public key into a secret one.
fn algorithm(key: &Jwk) -> Option<Algorithm> {
    let length = |text: &str| URL_SAFE_NO_PAD.decode(text).map_or(0, |bytes| bytes.len());
    if key.common.public_key_use.as_ref().is_some_and(|use_| *use_ != PublicKeyUse::Signature) {
        return None;
    }
    let is_rsa = matches!(&key.algorithm, AlgorithmParameters::RSA(rsa) if MODULUS.contains(&bits(&rsa.n)));
    let is_p384 = matches!(&key.algorithm, AlgorithmParameters::EllipticCurve(point)
        if point.curve == EllipticCurve::P384 && length(&point.x) == 48 && length(&point.y) == 48);
    let (found, name) = match (is_rsa, is_p384) {
        (true, _) => (Algorithm::RS384, KeyAlgorithm::RS384),
        (_, true) => (Algorithm::ES384, KeyAlgorithm::ES384),
        (false, false) => return None,
    };
    let named = key.common.key_algorithm;
    (named.is_none_or(|named| named == name) && DecodingKey::from_jwk(key).is_ok()).then_some(found)
}

/// Bits of a number in base64url. Zeros before it do not count: a short modulus would look long with them.
fn bits(text: &str) -> usize {
    let bytes = URL_SAFE_NO_PAD.decode(text).unwrap_or_default();
    let mut significant = bytes.iter().skip_while(|byte| **byte == 0);
    let first = significant.next().map_or(0, |byte| byte.ilog2().saturating_add(1));
    significant.count().saturating_mul(8).saturating_add(usize::try_from(first).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(keys: Value) -> Result<ClientKeys, Unfit> {
        ClientKeys::parse(&json!({ "keys": keys }).to_string())
    }

    fn rsa(bytes: usize) -> Value {
        json!({ "kty": "RSA", "kid": "a", "e": "AQAB", "n": URL_SAFE_NO_PAD.encode(vec![255; bytes]) })
    }

    fn with(mut key: Value, name: &str, value: &str) -> Value {
        key[name] = value.into();
        key
    }

    #[test]
    fn what_no_client_can_sign_with_is_refused() {
        for text in ["", "[]", "{}", "{\"keys\":{}}", "{\"keys\":[1]}"] {
            assert_eq!(ClientKeys::parse(text).unwrap_err(), Unfit::NotASet, "{text}");
        }
        let padded = URL_SAFE_NO_PAD.encode([vec![0; 128], vec![255; 128]].concat());
        let ec = json!({ "kty": "EC", "crv": "P-256", "kid": "a", "x": "AQ", "y": "AQ" });
        for (keys, fault) in [
            (json!([]), Unfit::Number),
            (Value::from(vec![rsa(256); 21]), Unfit::Number),
            (json!([rsa(256), rsa(256)]), Unfit::NoId),
            (json!([with(rsa(256), "kid", "")]), Unfit::NoId),
            (json!([with(rsa(256), "d", "AQ")]), Unfit::Private),
            (json!([{ "kty": "oct", "kid": "a", "k": "AQ" }]), Unfit::Private),
            (json!([rsa(128)]), Unfit::Algorithm),
            (json!([with(rsa(128), "n", &padded)]), Unfit::Algorithm),
            (json!([rsa(1024)]), Unfit::Algorithm),
            (json!([with(rsa(256), "alg", "RS256")]), Unfit::Algorithm),
            (json!([with(rsa(256), "use", "enc")]), Unfit::Algorithm),
            (json!([ec]), Unfit::Algorithm),
        ] {
            assert_eq!(parse(keys).unwrap_err(), fault);
        }
    }

    #[test]
    fn of_what_is_fetched_the_fit_keys_are_taken() {
        let fetched = |keys: Value| ClientKeys::fetched(&json!({ "keys": keys }).to_string());
        assert_eq!(ClientKeys::fetched("{}").unwrap_err(), Unfit::NotASet);
        assert_eq!(fetched(json!([rsa(256), with(rsa(256), "d", "AQ")])).unwrap_err(), Unfit::Private);
        let mixed = json!([1, { "kty": "new" }, with(rsa(256), "use", "enc"), with(rsa(256), "kid", "b")]);
        let keys = fetched(mixed).unwrap();
        assert!(keys.find("a", Algorithm::RS384).is_none() && keys.find("b", Algorithm::RS384).is_some());
    }

    #[test]
    fn a_key_is_found_by_its_id_for_its_algorithm_alone() {
        let keys = parse(json!([with(with(rsa(256), "alg", "RS384"), "use", "sig")])).unwrap();
        assert!(keys.find("a", Algorithm::RS384).is_some());
        assert!(keys.find("a", Algorithm::ES384).is_none() && keys.find("a", Algorithm::HS256).is_none());
        assert!(keys.find("b", Algorithm::RS384).is_none());
    }
}
