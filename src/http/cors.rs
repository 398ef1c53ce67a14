//! Which pages of other origins may call from a browser (contract X-06). <https://fetch.spec.whatwg.org/#http-cors-protocol>
//!
//! Credentials are in headers, never in cookies, so that no answer allows `credentials`. Of a header that means nothing here there
//! is nothing to fear.

use actix_cors::{Cors, CorsError};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::{Condition, Next};
use actix_web::{Error, HttpResponse};

/// Pages of any origin.
pub fn any_origin(methods: &[&str], exposed: &[&str]) -> Cors {
    // The answer is the same to all, so that no cache need tell them apart; the API's own `Vary` stays.
    let all = Cors::default().allow_any_origin().send_wildcard().disable_vary_header();
    common(all, methods, exposed)
}

/// Pages of these origins; with none, a browser lets none.
#[must_use]
pub fn origins(origins: &[String], methods: &[&str], exposed: &[&str]) -> Condition<Cors> {
    let cors = origins.iter().fold(Cors::default(), |cors, origin| cors.allowed_origin(origin));
    Condition::new(!origins.is_empty(), common(cors, methods, exposed))
}

fn common(cors: Cors, methods: &[&str], exposed: &[&str]) -> Cors {
    cors.allowed_methods(methods.iter().copied())
        .allow_any_header()
        .expose_headers(exposed.iter().copied().chain(["X-Request-Id"]))
        .max_age(3600)
}

/// Has the refusal of a preflight, which is plain text, told in the words of an API.
///
/// # Errors
/// Those of the handler.
pub async fn told<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
    words: impl FnOnce(&str) -> HttpResponse,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let response = next.call(request).await?;
    let fault = response.response().error().and_then(Error::as_error::<CorsError>).map(ToString::to_string);
    Ok(match fault {
        Some(fault) => response.into_response(words(&fault)),
        None => response.map_into_boxed_body(),
    })
}
