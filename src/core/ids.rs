//! The one source of chance: ids and random secrets.

use std::sync::atomic::{AtomicU32, Ordering};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use rand::RngCore;
use uuid::{Builder, Uuid};

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

    /// The id of a row that is about this moment: it opens with it to the microsecond, as far as version 7 has room, so that a time is a
    /// place among such ids. Those that this process makes for one moment come in the order of their making.
    #[must_use]
    pub fn uuid_of(self, moment: DateTime<Utc>) -> Uuid {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let micros = u64::try_from(moment.timestamp_micros()).unwrap_or_default();
        let (millis, within) = (micros / 1_000, u16::try_from(micros % 1_000).unwrap_or_default());
        let mut rest = [0; 10];
        let parts = within.to_be_bytes().into_iter().chain([0]);
        // The first bits of the third byte are the variant's.
        let count = COUNT.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        let chance = self.random_bytes(3);
        rest.iter_mut().zip(parts.chain(count).chain(chance)).for_each(|(into, byte)| *into = byte);
        Builder::from_unix_timestamp_millis(millis, &rest).into_uuid()
    }

    /// The first of all ids that [`Self::uuid_of`] makes of this millisecond and later ones.
    #[must_use]
    pub fn first_of(self, moment: DateTime<Utc>) -> Uuid {
        let millis = u64::try_from(moment.timestamp_millis()).unwrap_or_default();
        Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ids_of_moments_have_their_order() {
        let at = |micros| DateTime::from_timestamp_micros(micros).unwrap();
        let moments = [0, 1, 999, 1_000, 1_800_000_000_000_000, 1_800_000_000_000_001, 1_800_000_000_000_999];
        let ids: Vec<Uuid> =
            moments.iter().flat_map(|micros| (0..300).map(|_| Ids.uuid_of(at(*micros)))).collect();
        assert!(ids.is_sorted() && ids.iter().all(|id| id.get_version_num() == 7));
        let first = Ids.first_of(at(1_800_000_000_000_000));
        assert_eq!(ids.iter().filter(|id| **id < first).count(), 4 * 300);
        assert_eq!(Ids.uuid_of(at(1_800_000_000_123_456)).to_string().split_at(18).0, "01a3185c-507b-71c8");
    }
}
