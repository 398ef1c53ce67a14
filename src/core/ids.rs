//! The one source of chance: ids and random secrets.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::RngCore;
use uuid::Uuid;

/// Makes ids and random strings.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ids;

impl Ids {
    /// A new resource or row id. Version 7 opens with the time, so that new rows land together in an index.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the place that makes ids")]
    pub fn uuid(self) -> Uuid {
        Uuid::now_v7()
    }

    /// `bytes` random bytes from the operating system, as URL-safe base64 without padding.
    #[must_use]
    pub fn random(self, bytes: usize) -> String {
        URL_SAFE_NO_PAD.encode(self.random_bytes(bytes))
    }

    /// `bytes` random bytes from a generator that the operating system seeds.
    #[must_use]
    pub fn random_bytes(self, bytes: usize) -> Vec<u8> {
        let mut buffer = vec![0; bytes];
        rand::rng().fill_bytes(&mut buffer);
        buffer
    }
}
