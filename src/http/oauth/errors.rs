//! Refusals as RFC 6749, 5.2 has them.

use std::fmt;

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, HeaderValue, WWW_AUTHENTICATE};
use actix_web::{HttpRequest, HttpResponse, ResponseError};

use super::wire;
use crate::identity::oauth::{self, Refusal};
use crate::records::Error;

/// A refused or failed request.
#[derive(Debug)]
pub enum OauthError {
    /// By the authorisation server.
    Refused(Refusal),
    /// What an app that is to be registered says of itself is refused: `error`, and why (RFC 7591, 3.2.2).
    Unregistered(&'static str, String),
    /// By what it stores.
    Failed(Error),
    /// There is no such endpoint, or it takes another method.
    Unknown(StatusCode),
}

impl From<Refusal> for OauthError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Storage(error) => Self::Failed(error.into()),
            Refusal::Signing(error) => Self::Failed(Error::internal(error)),
            Refusal::InvalidRequest(_)
            | Refusal::SignedOut
            | Refusal::InvalidClient(_)
            | Refusal::InvalidGrant(_)
            | Refusal::UnauthorizedClient
            | Refusal::UnsupportedGrantType
            | Refusal::InvalidScope(_) => Self::Refused(refusal),
        }
    }
}

impl From<Error> for OauthError {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl fmt::Display for OauthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Unregistered(_, told) => f.write_str(told),
            Self::Failed(error) => error.fmt(f),
            Self::Unknown(StatusCode::METHOD_NOT_ALLOWED) => {
                f.write_str("this address does not take this method")
            }
            Self::Unknown(_) => f.write_str("there is no such endpoint"),
        }
    }
}

impl ResponseError for OauthError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Refused(Refusal::InvalidClient(_)) => StatusCode::UNAUTHORIZED,
            Self::Refused(_) | Self::Unregistered(..) => StatusCode::BAD_REQUEST,
            Self::Failed(error) => {
                StatusCode::from_u16(error.status().0).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            }
            Self::Unknown(status) => *status,
        }
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        let error = match self {
            Self::Refused(refusal) => refusal.code().unwrap_or("server_error"),
            Self::Unregistered(error, _) => error,
            Self::Failed(error) => {
                error.log();
                match error.status().0 {
                    // Of a bearer token (RFC 6750, 3.1).
                    401 => "invalid_token",
                    403 => "insufficient_scope",
                    503 => "temporarily_unavailable",
                    _ => "server_error",
                }
            }
            Self::Unknown(_) => "invalid_request",
        };
        let mut response = HttpResponse::build(self.status_code());
        if self.status_code() == StatusCode::UNAUTHORIZED {
            let is_client = matches!(self, Self::Refused(_));
            let scheme = if is_client { "Basic realm=\"oauth\"" } else { "Bearer realm=\"oauth\"" };
            response.insert_header((WWW_AUTHENTICATE, scheme));
        }
        response.json(wire::Failure { error, error_description: self.to_string() })
    }
}

/// What no route takes.
pub async fn unknown_address(request: HttpRequest) -> HttpResponse {
    const TAKE_POST: [&str; 5] =
        [oauth::TOKEN, oauth::REVOKE, oauth::INTROSPECT, oauth::LAUNCH, oauth::REGISTER];
    if !TAKE_POST.contains(&request.path()) {
        return OauthError::Unknown(StatusCode::NOT_FOUND).error_response();
    }
    let mut response = OauthError::Unknown(StatusCode::METHOD_NOT_ALLOWED).error_response();
    response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
    response
}
