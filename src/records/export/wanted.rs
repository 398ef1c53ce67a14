//! What an export holds, as it is kept until the export is made.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::fhir::ResourceType;
use crate::records::Error;

/// What an export holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// The whole URL of the request.
    pub request: String,
    /// The base of this server's own URLs.
    pub base_url: String,
    /// Resources of these types.
    pub types: Vec<String>,
    /// Of whom.
    pub whose: Whose,
    /// Type and query: of a type with queries, only what one of them finds.
    pub filters: Vec<(String, String)>,
    /// Only what changed after this time.
    pub since: Option<DateTime<Utc>>,
    /// Only what changed before this time.
    pub until: Option<DateTime<Utc>>,
    /// Only these elements; all, where there are none.
    pub elements: Vec<String>,
    /// What of the request was passed over.
    pub notes: Vec<String>,
    /// The tables that are made of it; none where the resources themselves are exported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tables: Option<Tables>,
}

/// Tables that are made of what an export lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tables {
    /// By these views.
    pub views: Vec<WantedView>,
    /// The ViewDefinitions, as they were when the export was asked for; equal ones stand here once.
    pub definitions: Vec<Value>,
    /// The name of the format in which they are written.
    pub format: String,
    /// CSV: whether the names of the columns come first.
    pub header: bool,
    /// What the client calls the export.
    pub tracking: Option<String>,
}

/// A view with the name of its table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WantedView {
    /// The name of the table.
    pub name: String,
    /// The place of its ViewDefinition among [`Tables::definitions`].
    pub definition: usize,
}

/// Whose resources.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Whose {
    /// Anybody's and nobody's.
    All,
    /// Those of patients.
    Patients,
    /// Those of the patients with these addresses.
    These(Vec<i64>),
}

impl Tables {
    /// The ViewDefinition of one of the views.
    pub fn definition(&self, view: &WantedView) -> Result<&Value, Error> {
        self.definitions.get(view.definition).ok_or_else(|| Error::internal("a view without its definition"))
    }
}

impl Wanted {
    /// The types, read.
    pub fn resource_types(&self) -> Result<Vec<ResourceType>, Error> {
        let read = |name: &String| ResourceType::parse(name).ok_or_else(|| Error::internal("a type of R4"));
        self.types.iter().map(read).collect()
    }

    /// As it is kept.
    pub fn written<T: Serialize>(value: &T) -> Result<String, Error> {
        serde_json::to_string(value).map_err(Error::internal)
    }

    /// As it was kept.
    pub fn read(text: &str) -> Result<Self, Error> {
        serde_json::from_str(text).map_err(Error::internal)
    }
}
