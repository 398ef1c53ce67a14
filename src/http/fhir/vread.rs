//! `GET [base]/[type]/[id]/_history/[vid]`. <https://hl7.org/fhir/R4/http.html#vread>

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, web};

use super::caller::Client;
use super::errors::Refusal;
use super::{answer, resource_type};
use crate::records::{Error, Records};

/// Reads one version of a resource.
#[utoipa::path(tag = "fhir", operation_id = "read_version",
    params(("type" = String, Path, description = "A resource type of R4", example = "Patient"), ("id" = String, Path, description = "The resource's id"),
        ("version" = String, Path, description = "`meta.versionId`")),
    responses((status = 200, description = "That version", body = Object, content_type = "application/fhir+json"),
        (status = 401, description = "No access token that holds"), (status = 404, description = "There is none"),
        (status = 410, description = "That version is the deletion")),
    security(("access_token" = [])))]
#[get("/{type}/{id}/_history/{version}")]
pub async fn read_version(
    path: web::Path<(String, String, String)>,
    client: Client,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let (name, id, version) = path.into_inner();
    let resource_type = resource_type(&name)?;
    let version = version.parse().map_err(|_| Error::NotFound)?;
    let stored = records.vread(&client.0, resource_type, &id, version).await?;
    let stored = if name == "Binary" { records.with_data(&client.0, stored).await? } else { stored };
    Ok(answer::versioned(StatusCode::OK, &stored).body(stored.body))
}
