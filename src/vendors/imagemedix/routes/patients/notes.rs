//! `POST /api/patients/:id/notes` (contract IM-45).

use actix_web::{HttpResponse, post, web};

use crate::records::{Records, Write};
use crate::vendors::imagemedix::body::{After, Json};
use crate::vendors::imagemedix::caller::SignedIn;
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::from_fhir::{note, patient};
use crate::vendors::imagemedix::store::{author, context, hold, new_id, repeated, written};
use crate::vendors::imagemedix::to_fhir::note::document;
use crate::vendors::imagemedix::{charts, patients, text, wire};

/// Adds a note on a patient.
#[utoipa::path(tag = "patients", operation_id = "add_note", request_body = wire::NewNote,
    params(("id" = String, Path, description = "The patient's id")),
    responses((status = 201, description = "All notes", body = wire::Notes),
        (status = 404, description = "There is no such patient, or the caller may not see them", body = wire::Failure)),
    security(("session_token" = [])))]
#[post("/api/patients/{id}/notes")]
pub async fn add_note(
    path: web::Path<String>,
    After(signed_in, Json(sent)): After<SignedIn, Json<wire::NewNote>>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let content = text::required_lines("content", &sent.content, text::NOTE)?;
    let stored = repeated(&path, async || {
        let stored = patients::find(&records, &signed_in, &path).await?;
        let (id, reference) = (new_id(&records), format!("Patient/{}", stored.id));
        let resource = document(&content, &id, &reference, &context(&records, &signed_in));
        let writes = vec![Write::Create { resource, id: Some(id) }, hold("Patient", &stored)?];
        Ok(written(&records, &author(&records, &signed_in), writes).await?.map(|_| stored))
    })
    .await?;
    let notes = charts::notes(&records, &signed_in, &stored.id).await?;
    let notes = notes.iter().filter_map(note::note).collect();
    Ok(HttpResponse::Created().json(wire::Notes { id: patient::id(&stored.json()?), notes }))
}
