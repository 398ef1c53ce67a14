//! What models said of the tenant's patients and no person has judged: finding it, reading it whole, and judging it.
//!
//! A result is a DiagnosticReport with its Observations, or Observations of one picture. Whoever judges it answers for all of it, and what
//! each vendor's API tells of it follows, for that is read from the same resources (decision 57).

mod judge;
mod list;
mod read;

use serde_json::Value;

use super::Stored;
use crate::fhir::unconfirmed::is_unconfirmed;

pub use judge::{NotJudged, Verdict};
pub use list::{Listed, Listing};

/// The type of what is measured or seen.
pub(super) const OBSERVATION: &str = "Observation";
/// The type of what is concluded of it.
pub(super) const REPORT: &str = "DiagnosticReport";
/// A result has so many resources at most.
pub(super) const MOST: u16 = 1000;

/// Where results of models come from: a vendor's service, say.
#[derive(Clone, Debug)]
pub struct Source {
    /// The word for it in addresses.
    pub word: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// The type of the resource that stands for a result: `DiagnosticReport` or `Observation`.
    pub resource_type: &'static str,
    /// The search that tells them from those of other sources.
    pub parameters: Vec<(String, String)>,
    /// Whether single values may be put right here; where others are counted from them, that is done elsewhere.
    pub may_correct: bool,
}

/// All of a result, as it was read.
#[derive(Debug)]
pub struct Item {
    /// The DiagnosticReport and the Observations; the one that was asked for first.
    pub parts: Vec<Part>,
    /// The Media that it was made of.
    pub media: Vec<Value>,
    /// The models that made it, by name and version.
    pub models: Vec<String>,
    /// Whether a part of it cannot be read.
    pub lacks_some: bool,
}

/// A resource of a result.
#[derive(Debug)]
pub struct Part {
    /// As it was found.
    pub stored: Stored,
    /// Its JSON.
    pub json: Value,
}

impl Part {
    /// Whether a person has yet to judge it.
    #[must_use]
    pub fn is_unconfirmed(&self) -> bool {
        is_unconfirmed(&self.json)
    }
}

impl Item {
    /// The resource that was asked for.
    #[must_use]
    pub fn root(&self) -> Option<&Part> {
        self.parts.first()
    }

    /// What somebody has seen who has read it: changes with each version of each part.
    #[must_use]
    pub fn seen(&self) -> String {
        let mut names: Vec<_> = self.parts.iter().map(|part| format!("{:?}", part.stored)).collect();
        names.sort();
        hex::encode(xxhash_rust::xxh3::xxh3_128(names.join(" ").as_bytes()).to_be_bytes())
    }

    /// Whether a person has yet to judge any of it.
    #[must_use]
    pub fn is_unconfirmed(&self) -> bool {
        self.parts.iter().any(Part::is_unconfirmed)
    }

    /// Id of the Patient that it is of.
    #[must_use]
    pub fn patient(&self) -> Option<&str> {
        let subject = self.root()?.json.pointer("/subject/reference")?.as_str()?;
        subject.strip_prefix("Patient/")
    }
}
