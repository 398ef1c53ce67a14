//! `GET /studies/{study}` and below: files as they are stored, WADO-RS
//! ([PS3.18 section 10.4](https://dicom.nema.org/medical/dicom/current/output/chtml/part18/sect_10.4.html)).

use actix_web::body::SizedStream;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpRequest, HttpResponse, get, web};

use super::base;
use crate::core::Content;
use crate::dicomweb::accept::Accepted;
use crate::dicomweb::caller::Viewer;
use crate::dicomweb::files::{self, File, Place};
use crate::dicomweb::multipart::{self, Part};
use crate::dicomweb::{operations, studies};
use crate::http::arrival::Arrival;
use crate::http::fhir::errors::Refusal;
use crate::identity::Caller;
use crate::imaging::instance::DICOM;
use crate::records::{Error, Records};

/// What files are given as.
const GIVEN: &str = "multipart/related; type=\"application/dicom\"";

/// Reads the files of a study.
#[utoipa::path(tag = "retrieve", operation_id = "read_study", params(("study" = String, Path, description = "Study Instance UID")),
    responses((status = 200, description = "The files, as they are stored", body = Vec<u8>, content_type = "multipart/related; type=\"application/dicom\""),
        (status = 401, description = "No access token that holds"), (status = 403, description = "The token does not grant it"),
        (status = 404, description = "There is no such study"), (status = 406, description = "It is not given as that")),
    security(("access_token" = [])))]
#[get("/studies/{study}")]
pub async fn read_study(
    path: web::Path<String>,
    request: HttpRequest,
    viewer: Viewer,
    records: web::Data<Records>,
    arrival: Arrival,
) -> Result<HttpResponse, Refusal> {
    let place = Place { study: path.into_inner(), ..Place::default() };
    retrieved(&request, viewer.0, &records, base(&arrival), place).await
}

/// Reads the files of a series.
#[utoipa::path(tag = "retrieve", operation_id = "read_series",
    params(("study" = String, Path, description = "Study Instance UID"), ("series" = String, Path, description = "Series Instance UID")),
    responses((status = 200, description = "The files, as they are stored", body = Vec<u8>, content_type = "multipart/related; type=\"application/dicom\""),
        (status = 401, description = "No access token that holds"), (status = 403, description = "The token does not grant it"),
        (status = 404, description = "There is no such series"), (status = 406, description = "It is not given as that")),
    security(("access_token" = [])))]
#[get("/studies/{study}/series/{series}")]
pub async fn read_series(
    path: web::Path<(String, String)>,
    request: HttpRequest,
    viewer: Viewer,
    records: web::Data<Records>,
    arrival: Arrival,
) -> Result<HttpResponse, Refusal> {
    let (study, series) = path.into_inner();
    let place = Place { study, series: Some(series), instance: None };
    retrieved(&request, viewer.0, &records, base(&arrival), place).await
}

/// Reads the file of an instance: as the one part of several, or alone where `application/dicom` is accepted.
#[utoipa::path(tag = "retrieve", operation_id = "read_instance",
    params(("study" = String, Path, description = "Study Instance UID"), ("series" = String, Path, description = "Series Instance UID"),
        ("instance" = String, Path, description = "SOP Instance UID")),
    responses((status = 200, description = "The file, as it is stored", body = Vec<u8>, content_type = "multipart/related; type=\"application/dicom\""),
        (status = 401, description = "No access token that holds"), (status = 403, description = "The token does not grant it"),
        (status = 404, description = "There is no such instance"), (status = 406, description = "It is not given as that")),
    security(("access_token" = [])))]
#[get("/studies/{study}/series/{series}/instances/{instance}")]
pub async fn read_instance(
    path: web::Path<(String, String, String)>,
    request: HttpRequest,
    viewer: Viewer,
    records: web::Data<Records>,
    arrival: Arrival,
) -> Result<HttpResponse, Refusal> {
    let (study, series, instance) = path.into_inner();
    let place = Place { study, series: Some(series), instance: Some(instance) };
    retrieved(&request, viewer.0, &records, base(&arrival), place).await
}

async fn retrieved(
    request: &HttpRequest,
    caller: Caller,
    records: &web::Data<Records>,
    base: String,
    place: Place,
) -> Result<HttpResponse, Refusal> {
    let accepted = Accepted::of(request);
    accepted.chosen(&[DICOM], GIVEN)?;
    let found = studies::find(records, &caller, &place.study).await?;
    let mut all = files::of_place(records, &caller, &found, &place).await?;
    let read: Vec<_> = files::studies_of(&found, &all).collect();
    let first = all.remove(0);
    let content = files::content(records, &caller, &first).await?;
    studies::audit(records, &caller, operations::RETRIEVE, read).await?;
    if place.instance.is_some() && accepted.wants_alone(DICOM) {
        let body = SizedStream::new(content.length(), content.parts());
        return Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, DICOM)).body(body));
    }
    let (records, uid) = (records.clone(), place.study);
    let first = part(&base, &uid, &first, content);
    let boundary = records.new_id();
    Ok(multipart::answer(boundary, DICOM, first, all, move |file: File| {
        let (records, caller, base, uid) = (records.clone(), caller.clone(), base.clone(), uid.clone());
        async move {
            let content = files::content(&records, &caller, &file).await?;
            Ok::<_, Error>(part(&base, &uid, &file, content))
        }
    }))
}

fn part(base: &str, study: &str, file: &File, content: Content) -> Part {
    let File { series, instance, .. } = file;
    let location = format!("{base}/studies/{study}/series/{series}/instances/{instance}");
    Part { media_type: DICOM.to_owned(), location, content }
}
