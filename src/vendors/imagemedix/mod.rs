//! ImageMedix: medical images in, findings and reports out. <https://api.imagemedix.com>
//!
//! | endpoint | who | FHIR |
//! |---|---|---|
//! | `POST /api/auth/login`, `GET /api/auth/me` | anybody; a user | Practitioner, PractitionerRole |
//! | `GET /api/auth/google`, `GET .../callback`, `GET /api/auth/methods` | anybody | Practitioner, PractitionerRole of a newcomer |
//! | `GET /api/users/users` (also `GET /api/users`), `POST /api/users/users`, `PATCH .../:id` | administrators | Practitioner, PractitionerRole |
//! | `GET`, `POST /api/patients` | a user | Patient, CareTeam |
//! | `GET`, `PATCH /api/patients/:id` | a user | Patient with all of the following, Appointment, Encounter |
//! | `POST /api/patients/:id/medical-history` | a user | Condition, CarePlan (the treatment) |
//! | `POST /api/patients/:id/notes` | a user | DocumentReference |
//! | `POST /api/patients/:id/assign-doctor` | administrators | CareTeam |
//! | `DELETE /api/patients/:id` | administrators | deletes what of these this surface made |
//! | `POST /api/scans`, `GET /api/scans` | a user | ImagingStudy, Media, Binary, Task, Provenance; Patient and CareTeam, where there is none |
//! | `GET /api/scans/:id`, `GET /api/scans/:id/status` | a user | these with Observations |
//! | `PATCH /api/scans/:id` | a user | Task, Observation, DiagnosticReport, Provenance |
//! | `POST /api/scans/:id/annotations` | a user | Observation, DiagnosticReport |
//! | `POST /api/scans/:id/report` | a user | DiagnosticReport, DocumentReference, Binary |
//! | `DELETE /api/scans/:id` | administrators | deletes all of these |
//! | `POST /api/ml/brain/analyze`, `POST /api/ml/chest/analyze` | a user | Task; once it is done Observation, DiagnosticReport, Device, Provenance |
//! | `GET /api/ml/status/:scanId` | a user | Task |
//! | `GET`, `POST /api/webhooks`, `PATCH`, `DELETE /api/webhooks/:id` | administrators | Subscription |
//! | `GET /api/webhooks/:id/deliveries`, `POST .../deliveries/:deliveryId/replay` | administrators | none |
//! | `GET /uploads/:name`, `GET /reports/:name` | who has the signed address | Binary |
//! | `GET /api/health` | anybody | none |
//! | `GET /login.html`, `/worklist.html`, `/viewer.html`, `/admin.html` with their parts, `GET /models/:name.md` | anybody | none |
//!
//! There is nothing between this surface and FHIR: what a client of `/fhir` writes shows at once, and the other way about. A Patient is one
//! of this surface by an identifier of `urn:vendor:imagemedix:patient` with 24 hexadecimal digits. Treatments may be MedicationStatements
//! too. Whoever may see a patient is told by CareTeams (`patients`).
//!
//! A DICOM file is kept as it came, beside a picture of its first frame; its study and instance are those that DICOMweb shows
//! (`crate::imaging`).
//!
//! Each scan that comes is analysed by a job (`jobs`): which organ it shows, then what is found there. That is `preliminary` and labelled
//! AIAST until a person changes or confirms it.
//!
//! The pages (`assets`) are clients of this API like any other.
//!
//! What happens to scans is told to webhooks (`events`, `webhooks`), in the transaction that makes it so.
//!
//! Every request is counted by the client's address (`rates`).
//!
//! # Not kept
//!
//! - Members of a body that no operation names; the `status` of a patient who is added, who is active.
//! - What a form with a scan says of the file's type: the content tells.
//! - Letters of a file's name that an address could not hold.
//! - What a client of `/fhir` writes into the Subscription of a webhook but its status, its end and its tags: the address and the secret
//!   are the administrator's.
//! - The parts of a name or an address that a client of `/fhir` gave, once the vendor's text replaces them.

pub mod analyses;
pub mod answers;
pub mod assets;
pub mod body;
pub mod caller;
pub mod charts;
pub mod codes;
pub mod errors;
pub mod events;
pub mod file_name;
pub mod from_fhir;
pub mod jobs;
pub mod operations;
pub mod patients;
pub mod people;
pub mod query;
pub mod rates;
pub mod report;
pub mod routes;
pub mod scans;
pub mod state;
pub mod status;
pub mod store;
pub mod text;
pub mod time;
pub mod to_fhir;
pub mod tumor;
pub mod upload;
pub mod webhooks;
pub mod wire;

pub use crate::core::object_id;

use actix_web::http::header;
use actix_web::middleware::{DefaultHeaders, from_fn};
use actix_web::web;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_actix_web::scope::scope;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::http::docs::Document;
use crate::http::{cors, refusals};
use crate::identity::Surface;
use crate::records::review::Source;
use routes::{
    files, google, health, login, me, ml, patients as of_patients, scans as of_scans, users,
    webhooks as of_webhooks,
};

/// Where the API is mounted.
pub const MOUNT: &str = "/imagemedix";

/// The headers by which a client learns of its limits (contract IM-04, IM-05).
const LIMIT_HEADERS: [&str; 4] =
    ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Retry-After"];
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// Adds the API's routes; pages of these origins may call it.
pub fn routes(origins: &[String]) -> impl FnOnce(&mut ServiceConfig<'_>) {
    move |config| {
        let mount = scope(MOUNT)
            .map(assets::routes)
            .wrap(from_fn(rates::counted))
            .wrap(cors::origins(origins, &METHODS, &LIMIT_HEADERS))
            .wrap(from_fn(|request, next| cors::told(request, next, errors::preflight)))
            .wrap(from_fn(|request, next| {
                refusals::audited(request, next, Surface::ImageMedix, operations::name)
            }))
            // Answers hold credentials and health data: no cache may keep them. Files that are the same for all say otherwise.
            .wrap(DefaultHeaders::new().add((header::CACHE_CONTROL, "no-store")))
            .service(login::login)
            .service(google::begin::begin_google_sign_in)
            .service(google::callback::finish_google_sign_in)
            .service(google::methods::list_sign_in_methods)
            .service(me::read_me)
            .service(users::list::list_users)
            .service(users::create::create_user)
            .service(users::update::update_user)
            .service(of_patients::list::list_patients)
            .service(of_patients::create::create_patient)
            .service(of_patients::read::read_patient)
            .service(of_patients::update::update_patient)
            .service(of_patients::delete::delete_patient)
            .service(of_patients::medical_history::add_medical_history)
            .service(of_patients::notes::add_note)
            .service(of_patients::assign_doctor::assign_doctor)
            .service(of_scans::list::list_scans)
            .service(of_scans::create::create_scan)
            .service(of_scans::read::read_scan)
            .service(of_scans::status::read_scan_status)
            .service(of_scans::update::update_scan)
            .service(of_scans::annotations::add_annotation)
            .service(of_scans::report::create_report)
            .service(of_scans::delete::delete_scan)
            .service(ml::brain::analyse_brain)
            .service(ml::chest::analyse_chest)
            .service(ml::status::read_analysis_status)
            .service(of_webhooks::list::list_webhooks)
            .service(of_webhooks::create::create_webhook)
            .service(of_webhooks::update::update_webhook)
            .service(of_webhooks::delete::delete_webhook)
            .service(of_webhooks::deliveries::list_deliveries)
            .service(of_webhooks::replay::replay_delivery)
            .service(files::read_picture)
            .service(files::read_report)
            .service(health::read_health)
            .default_service(web::to(operations::unknown_address));
        config.service(mount);
    }
}

/// What the API's OpenAPI document says.
#[must_use]
pub fn document() -> Document {
    let session = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some("The token that `POST /imagemedix/api/auth/login` answers with."))
        .build();
    Document {
        name: "imagemedix",
        title: "hygeia: ImageMedix",
        description: "Medical images and the patients they are of. Sign in, add a patient, send scans, record what is found.",
        routes: |config| routes(&[])(config),
        schemes: vec![("session_token", SecurityScheme::Http(session))],
        for_all: answers::for_all,
    }
}

/// The findings of models in scans.
#[must_use]
pub fn reviewed() -> Source {
    Source {
        word: "imagemedix",
        name: "ImageMedix scans",
        resource_type: "DiagnosticReport",
        parameters: vec![("identifier".to_owned(), format!("{}|", codes::SCAN))],
        may_correct: true,
    }
}
