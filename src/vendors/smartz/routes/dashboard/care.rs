//! `POST /dashboard/api/organisations/{org}/patients/{id}/events`: what carers saw or did.

use actix_web::{HttpResponse, post, web};

use crate::platform::delivery::Deliveries;
use crate::records::Records;
use crate::vendors::smartz::body::{After, Json};
use crate::vendors::smartz::caller::AtOrganisation;
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::{care, wire};

/// Takes in what a carer saw or did, as the gateway's operation does.
#[utoipa::path(tag = "dashboard", operation_id = "create_own_event", request_body = wire::NewEvent,
    params(("org" = String, Path, description = "The organisation's id"), ("id" = String, Path, description = "The patient's id")),
    responses((status = 201, description = "The event", body = wire::Event),
        (status = 400, description = "It is none that a carer tells, or of a time that cannot be", body = wire::Failure),
        (status = 404, description = "There is no such patient", body = wire::Failure),
        (status = 409, description = "The patient wears no pod, or it was told before", body = wire::Failure)),
    security(("dashboard_token" = [])))]
#[post("/dashboard/api/organisations/{org}/patients/{id}/events")]
pub async fn create_event(
    path: web::Path<(String, String)>,
    After(at, Json(sent)): After<AtOrganisation, Json<wire::NewEvent>>,
    records: web::Data<Records>,
    deliveries: web::Data<Deliveries>,
) -> Result<HttpResponse, Refusal> {
    let (_, id) = path.into_inner();
    care::tell(&at, &id, &sent, (&records, &deliveries)).await
}
