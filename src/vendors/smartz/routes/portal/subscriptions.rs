//! `/portal/api/subscriptions`.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use uuid::Uuid;

use super::products::PRODUCT;
use crate::identity::Identity;
use crate::identity::gateway::{Subscription, Which};
use crate::records::Records;
use crate::vendors::smartz::body::{After, Json};
use crate::vendors::smartz::caller::SignedIn;
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::query::Page;
use crate::vendors::smartz::{operations, text, time, wire};

/// Subscribes to a product. The answer alone shows the keys; either opens the APIs.
#[utoipa::path(tag = "portal", operation_id = "create_subscription", request_body = wire::NewSubscription,
    responses((status = 201, description = "The subscription with its keys", body = wire::MadeSubscription)),
    security(("dashboard_token" = [])))]
#[post("/portal/api/subscriptions")]
pub async fn create_subscription(
    After(signed_in, Json(sent)): After<SignedIn, Json<wire::NewSubscription>>,
    identity: web::Data<Identity>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    if sent.product_id != PRODUCT {
        return Err(Refusal::field("productId", "must be smartz-api-product"));
    }
    let name = text::required("name", &sent.name, text::NAME)?;
    let note = records.note(&signed_in.caller, operations::CREATE_SUBSCRIPTION);
    let made = identity.make_subscription(&signed_in.account, PRODUCT, &name, note).await?;
    Ok(HttpResponse::Created().json(wire::MadeSubscription {
        id: made.row.id.to_string(),
        name: made.row.name.clone(),
        product_id: made.row.product.clone(),
        state: state(&made.row),
        primary_key: made.primary.into_inner(),
        secondary_key: made.secondary.into_inner(),
        created_at: time::moment(made.row.created_at),
    }))
}

/// Lists the subscriptions of the account, without their keys.
#[utoipa::path(tag = "portal", operation_id = "list_subscriptions",
    params(("page" = Option<u32>, Query, description = "Number of the page, from 1 on"), ("pageSize" = Option<u32>, Query, description = "Objects on a page, at most 200")),
    responses((status = 200, description = "The subscriptions", body = wire::Subscriptions)),
    security(("dashboard_token" = [])))]
#[get("/portal/api/subscriptions")]
pub async fn list_subscriptions(
    request: HttpRequest,
    signed_in: SignedIn,
    identity: web::Data<Identity>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let page = Page::of(&request)?;
    let all = identity.subscriptions(&signed_in.account).await?;
    records.audit_success(&signed_in.caller, operations::LIST_SUBSCRIPTIONS).await?;
    let items = all.iter().map(|row| wire::Listed {
        id: row.id.to_string(),
        name: row.name.clone(),
        product_id: row.product.clone(),
        state: state(row),
        primary_key_hint: format!("{}…", row.primary_shown),
        secondary_key_hint: format!("{}…", row.secondary_shown),
        created_at: time::moment(row.created_at),
    });
    let (items, total) = page.cut(items.collect());
    Ok(HttpResponse::Ok().json(wire::Subscriptions { items, paged: wire::Paged::new(page, total) }))
}

/// Replaces the primary key; the old one is dead at once.
#[utoipa::path(tag = "portal", operation_id = "regenerate_primary_key", params(("id" = String, Path, description = "The subscription's id")),
    responses((status = 200, description = "The new key", body = wire::PrimaryKey),
        (status = 404, description = "There is no such subscription", body = wire::Failure),
        (status = 409, description = "The subscription is cancelled", body = wire::Failure)),
    security(("dashboard_token" = [])))]
#[post("/portal/api/subscriptions/{id}/regeneratePrimaryKey")]
pub async fn regenerate_primary_key(
    path: web::Path<String>,
    signed_in: SignedIn,
    identity: web::Data<Identity>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let (id, primary_key) = replaced(&path, Which::Primary, &signed_in, &identity, &records).await?;
    Ok(HttpResponse::Ok().json(wire::PrimaryKey { id, primary_key }))
}

/// Replaces the secondary key; the old one is dead at once.
#[utoipa::path(tag = "portal", operation_id = "regenerate_secondary_key", params(("id" = String, Path, description = "The subscription's id")),
    responses((status = 200, description = "The new key", body = wire::SecondaryKey),
        (status = 404, description = "There is no such subscription", body = wire::Failure),
        (status = 409, description = "The subscription is cancelled", body = wire::Failure)),
    security(("dashboard_token" = [])))]
#[post("/portal/api/subscriptions/{id}/regenerateSecondaryKey")]
pub async fn regenerate_secondary_key(
    path: web::Path<String>,
    signed_in: SignedIn,
    identity: web::Data<Identity>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let (id, secondary_key) = replaced(&path, Which::Secondary, &signed_in, &identity, &records).await?;
    Ok(HttpResponse::Ok().json(wire::SecondaryKey { id, secondary_key }))
}

async fn replaced(
    path: &str,
    which: Which,
    signed_in: &SignedIn,
    identity: &Identity,
    records: &Records,
) -> Result<(String, String), Refusal> {
    let note = records.note(&signed_in.caller, operations::REGENERATE_KEY);
    let id = Uuid::try_parse(path).map_err(|_| Refusal::NotFound)?;
    let (row, key) = identity.replace_subscription_key(&signed_in.account, id, which, note).await?;
    Ok((row.id.to_string(), key.into_inner()))
}

/// Cancels a subscription: its keys open nothing any more.
#[utoipa::path(tag = "portal", operation_id = "cancel_subscription", params(("id" = String, Path, description = "The subscription's id")),
    responses((status = 200, description = "It is cancelled", body = wire::Cancelled),
        (status = 404, description = "There is no such subscription", body = wire::Failure)),
    security(("dashboard_token" = [])))]
#[post("/portal/api/subscriptions/{id}/cancel")]
pub async fn cancel_subscription(
    path: web::Path<String>,
    signed_in: SignedIn,
    identity: web::Data<Identity>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let id = Uuid::try_parse(&path).map_err(|_| Refusal::NotFound)?;
    let note = records.note(&signed_in.caller, operations::CANCEL_SUBSCRIPTION);
    let row = identity.cancel_subscription(&signed_in.account, id, note).await?.ok_or(Refusal::NotFound)?;
    Ok(HttpResponse::Ok().json(wire::Cancelled { id: row.id.to_string(), state: state(&row) }))
}

fn state(row: &Subscription) -> &'static str {
    if row.cancelled_at.is_none() { "active" } else { "cancelled" }
}
