//! `PATCH /api/scans/:id` (contract IM-26).

use actix_web::{HttpResponse, patch, web};
use chrono::DateTime;
use serde_json::Value;

use crate::platform::queue::Queue;
use crate::records::{Beside, Precondition, Records, Write};
use crate::vendors::imagemedix::body::{After, Json};
use crate::vendors::imagemedix::caller::SignedIn;
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::from_fhir::result::outcome;
use crate::vendors::imagemedix::from_fhir::text;
use crate::vendors::imagemedix::scans::{self, Found, Scan, WHAT};
use crate::vendors::imagemedix::state::State;
use crate::vendors::imagemedix::store::{context, hold, new_id, repeated, update, written_beside};
use crate::vendors::imagemedix::to_fhir::result::{self, New, Of};
use crate::vendors::imagemedix::to_fhir::scan::{in_state, touched};
use crate::vendors::imagemedix::to_fhir::{self, Context};
use crate::vendors::imagemedix::{operations, wire};

/// Changes how far a scan is, and what was found in it. Who completes a scan, or says what was found, answers for it. A scan that is set to `pending` or `processing` is
/// analysed again, and a person's finding stands.
///
/// What was found before, by a model or somebody else, stays as an older version.
#[utoipa::path(tag = "scans", operation_id = "update_scan", request_body = wire::ScanChange,
    params(("id" = String, Path, description = "The scan's id")),
    responses((status = 200, description = "The scan as it is now", body = wire::ChangedScan),
        (status = 404, description = "There is no such scan, or the caller may not see it", body = wire::Failure)),
    security(("session_token" = [])))]
#[patch("/api/scans/{id}")]
pub async fn update_scan(
    path: web::Path<String>,
    After(signed_in, Json(sent)): After<SignedIn, Json<wire::ScanChange>>,
    records: web::Data<Records>,
    queue: web::Data<Queue>,
) -> Result<HttpResponse, Refusal> {
    let change = Change {
        state: sent.status.as_deref().map(State::parse).transpose()?,
        result: sent.result.as_ref().map(New::checked).transpose()?,
    };
    let changed = repeated(&path, async || done(&records, &queue, &signed_in, &path, &change).await).await?;
    queue.wake();
    Ok(HttpResponse::Ok().json(changed))
}

/// Changes the scan, and tells what was written, not what others made of it since: whoever looks at the scan may be fast. None, where
/// another request was faster.
async fn done(
    records: &Records,
    queue: &Queue,
    signed_in: &SignedIn,
    id: &str,
    change: &Change,
) -> Result<Option<wire::ChangedScan>, Refusal> {
    let scan = scans::find(records, signed_in, id).await?;
    let observation = scan.observation(records, &signed_in.caller).await?;
    let writes = writes(records, signed_in, &scan, observation.as_ref(), change).await?;
    let stored = if writes.is_empty() {
        records.audit_answer(&signed_in.caller, operations::UPDATE_SCAN, &scan.stored).await?;
        Vec::new()
    } else {
        let job = asks(&scan, change)?.then(|| queue.job(&scan.id));
        let beside = Beside { job, ..Beside::default() };
        let stored = written_beside(records, &signed_in.caller, writes, &beside).await?;
        let Some(stored) = stored else { return Ok(None) };
        stored
    };
    let of = |name| stored.iter().find(|one| text(one, "resourceType") == Some(name));
    let state = match of("Task") {
        Some(task) => State::of(task),
        None => scan.state()?,
    };
    let result = match of("Observation") {
        Some(found) => outcome(found),
        None => scans::outcome(observation.as_ref()),
    };
    Ok(Some(wire::ChangedScan { id: scan.id, status: state.as_str(), result }))
}

/// A checked change.
struct Change {
    state: Option<State>,
    result: Option<New>,
}

/// Whether the change asks for the scan to be looked at: what comes to wait, or to be looked at, has a job that does it.
fn asks(scan: &Scan, change: &Change) -> Result<bool, Refusal> {
    let asked = scan.asked()?;
    Ok(match change.state {
        Some(state @ (State::Pending | State::Processing)) => text(&asked, "status") != Some(state.code()),
        Some(State::Completed | State::Failed) | None => false,
    })
}

async fn writes(
    records: &Records,
    signed_in: &SignedIn,
    scan: &Scan,
    observation: Option<&Found>,
    change: &Change,
) -> Result<Vec<Write>, Refusal> {
    let context = context(records, signed_in);
    let report = scan.report(records, &signed_in.caller).await?;
    let mut writes = match &change.result {
        Some(result) => found_anew(scan, result, observation, report.as_ref(), &context)?,
        // Who completes a scan confirms what was found; who says that it failed, or is still to be looked at, confirms nothing.
        None if change.state == Some(State::Completed) => confirmed([observation, report.as_ref()], &context),
        None => Vec::new(),
    };
    let targets: Vec<_> = writes.iter().filter_map(address).collect();
    if !targets.is_empty() {
        let resource = result::provenance(&targets, &context);
        writes.push(Write::Create { resource, id: Some(new_id(records)) });
    }
    // A scan with a result was looked at, unless the caller says otherwise.
    let state = change.state.or_else(|| change.result.as_ref().map(|_| State::Completed));
    let asked = scan.asked()?;
    match state.filter(|state| text(&asked, "status") != Some(state.code())) {
        Some(state) => writes.push(update(&scan.task, in_state(asked, state, &context))),
        None if !writes.is_empty() => writes.push(update(&scan.task, touched(asked, &context))),
        None => {}
    }
    if !writes.is_empty() {
        writes.push(hold("ImagingStudy", &scan.stored)?);
    }
    Ok(writes)
}

/// The Observation and the DiagnosticReport of a result, in place of those that were there.
fn found_anew(
    scan: &Scan,
    result: &New,
    observation: Option<&Found>,
    report: Option<&Found>,
    context: &Context,
) -> Result<Vec<Write>, Refusal> {
    let media = scan.media_id().ok_or(Refusal::NotFound(WHAT))?;
    let taken = text(&scan.study, "started").and_then(|time| DateTime::parse_from_rfc3339(time).ok());
    let of = Of { id: &scan.id, study: &scan.study, media, taken: taken.map(|time| time.to_utc()) };
    let new = result.observation(&of, observation.map(|found| &found.json), context);
    let id = observation.map_or(scan.id.as_str(), |found| found.stored.id.as_str());
    let reported = of.report((id, &new), context);
    Ok(vec![put(new, observation, &scan.id), put(reported, report, &scan.id)])
}

/// What nobody had confirmed before, confirmed as it is.
fn confirmed(found: [Option<&Found>; 2], context: &Context) -> Vec<Write> {
    let confirm = |found: &Found| Some(put(result::confirmed(found.json.clone(), context)?, Some(found), ""));
    found.into_iter().flatten().filter_map(confirm).collect()
}

/// Writes in place of what was found, or makes the resource with that id.
fn put(mut resource: Value, before: Option<&Found>, id: &str) -> Write {
    let id = before.map_or(id, |found| found.stored.id.as_str()).to_owned();
    to_fhir::set(&mut resource, "id", Some(id.clone().into()));
    let precondition = before.map_or(Precondition::Absent, |found| found.stored.version.into());
    Write::Update { resource, id, precondition: Some(precondition) }
}

fn address(write: &Write) -> Option<String> {
    match write {
        Write::Update { resource, id, .. } => Some(format!("{}/{id}", text(resource, "resourceType")?)),
        Write::Create { .. } | Write::Patch { .. } | Write::Hold { .. } | Write::Delete { .. } => None,
    }
}
