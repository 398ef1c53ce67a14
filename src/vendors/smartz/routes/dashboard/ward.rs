//! `GET /dashboard/api/organisations/{org}/ward`: everybody as they are now.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, get, web};

use crate::platform::delivery::Deliveries;
use crate::records::pods::Pod;
use crate::records::{Error, Records, Stored};
use crate::vendors::smartz::caller::AtOrganisation;
use crate::vendors::smartz::codes::ALERT;
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::judging::{shown, state};
use crate::vendors::smartz::pairing::follow_waiting;
use crate::vendors::smartz::query::Page;
use crate::vendors::smartz::routes::v1::alerts;
use crate::vendors::smartz::settings::AllSettings;
use crate::vendors::smartz::to_fhir::alert::State;
use crate::vendors::smartz::{from_fhir, patients, store, text, wire};

/// Lists the organisation's patients with how they are now, and what carers are told of them that is not over.
#[utoipa::path(tag = "dashboard", operation_id = "read_ward",
    params(("org" = String, Path, description = "The organisation's id"), ("page" = Option<u32>, Query, description = "Number of the page, from 1 on"), ("pageSize" = Option<u32>, Query, description = "Objects on a page, at most 200")),
    responses((status = 200, description = "The patients", body = wire::Ward),
        (status = 404, description = "There is no such organisation", body = wire::Failure)),
    security(("dashboard_token" = [])))]
#[get("/dashboard/api/organisations/{org}/ward")]
pub async fn read_ward(
    request: HttpRequest,
    at: AtOrganisation,
    records: web::Data<Records>,
    deliveries: web::Data<Deliveries>,
) -> Result<HttpResponse, Refusal> {
    let page = Page::of(&request)?;
    follow_waiting(&records, &deliveries, at.caller.tenant).await?;
    let mut query = store::query(&patients::of(&at.organisation.id, None));
    query.sort = Some("family,given".to_owned());
    let (found, total) = store::numbered(&records, &at.caller, "Patient", query, page).await?;
    let ids: Vec<_> = found.iter().filter_map(|one| text::of(one, "id")).collect();
    let pods = records.pods_of(&at.caller, &ids).await?;
    let pods: HashMap<_, _> =
        pods.iter().filter_map(|pod| pod.patient.as_deref().map(|patient| (patient, pod))).collect();
    let settings = AllSettings::read(&records, &at.caller, &at.organisation.id, &ids).await?;
    let mut told = not_over(&records, &at).await?;
    let items = found.iter().map(|one| {
        let patient = from_fhir::patient::patient(one);
        let pod = pods.get(patient.id.as_str()).copied();
        let status = status(&records, &patient.id, pod, &settings)?;
        let alerts = told.remove(&patient.id).unwrap_or_default();
        Ok(wire::Resident { patient, status, alerts })
    });
    let items = items.collect::<Result<_, Error>>()?;
    Ok(HttpResponse::Ok().json(wire::Ward { items, paged: wire::Paged::new(page, total) }))
}

fn status(
    records: &Records,
    patient: &str,
    pod: Option<&Pod>,
    settings: &AllSettings,
) -> Result<wire::Status, Error> {
    let status = match pod.and_then(|pod| Some((pod, pod.paired_at?))) {
        Some((pod, paired_at)) => Some(state(pod, paired_at)?.status(settings.of(patient), records.now())),
        None => None,
    };
    Ok(shown(patient, pod.map(|pod| pod.device.as_str()), status.as_ref()))
}

/// What the organisation's carers are told that is not over, by patient.
async fn not_over(
    records: &Records,
    at: &AtOrganisation,
) -> Result<HashMap<String, Vec<wire::Alert>>, Error> {
    let states = [State::Open, State::Acknowledged].map(|state| {
        let code = state.code();
        format!("{}|{}", code.system, code.code)
    });
    let parameters =
        [("author", at.reference()), ("identifier", format!("{ALERT}|")), ("_tag", states.join(","))];
    let found = store::all(records, &at.caller, "Flag", &parameters).await?;
    let flags = found.iter().map(Stored::json).collect::<Result<Vec<_>, _>>()?;
    let mut all = alerts::shown(records, &at.caller, &flags).await?;
    all.retain(|alert| alert.state != State::Resolved.as_str());
    all.sort_by(|one, other| other.raised_at.cmp(&one.raised_at));
    let mut told: HashMap<String, Vec<wire::Alert>> = HashMap::new();
    for alert in all {
        told.entry(alert.patient_id.clone().unwrap_or_default()).or_default().push(alert);
    }
    Ok(told)
}
