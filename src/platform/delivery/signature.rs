//! Signatures on what is posted: HMAC-SHA256 of the time and the body, so that who gets it can tell that it is ours, whole and fresh.

use chrono::{DateTime, Utc};
use ring::hmac;

/// The signature of a body that is posted at this moment: `t=<seconds since 1970>,v1=<hexadecimal>`. What is signed is the seconds, a dot
/// and the body.
#[must_use]
pub fn signature(secret: &str, at: DateTime<Utc>, body: &str) -> String {
    let seconds = at.timestamp();
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let code = hmac::sign(&key, format!("{seconds}.{body}").as_bytes());
    format!("t={seconds},v1={}", hex::encode(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_of_secret_time_and_body() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let noon = at("2026-11-21T12:00:00Z");
        let of = signature("whsec_a", noon, "{}");
        // printf '1795262400.{}' | openssl dgst -sha256 -hmac whsec_a
        let expected = "t=1795262400,v1=16a43b42c736bdad8a1c6519eb3c6ffc914d09be52654ccb9088963c05cad41d";
        assert_eq!(of, expected);
        for other in [
            signature("whsec_b", noon, "{}"),
            signature("whsec_a", at("2026-11-21T12:00:01Z"), "{}"),
            signature("whsec_a", noon, "{ }"),
        ] {
            assert_ne!(other.split_once(',').unwrap().1, of.split_once(',').unwrap().1);
        }
    }
}
