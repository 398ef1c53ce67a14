//! What is counted.

use std::net::{IpAddr, Ipv6Addr};

use sha2::{Digest, Sha256};

use crate::storage::TenantId;

/// What is counted, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    tenant: TenantId,
    key: String,
}

impl Bucket {
    /// What these words name, of a tenant. They should open with the surface, such as `smartscan:keys`.
    #[must_use]
    pub fn new(tenant: TenantId, words: &str) -> Self {
        Self { tenant, key: hex::encode(Sha256::digest(words.as_bytes())) }
    }

    /// The calls to a surface from an address, for which no tenant can be named. What has no address is counted together.
    #[must_use]
    pub fn of_address(surface: &str, address: Option<IpAddr>) -> Self {
        let address = address.map(counted_address).unwrap_or_default();
        Self::new(TenantId::PLATFORM, &format!("{surface}:address:{address}"))
    }

    pub(super) fn tenant(&self) -> TenantId {
        self.tenant
    }

    pub(super) fn key(&self) -> &str {
        &self.key
    }
}

/// The address as it is counted. Whoever has an IPv6 address has the 2^64 beside it.
#[must_use]
pub fn counted_address(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_of_ipv6_counts_as_one() {
        let counted = |text: &str| counted_address(text.parse().unwrap());
        assert_eq!(counted("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(counted("::ffff:192.0.2.1"), "192.0.2.1");
        assert_eq!(counted("192.0.2.1"), "192.0.2.1");
    }

    #[test]
    fn surfaces_tenants_and_addresses_are_counted_apart() {
        let address = |text: &str| Some(text.parse().unwrap());
        let ours = Bucket::of_address("smartscan", address("192.0.2.1"));
        assert_eq!(ours, Bucket::of_address("smartscan", address("::ffff:192.0.2.1")));
        assert_ne!(ours, Bucket::of_address("imagemedix", address("192.0.2.1")));
        assert_ne!(ours, Bucket::of_address("smartscan", address("192.0.2.2")));
        assert_ne!(ours, Bucket::of_address("smartscan", None));
        let keys = |tenant| Bucket::new(TenantId::from_row(tenant), "smartscan:keys");
        assert_ne!(keys(1), keys(2));
    }
}
