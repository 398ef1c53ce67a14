//! `GET` and `DELETE` of `[base]/$import-status/[job]`: how far an import is, what came of it, and taking it back.
//! <https://github.com/smart-on-fhir/bulk-import/blob/master/import-pnp.md#bulk-data-import-status-request>

use std::time::SystemTime;

use actix_web::http::StatusCode;
use actix_web::http::header::{EXPIRES, HttpDate, RETRY_AFTER};
use actix_web::{HttpResponse, delete, get, web};
use serde_json::{Value, json};

use super::FILE;
use crate::fhir::outcome::{Issue, operation_outcome};
use crate::http::fhir::caller::Client;
use crate::http::fhir::errors::Refusal;
use crate::http::fhir::{BaseUrl, answer};
use crate::records::import::{Import, ImportedFile, Imports, State};

/// So many seconds a client is asked to wait before it asks again.
const AGAIN_S: &str = "1";

/// Tells how far an import is, and what came of it.
#[utoipa::path(tag = "fhir", operation_id = "read_import_status",
    params(("job" = String, Path, description = "The import's id, from `Content-Location`")),
    responses((status = 200, description = "All files were looked at: what of each was stored, and where what was refused is told", body = Object, content_type = "application/json"),
        (status = 202, description = "They were not; `X-Progress` says how far it is", body = Object, content_type = "application/fhir+json"),
        (status = 401, description = "No access token that holds"), (status = 403, description = "The token has no `system/` scopes"),
        (status = 404, description = "This client has no such import")),
    security(("access_token" = [])))]
#[get("/$import-status/{job}")]
pub async fn read_import_status(
    path: web::Path<String>,
    client: Client,
    imports: web::Data<Imports>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    let import = imports.status(&client.0, &path).await?;
    let expires = match import.state {
        State::Running => return Ok(underway(&import)),
        State::Ended(expires) => expires,
    };
    let files = format!("{}/{FILE}/{path}", base.0);
    Ok(HttpResponse::Ok()
        .insert_header((EXPIRES, HttpDate::from(SystemTime::from(expires))))
        .content_type("application/json")
        .body(result(&import, &files).to_string()))
}

/// Takes an import back. What was stored by then stays.
#[utoipa::path(tag = "fhir", operation_id = "delete_import",
    params(("job" = String, Path, description = "The import's id, from `Content-Location`")),
    responses((status = 202, description = "Nothing more of it is stored", body = Object, content_type = "application/fhir+json"),
        (status = 401, description = "No access token that holds"), (status = 403, description = "The token has no `system/` scopes"),
        (status = 404, description = "This client has no such import")),
    security(("access_token" = [])))]
#[delete("/$import-status/{job}")]
pub async fn delete_import(
    path: web::Path<String>,
    client: Client,
    imports: web::Data<Imports>,
) -> Result<HttpResponse, Refusal> {
    imports.take_back(&client.0, &path).await?;
    let outcome =
        operation_outcome(&[Issue::information("the import was taken back; what was stored stays")]);
    Ok(HttpResponse::build(StatusCode::ACCEPTED).content_type(answer::CONTENT_TYPE).body(outcome.to_string()))
}

fn underway(import: &Import) -> HttpResponse {
    let ended = import.files.iter().filter(|file| file.has_ended).count();
    let lines: i64 = import.files.iter().map(|file| file.lines).fold(0, i64::saturating_add);
    let progress = format!("{ended} of {} files, {lines} lines", import.files.len());
    let outcome = operation_outcome(&[Issue::information(progress.clone())]).to_string();
    HttpResponse::build(StatusCode::ACCEPTED)
        .insert_header(("X-Progress", progress))
        .insert_header((RETRY_AFTER, AGAIN_S))
        .content_type(answer::CONTENT_TYPE)
        .body(outcome)
}

/// What came of it. Where what was refused is told is below the address of the files.
fn result(import: &Import, files: &str) -> Value {
    let output = |file: &ImportedFile| {
        let mut told = json!({ "inputUrl": file.url.expose(), "count": file.stored });
        if let (Some(type_), Some(told)) = (&file.type_, told.as_object_mut()) {
            told.insert("type".to_owned(), type_.as_str().into());
        }
        told
    };
    let error = |file: &ImportedFile| {
        let count = file.refused.saturating_add(i64::from(file.failure.is_some()));
        let url = format!("{files}/{}.ndjson", file.number);
        (count > 0)
            .then(|| json!({ "type": "OperationOutcome", "inputUrl": file.url.expose(), "count": count, "url": url }))
    };
    json!({
        "transactionTime": answer::instant(import.asked),
        "request": import.request,
        "requiresAccessToken": true,
        "output": import.files.iter().map(output).collect::<Vec<_>>(),
        "error": import.files.iter().filter_map(error).collect::<Vec<_>>(),
    })
}
