//! Signing in at a provider, and out from there.

pub mod backchannel;
pub mod begin;
pub mod callback;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::{failed, fault};
use crate::identity::Identity;
use crate::identity::federation::NotRecognised;

/// Where a provider sends the browser back to.
fn callback_address(identity: &Identity, provider: &str) -> String {
    identity.address_of(&format!("/login/oidc/{provider}/callback"))
}

/// The page of a sign-in that came to nothing. What exactly is wrong is logged: it concerns who runs the server.
fn answer(refusal: NotRecognised, provider: &str) -> HttpResponse {
    match refusal {
        NotRecognised::Unknown => fault(StatusCode::NOT_FOUND, "There is no such way to sign in."),
        NotRecognised::Unavailable => fault(
            StatusCode::SERVICE_UNAVAILABLE,
            "The service that you sign in by does not answer now. Try again later, or sign in another way.",
        ),
        NotRecognised::NotBegun => fault(
            StatusCode::BAD_REQUEST,
            "This sign-in was not begun in this browser, took too long, or is over.",
        ),
        NotRecognised::Declined => {
            fault(StatusCode::FORBIDDEN, "The service that you sign in by did not sign you in.")
        }
        NotRecognised::Wrong(problem) => {
            tracing::warn!(provider, problem, "a sign-in by a provider was refused");
            fault(StatusCode::BAD_REQUEST, "What the service that you sign in by says of you does not hold.")
        }
        NotRecognised::Storage(error) => failed(&error.into()),
    }
}
