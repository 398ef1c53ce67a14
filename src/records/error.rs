//! What a client can act on when its request fails, with status, FHIR issue code and safe text in one table.

use std::sync::Arc;

use crate::fhir::outcome::{Issue, IssueType};
use crate::fhir::search_fault::SearchFault;
use crate::identity::passwords::NotHashed;
use crate::storage::StorageError;

/// A refused or failed request.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The body is not a valid resource.
    #[error("the resource is not valid")]
    Invalid(Vec<Issue>),
    /// The request is wrong in another way; the text says how.
    #[error("{1}")]
    BadRequest(IssueType, String),
    /// The request is well-formed and cannot be carried out on what is stored.
    #[error("the request cannot be carried out")]
    Unprocessable(Vec<Issue>),
    /// No credential, or none that holds.
    #[error("a valid access token is needed")]
    Unauthenticated,
    /// The credential does not grant this.
    #[error("the credential does not grant this")]
    Forbidden,
    /// A Consent forbids it.
    #[error("a Consent of the patient forbids this; in an emergency, who may can break the glass")]
    Withheld,
    /// No such resource in the caller's tenant.
    #[error("there is no such resource")]
    NotFound,
    /// No such resource type.
    #[error("there is no such resource type in R4")]
    UnknownType,
    /// The resource was deleted.
    #[error("the resource was deleted")]
    Gone,
    /// The path does not take this method.
    #[error("this address does not take this method")]
    MethodNotAllowed,
    /// `If-Match` names a version that is not the current one.
    #[error("the resource has changed: its current version is {current}")]
    PreconditionFailed {
        /// The current version.
        current: i64,
    },
    /// `If-Match` asks for a version of what is not there.
    #[error("there is no resource that If-Match could mean")]
    NothingThere,
    /// `If-None-Match: *` asks that there be none.
    #[error("there is a resource already: its current version is {current}")]
    IsThere {
        /// The current version.
        current: i64,
    },
    /// A conditional reference of a transaction matches nothing.
    #[error("no resource matches the search that stands for a reference")]
    NoMatch,
    /// More resources match the criteria than one request changes.
    #[error("{0}")]
    TooMany(String),
    /// Several resources match the criteria of a conditional interaction.
    #[error("several resources match the criteria")]
    MultipleMatches,
    /// Something with the same key is there already.
    #[error("{0} is taken")]
    Duplicate(&'static str),
    /// Two writers met; the same request may go through when repeated.
    #[error("another request changed the same resource: try again")]
    Conflict,
    /// The body is larger than is taken.
    #[error("the body is larger than {0} bytes")]
    TooLarge(usize),
    /// The body is of a type that is not taken here.
    #[error("the body must be of type {0}")]
    UnsupportedMediaType(&'static str),
    /// The body is packed in a way that is not taken.
    #[error("the body's Content-Encoding must be one of {0}")]
    UnsupportedEncoding(&'static str),
    /// The answer cannot be given in a type that the caller accepts.
    #[error("the answer can be given as {0} only")]
    NotAcceptable(&'static str),
    /// The caller has asked for as much as it may at the same time; it may come again after so many seconds.
    #[error("this client has asked for too much at a time: wait for some of it to end, or delete some")]
    Busy(u32),
    /// The server cannot answer now.
    #[error("the server cannot answer now: try again")]
    Unavailable,
    /// One entry of a Bundle is refused; the text says which, in FHIRPath.
    #[error("{0}: {1}")]
    InEntry(String, Box<Error>),
    /// A fault of ours.
    #[error("the server failed; the fault is logged")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// A fault of ours; what it says goes to the log alone.
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(source.into())
    }

    /// The error of an entry by itself, for whoever did not send a Bundle.
    #[must_use]
    pub fn of_entry(self) -> Self {
        if let Self::InEntry(_, error) = self { *error } else { self }
    }

    /// A failure of the database that several requests met together.
    pub(super) fn shared(error: Arc<StorageError>) -> Self {
        match &*error {
            StorageError::Contention => Self::Conflict,
            StorageError::Unreachable(reason) => {
                tracing::warn!(reason, "the database cannot be reached");
                Self::Unavailable
            }
            StorageError::TooLarge
            | StorageError::Duplicate(_)
            | StorageError::Corrupt { .. }
            | StorageError::Database(_) => Self::internal(error.to_string()),
        }
    }

    /// The same error of the entry at this position of a Bundle.
    #[must_use]
    pub fn in_entry(self, at: usize) -> Self {
        if matches!(self, Self::InEntry(..)) {
            return self;
        }
        Self::InEntry(format!("Bundle.entry[{at}]"), Box::new(self))
    }

    /// Whether the same request may go through when it is repeated at once.
    #[must_use]
    pub(super) fn is_conflict(&self) -> bool {
        if let Self::InEntry(_, error) = self {
            return error.is_conflict();
        }
        matches!(self, Self::Conflict)
    }

    /// The table: HTTP status and FHIR issue code of each case.
    #[must_use]
    pub fn status(&self) -> (u16, IssueType) {
        match self {
            Self::Invalid(_) => (400, IssueType::Invalid),
            Self::BadRequest(code, _) => (400, *code),
            Self::Unauthenticated => (401, IssueType::Login),
            Self::Forbidden => (403, IssueType::Forbidden),
            Self::Withheld => (403, IssueType::Suppressed),
            Self::NotFound => (404, IssueType::NotFound),
            Self::UnknownType => (404, IssueType::NotSupported),
            Self::MethodNotAllowed => (405, IssueType::NotSupported),
            Self::NotAcceptable(_) => (406, IssueType::NotSupported),
            Self::Duplicate(_) => (409, IssueType::Duplicate),
            Self::Conflict => (409, IssueType::Conflict),
            Self::Gone => (410, IssueType::Deleted),
            Self::PreconditionFailed { .. } => (412, IssueType::Conflict),
            Self::NothingThere | Self::IsThere { .. } => (412, IssueType::Conflict),
            Self::TooMany(_) => (412, IssueType::TooCostly),
            Self::NoMatch => (412, IssueType::NotFound),
            Self::MultipleMatches => (412, IssueType::MultipleMatches),
            Self::TooLarge(_) => (413, IssueType::TooLong),
            Self::UnsupportedMediaType(_) | Self::UnsupportedEncoding(_) => (415, IssueType::NotSupported),
            Self::Unprocessable(_) => (422, IssueType::Processing),
            Self::Busy(_) => (429, IssueType::Throttled),
            Self::InEntry(_, error) => error.status(),
            Self::Internal(_) => (500, IssueType::Exception),
            Self::Unavailable => (503, IssueType::Transient),
        }
    }

    /// The issues of an OperationOutcome.
    #[must_use]
    pub fn issues(&self) -> Vec<Issue> {
        if let Self::Invalid(issues) | Self::Unprocessable(issues) = self {
            return issues.clone();
        }
        if let Self::InEntry(place, error) = self {
            return error.issues().into_iter().map(|issue| within(place, issue)).collect();
        }
        vec![Issue::error(self.status().1, self.to_string())]
    }

    /// Writes a fault of ours to the log, once, where it is answered. What a client did wrong is no fault.
    pub fn log(&self) {
        if let Self::InEntry(_, error) = self {
            error.log();
        }
        if let Self::Internal(source) = self {
            tracing::error!(error = %source, "a request failed");
        }
    }
}

/// The issue of an entry, with its place in the Bundle: what is said of the resource is said of the entry's.
fn within(entry: &str, issue: Issue) -> Issue {
    let place = match issue.expression.as_deref() {
        None => entry.to_owned(),
        Some(place) if place.starts_with("Bundle.entry[") => return issue,
        Some(place) => match place.split_once('.') {
            Some((_, element)) => format!("{entry}.resource.{element}"),
            None => format!("{entry}.resource"),
        },
    };
    issue.at(place)
}

impl From<SearchFault> for Error {
    fn from(fault: SearchFault) -> Self {
        Self::BadRequest(fault.code, fault.text)
    }
}

impl From<NotHashed> for Error {
    fn from(reason: NotHashed) -> Self {
        match reason {
            NotHashed::Busy => Self::Unavailable,
            NotHashed::Failed => Self::internal(reason),
        }
    }
}

impl From<StorageError> for Error {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Contention => Self::Conflict,
            StorageError::Unreachable(reason) => {
                tracing::warn!(reason, "the database cannot be reached");
                Self::Unavailable
            }
            StorageError::TooLarge => {
                let text = "the search asks for more values than one statement takes";
                Self::BadRequest(IssueType::TooCostly, text.to_owned())
            }
            StorageError::Duplicate(_) | StorageError::Corrupt { .. } | StorageError::Database(_) => {
                Self::internal(error)
            }
        }
    }
}
