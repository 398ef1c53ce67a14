//! `GET /v1/organisations/{org}/alerts`, `POST .../alerts/{id}/acknowledge`.

use std::cmp::Reverse;

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
use crate::vendors::smartz::pairing::{Place, follow_all};
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
    list(&request, &at, &records).await
}

/// The alerts of the organisation that a request asks for.
///
/// # Errors
/// When a parameter is wrong.
pub async fn list(
    request: &HttpRequest,
    at: &AtOrganisation,
    records: &Records,
) -> Result<HttpResponse, Refusal> {
    let page = Page::of(request)?;
    let mut parameters = vec![("author", at.reference()), ("identifier", format!("{ALERT}|"))];
    if let Some(patient) = query::one(request, "patientId")? {
        parameters.push(("patient", format!("Patient/{}", store::escaped(&patient))));
    }
    let state = match query::one(request, "state")? {
        None => None,
        Some(word) => {
            let state = State::ALL.into_iter().find(|state| state.as_str() == word);
            Some(state.ok_or_else(|| Refusal::field("state", "must be open, acknowledged or resolved"))?)
        }
    };
    let (flags, total) = match state {
        None => {
            let mut query = store::query(&parameters);
            query.sort = Some("-date".to_owned());
            store::numbered(records, &at.caller, "Flag", query, page).await?
        }
        Some(state) => page.cut(in_state(records, at, &parameters, state).await?),
    };
    let items = shown(records, &at.caller, &flags).await?;
    Ok(HttpResponse::Ok().json(wire::Alerts { items, paged: wire::Paged::new(page, total) }))
}

/// The Flags of alerts that are in a state, the newest first. What others close or write without our tags is told by what it says, for which
/// R4 has no search.
async fn in_state(
    records: &Records,
    at: &AtOrganisation,
    parameters: &[(&'static str, String)],
    state: State,
) -> Result<Vec<Value>, Refusal> {
    let over = State::Resolved.code();
    let over = format!("{}|{}", over.system, over.code);
    let tagged = |name| {
        let own = parameters.iter().cloned().chain([(name, over.clone())]);
        own.collect::<Vec<_>>()
    };
    let mut found = store::all(records, &at.caller, "Flag", &tagged("_tag:not")).await?;
    if state == State::Resolved {
        found.extend(store::all(records, &at.caller, "Flag", &tagged("_tag")).await?);
    }
    let found = found.iter().map(Stored::json).collect::<Result<Vec<_>, _>>()?;
    let mut found: Vec<_> = found.into_iter().filter(|flag| from_fhir::alert::state(flag) == state).collect();
    found.sort_by_key(|flag| Reverse(from_fhir::alert::raised_at(flag)));
    records.audit_success(&at.caller, operations::LIST_ALERTS).await?;
    Ok(found)
}

fn is_active(flag: &Value) -> bool {
    from_fhir::alert::state(flag) != State::Resolved
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
    acknowledge(&at, &id, &sent, (&records, &deliveries)).await
}

/// Has somebody see to an alert; the alert.
///
/// # Errors
/// When there is no such alert, or it is over.
pub async fn acknowledge(
    at: &AtOrganisation,
    id: &str,
    sent: &wire::Acknowledge,
    (records, deliveries): (&Records, &Deliveries),
) -> Result<HttpResponse, Refusal> {
    let by = text::given("acknowledgedBy", sent.acknowledged_by.as_ref(), text::NAME)?;
    let by = by.unwrap_or_else(|| at.name().to_owned());
    let flag = find(records, at, id).await?.json()?;
    let patient = referenced(&flag, "subject", "Patient").ok_or(Refusal::NotFound)?.to_owned();
    let pod = records.pod_of(&at.caller, &patient).await?.ok_or(OVER)?;
    if !is_active(&flag) {
        return Err(OVER);
    }
    if open(&pod, id)?.ok_or(OVER)?.acknowledged.is_some() {
        // Whoever was first sees to it.
        records.audit_success(&at.caller, operations::ACKNOWLEDGE_ALERT).await?;
    } else {
        let notifications = Notifications::read(deliveries, at.caller.tenant).await?;
        let (caller, organisation) = (&at.caller, at.organisation.id.as_str());
        let place = Place { records, deliveries, caller, organisation };
        store::repeated(async || {
            follow_all(place, &[&pod.device]).await?;
            let settings = AllSettings::read(records, caller, organisation, &[&patient]).await?;
            let taking = Taking { devices: vec![pod.device.clone()], ..Taking::default() };
            let choose = |held: Held| {
                let mut judging = Judging::new(records.now(), &notifications);
                let mut pods = held.pods;
                for pod in &mut pods {
                    let Some(alert) = open(pod, id)? else { continue };
                    let input = Input::Acknowledged { alert: alert.number, by: by.clone() };
                    judging.judge(pod, settings.of(&patient), vec![input])?;
                }
                judging.outcome(pods)
            };
            store::unless_late(records.transact_pods(caller, organisation, &taking, choose).await)
        })
        .await?;
        deliveries.wake();
    }
    let flag = find(records, at, id).await?.json()?;
    let shown = shown(records, &at.caller, &[flag]).await?;
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
///
/// # Errors
/// When they cannot be searched.
pub async fn shown(records: &Records, caller: &Caller, flags: &[Value]) -> Result<Vec<wire::Alert>, Error> {
    let ids: Vec<_> = flags.iter().filter_map(|flag| text::of(flag, "id")).collect();
    let mut communications = Vec::new();
    if !ids.is_empty() {
        let words: Vec<_> = ids.iter().map(|id| format!("{ACKNOWLEDGEMENT}|{id}")).collect();
        let found = store::all(records, caller, "Communication", &[("identifier", words.join(","))]).await?;
        communications = found.iter().map(Stored::json).collect::<Result<_, _>>()?;
    }
    Ok(flags.iter().map(|flag| from_fhir::alert::alert(flag, &communications)).collect())
}
