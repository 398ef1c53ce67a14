//! `GET /dashboard/api/organisations/{org}/patients/{id}/history`.

use actix_web::{HttpRequest, HttpResponse, get, web};
use chrono::{DateTime, TimeDelta, Utc};

use crate::fhir::codes::continence::EVENTS;
use crate::records::{Records, Stored};
use crate::vendors::smartz::caller::AtOrganisation;
use crate::vendors::smartz::codes::READINGS;
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::{from_fhir, operations, patients, query, store, time, wire};

/// So far back it looks, unless the client says from when.
const BACK: TimeDelta = TimeDelta::hours(24);
/// The longest time that is told of at once.
const LONGEST: TimeDelta = TimeDelta::hours(72);
/// So many points it has at most.
const POINTS: i64 = 720;

/// Tells how full a patient's pads were, and what happened.
#[utoipa::path(tag = "dashboard", operation_id = "read_history",
    params(("org" = String, Path, description = "The organisation's id"), ("id" = String, Path, description = "The patient's id"), ("from" = Option<String>, Query, description = "From this time on; 24 hours before `to` where it is missing"), ("to" = Option<String>, Query, description = "Up to this time, at most 72 hours later; now where it is missing")),
    responses((status = 200, description = "The history", body = wire::History),
        (status = 400, description = "A time is none, or there is too much between them", body = wire::Failure),
        (status = 404, description = "There is no such patient", body = wire::Failure)),
    security(("dashboard_token" = [])))]
#[get("/dashboard/api/organisations/{org}/patients/{id}/history")]
pub async fn read_history(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    at: AtOrganisation,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let (_, id) = path.into_inner();
    let bound = |name| query::one(&request, name)?.map(|text| time::read(name, &text)).transpose();
    let to = bound("to")?.unwrap_or_else(|| records.now());
    let from = bound("from")?.unwrap_or(to - BACK);
    if from > to || to - from > LONGEST {
        return Err(Refusal::field("from", "must be at most 72 hours before to"));
    }
    let (patient, _) = patients::find(&records, &at.caller, &at.organisation.id, &id).await?;
    let within = |parameters: Vec<(&'static str, String)>| {
        let bounds =
            [("date", format!("ge{}", time::instant(from))), ("date", format!("le{}", time::instant(to)))];
        let own = [("patient", format!("Patient/{id}"))];
        own.into_iter().chain(bounds).chain(parameters).collect::<Vec<_>>()
    };
    let readings = within(vec![("identifier", format!("{READINGS}|"))]);
    let readings = store::all(&records, &at.caller, "Observation", &readings).await?;
    let codes: Vec<_> = EVENTS.iter().map(|code| format!("{}|{}", code.system, code.code)).collect();
    let events = within(vec![("code", codes.join(",")), ("status:not", "entered-in-error".to_owned())]);
    let events = store::all(&records, &at.caller, "Observation", &events).await?;
    records.audit_answer(&at.caller, operations::READ_HISTORY, &patient).await?;
    let mut events = shown(&events)?;
    events.sort_by(|one, other| other.at.cmp(&one.at));
    let wetness = points(&readings, (from, to))?;
    let (from, to) = (time::moment(from), time::moment(to));
    Ok(HttpResponse::Ok().json(wire::History { patient_id: id, from, to, wetness, events }))
}

fn shown(events: &[Stored]) -> Result<Vec<wire::Event>, Refusal> {
    let shown = events.iter().map(|one| one.json().map(|one| from_fhir::event::event(&one)));
    Ok(shown.collect::<Result<_, _>>()?)
}

/// The readings of wetness, thinned out.
fn points(
    readings: &[Stored],
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<wire::Point>, Refusal> {
    let mut all = Vec::new();
    for one in readings {
        all.extend(from_fhir::readings::wetness(&one.json()?));
    }
    all.retain(|(at, _)| (from..=to).contains(at));
    all.sort_by_key(|(at, _)| *at);
    let step_ms = (to - from).num_milliseconds().checked_div(POINTS).unwrap_or_default().max(1);
    let place = |at: DateTime<Utc>| (at - from).num_milliseconds().checked_div(step_ms);
    let highest = all
        .chunk_by(|one, other| place(one.0) == place(other.0))
        .filter_map(|some| some.iter().copied().max_by(|one, other| one.1.total_cmp(&other.1)));
    Ok(highest.map(|(at, value)| wire::Point { at: time::moment(at), value }).collect())
}
