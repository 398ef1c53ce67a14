//! `POST /_admin/v1/tenants/{id}/clients/{client_id}/secret`.

use actix_web::{HttpResponse, post};

use super::clients;
use super::errors::{CONTENT_TYPE, Refusal};
use super::one_client::OneClient;
use super::wire;
use crate::identity::oauth::management::Renewal;

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
pub async fn renew_client_secret(one: OneClient) -> Result<HttpResponse, Refusal> {
    let OneClient { tenant, id, identity, note } = one;
    match identity.renew_secret(tenant, id, note).await? {
        Renewal::Renewed(secret) => {
            let client_secret = secret.expose().clone();
            let renewed = clients::RenewedSecret { client_id: id.to_string(), client_secret };
            Ok(HttpResponse::Ok().json(renewed))
        }
        Renewal::HasNone => Err(Refusal::Conflict("The client has no secret".to_owned())),
        Renewal::Unknown => Err(Refusal::NotFound("client")),
    }
}
