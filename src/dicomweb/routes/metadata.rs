//! `GET .../metadata`: all attributes but the pixels, as the files have them, WADO-RS.

use actix_web::{HttpRequest, HttpResponse, get, web};
use bytes::Bytes;
use futures_util::stream::{self, StreamExt};

use crate::dicomweb::accept::{Accepted, JSON};
use crate::dicomweb::caller::Viewer;
use crate::dicomweb::files::{self, File, Place};
use crate::dicomweb::pictures::unread;
use crate::dicomweb::{operations, studies};
use crate::http::fhir::errors::Refusal;
use crate::identity::Caller;
use crate::inference::dicom::DicomReader;
use crate::records::Records;

/// Reads the attributes of a study's instances.
#[utoipa::path(tag = "retrieve", operation_id = "read_study_metadata", params(("study" = String, Path, description = "Study Instance UID")),
    responses((status = 200, description = "An array with the attributes of each instance", body = Object, content_type = "application/dicom+json"),
        (status = 401, description = "No access token that holds"), (status = 403, description = "The token does not grant it"),
        (status = 404, description = "There is no such study"), (status = 406, description = "It is given as application/dicom+json only")),
    security(("access_token" = [])))]
#[get("/studies/{study}/metadata")]
pub async fn read_study_metadata(
    path: web::Path<String>,
    request: HttpRequest,
    viewer: Viewer,
    records: web::Data<Records>,
    reader: web::Data<DicomReader>,
) -> Result<HttpResponse, Refusal> {
    let place = Place { study: path.into_inner(), ..Place::default() };
    told(&request, viewer.0, records, reader, place).await
}

/// Reads the attributes of a series' instances.
#[utoipa::path(tag = "retrieve", operation_id = "read_series_metadata",
    params(("study" = String, Path, description = "Study Instance UID"), ("series" = String, Path, description = "Series Instance UID")),
    responses((status = 200, description = "An array with the attributes of each instance", body = Object, content_type = "application/dicom+json"),
        (status = 401, description = "No access token that holds"), (status = 403, description = "The token does not grant it"),
        (status = 404, description = "There is no such series"), (status = 406, description = "It is given as application/dicom+json only")),
    security(("access_token" = [])))]
#[get("/studies/{study}/series/{series}/metadata")]
pub async fn read_series_metadata(
    path: web::Path<(String, String)>,
    request: HttpRequest,
    viewer: Viewer,
    records: web::Data<Records>,
    reader: web::Data<DicomReader>,
) -> Result<HttpResponse, Refusal> {
    let (study, series) = path.into_inner();
    let place = Place { study, series: Some(series), instance: None };
    told(&request, viewer.0, records, reader, place).await
}

/// Reads the attributes of an instance.
#[utoipa::path(tag = "retrieve", operation_id = "read_instance_metadata",
    params(("study" = String, Path, description = "Study Instance UID"), ("series" = String, Path, description = "Series Instance UID"),
        ("instance" = String, Path, description = "SOP Instance UID")),
    responses((status = 200, description = "An array with the attributes of the instance", body = Object, content_type = "application/dicom+json"),
        (status = 401, description = "No access token that holds"), (status = 403, description = "The token does not grant it"),
        (status = 404, description = "There is no such instance"), (status = 406, description = "It is given as application/dicom+json only")),
    security(("access_token" = [])))]
#[get("/studies/{study}/series/{series}/instances/{instance}/metadata")]
pub async fn read_instance_metadata(
    path: web::Path<(String, String, String)>,
    request: HttpRequest,
    viewer: Viewer,
    records: web::Data<Records>,
    reader: web::Data<DicomReader>,
) -> Result<HttpResponse, Refusal> {
    let (study, series, instance) = path.into_inner();
    let place = Place { study, series: Some(series), instance: Some(instance) };
    told(&request, viewer.0, records, reader, place).await
}

async fn told(
    request: &HttpRequest,
    caller: Caller,
    records: web::Data<Records>,
    reader: web::Data<DicomReader>,
    place: Place,
) -> Result<HttpResponse, Refusal> {
    Accepted::of(request).chosen(&[JSON], JSON)?;
    let found = studies::find(&records, &caller, &place.study).await?;
    let mut all = files::of_place(&records, &caller, &found, &place).await?;
    let read: Vec<_> = files::studies_of(&found, &all).collect();
    let first = dataset(&records, &reader, &caller, &all.remove(0)).await?;
    studies::audit(&records, &caller, operations::METADATA, read).await?;
    // One after another: a study may have thousands.
    let rest = stream::iter(all).then(move |file| {
        let (records, reader, caller) = (records.clone(), reader.clone(), caller.clone());
        async move {
            let told = dataset(&records, &reader, &caller, &file).await.map_err(|refusal| {
                refusal.0.log();
                std::io::Error::other("an answer ended early")
            })?;
            Ok::<_, std::io::Error>(Bytes::from(format!(",{told}")))
        }
    });
    let open = stream::once(async move { Ok::<_, std::io::Error>(Bytes::from(format!("[{first}"))) });
    let close = stream::once(async { Ok::<_, std::io::Error>(Bytes::from_static(b"]")) });
    Ok(HttpResponse::Ok().content_type(JSON).streaming(open.chain(rest).chain(close)))
}

async fn dataset(
    records: &Records,
    reader: &DicomReader,
    caller: &Caller,
    file: &File,
) -> Result<serde_json::Value, Refusal> {
    let content = files::content(records, caller, file).await?;
    reader.dataset(content).await.map_err(unread)
}
