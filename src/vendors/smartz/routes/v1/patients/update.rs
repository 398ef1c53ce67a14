//! `PATCH /v1/organisations/{org}/patients/{id}`.

use actix_web::{HttpResponse, patch, web};

use crate::records::{Error, Records};
use crate::vendors::smartz::body::{After, Json};
use crate::vendors::smartz::caller::AtOrganisation;
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::to_fhir::patient::Change;
use crate::vendors::smartz::{from_fhir, patients, store, wire};

/// Changes a patient: what is absent stays, null takes away.
#[utoipa::path(tag = "organisation-api", operation_id = "update_patient", request_body = wire::PatientChange,
    params(("org" = String, Path, description = "The organisation's id"), ("id" = String, Path, description = "The patient's id")),
    responses((status = 200, description = "The patient", body = wire::Patient),
        (status = 404, description = "There is no such patient", body = wire::Failure),
        (status = 409, description = "Another patient of the organisation has this externalId", body = wire::Failure)),
    security(("subscription_key" = [], "access_token" = [])))]
#[patch("/v1/organisations/{org}/patients/{id}")]
pub async fn update_patient(
    path: web::Path<(String, String)>,
    After(at, Json(sent)): After<AtOrganisation, Json<wire::PatientChange>>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let (_, id) = path.into_inner();
    let change = Change::checked(&sent, records.now().date_naive())?;
    let organisation = &at.organisation.id;
    let written = store::repeated(async || {
        let (found, patient) = patients::find(&records, &at.caller, organisation, &id).await?;
        let changed = change.applied(patient);
        let held = store::current(&records, &at.caller, "Organization", organisation).await?;
        let held = held.ok_or(Refusal::NotFound)?;
        let external_id = change.external_id.clone().flatten();
        let choose = async |records: &Records| {
            let own = (id.as_str(), external_id.as_deref());
            patients::refuse_another(records, &at.caller, organisation, own).await?;
            Ok::<_, Error>(vec![store::update(&found, changed.clone())])
        };
        match records.transact_holding(&at.caller, &held, choose).await {
            Err(Error::Duplicate(what)) => Err(patients::refusal(Error::Duplicate(what))),
            other => store::unless_late(other),
        }
    })
    .await?;
    Ok(HttpResponse::Ok().json(from_fhir::patient::patient(&store::first(written)?)))
}
