//! `POST /api/patients/:id/medical-history` (contract IM-44).

use actix_web::{HttpResponse, post, web};

use crate::records::{Records, Write};
use crate::vendors::imagemedix::body::{After, Json};
use crate::vendors::imagemedix::caller::SignedIn;
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::from_fhir::patient;
use crate::vendors::imagemedix::store::{author, context, hold, new_id, repeated, written};
use crate::vendors::imagemedix::to_fhir::history::New;
use crate::vendors::imagemedix::{charts, patients, wire};

/// Adds an entry to a patient's medical history.
#[utoipa::path(tag = "patients", operation_id = "add_medical_history", request_body = wire::NewEntry,
    params(("id" = String, Path, description = "The patient's id")),
    responses((status = 201, description = "The whole history", body = wire::History),
        (status = 404, description = "There is no such patient, or the caller may not see them", body = wire::Failure)),
    security(("session_token" = [])))]
#[post("/api/patients/{id}/medical-history")]
pub async fn add_medical_history(
    path: web::Path<String>,
    After(signed_in, Json(sent)): After<SignedIn, Json<wire::NewEntry>>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let new = New::checked(&sent)?;
    let stored = repeated(&path, async || {
        let stored = patients::find(&records, &signed_in, &path).await?;
        let (id, reference) = (new_id(&records), format!("Patient/{}", stored.id));
        let context = context(&records, &signed_in);
        let create = |resource| Write::Create { resource, id: Some(id.clone()) };
        let mut writes = vec![create(new.condition(&id, &reference, &context))];
        writes.extend(new.care_plan(&id, &reference, &context).map(create));
        writes.push(hold("Patient", &stored)?);
        Ok(written(&records, &author(&records, &signed_in), writes).await?.map(|_| stored))
    })
    .await?;
    let medical_history = charts::medical_history(&records, &signed_in, &stored.id).await?;
    let id = patient::id(&stored.json()?);
    Ok(HttpResponse::Created().json(wire::History { id, medical_history }))
}
