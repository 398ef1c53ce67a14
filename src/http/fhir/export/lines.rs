//! Resources as lines of JSON. <https://github.com/ndjson/ndjson-spec>

use actix_web::web::{self, Bytes};
use serde_json::{Value, json};

use crate::fhir::outcome::{Issue, IssueType, Severity, operation_outcome};
use crate::fhir::subset::Subset;
use crate::records::export::{Content, ExportFile};
use crate::records::{Error, Stored};

/// The lines of a batch.
///
/// # Errors
/// When what is stored is not JSON, which cannot come from a request.
pub async fn of(file: &ExportFile, resources: Vec<Stored>) -> Result<Bytes, Error> {
    let base_url = file.base_url.clone();
    match file.content {
        Content::Resources | Content::Notes(_) if file.elements.is_empty() => {
            Ok(whole(&resources, &base_url).into())
        }
        Content::Resources | Content::Notes(_) => {
            let subset = Subset::Elements(file.elements.clone());
            // Each resource is read and written: that takes long for many.
            let work = move || parts(&resources, &subset, &base_url);
            Ok(web::block(work).await.map_err(Error::internal)??.into())
        }
        Content::Deletions => Ok(deletions(&resources).into()),
    }
}

/// The lines of what was passed over, where the file is of that.
pub fn of_notes(file: &ExportFile) -> Option<String> {
    let Content::Notes(notes) = &file.content else { return None };
    let line = |note: &String| {
        let issue =
            Issue { severity: Severity::Warning, ..Issue::error(IssueType::NotSupported, note.clone()) };
        format!("{}\n", operation_outcome(&[issue]))
    };
    Some(notes.iter().map(line).collect())
}

fn whole(resources: &[Stored], base_url: &str) -> String {
    let length = resources.iter().map(|stored| stored.body.len().saturating_add(1)).sum();
    let mut lines = String::with_capacity(length);
    for stored in resources {
        push(&mut lines, &stored.body, base_url);
    }
    lines
}

fn parts(resources: &[Stored], subset: &Subset, base_url: &str) -> Result<String, Error> {
    let mut lines = String::new();
    for stored in resources {
        push(&mut lines, &subset.of(&stored.json()?).to_string(), base_url);
    }
    Ok(lines)
}

/// A link to a Binary of this server, as the JSON of what is stored has it. Within a text, the quotes would be escaped.
const LINK: &str = r#""url":"Binary/"#;

/// Adds a line. Attachments that are Binaries of this server get a whole URL, for the file is read elsewhere.
fn push(lines: &mut String, resource: &str, base_url: &str) {
    let mut parts = resource.split(LINK);
    lines.push_str(parts.next().unwrap_or_default());
    for part in parts {
        lines.push_str(r#""url":""#);
        lines.push_str(base_url);
        lines.push_str("/Binary/");
        lines.push_str(part);
    }
    lines.push('\n');
}

/// One Bundle, which deletes a copy of all of them.
fn deletions(resources: &[Stored]) -> String {
    let entry = |stored: &Stored| {
        let url = format!("{}/{}", stored.resource_type, stored.id);
        json!({ "request": { "method": "DELETE", "url": url } })
    };
    let entries: Vec<Value> = resources.iter().map(entry).collect();
    format!("{}\n", json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pushed(resource: &str) -> String {
        let mut lines = String::new();
        push(&mut lines, resource, "https://example.org/fhir");
        lines
    }

    #[test]
    fn links_to_binaries_are_whole_and_texts_stay_as_they_are() {
        let quoted = json!({ "div": r#"<p>"url":"Binary/1"</p>"# }).to_string();
        assert_eq!(pushed(&quoted), format!("{quoted}\n"));
        assert_eq!(
            pushed(
                r#"{"a":{"url":"Binary/1"},"b":{"url":"Binary/2"},"c":{"url":"https://example.net/Binary/3"}}"#
            ),
            "{\"a\":{\"url\":\"https://example.org/fhir/Binary/1\"},\"b\":{\"url\":\"https://example.org/fhir/Binary/2\"},\"c\":{\"url\":\"https://example.net/Binary/3\"}}\n"
        );
    }
}
