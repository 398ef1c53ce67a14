//! `POST /api/face-scan/session`, `GET /api/face-scan/session/:id` (contract SS-60, SS-61).

use actix_web::{HttpResponse, get, post, web};

use crate::records::{Error, Records, Write};
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::scans::{self, person};
use crate::vendors::smartscan::wire::face_scan as wire;
use crate::vendors::smartscan::{from_fhir, operations, to_fhir};

/// Begins a session. What is sent with the request is not looked at.
#[utoipa::path(tag = "face scan", operation_id = "create_scan_session",
    responses((status = 201, description = "The session", body = wire::SessionAnswer),
        (status = 401, description = "No session token that holds", body = crate::vendors::smartscan::wire::Failure)),
    security(("session_token" = [])))]
#[post("/api/face-scan/session")]
pub async fn create_scan_session(
    signed_in: SessionCaller,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let encounter = scans::repeated(async || {
        let (patient, made) = person::found_or_made(&records, &signed_in).await?;
        let id = records.new_id();
        let resource = to_fhir::face_scan::session::begun(&id, &patient, records.now());
        let begun = Write::Create { resource, id: Some(id) };
        let writes = [begun].into_iter().chain(made).collect();
        scans::written(&records, &signed_in, writes).await
    })
    .await?;
    let encounter =
        encounter.into_iter().next().ok_or_else(|| Error::internal("a create without a result"))?;
    let session = from_fhir::face_scan::session::session(&encounter, None, Vec::new());
    Ok(HttpResponse::Created().json(wire::SessionAnswer::of(session)))
}

/// Reads a session.
#[utoipa::path(tag = "face scan", operation_id = "read_scan_session", params(("id" = String, Path, description = "The session's id")),
    responses((status = 200, description = "The session", body = wire::SessionAnswer),
        (status = 401, description = "No session token that holds", body = crate::vendors::smartscan::wire::Failure),
        (status = 404, description = "There is no such session, or it is another's", body = crate::vendors::smartscan::wire::Failure)),
    security(("session_token" = [])))]
#[get("/api/face-scan/session/{id}")]
pub async fn read_scan_session(
    path: web::Path<String>,
    signed_in: SessionCaller,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let session = scans::session(&records, &signed_in, &path).await?;
    let shown = session.shown(&records, &signed_in).await?;
    records.audit_answer(&signed_in.caller, operations::face_scan::READ_SESSION, &session.stored).await?;
    Ok(HttpResponse::Ok().json(wire::SessionAnswer::of(shown)))
}
