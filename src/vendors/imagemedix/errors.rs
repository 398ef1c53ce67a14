//! Every refusal in the vendor's words: `{"error": text}` (contract IM-02, IM-03). The statuses are those that the vendor documents, 405
//! and 429 (house rule R1 of the contract).

use std::fmt;

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};

use super::wire;
use crate::identity::sign_in::SignInError;
use crate::records::Error;
use crate::records::accounts::NotOpened;

/// How long a client should wait before it repeats a request that the server could not answer now.
const RETRY_AFTER_S: i64 = 2;

/// A refused or failed request.
#[derive(Debug)]
pub enum Refusal {
    /// No session token came with the request.
    MissingToken,
    /// The session token is not one, has expired, or its account cannot be used any more.
    InvalidToken,
    /// Unknown e-mail address or wrong password.
    InvalidCredentials,
    /// Too many passwords were wrong; so many seconds to wait.
    TooManyAttempts(i64),
    /// The address has asked for all that it may; so many seconds to wait.
    TooManyRequests(i64),
    /// The caller may not do this.
    Forbidden,
    /// A provider recognised somebody, or did not, and there is no account to sign in to: why.
    NotAdmitted(&'static str),
    /// The request is wrong: how.
    Invalid(String),
    /// No such object that the caller may see.
    NotFound(&'static str),
    /// No such address.
    UnknownAddress,
    /// The address takes other methods: these.
    MethodNotAllowed(String),
    /// A page of another origin may not do this; the text says why.
    Preflight(String),
    /// The server cannot answer now.
    Unavailable,
    /// A fault of ours.
    Internal(Error),
}

impl Refusal {
    /// A field is wrong.
    #[must_use]
    pub fn field(field: &str, problem: &str) -> Self {
        Self::Invalid(format!("{field} {problem}"))
    }

    fn row(&self) -> (StatusCode, String) {
        use StatusCode as S;
        let (status, text) = match self {
            Self::MissingToken => (S::UNAUTHORIZED, "Sign in first: a bearer token is required"),
            Self::InvalidToken => (S::UNAUTHORIZED, "The token is invalid or expired"),
            Self::InvalidCredentials => (S::UNAUTHORIZED, "Invalid email or password"),
            Self::TooManyAttempts(_) => {
                (S::TOO_MANY_REQUESTS, "Too many attempts to sign in, please try again later.")
            }
            Self::TooManyRequests(_) => (S::TOO_MANY_REQUESTS, "Too many requests, please try again later."),
            Self::Forbidden => (S::FORBIDDEN, "You may not do this"),
            Self::NotAdmitted(why) => (S::FORBIDDEN, *why),
            Self::Invalid(problem) => (S::BAD_REQUEST, problem.as_str()),
            Self::NotFound(what) => return (S::NOT_FOUND, format!("There is no such {what}")),
            Self::UnknownAddress => (S::NOT_FOUND, "There is no such endpoint"),
            Self::MethodNotAllowed(_) => (S::METHOD_NOT_ALLOWED, "This endpoint does not take this method"),
            Self::Preflight(fault) => return (S::BAD_REQUEST, format!("The preflight is refused: {fault}")),
            Self::Unavailable => (S::INTERNAL_SERVER_ERROR, "The server cannot answer now: try again"),
            Self::Internal(_) => (S::INTERNAL_SERVER_ERROR, "The server failed"),
        };
        (status, text.to_owned())
    }

    /// In how many seconds the same request may go through.
    fn retry_after_s(&self) -> Option<i64> {
        if let Self::TooManyAttempts(seconds) | Self::TooManyRequests(seconds) = self {
            Some(*seconds)
        } else if let Self::Unavailable = self {
            Some(RETRY_AFTER_S)
        } else {
            None
        }
    }

    /// Writes a fault of ours to the log, once, where it is answered.
    pub fn log(&self) {
        let Self::Internal(error) = self else { return };
        if let Error::Invalid(issues) = error {
            let issues: Vec<_> = issues.iter().map(ToString::to_string).collect();
            tracing::error!(?issues, "a resource that this server built is not valid");
        }
        error.log();
    }
}

/// The refusal of a preflight.
#[must_use]
pub fn preflight(fault: &str) -> HttpResponse {
    Refusal::Preflight(fault.to_owned()).error_response()
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

    fn error_response(&self) -> HttpResponse<BoxBody> {
        self.log();
        let (status, error) = self.row();
        let mut response = HttpResponse::build(status);
        if status == StatusCode::UNAUTHORIZED {
            response.insert_header((WWW_AUTHENTICATE, "Bearer realm=\"imagemedix\""));
        }
        if let Self::MethodNotAllowed(allowed) = self {
            response.insert_header((ALLOW, allowed.as_str()));
        }
        if let Some(seconds) = self.retry_after_s() {
            response.insert_header((RETRY_AFTER, seconds));
        }
        response.json(wire::Failure { error })
    }
}

impl<E: Into<Error>> From<E> for Refusal {
    fn from(error: E) -> Self {
        match error.into() {
            Error::Unauthenticated => Self::InvalidToken,
            Error::Forbidden | Error::Withheld => Self::Forbidden,
            Error::NotFound | Error::Gone | Error::UnknownType => Self::NotFound("object"),
            // 409 and 412 are not among the vendor's statuses; both go through when repeated.
            Error::Conflict
            | Error::PreconditionFailed { .. }
            | Error::NothingThere
            | Error::IsThere { .. }
            | Error::Unavailable => Self::Unavailable,
            Error::Busy(seconds) => Self::TooManyRequests(seconds.into()),
            Error::BadRequest(_, problem) => Self::Invalid(problem),
            Error::TooLarge(bytes) => Self::Invalid(format!("The body is larger than {bytes} bytes")),
            // What is stored here was built here: that it is refused is our fault, not the caller's.
            other @ (Error::Invalid(_)
            | Error::Unprocessable(_)
            | Error::MultipleMatches
            | Error::NoMatch
            | Error::TooMany(_)
            | Error::InEntry(..)
            | Error::Duplicate(_)
            | Error::MethodNotAllowed
            | Error::UnsupportedMediaType(_)
            | Error::UnsupportedEncoding(_)
            | Error::NotAcceptable(_)
            | Error::Internal(_)) => Self::Internal(other),
        }
    }
}

impl From<NotOpened> for Refusal {
    fn from(error: NotOpened) -> Self {
        match error {
            NotOpened::Email | NotOpened::NotAscii => Self::Invalid(error.to_string()),
            NotOpened::Taken => Self::field("email", "is taken by another account"),
            NotOpened::Password(weak) => Self::Invalid(format!("password is not accepted: {weak}")),
            NotOpened::Other(error) => error.into(),
        }
    }
}

impl From<SignInError> for Refusal {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Wrong => Self::InvalidCredentials,
            SignInError::TooMany { wait_s, .. } => Self::TooManyAttempts(wait_s),
            SignInError::Busy => Self::Unavailable,
            SignInError::Failed => Error::internal(error).into(),
            SignInError::Signing(error) => Error::internal(error).into(),
            SignInError::Storage(error) => error.into(),
        }
    }
}
