//! Networks whose machines are trusted.

use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;

use super::mounts::listed;

/// A set of networks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Networks(Vec<IpNet>);

/// What is no list of networks and addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not a list of networks")]
pub struct NotNetworks;

impl FromStr for Networks {
    type Err = NotNetworks;

    /// Networks such as `10.0.0.0/8` and addresses, parted by commas.
    fn from_str(text: &str) -> Result<Self, NotNetworks> {
        let network = |entry: &str| {
            let address = || entry.parse::<IpAddr>().map(IpNet::from);
            entry.parse::<IpNet>().or_else(|_| address()).map_err(|_| NotNetworks)
        };
        listed(text).map(network).collect::<Result<_, _>>().map(Self)
    }
}

impl Networks {
    /// Whether the address is in one of them. An IPv4 address that is written as IPv6 counts as what it is.
    #[must_use]
    pub fn contain(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_network_is_refused() {
        for text in ["10.0.0.0/33", "proxy.example", "10.0.0", "10.0.0.0/8;::1", "::1/129"] {
            assert_eq!(text.parse::<Networks>(), Err(NotNetworks), "{text}");
        }
    }

    #[test]
    fn addresses_are_in_their_network_alone() {
        let networks: Networks = "10.0.0.0/8, 2001:db8::/32,192.0.2.1".parse().unwrap();
        let contain = |address: &str| networks.contain(address.parse().unwrap());
        assert!(contain("10.1.2.3") && contain("::ffff:10.1.2.3"));
        assert!(contain("2001:db8::1") && contain("192.0.2.1"));
        assert!(!contain("11.0.0.1") && !contain("192.0.2.2") && !contain("::1"));
        assert!(!Networks::default().contain("127.0.0.1".parse().unwrap()));
    }
}
