//! `GET /_admin/v1/tenants`.

use actix_web::{HttpResponse, get, web};

use super::caller::Operator;
use super::errors::{CONTENT_TYPE, Refusal};
use super::{text, wire};
use crate::records::Records;

/// So many are given at most.
const MOST: i64 = 100;

/// Lists the tenants.
#[utoipa::path(tag = "tenants", operation_id = "list_tenants", params(wire::TenantsQuery),
    responses((status = 200, description = "The tenants", body = wire::Tenants),
        (status = 400, description = "A parameter is wrong", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 401, description = "No operator's token that holds", body = wire::Problem, content_type = CONTENT_TYPE)),
    security(("operator_token" = [])))]
#[get("/tenants")]
pub async fn list_tenants(
    operator: Operator,
    query: text::Parameters<wire::TenantsQuery>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let wire::TenantsQuery { after, limit } = query.0;
    let after = after.map(|after| text::tenant(&after)).transpose();
    let after = after.map_err(|_| Refusal::Field("after", "must be the next of a page".to_owned()))?;
    let limit = limit.unwrap_or(MOST).clamp(1, MOST);
    let page = records.tenants(&operator.0, after.map_or(0, |after| after.number()), limit).await?;
    let full = i64::try_from(page.len()).is_ok_and(|count| count == limit);
    let next = page.last().filter(|_| full).map(|last| last.number.to_string());
    let items = page.into_iter().map(wire::TenantView::from).collect();
    Ok(HttpResponse::Ok().json(wire::Tenants { items, next }))
}
