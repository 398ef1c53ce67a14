//! `GET /portal/api/products`.

use actix_web::{HttpResponse, get, web};

use crate::records::Records;
use crate::vendors::smartz::caller::SignedIn;
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::{operations, wire};

/// The one product that can be subscribed to.
pub const PRODUCT: &str = "smartz-api-product";
/// Its API for tokens.
pub const APPLICATION_API: &str = "application-api";
/// Its API for all else.
pub const ORGANISATION_API: &str = "organisation-api";

/// Lists what can be subscribed to.
#[utoipa::path(tag = "portal", operation_id = "list_portal_products",
    responses((status = 200, description = "The products", body = wire::PortalProducts)),
    security(("dashboard_token" = [])))]
#[get("/portal/api/products")]
pub async fn list_products(
    signed_in: SignedIn,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    records.audit_success(&signed_in.caller, operations::LIST_PORTAL_PRODUCTS).await?;
    let apis = vec![
        wire::Api { id: APPLICATION_API, name: "Application API" },
        wire::Api { id: ORGANISATION_API, name: "Organisation API" },
    ];
    let items = vec![wire::PortalProduct { id: PRODUCT, name: "Smartz API Product", apis }];
    Ok(HttpResponse::Ok().json(wire::PortalProducts { items }))
}
