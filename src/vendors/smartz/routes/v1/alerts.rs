//! `GET /v1/organisations/{org}/alerts`, `POST .../alerts/{id}/acknowledge`.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use serde_json::Value;

use crate::clinical::continence::{Alert, Input};
use crate::identity::Caller;
use crate::platform::delivery::Deliveries;
use crate::records::pods::{Held, Pod, Taking};
use crate::records::{Error, Records, Stored};
use crate::vendors::smartz::body::{After, Json};
use crate::vendors::smartz::caller::AtOrganisation;
use crate::vendors::smartz::codes::{ACKNOWLEDGEMENT, ALERT};
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::judging::{Judging, state};
use crate::vendors::smartz::notifications::Notifications;
use crate::vendors::smartz::query::{self, Page};
use crate::vendors::smartz::settings::AllSettings;
use crate::vendors::smartz::text::referenced;
use crate::vendors::smartz::to_fhir::alert::{Of, State, id as flag_id};
use crate::vendors::smartz::{from_fhir, operations, store, text, wire};

/// Lists what the organisation's carers are told, the newest first.
#[utoipa::path(tag = "organisation-api", operation_id = "list_alerts",
    params(("org" = String, Path, description = "The organisation's id"), ("state" = Option<String>, Query, description = "`open`, `acknowledged` or `resolved`: those alone"), ("patientId" = Option<String>, Query, description = "About this patient alone"), ("page" = Option<u32>, Query, description = "Number of the page, from 1 on"), ("pageSize" = Option<u32>, Query, description = "Objects on a page, at most 200")),
    responses((status = 200, description = "The alerts", body = wire::Alerts),
        (status = 404, description = "There is no such organisation that lets the application in", body = wire::Failure)),
    security(("subscription_key" = [], "access_token" = [])))]
#[get("/v1/organisations/{org}/alerts")]
pub async fn list_alerts(
    request: HttpRequest,
    at: AtOrganisation,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let page = Page::of(&request)?;
    let mut parameters = vec![("author", at.reference()), ("identifier", format!("{ALERT}|"))];
    if let Some(word) = query::one(&request, "state")? {
        let state = State::ALL.into_iter().find(|state| state.as_str() == word);
        let state = state.ok_or_else(|| Refusal::field("state", "must be open, acknowledged or resolved"))?;
        parameters.push(("_tag", format!("{}|{}", state.code().system, state.code().code)));
    }
    if let Some(patient) = query::one(&request, "patientId")? {
        parameters.push(("patient", format!("Patient/{}", store::escaped(&patient))));
    }
    let mut query = store::query(&parameters);
    query.sort = Some("-date".to_owned());
    let (flags, total) = store::numbered(&records, &at.caller, "Flag", query, page).await?;
    let items = shown(&records, &at.caller, &flags).await?;
    Ok(HttpResponse::Ok().json(wire::Alerts { items, paged: wire::Paged::new(page, total) }))
}

/// Says that somebody sees to an alert.
#[utoipa::path(tag = "organisation-api", operation_id = "acknowledge_alert", request_body = wire::Acknowledge,
    params(("org" = String, Path, description = "The organisation's id"), ("id" = String, Path, description = "The alert's id")),
    responses((status = 200, description = "The alert", body = wire::Alert),
        (status = 404, description = "There is no such alert", body = wire::Failure),
        (status = 409, description = "It is over", body = wire::Failure)),
    security(("subscription_key" = [], "access_token" = [])))]
#[post("/v1/organisations/{org}/alerts/{id}/acknowledge")]
pub async fn acknowledge_alert(
    path: web::Path<(String, String)>,
    After(at, Json(sent)): After<AtOrganisation, Json<wire::Acknowledge>>,
    records: web::Data<Records>,
    deliveries: web::Data<Deliveries>,
) -> Result<HttpResponse, Refusal> {
    let (_, id) = path.into_inner();
    let by = text::given("acknowledgedBy", sent.acknowledged_by.as_ref(), text::NAME)?;
    let by = by.unwrap_or_else(|| at.application.admitted.application.name.clone());
    let flag = find(&records, &at, &id).await?.json()?;
    let patient = referenced(&flag, "subject", "Patient").ok_or(Refusal::NotFound)?.to_owned();
    let pod = records.pod_of(&at.caller, &patient).await?.ok_or(OVER)?;
    if open(&pod, &id)?.ok_or(OVER)?.acknowledged.is_some() {
        // Whoever was first sees to it.
        records.audit_success(&at.caller, operations::ACKNOWLEDGE_ALERT).await?;
    } else {
        let settings = AllSettings::read(&records, &at.caller, &at.organisation.id, &[&patient]).await?;
        let notifications = Notifications::read(&deliveries, at.caller.tenant).await?;
        let taking = Taking { devices: vec![pod.device], ..Taking::default() };
        let choose = |held: Held| {
            let mut judging = Judging::new(records.now(), &notifications);
            let mut pods = held.pods;
            for pod in &mut pods {
                let Some(alert) = open(pod, &id)? else { continue };
                let input = Input::Acknowledged { alert: alert.number, by: by.clone() };
                judging.judge(pod, settings.of(&patient), vec![input])?;
            }
            Ok(judging.outcome(pods))
        };
        let done = records.transact_pods(&at.caller, &at.organisation.id, &taking, choose).await;
        store::unless_late(done)?.ok_or(Refusal::Unavailable)?;
        deliveries.wake();
    }
    let flag = find(&records, &at, &id).await?.json()?;
    let shown = shown(&records, &at.caller, &[flag]).await?;
    shown.into_iter().next().map(|alert| HttpResponse::Ok().json(alert)).ok_or(Refusal::NotFound)
}

const OVER: Refusal = Refusal::Conflict("The alert is over.");

/// The open alert of a pod that this Flag is.
fn open(pod: &Pod, flag: &str) -> Result<Option<Alert>, Error> {
    let (Some(patient), Some(paired_at)) = (&pod.patient, pod.paired_at) else { return Ok(None) };
    let of = Of { organisation: &pod.organization, pod: &pod.device, paired_at, patient };
    let state = state(pod, paired_at)?;
    Ok(state.open().iter().find(|alert| flag_id(of, alert.number) == flag).cloned())
}

async fn find(records: &Records, at: &AtOrganisation, id: &str) -> Result<Stored, Refusal> {
    let found = store::current(records, &at.caller, "Flag", id).await?.ok_or(Refusal::NotFound)?;
    if from_fhir::alert::is_of(&found.json()?, &at.organisation.id) {
        Ok(found)
    } else {
        Err(Refusal::NotFound)
    }
}

/// Alerts with who acknowledged them.
async fn shown(records: &Records, caller: &Caller, flags: &[Value]) -> Result<Vec<wire::Alert>, Error> {
    let ids: Vec<_> = flags.iter().filter_map(|flag| text::of(flag, "id")).collect();
    let mut communications = Vec::new();
    if !ids.is_empty() {
        let words: Vec<_> = ids.iter().map(|id| format!("{ACKNOWLEDGEMENT}|{id}")).collect();
        let found = store::all(records, caller, "Communication", &[("identifier", words.join(","))]).await?;
        communications = found.iter().map(Stored::json).collect::<Result<_, _>>()?;
    }
    Ok(flags.iter().map(|flag| from_fhir::alert::alert(flag, &communications)).collect())
}
