//! `$purge-history` of a resource.

use actix_web::{HttpResponse, post, web};

use crate::fhir::outcome::{Issue, operation_outcome};
use crate::http::fhir::caller::Client;
use crate::http::fhir::errors::Refusal;
use crate::http::fhir::{answer, resource_type};
use crate::records::Records;

/// Removes the former versions of a resource for good; the current one stays. The audit trail tells of it.
#[utoipa::path(tag = "fhir", operation_id = "purge_history",
    params(("type" = String, Path, description = "A resource type", example = "Patient"), ("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "An OperationOutcome", body = Object, content_type = "application/fhir+json"),
        (status = 401, description = "No access token that holds"), (status = 403, description = "The token's scopes do not go to all resources of the type"),
        (status = 404, description = "There is none with this id"), (status = 410, description = "It was deleted")),
    security(("access_token" = [])))]
#[post("/{type}/{id}/$purge-history")]
pub async fn purge_history(
    path: web::Path<(String, String)>,
    client: Client,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let (name, id) = path.into_inner();
    records.purge_history(&client.0, resource_type(&name)?, &id).await?;
    let told = [Issue::information("The former versions are removed.")];
    Ok(HttpResponse::Ok().content_type(answer::CONTENT_TYPE).body(operation_outcome(&told).to_string()))
}
