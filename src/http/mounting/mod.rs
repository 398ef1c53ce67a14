//! The first thing that happens to a request: through which mount it came, from whom, and which path the router is to see
//! (contract; decision 14).

mod forwarded;
mod place;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HOST, HeaderMap};
use actix_web::http::uri::{Authority, PathAndQuery};
use actix_web::http::{StatusCode, Uri, Version};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse, web};
use serde_json::json;

use super::arrival::Arrival;
use crate::core::config::mounts::{self, Mount};
use place::Place;

/// The longest headers that are taken, names and values together. HTTP/1 stops at 128 KiB of head and 96 headers before that.
const LONGEST_HEADERS: usize = 64 * 1024;

/// How requests find their API, with the addresses that were bound.
#[derive(Clone, Debug, Default)]
pub struct Mounting {
    settings: Arc<mounts::Mounting>,
    /// The vendors' own listeners; known once all are bound.
    listeners: Arc<OnceLock<HashMap<SocketAddr, Mount>>>,
}

/// Why a request is not looked at any further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    /// It names no host, several, or what is none (RFC 9112, 3.2).
    Host,
    /// Its headers are too long (RFC 6585, 5).
    Headers,
}

impl Refusal {
    fn response(self) -> HttpResponse {
        let (status, text) = match self {
            Self::Host => (StatusCode::BAD_REQUEST, "the request must name one host"),
            Self::Headers => (StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "the headers are too long"),
        };
        HttpResponse::build(status).json(json!({ "error": text }))
    }
}

impl Mounting {
    /// Mounting by these settings; of no listener it is known yet that it is a vendor's.
    #[must_use]
    pub fn new(settings: mounts::Mounting) -> Self {
        Self { settings: Arc::new(settings), listeners: Arc::default() }
    }

    /// Tells which bound address is which vendor's. Of two calls the first counts.
    pub fn listen(&self, listeners: HashMap<SocketAddr, Mount>) {
        drop(self.listeners.set(listeners));
    }

    /// Notes how the request came in, and turns its path to the router's.
    fn admit(&self, request: &mut ServiceRequest) -> Result<(), Refusal> {
        let headers = request.headers();
        let length = headers.iter().map(|(name, value)| name.as_str().len().saturating_add(value.len()));
        if length.fold(0, usize::saturating_add) > LONGEST_HEADERS {
            return Err(Refusal::Headers);
        }
        let peer = request.peer_addr().map(|peer| peer.ip());
        let told = forwarded::read(peer, headers, &self.settings.proxies);
        // Also where a proxy names another, the request itself has to be in order.
        let authority = authority(request.version(), request.uri(), headers)?;
        let authority = told.host.map_or(Ok(authority), |host| checked(&host))?;
        let config = request.app_config();
        let listener = self.listeners.get().and_then(|all| all.get(&config.local_addr())).copied();
        let scheme = told.scheme.unwrap_or(if config.secure() { "https" } else { "http" });
        let path = request.match_info().as_str();
        let place = place::place(&self.settings, listener, authority.host(), path);
        let (mount, prefix) = match place {
            Place::Server => (None, ""),
            Place::Mounted(mount, segments) => (Some(mount), prefix(mount, segments)),
        };
        if let Place::Mounted(mount, segments) = place {
            let routed = place::routed(mount, segments, request.uri().path());
            if routed != request.uri().path() {
                let uri = with_path(request.uri(), &routed).ok_or(Refusal::Host)?;
                request.match_info_mut().get_mut().update(&uri);
                request.head_mut().uri = uri;
            }
        }
        let authority = authority.to_string();
        let arrival = Arrival { mount, client: told.client, scheme, authority, prefix };
        request.extensions_mut().insert(arrival);
        Ok(())
    }
}

/// Notes how a request came in, before it is routed.
///
/// # Errors
/// Those of the handler.
pub async fn placed<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    let mounting = request.app_data::<web::Data<Mounting>>().cloned();
    match mounting.unwrap_or_else(|| web::Data::new(Mounting::default())).admit(&mut request) {
        Ok(()) => next.call(request).await.map(ServiceResponse::map_into_left_body),
        Err(refusal) => Ok(request.into_response(refusal.response()).map_into_right_body()),
    }
}

/// The path that the client sees before those of the mount.
fn prefix(mount: Mount, segments: usize) -> &'static str {
    use crate::core::config::mounts::Region as R;
    match (segments, mount) {
        (0, _) => "",
        (1, mount) => place::scope(mount),
        (_, Mount::Hemato(R::Dev)) => "/hemato/dev",
        (_, Mount::Hemato(R::Qa)) => "/hemato/qa",
        (_, Mount::Hemato(R::Us)) => "/hemato/us",
        (_, Mount::Hemato(R::Ca)) => "/hemato/ca",
        (_, Mount::Hemato(R::Eu)) => "/hemato/eu",
        (_, mount @ (Mount::SmartScan | Mount::ImageMedix | Mount::Smartz)) => place::scope(mount),
    }
}

/// The host that the request names: of an absolute address the address's, else that of the one `Host` (RFC 9112, 3.2 and 3.2.2).
fn authority(version: Version, uri: &Uri, headers: &HeaderMap) -> Result<Authority, Refusal> {
    let mut hosts = headers.get_all(HOST);
    let host = hosts.next();
    if hosts.next().is_some() || (host.is_none() && version == Version::HTTP_11) {
        return Err(Refusal::Host);
    }
    let host = host.map(|host| checked(host.to_str().unwrap_or_default())).transpose()?;
    if let Some(authority) = uri.authority() {
        return checked(authority.as_str());
    }
    match host {
        Some(host) => Ok(host),
        // HTTP/1.0 need not name one; it is then none that we know.
        None => Ok(Authority::from_static("localhost")),
    }
}

/// A host with or without port, in lower case, and nothing else.
fn checked(text: &str) -> Result<Authority, Refusal> {
    let authority: Authority = text.to_ascii_lowercase().parse().map_err(|_| Refusal::Host)?;
    let rest = authority.as_str().strip_prefix(authority.host()).unwrap_or("@");
    let port = rest.strip_prefix(':').is_none_or(|port| port.parse::<u16>().is_ok());
    let is_name = |b: u8| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b);
    let good = (rest.is_empty() || rest.starts_with(':')) && port && authority.host().bytes().all(is_name);
    if good { Ok(authority) } else { Err(Refusal::Host) }
}

/// The address with another path.
fn with_path(uri: &Uri, path: &str) -> Option<Uri> {
    let path = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(path).ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn named(version: Version, uri: &'static str, hosts: &[&str]) -> Result<String, Refusal> {
        let mut headers = HeaderMap::new();
        for host in hosts {
            headers.append(HOST, HeaderValue::from_str(host).unwrap());
        }
        authority(version, &Uri::from_static(uri), &headers).map(|authority| authority.to_string())
    }

    #[test]
    fn a_request_names_one_host() {
        let refused = Err(Refusal::Host);
        assert_eq!(named(Version::HTTP_11, "/x", &[]), refused);
        assert_eq!(named(Version::HTTP_11, "http://a.example/x", &[]), refused);
        assert_eq!(named(Version::HTTP_11, "/x", &["a.example", "a.example"]), refused);
        for host in [
            "",
            "a b",
            "a/b",
            "user@a.example",
            "a.example:x",
            "a.example:99999",
            "a,b",
            "ä.example",
            "a:b:c",
        ] {
            assert_eq!(named(Version::HTTP_11, "/x", &[host]), refused, "{host}");
        }
    }

    #[test]
    fn the_address_wins_over_the_header() {
        assert_eq!(named(Version::HTTP_11, "/x", &["A.Example:80"]).unwrap(), "a.example:80");
        assert_eq!(named(Version::HTTP_11, "/x", &["[::1]:80"]).unwrap(), "[::1]:80");
        assert_eq!(named(Version::HTTP_11, "http://b.example/x", &["a.example"]).unwrap(), "b.example");
        assert_eq!(named(Version::HTTP_2, "https://b.example/x", &[]).unwrap(), "b.example");
        assert_eq!(named(Version::HTTP_10, "/x", &[]).unwrap(), "localhost");
    }
}
