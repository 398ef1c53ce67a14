//! `DELETE /v1/organisations/{org}/patients/{id}`.

use actix_web::{HttpResponse, delete, web};

use crate::identity::Caller;
use crate::platform::delivery::Deliveries;
use crate::records::{Error, Records, Stored, Write};
use crate::vendors::smartz::caller::AtOrganisation;
use crate::vendors::smartz::codes::{ACKNOWLEDGEMENT, ALERT, EVENT, READINGS, SCHEDULE};
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::pairing::{Place, wear};
use crate::vendors::smartz::{patients, store, wire};

/// What this surface records of a patient.
const RECORDED: [(&str, &str); 5] = [
    ("DeviceRequest", SCHEDULE),
    ("Observation", EVENT),
    ("Observation", READINGS),
    ("Flag", ALERT),
    ("Communication", ACKNOWLEDGEMENT),
];

/// Deletes a patient with what was recorded of them here; a pod that they wear is nobody's then. What others recorded stays, and so does the
/// history of it all.
#[utoipa::path(tag = "organisation-api", operation_id = "delete_patient",
    params(("org" = String, Path, description = "The organisation's id"), ("id" = String, Path, description = "The patient's id")),
    responses((status = 204, description = "It is deleted"),
        (status = 404, description = "There is no such patient", body = wire::Failure)),
    security(("subscription_key" = [], "access_token" = [])))]
#[delete("/v1/organisations/{org}/patients/{id}")]
pub async fn delete_patient(
    path: web::Path<(String, String)>,
    at: AtOrganisation,
    records: web::Data<Records>,
    deliveries: web::Data<Deliveries>,
) -> Result<HttpResponse, Refusal> {
    let (_, id) = path.into_inner();
    store::repeated(async || {
        let (found, _) = patients::find(&records, &at.caller, &at.organisation.id, &id).await?;
        if let Some(pod) = records.pod_of(&at.caller, &id).await? {
            let (caller, organisation) = (&at.caller, pod.organization.as_str());
            wear(
                Place { records: &records, deliveries: &deliveries, caller, organisation },
                &pod.device,
                None,
            )
            .await?;
        }
        let choose = async |records: &Records| writes(records, &at.caller, &found).await;
        store::unless_late(records.transact_holding(&at.caller, &found, choose).await)
    })
    .await?;
    records.forget_told(&at.caller, &id).await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn writes(records: &Records, caller: &Caller, patient: &Stored) -> Result<Vec<Write>, Error> {
    let mut writes = vec![store::delete("Patient", patient)?];
    for (name, system) in RECORDED {
        let own = [("patient", format!("Patient/{}", patient.id)), ("identifier", format!("{system}|"))];
        for one in store::all(records, caller, name, &own).await? {
            writes.push(store::delete(name, &one)?);
        }
    }
    Ok(writes)
}
