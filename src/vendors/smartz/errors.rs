//! Every refusal as Azure's API Management words it: `{"statusCode", "message"}`; those of `/v1/token` as RFC 6749, 5.2 does.

use std::fmt;

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use serde_json::json;

use super::wire;
use crate::identity::gateway::subscriptions::NotReplaced;
use crate::identity::sign_in::SignInError;
use crate::records::Error;
use crate::records::accounts::NotOpened;
use crate::records::accounts::email::NOT_ASCII;

/// How long a client should wait before it repeats a request that the server could not answer now.
const RETRY_AFTER_S: i64 = 2;

/// Why an application gets no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenFault {
    /// The request cannot be understood; the text says why.
    InvalidRequest(&'static str),
    /// No such application, or another key.
    InvalidClient,
    /// Another grant than that of client credentials.
    UnsupportedGrantType,
}

impl TokenFault {
    fn row(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::InvalidRequest(why) => (StatusCode::BAD_REQUEST, "invalid_request", why),
            Self::InvalidClient => {
                (StatusCode::UNAUTHORIZED, "invalid_client", "App Id or App Key is missing or wrong")
            }
            Self::UnsupportedGrantType => (
                StatusCode::BAD_REQUEST,
                "unsupported_grant_type",
                "The grant type must be client_credentials",
            ),
        }
    }
}

/// A refused or failed request.
#[derive(Debug)]
pub enum Refusal {
    /// No subscription key came with the request.
    MissingKey,
    /// The subscription key is not one, or its subscription is cancelled.
    InvalidKey,
    /// The access token is missing or does not hold.
    InvalidToken,
    /// Nobody is signed in to the portal or the dashboard.
    NotSignedIn,
    /// The key of a node is missing or does not hold.
    InvalidNodeKey,
    /// Unknown e-mail address or wrong password.
    InvalidCredentials,
    /// An application gets no token.
    Token(TokenFault),
    /// Too many were wrong; so many seconds to wait.
    TooManyAttempts(i64),
    /// The subscription calls too fast; so many seconds to wait.
    RateLimit(i64),
    /// The subscription has called as often as it may in a month; so many seconds to wait.
    Quota(i64),
    /// The caller may not do this.
    Forbidden,
    /// The request is wrong: how.
    Invalid(String),
    /// What is there is against it: how.
    Conflict(&'static str),
    /// No such address, or object that the caller may see.
    NotFound,
    /// The address takes other methods: these.
    MethodNotAllowed(String),
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

    fn row(&self) -> (StatusCode, String) {
        use StatusCode as S;
        let (status, text) = match self {
            Self::MissingKey => (
                S::UNAUTHORIZED,
                "Access denied due to missing subscription key. Make sure to include subscription key when making requests to an API.",
            ),
            Self::InvalidKey => (
                S::UNAUTHORIZED,
                "Access denied due to invalid subscription key. Make sure to provide a valid key for an active subscription.",
            ),
            Self::InvalidToken => (S::UNAUTHORIZED, "Invalid or expired access token."),
            Self::NotSignedIn => {
                (S::UNAUTHORIZED, "Sign in first: the token is missing, invalid or expired.")
            }
            Self::InvalidNodeKey => (S::UNAUTHORIZED, "The node key is missing or invalid."),
            Self::InvalidCredentials => (S::UNAUTHORIZED, "The e-mail address or the password is wrong."),
            Self::Token(fault) => (fault.row().0, fault.row().2),
            Self::TooManyAttempts(seconds) => {
                return (S::TOO_MANY_REQUESTS, format!("Too many attempts. Try again in {seconds} seconds."));
            }
            Self::RateLimit(seconds) => {
                return (
                    S::TOO_MANY_REQUESTS,
                    format!("Rate limit is exceeded. Try again in {seconds} seconds."),
                );
            }
            Self::Quota(seconds) => {
                let text =
                    format!("Out of call volume quota. Quota will be replenished in {}.", clock(*seconds));
                return (S::FORBIDDEN, text);
            }
            Self::Forbidden => (S::FORBIDDEN, "You may not do this."),
            Self::Invalid(problem) => (S::BAD_REQUEST, problem.as_str()),
            Self::Conflict(problem) => (S::CONFLICT, *problem),
            Self::NotFound => (S::NOT_FOUND, "Resource not found"),
            Self::MethodNotAllowed(_) => (S::METHOD_NOT_ALLOWED, "The resource does not take this method."),
            Self::Unavailable => (S::SERVICE_UNAVAILABLE, "The server cannot answer now. Try again."),
            Self::Internal(_) => (S::INTERNAL_SERVER_ERROR, "Internal server error"),
        };
        (status, text.to_owned())
    }

    /// In how many seconds the same request may go through.
    fn retry_after_s(&self) -> Option<i64> {
        if let Self::TooManyAttempts(seconds) | Self::RateLimit(seconds) | Self::Quota(seconds) = self {
            Some(*seconds)
        } else if let Self::Unavailable = self {
            Some(RETRY_AFTER_S)
        } else {
            None
        }
    }

    /// What the caller is to show, where it has not.
    fn challenge(&self) -> Option<&'static str> {
        if let Self::MissingKey | Self::InvalidKey = self {
            Some("AzureApiManagementKey realm=\"smartz\", name=\"x-sub-key\", type=\"header\"")
        } else if let Self::InvalidToken = self {
            Some("Bearer error=\"invalid_token\"")
        } else if let Self::Token(_) = self {
            Some("Basic realm=\"smartz\"")
        } else if let Self::NotSignedIn | Self::InvalidNodeKey | Self::InvalidCredentials = self {
            Some("Bearer realm=\"smartz\"")
        } else {
            None
        }
    }

    fn log(&self) {
        let Self::Internal(error) = self else { return };
        if let Error::Invalid(issues) = error {
            let issues: Vec<_> = issues.iter().map(ToString::to_string).collect();
            tracing::error!(?issues, "a resource that this server built is not valid");
        }
        error.log();
    }
}

/// Seconds as `hh:mm:ss`.
fn clock(seconds: i64) -> String {
    let parts = [seconds / 3600, seconds / 60 % 60, seconds % 60];
    parts.map(|part| format!("{part:02}")).join(":")
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
        let (status, message) = self.row();
        let mut response = HttpResponse::build(status);
        if status == StatusCode::UNAUTHORIZED
            && let Some(challenge) = self.challenge()
        {
            response.insert_header((WWW_AUTHENTICATE, challenge));
        }
        if let Self::MethodNotAllowed(allowed) = self {
            response.insert_header((ALLOW, allowed.as_str()));
        }
        if let Some(seconds) = self.retry_after_s() {
            response.insert_header((RETRY_AFTER, seconds));
        }
        if let Self::Token(fault) = self {
            let (_, error, error_description) = fault.row();
            return response.json(json!({ "error": error, "error_description": error_description }));
        }
        response.json(wire::Failure { status_code: status.as_u16(), message })
    }
}

impl<E: Into<Error>> From<E> for Refusal {
    fn from(error: E) -> Self {
        match error.into() {
            Error::Unauthenticated => Self::InvalidToken,
            Error::Forbidden | Error::Withheld => Self::Forbidden,
            Error::NotFound | Error::Gone | Error::UnknownType => Self::NotFound,
            Error::Conflict
            | Error::PreconditionFailed { .. }
            | Error::NothingThere
            | Error::IsThere { .. }
            | Error::Unavailable => Self::Unavailable,
            Error::Busy(seconds) => Self::TooManyAttempts(seconds.into()),
            Error::BadRequest(_, problem) => Self::Invalid(problem),
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

impl From<NotOpened> for Refusal {
    fn from(error: NotOpened) -> Self {
        match error {
            NotOpened::Email => Self::field("email", "is not a valid e-mail address"),
            NotOpened::NotAscii => Self::field("email", NOT_ASCII),
            NotOpened::Taken => Self::field("email", "is taken by another account"),
            NotOpened::Password(weak) => Self::field("password", &format!("is not accepted: {weak}")),
            NotOpened::Other(error) => error.into(),
        }
    }
}

impl From<NotReplaced> for Refusal {
    fn from(error: NotReplaced) -> Self {
        match error {
            NotReplaced::Unknown => Self::NotFound,
            NotReplaced::Cancelled => Self::Conflict("The subscription is cancelled."),
            NotReplaced::Storage(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_those_of_the_gateway() {
        assert_eq!(
            Refusal::Quota(25 * 3600 + 61).to_string(),
            "Out of call volume quota. Quota will be replenished in 25:01:01."
        );
        assert_eq!(Refusal::RateLimit(1).to_string(), "Rate limit is exceeded. Try again in 1 seconds.");
        assert_eq!(Refusal::field("name", "is required").to_string(), "name is required.");
    }
}
