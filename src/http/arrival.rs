//! How a request came to us: through which mount, under which address, from which client.
//!
//! [`mounting`](super::mounting) notes it before anything else of a request is looked at. It is the one source of the client's address
//! and of external URLs; what actix derives from headers trusts everybody.

use std::future::{Ready, ready};
use std::net::IpAddr;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};

use super::request_id;
use crate::core::config::mounts::{Mount, Region};
use crate::identity::{Origin, Surface};

/// How a request came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The vendor's API that it is for, if it is for one.
    pub mount: Option<Mount>,
    /// The client, as far as it can be told from trusted proxies.
    pub client: Option<IpAddr>,
    /// `http` or `https`, as the client sees it.
    pub(super) scheme: &'static str,
    /// Host and port, as the client sees them.
    pub(super) authority: String,
    /// The path at which the mount is.
    pub(super) prefix: &'static str,
}

impl Arrival {
    /// The external base of the mount that the request came through, such as `https://example.org/smartscan` (contract X-02).
    #[must_use]
    pub fn base(&self) -> String {
        format!("{}://{}{}", self.scheme, self.authority, self.prefix)
    }

    /// The region of Hemato that the request is for.
    #[must_use]
    pub fn region(&self) -> Option<Region> {
        match self.mount {
            Some(Mount::Hemato(region)) => Some(region),
            Some(Mount::SmartScan | Mount::ImageMedix | Mount::Smartz) | None => None,
        }
    }

    /// What was noted of a request.
    #[must_use]
    pub fn of(request: &HttpRequest) -> Option<Self> {
        request.extensions().get::<Self>().cloned()
    }
}

impl FromRequest for Arrival {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let arrival = Self::of(request);
        ready(arrival.ok_or_else(|| actix_web::error::ErrorInternalServerError("the server failed")))
    }
}

/// The client's address, and what it calls the request.
#[must_use]
pub fn client(request: &HttpRequest) -> Origin {
    let address = request.extensions().get::<Arrival>().and_then(|arrival| arrival.client);
    Origin { address, request: request_id::by_client(request) }
}

/// The surface of a mount.
#[must_use]
pub fn surface(mount: Mount) -> Surface {
    match mount {
        Mount::SmartScan => Surface::SmartScan,
        Mount::ImageMedix => Surface::ImageMedix,
        Mount::Smartz => Surface::Smartz,
        Mount::Hemato(_) => Surface::Hemato,
    }
}
