//! `POST /v1/organisations/{org}/patients`.

use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, post, web};

use crate::http::arrival::Arrival;
use crate::records::{Error, Records};
use crate::vendors::smartz::body::{After, Json};
use crate::vendors::smartz::caller::AtOrganisation;
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::to_fhir::patient::Change;
use crate::vendors::smartz::{from_fhir, patients, store, wire};

/// Adds a patient. It takes no device to do so.
#[utoipa::path(tag = "organisation-api", operation_id = "create_patient", request_body = wire::NewPatient,
    params(("org" = String, Path, description = "The organisation's id")),
    responses((status = 201, description = "The patient", body = wire::Patient,
            headers(("Location" = String, description = "Its address"))),
        (status = 404, description = "There is no such organisation that lets the application in", body = wire::Failure),
        (status = 409, description = "Another patient of the organisation has this externalId", body = wire::Failure)),
    security(("subscription_key" = [], "access_token" = [])))]
#[post("/v1/organisations/{org}/patients")]
pub async fn create_patient(
    arrival: Arrival,
    After(at, Json(sent)): After<AtOrganisation, Json<wire::NewPatient>>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let change = Change::of_new(sent, records.now().date_naive())?;
    let organisation = &at.organisation.id;
    let stored = store::repeated(async || {
        let id = records.new_id();
        let resource = change.patient(&id, organisation);
        // Who adds one at the same time waits, and finds this one.
        let held = store::current(&records, &at.caller, "Organization", organisation).await?;
        let held = held.ok_or(Refusal::NotFound)?;
        let external_id = change.external_id.clone().flatten();
        let choose = async |records: &Records| {
            let own = (id.as_str(), external_id.as_deref());
            patients::refuse_another(records, &at.caller, organisation, own).await?;
            Ok::<_, Error>(vec![store::create(resource.clone(), &id)])
        };
        match records.transact_holding(&at.caller, &held, choose).await {
            Err(Error::Duplicate(what)) => Err(patients::refusal(Error::Duplicate(what))),
            other => store::unless_late(other),
        }
    })
    .await?;
    let patient = from_fhir::patient::patient(&store::first(stored)?);
    let location = format!("{}/v1/organisations/{organisation}/patients/{}", arrival.base(), patient.id);
    Ok(HttpResponse::Created().insert_header((LOCATION, location)).json(patient))
}
