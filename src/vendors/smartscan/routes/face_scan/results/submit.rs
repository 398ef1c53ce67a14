//! `POST /api/face-scan/results` (contract SS-65, SS-78).

use actix_web::{HttpResponse, post, web};
use serde_json::{Number, Value};

use crate::records::{Records, Write};
use crate::vendors::smartscan::body::{After, Json};
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::codes::face_scan::SDK_DEVICE;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::scans::{self, Session, known};
use crate::vendors::smartscan::to_fhir::New;
use crate::vendors::smartscan::to_fhir::face_scan::result::{self, Ids, Sent};
use crate::vendors::smartscan::to_fhir::face_scan::session::finished;
use crate::vendors::smartscan::vitals::{self, DIASTOLIC, SYSTOLIC, Vital};
use crate::vendors::smartscan::wire::face_scan as wire;
use crate::vendors::smartscan::{from_fhir, operations};

/// Longer numbers measure nothing.
const MOST_DIGITS: usize = 16;

/// Takes the values of a scan: with `save` they are kept, without they are only answered.
#[utoipa::path(tag = "face scan", operation_id = "submit_scan_results", request_body = wire::NewResult,
    responses((status = 200, description = "The values, which are not kept", body = wire::SubmittedAnswer),
        (status = 201, description = "The values, which are kept", body = wire::SubmittedAnswer),
        (status = 400, description = "A field is missing, or a value is none that a body can have", body = crate::vendors::smartscan::wire::Failure),
        (status = 401, description = "No session token that holds", body = crate::vendors::smartscan::wire::Failure),
        (status = 403, description = "The session has no consent that holds", body = crate::vendors::smartscan::wire::Failure),
        (status = 404, description = "There is no such session, or it is another's", body = crate::vendors::smartscan::wire::Failure)),
    security(("session_token" = [])))]
#[post("/api/face-scan/results")]
pub async fn submit_scan_results(
    After(signed_in, Json(new)): After<SessionCaller, Json<wire::NewResult>>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let sent = checked(&new)?;
    if !new.save {
        let session = scans::session(&records, &signed_in, &new.session_id).await?;
        session.consent(&records, &signed_in).await?.ok_or(Refusal::ConsentRequired)?;
        let resources = built(&records, &signed_in, &session, &sent);
        let age = known::age(&records, &signed_in).await?;
        records.audit_answer(&signed_in.caller, operations::face_scan::PREVIEW, &session.stored).await?;
        let resources: Vec<_> = resources.into_iter().map(|new| new.resource).collect();
        return Ok(HttpResponse::Ok().json(answer(&resources, None, age)));
    }
    let stored = scans::repeated(async || {
        let session = scans::session(&records, &signed_in, &new.session_id).await?;
        let mut writes = Vec::new();
        for New { id, resource } in built(&records, &signed_in, &session, &sent) {
            writes.push(Write::Create { resource, id: Some(id) });
        }
        writes.extend(device(&records, &signed_in).await?);
        writes.extend(kept(&records, &signed_in, &session).await?);
        scans::written(&records, &signed_in, writes).await
    })
    .await?;
    let id = stored.first().and_then(|report| report.get("id")).and_then(Value::as_str);
    let age = known::age(&records, &signed_in).await?;
    Ok(HttpResponse::Created().json(answer(&stored, id, age)))
}

/// The resources of a result; a preview's are answered and forgotten.
fn built(records: &Records, signed_in: &SessionCaller, session: &Session, sent: &Sent) -> Vec<New> {
    let ids = Ids {
        report: records.new_id(),
        provenance: records.new_id(),
        observations: sent.values.iter().map(|_| records.new_id()).collect(),
    };
    result::resources(sent, &session.scan(signed_in, records.now()), &ids)
}

/// The program's Device, where the tenant has none yet.
async fn device(records: &Records, signed_in: &SessionCaller) -> Result<Option<Write>, Refusal> {
    let found = scans::current(records, signed_in, "Device", SDK_DEVICE).await?;
    let precondition = Some(crate::records::Precondition::Absent);
    let made = || Write::Update { resource: result::device(), id: SDK_DEVICE.to_owned(), precondition };
    Ok(found.is_none().then(made))
}

/// What the session becomes, unless it or its consent changes meanwhile.
async fn kept(
    records: &Records,
    signed_in: &SessionCaller,
    session: &Session,
) -> Result<Vec<Write>, Refusal> {
    let mut held = session.held(records, signed_in).await?;
    if session.encounter.get("status").and_then(Value::as_str) == Some("in-progress") {
        held.retain(|write| {
            !matches!(write, Write::Hold { id, resource_type, .. }
            if id == session.id() && resource_type.as_str() == "Encounter")
        });
        held.push(Write::Update {
            resource: finished(session.encounter.clone(), records.now()),
            id: session.id().to_owned(),
            precondition: Some(session.stored.version.into()),
        });
    }
    Ok(held)
}

fn answer(resources: &[Value], id: Option<&str>, age: Option<u16>) -> wire::SubmittedAnswer {
    let is_observation =
        |one: &&Value| one.get("resourceType").and_then(Value::as_str) == Some("Observation");
    let observations: Vec<_> = resources.iter().filter(is_observation).cloned().collect();
    wire::SubmittedAnswer {
        success: true,
        saved: id.is_some(),
        result_id: id.map(str::to_owned),
        results: from_fhir::face_scan::result::values(&observations, age.map(f64::from)),
    }
}

fn checked(new: &wire::NewResult) -> Result<Sent, Refusal> {
    if new.vitals.is_empty() {
        return Err(wrong("vitals", "must have at least one value".to_owned()));
    }
    let mut values = Vec::with_capacity(new.vitals.len());
    for (name, value) in &new.vitals {
        let vital = vitals::named(name).ok_or_else(unknown)?;
        values.push((vital, number(vital, value)?));
    }
    let of = |wanted: &Vital| {
        let found = values.iter().find(|(vital, _)| *vital == wanted);
        found.and_then(|(_, value)| value.as_f64())
    };
    if let (Some(systolic), Some(diastolic)) = (of(&SYSTOLIC), of(&DIASTOLIC))
        && systolic <= diastolic
    {
        return Err(wrong("vitals", "must have a systolic_bp above its diastolic_bp".to_owned()));
    }
    let is_share = new.quality.as_f64().is_some_and(|quality| (0.0..=1.0).contains(&quality));
    if !is_share || new.quality.to_string().len() > MOST_DIGITS {
        return Err(wrong("quality", "must be a number from 0 to 1".to_owned()));
    }
    let is_cuff = match new.blood_pressure_source.as_deref() {
        None | Some("camera") => false,
        Some("cuff") => true,
        Some(_) => return Err(wrong("blood_pressure_source", "must be camera or cuff".to_owned())),
    };
    Ok(Sent { values, quality: new.quality.clone(), is_cuff })
}

/// A name that is not known is not repeated: it may be anything.
fn unknown() -> Refusal {
    let names: Vec<_> = vitals::ALL.into_iter().map(|vital| vital.name).collect();
    wrong("vitals", format!("may have only {}", names.join(", ")))
}

fn number(vital: &'static Vital, value: &Value) -> Result<Number, Refusal> {
    let (least, most) = vital.bounds;
    let number = value.as_number().filter(|number| number.to_string().len() <= MOST_DIGITS);
    let is_in = |number: &&Number| number.as_f64().is_some_and(|value| (least..=most).contains(&value));
    number.filter(is_in).cloned().ok_or_else(|| {
        let problem = format!("must be a number from {least} to {most}");
        wrong(vital.name, problem)
    })
}

fn wrong(field: &'static str, problem: String) -> Refusal {
    Refusal::Validation(field, problem)
}
