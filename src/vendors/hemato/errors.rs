//! Every refusal in the vendor's envelope: `status`, `results`, `error`, `user_message`, `debug_info`. The statuses are those of the
//! vendor's table: 400, 401, 403, 404, 405, 406, 418, 429, 500 and 503; and 409 where people change what others have changed, which the
//! vendor's own operations do not do.
//!
//! `debug_info` says nothing of why a token does not hold: `/auth/hello` does.

use std::fmt;

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use serde_json::{Value, json};

use super::envelope;
use crate::core::config::mounts::Region;
use crate::identity::sign_in::SignInError;
use crate::records::Error;

/// How long a client should wait before it repeats a request that the server could not answer now.
const RETRY_AFTER_S: i64 = 2;

/// A refused or failed request.
#[derive(Debug)]
pub enum Refusal {
    /// No token came with the request.
    MissingToken,
    /// The token does not hold.
    InvalidToken,
    /// The token does not hold, and why: results and debug_info for who asks for that.
    Rejected(Box<(Value, Value)>),
    /// Unknown user or wrong password.
    InvalidCredentials,
    /// Too many passwords were wrong; so many seconds to wait.
    TooManyAttempts(i64),
    /// Too much waits already; so many seconds to wait.
    TooMuchWaits(i64),
    /// The caller may not do this.
    Forbidden,
    /// The caller may do nothing in this region.
    RegionNotPermitted,
    /// The request came unencrypted from another machine.
    Unencrypted,
    /// The request is wrong: how.
    Invalid(String),
    /// A tag may name a person.
    PersonalTag(String),
    /// No such diagnostic task.
    UnknownTask,
    /// The study takes no more files.
    StudyClosed,
    /// There is no such study, or another object that the caller may see.
    NotFound(&'static str),
    /// Somebody has changed the report since the caller read it.
    ReportChanged,
    /// Somebody has signed the report as it is.
    AlreadySigned,
    /// The report was withdrawn, or nobody knows how it stands.
    ReportWithdrawn,
    /// Not all that the report tells is there to be read.
    ReportInPart,
    /// A key has or had this kid.
    KidTaken,
    /// There is no report yet; how far the study is.
    ReportNotReady(Box<Value>),
    /// No such address.
    UnknownAddress(Option<Region>),
    /// The address takes other methods: these.
    MethodNotAllowed(String),
    /// The answer is JSON, and the client wants none.
    NotAcceptable,
    /// A teapot is asked for.
    Teapot,
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
        Self::Invalid(format!("{field} {problem}."))
    }

    fn row(&self) -> (StatusCode, &'static str, String) {
        use StatusCode as S;
        let (status, error, text) = match self {
            Self::MissingToken => (S::UNAUTHORIZED, "missing_token", "A token is needed."),
            Self::InvalidToken | Self::Rejected(..) => {
                (S::UNAUTHORIZED, "invalid_token", "The token is not valid: /auth/hello says why.")
            }
            Self::InvalidCredentials => {
                (S::UNAUTHORIZED, "invalid_credentials", "The user or the password is wrong.")
            }
            Self::TooManyAttempts(_) => (
                S::TOO_MANY_REQUESTS,
                "too_many_attempts",
                "Too many attempts to sign in: wait, and try again.",
            ),
            Self::TooMuchWaits(_) => {
                (S::TOO_MANY_REQUESTS, "too_many_requests", "Too many studies wait already: try again later.")
            }
            Self::Forbidden => (S::FORBIDDEN, "forbidden", "You may not do this."),
            Self::RegionNotPermitted => {
                (S::FORBIDDEN, "region_not_permitted", "You have no permission for this region.")
            }
            Self::Unencrypted => {
                (S::FORBIDDEN, "encryption_required", "This API is available through TLS only.")
            }
            Self::Invalid(problem) => (S::BAD_REQUEST, "invalid_request", problem.as_str()),
            Self::PersonalTag(problem) => (S::BAD_REQUEST, "personal_information", problem.as_str()),
            Self::UnknownTask => {
                (S::BAD_REQUEST, "unknown_task", "There is no such diagnostic task, or none is named.")
            }
            Self::StudyClosed => (
                S::BAD_REQUEST,
                "study_closed",
                "The study takes no more files: a diagnostic study of it was requested.",
            ),
            Self::NotFound(what) => return (S::NOT_FOUND, "not_found", format!("There is no such {what}.")),
            Self::ReportNotReady(_) => {
                (S::NOT_FOUND, "report_not_ready", "There is no report on this study yet.")
            }
            Self::ReportChanged => (
                S::CONFLICT,
                "report_changed",
                "Somebody has changed the report meanwhile: look at it as it is now.",
            ),
            Self::ReportWithdrawn => {
                (S::CONFLICT, "report_withdrawn", "The report was withdrawn: nobody can correct or sign it.")
            }
            Self::ReportInPart => (
                S::CONFLICT,
                "report_in_part",
                "Not all that the report tells can be read here: nobody can correct or sign it as a whole.",
            ),
            Self::AlreadySigned => (S::CONFLICT, "already_signed", "The report is signed as it is."),
            Self::KidTaken => {
                (S::CONFLICT, "kid_taken", "A key has or had this kid: no second one may be named by it.")
            }
            Self::UnknownAddress(_) => (S::NOT_FOUND, "not_found", "There is no such endpoint."),
            Self::MethodNotAllowed(_) => {
                (S::METHOD_NOT_ALLOWED, "method_not_allowed", "This endpoint does not take this method.")
            }
            Self::NotAcceptable => (S::NOT_ACCEPTABLE, "not_acceptable", "Answers are JSON only."),
            Self::Teapot => (S::IM_A_TEAPOT, "im_a_teapot", "I'm a teapot."),
            Self::Preflight(fault) => {
                let text = format!("This page may not call the API: {fault}.");
                return (S::BAD_REQUEST, "preflight_refused", text);
            }
            Self::Unavailable => {
                (S::SERVICE_UNAVAILABLE, "unavailable", "The server cannot answer now: try again.")
            }
            Self::Internal(_) => (S::INTERNAL_SERVER_ERROR, "internal_error", "The server failed."),
        };
        (status, error, text.to_owned())
    }

    /// What the envelope holds beside the words: the results, and what helps to find the fault.
    fn beside(&self) -> (Value, Value) {
        if let Self::Rejected(told) = self {
            (**told).clone()
        } else if let Self::ReportNotReady(results) = self {
            ((**results).clone(), json!({}))
        } else if let Self::UnknownTask = self {
            (json!({}), json!({ "known_tasks": super::tasks::KNOWN }))
        } else if let Self::UnknownAddress(Some(region)) = self {
            // The commonest mistake is to look in another region.
            (json!({}), json!({ "region": region.as_str() }))
        } else {
            (json!({}), json!({}))
        }
    }

    fn retry_after_s(&self) -> Option<i64> {
        if let Self::TooManyAttempts(seconds) | Self::TooMuchWaits(seconds) = self {
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
        f.write_str(&self.row().2)
    }
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        self.row().0
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        self.log();
        let (status, error, user_message) = self.row();
        let (results, debug_info) = self.beside();
        let mut response = HttpResponse::build(status);
        if status == StatusCode::UNAUTHORIZED {
            response.insert_header((WWW_AUTHENTICATE, "Bearer realm=\"hemato\""));
        }
        if let Self::MethodNotAllowed(allowed) = self {
            response.insert_header((ALLOW, allowed.as_str()));
        }
        if let Some(seconds) = self.retry_after_s() {
            response.insert_header((RETRY_AFTER, seconds));
        }
        response.json(envelope::failure(status, results, error, user_message, debug_info))
    }
}

impl<E: Into<Error>> From<E> for Refusal {
    fn from(error: E) -> Self {
        match error.into() {
            Error::Unauthenticated => Self::InvalidToken,
            Error::Forbidden | Error::Withheld => Self::Forbidden,
            Error::NotFound | Error::Gone | Error::UnknownType => Self::NotFound("object"),
            // 409 and 412 are not in the vendor's table; both go through when repeated.
            Error::Conflict
            | Error::PreconditionFailed { .. }
            | Error::NothingThere
            | Error::IsThere { .. }
            | Error::Unavailable => Self::Unavailable,
            Error::Busy(seconds) => Self::TooMuchWaits(seconds.into()),
            Error::BadRequest(_, problem) => Self::Invalid(format!("{problem}.")),
            Error::TooLarge(bytes) => Self::Invalid(format!("The body is larger than {bytes} bytes.")),
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
