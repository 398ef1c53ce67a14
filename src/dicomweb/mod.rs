//! DICOMweb: storing, searching and retrieving DICOM files
//! ([PS3.18](https://dicom.nema.org/medical/dicom/current/output/html/part18.html)), for viewers and picture archives.
//!
//! | address below `/dicomweb` | what | FHIR |
//! |---|---|---|
//! | `POST /studies`, `POST /studies/{study}` | STOW-RS | ImagingStudy, Media, Binary, Task, Provenance; Patient, where there is none |
//! | `GET /studies` | QIDO-RS | ImagingStudy, Patient |
//! | `GET /studies/{study}/series` | QIDO-RS | ImagingStudy |
//! | `GET /studies/{study}/instances`, `.../series/{series}/instances` | QIDO-RS | ImagingStudy, Media |
//! | `GET /studies/{study}`, `.../series/{series}`, `.../instances/{instance}` | WADO-RS | Media, Binary |
//! | the same with `/metadata` | WADO-RS | Media, Binary |
//! | the same with `/thumbnail` | WADO-RS | Media, Binary |
//! | `GET .../instances/{instance}/frames/{frames}` | WADO-RS | Media, Binary |
//! | `GET .../instances/{instance}/rendered`, `.../frames/{frame}/rendered` | WADO-RS | Media, Binary |
//!
//! Who calls shows an access token as at `/fhir`: the scopes for ImagingStudy count, for all that a study is kept as (`caller`). Each
//! study with a picture is a scan of ImageMedix too, and is analysed.
//!
//! # Not kept
//!
//! - What a request says of a file's type or transfer syntax: the file tells.
//! - Attributes that a search does not answer with: the file has them, and `/metadata` tells them.

pub mod accept;
pub mod attributes;
pub mod caller;
pub mod described;
pub mod files;
pub mod matching;
pub mod multipart;
pub mod operations;
pub mod pictures;
pub mod query;
pub mod routes;
pub mod stow;
pub mod studies;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::middleware::{DefaultHeaders, from_fn};
use actix_web::web;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_actix_web::scope::scope;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::http::docs::{Document, nothing};
use crate::http::fhir::{caller as of_fhir, errors};
use crate::http::{cors, refusals};
use crate::identity::Surface;
use routes::{
    frames, metadata, rendered, rendered_all, retrieve, search_instances, search_series, search_studies,
    store, thumbnail,
};

/// Where the service is mounted.
pub const MOUNT: &str = "/dicomweb";

/// What browser apps of any origin may do, with a token that they hold.
const METHODS: [&str; 3] = ["GET", "HEAD", "POST"];
/// The headers that they may see, beside those that any may.
const EXPOSED: [&str; 1] = ["Warning"];

/// Adds the service's routes.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(
        scope(MOUNT)
            .wrap(from_fn(of_fhir::authenticated))
            .wrap(cors::any_origin(&METHODS, &EXPOSED))
            .wrap(from_fn(|request, next| cors::told(request, next, errors::preflight)))
            .wrap(from_fn(|request, next| refusals::audited(request, next, Surface::Fhir, operations::name)))
            // Health data is not to lie in caches.
            .wrap(DefaultHeaders::new().add((CACHE_CONTROL, "no-store")))
            .service(store::store_instances)
            .service(store::store_study)
            .service(search_studies::search_studies)
            .service(search_series::search_series)
            .service(search_instances::search_instances)
            .service(search_instances::search_instances_of_series)
            .service(metadata::read_study_metadata)
            .service(metadata::read_series_metadata)
            .service(metadata::read_instance_metadata)
            .service(thumbnail::read_study_thumbnail)
            .service(thumbnail::read_series_thumbnail)
            .service(thumbnail::read_instance_thumbnail)
            .service(rendered::read_rendered_frame)
            .service(rendered::read_rendered_instance)
            .service(rendered_all::read_rendered_study)
            .service(rendered_all::read_rendered_series)
            .service(frames::read_frames)
            .service(retrieve::read_instance)
            .service(retrieve::read_series)
            .service(retrieve::read_study)
            .default_service(web::to(operations::unknown_address)),
    );
}

/// What the service's OpenAPI document says.
#[must_use]
pub fn document() -> Document {
    let token = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("An access token as for the FHIR API, such as `hygeia admin token` prints; its scopes for ImagingStudy count."))
        .build();
    Document {
        name: "dicomweb",
        title: "hygeia: DICOMweb",
        description: "Storing (STOW-RS), searching (QIDO-RS) and retrieving (WADO-RS) DICOM files, by DICOM PS3.18. What is stored here is an ImagingStudy of the FHIR API and a scan of ImageMedix, and the other way about.",
        routes,
        schemes: vec![("access_token", SecurityScheme::Http(token))],
        for_all: nothing,
    }
}
