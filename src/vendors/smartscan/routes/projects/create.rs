//! `POST /api/projects` (contract SS-44).

use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, post, web};

use crate::http::arrival::Arrival;
use crate::records::{Error, Records, Stored, Write};
use crate::vendors::smartscan::body::{After, Json};
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::{from_fhir, text, to_fhir, wire};

/// Makes a project.
#[utoipa::path(tag = "projects", operation_id = "create_project", request_body = wire::NewProject,
    responses((status = 201, description = "The project", body = wire::ProjectAnswer,
            headers(("Location" = String, description = "Its address"))),
        (status = 400, description = "It has no name", body = wire::Failure),
        (status = 401, description = "No session token that holds", body = wire::Failure)),
    security(("session_token" = [])))]
#[post("/api/projects")]
pub async fn create_project(
    After(signed_in, Json(new)): After<SessionCaller, Json<wire::NewProject>>,
    arrival: Arrival,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let description = new.description.as_deref().unwrap_or_default();
    let new = to_fhir::project::Wanted {
        name: text::required("name", &new.name, text::NAME)?,
        description: text::of_lines("description", description, text::DESCRIPTION)?,
        keep_images: new.keep_images.unwrap_or_default(),
    };
    let role =
        super::super::profile::role(&records, &signed_in).await?.as_ref().map(Stored::json).transpose()?;
    let tenant = role.as_ref().and_then(super::super::profile::organization);
    let id = records.new_id();
    let resource = to_fhir::project::organization(&new, &id, tenant, records.now());
    let written = records.transact(&signed_in.caller, vec![Write::Create { resource, id: Some(id) }]).await?;
    let stored = written.into_iter().next().and_then(|written| written.stored);
    let organization = stored.ok_or_else(|| Error::internal("a create without a result"))?.json()?;
    let project = from_fhir::project::project(&organization);
    let location = format!("{}/api/projects/{}", arrival.base(), project.id);
    Ok(HttpResponse::Created()
        .insert_header((LOCATION, location))
        .json(wire::ProjectAnswer { success: true, project }))
}
