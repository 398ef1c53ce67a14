//! Passwords: rules, and hashing by Argon2id.

mod rules;

use std::sync::LazyLock;
use std::time::Duration;

use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

pub use rules::{SHORTEST, Weak, check};

use super::{Surface, fingerprint};
use crate::core::Secret;

/// So many passwords are hashed at the same time: each takes 19 MiB and a core, and anybody may ask for it.
static TURNS: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(std::thread::available_parallelism().map_or(2, usize::from)));

/// So long somebody waits for a turn. With more in the queue than are hashed meanwhile, waiting helps nobody.
const PATIENCE: Duration = Duration::from_secs(10);

/// The password as the clients of a surface send it: Hemato's send its SHA-256 (contract HE-20).
#[must_use]
pub fn as_sent(surface: Surface, password: &Secret<String>) -> Secret<String> {
    match surface {
        Surface::Hemato => Secret::new(fingerprint(password.expose())),
        Surface::Fhir | Surface::Operator | Surface::SmartScan | Surface::ImageMedix | Surface::Smartz => {
            password.clone()
        }
    }
}

async fn turn() -> Result<SemaphorePermit<'static>, NotHashed> {
    timeout(PATIENCE, TURNS.acquire()).await.map_err(|_| NotHashed::Busy)?.map_err(|_| NotHashed::Failed)
}

/// Hashes a password. It takes tens of milliseconds of CPU, so it runs off the async threads.
///
/// # Errors
/// When too many others are hashed, or the hash cannot be made.
pub async fn hash(password: Secret<String>) -> Result<String, NotHashed> {
    let turn = turn().await?;
    let hashed = tokio::task::spawn_blocking(move || {
        let salt = SaltString::generate(&mut OsRng);
        argon2().hash_password(password.expose().as_bytes(), &salt).map(|hash| hash.to_string())
    })
    .await;
    drop(turn);
    hashed.map_err(|_| NotHashed::Failed)?.map_err(|_| NotHashed::Failed)
}

/// Whether the password is the hashed one. With no hash (no such account) it takes as long and is false, so that the time
/// of an answer does not tell who has an account.
///
/// # Errors
/// When too many others are hashed.
pub async fn verify(password: Secret<String>, hash: Option<String>) -> Result<bool, NotHashed> {
    /// A hash of nothing that anybody can type, with our parameters.
    const NOBODY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5$hG0bW0Cy1b6Yy0e5cWq6m8q0m4zv2p7v1mJ0y0x5J3k";
    let _turn = turn().await?;
    let verified = tokio::task::spawn_blocking(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
        let same = PasswordHash::new(&hash)
            .is_ok_and(|hash| argon2().verify_password(password.expose().as_bytes(), &hash).is_ok());
        known && same
    })
    .await;
    verified.map_err(|_| NotHashed::Failed)
}

/// Why a password was not hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotHashed {
    /// Too many others are; it may be tried again.
    #[error("too many passwords are hashed at the same time")]
    Busy,
    /// It failed.
    #[error("a password could not be hashed")]
    Failed,
}

/// OWASP's first choice for Argon2id: 19 MiB, two passes, one lane.
fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(19_456, 2, 1, None).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hematos_clients_send_a_hash() {
        let sent = |surface| as_sent(surface, &Secret::new("password".to_owned())).expose().clone();
        let hash = "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8";
        assert_eq!((sent(Surface::Hemato).as_str(), sent(Surface::Smartz).as_str()), (hash, "password"));
    }

    #[tokio::test]
    async fn only_the_same_password_of_a_known_account_verifies() {
        let secret = |text: &str| Secret::new(text.to_owned());
        let hash = hash(secret("correct horse battery")).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_eq!(verify(secret("wrong horse battery"), Some(hash.clone())).await, Ok(false));
        assert_eq!(verify(secret("correct horse battery"), None).await, Ok(false));
        assert_eq!(verify(secret("correct horse battery"), Some(hash)).await, Ok(true));
    }
}
