//! `hygeia import bundle` and `synthea`: Bundles, each done as it says. <https://hl7.org/fhir/R4/bundle.html>

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::{Value, json};

use super::progress::{Progress, told};
use crate::app::App;
use crate::fhir::json;
use crate::http::fhir::batch;
use crate::http::fhir::caller::Client;
use crate::identity::Caller;
use crate::records::Error;

/// So often a transaction is tried that meets other writers.
const ATTEMPTS: u8 = 5;
/// A file may have so many bytes.
const LARGEST: u64 = 512 * 1024 * 1024;
/// What Synthea's files begin with that others refer to.
const FIRST: [&str; 2] = ["hospitalInformation", "practitionerInformation"];

/// Whether others of Synthea's files refer to what is in this one.
pub(super) fn comes_first(file: &Path) -> bool {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    FIRST.iter().any(|first| name.starts_with(first))
}

/// Does the Bundles in the files.
///
/// # Errors
/// When a file cannot be read or the database fails; or, at the end, when something was refused.
pub(super) async fn import(app: &App, caller: &Caller, files: &[PathBuf]) -> anyhow::Result<()> {
    let mut progress = Progress::of(files)?;
    for file in files {
        let done = of_file(app, caller, file, &mut progress).await;
        done.with_context(|| format!("{} cannot be imported", file.display()))?;
    }
    progress.end("Bundles or entries")
}

async fn of_file(app: &App, caller: &Caller, path: &Path, progress: &mut Progress) -> anyhow::Result<()> {
    let length = path.metadata()?.len();
    anyhow::ensure!(length <= LARGEST, "it is larger than {LARGEST} bytes");
    let text = std::fs::read(path)?;
    progress.read(text.len());
    let bundle = match json::parse_resource(&text).map_err(|fault| fault.issue()) {
        Ok(bundle) => as_requests(bundle),
        Err(issue) => {
            progress.refused(path, &told(&[issue]));
            return Ok(());
        }
    };
    drop(text);
    let answer = match run(app, caller, bundle).await {
        Ok(answer) => serde_json::from_str::<Value>(&answer)?,
        Err(error @ (Error::Internal(_) | Error::Unavailable | Error::Conflict)) => return Err(error.into()),
        Err(error) => {
            progress.refused(path, &told(&error.issues()));
            return Ok(());
        }
    };
    let mut stored = 0;
    for (at, entry) in answer.get("entry").and_then(Value::as_array).into_iter().flatten().enumerate() {
        let status = entry.pointer("/response/status").and_then(Value::as_str).unwrap_or_default();
        if status.starts_with('2') {
            stored += 1;
        } else {
            let why = entry.pointer("/response/outcome/issue/0/diagnostics").and_then(Value::as_str);
            progress.refused(path, &format!("Bundle.entry[{at}]: {}", why.unwrap_or(status)));
        }
    }
    progress.stored(stored);
    Ok(())
}

async fn run(app: &App, caller: &Caller, bundle: Value) -> Result<String, Error> {
    let client = Client(caller.clone());
    for _ in 1..ATTEMPTS {
        match batch::run(&app.records, &client, &app.fhir_base, bundle.clone()).await {
            Err(Error::Conflict) => {}
            done => return done,
        }
    }
    batch::run(&app.records, &client, &app.fhir_base, bundle).await
}

/// A Bundle of resources as the transaction that stores them: under their ids, where they have some. Links between them hold, for they are by
/// the addresses that the entries have.
fn as_requests(mut bundle: Value) -> Value {
    let kind = bundle.get("type").and_then(Value::as_str).unwrap_or_default();
    if bundle.get("resourceType") != Some(&json!("Bundle")) || ["transaction", "batch"].contains(&kind) {
        return bundle;
    }
    // A history has entries of what was deleted.
    if let Some(entries) = bundle.get_mut("entry").and_then(Value::as_array_mut) {
        entries.retain(|entry| entry.get("resource").is_some());
    }
    for entry in bundle.get_mut("entry").and_then(Value::as_array_mut).into_iter().flatten() {
        let text = |name: &str| entry.pointer(&format!("/resource/{name}")).and_then(Value::as_str);
        let Some(type_) = text("resourceType") else { continue };
        let request = match text("id") {
            Some(id) => json!({ "method": "PUT", "url": format!("{type_}/{id}") }),
            None => json!({ "method": "POST", "url": type_ }),
        };
        if let Some(entry) = entry.as_object_mut() {
            entry.retain(|name, _| !["search", "response", "link"].contains(&name.as_str()));
            entry.insert("request".to_owned(), request);
        }
    }
    if let Some(bundle) = bundle.as_object_mut() {
        bundle.retain(|name, _| !["total", "link", "signature"].contains(&name.as_str()));
        bundle.insert("type".to_owned(), "transaction".into());
    }
    bundle
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_are_stored_under_their_ids() {
        let resource = json!({ "resourceType": "Patient", "id": "a" });
        let new = json!({ "resourceType": "Basic" });
        let bundle = json!({ "resourceType": "Bundle", "type": "searchset", "total": 2, "entry": [
            { "fullUrl": "urn:uuid:1", "resource": resource, "search": { "mode": "match" } }, { "resource": new },
            { "request": { "method": "DELETE", "url": "Patient/b" } }] });
        let wanted = json!({ "resourceType": "Bundle", "type": "transaction", "entry": [
            { "fullUrl": "urn:uuid:1", "resource": resource, "request": { "method": "PUT", "url": "Patient/a" } },
            { "resource": new, "request": { "method": "POST", "url": "Basic" } }] });
        assert_eq!(as_requests(bundle), wanted);
        assert_eq!(as_requests(wanted.clone()), wanted);
        assert_eq!(as_requests(resource.clone()), resource);
    }
}
