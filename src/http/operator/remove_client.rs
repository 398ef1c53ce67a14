//! `DELETE /_admin/v1/tenants/{id}/clients/{client_id}`.

use actix_web::{HttpResponse, delete, web};

use super::caller::Operator;
use super::errors::{CONTENT_TYPE, Refusal};
use super::{text, wire};
use crate::identity::Identity;
use crate::records::Records;

/// Removes a client and takes back all that was given to it.
#[utoipa::path(tag = "clients", operation_id = "remove_client",
    params(("id" = String, Path, description = "The tenant"), ("client_id" = String, Path, description = "The client")),
    responses((status = 204, description = "The client is removed"),
        (status = 401, description = "No operator's token that holds", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 404, description = "There is no such tenant or client", body = wire::Problem, content_type = CONTENT_TYPE)),
    security(("operator_token" = [])))]
#[delete("/tenants/{id}/clients/{client_id}")]
pub async fn remove_client(
    path: web::Path<(String, String)>,
    operator: Operator,
    identity: web::Data<Identity>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let (tenant, id) = path.into_inner();
    let tenant = super::tenant(&records, &tenant).await?;
    if !identity.remove_client_of(tenant, text::client(&id)?).await? {
        return Err(Refusal::NotFound("client"));
    }
    records.audit_success(&operator.within(tenant), "remove-client").await?;
    Ok(HttpResponse::NoContent().finish())
}
