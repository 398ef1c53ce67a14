//! `GET /v1/organisations/{org}/patients/{id}/status`.

use actix_web::{HttpResponse, get, web};

use crate::platform::delivery::Deliveries;
use crate::records::Records;
use crate::vendors::smartz::caller::AtOrganisation;
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::judging::{shown, state};
use crate::vendors::smartz::pairing::follow_waiting;
use crate::vendors::smartz::settings::AllSettings;
use crate::vendors::smartz::{operations, patients, wire};

/// Tells how a patient is now. Of one who wears no pod nothing is known.
#[utoipa::path(tag = "organisation-api", operation_id = "read_status",
    params(("org" = String, Path, description = "The organisation's id"), ("id" = String, Path, description = "The patient's id")),
    responses((status = 200, description = "How the patient is", body = wire::Status),
        (status = 404, description = "There is no such patient", body = wire::Failure)),
    security(("subscription_key" = [], "access_token" = [])))]
#[get("/v1/organisations/{org}/patients/{id}/status")]
pub async fn read_status(
    path: web::Path<(String, String)>,
    at: AtOrganisation,
    records: web::Data<Records>,
    deliveries: web::Data<Deliveries>,
) -> Result<HttpResponse, Refusal> {
    let (_, id) = path.into_inner();
    let (found, _) = patients::find(&records, &at.caller, &at.organisation.id, &id).await?;
    follow_waiting(&records, &deliveries, at.caller.tenant).await?;
    let pod = records.pod_of(&at.caller, &id).await?;
    let settings = AllSettings::read(&records, &at.caller, &at.organisation.id, &[&id]).await?;
    let status = match pod.as_ref().and_then(|pod| Some((pod, pod.paired_at?))) {
        Some((pod, paired_at)) => Some(state(pod, paired_at)?.status(settings.of(&id), records.now())),
        None => None,
    };
    records.audit_answer(&at.caller, operations::READ_STATUS, &found).await?;
    let pod = pod.as_ref().map(|pod| pod.device.as_str());
    Ok(HttpResponse::Ok().json(shown(&id, pod, status.as_ref())))
}
