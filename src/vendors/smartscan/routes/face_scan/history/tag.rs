//! `POST /api/face-scan/history/tag` (contract SS-74).

use actix_web::{HttpResponse, post, web};

use crate::records::{Records, Write};
use crate::vendors::smartscan::body::{After, Json};
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::wire::face_scan as wire;
use crate::vendors::smartscan::{from_fhir, operations, scans, text, to_fhir};

/// Most characters of a tag.
const LONGEST: usize = 64;
/// So many tags a session has at most.
const MOST: usize = 50;

/// Gives a session a tag; one that it has already stays as it is.
#[utoipa::path(tag = "face scan", operation_id = "tag_scan", request_body = wire::NewTag,
    responses((status = 200, description = "The session's tags", body = wire::TagsAnswer),
        (status = 400, description = "A field is missing or wrong, or there are too many tags", body = crate::vendors::smartscan::wire::Failure),
        (status = 401, description = "No session token that holds", body = crate::vendors::smartscan::wire::Failure),
        (status = 404, description = "There is no such session, or it is another's", body = crate::vendors::smartscan::wire::Failure)),
    security(("session_token" = [])))]
#[post("/api/face-scan/history/tag")]
pub async fn tag_scan(
    After(signed_in, Json(new)): After<SessionCaller, Json<wire::NewTag>>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let tag = text::required("tag", new.tag.expose(), LONGEST)?;
    // A code has no other blanks than single ones. https://hl7.org/fhir/R4/datatypes.html#code
    let tag = tag.split_whitespace().collect::<Vec<_>>().join(" ");
    let encounter = scans::repeated(async || {
        let session = scans::session(&records, &signed_in, &new.session_id).await?;
        let tags = from_fhir::face_scan::session::tags(&session.encounter);
        if tags.contains(&tag) {
            records.audit_answer(&signed_in.caller, operations::face_scan::TAG, &session.stored).await?;
            return Ok(Some(session.encounter));
        }
        if tags.len() >= MOST {
            return Err(Refusal::Validation(
                "tag",
                format!("is one more than the {MOST} that a session may have"),
            ));
        }
        let resource = to_fhir::face_scan::session::tagged(session.encounter.clone(), &tag);
        let precondition = Some(session.stored.version.into());
        let tagged = Write::Update { resource, id: session.id().to_owned(), precondition };
        let stored = scans::written(&records, &signed_in, vec![tagged]).await?;
        Ok(stored.and_then(|stored| stored.into_iter().next()))
    })
    .await?;
    let tags = from_fhir::face_scan::session::tags(&encounter);
    Ok(HttpResponse::Ok().json(wire::TagsAnswer { success: true, tags }))
}
