//! Why a search cannot be read, in words for the client.

use super::outcome::IssueType;

/// What is wrong with a part of a search.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct SearchFault {
    /// What sort of fault it is.
    pub code: IssueType,
    /// What is wrong.
    pub text: String,
}

impl SearchFault {
    /// What is asked for does not exist, or is not served.
    pub fn unsupported(text: impl Into<String>) -> Self {
        Self { code: IssueType::NotSupported, text: text.into() }
    }

    /// It is not written as it must be.
    pub fn malformed(text: impl Into<String>) -> Self {
        Self { code: IssueType::Value, text: text.into() }
    }

    /// It would take too much.
    pub fn too_costly(text: impl Into<String>) -> Self {
        Self { code: IssueType::TooCostly, text: text.into() }
    }
}
