//! `POST /dashboard/api/organisations/{id}/link-code`.

use actix_web::{HttpResponse, post, web};

use crate::identity::Identity;
use crate::records::Records;
use crate::vendors::smartz::caller::Admin;
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::{operations, time, wire};

/// Makes the code by which the organisation lets applications in. It is good for a week and for several of them, and shown only now; the last
/// one is good no more, and links that were made by it stay.
#[utoipa::path(tag = "dashboard", operation_id = "create_link_code", params(("id" = String, Path, description = "The organisation's id")),
    responses((status = 201, description = "The code", body = wire::LinkCode),
        (status = 404, description = "There is no such organisation", body = wire::Failure)),
    security(("dashboard_token" = [])))]
#[post("/dashboard/api/organisations/{id}/link-code")]
pub async fn create_link_code(
    path: web::Path<String>,
    Admin(signed_in): Admin,
    identity: web::Data<Identity>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let organisation = super::organisation(&records, &signed_in.caller, &path).await?;
    let note = records.note(&signed_in.caller, operations::CREATE_LINK_CODE);
    let (code, expires_at) = identity.make_link_code(&signed_in.caller, &organisation.id, note).await?;
    let link_code = wire::LinkCode { link_code: code.into_inner(), expires_at: time::moment(expires_at) };
    Ok(HttpResponse::Created().json(link_code))
}
