//! SmartScanPro.ai: a photo of a medical device or document in, its values out. <https://api.smartscanpro.ai>
//!
//! | endpoint | credential | FHIR |
//! |---|---|---|
//! | `POST /api/auth/register` | none | Practitioner, PractitionerRole, Organization (the tenant) |
//! | `POST /api/auth/login`, `GET /api/auth/me` | none; session token | Practitioner |
//! | `GET`, `PUT /api/auth/profile` | session token | Practitioner, PractitionerRole |
//! | `GET`, `POST /api/projects`, `GET /api/projects/:id` | session token | Organization, part of the tenant's |
//! | `GET /api/api-keys`, `POST /api/api-keys/generate` | session token | none: a secret |
//! | `DELETE /api/api-keys/:id`, `POST /api/api-keys/:id/rotate` | session token | none: a secret |
//! | `POST /api/v1/extract-medical-data`, `POST /v1/extract-medical-data` | API key | Task, Media, Device, Observation, Provenance |
//! | `GET /api/extractions/:id/fhir` (not the vendor's) | session token | the same, read |
//! | `GET /api/dashboard/stats`, `GET /api/usage/analytics`, `GET /api/usage/logs` | session token | none: how often keys were used |
//! | `POST /api/face-scan/session`, `GET .../session/:id` | session token | Encounter; the person is a Patient |
//! | `POST /api/face-scan/consent`, `GET`, `DELETE .../consent/:session` | session token | Consent; all of the session is erased with it |
//! | `GET`, `PUT /api/face-scan/profile` | session token | Patient, Observation |
//! | `POST /api/face-scan/analyze` | session token | none: an estimate, which is answered and forgotten |
//! | `POST /api/face-scan/results`, `GET`, `DELETE .../results/:id` | session token | DiagnosticReport, Observation, Device, Provenance |
//! | `POST /api/face-scan/results/:id/pdf` | session token | Binary, DocumentReference |
//! | `GET /api/face-scan/fhir/:session` | session token | a Bundle of all of these |
//! | `GET /api/face-scan/history/...`, `POST .../history/tag` | session token | Observation; Encounter.meta.tag |
//! | `GET /api/face-scan/risk/:session`, `GET .../risk/cohort/:vital` | session token | RiskAssessment; none |
//! | `GET /api/device-types`, `GET /api/health` | none | none |
//! | `GET /js/smartscanpro-sdk.js`, `/dashboard.html` and the other files of `assets` | none | none |
//!
//! In FHIR an extraction is one Task; its input is the Media, its outputs are the Observations, the type that was recognised
//! and the confidence. The Observations are `preliminary` and labelled AIAST until a human confirms them.
//!
//! Every call with a key that is known counts, whatever comes of it (`rates`); so do requests of people, and of others but for
//! health, device types and pages. Calls with keys are noted with their outcome (`usage`).
//!
//! # Not kept
//!
//! - The pixels, unless the project keeps its pictures (`keep_images`): of the picture there is its SHA-256, format, size and length.
//! - The name and type that the client gives the file: the content decides.
//! - Where in the picture a value stands, which the answer alone tells (`regions`), and brand and model beyond what was read.
//! - A request that gives no reading, but for its row in the audit trail.
//! - How sure each field of a document is: its resources have the document's confidence.
//!
//! Where no time is read, `effective` only says that it was before the request.

pub mod answers;
pub mod assets;
pub mod body;
pub mod caller;
pub mod codes;
pub mod device_types;
pub mod errors;
pub mod from_fhir;
pub mod image;
pub mod limits;
pub mod measures;
pub mod names;
pub mod narrative;
pub mod operations;
pub mod patient;
pub mod plans;
pub mod query;
pub mod rates;
pub mod regions;
pub mod report;
pub mod routes;
pub mod scans;
pub mod search;
pub mod sections;
pub mod store;
pub mod text;
pub mod to_fhir;
pub mod upload;
pub mod usage;
pub mod vitals;
pub mod wire;

use std::time::Instant;

use actix_web::http::header;
use actix_web::middleware::{DefaultHeaders, from_fn};
use actix_web::web;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_actix_web::scope::scope;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::fhir::codes::vitals::DEVICE_DISPLAY_READING;
use crate::http::docs::Document;
use crate::http::{cors, refusals};
use crate::identity::Surface;
use crate::records::review::Source;
use routes::health::Started;
use routes::{
    api_keys, device_types as types, extract_medical_data as extract, extraction_fhir, health, login, me,
    profile, projects, register, usage as usage_routes,
};

/// Where the API is mounted.
pub const MOUNT: &str = "/smartscan";

/// What pages of other origins may read: the client's limits (contract SS-11, SS-14).
const LIMIT_HEADERS: [&str; 5] =
    ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-RateLimit-Window", "Retry-After"];

/// Adds the API's routes.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(
        scope(MOUNT)
            .map(assets::routes)
            .wrap(from_fn(usage::noted))
            // Its SDK runs in the pages of others (contract X-06).
            .wrap(cors::any_origin(&["GET", "POST", "PUT", "DELETE"], &LIMIT_HEADERS))
            .wrap(from_fn(|request, next| cors::told(request, next, errors::preflight)))
            // Answers to preflights tell the limits, too.
            .wrap(from_fn(rates::told))
            .wrap(from_fn(|request, next| {
                refusals::audited(request, next, Surface::SmartScan, operations::name)
            }))
            // Answers hold credentials and health data: no cache may keep them. Files that are the same for all say otherwise.
            .wrap(
                DefaultHeaders::new()
                    .add((header::CACHE_CONTROL, "no-store"))
                    .add((header::X_CONTENT_TYPE_OPTIONS, "nosniff")),
            )
            .app_data(web::Data::new(Started(Instant::now())))
            .service(register::register)
            .service(login::login)
            .service(me::read_me)
            .service(profile::read::read_profile)
            .service(profile::update::update_profile)
            .service(projects::list::list_projects)
            .service(projects::create::create_project)
            .service(projects::read::read_project)
            .service(api_keys::list::list_api_keys)
            .service(api_keys::generate::generate_api_key)
            .service(api_keys::revoke::revoke_api_key)
            .service(api_keys::rotate::rotate_api_key)
            .service(usage_routes::stats::read_stats)
            .service(usage_routes::analytics::read_analytics)
            .service(usage_routes::logs::list_calls)
            .service(extract::extract_medical_data)
            .service(extraction_fhir::read_extraction_fhir)
            .configure(routes::face_scan::routes)
            .service(types::list_device_types)
            .service(health::read_health)
            .default_service(web::to(operations::unknown_address)),
    );
}

/// What the API's OpenAPI document says.
#[must_use]
pub fn document() -> Document {
    let key = |description| {
        SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description("X-API-Key", description)))
    };
    let query = ApiKeyValue::with_description("api_key", "The same key as a query parameter.");
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("The same key as a bearer token: `Authorization: Bearer dk_...`."))
        .build();
    let session = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some("The token that `POST /smartscan/api/auth/login` answers with."))
        .build();
    Document {
        name: "smartscan",
        title: "hygeia: SmartScanPro",
        description: "Reads medical devices in photos. Register, make a project and an API key, then send a picture.",
        routes,
        schemes: vec![
            ("api_key", key("A project's API key, `dk_...`.")),
            ("api_key_in_query", SecurityScheme::ApiKey(ApiKey::Query(query))),
            ("api_key_as_bearer", SecurityScheme::Http(bearer)),
            ("session_token", SecurityScheme::Http(session)),
        ],
        for_all: answers::for_all,
    }
}

/// What models read of pictures of displays and strips.
#[must_use]
pub fn reviewed_readings() -> Source {
    let method = DEVICE_DISPLAY_READING;
    Source {
        word: "readings",
        name: "SmartScanPro readings",
        resource_type: "Observation",
        parameters: vec![("method".to_owned(), format!("{}|{}", method.system, method.code))],
        may_correct: true,
    }
}

/// What was measured of faces.
#[must_use]
pub fn reviewed_scans() -> Source {
    Source {
        word: "face-scans",
        name: "SmartScanPro face scans",
        resource_type: "DiagnosticReport",
        parameters: vec![("identifier".to_owned(), format!("{}|", codes::face_scan::RESULT_ID))],
        may_correct: true,
    }
}
