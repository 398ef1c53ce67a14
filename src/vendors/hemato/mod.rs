//! Hemato.AI: photos of blood smears in, a report out. <https://api.hemato.ai>
//!
//! | endpoint | who | FHIR |
//! |---|---|---|
//! | `POST /auth/login` | anybody | Practitioner |
//! | `POST`, `GET /auth/hello` (also `/auth/helo`) | who has a token | none |
//! | `POST /pbs` | a member | ServiceRequest, Specimen, Task; Patient, where a proxy stands for one |
//! | `GET /pbs`, `GET /pbs/:id` | a member; no device lists | ServiceRequest, Task |
//! | `POST /pbs/:id/files` | a member | Media, Binary |
//! | `POST /pbs/:id/tasks` | a member | ServiceRequest, Task; once it is reviewed DiagnosticReport, Observation, Device, Provenance |
//! | `GET /pbs/:id/status` | a member | Task |
//! | `GET /pbs/:id/report` | a member | DiagnosticReport in any version, Observation |
//! | `GET /pbs/:id/files`, `GET /pbs/:id/files/:file` | a member | Media, Binary |
//! | `GET /pbs/:id/review`, `GET /pbs/:id/cells` | a member | DiagnosticReport, Observation |
//! | `POST /pbs/:id/corrections` | a person | Observation, DiagnosticReport, Provenance |
//! | `POST /pbs/:id/signature` | a person | DiagnosticReport, Observation, Provenance |
//! | `GET`, `POST /keys`, `DELETE /keys/:kid` | an administrator | none |
//! | `GET /heartbeat`, `GET /teapot` | anybody | none |
//!
//! Each region is a mount of its own, and its data are kept apart ([`caller`], decision 35). Somebody calls with a session's token or with
//! one that the organisation signed itself; a device sees what it made alone.
//!
//! A study takes files until a review is requested; from then on a job works on it (`jobs`). A study may also begin with addresses, from
//! which the job fetches the files. What models find is `preliminary` and labelled AIAST, and becomes a report by the rules of
//! `clinical/smear` (`review`, decision 40).
//!
//! The pages (`assets/`) are clients of this API like any other. A person corrects the kind of a cell, and all that follows from it is said anew,
//! or signs the report (`studies/correct`, `studies/sign`, decision 50).
//!
//! # Not kept
//!
//! - Members of a body that no operation names.
//! - What a request says of a file's type: the content tells.
//! - Letters of a file's name that an address could not hold; names of folders in archives.
//! - Addresses of files and of who is told: they are secrets, and are removed with the work that they are for.

pub mod accept;
pub mod addresses;
pub mod answers;
pub mod assets;
pub mod body;
pub mod caller;
pub mod codes;
pub mod envelope;
pub mod errors;
pub mod from_fhir;
pub mod jobs;
pub mod operations;
pub mod query;
pub mod review;
pub mod routes;
pub mod settings;
pub mod state;
pub mod store;
pub mod studies;
pub mod tags;
pub mod tasks;
pub mod time;
pub mod to_fhir;
pub mod uploads;
pub mod wire;

use actix_web::http::header;
use actix_web::middleware::{DefaultHeaders, from_fn};
use actix_web::web;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa_actix_web::scope::scope;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::http::docs::Document;
use crate::http::{cors, refusals};
use crate::identity::Surface;
use crate::records::review::Source;
use routes::{auth, heartbeat, keys, pbs};

/// Where the API is mounted; the region stands behind it.
pub const MOUNT: &str = "/hemato";

const METHODS: [&str; 3] = ["GET", "POST", "DELETE"];

/// Adds the API's routes; pages of these origins may call it.
pub fn routes(origins: &[String]) -> impl FnOnce(&mut ServiceConfig<'_>) {
    move |config| {
        let mount = scope(MOUNT)
            .map(assets::routes)
            .wrap(from_fn(accept::checked))
            .wrap(cors::origins(origins, &METHODS, &["Retry-After"]))
            .wrap(from_fn(|request, next| cors::told(request, next, errors::preflight)))
            .wrap(from_fn(|request, next| {
                refusals::audited(request, next, Surface::Hemato, operations::name)
            }))
            // Answers hold credentials and health data: no cache may keep them. Files that are the same for all say otherwise.
            .wrap(DefaultHeaders::new().add((header::CACHE_CONTROL, "no-store")))
            .service(auth::login::login)
            .service(auth::hello::hello)
            .service(pbs::create::create_study)
            .service(pbs::list::list_studies)
            .service(pbs::read::read_study)
            .service(pbs::files::add_file)
            .service(pbs::tasks::request_tasks)
            .service(pbs::status::read_status)
            .service(pbs::report::read_report)
            .service(pbs::pictures::list_files)
            .service(pbs::pictures::read_file)
            .service(pbs::review::read_review)
            .service(pbs::cells::list_cells)
            .service(pbs::corrections::correct_cell)
            .service(pbs::signature::sign_report)
            .service(keys::list_keys)
            .service(keys::register_key)
            .service(keys::revoke_key)
            .service(heartbeat::read_heartbeat)
            .default_service(web::to(operations::unknown_address));
        config.service(mount);
    }
}

/// What the API's OpenAPI document says.
#[must_use]
pub fn document() -> Document {
    let text = "The token that `POST /hemato/auth/login` answers with, or one that the organisation signed by a registered key; raw, or after `Bearer `.";
    let token = ApiKey::Header(ApiKeyValue::with_description("Authorization", text));
    Document {
        name: "hemato",
        title: "hygeia: Hemato.AI",
        description: "Photos of blood smears in, a report out. Each region is below a path of its own, such as /hemato/us.",
        routes: |config| routes(&[])(config),
        schemes: vec![("hemato_token", SecurityScheme::ApiKey(token))],
        for_all: answers::for_all,
    }
}

/// The reports of models on smears. Cells are corrected on the vendor's own pages: numbers follow from them.
#[must_use]
pub fn reviewed() -> Source {
    Source {
        word: "hemato",
        name: "Hemato reports",
        resource_type: "DiagnosticReport",
        parameters: vec![("identifier".to_owned(), format!("{}|", codes::STUDY))],
        may_correct: false,
    }
}
