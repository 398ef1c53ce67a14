//! `$document` of a Composition. <https://hl7.org/fhir/R4/composition-operation-document.html>

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, get, post, web};

use super::Given;
use crate::http::fhir::caller::Client;
use crate::http::fhir::errors::Refusal;
use crate::http::fhir::prefer::Return;
use crate::http::fhir::{BaseUrl, answer};
use crate::records::Records;
use crate::records::document::Document;

/// What it may be asked with.
const KNOWN: [&str; 1] = ["persist"];

/// Makes a document of a Composition and what it refers to.
#[utoipa::path(tag = "fhir", operation_id = "read_document",
    params(("id" = String, Path, description = "The Composition's id"),
        ("persist" = Option<bool>, Query, description = "Whether it is kept as a Bundle")),
    responses((status = 200, description = "A Bundle of type `document`; where it is kept, `Location` names it", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "A parameter is malformed, or there is too much of it"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token's scopes do not allow it"), (status = 404, description = "There is none with this id"),
        (status = 410, description = "It was deleted")),
    security(("access_token" = [])))]
#[get("/Composition/{id}/$document")]
pub async fn read_document(
    request: HttpRequest,
    path: web::Path<String>,
    client: Client,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    let given = Given::of(&request, None, &KNOWN).await?;
    answered(&given, &path, &client, &records, &base).await
}

/// Makes a document of a Composition and what it refers to; with `persist`, it is kept as a Bundle.
#[utoipa::path(tag = "fhir", operation_id = "make_document",
    params(("id" = String, Path, description = "The Composition's id")),
    request_body(content = Object, content_type = "application/fhir+json"),
    responses((status = 200, description = "A Bundle of type `document`; where it is kept, `Location` names it", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "A parameter is malformed, or there is too much of it"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token's scopes do not allow it"), (status = 404, description = "There is none with this id"),
        (status = 410, description = "It was deleted"), (status = 415, description = "The body is no FHIR resource")),
    security(("access_token" = [])))]
#[post("/Composition/{id}/$document")]
pub async fn make_document(
    request: HttpRequest,
    path: web::Path<String>,
    client: Client,
    body: web::Payload,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    let given = Given::of(&request, Some(body), &KNOWN).await?;
    answered(&given, &path, &client, &records, &base).await
}

async fn answered(
    given: &Given,
    id: &str,
    client: &Client,
    records: &Records,
    base: &BaseUrl,
) -> Result<HttpResponse, Refusal> {
    let is_kept = given.flag("persist")?;
    Ok(match records.document(&client.0, (id, &base.0), is_kept).await? {
        Document::Made(bundle) => {
            HttpResponse::Ok().content_type(answer::CONTENT_TYPE).body(bundle.to_string())
        }
        Document::Kept(stored) => answer::written(StatusCode::OK, base, stored, Return::Representation),
    })
}
