//! `GET /api/face-scan/risk/:sessionId` (contract SS-76).

use actix_web::{HttpResponse, get, web};

use crate::records::{Error, Records};
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::from_fhir::face_scan::risk::{answer, said};
use crate::vendors::smartscan::operations;
use crate::vendors::smartscan::scans::known::known;
use crate::vendors::smartscan::scans::{self, risks};
use crate::vendors::smartscan::wire::face_scan as wire;

/// Tells the cardiovascular risk of a session's person, by what is known of them now. A risk is kept with the session.
///
/// The blood pressure of a scan is an estimate and is in no risk: the profile or the record has to have one that a cuff measured. What is
/// missing leaves the scores null, with the reason. Of somebody of whom none of what the vendor's own profile lacks is known (a cuff's
/// pressure, lipids, treatment, smoking, diabetes, earlier disease), the score and the vascular age are those of a normal profile, and say
/// so; the ten-year risk is null.
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
        let mut writes = risks::changed(&records, &signed_in, &session, &said, &person, &basis).await?;
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
