//! Names lead to public addresses only.
//!
//! The client asks this when it makes a connection, and connects to what it is told: nothing is looked up a second time, so a name
//! cannot be public when it is judged and private when it is used.

use std::net::SocketAddr;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::net::lookup_host;
use tokio::time::timeout;

use super::public::is_public;

/// Resolves names as the machine does, without the addresses that are not public.
pub struct PublicOnly;

/// A name leads to private addresses alone.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the name leads to no public address")]
pub struct NotPublic;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<_> = lookup_host((name.as_str(), 0)).await?.collect();
            let public = public(found)?;
            let addresses: Addrs = Box::new(public.into_iter());
            Ok(addresses)
        })
    }
}

/// So long somebody who gives a name waits for what it leads to.
const PATIENCE: Duration = Duration::from_secs(3);

/// Whether a name leads to an address that is not public, now. One that leads nowhere, or that nobody can tell of in time, does not.
pub async fn leads_inside(name: &str) -> bool {
    match timeout(PATIENCE, lookup_host((name, 0))).await {
        Ok(Ok(mut found)) => found.any(|address| !is_public(address.ip())),
        Ok(Err(_)) | Err(_) => false,
    }
}

fn public(found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, NotPublic> {
    let public: Vec<_> = found.into_iter().filter(|address| is_public(address.ip())).collect();
    if public.is_empty() { Err(NotPublic) } else { Ok(public) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_mixed_addresses_the_public_ones_are_taken() {
        let of = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<SocketAddr>>();
        assert!(public(of(&["127.0.0.1:0", "[::1]:0"])).is_err() && public(Vec::new()).is_err());
        assert_eq!(public(of(&["10.0.0.1:0", "1.1.1.1:0"])).unwrap(), of(&["1.1.1.1:0"]));
    }
}
