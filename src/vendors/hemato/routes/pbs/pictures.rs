//! `GET /pbs/:id/files` and `GET /pbs/:id/files/:file`.

use std::sync::Arc;

use actix_web::body::SizedStream;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::{HttpRequest, HttpResponse, get, web};
use bytes::Bytes;
use futures_util::TryStreamExt;
use tokio::sync::Semaphore;

use crate::core::Content;
use crate::records::{Error, Records};
use crate::vendors::hemato::caller::Member;
use crate::vendors::hemato::errors::Refusal;
use crate::vendors::hemato::query::one;
use crate::vendors::hemato::settings::Surroundings;
use crate::vendors::hemato::store::current;
use crate::vendors::hemato::studies::files::{self, Kept};
use crate::vendors::hemato::{envelope, operations, studies, wire};
use crate::vendors::pictures::small;

/// The longest side of a small picture, in pixels.
const SMALL: u32 = 320;
/// Of larger files there is no small picture: it would take too much memory to make one.
const MOST_BYTES: u64 = 32 * 1024 * 1024;
/// So many small pictures are made at the same time.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// Lists the files of a study.
#[utoipa::path(tag = "review", operation_id = "list_files", params(("id" = String, Path, description = "The study's id")),
    responses((status = 200, description = "The files", body = wire::Envelope<wire::Files>),
        (status = 404, description = "There is no such study in this region, or the caller may not see it", body = wire::Failure)),
    security(("hemato_token" = [])))]
#[get("/pbs/{id}/files")]
pub async fn list_files(
    path: web::Path<String>,
    member: Member,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let study = studies::find(&records, &member, &path).await?;
    let shown = |file: Kept| {
        let [width, height] = file.sides;
        wire::FileView {
            file_id: file.id,
            name: file.title,
            content_type: file.media_type,
            size_bytes: file.size_bytes,
            width,
            height,
        }
    };
    let all = files::of(&records, &member.caller, &study.id).await?;
    records.audit_answer(&member.caller, operations::LIST_FILES, &study.stored).await?;
    Ok(envelope::success(StatusCode::OK, wire::Files { files: all.into_iter().map(shown).collect() }))
}

/// Reads a file of a study, as it was sent or as a small picture.
#[utoipa::path(tag = "review", operation_id = "read_file", params(("id" = String, Path, description = "The study's id"),
        ("file" = String, Path, description = "The file's id"),
        ("size" = Option<String>, Query, description = "`small`: a JPEG whose longer side has at most 320 pixels")),
    responses((status = 200, description = "The picture", content_type = "image/jpeg", body = Vec<u8>),
        (status = 400, description = "The size is none", body = wire::Failure),
        (status = 404, description = "There is no such study or file in this region, the caller may not see it, or there is no small picture of it", body = wire::Failure)),
    security(("hemato_token" = [])))]
#[get("/pbs/{id}/files/{file}")]
pub async fn read_file(
    path: web::Path<(String, String)>,
    member: Member,
    request: HttpRequest,
    records: web::Data<Records>,
    surroundings: web::Data<Surroundings>,
) -> Result<HttpResponse, Refusal> {
    let (study, file) = path.into_inner();
    let is_small = match one(&request, "size")?.as_deref() {
        None => false,
        Some("small") => true,
        Some(_) => return Err(Refusal::field("size", "must be small")),
    };
    let study = studies::find(&records, &member, &study).await?;
    let file = files::one(&records, &member.caller, &study.id, &file).await?;
    let binary = current(&records, &member.caller, "Binary", &file.media).await?;
    let binary = binary.ok_or(Refusal::NotFound("file"))?;
    let content = records.content(&member.caller, &binary).await?;
    let answer = if is_small {
        let picture = made_small(&surroundings, &content).await?;
        headed("image/jpeg").body(Bytes::from_owner(picture))
    } else {
        // Anything else that a client of `/fhir` calls a picture is no picture for a browser.
        let media_type = match file.media_type.as_str() {
            "image/png" => "image/png",
            "image/jpeg" => "image/jpeg",
            _ => "application/octet-stream",
        };
        headed(media_type).body(SizedStream::new(content.length(), content.parts()))
    };
    records.audit_answer(&member.caller, operations::READ_FILE, &binary).await?;
    Ok(answer)
}

async fn made_small(surroundings: &Surroundings, content: &Content) -> Result<Arc<[u8]>, Refusal> {
    let none = || Refusal::NotFound("small picture");
    if content.length() > MOST_BYTES {
        return Err(none());
    }
    let _turn = AT_ONCE.acquire().await.map_err(|_| Refusal::Unavailable)?;
    let parts: Vec<Bytes> = content.parts().try_collect().await.map_err(Error::internal)?;
    let made = small(&surroundings.pictures, parts.concat().into(), SMALL).await?;
    made.ok_or_else(none)
}

/// A picture, which a browser must take for what it is said to be and must not run anything of.
fn headed(media_type: &'static str) -> actix_web::HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((CONTENT_TYPE, media_type))
        .insert_header((CONTENT_DISPOSITION, "inline"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"));
    answer
}
