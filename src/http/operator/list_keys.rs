//! `GET /_admin/v1/hemato/keys`.

use actix_web::{HttpResponse, get, web};

use super::caller::Operator;
use super::errors::{CONTENT_TYPE, Refusal};
use super::{keys, text, wire};
use crate::identity::{Identity, TenantId};
use crate::records::Records;

/// So many are given at most.
const MOST: i64 = 100;

/// Lists the public keys of an organisation of Hemato, with those that were revoked.
#[utoipa::path(tag = "keys", operation_id = "list_keys", params(keys::KeysQuery),
    responses((status = 200, description = "The keys", body = keys::Keys),
        (status = 400, description = "A parameter is wrong", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 401, description = "No operator's token that holds", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 404, description = "There is no such organisation", body = wire::Problem, content_type = CONTENT_TYPE)),
    security(("operator_token" = [])))]
#[get("/hemato/keys")]
pub async fn list_keys(
    operator: Operator,
    query: text::Parameters<keys::KeysQuery>,
    identity: web::Data<Identity>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let keys::KeysQuery { organization_id, after, limit } = query.0;
    let id = organization_id.ok_or_else(|| Refusal::Field("organization_id", "is needed".to_owned()))?;
    let of = super::organization_of_hemato(&records, &id).await?;
    let after = after.map(text::kid).transpose();
    let after = after.map_err(|_| Refusal::Field("after", "must be the next of a page".to_owned()))?;
    let limit = usize::try_from(limit.unwrap_or(MOST).clamp(1, MOST)).unwrap_or_default();
    let (found, is_cut) =
        identity.organization_keys(&of, after.as_deref().unwrap_or_default(), limit).await?;
    records.audit_success(&operator.within(TenantId::from_row(of.tenant)), "list-keys").await?;
    let next = found.last().filter(|_| is_cut).map(|last| last.kid.clone());
    let items = found.into_iter().map(keys::KeyView::from).collect();
    Ok(HttpResponse::Ok().json(keys::Keys { items, next }))
}
