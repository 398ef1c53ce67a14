//! `GET` and `DELETE` of `[base]/$viewdefinition-export-status/[job]`, and its result.
//! <https://sql-on-fhir.org/ig/OperationDefinition-ViewDefinitionExport.html#operation-flow>

use std::time::SystemTime;

use actix_web::http::StatusCode;
use actix_web::http::header::{EXPIRES, HttpDate, LOCATION, RETRY_AFTER};
use actix_web::{HttpResponse, delete, get, web};
use serde_json::{Value, json};

use super::{FILE, RESULT, at, parameters, told};
use crate::fhir::outcome::{Issue, IssueType, operation_outcome};
use crate::http::fhir::caller::Client;
use crate::http::fhir::errors::Refusal;
use crate::http::fhir::{BaseUrl, answer};
use crate::records::export::State;
use crate::records::{Error, Records};

/// So many seconds a client is asked to wait before it asks again.
const AGAIN_S: &str = "1";

/// Tells how far an export of tables is, and where its result is.
#[utoipa::path(tag = "fhir", operation_id = "read_view_export_status",
    params(("job" = String, Path, description = "The export's id, from `Content-Location`")),
    responses((status = 202, description = "It is not complete; `X-Progress` says how far it is", body = Object, content_type = "application/fhir+json"),
        (status = 303, description = "It has ended: `Location` has the result"),
        (status = 401, description = "No access token that holds"), (status = 403, description = "The token's scopes do not go to all that is exported"),
        (status = 404, description = "This client has no such export")),
    security(("access_token" = [])))]
#[get("/$viewdefinition-export-status/{job}")]
pub async fn read_view_export_status(
    path: web::Path<String>,
    client: Client,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    let export = records.exported_views(&client.0, &path).await?;
    let progress = match &export.state {
        State::Waiting => "waiting".to_owned(),
        State::Running { done, total } => format!("{done} of {total} resource types"),
        State::Done(_) | State::Failed(_) => {
            return Ok(HttpResponse::SeeOther()
                .insert_header((LOCATION, format!("{}/{RESULT}/{path}", base.0)))
                .finish());
        }
    };
    let mut said = told(&base.0, &path, export.tracking.as_deref(), "in-progress");
    said.push(at("exportStartTime", export.asked));
    Ok(HttpResponse::build(StatusCode::ACCEPTED)
        .insert_header(("X-Progress", progress))
        .insert_header((RETRY_AFTER, AGAIN_S))
        .content_type(answer::CONTENT_TYPE)
        .body(parameters(&said)))
}

/// Gives the result of an export of tables: where the files of each are.
#[utoipa::path(tag = "fhir", operation_id = "read_view_export_result",
    params(("job" = String, Path, description = "The export's id")),
    responses((status = 200, description = "A Parameters resource with the addresses of the files", body = Object, content_type = "application/fhir+json"),
        (status = 401, description = "No access token that holds"), (status = 403, description = "The token's scopes do not go to all that is exported"),
        (status = 404, description = "This client has no such export, or it is not complete"), (status = 500, description = "It could not be made")),
    security(("access_token" = [])))]
#[get("/$viewdefinition-export-result/{job}")]
pub async fn read_view_export_result(
    path: web::Path<String>,
    client: Client,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    let export = records.exported_views(&client.0, &path).await?;
    let listed = match &export.state {
        State::Done(listed) => listed,
        State::Waiting | State::Running { .. } => return Err(Error::NotFound.into()),
        State::Failed(reason) => {
            let issue =
                Issue::error(IssueType::Processing, format!("the export could not be made: {reason}"));
            return Ok(HttpResponse::InternalServerError()
                .content_type(answer::CONTENT_TYPE)
                .body(operation_outcome(&[issue]).to_string()));
        }
    };
    let mut said = told(&base.0, &path, export.tracking.as_deref(), "completed");
    said.push(json!({ "name": "_format", "valueCode": export.format }));
    said.push(at("exportStartTime", export.asked));
    said.push(at("exportEndTime", listed.moment));
    said.extend(export.tables.iter().map(|(name, files)| {
        let named = json!({ "name": "name", "valueString": name });
        let location = |file: &String| json!({ "name": "location", "valueUri": format!("{}/{FILE}/{path}/{file}", base.0) });
        let part: Vec<Value> = [named].into_iter().chain(files.iter().map(location)).collect();
        json!({ "name": "output", "part": part })
    }));
    Ok(HttpResponse::Ok()
        .insert_header((EXPIRES, HttpDate::from(SystemTime::from(listed.expires))))
        .content_type(answer::CONTENT_TYPE)
        .body(parameters(&said)))
}

/// Takes an export of tables back, with its files.
#[utoipa::path(tag = "fhir", operation_id = "delete_view_export",
    params(("job" = String, Path, description = "The export's id, from `Content-Location`")),
    responses((status = 202, description = "It is gone", body = Object, content_type = "application/fhir+json"),
        (status = 401, description = "No access token that holds"), (status = 403, description = "The token has no `system/` scopes"),
        (status = 404, description = "This client has no such export")),
    security(("access_token" = [])))]
#[delete("/$viewdefinition-export-status/{job}")]
pub async fn delete_view_export(
    path: web::Path<String>,
    client: Client,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    records.take_export_back(&client.0, &path).await?;
    let outcome = operation_outcome(&[Issue::information("the export was deleted")]);
    Ok(HttpResponse::build(StatusCode::ACCEPTED).content_type(answer::CONTENT_TYPE).body(outcome.to_string()))
}
