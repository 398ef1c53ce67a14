//! `POST /dashboard/api/organisations/{id}/manufacturers`, `.../products`.

use actix_web::{HttpResponse, post, web};

use crate::records::{Records, Write};
use crate::vendors::smartz::body::{After, Json};
use crate::vendors::smartz::caller::Admin;
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::to_fhir::catalogue as to_fhir;
use crate::vendors::smartz::{catalogue, from_fhir, store, wire};

/// Adds a manufacturer that the organisation works with.
#[utoipa::path(tag = "dashboard", operation_id = "create_manufacturer", request_body = wire::NewManufacturer,
    params(("id" = String, Path, description = "The organisation's id")),
    responses((status = 201, description = "The manufacturer", body = wire::Manufacturer),
        (status = 404, description = "There is no such organisation", body = wire::Failure)),
    security(("dashboard_token" = [])))]
#[post("/dashboard/api/organisations/{id}/manufacturers")]
pub async fn create_manufacturer(
    path: web::Path<String>,
    After(Admin(signed_in), Json(sent)): After<Admin, Json<wire::NewManufacturer>>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let organisation = super::organisation(&records, &signed_in.caller, &path).await?;
    let (new, id) = (to_fhir::Manufacturer::checked(&sent)?, records.new_id());
    let writes = vec![
        store::create(new.organization(&id), &id),
        Write::Create { resource: to_fhir::affiliation(&organisation.id, &id), id: None },
    ];
    let written = records.transact(&signed_in.caller, writes).await?;
    Ok(HttpResponse::Created().json(from_fhir::catalogue::manufacturer(&store::first(written)?)))
}

/// Adds a product to the organisation's catalogue.
#[utoipa::path(tag = "dashboard", operation_id = "create_product", request_body = wire::NewProduct,
    params(("id" = String, Path, description = "The organisation's id")),
    responses((status = 201, description = "The product", body = wire::Product),
        (status = 400, description = "A field is wrong, or the organisation works with no such manufacturer", body = wire::Failure),
        (status = 404, description = "There is no such organisation", body = wire::Failure)),
    security(("dashboard_token" = [])))]
#[post("/dashboard/api/organisations/{id}/products")]
pub async fn create_product(
    path: web::Path<String>,
    After(Admin(signed_in), Json(sent)): After<Admin, Json<wire::NewProduct>>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let organisation = super::organisation(&records, &signed_in.caller, &path).await?;
    let (new, id) = (to_fhir::Product::checked(&sent)?, records.new_id());
    match catalogue::manufacturer(&records, &signed_in.caller, &organisation.id, &new.manufacturer).await {
        Err(Refusal::NotFound) => {
            return Err(Refusal::field("manufacturerId", "must name a manufacturer of the organisation"));
        }
        other => drop(other?),
    }
    let write = store::create(new.definition(&id, &organisation.id), &id);
    let written = records.transact(&signed_in.caller, vec![write]).await?;
    Ok(HttpResponse::Created().json(from_fhir::catalogue::product(&store::first(written)?)))
}
