//! `DELETE [base]/[type]/[id]`. <https://hl7.org/fhir/R4/http.html#delete>

use actix_web::http::header::ETAG;
use actix_web::{HttpRequest, HttpResponse, delete, web};

use super::caller::Client;
use super::errors::Refusal;
use super::{answer, conditions, resource_type};
use crate::records::{Records, Written};

/// Deletes a resource; its versions stay readable. Deleting what is not there is no error.
#[utoipa::path(tag = "fhir", operation_id = "delete_resource",
    params(("type" = String, Path, description = "A resource type of R4", example = "Patient"), ("id" = String, Path, description = "The resource's id"),
        ("If-Match" = Option<String>, Header, description = "The version that must be the current one, such as `W/\"3\"`")),
    responses((status = 204, description = "Deleted, or not there"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token's scopes do not allow it"), (status = 412, description = "Another version is current")),
    security(("access_token" = [])))]
#[delete("/{type}/{id}")]
pub async fn delete_resource(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    client: Client,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let (name, id) = path.into_inner();
    let resource_type = resource_type(&name)?;
    let precondition = conditions::precondition(&request)?;
    let written = records.delete(&client.0, resource_type, &id, precondition).await?;
    Ok(deleted(&written))
}

/// The answer to a deletion: no body, and the version that it made.
pub(super) fn deleted(written: &Written) -> HttpResponse {
    let mut response = HttpResponse::NoContent();
    if written.version > 0 {
        response.insert_header((ETAG, answer::etag(written.version)));
    }
    response.finish()
}
