//! `GET .../rendered` of a study or a series: a picture of each of its instances, WADO-RS.

use actix_web::{HttpRequest, HttpResponse, get, web};
use bytes::Bytes;

use super::base;
use crate::dicomweb::caller::Viewer;
use crate::dicomweb::files::{self, File, Place};
use crate::dicomweb::multipart::{self, Part};
use crate::dicomweb::pictures::Wanted;
use crate::dicomweb::{operations, studies};
use crate::http::arrival::Arrival;
use crate::http::fhir::errors::Refusal;
use crate::identity::Caller;
use crate::inference::dicom::DicomReader;
use crate::records::{Error, Records};

/// The frame that stands for an instance.
const FIRST: u32 = 1;

/// Reads the instances of a study as pictures, each by its first frame.
#[utoipa::path(tag = "retrieve", operation_id = "read_rendered_study",
    params(("study" = String, Path, description = "Study Instance UID"),
        ("window" = Option<String>, Query, description = "Middle, width and function, such as `40,400,linear`"),
        ("quality" = Option<u8>, Query, description = "How well a JPEG is kept, 1 to 100"), ("viewport" = Option<String>, Query, description = "Width and height that each is to fit in, such as `512,512`")),
    responses((status = 200, description = "A part an instance", body = Vec<u8>, content_type = "multipart/related; type=\"image/jpeg\""), (status = 400, description = "A parameter is wrong"),
        (status = 401, description = "No access token that holds"), (status = 403, description = "The token does not grant it"),
        (status = 404, description = "There is no such study, or it has no pixels"), (status = 406, description = "It is not given as that")),
    security(("access_token" = [])))]
#[get("/studies/{study}/rendered")]
pub async fn read_rendered_study(
    path: web::Path<String>,
    request: HttpRequest,
    Viewer(caller): Viewer,
    records: web::Data<Records>,
    reader: web::Data<DicomReader>,
    arrival: Arrival,
) -> Result<HttpResponse, Refusal> {
    let place = Place { study: path.into_inner(), ..Place::default() };
    let wanted = Wanted::of(&request, None)?;
    pictures(&records, &reader, &caller, &place, wanted, &base(&arrival)).await
}

/// Reads the instances of a series as pictures, each by its first frame.
#[utoipa::path(tag = "retrieve", operation_id = "read_rendered_series",
    params(("study" = String, Path, description = "Study Instance UID"), ("series" = String, Path, description = "Series Instance UID"),
        ("window" = Option<String>, Query, description = "Middle, width and function, such as `40,400,linear`"),
        ("quality" = Option<u8>, Query, description = "How well a JPEG is kept, 1 to 100"), ("viewport" = Option<String>, Query, description = "Width and height that each is to fit in, such as `512,512`")),
    responses((status = 200, description = "A part an instance", body = Vec<u8>, content_type = "multipart/related; type=\"image/jpeg\""), (status = 400, description = "A parameter is wrong"),
        (status = 401, description = "No access token that holds"), (status = 403, description = "The token does not grant it"),
        (status = 404, description = "There is no such series, or it has no pixels"), (status = 406, description = "It is not given as that")),
    security(("access_token" = [])))]
#[get("/studies/{study}/series/{series}/rendered")]
pub async fn read_rendered_series(
    path: web::Path<(String, String)>,
    request: HttpRequest,
    Viewer(caller): Viewer,
    records: web::Data<Records>,
    reader: web::Data<DicomReader>,
    arrival: Arrival,
) -> Result<HttpResponse, Refusal> {
    let (study, series) = path.into_inner();
    let place = Place { study, series: Some(series), instance: None };
    let wanted = Wanted::of(&request, None)?;
    pictures(&records, &reader, &caller, &place, wanted, &base(&arrival)).await
}

async fn pictures(
    records: &web::Data<Records>,
    reader: &web::Data<DicomReader>,
    caller: &Caller,
    place: &Place,
    wanted: Wanted,
    base: &str,
) -> Result<HttpResponse, Refusal> {
    let found = studies::find(records, caller, &place.study).await?;
    let mut files = files::of_place(records, caller, &found, place).await?;
    // What has no pixels is no picture.
    files.retain(|file| file.frames.is_some());
    if files.is_empty() {
        return Err(Error::NotFound.into());
    }
    let study = format!("{base}/studies/{}", place.study);
    let read: Vec<_> = files::studies_of(&found, &files).collect();
    let first = part(records, reader, caller, &files.remove(0), wanted, &study).await?;
    studies::audit(records, caller, operations::RENDERED, read).await?;
    let media_type = first.media_type.clone();
    let (records, reader, caller) = (records.clone(), reader.clone(), caller.clone());
    let boundary = records.new_id();
    Ok(multipart::answer(boundary, &media_type, first, files, move |file| {
        let (records, reader, caller, study) =
            (records.clone(), reader.clone(), caller.clone(), study.clone());
        async move {
            let made = part(&records, &reader, &caller, &file, wanted, &study).await;
            made.map_err(|Refusal(error)| error)
        }
    }))
}

async fn part(
    records: &Records,
    reader: &DicomReader,
    caller: &Caller,
    file: &File,
    wanted: Wanted,
    study: &str,
) -> Result<Part, Refusal> {
    let content = files::content(records, caller, file).await?;
    let (media_type, picture) = wanted.made(reader, content, FIRST).await?;
    let location = format!("{study}/series/{}/instances/{}/rendered", file.series, file.instance);
    Ok(Part { media_type: media_type.to_owned(), location, content: Bytes::from(picture).into() })
}
