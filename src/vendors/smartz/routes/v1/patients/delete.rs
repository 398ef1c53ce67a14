//! `DELETE /v1/organisations/{org}/patients/{id}`.

use actix_web::{HttpResponse, delete, web};

use crate::platform::delivery::Deliveries;
use crate::platform::queue::Job;
use crate::records::{Beside, Records};
use crate::vendors::smartz::caller::AtOrganisation;
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::leavings::KIND;
use crate::vendors::smartz::pairing::{Place, wear};
use crate::vendors::smartz::{patients, store, wire};

/// Deletes a patient; a pod that they wear is nobody's then. What was recorded of them here is deleted soon after, however much that is. What others
/// recorded stays, and so does the history of it all.
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
    let beside = Beside::asking(Job { kind: KIND, subject: id.clone() });
    store::repeated(async || {
        let (found, _) = patients::find(&records, &at.caller, &at.organisation.id, &id).await?;
        if let Some(pod) = records.pod_of(&at.caller, &id).await? {
            let (caller, organisation) = (&at.caller, pod.organization.as_str());
            let place = Place { records: &records, deliveries: &deliveries, caller, organisation };
            wear(place, &pod.device, None).await?;
        }
        let writes = vec![store::delete("Patient", &found)?];
        store::unless_late(records.transact_beside(&at.caller, writes, &beside).await)
    })
    .await?;
    records.forget_told(&at.caller, &id).await?;
    Ok(HttpResponse::NoContent().finish())
}
