//! `GET /uploads/:name` and `GET /reports/:name`: the files of scans, by their signed addresses (contract IM-21, IM-28).
//!
//! An address is its account's credential for the file: whether the account may see the scan is asked anew each time.

use actix_web::body::SizedStream;
use actix_web::dev::Payload;
use actix_web::http::header::{
    CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, get, web};

use crate::core::Content;
use crate::http::{arrival, bearer};
use crate::identity::file_links::FileLink;
use crate::identity::{Identity, Surface};
use crate::imaging::instance::DICOM;
use crate::records::{Error, Records};
use crate::vendors::imagemedix::caller::SignedIn;
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::from_fhir::scan;
use crate::vendors::imagemedix::query::one;
use crate::vendors::imagemedix::scans::files::{REPORTS, UPLOADS, file};
use crate::vendors::imagemedix::scans::{self, picture};
use crate::vendors::imagemedix::to_fhir::report::{PDF, binary_id, file_name, is_presented};
use crate::vendors::imagemedix::{object_id, operations, wire};

/// Reads the picture of a scan, or its DICOM file, at the address that the scan was answered with.
#[utoipa::path(tag = "files", operation_id = "read_picture", params(("name" = String, Path, description = "The file's name"), wire::FileQuery),
    responses((status = 200, description = "The picture, or the DICOM file", content_type = "image/png", body = Vec<u8>),
        (status = 401, description = "The address is not signed, or does not hold any more", body = wire::Failure),
        (status = 404, description = "There is no such file, or its account may not see the scan", body = wire::Failure)))]
#[get("/uploads/{name}")]
pub async fn read_picture(
    path: web::Path<String>,
    request: HttpRequest,
    records: web::Data<Records>,
    identity: web::Data<Identity>,
) -> Result<HttpResponse, Refusal> {
    let (scan_id, signed_in) = holder(&identity, &request, &format!("{UPLOADS}/{path}")).await?;
    let found = scans::find(&records, &signed_in, &scan_id).await?;
    let picture = found.media.as_ref().filter(|media| scan::file_name(media) == Some(&path));
    let media = match picture {
        Some(media) => media.clone(),
        None => found.dicom(&records, &signed_in.caller, &path).await?.ok_or(Refusal::NotFound("file"))?,
    };
    // Anything else that a client of `/fhir` calls a picture is handed out, not shown.
    let (media_type, is_shown) = match scan::media_type(&media) {
        Some("image/png") => ("image/png", "inline"),
        Some("image/jpeg") => ("image/jpeg", "inline"),
        Some(DICOM) => (DICOM, "attachment"),
        Some(_) | None => ("application/octet-stream", "attachment"),
    };
    let binary = scan::binary(&media).ok_or(Refusal::NotFound("file"))?;
    let content = picture::content(&records, &signed_in.caller, binary).await?;
    records.audit_answer(&signed_in.caller, operations::READ_PICTURE, &found.stored).await?;
    Ok(answer(media_type, format!("{is_shown}; filename=\"{path}\""), &content))
}

/// Reads the report on a scan at the address that it was made with, or as a user who may see the scan.
#[utoipa::path(tag = "files", operation_id = "read_report", params(("name" = String, Path, description = "The file's name"), wire::FileQuery),
    responses((status = 200, description = "The report", content_type = "application/pdf", body = Vec<u8>),
        (status = 401, description = "The address is not signed, or does not hold any more", body = wire::Failure),
        (status = 404, description = "There is no such file, or the caller may not see the scan", body = wire::Failure)),
    security((), ("session_token" = [])))]
#[get("/reports/{name}")]
pub async fn read_report(
    path: web::Path<String>,
    request: HttpRequest,
    records: web::Data<Records>,
    identity: web::Data<Identity>,
) -> Result<HttpResponse, Refusal> {
    let signed_in = if bearer::token(&request).is_some() && one(&request, "sig")?.is_none() {
        SignedIn::from_request(&request, &mut Payload::None).await?
    } else {
        holder(&identity, &request, &format!("{REPORTS}/{path}")).await?.1
    };
    let scan_id = path.strip_prefix("report-").and_then(|name| name.strip_suffix(".pdf"));
    let scan_id = scan_id.ok_or(Refusal::NotFound("file"))?;
    let found = scans::find(&records, &signed_in, scan_id).await?;
    let report = found.report(&records, &signed_in.caller).await?;
    // A file that was made before what it tells of was changed is not handed out.
    if !report.is_some_and(|report| is_presented(&report.json, &found.id)) {
        return Err(Refusal::NotFound("file"));
    }
    let content = picture::content(&records, &signed_in.caller, &binary_id(&found.id)).await?;
    records.audit_answer(&signed_in.caller, operations::READ_REPORT, &found.stored).await?;
    Ok(answer(PDF, format!("inline; filename=\"{}\"", file_name(&found.id)), &content))
}

/// The scan that a signed address names, and whose address it is.
async fn holder(
    identity: &Identity,
    request: &HttpRequest,
    path: &str,
) -> Result<(String, SignedIn), Refusal> {
    let number = |text: String| text.parse::<i64>().ok();
    let parts = (one(request, "id")?, one(request, "exp")?.and_then(number), one(request, "sig")?);
    let (Some(id), Some(until), Some(signature)) = parts else { return Err(Refusal::MissingToken) };
    if !object_id::is_one(&id) {
        return Err(Refusal::InvalidToken);
    }
    let link = FileLink { until, signature };
    let found = identity.authenticate_file(Surface::ImageMedix, &file(&id, path), &link).await;
    let (caller, account) = found.map_err(Error::from)?.ok_or(Refusal::InvalidToken)?;
    let operation = operations::name(request.method(), request.path());
    let caller = caller.doing(operation).calling_from(arrival::client(request));
    // A refusal later on is audited under it.
    request.extensions_mut().insert(caller.clone());
    Ok((id, SignedIn::of(caller, account)?))
}

/// A file, which a browser must take for what it is said to be and must not run anything of.
fn answer(media_type: &'static str, disposition: String, content: &Content) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, media_type))
        .insert_header((CONTENT_DISPOSITION, disposition))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .body(SizedStream::new(content.length(), content.parts()))
}
