//! `GET .../rendered`: a frame as a picture, WADO-RS.

use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpRequest, HttpResponse, get, web};

use crate::dicomweb::caller::Viewer;
use crate::dicomweb::files::{self, Place};
use crate::dicomweb::pictures::Wanted;
use crate::dicomweb::query::refused;
use crate::dicomweb::{operations, studies};
use crate::http::fhir::errors::Refusal;
use crate::identity::Caller;
use crate::inference::dicom::DicomReader;
use crate::records::Records;

/// Reads an instance as a picture: its first frame.
#[utoipa::path(tag = "retrieve", operation_id = "read_rendered_instance",
    params(("study" = String, Path, description = "Study Instance UID"), ("series" = String, Path, description = "Series Instance UID"),
        ("instance" = String, Path, description = "SOP Instance UID"), ("window" = Option<String>, Query, description = "Middle, width and function, such as `40,400,linear`"),
        ("quality" = Option<u8>, Query, description = "How well a JPEG is kept, 1 to 100"), ("viewport" = Option<String>, Query, description = "Width and height that it is to fit in, such as `512,512`")),
    responses((status = 200, description = "The picture", body = Vec<u8>, content_type = "image/jpeg"), (status = 400, description = "A parameter is wrong"),
        (status = 401, description = "No access token that holds"), (status = 403, description = "The token does not grant it"),
        (status = 404, description = "There is no such instance, or it has no pixels"), (status = 406, description = "It is not given as that")),
    security(("access_token" = [])))]
#[get("/studies/{study}/series/{series}/instances/{instance}/rendered")]
pub async fn read_rendered_instance(
    path: web::Path<(String, String, String)>,
    request: HttpRequest,
    Viewer(caller): Viewer,
    records: web::Data<Records>,
    reader: web::Data<DicomReader>,
) -> Result<HttpResponse, Refusal> {
    let (study, series, instance) = path.into_inner();
    let place = Place { study, series: Some(series), instance: Some(instance) };
    picture(&records, &reader, &caller, &place, (1, Wanted::of(&request, None)?), operations::RENDERED).await
}

/// Reads a frame as a picture.
#[utoipa::path(tag = "retrieve", operation_id = "read_rendered_frame",
    params(("study" = String, Path, description = "Study Instance UID"), ("series" = String, Path, description = "Series Instance UID"),
        ("instance" = String, Path, description = "SOP Instance UID"), ("frame" = u32, Path, description = "Its number, from 1 on"),
        ("window" = Option<String>, Query, description = "Middle, width and function, such as `40,400,linear`")),
    responses((status = 200, description = "The picture", body = Vec<u8>, content_type = "image/jpeg"), (status = 400, description = "A parameter is wrong"),
        (status = 401, description = "No access token that holds"), (status = 403, description = "The token does not grant it"),
        (status = 404, description = "There is no such instance or frame"), (status = 406, description = "It is not given as that")),
    security(("access_token" = [])))]
#[get("/studies/{study}/series/{series}/instances/{instance}/frames/{frame}/rendered")]
pub async fn read_rendered_frame(
    path: web::Path<(String, String, String, String)>,
    request: HttpRequest,
    Viewer(caller): Viewer,
    records: web::Data<Records>,
    reader: web::Data<DicomReader>,
) -> Result<HttpResponse, Refusal> {
    let (study, series, instance, frame) = path.into_inner();
    let frame = frame.parse().ok().filter(|frame| *frame > 0);
    let frame = frame.ok_or_else(|| refused("the frame must be a number from 1 on"))?;
    let place = Place { study, series: Some(series), instance: Some(instance) };
    picture(&records, &reader, &caller, &place, (frame, Wanted::of(&request, None)?), operations::RENDERED)
        .await
}

/// A frame of the first file of a place that is asked for, as a picture.
///
/// # Errors
/// When there is none that the caller may see, or it cannot be read.
pub(super) async fn picture(
    records: &Records,
    reader: &DicomReader,
    caller: &Caller,
    place: &Place,
    (frame, wanted): (u32, Wanted),
    operation: &'static str,
) -> Result<HttpResponse, Refusal> {
    let found = studies::find(records, caller, &place.study).await?;
    let mut all = files::of_place(records, caller, &found, place).await?;
    // Of several, the first one stands for all.
    all.truncate(1);
    let read: Vec<_> = files::studies_of(&found, &all).collect();
    let content = files::content(records, caller, &all.remove(0)).await?;
    let (media_type, picture) = wanted.made(reader, content, frame).await?;
    studies::audit(records, caller, operation, read).await?;
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, media_type)).body(picture))
}
