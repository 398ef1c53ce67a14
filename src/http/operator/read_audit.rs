//! `GET /_admin/v1/audit`.

use actix_web::{HttpResponse, get, web};
use chrono::DateTime;
use serde_json::Value;
use uuid::Uuid;

use super::caller::Operator;
use super::errors::{CONTENT_TYPE, Refusal};
use super::{text, wire};
use crate::identity::TenantId;
use crate::records::Records;
use crate::records::tenancy::{Narrow, Wanted};

/// So many are given at most.
const MOST: i64 = 100;

/// Reads the audit trail of a tenant, newest first.
#[utoipa::path(tag = "audit", operation_id = "read_audit", params(wire::AuditQuery),
    responses((status = 200, description = "A page of AuditEvents", body = wire::AuditPage),
        (status = 400, description = "A parameter is wrong", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 401, description = "No operator's token that holds", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 404, description = "There is no such tenant", body = wire::Problem, content_type = CONTENT_TYPE)),
    security(("operator_token" = [])))]
#[get("/audit")]
pub async fn read_audit(
    operator: Operator,
    query: text::Parameters<wire::AuditQuery>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let query = query.0;
    let tenant = match query.tenant_id.as_deref() {
        None => operator.0.tenant,
        Some("0") => TenantId::PLATFORM,
        Some(id) => {
            let tenant = text::tenant(id)?;
            records.tenant(tenant).await?.ok_or(Refusal::NotFound("tenant"))?;
            tenant
        }
    };
    let since = query.since.as_deref().map(DateTime::parse_from_rfc3339).transpose();
    let since = since
        .map_err(|_| Refusal::Field("since", "must be a time such as 2026-11-21T12:00:00Z".to_owned()))?;
    let before = query.before.as_deref().map(Uuid::try_parse).transpose();
    let before = before.map_err(|_| Refusal::Field("before", "must be the next of a page".to_owned()))?;
    let limit = query.limit.unwrap_or(MOST).clamp(1, MOST);
    for (field, text) in [("vendor", &query.vendor), ("actor", &query.actor)] {
        text::plain(field, text.as_deref().unwrap_or_default())?;
    }
    let narrow = Narrow {
        from: since.map(|since| since.to_utc()),
        surfaces: query.vendor.map(|vendor| vec![vendor]),
        agents: query.actor.map(|actor| vec![actor]),
        ..Narrow::default()
    };
    let wanted = Wanted { narrow, after: before, descending: true, limit };
    let items = records.audit_trail(&operator.within(tenant), &wanted).await?;
    let full = i64::try_from(items.len()).is_ok_and(|count| count == limit);
    let last = items.last().filter(|_| full).and_then(|last| last.get("id")).and_then(Value::as_str);
    let next = last.map(str::to_owned);
    Ok(HttpResponse::Ok().json(wire::AuditPage { items, next }))
}
