//! What a password must not be. [NIST SP 800-63B, 5.1.1.2]
//!
//! No mixture of letters, digits and signs is asked for: that makes passwords hard to remember, and not hard to guess.
//!
//! [NIST SP 800-63B, 5.1.1.2]: https://pages.nist.gov/800-63-3/sp800-63b.html#memsecretver

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::core::Secret;

/// Fewest characters of a new password.
pub const SHORTEST: usize = 8;
/// Most characters that are hashed; more would only cost time.
const LONGEST: usize = 256;
/// So many digits and signs around a common word make it no other.
const DECORATION: usize = 5;
/// What repeats this many characters or fewer is as short as these.
const REPEATED: usize = 4;

/// What everybody tries first, in lower case: words that are known from many a break-in.
static COMMON: LazyLock<HashSet<&str>> = LazyLock::new(|| include_str!("common.txt").lines().collect());

/// Why a password is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Weak {
    /// Under [`SHORTEST`] characters.
    #[error("the password needs at least 8 characters")]
    Short,
    /// More than anybody types.
    #[error("the password may have at most 256 characters")]
    Long,
    /// Among those that are tried first.
    #[error("the password is one of the most common ones")]
    Common,
    /// The e-mail address, or its first part.
    #[error("the password must not be the e-mail address")]
    Email,
}

/// Holds a new password against the rules.
///
/// # Errors
/// The rule that it breaks.
pub fn check(password: &Secret<String>, email: &str) -> Result<(), Weak> {
    let password = password.expose().to_lowercase();
    let length = password.chars().count();
    let word = undecorated(&password);
    let email = email.to_lowercase();
    let name = email.split('@').next().unwrap_or_default();
    let is = |other: &str| password == other || word == other;
    if length < SHORTEST {
        Err(Weak::Short)
    } else if length > LONGEST {
        Err(Weak::Long)
    } else if is(&email) || is(name) {
        Err(Weak::Email)
    } else if COMMON.contains(password.as_str()) || COMMON.contains(word) || is_pattern(&password) {
        Err(Weak::Common)
    } else {
        Ok(())
    }
}

/// The password without the few digits and signs around it, such as `summer` of `summer2026!`.
fn undecorated(password: &str) -> &str {
    let word = password.trim_matches(|c: char| !c.is_alphabetic());
    let around = password.chars().count().saturating_sub(word.chars().count());
    if around <= DECORATION { word } else { password }
}

/// `12345678`, `hgfedcba`: each character follows the one before by the same step. `abcabcab`: the first ones come again and again.
fn is_pattern(password: &str) -> bool {
    let codes: Vec<i64> = password.chars().map(|c| i64::from(u32::from(c))).collect();
    let is_run = |step: i64| codes.windows(2).all(|pair| matches!(pair, [a, b] if b - a == step));
    let repeats = |period: usize| codes.iter().zip(codes.iter().skip(period)).all(|(one, next)| one == next);
    is_run(1) || is_run(-1) || (1..=REPEATED).any(repeats)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_passwords_are_refused_with_the_reason() {
        for (password, expected) in [
            ("sh0rt!", Err(Weak::Short)),
            ("äöüäöüä", Err(Weak::Short)),
            (&*"long".repeat(65), Err(Weak::Long)),
            ("Password", Err(Weak::Common)),
            ("Password123!", Err(Weak::Common)),
            ("P@ssw0rd1", Err(Weak::Common)),
            ("Summer2026!", Err(Weak::Common)),
            ("!!qwerty1", Err(Weak::Common)),
            ("1q2w3e4r", Err(Weak::Common)),
            ("aaaaaaaaaa", Err(Weak::Common)),
            ("87654321", Err(Weak::Common)),
            ("abcdefghijk", Err(Weak::Common)),
            ("abcabcabca", Err(Weak::Common)),
            ("2026202620262026", Err(Weak::Common)),
            ("Alice.Liddell", Err(Weak::Email)),
            ("alice.liddell99", Err(Weak::Email)),
            ("ALICE.LIDDELL@example.org", Err(Weak::Email)),
            ("correct horse battery", Ok(())),
            ("summer 20261121", Ok(())),
            ("x7Kp!q2W", Ok(())),
        ] {
            assert_eq!(
                check(&Secret::new(password.to_owned()), "Alice.Liddell@Example.org"),
                expected,
                "{password}"
            );
        }
    }

    #[test]
    fn the_list_is_in_lower_case_and_without_gaps() {
        assert!(
            include_str!("common.txt")
                .lines()
                .all(|word| !word.is_empty() && word == word.trim().to_lowercase())
        );
        assert!(COMMON.len() > 300);
    }
}
