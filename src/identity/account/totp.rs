//! Time-based codes (RFC 6238), with what every app on a telephone knows: SHA-1, six digits, thirty seconds. Pure.

use chrono::{DateTime, Utc};
use subtle::ConstantTimeEq;
use totp_rs::{Algorithm, TOTP};

/// A code is good for so long.
const STEP_S: u64 = 30;
/// Bytes of a secret: as many as SHA-1 gives (RFC 4226, 4).
pub(super) const SECRET_BYTES: usize = 20;

fn totp(secret: &[u8]) -> Option<TOTP> {
    TOTP::new(Algorithm::SHA1, 6, 1, STEP_S, secret.to_vec()).ok()
}

/// The step of time whose code this is: this one, the one before, or the one after, for clocks are off and people are slow.
pub(super) fn step_of(secret: &[u8], code: &str, now: DateTime<Utc>) -> Option<i64> {
    let totp = totp(secret)?;
    let this = u64::try_from(now.timestamp()).ok()?.checked_div(STEP_S)?;
    let steps = [this.checked_sub(1)?, this, this.checked_add(1)?];
    let is_of = |step: &u64| {
        let right = totp.generate(step.saturating_mul(STEP_S));
        bool::from(right.as_bytes().ct_eq(code.as_bytes()))
    };
    steps.into_iter().find(is_of).and_then(|step| i64::try_from(step).ok())
}

/// The secret, as people type it.
pub(super) fn in_words(secret: &[u8]) -> Option<String> {
    totp(secret).map(|totp| totp.get_secret_base32())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_rfc_and_good_for_a_step_around_theirs() {
        let secret = b"12345678901234567890";
        let at = |second: i64| DateTime::from_timestamp(second, 0).unwrap();
        // RFC 6238, appendix B, of which apps show the last six digits.
        for (second, code, step) in
            [(1_111_111_109, "081804", 37_037_036), (20_000_000_000, "353130", 666_666_666)]
        {
            assert_eq!(step_of(secret, code, at(second)), Some(step));
            assert_eq!(step_of(secret, code, at(second + 30)), Some(step));
            assert_eq!(step_of(secret, code, at(second + 61)), None);
            assert_eq!(step_of(b"another secret of 20", code, at(second)), None);
        }
        for wrong in ["", "8180", "0081804", "08180４"] {
            assert_eq!(step_of(secret, wrong, at(1_111_111_109)), None);
        }
    }
}
