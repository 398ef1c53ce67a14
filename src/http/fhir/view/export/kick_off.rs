//! `POST` of `[base]/$viewdefinition-export`, `[base]/ViewDefinition/$viewdefinition-export` and the same of a stored view.
//! <https://sql-on-fhir.org/ig/OperationDefinition-ViewDefinitionExport.html>

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_LOCATION;
use actix_web::{HttpRequest, HttpResponse, post, web};

use super::{STATUS, parameters, told};
use crate::fhir::outcome::IssueType;
use crate::http::fhir::caller::Client;
use crate::http::fhir::errors::Refusal;
use crate::http::fhir::{BaseUrl, answer, prefer};
use crate::records::{Error, Records};

/// Asks for tables by views that are sent or named; the parameters come as a Parameters resource.
#[utoipa::path(tag = "fhir", operation_id = "export_views",
    params(("prefer" = String, Header, description = "`respond-async`", example = "respond-async"),
        ("_format" = Option<String>, Query, description = "`ndjson`, `csv`, `parquet` or `json`", example = "parquet")),
    request_body(content = Object, content_type = "application/fhir+json"),
    responses((status = 202, description = "The export was taken; `Content-Location` tells how far it is", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "A parameter is missing, malformed or not supported, or `Prefer` is not `respond-async`"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token has no `system/` scopes for what is asked for"), (status = 404, description = "There is no such view"),
        (status = 415, description = "The body is no FHIR resource"), (status = 422, description = "A view cannot be read"), (status = 429, description = "The client has too many exports")),
    security(("access_token" = [])))]
#[post("/$viewdefinition-export")]
pub async fn export_views(
    request: HttpRequest,
    client: Client,
    body: web::Payload,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    kick_off(&request, body, None, &client, (&records, &base)).await
}

/// The same.
#[utoipa::path(tag = "fhir", operation_id = "export_views_of_type",
    params(("prefer" = String, Header, description = "`respond-async`", example = "respond-async"),
        ("_format" = Option<String>, Query, description = "`ndjson`, `csv`, `parquet` or `json`", example = "parquet")),
    request_body(content = Object, content_type = "application/fhir+json"),
    responses((status = 202, description = "The export was taken; `Content-Location` tells how far it is", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "A parameter is missing, malformed or not supported, or `Prefer` is not `respond-async`"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token has no `system/` scopes for what is asked for"), (status = 404, description = "There is no such view"),
        (status = 415, description = "The body is no FHIR resource"), (status = 422, description = "A view cannot be read"), (status = 429, description = "The client has too many exports")),
    security(("access_token" = [])))]
#[post("/ViewDefinition/$viewdefinition-export")]
pub async fn export_views_of_type(
    request: HttpRequest,
    client: Client,
    body: web::Payload,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    kick_off(&request, body, None, &client, (&records, &base)).await
}

/// Asks for the table of this stored view.
#[utoipa::path(tag = "fhir", operation_id = "export_stored_view",
    params(("id" = String, Path, description = "The view's id"), ("prefer" = String, Header, description = "`respond-async`", example = "respond-async"),
        ("_format" = Option<String>, Query, description = "`ndjson`, `csv`, `parquet` or `json`", example = "parquet")),
    request_body(content = Object, content_type = "application/fhir+json"),
    responses((status = 202, description = "The export was taken; `Content-Location` tells how far it is", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "A parameter is malformed or not supported, or `Prefer` is not `respond-async`"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token has no `system/` scopes for what is asked for"), (status = 404, description = "There is no such view"),
        (status = 410, description = "It was deleted"), (status = 415, description = "The body is no FHIR resource"), (status = 422, description = "The view cannot be read"),
        (status = 429, description = "The client has too many exports")),
    security(("access_token" = [])))]
#[post("/ViewDefinition/{id}/$viewdefinition-export")]
pub async fn export_stored_view(
    request: HttpRequest,
    path: web::Path<String>,
    client: Client,
    body: web::Payload,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    kick_off(&request, body, Some(path.into_inner()), &client, (&records, &base)).await
}

async fn kick_off(
    request: &HttpRequest,
    body: web::Payload,
    stored: Option<String>,
    client: &Client,
    (records, base): (&Records, &BaseUrl),
) -> Result<HttpResponse, Refusal> {
    if !prefer::is_async(request) {
        let text = "an export is answered later: Prefer must be respond-async";
        return Err(Error::BadRequest(IssueType::NotSupported, text.to_owned()).into());
    }
    let asked = super::super::parameters::of_export(request, body, stored, &base.0).await?;
    let tracking = asked.tracking.clone();
    let id = records.export_views(&client.0, asked).await?;
    Ok(HttpResponse::build(StatusCode::ACCEPTED)
        .insert_header((CONTENT_LOCATION, format!("{}/{STATUS}/{id}", base.0)))
        .content_type(answer::CONTENT_TYPE)
        .body(parameters(&told(&base.0, &id, tracking.as_deref(), "accepted"))))
}
