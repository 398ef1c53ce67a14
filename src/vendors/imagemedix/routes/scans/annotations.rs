//! `POST /api/scans/:id/annotations` (contract IM-27).

use actix_web::{HttpResponse, post, web};

use crate::records::{Records, Write};
use crate::vendors::imagemedix::body::{After, Json};
use crate::vendors::imagemedix::caller::SignedIn;
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::from_fhir;
use crate::vendors::imagemedix::scans::{self, WHAT};
use crate::vendors::imagemedix::store::{author, context, hold, new_id, repeated, update, written};
use crate::vendors::imagemedix::to_fhir::annotation::New;
use crate::vendors::imagemedix::to_fhir::report::without_file;
use crate::vendors::imagemedix::to_fhir::scan::touched;
use crate::vendors::imagemedix::wire;

/// Adds a mark to a scan.
#[utoipa::path(tag = "scans", operation_id = "add_annotation", request_body = wire::NewAnnotation,
    params(("id" = String, Path, description = "The scan's id")),
    responses((status = 201, description = "All marks", body = wire::Annotations),
        (status = 404, description = "There is no such scan, or the caller may not see it", body = wire::Failure)),
    security(("session_token" = [])))]
#[post("/api/scans/{id}/annotations")]
pub async fn add_annotation(
    path: web::Path<String>,
    After(signed_in, Json(sent)): After<SignedIn, Json<wire::NewAnnotation>>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let scan = repeated(&path, async || {
        let scan = scans::find(&records, &signed_in, &path).await?;
        let media = scan.media.as_ref().zip(scan.media_id());
        let (media, media_id) = media.ok_or(Refusal::NotFound(WHAT))?;
        let new = New::checked(&sent, from_fhir::scan::sides(media))?;
        let id = new_id(&records);
        let context = context(&records, &signed_in);
        let resource = new.observation(&id, &scan.study, media_id, &context);
        let mut writes = vec![
            Write::Create { resource, id: Some(id) },
            update(&scan.task, touched(scan.asked()?, &context)),
            hold("ImagingStudy", &scan.stored)?,
        ];
        let report = scan.report(&records, &signed_in.caller).await?;
        // A file that was made before shows the picture without the mark.
        let unshown = report.and_then(|found| Some((without_file(found.json, &scan.id)?, found.stored)));
        writes.extend(unshown.map(|(resource, stored)| update(&stored, resource)));
        Ok(written(&records, &author(&records, &signed_in), writes).await?.map(|_| scan))
    })
    .await?;
    let annotations = scan.annotations(&records, &signed_in.caller).await?;
    Ok(HttpResponse::Created().json(wire::Annotations { id: scan.id, annotations }))
}
