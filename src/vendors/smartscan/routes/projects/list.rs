//! `GET /api/projects` (contract SS-44).

use actix_web::{HttpResponse, get, web};

use crate::records::search::MOST;
use crate::records::{Records, Stored};
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::codes::PROJECT_ID;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::{from_fhir, operations, search, wire};

/// Lists the projects, oldest first.
#[utoipa::path(tag = "projects", operation_id = "list_projects",
    responses((status = 200, description = "The projects", body = wire::Projects),
        (status = 401, description = "No session token that holds", body = wire::Failure)),
    security(("session_token" = [])))]
#[get("/api/projects")]
pub async fn list_projects(
    signed_in: SessionCaller,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let resource_type = super::super::resource_type("Organization")?;
    let caller = signed_in.caller.quietly();
    let mut query = search::by("identifier", format!("{PROJECT_ID}|"), MOST);
    let mut projects = Vec::new();
    loop {
        let page = records.search(&caller, resource_type, &query).await?;
        for organization in page.resources.iter().map(Stored::json) {
            projects.push(from_fhir::project::project(&organization?));
        }
        query.after = page.next;
        if query.after.is_none() {
            break;
        }
    }
    records.audit_success(&signed_in.caller, operations::LIST_PROJECTS).await?;
    Ok(HttpResponse::Ok().json(wire::Projects { success: true, projects }))
}
