//! A public RSA key as people send it: one PEM block, SubjectPublicKeyInfo or PKCS#1, or a JSON Web Key.
//! <https://www.rfc-editor.org/rfc/rfc7468#section-13>, <https://www.rfc-editor.org/rfc/rfc8017#appendix-A.1.1>,
//! <https://www.rfc-editor.org/rfc/rfc7518#section-6.3>

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rsa::pkcs1::EncodeRsaPublicKey;
use rsa::pkcs1::der::Decode;
use rsa::pkcs1::der::asn1::UintRef;
use rsa::pkcs1::{self, DecodeRsaPublicKey};
use rsa::pkcs8::{EncodePublicKey, LineEnding, SubjectPublicKeyInfoRef};
use rsa::{BigUint, RsaPublicKey};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Bits of the modulus: what is safe (RFC 7518, 3.3) and can be checked in little time.
const BITS: std::ops::RangeInclusive<usize> = 2048..=4096;

/// Most characters of a number in a JSON Web Key: twice what the largest modulus has.
const LONGEST_NUMBER: usize = 1_400;

/// A public key that signatures can be checked by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RsaKey {
    /// SubjectPublicKeyInfo as PEM.
    pem: String,
    /// SHA-256 of its DER, hexadecimal.
    fingerprint: String,
}

/// Why a text is no such key.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Not PEM, or another number of blocks than one.
    #[error("must be one PEM block, BEGIN PUBLIC KEY or BEGIN RSA PUBLIC KEY")]
    NotPem,
    /// A JSON Web Key without what an RSA key has.
    #[error("must be a JSON Web Key with kty RSA, n and e, where it is JSON")]
    NotJwk,
    /// A key that only its owner may know.
    #[error("holds a private key: make a new pair, this one was shown to us, and send the public key alone")]
    Private,
    /// A certificate, a request for one, parameters, or a key for something else.
    #[error("must be an RSA public key (BEGIN PUBLIC KEY or BEGIN RSA PUBLIC KEY)")]
    NotRsa,
    /// The block is not what its label says.
    #[error("is not what its label says: it cannot be read")]
    Garbled,
    /// Too short or too long.
    #[error("must have 2048 to 4096 bits, and has {0}")]
    Bits(usize),
    /// The exponent or the modulus is none that RSA can use.
    #[error("has an exponent or a modulus that no RSA key has")]
    Numbers,
}

impl RsaKey {
    /// Reads a key.
    ///
    /// # Errors
    /// Why it is none.
    pub fn parse(text: &str) -> Result<Self, Unfit> {
        // Whatever else is in it: who sends this has to know first.
        if text.contains("PRIVATE KEY") {
            return Err(Unfit::Private);
        }
        let key = if text.trim_start().starts_with('{') { of_jwk(text) } else { of_pem(text) }?;
        let der = key.to_public_key_der().map_err(|_| Unfit::Garbled)?;
        let pem = key.to_public_key_pem(LineEnding::LF).map_err(|_| Unfit::Garbled)?;
        Ok(Self { pem, fingerprint: hex::encode(Sha256::digest(der.as_bytes())) })
    }

    /// SHA-256 of the key's DER in hexadecimal, as `openssl pkey -pubin -outform DER | sha256sum` tells it.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The key as PEM, written in the one way.
    #[must_use]
    pub fn into_pem(self) -> String {
        self.pem
    }
}

fn of_pem(text: &str) -> Result<RsaPublicKey, Unfit> {
    let blocks = pem::parse_many(text).map_err(|_| Unfit::NotPem)?;
    let [block] = blocks.as_slice() else { return Err(Unfit::NotPem) };
    match block.tag() {
        "PUBLIC KEY" => of_spki(block.contents()),
        "RSA PUBLIC KEY" => of_pkcs1(block.contents()),
        _ => Err(Unfit::NotRsa),
    }
}

fn of_jwk(text: &str) -> Result<RsaPublicKey, Unfit> {
    let key: Value = serde_json::from_str(text).map_err(|_| Unfit::NotJwk)?;
    if ["d", "p", "q", "dp", "dq", "qi", "oth"].iter().any(|name| key.get(name).is_some()) {
        return Err(Unfit::Private);
    }
    if key.get("kty").and_then(Value::as_str) != Some("RSA") {
        return Err(Unfit::NotJwk);
    }
    let number = |name: &str| {
        let digits = key.get(name).and_then(Value::as_str).filter(|digits| digits.len() <= LONGEST_NUMBER);
        let bytes = digits.and_then(|digits| URL_SAFE_NO_PAD.decode(digits).ok());
        bytes
            .filter(|bytes| !bytes.is_empty())
            .map(|bytes| BigUint::from_bytes_be(&bytes))
            .ok_or(Unfit::NotJwk)
    };
    let (modulus, exponent) = (number("n")?, number("e")?);
    if !BITS.contains(&modulus.bits()) {
        return Err(Unfit::Bits(modulus.bits()));
    }
    let key = RsaPublicKey::new(modulus, exponent).map_err(|_| Unfit::Numbers)?;
    // From here on as any other, with the same rules.
    let der = key.to_pkcs1_der().map_err(|_| Unfit::Numbers)?;
    of_pkcs1(der.as_bytes())
}

fn of_spki(der: &[u8]) -> Result<RsaPublicKey, Unfit> {
    let info = SubjectPublicKeyInfoRef::try_from(der).map_err(|_| Unfit::Garbled)?;
    if info.algorithm.oid != pkcs1::ALGORITHM_OID {
        return Err(Unfit::NotRsa);
    }
    of_pkcs1(info.subject_public_key.as_bytes().ok_or(Unfit::Garbled)?)
}

fn of_pkcs1(der: &[u8]) -> Result<RsaPublicKey, Unfit> {
    let key = pkcs1::RsaPublicKey::from_der(der).map_err(|_| Unfit::Garbled)?;
    let bits = bits(key.modulus);
    if !BITS.contains(&bits) {
        return Err(Unfit::Bits(bits));
    }
    // Products of odd primes, and what has an inverse modulo an even number, are odd; with 1 as exponent everything signs itself.
    let is_odd = |number: UintRef<'_>| number.as_bytes().last().is_some_and(|byte| byte % 2 == 1);
    if !is_odd(key.modulus) || !is_odd(key.public_exponent) {
        return Err(Unfit::Numbers);
    }
    RsaPublicKey::from_pkcs1_der(der).map_err(|_| Unfit::Numbers)
}

/// Bits of a number whose leading zeros are gone.
fn bits(number: UintRef<'_>) -> usize {
    let bytes = number.as_bytes();
    let first = bytes.first().map_or(8, |byte| byte.leading_zeros());
    bytes.len().saturating_mul(8).saturating_sub(usize::try_from(first).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use rsa::pkcs1::EncodeRsaPrivateKey;
    use rsa::pkcs8::EncodePrivateKey;
    use serde_json::json;

    use super::*;

    /// A number of so many bits, odd; that nobody knows its factors does not matter here.
    fn number(bits: usize) -> BigUint {
        (BigUint::from(1_u8) << (bits - 1)) + BigUint::from(1_u8)
    }

    fn key(bits: usize, exponent: u64) -> RsaPublicKey {
        RsaPublicKey::new_unchecked(number(bits), BigUint::from(exponent))
    }

    fn spki(key: &RsaPublicKey) -> String {
        key.to_public_key_pem(LineEnding::LF).unwrap()
    }

    #[test]
    fn a_private_key_is_named_as_such_wherever_it_stands() {
        let pair = rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 512).unwrap();
        let pkcs1 = pair.to_pkcs1_pem(LineEnding::LF).unwrap();
        let pkcs8 = pair.to_pkcs8_pem(LineEnding::LF).unwrap();
        for text in [
            pkcs1.to_string(),
            pkcs8.to_string(),
            format!("{}{}", spki(&key(2048, 65537)), *pkcs8),
            "-----BEGIN ENCRYPTED PRIVATE KEY-----".to_owned(),
            "-----BEGIN OPENSSH PRIVATE KEY-----".to_owned(),
            "-----BEGIN EC PRIVATE KEY-----".to_owned(),
        ] {
            assert_eq!(RsaKey::parse(&text), Err(Unfit::Private));
        }
    }

    #[test]
    fn what_is_no_rsa_key_is_told_apart() {
        let good = spki(&key(2048, 65537));
        let twice = format!("{good}{good}");
        for text in ["", "AQAB", "ssh-rsa AAAAB3NzaC1yc2E", "\0", good.trim_end_matches(['-', '\n']), &twice]
        {
            assert_eq!(RsaKey::parse(text), Err(Unfit::NotPem), "{text}");
        }
        let block = |label: &str, bytes: &[u8]| pem::encode(&pem::Pem::new(label, bytes));
        assert_eq!(RsaKey::parse(&block("CERTIFICATE", b"x")), Err(Unfit::NotRsa));
        // An EC key on P-256, whose point is none.
        let elliptic = [
            &[0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08][..],
            &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04],
            &[7; 64],
        ]
        .concat();
        assert_eq!(RsaKey::parse(&block("PUBLIC KEY", &elliptic)), Err(Unfit::NotRsa));
        for label in ["PUBLIC KEY", "RSA PUBLIC KEY"] {
            assert_eq!(RsaKey::parse(&block(label, &[0x30, 0x82, 0xff])), Err(Unfit::Garbled), "{label}");
        }
        let mislabelled = key(2048, 65537).to_pkcs1_der().unwrap();
        assert_eq!(RsaKey::parse(&block("PUBLIC KEY", mislabelled.as_bytes())), Err(Unfit::Garbled));
        let longer = [mislabelled.as_bytes(), b"more"].concat();
        assert_eq!(RsaKey::parse(&block("RSA PUBLIC KEY", &longer)), Err(Unfit::Garbled));
    }

    #[test]
    fn weak_and_endless_numbers_are_refused() {
        for bits in [1024, 2040, 2047, 4097, 8192] {
            assert_eq!(RsaKey::parse(&spki(&key(bits, 65537))), Err(Unfit::Bits(bits)));
        }
        let even = RsaPublicKey::new_unchecked(number(2048) + BigUint::from(1_u8), BigUint::from(65537_u32));
        for key in
            [key(2048, 0), key(2048, 1), key(2048, 2), key(2048, 65536), key(2048, (1 << 33) + 1), even]
        {
            assert_eq!(RsaKey::parse(&spki(&key)), Err(Unfit::Numbers), "{key:?}");
        }
    }

    fn jwk(key: &RsaPublicKey) -> Value {
        let text = |number: &BigUint| URL_SAFE_NO_PAD.encode(number.to_bytes_be());
        json!({ "kty": "RSA", "n": text(rsa::traits::PublicKeyParts::n(key)), "e": text(rsa::traits::PublicKeyParts::e(key)) })
    }

    #[test]
    fn a_json_web_key_is_held_against_the_same_rules() {
        let good = jwk(&key(2048, 65537));
        let with = |name: &str, value: Value| {
            let mut changed = good.clone();
            changed[name] = value;
            RsaKey::parse(&changed.to_string())
        };
        assert_eq!(with("d", json!("AQAB")), Err(Unfit::Private));
        for (name, value) in [
            ("kty", json!("EC")),
            ("n", json!("*")),
            ("n", json!("")),
            ("e", json!(65537)),
            ("n", json!("A".repeat(1_401))),
        ] {
            assert_eq!(with(name, value), Err(Unfit::NotJwk), "{name}");
        }
        for text in ["{", "{}", r#"{"keys":[]}"#] {
            assert_eq!(RsaKey::parse(text), Err(Unfit::NotJwk), "{text}");
        }
        assert_eq!(RsaKey::parse(&jwk(&key(1024, 65537)).to_string()), Err(Unfit::Bits(1024)));
        assert_eq!(with("e", json!("Ag")), Err(Unfit::Numbers));
        assert_eq!(RsaKey::parse(&good.to_string()), RsaKey::parse(&spki(&key(2048, 65537))));
    }

    #[test]
    fn both_forms_of_a_key_are_the_same_key() {
        for bits in [2048, 3072, 4096] {
            let key = key(bits, 65537);
            let read = RsaKey::parse(&spki(&key)).unwrap();
            let pkcs1 = key.to_pkcs1_pem(LineEnding::CRLF).unwrap();
            assert_eq!(RsaKey::parse(&format!("\r\n{pkcs1}\r\n")), Ok(read.clone()));
            let der = key.to_public_key_der().unwrap();
            assert_eq!(read.fingerprint(), hex::encode(Sha256::digest(der.as_bytes())));
            assert_eq!(read.into_pem(), spki(&key));
        }
    }
}
