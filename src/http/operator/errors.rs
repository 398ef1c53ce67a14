//! Every refusal as a problem (RFC 9457), with the field that is wrong where one is.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};

use super::wire;
use crate::identity::sign_in::SignInError;
use crate::records::Error;
use crate::records::accounts::NotOpened;
use crate::records::accounts::email::NOT_ASCII;
use crate::records::tenancy::NotFounded;

/// The media type of problems.
pub const CONTENT_TYPE: &str = "application/problem+json";

/// A refused or failed request.
#[derive(Debug)]
pub enum Refusal {
    /// No token that holds.
    Unauthenticated,
    /// Unknown e-mail address or wrong password.
    Credentials,
    /// Too many passwords were wrong: in so many seconds the next is looked at.
    TooMany(i64),
    /// A field of the request is wrong: its name, and what it must be.
    Field(&'static str, String),
    /// The body is not JSON of the right form.
    Body(String),
    /// The body is larger than is taken.
    BodyTooLarge,
    /// The body is not called JSON.
    MediaType,
    /// There is no such tenant, organisation, key, user or client.
    NotFound(&'static str),
    /// What is asked for does not go with what is there.
    Conflict(String),
    /// No such address.
    UnknownAddress,
    /// The address takes other methods: these.
    MethodNotAllowed(String),
    /// The server cannot answer now.
    Unavailable,
    /// A fault of ours.
    Internal(Error),
}

impl Refusal {
    /// The table: status and text of each case.
    fn row(&self) -> (StatusCode, String) {
        use StatusCode as S;
        match self {
            Self::Unauthenticated => (S::UNAUTHORIZED, "An operator's token is needed.".to_owned()),
            Self::Credentials => (S::UNAUTHORIZED, "The e-mail address or the password is wrong.".to_owned()),
            Self::TooMany(_) => {
                (S::TOO_MANY_REQUESTS, "Too many attempts to sign in: wait, and try again.".to_owned())
            }
            Self::Field(field, problem) => (S::BAD_REQUEST, format!("{field} {problem}.")),
            Self::Body(problem) => (S::BAD_REQUEST, format!("The body {problem}.")),
            Self::BodyTooLarge => (S::PAYLOAD_TOO_LARGE, "The body is larger than 16 KiB.".to_owned()),
            Self::MediaType => (S::UNSUPPORTED_MEDIA_TYPE, "The body must be application/json.".to_owned()),
            Self::NotFound(what) => (S::NOT_FOUND, format!("There is no such {what}.")),
            Self::Conflict(problem) => (S::CONFLICT, format!("{problem}.")),
            Self::UnknownAddress => (S::NOT_FOUND, "There is no such address.".to_owned()),
            Self::MethodNotAllowed(_) => {
                (S::METHOD_NOT_ALLOWED, "This address does not take this method.".to_owned())
            }
            Self::Unavailable => {
                (S::SERVICE_UNAVAILABLE, "The server cannot answer now: try again.".to_owned())
            }
            Self::Internal(_) => (S::INTERNAL_SERVER_ERROR, "The server failed.".to_owned()),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.row().1)
    }
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        self.row().0
    }

    fn error_response(&self) -> HttpResponse {
        if let Self::Internal(error) = self {
            error.log();
        }
        let (status, detail) = self.row();
        let mut response = HttpResponse::build(status);
        if status == StatusCode::UNAUTHORIZED {
            response.insert_header((WWW_AUTHENTICATE, "Bearer realm=\"operator\""));
        }
        if let Self::MethodNotAllowed(allowed) = self {
            response.insert_header((ALLOW, allowed.as_str()));
        }
        if let Self::Unavailable = self {
            response.insert_header((RETRY_AFTER, "1"));
        }
        if let Self::TooMany(wait_s) = self {
            response.insert_header((RETRY_AFTER, wait_s.to_string()));
        }
        let field = if let Self::Field(field, _) = self { Some(*field) } else { None };
        let title = status.canonical_reason().unwrap_or_default();
        let problem = wire::Problem { kind: "about:blank", title, status: status.as_u16(), detail, field };
        let text = serde_json::to_string(&problem).unwrap_or_default();
        response.content_type(CONTENT_TYPE).body(text)
    }
}

impl<E: Into<Error>> From<E> for Refusal {
    fn from(error: E) -> Self {
        match error.into() {
            Error::Unauthenticated | Error::Forbidden => Self::Unauthenticated,
            Error::NotFound | Error::Gone | Error::Withheld => Self::NotFound("object"),
            Error::Conflict | Error::PreconditionFailed { .. } => {
                Self::Conflict("Another request changed the same: try again".to_owned())
            }
            Error::Unavailable => Self::Unavailable,
            // What is stored here was built here: that it is refused is our fault, not the caller's.
            other @ (Error::Invalid(_)
            | Error::BadRequest(..)
            | Error::Unprocessable(_)
            | Error::UnknownType
            | Error::MethodNotAllowed
            | Error::NothingThere
            | Error::IsThere { .. }
            | Error::NoMatch
            | Error::TooMany(_)
            | Error::MultipleMatches
            | Error::Busy(_)
            | Error::Duplicate(_)
            | Error::TooLarge(_)
            | Error::UnsupportedMediaType(_)
            | Error::UnsupportedEncoding(_)
            | Error::NotAcceptable(_)
            | Error::InEntry(..)
            | Error::Internal(_)) => Self::Internal(other),
        }
    }
}

impl From<NotOpened> for Refusal {
    fn from(error: NotOpened) -> Self {
        match error {
            NotOpened::Email => Self::Field("email", "must be an e-mail address".to_owned()),
            NotOpened::NotAscii => Self::Field("email", NOT_ASCII.to_owned()),
            NotOpened::Taken => {
                Self::Conflict("The surface has an account with this e-mail address".to_owned())
            }
            NotOpened::Password(weak) => Self::Field("password", format!("is not accepted: {weak}")),
            NotOpened::Other(error) => error.into(),
        }
    }
}

impl From<NotFounded> for Refusal {
    fn from(error: NotFounded) -> Self {
        match error {
            NotFounded::Taken => Self::Conflict("There is a tenant of this name".to_owned()),
            NotFounded::Other(error) => error.into(),
        }
    }
}

impl From<SignInError> for Refusal {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Wrong => Self::Credentials,
            SignInError::TooMany { wait_s, .. } => Self::TooMany(wait_s),
            SignInError::Busy => Self::Unavailable,
            SignInError::Failed => Error::internal(error).into(),
            SignInError::Signing(error) => Error::internal(error).into(),
            SignInError::Storage(error) => error.into(),
        }
    }
}
