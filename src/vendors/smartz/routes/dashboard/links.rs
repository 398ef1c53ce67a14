//! `/dashboard/api/organisations/{id}/links`: which applications an organisation lets in.

use actix_web::{HttpResponse, delete, get, web};
use uuid::Uuid;

use crate::identity::Identity;
use crate::records::Records;
use crate::vendors::smartz::caller::Admin;
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::{operations, time, wire};

/// Lists the applications that the organisation lets in.
#[utoipa::path(tag = "dashboard", operation_id = "list_links", params(("id" = String, Path, description = "The organisation's id")),
    responses((status = 200, description = "The applications", body = wire::Links),
        (status = 404, description = "There is no such organisation", body = wire::Failure)),
    security(("dashboard_token" = [])))]
#[get("/dashboard/api/organisations/{id}/links")]
pub async fn list_links(
    path: web::Path<String>,
    Admin(signed_in): Admin,
    identity: web::Data<Identity>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let organisation = super::organisation(&records, &signed_in.caller, &path).await?;
    let found = identity.organisation_links(&signed_in.caller, &organisation.id).await?;
    records.audit_success(&signed_in.caller, operations::LIST_LINKS).await?;
    let items = found.into_iter().map(|(link, application)| wire::Link {
        app_id: link.application.to_string(),
        name: application.as_ref().map(|one| one.name.clone()),
        kind: application.map(|one| one.kind),
        linked_at: time::moment(link.linked_at),
    });
    Ok(HttpResponse::Ok().json(wire::Links { items: items.collect() }))
}

/// Lets an application in no more: what it asks of the organisation from then on finds nothing.
#[utoipa::path(tag = "dashboard", operation_id = "cut_link",
    params(("id" = String, Path, description = "The organisation's id"), ("app" = String, Path, description = "The App Id")),
    responses((status = 204, description = "It is let in no more"),
        (status = 404, description = "There is no such organisation, or it lets no such application in", body = wire::Failure)),
    security(("dashboard_token" = [])))]
#[delete("/dashboard/api/organisations/{id}/links/{app}")]
pub async fn cut_link(
    path: web::Path<(String, String)>,
    Admin(signed_in): Admin,
    identity: web::Data<Identity>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let (organisation, application) = path.into_inner();
    let organisation = super::organisation(&records, &signed_in.caller, &organisation).await?;
    let application = Uuid::try_parse(&application).map_err(|_| Refusal::NotFound)?;
    let note = records.note(&signed_in.caller, operations::CUT_LINK);
    if identity.cut_link(&signed_in.caller, &organisation.id, application, note).await? {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(Refusal::NotFound)
    }
}
