//! `GET /api/face-scan/risk/:sessionId` (contract SS-76).

use actix_web::{HttpResponse, get, web};
use serde_json::Value;

use crate::clinical::risk::Person;
use crate::records::{Error, Precondition, Records, Stored, Write};
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::from_fhir::face_scan::risk::{Said, answer, number, predictions, said};
use crate::vendors::smartscan::operations;
use crate::vendors::smartscan::scans::known::known;
use crate::vendors::smartscan::scans::{self, Session};
use crate::vendors::smartscan::to_fhir::face_scan::risk::{self, Computed};
use crate::vendors::smartscan::wire::face_scan as wire;

/// Tells the cardiovascular risk of a session's person, by what is known of them now. A risk is kept with the session.
///
/// The blood pressure of a scan is an estimate and is in no risk: the profile or the record has to have one that a cuff measured. With
/// sex and age alone, the score and the vascular age are those of a normal profile, and say so; the ten-year risk is null.
#[utoipa::path(tag = "face scan", operation_id = "read_risk_scores", params(("session_id" = String, Path, description = "The session's id")),
    responses((status = 200, description = "The scores; what they lack is told, and what they take for granted", body = wire::RiskAnswer),
        (status = 401, description = "No session token that holds", body = crate::vendors::smartscan::wire::Failure),
        (status = 403, description = "The session has no consent that holds", body = crate::vendors::smartscan::wire::Failure),
        (status = 404, description = "There is no such session, or it is another's", body = crate::vendors::smartscan::wire::Failure)),
    security(("session_token" = [])))]
#[get("/api/face-scan/risk/{session_id}")]
pub async fn read_risk_scores(
    path: web::Path<String>,
    signed_in: SessionCaller,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let answer = scans::repeated(async || {
        let session = scans::session(&records, &signed_in, &path).await?;
        let held = session.held(&records, &signed_in).await?;
        let known = known(&records, &signed_in).await?;
        let now = records.now();
        let person = known.person(now);
        let (inputs, basis) = known.inputs(now);
        let said = said(&person);
        let mut writes = changed(&records, &signed_in, &session, &said, &person, &basis).await?;
        if writes.is_empty() {
            records
                .audit_answer(&signed_in.caller, operations::face_scan::READ_RISK, &session.stored)
                .await?;
        } else {
            writes.extend(held);
            writes.extend(scans::hold_all(&known.sources())?);
            if scans::written(&records, &signed_in, writes).await?.is_none() {
                return Ok(None);
            }
        }
        Ok(Some(
            answer(&said, &person, &known.profile(now), &inputs)
                .ok_or_else(|| Error::internal("no equation"))?,
        ))
    })
    .await?;
    Ok(HttpResponse::Ok().json(answer))
}

/// Writes of those RiskAssessments that do not say what the equations say now.
async fn changed(
    records: &Records,
    signed_in: &SessionCaller,
    session: &Session,
    said: &[Said],
    person: &Person,
    basis: &[String],
) -> Result<Vec<Write>, Refusal> {
    let scan = session.scan(signed_in, records.now());
    let mut writes = Vec::new();
    for one in said {
        let id = risk::id(one.equation, session.id());
        let stored = scans::current(records, signed_in, "RiskAssessment", &id).await?;
        let before = stored.as_ref().map(Stored::json).transpose()?;
        let risks = predictions(one, person);
        let resource = match (risks.is_empty(), &before) {
            (true, None) => continue,
            (true, Some(before)) if before.get("status") == Some(&Value::from("cancelled")) => continue,
            (true, Some(before)) => risk::cancelled(before.clone()),
            (false, _) => {
                let age = person.age.and_then(|age| number(age, 0));
                let computed = Computed { equation: one.equation, risks, age, basis };
                risk::assessment(&computed, &scan)
            }
        };
        if before.as_ref().is_some_and(|before| is_same(before, &resource)) {
            continue;
        }
        let precondition = stored.map_or(Precondition::Absent, |stored| stored.version.into());
        writes.push(Write::Update { resource, id, precondition: Some(precondition) });
    }
    Ok(writes)
}

/// Whether both say the same, whenever they say it.
fn is_same(stored: &Value, wanted: &Value) -> bool {
    ["status", "prediction", "basis", "subject", "encounter", "method"]
        .iter()
        .all(|name| stored.get(name) == wanted.get(name))
}
