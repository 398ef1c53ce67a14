//! The operations of SQL on FHIR, on the server as a whole: R4 has no type that they could be named of.
//! <https://sql-on-fhir.org/ig/operations.html>

use super::{On, Operation};

/// Tables as files, made later.
pub(super) const EXPORT: Operation = Operation {
    id: "hygeia-view-definition-export",
    code: "viewdefinition-export",
    url: "https://hygeia.health/fhir/OperationDefinition/view-definition-export",
    base: Some("http://sql-on-fhir.org/OperationDefinition/$viewdefinition-export"),
    on: &[On::System],
    affects_state: false,
    title: "Tables by views of SQL on FHIR, as files",
    description: "Starts an export of tables, as NDJSON, CSV, Parquet or JSON, which all show the same moment. It is also called as ViewDefinition/$viewdefinition-export and ViewDefinition/[id]/$viewdefinition-export. Each view has the parts name, viewReference and viewResource. The answer is 202; its Content-Location tells how far the export is, and leads to the result.",
    parameters: &[
        ("view", "Element", "A view, by its parts", true),
        ("clientTrackingId", "string", "What the client calls the export", false),
        ("_format", "code", "ndjson, csv, parquet or json", false),
        ("header", "boolean", "CSV: whether the names of the columns come first", false),
        ("patient", "Reference", "Only what belongs to these patients", true),
        ("group", "Reference", "Only what belongs to members of these Groups", true),
        ("_since", "instant", "Only what changed after this time", false),
    ],
};

/// A table, at once.
pub(super) const RUN: Operation = Operation {
    id: "hygeia-view-definition-run",
    code: "viewdefinition-run",
    url: "https://hygeia.health/fhir/OperationDefinition/view-definition-run",
    base: Some("http://sql-on-fhir.org/OperationDefinition/$viewdefinition-run"),
    on: &[On::System],
    affects_state: false,
    title: "A table by a view of SQL on FHIR",
    description: "Makes a table, as JSON, NDJSON, CSV or Parquet, of stored resources or of such as are sent along. It is also called as ViewDefinition/$run and ViewDefinition/[id]/$run: ViewDefinition is no type of R4, and is stored, read and searched like one. A viewReference is ViewDefinition/[id], or a canonical URL with or without its version.",
    parameters: &[
        ("viewResource", "Resource", "The ViewDefinition itself", false),
        ("viewReference", "Reference", "A stored ViewDefinition", false),
        ("_format", "code", "json, ndjson, csv or parquet", false),
        ("header", "boolean", "CSV: whether the names of the columns come first", false),
        ("resource", "Resource", "What the table is made of, instead of what is stored", true),
        ("patient", "Reference", "Only what belongs to these patients", true),
        ("group", "Reference", "Only what belongs to members of these Groups", true),
        ("_since", "instant", "Only what changed after this time", false),
        ("_limit", "integer", "So many rows at most", false),
    ],
};
