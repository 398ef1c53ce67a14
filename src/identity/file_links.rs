//! Addresses of files that work without a header, as a page's `<img>` needs them: signed for one account, one file and a short time.
//!
//! An address is a credential of its account for that file. So it ends with the account's right to see the file, with the account, and
//! with its sessions. The same address is given all through an hour, so that what shows it again and again shows the same.

use chrono::{DateTime, Utc};
use ring::hmac;
use uuid::Uuid;

use super::{Account, Caller, Identity, Surface};
use crate::core::Secret;
use crate::storage::{StorageError, TenantId, accounts};

/// An address holds for one such time at least, and for two at most.
const PERIOD_S: i64 = 3600;
/// What the key is kept as.
pub(super) const KEY: &str = "file-links";

/// Signs and checks addresses of files.
#[derive(Clone)]
pub struct FileLinks {
    key: hmac::Key,
}

/// What makes an address work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileLink {
    /// Until when it holds, in seconds since 1970.
    pub until: i64,
    /// The signature.
    pub signature: String,
}

/// Whose address it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Holder {
    tenant: TenantId,
    account: Uuid,
    /// When the account's sessions were ended, in microseconds since 1970.
    sessions_from: i64,
}

impl Holder {
    fn of(account: &Account) -> Self {
        Self {
            tenant: TenantId::from_row(account.tenant),
            account: account.id,
            sessions_from: account.sessions_from.map_or(0, |from| from.timestamp_micros()),
        }
    }
}

impl FileLinks {
    /// Addresses that are signed with this key.
    #[must_use]
    pub fn new(key: &Secret<Vec<u8>>) -> Self {
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, key.expose()) }
    }

    fn sign(&self, surface: Surface, holder: Holder, file: &str, now: DateTime<Utc>) -> FileLink {
        let period = now.timestamp().div_euclid(PERIOD_S);
        let until = period.saturating_add(2).saturating_mul(PERIOD_S);
        let code = hmac::sign(&self.key, message(surface, holder, file, until).as_bytes());
        let Holder { tenant, account, sessions_from } = holder;
        let tenant = tenant.number();
        let signature = format!("{tenant}-{}-{sessions_from}-{}", account.simple(), hex::encode(code));
        FileLink { until, signature }
    }

    /// Whose address it is; none when it was not signed here, for another file, or does not hold at `now`.
    fn check(&self, surface: Surface, file: &str, link: &FileLink, now: DateTime<Utc>) -> Option<Holder> {
        let mut parts = link.signature.splitn(4, '-');
        let tenant = TenantId::from_row(parts.next()?.parse().ok()?);
        let account = Uuid::try_parse(parts.next()?).ok()?;
        let holder = Holder { tenant, account, sessions_from: parts.next()?.parse().ok()? };
        let code = hex::decode(parts.next()?).ok()?;
        let message = message(surface, holder, file, link.until);
        hmac::verify(&self.key, message.as_bytes(), &code).ok()?;
        (now.timestamp() < link.until).then_some(holder)
    }
}

/// What is signed. No part but the last can have the line break that parts it from the next.
fn message(surface: Surface, holder: Holder, file: &str, until: i64) -> String {
    let Holder { tenant, account, sessions_from } = holder;
    format!("{}\n{}\n{account}\n{sessions_from}\n{until}\n{file}", surface.as_str(), tenant.number())
}

impl Identity {
    /// What makes the address of this file work for an account, for an hour at least.
    #[must_use]
    pub fn sign_file(&self, surface: Surface, account: &Account, file: &str) -> FileLink {
        self.file_links.sign(surface, Holder::of(account), file, self.clock.now())
    }

    /// Who may have this file by its address; none when the address does not hold, or its account cannot be used any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn authenticate_file(
        &self,
        surface: Surface,
        file: &str,
        link: &FileLink,
    ) -> Result<Option<(Caller, Account)>, StorageError> {
        let Some(holder) = self.file_links.check(surface, file, link, self.clock.now()) else {
            return Ok(None);
        };
        let mut transaction = self.store.begin(holder.tenant).await?;
        let found = accounts::find(&mut transaction, holder.tenant, holder.account).await;
        let account = transaction.finish(found).await?;
        Ok(account
            .filter(|account| account.surface == surface.as_str() && account.active)
            .filter(|account| Holder::of(account) == holder)
            .map(|account| (Caller::of_account(surface, &account), account)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_good_for_its_own_file_and_time_alone() {
        let links = FileLinks::new(&Secret::new(vec![1; 32]));
        let at = |second: i64| DateTime::from_timestamp(1_800_000_000 + second, 0).unwrap();
        let holder =
            Holder { tenant: TenantId::DEFAULT, account: Uuid::from_u128(7), sessions_from: 1_700_000_000 };
        let of = Surface::ImageMedix;
        let link = links.sign(of, holder, "uploads/1.png", at(0));
        assert_eq!(links.check(of, "uploads/2.png", &link, at(0)), None, "another file");
        assert_eq!(links.check(Surface::SmartScan, "uploads/1.png", &link, at(0)), None, "another surface");
        assert_eq!(links.check(of, "uploads/1.png", &link, at(7_200)), None, "too late");
        let later = FileLink { until: link.until + 1, ..link.clone() };
        assert_eq!(links.check(of, "uploads/1.png", &later, at(0)), None, "drawn out");
        let others = FileLinks::new(&Secret::new(vec![2; 32]));
        assert_eq!(others.check(of, "uploads/1.png", &link, at(0)), None, "another key");
        for at_byte in 0..link.signature.len() {
            let mut altered = link.signature.clone().into_bytes();
            altered[at_byte] = if altered[at_byte] == b'1' { b'2' } else { b'1' };
            let altered = FileLink { signature: String::from_utf8(altered).unwrap(), ..link.clone() };
            assert_eq!(links.check(of, "uploads/1.png", &altered, at(0)), None, "byte {at_byte}");
        }
        for signature in ["", "-", "1-2-3", "1-2-3-4", "---"] {
            let bad = FileLink { signature: signature.to_owned(), ..link.clone() };
            assert_eq!(links.check(of, "uploads/1.png", &bad, at(0)), None, "{signature}");
        }
        assert_eq!(links.check(of, "uploads/1.png", &link, at(3_600)), Some(holder));
    }

    #[test]
    fn an_address_is_the_same_all_through_an_hour() {
        let links = FileLinks::new(&Secret::new(vec![1; 32]));
        let at = |second: i64| DateTime::from_timestamp(1_800_000_000 + second, 0).unwrap();
        let holder = Holder { tenant: TenantId::DEFAULT, account: Uuid::from_u128(7), sessions_from: 0 };
        let sign = |second| links.sign(Surface::ImageMedix, holder, "a", at(second));
        assert_eq!(sign(0), sign(3_599));
        assert_ne!(sign(0), sign(3_600));
        assert_eq!(sign(3_599).until, 1_800_000_000 + 7_200, "an hour and a second are left");
    }
}
