//! Why a person was not asked. <https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1>

use super::Refusal;
use crate::storage::StorageError;

/// What is wrong with a request, and who is told.
#[derive(Debug)]
pub enum Fault {
    /// The person alone: where the request wants to go on cannot be trusted.
    Shown(&'static str),
    /// The client, by way of the person's browser.
    Sent {
        /// The client's address.
        redirect_uri: String,
        /// What it knows its request by.
        state: Option<String>,
        /// The `error`.
        error: &'static str,
        /// What is wrong, for the client's developer.
        description: &'static str,
    },
    /// A fault of ours.
    Failed(Refusal),
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Failed(refusal)
    }
}

impl From<StorageError> for Fault {
    fn from(error: StorageError) -> Self {
        Self::Failed(error.into())
    }
}
