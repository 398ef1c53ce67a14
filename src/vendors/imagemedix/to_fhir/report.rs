//! A report on a scan: a Binary with the file, a DocumentReference that tells of it, and the DiagnosticReport that presents it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{Context, instant, reference, set};
use crate::fhir::codes::loinc::DIAGNOSTIC_IMAGING_STUDY;
use crate::vendors::imagemedix::codes::REPORT;

/// The media type of a report.
pub const PDF: &str = "application/pdf";

/// The logical id of the Binary with the report on the scan with this id.
#[must_use]
pub fn binary_id(scan: &str) -> String {
    format!("report-{scan}")
}

/// The name of the file of a report.
#[must_use]
pub fn file_name(scan: &str) -> String {
    format!("report-{scan}.pdf")
}

/// The Binary. Who may not read the DiagnosticReport may not read it.
#[must_use]
pub fn binary(scan: &str, report: &str, file: &[u8]) -> Value {
    json!({
        "resourceType": "Binary",
        "id": binary_id(scan),
        "contentType": PDF,
        "securityContext": reference(&format!("DiagnosticReport/{report}")),
        "data": STANDARD.encode(file),
    })
}

/// The DocumentReference of the report on a scan.
#[must_use]
pub fn document(scan: &str, report: (&str, &Value), attachment: &Value, context: &Context) -> Value {
    let (id, report) = report;
    let is_sure = !matches!(super::status(report), "registered" | "partial" | "preliminary");
    json!({
        "resourceType": "DocumentReference",
        "id": scan,
        "identifier": [{ "system": REPORT, "value": scan }],
        "status": "current",
        "docStatus": if is_sure { "final" } else { "preliminary" },
        "type": DIAGNOSTIC_IMAGING_STUDY.concept(),
        "subject": report.get("subject"),
        "date": instant(context.now),
        "author": [reference(&context.author)],
        "content": [{ "attachment": attachment }],
        "context": { "related": [reference(&format!("DiagnosticReport/{id}"))] },
    })
}

/// What tells of the file.
#[must_use]
pub fn attachment(scan: &str, file: &[u8], context: &Context) -> Value {
    json!({
        "contentType": PDF,
        "url": format!("Binary/{}", binary_id(scan)),
        "size": file.len(),
        "title": file_name(scan),
        "creation": instant(context.now),
    })
}

/// The DiagnosticReport that presents the file.
#[must_use]
pub fn presenting(mut report: Value, attachment: &Value) -> Value {
    set(&mut report, "presentedForm", Some(json!([attachment])));
    report
}

/// The DiagnosticReport without the file of the report on this scan, which tells less than there is now; none where it has none.
#[must_use]
pub fn without_file(mut report: Value, scan: &str) -> Option<Value> {
    let url = format!("Binary/{}", binary_id(scan));
    let is_other = |one: &Value| one.get("url").and_then(Value::as_str) != Some(&url);
    let (others, own) = super::list(&report, "presentedForm").into_iter().partition::<Vec<_>, _>(is_other);
    (!own.is_empty()).then(|| {
        super::set_list(&mut report, "presentedForm", others);
        report
    })
}

/// Whether the DiagnosticReport presents the file of the report on this scan as it is now.
#[must_use]
pub fn is_presented(report: &Value, scan: &str) -> bool {
    let url = format!("Binary/{}", binary_id(scan));
    super::list(report, "presentedForm")
        .iter()
        .any(|one| one.get("url").and_then(Value::as_str) == Some(&url))
}
