//! `GET /api/projects/:id` (contract SS-44).

use actix_web::{HttpResponse, get, web};

use crate::records::Records;
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::{from_fhir, operations, wire};

/// Reads a project.
#[utoipa::path(tag = "projects", operation_id = "read_project", params(("id" = String, Path, description = "The project's id")),
    responses((status = 200, description = "The project", body = wire::ProjectAnswer),
        (status = 401, description = "No session token that holds", body = wire::Failure),
        (status = 404, description = "There is no such project, or it is another tenant's", body = wire::Failure)),
    security(("session_token" = [])))]
#[get("/api/projects/{id}")]
pub async fn read_project(
    path: web::Path<String>,
    signed_in: SessionCaller,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let (stored, organization) = super::find(&records, &signed_in.caller, &path).await?;
    records.audit_answer(&signed_in.caller, operations::READ_PROJECT, &stored).await?;
    let project = from_fhir::project::project(&organization);
    Ok(HttpResponse::Ok().json(wire::ProjectAnswer { success: true, project }))
}
