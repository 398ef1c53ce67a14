//! Answers that a client may keep for a minute: what seldom changes and is about nobody's health.
//!
//! A tag tells one answer from another, and whose it is: it opens nothing for another application, and a cache that several share keeps
//! nothing (`private`).

use actix_web::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH, VARY};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::caller::KEY;
use super::errors::Refusal;
use crate::records::Error;

/// The answer, or that the client has it already: the application, or the person, with this id.
///
/// # Errors
/// When it cannot be written.
pub fn answer(request: &HttpRequest, whose: Uuid, body: &impl Serialize) -> Result<HttpResponse, Refusal> {
    let body = serde_json::to_vec(body).map_err(Error::internal)?;
    let mut hash = Sha256::new();
    // The path names the organisation.
    for part in [whose.as_bytes().as_slice(), request.path().as_bytes(), &body] {
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    let tag: String = hex::encode(hash.finalize()).chars().take(32).collect();
    let tag = format!("\"{tag}\"");
    let has_it = request.headers().get_all(IF_NONE_MATCH).filter_map(|value| value.to_str().ok());
    let is_known = has_it
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag);
    let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header((CACHE_CONTROL, "private, max-age=60"))
        .insert_header((ETAG, tag))
        .insert_header((VARY, format!("Authorization, {KEY}")));
    if is_known {
        return Ok(response.finish());
    }
    Ok(response.content_type("application/json").body(body))
}
