//! `POST /api/face-scan/consent` (contract SS-62).

use actix_web::{HttpResponse, post, web};

use crate::records::{Error, Precondition, Records, Write};
use crate::vendors::smartscan::body::{After, Json};
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::to_fhir::face_scan::consent::{Given, JURISDICTIONS, consent};
use crate::vendors::smartscan::wire::face_scan as wire;
use crate::vendors::smartscan::{from_fhir, scans};

/// Most characters of a consent's text: some forty pages.
const TEXT: usize = 100_000;
/// The largest body: the longest text in the longest letters.
const LARGEST: usize = 512 * 1024;

/// Records what a session's person agrees to. A second consent takes the place of the first.
#[utoipa::path(tag = "face scan", operation_id = "record_consent", request_body = wire::NewConsent,
    responses((status = 200, description = "The consent", body = wire::ConsentAnswer),
        (status = 400, description = "A field is missing or wrong", body = crate::vendors::smartscan::wire::Failure),
        (status = 401, description = "No session token that holds", body = crate::vendors::smartscan::wire::Failure),
        (status = 404, description = "There is no such session, or it is another's", body = crate::vendors::smartscan::wire::Failure)),
    security(("session_token" = [])))]
#[post("/api/face-scan/consent")]
pub async fn record_consent(
    After(signed_in, Json(new)): After<SessionCaller, Json<wire::NewConsent, LARGEST>>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let jurisdiction = jurisdiction(&new.jurisdiction)?;
    let text = checked(new.consent_text.expose())?;
    let stored = scans::repeated(async || {
        let session = scans::session(&records, &signed_in, &new.session_id).await?;
        let before = session.any_consent(&records, &signed_in).await?;
        let now = records.now();
        let given = Given { session: session.id(), patient: &session.patient, jurisdiction, text, now };
        let given = Write::Update {
            resource: consent(&given),
            id: session.id().to_owned(),
            precondition: Some(before.map_or(Precondition::Absent, |before| before.version.into())),
        };
        let writes = vec![given, scans::hold("Encounter", &session.stored)?];
        scans::written(&records, &signed_in, writes).await
    })
    .await?;
    let consent = stored.into_iter().next().ok_or_else(|| Error::internal("an update without a result"))?;
    let consent = from_fhir::face_scan::consent::consent(&consent, &new.session_id);
    Ok(HttpResponse::Ok().json(wire::ConsentAnswer { success: true, consent }))
}

fn jurisdiction(sent: &str) -> Result<&'static str, Refusal> {
    let word = sent.trim().to_ascii_lowercase();
    let found = JURISDICTIONS.into_iter().find(|known| *known == word);
    found.ok_or_else(|| {
        let problem = format!("must be one of {}", JURISDICTIONS.join(", "));
        Refusal::Validation("jurisdiction", problem)
    })
}

/// The text as it was sent: what somebody agreed to is not cut or mended.
fn checked(text: &str) -> Result<&str, Refusal> {
    let problem = if text.trim().is_empty() {
        "is required".to_owned()
    } else if text.chars().count() > TEXT {
        format!("may have at most {TEXT} characters")
    } else {
        return Ok(text);
    };
    Err(Refusal::Validation("consent_text", problem))
}
