//! What is asked of every request before it is looked at: that it came encrypted, and that JSON is an answer to it, where it has one.

use std::net::IpAddr;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{ACCEPT, HeaderMap};
use actix_web::middleware::Next;
use actix_web::{Error, ResponseError};

use super::errors::Refusal;
use super::operations::{self, READ_FILE};
use super::{MOUNT, assets};
use crate::http::arrival::Arrival;

/// Passes on what may be answered.
///
/// # Errors
/// Those of the handler.
pub async fn checked<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let refusal = if !is_encrypted(&request) {
        Some(Refusal::Unencrypted)
    } else if *request.method() != Method::OPTIONS && !is_file(&request) && !takes_json(request.headers()) {
        Some(Refusal::NotAcceptable)
    } else {
        None
    };
    match refusal {
        Some(refusal) => Ok(request.into_response(refusal.error_response()).map_into_right_body()),
        None => Ok(next.call(request).await?.map_into_left_body()),
    }
}

/// Whether it asks for what is no JSON anyway: a page, or a picture.
fn is_file(request: &ServiceRequest) -> bool {
    let path = request.path().strip_prefix(MOUNT).unwrap_or_default();
    *request.method() == Method::GET
        && (assets::has(path) || operations::name(request.method(), request.path()) == READ_FILE)
}

/// Whether nobody between us and the client could read along. Proxies say how the client reached them.
fn is_encrypted(request: &ServiceRequest) -> bool {
    let Some(arrival) = Arrival::of(request.request()) else { return false };
    let is_here = arrival.client.is_none_or(|client| match client.to_canonical() {
        IpAddr::V4(client) => client.is_loopback(),
        IpAddr::V6(client) => client.is_loopback(),
    });
    is_here || arrival.base().starts_with("https://")
}

/// Whether JSON is among what the client takes (RFC 9110, 12.5.1).
fn takes_json(headers: &HeaderMap) -> bool {
    let mut accepted = headers.get_all(ACCEPT).peekable();
    if accepted.peek().is_none() {
        return true;
    }
    let mut best: Option<(u8, bool)> = None;
    let ranges = accepted.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    let mut is_empty = true;
    for range in ranges.map(str::trim).filter(|range| !range.is_empty()) {
        is_empty = false;
        let mut parts = range.split(';').map(str::trim);
        let exactness = match parts.next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "application/json" => 3,
            "application/*" => 2,
            "*/*" | "*" => 1,
            _ => continue,
        };
        let quality = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        let is_taken =
            quality.is_none_or(|quality| quality.parse::<f32>().is_ok_and(|quality| quality > 0.0));
        if best.is_none_or(|(known, _)| exactness > known) {
            best = Some((exactness, is_taken));
        }
    }
    is_empty || best.is_some_and(|(_, is_taken)| is_taken)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn takes(accept: &str) -> bool {
        takes_json(TestRequest::default().insert_header((ACCEPT, accept)).to_http_request().headers())
    }

    #[test]
    fn who_wants_no_json_gets_none() {
        for accept in [
            "text/html",
            "application/xml, text/plain",
            "application/json;q=0",
            "application/json; q=0.0, */*",
            "image/*",
        ] {
            assert!(!takes(accept), "{accept}");
        }
    }

    #[test]
    fn who_takes_json_among_others_gets_it() {
        for accept in [
            "*/*",
            "application/json",
            "text/html, application/json;q=0.5",
            "APPLICATION/*",
            "",
            "text/html, */*;q=0.1",
        ] {
            assert!(takes(accept), "{accept}");
        }
        assert!(takes_json(TestRequest::default().to_http_request().headers()));
    }
}
