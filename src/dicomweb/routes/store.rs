//! `POST /studies` and `POST /studies/{study}`: STOW-RS
//! ([PS3.18 section 10.5](https://dicom.nema.org/medical/dicom/current/output/chtml/part18/sect_10.5.html)).

use actix_web::{HttpRequest, HttpResponse, post, web};

use super::base;
use crate::core::config::dicom::DicomSettings;
use crate::dicomweb::accept::{Accepted, JSON};
use crate::dicomweb::caller::Viewer;
use crate::dicomweb::operations;
use crate::dicomweb::query::refused;
use crate::dicomweb::stow::announced::Announcing;
use crate::dicomweb::stow::answer::{Outcome, Reason, answer};
use crate::dicomweb::stow::keep::Keeper;
use crate::dicomweb::stow::upload::{Files, Sent};
use crate::dicomweb::studies::is_uid;
use crate::http::arrival::Arrival;
use crate::http::fhir::errors::Refusal;
use crate::identity::Right;
use crate::inference::dicom::DicomReader;
use crate::platform::delivery::Deliveries;
use crate::platform::queue::Queue;
use crate::records::{Error, Records};

/// What stores need of the server.
type State = (
    web::Data<Records>,
    web::Data<DicomReader>,
    web::Data<Queue>,
    web::Data<Deliveries>,
    web::Data<Announcing>,
    web::Data<DicomSettings>,
);

/// Stores DICOM files. The answer tells of each whether it was stored, and why not.
#[utoipa::path(tag = "store", operation_id = "store_instances", request_body(content = Vec<u8>, content_type = "multipart/related; type=\"application/dicom\""),
    responses((status = 200, description = "All are stored", body = Object, content_type = "application/dicom+json"),
        (status = 202, description = "Some are stored", body = Object, content_type = "application/dicom+json"),
        (status = 400, description = "The body cannot be read"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token does not grant it"), (status = 409, description = "None is stored", body = Object, content_type = "application/dicom+json"),
        (status = 415, description = "The body is of another type")),
    security(("access_token" = [])))]
#[post("/studies")]
pub async fn store_instances(
    request: HttpRequest,
    viewer: Viewer,
    state: State,
    arrival: Arrival,
    payload: web::Payload,
) -> Result<HttpResponse, Refusal> {
    store(&request, &viewer, &state, &base(&arrival), payload, None).await
}

/// Stores DICOM files of one study. Those of others are not stored.
#[utoipa::path(tag = "store", operation_id = "store_study", params(("study" = String, Path, description = "Study Instance UID")),
    request_body(content = Vec<u8>, content_type = "multipart/related; type=\"application/dicom\""),
    responses((status = 200, description = "All are stored", body = Object, content_type = "application/dicom+json"),
        (status = 202, description = "Some are stored", body = Object, content_type = "application/dicom+json"),
        (status = 400, description = "The body cannot be read"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token does not grant it"), (status = 409, description = "None is stored", body = Object, content_type = "application/dicom+json"),
        (status = 415, description = "The body is of another type")),
    security(("access_token" = [])))]
#[post("/studies/{study}")]
pub async fn store_study(
    path: web::Path<String>,
    request: HttpRequest,
    viewer: Viewer,
    state: State,
    arrival: Arrival,
    payload: web::Payload,
) -> Result<HttpResponse, Refusal> {
    if !is_uid(&path) {
        return Err(refused("the study must be a UID"));
    }
    store(&request, &viewer, &state, &base(&arrival), payload, Some(&path)).await
}

async fn store(
    request: &HttpRequest,
    Viewer(caller): &Viewer,
    (records, reader, queue, deliveries, announcing, settings): &State,
    base: &str,
    payload: web::Payload,
    of_study: Option<&str>,
) -> Result<HttpResponse, Refusal> {
    // Before a byte of a file is read.
    let may = |right| caller.scopes.grants(right, "ImagingStudy", caller.patient.is_some()).next().is_some();
    if !(may(Right::Create) && may(Right::Update) && may(Right::Read) && may(Right::Search)) {
        return Err(Error::Forbidden.into());
    }
    Accepted::of(request).chosen(&[JSON], JSON)?;
    let mut files = Files::of(request, payload, settings.limit_bytes(), caller.tenant)?;
    let keeper = Keeper { records, reader, queue, deliveries, announcing: ***announcing, caller };
    let mut outcomes = Vec::new();
    loop {
        let outcome = match files.next().await {
            Ok(None) => break,
            Ok(Some(Sent::File(file))) => keeper.keep(file, of_study).await,
            Ok(Some(Sent::TooLarge)) => Ok(Outcome::Failed(None, Reason::OutOfResources)),
            // Others may still find room.
            Ok(Some(Sent::NoRoom(error))) => {
                error.log();
                Ok(Outcome::Failed(None, Reason::OutOfResources))
            }
            Ok(Some(Sent::NoDicom)) => Ok(Outcome::Failed(None, Reason::CannotUnderstand)),
            Err(refusal) if outcomes.is_empty() => return Err(refusal),
            // What came before is stored, and the sender is to know.
            Err(_) => {
                outcomes.push(Outcome::Failed(None, Reason::CannotUnderstand));
                break;
            }
        };
        outcomes.push(match outcome {
            Ok(outcome) => outcome,
            Err(error) if outcomes.is_empty() => return Err(error.into()),
            Err(error) => {
                error.log();
                Outcome::Failed(None, Reason::Processing)
            }
        });
    }
    if outcomes.is_empty() {
        return Err(refused("there is no file in the request"));
    }
    // What was stored has rows of its own; that all was there already is told here, and that none was stored by its status.
    if outcomes.iter().any(|outcome| matches!(outcome, Outcome::Present(_))) {
        records.audit_success(caller, operations::STORE).await?;
    }
    Ok(answer(&outcomes, base))
}
