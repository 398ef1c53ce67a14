//! `GET /_admin/v1/tenants/{id}/clients`.

use actix_web::{HttpResponse, get, web};

use super::caller::Operator;
use super::clients;
use super::errors::{CONTENT_TYPE, Refusal};
use super::wire;
use crate::identity::Identity;
use crate::records::Records;

/// Lists the programs that may ask for tokens of a tenant. What secures them is not shown.
#[utoipa::path(tag = "clients", operation_id = "list_clients", params(("id" = String, Path, description = "The tenant")),
    responses((status = 200, description = "The clients, oldest first", body = clients::Clients),
        (status = 401, description = "No operator's token that holds", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 404, description = "There is no such tenant or client", body = wire::Problem, content_type = CONTENT_TYPE)),
    security(("operator_token" = [])))]
#[get("/tenants/{id}/clients")]
pub async fn list_clients(
    path: web::Path<String>,
    operator: Operator,
    identity: web::Data<Identity>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let tenant = super::tenant(&records, &path).await?;
    let found = identity.clients_of(tenant).await?;
    records.audit_success(&operator.within(tenant), "list-clients").await?;
    let items = found.into_iter().map(clients::ClientView::from).collect();
    Ok(HttpResponse::Ok().json(clients::Clients { items }))
}
