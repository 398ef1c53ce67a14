//! Public keys by which organisations sign tokens of their own (contract HE-22, HE-24): registered, shown and revoked by operators, and by
//! the organisation's own administrators.
//! <https://www.rfc-editor.org/rfc/rfc7515#section-4.1.4>

mod rsa_key;
pub mod token;

pub use rsa_key::{RsaKey, Unfit};

use super::{Account, Identity};
use crate::storage::audit::Note;
pub use crate::storage::organization_keys::OrganizationKey;
use crate::storage::organizations::Organization;
use crate::storage::{StorageError, TenantId, accounts, organization_keys as rows};

/// What a key is called where the audit trail names it, by its fingerprint.
pub const KIND: &str = "organization-key";

/// Most characters of a kid.
const LONGEST_KID: usize = 200;
/// Most characters of an issuer.
const LONGEST_ISSUER: usize = 200;

/// The algorithm that a key is for: it decides, not what a token says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
}

impl KeyAlgorithm {
    /// By its name (RFC 7518, 3.1).
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Rs256, Self::Rs384].into_iter().find(|algorithm| algorithm.as_str() == name)
    }

    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
        }
    }
}

/// A key that is to be.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// By what tokens name it; one is made where there is none.
    pub kid: Option<String>,
    /// What it checks.
    pub algorithm: KeyAlgorithm,
    /// Who its tokens must say they are from.
    pub issuer: String,
    /// The key.
    pub key: RsaKey,
}

/// Why a key was not registered.
#[derive(Debug, thiserror::Error)]
pub enum NotKept {
    /// A key has or had this kid.
    #[error("a key has or had this kid")]
    Taken,
    /// The database failed.
    #[error(transparent)]
    Storage(StorageError),
}

impl From<StorageError> for NotKept {
    fn from(error: StorageError) -> Self {
        match &error {
            StorageError::Duplicate(constraint) if constraint.starts_with("organization_key") => Self::Taken,
            StorageError::Duplicate(_)
            | StorageError::Contention
            | StorageError::Unreachable(_)
            | StorageError::Corrupt { .. }
            | StorageError::TooLarge
            | StorageError::Database(_) => Self::Storage(error),
        }
    }
}

/// Whether a kid can stand in an address as it is.
#[must_use]
pub fn is_kid(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+=:@".contains(&byte);
    // An address of dots alone is another one.
    (1..=LONGEST_KID).contains(&text.len())
        && text.bytes().all(is_plain)
        && text.bytes().any(|byte| byte.is_ascii_alphanumeric())
}

/// Whether tokens can say they are from it, to the letter.
#[must_use]
pub fn is_issuer(text: &str) -> bool {
    let is_good = (1..=LONGEST_ISSUER).contains(&text.chars().count()) && !text.contains(char::is_control);
    is_good && text.trim() == text
}

impl Identity {
    /// Registers a key of an organisation.
    ///
    /// # Errors
    /// When its kid is taken, or the database fails.
    pub async fn register_organization_key(
        &self,
        of: &Organization,
        new: NewKey,
        note: Note,
    ) -> Result<OrganizationKey, NotKept> {
        let row = OrganizationKey {
            tenant: of.tenant,
            kid: new.kid.unwrap_or_else(|| self.ids.uuid().to_string()),
            organization: of.id.clone(),
            issuer: new.issuer,
            algorithm: new.algorithm.as_str().to_owned(),
            fingerprint: new.key.fingerprint().to_owned(),
            public_key: new.key.into_pem(),
            created_at: self.clock.now(),
            revoked_at: None,
        };
        let tenant = TenantId::from_row(row.tenant);
        let mut transaction = self.store.begin(tenant).await?;
        let kept = async {
            rows::insert(&mut transaction, &row).await?;
            note.add(&mut transaction, tenant, KIND, &row.fingerprint).await
        }
        .await;
        transaction.finish(kept).await?;
        Ok(row)
    }

    /// Whether an account may call every region that any account of the organisation may: who registers a key can sign as each of them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn reaches_all_of(&self, of: &Organization, account: &Account) -> Result<bool, StorageError> {
        let tenant = TenantId::from_row(of.tenant);
        let mut connection = self.store.alone(tenant).await?;
        let regions = accounts::regions_of(&mut connection, tenant, &of.id).await;
        let regions = connection.finish(regions).await?;
        Ok(regions.iter().all(|region| account.regions.contains(region)))
    }

    /// The key with this kid, whichever tenant's it is, revoked or not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn organization_key(&self, kid: &str) -> Result<Option<OrganizationKey>, StorageError> {
        if is_kid(kid) { rows::find(&self.store, kid).await } else { Ok(None) }
    }

    /// So many keys of an organisation with kids after this one, revoked or not, and whether there are more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn organization_keys(
        &self,
        of: &Organization,
        after: &str,
        limit: usize,
    ) -> Result<(Vec<OrganizationKey>, bool), StorageError> {
        let tenant = TenantId::from_row(of.tenant);
        let one_more = i64::try_from(limit.saturating_add(1)).unwrap_or(i64::MAX);
        let mut connection = self.store.alone(tenant).await?;
        let found = rows::page(&mut connection, tenant, &of.id, after, one_more).await;
        let mut found = connection.finish(found).await?;
        let is_cut = found.len() > limit;
        found.truncate(limit);
        Ok((found, is_cut))
    }

    /// Revokes a key at once; one that was revoked before stays so.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_organization_key(
        &self,
        key: &OrganizationKey,
        note: Note,
    ) -> Result<(), StorageError> {
        let tenant = TenantId::from_row(key.tenant);
        let mut transaction = self.store.begin(tenant).await?;
        let revoked = async {
            rows::revoke(&mut transaction, tenant, &key.kid, self.clock.now()).await?;
            note.add(&mut transaction, tenant, KIND, &key.fingerprint).await
        }
        .await;
        transaction.finish(revoked).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kid_stands_in_an_address_as_it_is() {
        for bad in ["", ".", "..", "-", "a/b", "a b", "a%2Fb", "a?b", "a#b", "a\0b", "ü", &"k".repeat(201)] {
            assert!(!is_kid(bad), "{bad:?}");
        }
        for good in
            ["0", "01234567-789d-46b7-b38c-45d4562f5c12", "_t-A=", "lab.example.org:2026", &"k".repeat(200)]
        {
            assert!(is_kid(good), "{good:?}");
        }
    }

    #[test]
    fn only_the_two_algorithms_have_a_name() {
        for name in ["none", "HS256", "rs256", "RSA384", "RS512", "PS256", ""] {
            assert_eq!(KeyAlgorithm::parse(name), None, "{name}");
        }
        assert_eq!(KeyAlgorithm::parse("RS384").map(KeyAlgorithm::as_str), Some("RS384"));
    }
}
