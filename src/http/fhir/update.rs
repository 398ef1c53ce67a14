//! `PUT [base]/[type]/[id]`. <https://hl7.org/fhir/R4/http.html#update>

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, put, web};

use super::body::Resource;
use super::caller::Client;
use super::create::of_type;
use super::errors::Refusal;
use super::{BaseUrl, answer, conditions, prefer};
use crate::records::{Change, Error, Records};

/// Keeps a new version of a resource, or makes it under the id of the address.
#[utoipa::path(tag = "fhir", operation_id = "update_resource", request_body(content = Object, content_type = "application/fhir+json"),
    params(("type" = String, Path, description = "A resource type of R4", example = "Patient"), ("id" = String, Path, description = "The resource's id"),
        ("If-Match" = Option<String>, Header, description = "The version that must be the current one, such as `W/\"3\"`"),
        ("X-Provenance" = Option<String>, Header, description = "A Provenance in JSON without `target`: it is stored with what is written")),
    responses((status = 200, description = "Changed", body = Object, content_type = "application/fhir+json"),
        (status = 201, description = "Made", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "Not a valid resource: an OperationOutcome says where"),
        (status = 401, description = "No access token that holds"), (status = 403, description = "The token's scopes do not allow it"),
        (status = 409, description = "Another request changed it at the same time"), (status = 412, description = "Another version is current")),
    security(("access_token" = [])))]
#[put("/{type}/{id}")]
pub async fn update_resource(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    client: Client,
    body: Resource,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    let (name, id) = path.into_inner();
    of_type(&body, &name)?;
    let precondition = conditions::precondition(&request)?;
    let written = records.update(&client.0, &id, body.0, precondition).await?;
    let status = match written.change {
        Change::Created => StatusCode::CREATED,
        Change::Updated | Change::Deleted | Change::Nothing => StatusCode::OK,
    };
    let stored = written.stored.ok_or_else(|| Error::internal("an update without a result"))?;
    Ok(answer::written(status, &base, stored, prefer::wanted(&request)))
}
