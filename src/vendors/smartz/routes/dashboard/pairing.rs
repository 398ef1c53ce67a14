//! `PUT /dashboard/api/devices/{id}/patient`.

use actix_web::{HttpResponse, put, web};

use crate::platform::delivery::Deliveries;
use crate::records::Records;
use crate::vendors::smartz::body::{After, Json};
use crate::vendors::smartz::caller::{Admin, SignedIn};
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::pairing::{Place, wear};
use crate::vendors::smartz::text::referenced;
use crate::vendors::smartz::to_fhir::device::Kind;
use crate::vendors::smartz::{devices, store, wire};

/// Says who wears a pod from now on: a patient of the organisation, or nobody.
#[utoipa::path(tag = "dashboard", operation_id = "pair_device", request_body = wire::Wearer,
    params(("id" = String, Path, description = "The pod's id")),
    responses((status = 200, description = "The pod", body = wire::Device),
        (status = 400, description = "The organisation has no such patient", body = wire::Failure),
        (status = 404, description = "There is no such pod", body = wire::Failure),
        (status = 409, description = "The patient wears another pod", body = wire::Failure)),
    security(("dashboard_token" = [])))]
#[put("/dashboard/api/devices/{id}/patient")]
pub async fn pair_device(
    path: web::Path<String>,
    After(Admin(signed_in), Json(sent)): After<Admin, Json<wire::Wearer>>,
    records: web::Data<Records>,
    deliveries: web::Data<Deliveries>,
) -> Result<HttpResponse, Refusal> {
    let found =
        store::current(&records, &signed_in.caller, "Device", &path).await?.ok_or(Refusal::NotFound)?;
    let device = found.json()?;
    let organisation = referenced(&device, "owner", "Organization").ok_or(Refusal::NotFound)?;
    pair(&signed_in, organisation, (&path, sent), (&records, &deliveries)).await
}

/// Says who wears a pod from now on: a patient of the organisation, or nobody.
#[utoipa::path(tag = "dashboard", operation_id = "pair_device_of_organisation", request_body = wire::Wearer,
    params(("org" = String, Path, description = "The organisation's id"), ("id" = String, Path, description = "The pod's id")),
    responses((status = 200, description = "The pod", body = wire::Device),
        (status = 400, description = "The organisation has no such patient", body = wire::Failure),
        (status = 404, description = "There is no such pod", body = wire::Failure),
        (status = 409, description = "The patient wears another pod", body = wire::Failure)),
    security(("dashboard_token" = [])))]
#[put("/dashboard/api/organisations/{org}/devices/{id}/patient")]
pub async fn pair_device_of_organisation(
    path: web::Path<(String, String)>,
    After(Admin(signed_in), Json(sent)): After<Admin, Json<wire::Wearer>>,
    records: web::Data<Records>,
    deliveries: web::Data<Deliveries>,
) -> Result<HttpResponse, Refusal> {
    let (organisation, id) = path.into_inner();
    pair(&signed_in, &organisation, (&id, sent), (&records, &deliveries)).await
}

async fn pair(
    signed_in: &SignedIn,
    organisation: &str,
    (pod, sent): (&str, wire::Wearer),
    (records, deliveries): (&Records, &Deliveries),
) -> Result<HttpResponse, Refusal> {
    let caller = &signed_in.caller;
    // Who is misunderstood must not have unpaired a pod.
    let patient = sent.patient_id.ok_or_else(|| Refusal::field("patientId", "is required"))?;
    super::organisation(records, caller, organisation).await?;
    if let (_, _, Kind::Node) = devices::find(records, caller, organisation, pod).await? {
        return Err(Refusal::NotFound);
    }
    let place = Place { records, deliveries, caller, organisation };
    wear(place, pod, patient.as_deref()).await?;
    let (_, device, _) = devices::find(records, caller, organisation, pod).await?;
    Ok(HttpResponse::Ok().json(devices::one_shown(records, caller, device).await?))
}
