//! `PATCH /_admin/v1/tenants/{id}/clients/{client_id}`.

use actix_web::{HttpRequest, HttpResponse, patch};

use super::body::Asked;
use super::clients::{self, refused};
use super::errors::{CONTENT_TYPE, Refusal};
use super::one_client::OneClient;
use super::wire;
use crate::identity::oauth::management::ClientChange;

/// Changes a client: name, redirect URIs, scope or purposes. What is absent stays. Where it may do less than before, all that was given to it is
/// taken back.
#[utoipa::path(tag = "clients", operation_id = "change_client", request_body = clients::ClientChange,
    params(("id" = String, Path, description = "The tenant"), ("client_id" = String, Path, description = "The client")),
    responses((status = 200, description = "The client as it is now", body = clients::ClientView),
        (status = 400, description = "A field is wrong, or nothing is to change", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 401, description = "No operator's token that holds", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 404, description = "There is no such tenant or client", body = wire::Problem, content_type = CONTENT_TYPE)),
    security(("operator_token" = [])))]
#[patch("/tenants/{id}/clients/{client_id}")]
pub async fn change_client(
    request: HttpRequest,
    Asked(operator, asked): Asked<clients::ClientChange>,
) -> Result<HttpResponse, Refusal> {
    let OneClient { tenant, id, identity, note } = OneClient::of(&request, &operator).await?;
    let clients::ClientChange { name, redirect_uris, scope, purposes } = asked;
    let change = ClientChange { name, redirect_uris, scope, purposes };
    if change.is_empty() {
        return Err(Refusal::Body("says nothing to change".to_owned()));
    }
    let changed = identity.change_client(tenant, id, &change, note).await.map_err(refused)?;
    let changed = changed.ok_or(Refusal::NotFound("client"))?;
    Ok(HttpResponse::Ok().json(clients::ClientView::from(changed)))
}
