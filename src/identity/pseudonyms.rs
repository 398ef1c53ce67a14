//! Keys by which health data that is to name nobody gets names of its own.

use ring::hmac;

use super::Identity;
use crate::core::Secret;
use crate::storage::TenantId;

/// What the key is kept as.
pub(super) const KEY: &str = "pseudonyms";

/// Makes the tenants' keys of one.
#[derive(Clone)]
pub struct Pseudonyms {
    key: hmac::Key,
}

impl Pseudonyms {
    /// Keys that are made of this one.
    #[must_use]
    pub fn new(key: &Secret<Vec<u8>>) -> Self {
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, key.expose()) }
    }

    fn key_of(&self, tenant: TenantId) -> Secret<Vec<u8>> {
        let code = hmac::sign(&self.key, format!("dicom\n{}", tenant.number()).as_bytes());
        Secret::new(code.as_ref().to_vec())
    }
}

impl Identity {
    /// The key by which DICOM files of a tenant get their pseudonyms: what belongs together still does, and nobody without it can tell
    /// whose it is. It is the same as long as the database is kept.
    #[must_use]
    pub fn pseudonym_key(&self, tenant: TenantId) -> Secret<Vec<u8>> {
        self.pseudonyms.key_of(tenant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_tenant_has_a_key_of_its_own() {
        let keys = Pseudonyms::new(&Secret::new(vec![1; 32]));
        let of = |keys: &Pseudonyms, tenant| keys.key_of(TenantId::from_row(tenant)).into_inner();
        assert_ne!(of(&keys, 1), of(&keys, 2));
        assert_ne!(of(&keys, 1), of(&Pseudonyms::new(&Secret::new(vec![2; 32])), 1));
        assert_eq!(of(&keys, 1), of(&keys, 1));
    }
}
