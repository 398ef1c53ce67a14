//! `DELETE /_admin/v1/tenants/{id}/clients/{client_id}`.

use actix_web::{HttpResponse, delete};

use super::errors::{CONTENT_TYPE, Refusal};
use super::one_client::OneClient;
use super::wire;

/// Removes a client and takes back all that was given to it.
#[utoipa::path(tag = "clients", operation_id = "remove_client",
    params(("id" = String, Path, description = "The tenant"), ("client_id" = String, Path, description = "The client")),
    responses((status = 204, description = "The client is removed"),
        (status = 401, description = "No operator's token that holds", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 404, description = "There is no such tenant or client", body = wire::Problem, content_type = CONTENT_TYPE)),
    security(("operator_token" = [])))]
#[delete("/tenants/{id}/clients/{client_id}")]
pub async fn remove_client(one: OneClient) -> Result<HttpResponse, Refusal> {
    let OneClient { tenant, id, identity, note } = one;
    if identity.remove_client_of(tenant, id, note).await? {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(Refusal::NotFound("client"))
    }
}
