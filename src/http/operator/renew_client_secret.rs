//! `POST /_admin/v1/tenants/{id}/clients/{client_id}/secret`.

use actix_web::{HttpResponse, post, web};

use super::caller::Operator;
use super::clients;
use super::errors::{CONTENT_TYPE, Refusal};
use super::{text, wire};
use crate::identity::Identity;
use crate::identity::oauth::management::Renewal;
use crate::records::Records;

/// Gives a client another secret, which is shown now and never again. The old one is good for nothing from then on; what was given for
/// it goes on.
#[utoipa::path(tag = "clients", operation_id = "renew_client_secret",
    params(("id" = String, Path, description = "The tenant"), ("client_id" = String, Path, description = "The client")),
    responses((status = 200, description = "The new secret", body = clients::RenewedSecret),
        (status = 401, description = "No operator's token that holds", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 404, description = "There is no such tenant or client", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 409, description = "The client has no secret", body = wire::Problem, content_type = CONTENT_TYPE)),
    security(("operator_token" = [])))]
#[post("/tenants/{id}/clients/{client_id}/secret")]
pub async fn renew_client_secret(
    path: web::Path<(String, String)>,
    operator: Operator,
    identity: web::Data<Identity>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let (tenant, id) = path.into_inner();
    let tenant = super::tenant(&records, &tenant).await?;
    let id = text::client(&id)?;
    let secret = match identity.renew_secret(tenant, id).await? {
        Renewal::Renewed(secret) => secret,
        Renewal::HasNone => return Err(Refusal::Conflict("The client has no secret".to_owned())),
        Renewal::Unknown => return Err(Refusal::NotFound("client")),
    };
    records.audit_success(&operator.within(tenant), "renew-client-secret").await?;
    let client_secret = secret.expose().clone();
    Ok(HttpResponse::Ok().json(clients::RenewedSecret { client_id: id.to_string(), client_secret }))
}
