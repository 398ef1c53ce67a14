//! `GET .../thumbnail`: a small picture that stands for a study, series or instance, WADO-RS.

use actix_web::{HttpRequest, HttpResponse, get, web};

use super::rendered::picture;
use crate::dicomweb::caller::Viewer;
use crate::dicomweb::files::Place;
use crate::dicomweb::operations::THUMBNAIL;
use crate::dicomweb::pictures::Wanted;
use crate::http::fhir::errors::Refusal;
use crate::identity::Caller;
use crate::inference::dicom::DicomReader;
use crate::records::Records;

/// What it is to fit in, where nobody says so.
const SIDES: [u32; 2] = [128, 128];

/// Reads a small picture of a study: of its first instance.
#[utoipa::path(tag = "retrieve", operation_id = "read_study_thumbnail",
    params(("study" = String, Path, description = "Study Instance UID"), ("viewport" = Option<String>, Query, description = "Width and height that it is to fit in, such as `128,128`")),
    responses((status = 200, description = "The picture", body = Vec<u8>, content_type = "image/jpeg"), (status = 400, description = "A parameter is wrong"),
        (status = 401, description = "No access token that holds"), (status = 403, description = "The token does not grant it"),
        (status = 404, description = "There is no such study, or it has no pixels"), (status = 406, description = "It is not given as that")),
    security(("access_token" = [])))]
#[get("/studies/{study}/thumbnail")]
pub async fn read_study_thumbnail(
    path: web::Path<String>,
    request: HttpRequest,
    viewer: Viewer,
    records: web::Data<Records>,
    reader: web::Data<DicomReader>,
) -> Result<HttpResponse, Refusal> {
    let place = Place { study: path.into_inner(), ..Place::default() };
    small(&request, &viewer.0, &records, &reader, &place).await
}

/// Reads a small picture of a series: of its first instance.
#[utoipa::path(tag = "retrieve", operation_id = "read_series_thumbnail",
    params(("study" = String, Path, description = "Study Instance UID"), ("series" = String, Path, description = "Series Instance UID"),
        ("viewport" = Option<String>, Query, description = "Width and height that it is to fit in, such as `128,128`")),
    responses((status = 200, description = "The picture", body = Vec<u8>, content_type = "image/jpeg"), (status = 400, description = "A parameter is wrong"),
        (status = 401, description = "No access token that holds"), (status = 403, description = "The token does not grant it"),
        (status = 404, description = "There is no such series, or it has no pixels"), (status = 406, description = "It is not given as that")),
    security(("access_token" = [])))]
#[get("/studies/{study}/series/{series}/thumbnail")]
pub async fn read_series_thumbnail(
    path: web::Path<(String, String)>,
    request: HttpRequest,
    viewer: Viewer,
    records: web::Data<Records>,
    reader: web::Data<DicomReader>,
) -> Result<HttpResponse, Refusal> {
    let (study, series) = path.into_inner();
    let place = Place { study, series: Some(series), instance: None };
    small(&request, &viewer.0, &records, &reader, &place).await
}

/// Reads a small picture of an instance.
#[utoipa::path(tag = "retrieve", operation_id = "read_instance_thumbnail",
    params(("study" = String, Path, description = "Study Instance UID"), ("series" = String, Path, description = "Series Instance UID"),
        ("instance" = String, Path, description = "SOP Instance UID"), ("viewport" = Option<String>, Query, description = "Width and height that it is to fit in, such as `128,128`")),
    responses((status = 200, description = "The picture", body = Vec<u8>, content_type = "image/jpeg"), (status = 400, description = "A parameter is wrong"),
        (status = 401, description = "No access token that holds"), (status = 403, description = "The token does not grant it"),
        (status = 404, description = "There is no such instance, or it has no pixels"), (status = 406, description = "It is not given as that")),
    security(("access_token" = [])))]
#[get("/studies/{study}/series/{series}/instances/{instance}/thumbnail")]
pub async fn read_instance_thumbnail(
    path: web::Path<(String, String, String)>,
    request: HttpRequest,
    viewer: Viewer,
    records: web::Data<Records>,
    reader: web::Data<DicomReader>,
) -> Result<HttpResponse, Refusal> {
    let (study, series, instance) = path.into_inner();
    let place = Place { study, series: Some(series), instance: Some(instance) };
    small(&request, &viewer.0, &records, &reader, &place).await
}

async fn small(
    request: &HttpRequest,
    caller: &Caller,
    records: &Records,
    reader: &DicomReader,
    place: &Place,
) -> Result<HttpResponse, Refusal> {
    let wanted = Wanted::of(request, Some(SIDES))?;
    picture(records, reader, caller, place, (1, wanted), THUMBNAIL).await
}
