//! `DELETE /api/face-scan/consent/:session` (contract SS-64).

use actix_web::{HttpResponse, delete, web};

use crate::records::erase::Erasure;
use crate::records::{Records, Write};
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::from_fhir::face_scan::session;
use crate::vendors::smartscan::scans::{self, person};
use crate::vendors::smartscan::to_fhir::face_scan::consent::withdrawn;
use crate::vendors::smartscan::wire::face_scan as wire;

/// Withdraws a consent, and erases the session with all that was measured in it, for good. That there was a consent is still known;
/// its text is not.
#[utoipa::path(tag = "face scan", operation_id = "delete_consent", params(("session" = String, Path, description = "The session's id")),
    responses((status = 200, description = "What was erased", body = wire::ErasedAnswer),
        (status = 401, description = "No session token that holds", body = crate::vendors::smartscan::wire::Failure),
        (status = 404, description = "There is no such session, it is another's, or it has no consent", body = crate::vendors::smartscan::wire::Failure)),
    security(("session_token" = [])))]
#[delete("/api/face-scan/consent/{session}")]
pub async fn delete_consent(
    path: web::Path<String>,
    signed_in: SessionCaller,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let erased = scans::repeated(async || {
        let encounter = scans::last(&records, &signed_in, "Encounter", &path).await?;
        let person = person::find(&records, &signed_in).await?.ok_or(Refusal::NotFound)?;
        if !session::is_of(&encounter, &person.id) {
            return Err(Refusal::NotFound);
        }
        let mut roots = vec![(scans::resource_type("Encounter")?, path.clone())];
        let left = match scans::current(&records, &signed_in, "Consent", &path).await? {
            Some(consent) => Some(Write::Update {
                resource: withdrawn(&consent.json()?, records.now()),
                id: consent.id.clone(),
                precondition: Some(consent.version.into()),
            }),
            // One that was deleted cannot be withdrawn any more; what it was about can be erased, and its text with that.
            None => {
                scans::last(&records, &signed_in, "Consent", &path).await?;
                roots.push((scans::resource_type("Consent")?, path.clone()));
                None
            }
        };
        scans::erased(&records, &signed_in, Erasure { roots, is_whole: true, left }).await
    })
    .await?;
    let count = |wanted: &str| erased.iter().filter(|resource_type| *resource_type == wanted).count();
    let deleted = wire::Deleted {
        results: count("DiagnosticReport"),
        observations: count("Observation"),
        reports: count("DocumentReference"),
    };
    Ok(HttpResponse::Ok().json(wire::ErasedAnswer { success: true, deleted }))
}
