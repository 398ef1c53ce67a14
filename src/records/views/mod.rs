//! `$run` and `$viewdefinition-export` of ViewDefinitions: tables made of stored resources, or of such as are sent along.
//! <https://sql-on-fhir.org/ig/operations.html>
//!
//! What is stored is listed and read as an export is, portion by portion, by the same conditions of scopes and Consents: `docs/decisions/0054-views.md`
//! has the reasons.

mod ask;
mod export;
mod reading;
mod run;

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::fhir::view::table::Format;
pub use export::{AskedTables, ExportedTables};
pub use run::Run;

/// What somebody asks for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// By which view.
    pub view: Which,
    /// How the table is written.
    pub format: Format,
    /// The resources that it is made of, where they are sent along; those that are stored, where none are.
    pub sent: Option<Vec<Value>>,
    /// Only what belongs to the patients with these ids; to whomever, where there are none.
    pub patients: Vec<String>,
    /// Only what belongs to the members of the Groups with these ids; to whomever, where there are none.
    pub groups: Vec<String>,
    /// Only what changed after this time.
    pub since: Option<DateTime<Utc>>,
    /// So many rows at most.
    pub limit: Option<usize>,
    /// The base of this server's own URLs.
    pub base_url: String,
}

/// A view.
#[derive(Clone, Debug)]
pub enum Which {
    /// This one.
    Sent(Value),
    /// The stored one with this id.
    Stored(String),
    /// The stored one that this names: type and id, a URL of this server, or a canonical URL, with a version or without.
    Named(String),
}

/// A table.
pub struct Table {
    /// Its beginning.
    pub beginning: Vec<u8>,
    /// What makes the rest, where that is not all.
    pub rest: Option<Run>,
}
