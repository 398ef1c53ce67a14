//! What goes over the line.

mod account;
mod key;
mod report;
mod review;
mod study;

pub use account::{Greeting, Login, LoginResults, Rejection, SessionToken, UserView};
pub use key::{KeyView, Keys, NewKey};
pub use report::{DiagnosticReport, Differential, Finding, Heat, Interval, ReportResults, Statistic};
pub use review::{
    CellPage, CellView, CorrectedCell, CorrectionWanted, Evidence, FileView, Files, KindCount, Review,
    SignatureWanted,
};
pub use study::{
    FileResults, FilesDocument, Heartbeat, NewStudy, StudyAccepted, StudyCreated, StudyPage, StudyStatus,
    StudyView, TaskResults, Tasks, TasksWanted,
};

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// What nearly every answer is in.
#[derive(Serialize, ToSchema)]
#[schema(as = Envelope)]
pub struct Envelope<T> {
    /// The status of HTTP.
    #[schema(example = 200)]
    pub status: u16,
    /// What came of the call.
    pub results: T,
    /// What went wrong, in a word; empty otherwise.
    pub error: String,
    /// What may be shown to a person.
    pub user_message: String,
    /// What helps to find faults, but those of tokens.
    #[schema(value_type = Object)]
    pub debug_info: Value,
}

/// A refusal.
#[derive(Serialize, ToSchema)]
pub struct Failure {
    /// The status of HTTP.
    #[schema(example = 404)]
    pub status: u16,
    /// Nothing, but where an operation says otherwise.
    #[schema(value_type = Object)]
    pub results: Value,
    /// What went wrong, in a word.
    #[schema(example = "not_found")]
    pub error: String,
    /// What may be shown to a person.
    pub user_message: String,
    /// What helps to find the fault, but that of a token.
    #[schema(value_type = Object)]
    pub debug_info: Value,
}
