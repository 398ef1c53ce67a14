//! What proxies say of a request: `X-Forwarded-For`, `-Proto` and `-Host`, or `Forwarded` (RFC 7239).
//!
//! Only what a trusted proxy added is believed. A list is read from its end, where the nearest proxy wrote: the client is the first
//! that is no trusted proxy itself; what stands before it, the client may have made up. Where the former headers are there, the latter
//! is not looked at.

use std::net::{IpAddr, SocketAddr};

use actix_web::http::header::{FORWARDED, HeaderMap, HeaderName};

use crate::core::config::networks::Networks;

const FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// What is known of the far side of the proxies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forwarded {
    /// The client.
    pub client: Option<IpAddr>,
    /// `http` or `https`.
    pub scheme: Option<&'static str>,
    /// Host and port that the client asked for.
    pub host: Option<String>,
}

/// Reads the headers of a request that `peer` sent.
#[must_use]
pub fn read(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &Networks) -> Forwarded {
    let peer = peer.map(|peer| peer.to_canonical());
    let Some(proxy) = peer.filter(|peer| trusted.contain(*peer)) else {
        return Forwarded { client: peer, ..Forwarded::default() };
    };
    if [FOR, PROTO, HOST].iter().any(|name| headers.contains_key(name)) {
        let chain = values(headers, &FOR).into_iter().rev().map(address);
        return Forwarded {
            client: Some(first_stranger(proxy, chain, trusted)),
            scheme: values(headers, &PROTO).last().and_then(|word| scheme(word)),
            host: values(headers, &HOST).last().map(|host| (*host).to_owned()),
        };
    }
    let mut found = Forwarded { client: Some(proxy), ..Forwarded::default() };
    for hop in values(headers, &FORWARDED).into_iter().rev() {
        found.scheme = parameter(hop, "proto").and_then(|word| scheme(&word));
        found.host = parameter(hop, "host");
        let Some(client) = parameter(hop, "for").and_then(|text| address(&text)) else { break };
        found.client = Some(client);
        if !trusted.contain(client) {
            break;
        }
    }
    found
}

/// The last address of a chain of proxies: the first that is not trusted, or the one before what is no address.
fn first_stranger(proxy: IpAddr, chain: impl Iterator<Item = Option<IpAddr>>, trusted: &Networks) -> IpAddr {
    let mut last = proxy;
    for address in chain.map_while(|address| address) {
        last = address;
        if !trusted.contain(address) {
            break;
        }
    }
    last
}

/// The elements of all headers of that name, in order.
fn values<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Vec<&'a str> {
    // What is not ASCII is no element that we know, and must not make those before it the last.
    let texts = headers.get_all(name).map(|value| value.to_str().unwrap_or_default());
    texts.flat_map(|text| text.split(',')).map(str::trim).collect()
}

fn scheme(word: &str) -> Option<&'static str> {
    ["http", "https"].into_iter().find(|scheme| word.eq_ignore_ascii_case(scheme))
}

/// A parameter of one hop of `Forwarded`.
fn parameter(hop: &str, name: &str) -> Option<String> {
    hop.split(';').find_map(|pair| {
        let (found, value) = pair.split_once('=')?;
        let value = value.trim();
        let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
        found.trim().eq_ignore_ascii_case(name).then(|| value.to_owned())
    })
}

/// An address with or without port; IPv6 with a port, and in `Forwarded` always, is in brackets.
fn address(text: impl AsRef<str>) -> Option<IpAddr> {
    let text = text.as_ref();
    let bare = || text.strip_prefix('[')?.strip_suffix(']')?.parse::<IpAddr>().ok();
    let address = text.parse::<IpAddr>().ok().or_else(bare);
    let address = address.or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip()));
    address.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn told(peer: &str, sent: &[(&str, &str)]) -> Forwarded {
        let mut headers = HeaderMap::new();
        for (name, value) in sent {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            headers.append(name, HeaderValue::from_str(value).unwrap());
        }
        read(Some(ip(peer)), &headers, &"10.0.0.0/8,::1".parse().unwrap())
    }

    fn client(peer: &str, sent: &[(&str, &str)]) -> IpAddr {
        told(peer, sent).client.unwrap()
    }

    #[test]
    fn a_stranger_is_not_believed() {
        let forged = [
            ("x-forwarded-for", "192.0.2.9"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-host", "api.imagemedix.com"),
            ("forwarded", "for=192.0.2.9;proto=https;host=api.imagemedix.com"),
        ];
        let nothing = Forwarded { client: Some(ip("203.0.113.5")), ..Forwarded::default() };
        assert_eq!(told("203.0.113.5", &forged), nothing);
        assert_eq!(told("::ffff:203.0.113.5", &forged), nothing);
    }

    #[test]
    fn what_a_client_put_before_the_proxys_word_is_not_believed() {
        assert_eq!(client("10.0.0.1", &[("x-forwarded-for", "1.1.1.1, 203.0.113.5")]), ip("203.0.113.5"));
        assert_eq!(
            client(
                "10.0.0.1",
                &[("x-forwarded-for", "1.1.1.1"), ("x-forwarded-for", "203.0.113.5, 10.0.0.2")]
            ),
            ip("203.0.113.5")
        );
        let hops = "for=1.1.1.1;host=evil.example, for=203.0.113.5;host=b.example;proto=https, for=10.9.9.9";
        let told = told("10.0.0.1", &[("forwarded", hops)]);
        assert_eq!(told.client, Some(ip("203.0.113.5")));
        assert_eq!((told.scheme, told.host.as_deref()), (Some("https"), Some("b.example")));
    }

    #[test]
    fn what_is_no_address_ends_the_chain() {
        assert_eq!(client("10.0.0.1", &[("x-forwarded-for", "1.1.1.1, unknown")]), ip("10.0.0.1"));
        assert_eq!(client("10.0.0.1", &[("x-forwarded-for", "1.1.1.1, ' OR 1=1, 10.0.0.3")]), ip("10.0.0.3"));
        assert_eq!(client("10.0.0.1", &[("x-forwarded-for", "")]), ip("10.0.0.1"));
        assert_eq!(client("10.0.0.1", &[("forwarded", "for=_hidden")]), ip("10.0.0.1"));
        assert_eq!(told("10.0.0.1", &[("x-forwarded-proto", "gopher")]).scheme, None);
    }

    #[test]
    fn addresses_are_read_in_all_their_forms() {
        for (text, wanted) in [
            ("203.0.113.5", "203.0.113.5"),
            ("203.0.113.5:4711", "203.0.113.5"),
            ("2001:db8::7", "2001:db8::7"),
            ("[2001:db8::7]", "2001:db8::7"),
            ("[2001:db8::7]:4711", "2001:db8::7"),
            ("::ffff:203.0.113.5", "203.0.113.5"),
        ] {
            assert_eq!(client("::1", &[("x-forwarded-for", text)]), ip(wanted), "{text}");
            assert_eq!(client("::1", &[("forwarded", &format!("For=\"{text}\""))]), ip(wanted), "{text}");
        }
    }
}
