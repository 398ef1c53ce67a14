//! `X-Provenance`: where what a request writes comes from. <https://hl7.org/fhir/R4/provenance.html#header>
//!
//! The header is a Provenance in JSON without its targets. It is looked at before the request is: what is wrong with it leaves nothing
//! written. A request that writes nothing leaves no Provenance.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::Method;

use super::body;
use super::media::Syntax;
use crate::fhir::outcome::IssueType;
use crate::identity::Caller;
use crate::records::{Error, provenance};

/// The header's name.
pub const HEADER: &str = "x-provenance";

/// The caller with what the request says of its origin.
///
/// # Errors
/// When the header is no Provenance that can be completed, or the caller may not create one.
pub fn told(caller: Caller, request: &HttpRequest) -> Result<Caller, Error> {
    let mut sent = request.headers().get_all(HEADER);
    let Some(header) = sent.next() else { return Ok(caller) };
    if ![Method::POST, Method::PUT, Method::PATCH].contains(request.method()) || is_search(request) {
        return Ok(caller);
    }
    if sent.next().is_some() {
        let text = "X-Provenance: a request has one at most";
        return Err(Error::BadRequest(IssueType::Invalid, text.to_owned()));
    }
    let parsed = body::parse(Syntax::Json, header.as_bytes()).map_err(provenance::named)?;
    let provenance = Some(Arc::new(provenance::checked(&caller, parsed)?));
    Ok(Caller { provenance, ..caller })
}

fn is_search(request: &HttpRequest) -> bool {
    request.path().trim_end_matches('/').ends_with("/_search")
}
