//! `GET`, `PUT /v1/organisations/{org}/patients/{id}/products`.

use std::collections::HashMap;

use actix_web::{HttpResponse, get, put, web};
use serde_json::Value;

use crate::records::{Error, Records, Stored, Write};
use crate::vendors::smartz::body::{After, Json};
use crate::vendors::smartz::caller::AtOrganisation;
use crate::vendors::smartz::codes::SCHEDULE;
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::to_fhir::schedule::{Entry, checked, revoked};
use crate::vendors::smartz::{catalogue, from_fhir, operations, patients, store, wire};

/// Tells which products a patient uses when.
#[utoipa::path(tag = "organisation-api", operation_id = "read_schedule",
    params(("org" = String, Path, description = "The organisation's id"), ("id" = String, Path, description = "The patient's id")),
    responses((status = 200, description = "The schedule", body = wire::Schedule),
        (status = 404, description = "There is no such patient", body = wire::Failure)),
    security(("subscription_key" = [], "access_token" = [])))]
#[get("/v1/organisations/{org}/patients/{id}/products")]
pub async fn read_schedule(
    path: web::Path<(String, String)>,
    at: AtOrganisation,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let (_, id) = path.into_inner();
    let (found, _) = patients::find(&records, &at.caller, &at.organisation.id, &id).await?;
    let requests = active(&records, &at, &id).await?;
    records.audit_answer(&at.caller, operations::READ_SCHEDULE, &found).await?;
    let requests = requests.iter().map(Stored::json).collect::<Result<Vec<_>, _>>()?;
    Ok(HttpResponse::Ok().json(from_fhir::schedule::schedule(&requests)))
}

/// Says which products a patient uses when, in the place of what was said before.
#[utoipa::path(tag = "organisation-api", operation_id = "set_schedule", request_body = wire::Schedule,
    params(("org" = String, Path, description = "The organisation's id"), ("id" = String, Path, description = "The patient's id")),
    responses((status = 200, description = "The schedule", body = wire::Schedule),
        (status = 400, description = "Times overlap or are none, or there is no such product", body = wire::Failure),
        (status = 404, description = "There is no such patient", body = wire::Failure)),
    security(("subscription_key" = [], "access_token" = [])))]
#[put("/v1/organisations/{org}/patients/{id}/products")]
pub async fn set_schedule(
    path: web::Path<(String, String)>,
    After(at, Json(sent)): After<AtOrganisation, Json<wire::Schedule>>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let (_, id) = path.into_inner();
    let entries = checked(&sent)?;
    let names = names(&records, &at, &entries).await?;
    let written = store::repeated(async || {
        let (found, _) = patients::find(&records, &at.caller, &at.organisation.id, &id).await?;
        let ids: Vec<_> = entries.iter().map(|_| records.new_id()).collect();
        let choose = async |records: &Records| writes(records, &at, &id, (&entries, &ids, &names)).await;
        store::unless_late(records.transact_holding(&at.caller, &found, choose).await)
    })
    .await?;
    let stored = written.into_iter().filter_map(|written| written.stored).map(|stored| stored.json());
    let mut requests = stored.collect::<Result<Vec<_>, _>>()?;
    requests.retain(|request| request.get("status").and_then(Value::as_str) == Some("active"));
    Ok(HttpResponse::Ok().json(from_fhir::schedule::schedule(&requests)))
}

/// The names of the products, which must be in the organisation's catalogue.
async fn names(
    records: &Records,
    at: &AtOrganisation,
    entries: &[Entry],
) -> Result<HashMap<String, String>, Refusal> {
    let mut names = HashMap::new();
    for entry in entries {
        let found = catalogue::product(records, &at.caller, &at.organisation.id, &entry.product).await;
        let found = match found {
            Err(Refusal::NotFound) => {
                return Err(Refusal::field(
                    "productId",
                    "must name a product of the organisation's catalogue",
                ));
            }
            other => other?,
        };
        names.insert(entry.product.clone(), from_fhir::catalogue::product(&found.json()?).name);
    }
    Ok(names)
}

async fn writes(
    records: &Records,
    at: &AtOrganisation,
    patient: &str,
    (entries, ids, names): (&[Entry], &[String], &HashMap<String, String>),
) -> Result<Vec<Write>, Error> {
    let mut writes = Vec::new();
    for old in active(records, at, patient).await? {
        writes.push(store::update(&old, revoked(old.json()?)));
    }
    let new = entries.iter().zip(ids).map(|(entry, id)| {
        let name = names.get(&entry.product).map(String::as_str);
        store::create(entry.request(id, patient, name, records.now()), id)
    });
    writes.extend(new);
    Ok(writes)
}

async fn active(records: &Records, at: &AtOrganisation, patient: &str) -> Result<Vec<Stored>, Error> {
    let own = [
        ("patient", format!("Patient/{patient}")),
        ("identifier", format!("{SCHEDULE}|")),
        ("status", "active".to_owned()),
    ];
    store::all(records, &at.caller, "DeviceRequest", &own).await
}
