//! `POST /pbs/:id/files`.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, post, web};

use crate::records::Records;
use crate::vendors::hemato::caller::Member;
use crate::vendors::hemato::errors::Refusal;
use crate::vendors::hemato::state::State;
use crate::vendors::hemato::store::{context, repeated, unless_late};
use crate::vendors::hemato::studies;
use crate::vendors::hemato::uploads::keep::keep;
use crate::vendors::hemato::uploads::kind::{self, Kind};
use crate::vendors::hemato::uploads::spool::Spool;
use crate::vendors::hemato::uploads::{ARCHIVE_LIMIT_BYTES, IMAGE_LIMIT_BYTES, Received};
use crate::vendors::hemato::{envelope, operations, wire};

/// Adds a file to a study: an image, or an archive of images. The whole body is the file. The same file is added once, however often it is
/// sent, and no file ever changes.
#[utoipa::path(tag = "pbs", operation_id = "add_file",
    params(("id" = String, Path, description = "The study's id"),
        ("file_name" = Option<String>, Query, description = "The file's name; its end tells the type where nothing else does"),
        ("content_type" = Option<String>, Query, description = "The file's type, where the header does not tell it")),
    request_body(content = Vec<u8>, content_type = "image/jpeg", description = "The file: JPEG or PNG of at most 512 MB, or a ZIP file of these of at most 4 GB"),
    responses((status = 201, description = "The file", body = wire::Envelope<wire::FileResults>),
        (status = 400, description = "The file is not what it is called or not to be taken, or the study takes no more files", body = wire::Failure),
        (status = 404, description = "There is no such study in this region, or the caller may not see it", body = wire::Failure)),
    security(("hemato_token" = [])))]
#[post("/pbs/{id}/files")]
pub async fn add_file(
    path: web::Path<String>,
    member: Member,
    request: HttpRequest,
    payload: web::Payload,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let study = studies::find(&records, &member, &path).await?;
    if study.state() != State::Created {
        return Err(Refusal::StudyClosed);
    }
    let (kind, title) = kind::told(&request)?;
    let limit = match kind {
        Kind::Image(_) => IMAGE_LIMIT_BYTES,
        Kind::Zip => ARCHIVE_LIMIT_BYTES,
    };
    let received = Received::of(Spool::receive(payload, limit).await?, kind, title).await?;
    repeated(async || {
        let study = studies::find(&records, &member, &path).await?;
        if study.state() != State::Created {
            return Err(Refusal::StudyClosed);
        }
        let context = context(&records, member.reference());
        let kept = unless_late(keep(&records, &member.caller, &study, &received, &context).await)?;
        if kept == Some(false) {
            records.audit_answer(&member.caller, operations::ADD_FILE, &study.stored).await?;
        }
        Ok(kept)
    })
    .await?;
    let file_ids: Vec<_> = received.pictures.iter().map(|picture| picture.id.clone()).collect();
    let results = wire::FileResults {
        pbs_study_id: study.id,
        file_id: received.id,
        file_ids: matches!(kind, Kind::Zip).then_some(file_ids),
    };
    Ok(envelope::success(StatusCode::CREATED, results))
}
