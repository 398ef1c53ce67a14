//! Clients' keys, made for a run.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair};
use rsa::RsaPrivateKey;
use rsa::pkcs1::EncodeRsaPrivateKey;
use serde_json::{Value, json};

/// RSA keys take long to make: all tests share two.
static RSA: LazyLock<[RsaPrivateKey; 2]> =
    LazyLock::new(|| [(); 2].map(|()| RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2048).unwrap()));

/// A key pair.
pub struct Key {
    pub algorithm: Algorithm,
    pub private: EncodingKey,
    /// As a member of a key set.
    pub public: Value,
}

impl Key {
    /// A key for the algorithm.
    pub fn made(algorithm: Algorithm) -> Self {
        if algorithm == Algorithm::ES384 {
            return Self::of(algorithm, elliptic());
        }
        Self::of(algorithm, EncodingKey::from_rsa_der(RSA[0].to_pkcs1_der().unwrap().as_bytes()))
    }

    /// An RSA key that nobody registers.
    pub fn strange() -> Self {
        Self::of(Algorithm::RS384, EncodingKey::from_rsa_der(RSA[1].to_pkcs1_der().unwrap().as_bytes()))
    }

    fn of(algorithm: Algorithm, private: EncodingKey) -> Self {
        let mut public = serde_json::to_value(Jwk::from_encoding_key(&private, algorithm).unwrap()).unwrap();
        public["kid"] = "one".into();
        Self { algorithm, private, public }
    }

    /// Signs claims.
    pub fn sign(&self, claims: &Value) -> String {
        self.sign_with(&self.header(), claims)
    }

    pub fn sign_with(&self, header: &Header, claims: &Value) -> String {
        encode(header, claims, &self.private).unwrap()
    }

    pub fn header(&self) -> Header {
        Header { kid: Some("one".to_owned()), ..Header::new(self.algorithm) }
    }
}

fn elliptic() -> EncodingKey {
    let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, &SystemRandom::new()).unwrap();
    EncodingKey::from_ec_der(made.as_ref())
}

/// A token with this header and nothing to show for it.
pub fn unsigned(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.", part(header), part(claims))
}

/// HS256 with the public key as the secret, as it is written in the key set.
pub fn confused(public: &Value, claims: &Value) -> String {
    let header = Header { kid: Some("one".to_owned()), ..Header::new(Algorithm::HS256) };
    let secret = URL_SAFE_NO_PAD.decode(public["n"].as_str().unwrap_or_default()).unwrap();
    encode(&header, claims, &EncodingKey::from_secret(&secret)).unwrap()
}

/// The header of `alg: none`.
pub fn none() -> Value {
    json!({ "alg": "none", "typ": "JWT", "kid": "one" })
}
