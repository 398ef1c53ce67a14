//! `GET /api/face-scan/fhir/:sessionId` (contract SS-69).

use actix_web::{HttpResponse, get, web};
use serde_json::{Value, json};

use crate::http::fhir::BaseUrl;
use crate::records::{Records, Stored};
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::codes::face_scan::SDK_DEVICE;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::from_fhir::face_scan::risk::said;
use crate::vendors::smartscan::operations;
use crate::vendors::smartscan::scans::known::known;
use crate::vendors::smartscan::scans::{self, Session, risks};
use crate::vendors::smartscan::wire::face_scan as wire;

/// What belongs to a session, by its type.
const OF_SESSION: [&str; 3] = ["DiagnosticReport", "Observation", "RiskAssessment"];

/// Gives a session as FHIR: the person, the contact, the consent, what was measured and computed, and with what.
#[utoipa::path(tag = "face scan", operation_id = "read_scan_bundle", params(("session_id" = String, Path, description = "The session's id")),
    responses((status = 200, description = "The Bundle", body = wire::BundleAnswer),
        (status = 401, description = "No session token that holds", body = crate::vendors::smartscan::wire::Failure),
        (status = 404, description = "There is no such session, or it is another's", body = crate::vendors::smartscan::wire::Failure)),
    security(("session_token" = [])))]
#[get("/api/face-scan/fhir/{session_id}")]
pub async fn read_scan_bundle(
    path: web::Path<String>,
    signed_in: SessionCaller,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    let session = scans::session(&records, &signed_in, &path).await?;
    assess(&records, &signed_in, &session).await?;
    let patient = scans::current(&records, &signed_in, "Patient", &session.patient).await?;
    let consent = session.any_consent(&records, &signed_in).await?;
    let mut resources: Vec<_> = patient.into_iter().chain([session.stored.clone()]).chain(consent).collect();
    for name in OF_SESSION {
        resources.extend(session.all(&records, &signed_in, name).await?);
    }
    if resources.iter().any(|stored| stored.body.contains(SDK_DEVICE)) {
        resources.extend(scans::current(&records, &signed_in, "Device", SDK_DEVICE).await?);
    }
    records.audit_answer(&signed_in.caller, operations::face_scan::READ_BUNDLE, &session.stored).await?;
    let entries = resources.iter().map(|stored| entry(&base.0, stored)).collect::<Result<Vec<_>, _>>()?;
    let timestamp = records.now().to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
    let bundle =
        json!({ "resourceType": "Bundle", "type": "collection", "timestamp": timestamp, "entry": entries });
    Ok(HttpResponse::Ok().json(wire::BundleAnswer { success: true, bundle }))
}

/// Has the session's RiskAssessments say what the equations say now: whether anybody asked for the scores before makes no difference.
/// Nothing is made of a session in which nothing was kept, or whose consent does not hold.
async fn assess(records: &Records, signed_in: &SessionCaller, session: &Session) -> Result<(), Refusal> {
    let is_kept = !session.results(records, signed_in).await?.is_empty();
    if !is_kept || session.consent(records, signed_in).await?.is_none() {
        return Ok(());
    }
    let known = known(records, signed_in).await?;
    let person = known.person(records.now());
    let (_, basis) = known.inputs(records.now());
    let mut writes = risks::changed(records, signed_in, session, &said(&person), &person, &basis).await?;
    if !writes.is_empty() {
        writes.extend(session.held(records, signed_in).await?);
        writes.extend(scans::hold_all(&known.sources())?);
        // Where another request comes first, what that one made is read.
        scans::written(records, signed_in, writes).await?;
    }
    Ok(())
}

fn entry(base: &str, stored: &Stored) -> Result<Value, Refusal> {
    let url = format!("{base}/{}/{}", stored.resource_type, stored.id);
    Ok(json!({ "fullUrl": url, "resource": stored.json()? }))
}
