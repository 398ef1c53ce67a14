//! Every refusal in the vendor's envelope: `success`, `error`, `error_code`, `details` (contract SS-08 to SS-10).
//!
//! Only statuses that the vendor documents are used, and 404 and 405 (house rule R1 of the contract): a client that
//! switches on them never meets a new one.

use std::fmt;

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Number, Value, json};

use super::rates::Full;
use super::upload::IMAGE_LIMIT_BYTES;
use super::wire;
use crate::identity::api_keys::NotRotated;
use crate::identity::sign_in::SignInError;
use crate::inference::device::{DeviceKind, Flaw};
use crate::inference::vitals;
use crate::records::Error;
use crate::records::accounts::NotOpened;
use crate::records::accounts::email::NOT_ASCII;

mod flaws;
mod pictures;

/// How long a client should wait before it repeats a request that the server could not answer now.
const RETRY_AFTER_S: i64 = 2;

/// A refused or failed request.
#[derive(Debug)]
pub enum Refusal {
    /// No API key came with the request.
    MissingApiKey,
    /// The API key is unknown or revoked.
    InvalidApiKey,
    /// No session token came with the request.
    MissingToken,
    /// The session token is not one, or has expired.
    InvalidToken,
    /// Unknown e-mail address or wrong password.
    InvalidCredentials,
    /// Too many passwords were wrong.
    TooManyAttempts(Full),
    /// Everything was asked for that the plan allows, or that an address may ask for.
    RateLimit(Full),
    /// The caller may not do this.
    Forbidden,
    /// The session has no consent that holds.
    ConsentRequired,
    /// A field of the request is wrong: its name, and what it must be.
    Validation(&'static str, String),
    /// The form has no image.
    MissingImage,
    /// The image is none of the accepted formats.
    InvalidImageFormat,
    /// The image is over the limit.
    ImageTooLarge,
    /// The image is damaged, or declares more pixels than are decoded.
    ImageProcessing(&'static str),
    /// The hint names no type of device.
    InvalidDeviceType,
    /// There is no device in the picture.
    NoDevice,
    /// There is another device in the picture than the hint says.
    AnotherDevice(DeviceKind),
    /// There is a device, but its display cannot be read.
    UnreadableDisplay,
    /// The same, and the picture itself is why.
    FlawedPicture(Flaw),
    /// The reading is less sure than the caller asked for: what it reached, and what was asked.
    LowConfidence(Number, Number),
    /// Frames were sent, of which this server finds no face.
    FramesNotSupported,
    /// No vital sign can be told from the recording.
    LowSignalQuality(vitals::Refusal),
    /// No such object in the caller's tenant.
    NotFound,
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
    /// The table: status, code and text of each case.
    fn row(&self) -> (StatusCode, &'static str, String) {
        use StatusCode as S;
        let text = |text: &str| text.to_owned();
        match self {
            Self::MissingApiKey => (S::UNAUTHORIZED, "MISSING_API_KEY", text("API key is required")),
            Self::InvalidApiKey => {
                (S::UNAUTHORIZED, "INVALID_API_KEY", text("API key is invalid or expired"))
            }
            Self::MissingToken => {
                (S::UNAUTHORIZED, "MISSING_TOKEN", text("Sign in first: a bearer token is required"))
            }
            Self::InvalidToken => (S::UNAUTHORIZED, "INVALID_TOKEN", text("The token is invalid or expired")),
            Self::InvalidCredentials => {
                (S::UNAUTHORIZED, "INVALID_CREDENTIALS", text("Invalid email or password"))
            }
            Self::TooManyAttempts(_) => (
                S::TOO_MANY_REQUESTS,
                "RATE_LIMIT_EXCEEDED",
                text("Too many attempts to sign in: wait, and try again"),
            ),
            // Whoever tries again soon is told so by 403 in vain (contract G-SS-4).
            Self::RateLimit(Full { is_month: true, .. }) => (
                S::FORBIDDEN,
                "RATE_LIMIT_EXCEEDED",
                text("Rate limit exceeded: the month's quota is used up"),
            ),
            Self::RateLimit(Full { is_month: false, .. }) => {
                (S::TOO_MANY_REQUESTS, "RATE_LIMIT_EXCEEDED", text("Rate limit exceeded"))
            }
            Self::Forbidden => (S::FORBIDDEN, "FORBIDDEN", text("You may not do this")),
            Self::ConsentRequired => (
                S::FORBIDDEN,
                "CONSENT_REQUIRED",
                text("The session needs a consent before anything is measured"),
            ),
            Self::Validation(field, problem) => {
                (S::BAD_REQUEST, "VALIDATION_ERROR", format!("{field} {problem}"))
            }
            Self::MissingImage => {
                (S::BAD_REQUEST, "MISSING_IMAGE", text("The form needs a file in the field image"))
            }
            Self::InvalidImageFormat => (
                S::UNSUPPORTED_MEDIA_TYPE,
                "INVALID_IMAGE_FORMAT",
                text("The image must be a JPEG, PNG, GIF or WebP"),
            ),
            Self::ImageTooLarge => {
                (S::PAYLOAD_TOO_LARGE, "IMAGE_TOO_LARGE", text("The image is larger than 10 MB"))
            }
            Self::ImageProcessing(problem) => (S::BAD_REQUEST, "IMAGE_PROCESSING_FAILED", text(problem)),
            Self::InvalidDeviceType => (
                S::BAD_REQUEST,
                "INVALID_DEVICE_TYPE",
                text("device_type is not a supported device or document type"),
            ),
            Self::NoDevice => {
                (S::BAD_REQUEST, "NO_DEVICE_DETECTED", text("No medical device was found in the image"))
            }
            Self::AnotherDevice(_) => (
                S::BAD_REQUEST,
                "NO_DEVICE_DETECTED",
                text("The image shows another device than device_type says"),
            ),
            Self::UnreadableDisplay => {
                (S::BAD_REQUEST, "UNREADABLE_DISPLAY", text("The display of the device could not be read"))
            }
            Self::FlawedPicture(flaw) => (
                S::BAD_REQUEST,
                "UNREADABLE_DISPLAY",
                format!("The display of the device could not be read: {flaw}"),
            ),
            Self::LowConfidence(..) => (
                S::BAD_REQUEST,
                "LOW_CONFIDENCE",
                text("The reading is below the confidence that was asked for"),
            ),
            Self::FramesNotSupported => (
                S::BAD_REQUEST,
                "FRAMES_NOT_SUPPORTED",
                text(
                    "Frames are not taken, as this server has no detector of faces: send traces, the mean colours of \
                     regions of skin",
                ),
            ),
            Self::LowSignalQuality(refusal) => {
                (S::BAD_REQUEST, "LOW_SIGNAL_QUALITY", format!("No vital sign can be told: {refusal}"))
            }
            Self::NotFound => (S::NOT_FOUND, "NOT_FOUND", text("There is no such object")),
            Self::UnknownAddress => (S::NOT_FOUND, "NOT_FOUND", text("There is no such endpoint")),
            Self::MethodNotAllowed(_) => {
                (S::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", text("This endpoint does not take this method"))
            }
            Self::Unavailable => (
                S::INTERNAL_SERVER_ERROR,
                "SERVICE_UNAVAILABLE",
                text("The server cannot answer now: try again"),
            ),
            Self::Internal(_) => (S::INTERNAL_SERVER_ERROR, "INTERNAL_ERROR", text("The server failed")),
        }
    }

    /// What a program can act on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.row().1
    }

    /// The refusal of a body that is over a limit in bytes.
    #[must_use]
    pub fn body_too_large(bytes: usize) -> Self {
        Self::Validation("body", format!("is larger than {bytes} bytes"))
    }

    /// In how many seconds the same request may go through.
    fn retry_after_s(&self) -> Option<i64> {
        if let Self::TooManyAttempts(full) | Self::RateLimit(full) = self {
            Some(full.retry_after_s)
        } else if let Self::Unavailable = self {
            Some(RETRY_AFTER_S)
        } else {
            None
        }
    }

    fn details(&self) -> Value {
        match self {
            Self::Validation(field, problem) => json!({ *field: problem }),
            Self::MissingImage => json!({ "image": "is required" }),
            Self::ImageTooLarge => json!({ "max_size_bytes": IMAGE_LIMIT_BYTES }),
            Self::InvalidImageFormat => json!({ "accepted": ["JPEG", "PNG", "GIF", "WEBP"] }),
            Self::InvalidDeviceType => {
                let ids: Vec<_> = super::device_types::ALL.iter().map(|device_type| device_type.id).collect();
                json!({ "device_types": ids })
            }
            Self::LowConfidence(reached, asked) => {
                json!({ "confidence": reached, "confidence_threshold": asked })
            }
            Self::AnotherDevice(kind) => json!({ "device_type": super::device_types::id(*kind) }),
            Self::FlawedPicture(flaw) => {
                let (reason, advice) = flaws::advice(*flaw);
                json!({ "reason": reason, "advice": advice })
            }
            Self::FramesNotSupported => json!({ "frames": "are not taken", "accepted": ["traces"] }),
            Self::LowSignalQuality(refusal) => json!({ "reason": refusal.code() }),
            Self::TooManyAttempts(full) | Self::RateLimit(full) => json!({
                "limit": full.limit,
                "window_seconds": full.window_s,
                "reset_time": full.reset.to_rfc3339_opts(SecondsFormat::Secs, true),
            }),
            Self::MissingApiKey
            | Self::InvalidApiKey
            | Self::MissingToken
            | Self::InvalidToken
            | Self::InvalidCredentials
            | Self::Forbidden
            | Self::ConsentRequired
            | Self::ImageProcessing(_)
            | Self::NoDevice
            | Self::UnreadableDisplay
            | Self::NotFound
            | Self::UnknownAddress
            | Self::MethodNotAllowed(_)
            | Self::Unavailable
            | Self::Internal(_) => json!({}),
        }
    }

    /// Writes a fault of ours to the log, once, where it is answered.
    fn log(&self) {
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
    Refusal::Validation("preflight", format!("is refused: {fault}")).error_response()
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
        let (status, code, text) = self.row();
        let mut response = HttpResponse::build(status);
        if status == StatusCode::UNAUTHORIZED {
            response.insert_header((WWW_AUTHENTICATE, "Bearer realm=\"smartscan\""));
        }
        if let Self::MethodNotAllowed(allowed) = self {
            response.insert_header((ALLOW, allowed.as_str()));
        }
        let retry_after = self.retry_after_s();
        if let Some(seconds) = retry_after {
            response.insert_header((RETRY_AFTER, seconds));
        }
        response.json(wire::Failure {
            success: false,
            error: text,
            error_code: code,
            details: self.details(),
            retry_after,
        })
    }
}

impl<E: Into<Error>> From<E> for Refusal {
    fn from(error: E) -> Self {
        match error.into() {
            Error::Unauthenticated => Self::InvalidToken,
            Error::Forbidden | Error::Withheld => Self::Forbidden,
            Error::NotFound | Error::Gone | Error::UnknownType => Self::NotFound,
            // 409 and 412 are not among the vendor's statuses; both go through when repeated.
            Error::Conflict
            | Error::PreconditionFailed { .. }
            | Error::NothingThere
            | Error::IsThere { .. }
            | Error::Unavailable => Self::Unavailable,
            Error::BadRequest(_, problem) => Self::Validation("request", problem),
            Error::TooLarge(bytes) => Self::body_too_large(bytes),
            // What is stored here was built here: that it is refused is our fault, not the caller's.
            other @ (Error::Invalid(_)
            | Error::Unprocessable(_)
            | Error::MultipleMatches
            | Error::Busy(_)
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
            NotOpened::Email => Self::Validation("email", "is not a valid e-mail address".to_owned()),
            NotOpened::NotAscii => Self::Validation("email", NOT_ASCII.to_owned()),
            NotOpened::Taken => Self::Validation("email", "is taken by another account".to_owned()),
            NotOpened::Password(weak) => Self::Validation("password", format!("is not accepted: {weak}")),
            NotOpened::Other(error) => error.into(),
        }
    }
}

impl From<NotRotated> for Refusal {
    fn from(error: NotRotated) -> Self {
        match error {
            NotRotated::Unknown => Self::NotFound,
            NotRotated::Revoked => Self::Validation("id", "names a key that is revoked already".to_owned()),
            NotRotated::Storage(error) => error.into(),
        }
    }
}

impl Refusal {
    /// Why somebody could not sign in at `now`.
    #[must_use]
    pub fn of_sign_in(error: SignInError, now: DateTime<Utc>) -> Self {
        match error {
            SignInError::Wrong => Self::InvalidCredentials,
            SignInError::TooMany { wait_s, most, window_s } => Self::TooManyAttempts(Full {
                limit: most.into(),
                window_s,
                reset: now.checked_add_signed(TimeDelta::seconds(wait_s)).unwrap_or(now),
                retry_after_s: wait_s,
                is_month: false,
            }),
            SignInError::Busy => Self::Unavailable,
            SignInError::Failed => Error::internal(error).into(),
            SignInError::Signing(error) => Error::internal(error).into(),
            SignInError::Storage(error) => error.into(),
        }
    }
}
