//! `GET` and `DELETE` of `[base]/$export-status/[job]`: how far an export is, where its files are, and taking it back.
//! <https://hl7.org/fhir/uv/bulkdata/STU2/export.html#bulk-data-status-request>

use std::time::SystemTime;

use actix_web::http::StatusCode;
use actix_web::http::header::{EXPIRES, HttpDate, RETRY_AFTER};
use actix_web::{HttpResponse, delete, get, web};
use serde_json::{Value, json};

use super::FILE;
use crate::fhir::outcome::{Issue, IssueType, operation_outcome};
use crate::http::fhir::caller::Client;
use crate::http::fhir::errors::Refusal;
use crate::http::fhir::{BaseUrl, answer};
use crate::records::Records;
use crate::records::export::{Export, Listed, ListedFile, State};

/// So many seconds a client is asked to wait before it asks again.
const AGAIN_S: &str = "1";

/// Tells how far an export is, and where its files are.
#[utoipa::path(tag = "fhir", operation_id = "read_export_status",
    params(("job" = String, Path, description = "The export's id, from `Content-Location`")),
    responses((status = 200, description = "It is complete: the manifest", body = Object, content_type = "application/json"),
        (status = 202, description = "It is not; `X-Progress` says how far it is", body = Object, content_type = "application/fhir+json"),
        (status = 401, description = "No access token that holds"), (status = 403, description = "The token's scopes do not go to all that is exported"),
        (status = 404, description = "This client has no such export"), (status = 500, description = "It could not be made")),
    security(("access_token" = [])))]
#[get("/$export-status/{job}")]
pub async fn read_export_status(
    path: web::Path<String>,
    client: Client,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    let export = records.export_status(&client.0, &path).await?;
    let progress = match &export.state {
        State::Waiting => "waiting".to_owned(),
        State::Running { done, total } => format!("{done} of {total} resource types"),
        State::Done(listed) => return Ok(complete(&export, listed, &format!("{}/{FILE}/{path}", base.0))),
        State::Failed(reason) => {
            let issue =
                Issue::error(IssueType::Processing, format!("the export could not be made: {reason}"));
            return Ok(HttpResponse::InternalServerError()
                .content_type(answer::CONTENT_TYPE)
                .body(operation_outcome(&[issue]).to_string()));
        }
    };
    let outcome = operation_outcome(&[Issue::information(progress.clone())]).to_string();
    Ok(HttpResponse::build(StatusCode::ACCEPTED)
        .insert_header(("X-Progress", progress))
        .insert_header((RETRY_AFTER, AGAIN_S))
        .content_type(answer::CONTENT_TYPE)
        .body(outcome))
}

/// Takes an export back, with its files.
#[utoipa::path(tag = "fhir", operation_id = "delete_export",
    params(("job" = String, Path, description = "The export's id, from `Content-Location`")),
    responses((status = 202, description = "It is gone", body = Object, content_type = "application/fhir+json"),
        (status = 401, description = "No access token that holds"), (status = 403, description = "The token has no `system/` scopes"),
        (status = 404, description = "This client has no such export")),
    security(("access_token" = [])))]
#[delete("/$export-status/{job}")]
pub async fn delete_export(
    path: web::Path<String>,
    client: Client,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    records.take_export_back(&client.0, &path).await?;
    let outcome = operation_outcome(&[Issue::information("the export was deleted")]);
    Ok(HttpResponse::build(StatusCode::ACCEPTED).content_type(answer::CONTENT_TYPE).body(outcome.to_string()))
}

/// The manifest. Its files are below this address.
fn complete(export: &Export, listed: &Listed, files: &str) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((EXPIRES, HttpDate::from(SystemTime::from(listed.expires))))
        .content_type("application/json")
        .body(manifest(export, listed, files).to_string())
}

fn manifest(export: &Export, listed: &Listed, files: &str) -> Value {
    let url = |name: &str| format!("{files}/{name}");
    let output = |file: &ListedFile| json!({ "type": file.resource_type, "url": url(&file.name), "count": file.count });
    let error = |(name, count): &(String, usize)| json!({ "type": "OperationOutcome", "url": url(name), "count": count });
    let mut manifest = json!({
        "transactionTime": answer::instant(listed.moment),
        "request": export.request,
        "requiresAccessToken": true,
        "output": listed.output.iter().map(output).collect::<Vec<_>>(),
        "error": listed.notes.iter().map(error).collect::<Vec<_>>(),
    });
    if let (Some(deleted), Some(manifest)) = (&listed.deleted, manifest.as_object_mut()) {
        let deleted = deleted.iter().map(|name| json!({ "type": "Bundle", "url": url(name) }));
        manifest.insert("deleted".to_owned(), deleted.collect());
    }
    manifest
}
