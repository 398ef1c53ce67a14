//! Patches: JSON Patch (RFC 6902) and FHIRPath Patch. <https://hl7.org/fhir/R4/http.html#patch>
//!
//! Pure: a patch is read once and applied to a copy of the resource. Whether the result is valid, and still the same
//! resource, is for the caller to check. Texts name operations by their number and never quote a value.

mod content;
mod elements;
mod expression;
mod fhirpath;
mod json;
mod number;
mod operations;
mod pointer;
mod select;

use std::fmt;

use serde_json::Value;

use super::json::parse;
use super::outcome::{Issue, IssueType};

/// So many operations a patch may have.
const MOST_OPERATIONS: usize = 2_000;

/// A well-formed patch.
#[derive(Clone)]
pub struct Patch(Operations);

#[derive(Clone)]
enum Operations {
    Json(Vec<json::Operation>),
    FhirPath(Vec<operations::Operation>),
}

impl Patch {
    /// Reads a JSON Patch document.
    ///
    /// # Errors
    /// What is malformed.
    pub fn json(bytes: &[u8]) -> Result<Self, Vec<Issue>> {
        let document = parse(bytes).map_err(|fault| vec![fault.issue()])?;
        let operations = json::read(document).map_err(|issue| vec![issue])?;
        Ok(Self(Operations::Json(operations)))
    }

    /// Reads a FHIRPath Patch: a Parameters resource.
    ///
    /// # Errors
    /// What is malformed, or not supported.
    pub fn fhirpath(document: &Value) -> Result<Self, Vec<Issue>> {
        Ok(Self(Operations::FhirPath(operations::read(document)?)))
    }

    /// The resource after all operations, in their order.
    ///
    /// # Errors
    /// Why the first operation that cannot be applied cannot.
    pub fn apply(&self, resource: Value) -> Result<Value, Issue> {
        match &self.0 {
            Operations::Json(operations) => json::apply(operations, resource),
            Operations::FhirPath(operations) => fhirpath::apply(operations, resource),
        }
    }
}

impl fmt::Debug for Patch {
    /// How many operations, never their values.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = match &self.0 {
            Operations::Json(operations) => operations.len(),
            Operations::FhirPath(operations) => operations.len(),
        };
        write!(f, "Patch of {count} operations")
    }
}

/// An issue of the operation with this number, counted from 1.
fn of_operation(number: usize, issue: Issue) -> Issue {
    Issue { diagnostics: format!("operation {number}: {}", issue.diagnostics), ..issue }
}

fn too_many() -> Issue {
    Issue::error(IssueType::TooCostly, format!("a patch has at most {MOST_OPERATIONS} operations"))
}

#[cfg(test)]
mod tests;
