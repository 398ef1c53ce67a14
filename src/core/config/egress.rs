//! What the server itself may fetch from others.

use std::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use super::mounts::listed;
use super::source::Source;

/// Where the server may go beyond public addresses by https.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EgressSettings {
    /// `HYGEIA_EGRESS_ALLOW`: a list of `host:port` that may be reached although they are private, and by plain http, where the
    /// operator gave the address.
    pub allow: Vec<Place>,
    /// `HYGEIA_EGRESS_ALLOW_CLIENTS`: the same for addresses that clients gave.
    pub allow_clients: Vec<Place>,
}

/// A host and a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place(Host, u16);

impl Place {
    /// Reads `host:port`; an IPv6 address stands in brackets.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (host, port) = text.rsplit_once(':')?;
        let port = port.parse().ok().filter(|port| *port != 0)?;
        // `*` would read like a pattern, and there are none.
        Some(Self(Host::parse(host).ok().filter(|_| !host.contains('*'))?, port))
    }

    /// The place that an address leads to.
    #[must_use]
    pub fn of(url: &Url) -> Option<Self> {
        let host = match url.host()? {
            Host::Domain(name) => Host::Domain(name.to_owned()),
            Host::Ipv4(address) => Host::<String>::Ipv4(Ipv4Addr::from(address.octets())),
            Host::Ipv6(address) => Host::Ipv6(Ipv6Addr::from(address.octets())),
        };
        Some(Self(host, url.port_or_known_default()?))
    }
}

impl EgressSettings {
    pub(super) fn read(source: &mut Source) -> Self {
        Self {
            allow: places(source, "HYGEIA_EGRESS_ALLOW"),
            allow_clients: places(source, "HYGEIA_EGRESS_ALLOW_CLIENTS"),
        }
    }
}

fn places(source: &mut Source, setting: &'static str) -> Vec<Place> {
    let text = source.text(setting).unwrap_or_default();
    let places: Option<Vec<_>> = listed(&text).map(Place::parse).collect();
    if places.is_none() {
        source.fault(setting, "must be a list such as fhir.example.internal:8443,10.0.0.7:80,[fd00::7]:80");
    }
    places.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_needs_host_and_port() {
        for text in ["", "a", "a:", ":1", "a:0", "a:65536", "a:1:", "::1:80", "a b:1", "a/b:1", "*:80"] {
            assert_eq!(Place::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn an_address_is_known_as_its_place() {
        for (place, url) in [
            ("Example.org:443", "https://example.org/a?b"),
            ("127.0.0.1:80", "http://0x7f.1/"),
            ("[::1]:8080", "http://[0:0::1]:8080/"),
        ] {
            assert_eq!(Place::parse(place), Place::of(&url.parse().unwrap()), "{place}");
        }
        assert_ne!(Place::parse("example.org:80"), Place::of(&"https://example.org/".parse().unwrap()));
    }
}
