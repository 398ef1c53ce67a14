//! `GET /_admin/v1/tenants/{id}/clients`.

use actix_web::{HttpResponse, get, web};
use uuid::Uuid;

use super::caller::Operator;
use super::clients;
use super::errors::{CONTENT_TYPE, Refusal};
use super::{text, wire};
use crate::identity::Identity;
use crate::records::Records;

/// So many are given at most.
const MOST: i64 = 100;

/// Lists the programs that may ask for tokens of a tenant. What secures them is not shown.
#[utoipa::path(tag = "clients", operation_id = "list_clients", 
    params(("id" = String, Path, description = "The tenant"), wire::ClientsQuery),
    responses((status = 200, description = "The clients, oldest first", body = clients::Clients),
        (status = 400, description = "A parameter is wrong", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 401, description = "No operator's token that holds", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 404, description = "There is no such tenant or client", body = wire::Problem, content_type = CONTENT_TYPE)),
    security(("operator_token" = [])))]
#[get("/tenants/{id}/clients")]
pub async fn list_clients(
    path: web::Path<String>,
    operator: Operator,
    query: text::Parameters<wire::ClientsQuery>,
    identity: web::Data<Identity>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let tenant = super::tenant(&records, &path).await?;
    let wire::ClientsQuery { after, limit } = query.0;
    let after = after.as_deref().map(Uuid::try_parse).transpose();
    let after = after.map_err(|_| Refusal::Field("after", "must be the next of a page".to_owned()))?;
    let (found, is_cut) = identity.clients_of(tenant, after, limit.unwrap_or(MOST).clamp(1, MOST)).await?;
    records.audit_success(&operator.within(tenant), "list-clients").await?;
    let next = found.last().filter(|_| is_cut).map(|last| last.id.to_string());
    let items = found.into_iter().map(clients::ClientView::from).collect();
    Ok(HttpResponse::Ok().json(clients::Clients { items, next }))
}
