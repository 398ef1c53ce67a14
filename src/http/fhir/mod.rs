//! The FHIR R4 REST API, one interaction a file. <https://hl7.org/fhir/R4/http.html>

pub mod answer;
pub mod batch;
pub mod body;
pub mod bundle;
pub mod caller;
pub mod conditional_delete;
pub mod conditional_patch;
pub mod conditional_update;
pub mod conditions;
pub mod create;
pub mod criteria;
pub mod delete;
pub mod encoding;
pub mod errors;
pub mod export;
pub mod format;
pub mod history;
pub mod import;
pub mod interaction;
pub mod media;
pub mod metadata;
pub mod operation;
pub mod patch;
pub mod prefer;
pub mod provenance;
pub mod read;
pub mod refusals;
pub mod reindex;
pub mod search;
pub mod search_compartment;
pub mod search_system;
pub mod shown;
pub mod socket;
pub mod update;
pub mod view;
pub mod vread;

use actix_web::http::header::{CACHE_CONTROL, VARY};
use actix_web::middleware::{DefaultHeaders, NormalizePath, from_fn};
use actix_web::web;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_actix_web::scope::scope;
use utoipa_actix_web::service_config::ServiceConfig;

use super::cors;
use super::docs::{Document, nothing};
use crate::fhir::ResourceType;
use crate::records::Error;
use errors::Refusal;

/// Where the API is mounted.
pub const MOUNT: &str = "/fhir";

/// What browser apps of any origin may do, with a token that they hold.
const METHODS: [&str; 6] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
/// The headers that they may see, beside those that any may.
const EXPOSED: [&str; 4] = ["ETag", "Location", "Content-Location", "Last-Modified"];

/// The absolute address of the FHIR base, such as `https://example.org/fhir`.
#[derive(Clone, Debug)]
pub struct BaseUrl(pub String);

/// Adds the API's routes.
pub fn routes(config: &mut ServiceConfig<'_>) {
    // Who opens a socket need not show a token: what it is bound by comes as its first message. Its answer is no FHIR.
    config.service(scope("/fhir/websocket").wrap(from_fn(refusals::audited)).service(socket::open_socket));
    config.service(
        scope(MOUNT)
            .wrap(from_fn(encoding::unpacked))
            .wrap(from_fn(format::acceptable))
            .wrap(from_fn(caller::authenticated))
            .wrap(cors::any_origin(&METHODS, &EXPOSED))
            .wrap(from_fn(|request, next| cors::told(request, next, errors::preflight)))
            .wrap(from_fn(format::rendered))
            .wrap(from_fn(refusals::audited))
            // Health data is not to lie in caches; who keeps a copy asks again with its entity tag.
            .wrap(DefaultHeaders::new().add((CACHE_CONTROL, "no-store")).add((VARY, "Accept")))
            // `Patient/` is `Patient`.
            .wrap(NormalizePath::trim())
            .service(metadata::read_capabilities)
            .service(batch::run_bundle)
            .service(history::read_system_history)
            .service(reindex::reindex_all)
            .service(reindex::read_reindex_status)
            .service(reindex::reindex_parameter)
            .service(export::kick_off::export_system)
            .service(export::kick_off::export_system_by_post)
            .service(export::kick_off::export_patients)
            .service(export::kick_off::export_patients_by_post)
            .service(export::kick_off::export_group)
            .service(export::kick_off::export_group_by_post)
            .service(export::status::read_export_status)
            .service(export::status::delete_export)
            .service(export::file::read_export_file)
            .service(import::kick_off::import)
            .service(import::status::read_import_status)
            .service(import::status::delete_import)
            .service(import::file::read_import_file)
            .service(operation::everything::read_everything)
            .service(operation::everything::read_everything_by_post)
            .service(operation::subscription::read_subscription_statuses)
            .service(operation::subscription::read_subscription_statuses_by_post)
            .service(operation::subscription::read_subscription_status)
            .service(operation::subscription::read_subscription_status_by_post)
            .service(operation::binding_token::get_binding_token)
            .service(operation::binding_token::get_binding_token_by_post)
            .service(operation::binding_token::get_binding_token_of_subscription)
            .service(operation::binding_token::get_binding_token_of_subscription_by_post)
            .service(operation::subscription::read_subscription_events)
            .service(operation::subscription::read_subscription_events_by_post)
            .service(operation::meta::read_meta)
            .service(operation::meta::read_meta_of_type)
            .service(operation::meta::read_meta_of_resource)
            .service(operation::meta::read_meta_by_post)
            .service(operation::meta::read_meta_of_type_by_post)
            .service(operation::meta::read_meta_of_resource_by_post)
            .service(operation::meta::add_meta)
            .service(operation::meta::delete_meta)
            .service(operation::lastn::read_last_observations)
            .service(operation::lastn::read_last_observations_by_post)
            .service(operation::document::read_document)
            .service(operation::document::make_document)
            .service(operation::match_patient::match_patient)
            .service(operation::purge_history::purge_history)
            .service(operation::validate::validate_of_type)
            .service(operation::validate::validate_of_resource)
            .service(operation::validate::validate_of_resource_by_post)
            .service(view::export::kick_off::export_views)
            .service(view::export::kick_off::export_views_of_type)
            .service(view::export::kick_off::export_stored_view)
            .service(view::export::status::read_view_export_status)
            .service(view::export::status::delete_view_export)
            .service(view::export::status::read_view_export_result)
            .service(view::export::file::read_view_export_file)
            .service(view::run::run_named_view)
            .service(view::run::run_view)
            .service(view::run::run_view_of_type)
            .service(view::run::run_view_of_type_by_post)
            .service(view::run::run_stored_view)
            .service(view::run::run_stored_view_by_post)
            .service(operation::terminology::terminology_of_type)
            .service(operation::terminology::terminology_of_type_by_post)
            .service(operation::terminology::terminology_of_resource)
            .service(operation::terminology::terminology_of_resource_by_post)
            .service(history::read_type_history)
            .service(search_system::search_system)
            .service(search_system::search_system_by_form)
            .service(search::search_type)
            .service(search::search_type_by_form)
            .service(create::create_resource)
            .service(history::read_history)
            .service(vread::read_version)
            .service(search_compartment::search_compartment_by_form)
            .service(search_compartment::search_compartment)
            .service(read::read_resource)
            .service(update::update_resource)
            .service(conditional_update::update_by_search)
            .service(patch::patch_resource)
            .service(conditional_patch::patch_by_search)
            .service(delete::delete_resource)
            .service(conditional_delete::delete_by_search)
            .default_service(web::to(errors::unknown_address)),
    );
}

/// What the API's OpenAPI document says.
#[must_use]
pub fn document() -> Document {
    let token = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("An access token, such as `hygeia admin token` prints."))
        .build();
    Document {
        name: "fhir",
        title: "hygeia: FHIR R4",
        description: "The FHIR R4 REST API, in JSON and, wherever a body is `application/fhir+json`, in XML too. `GET /fhir/metadata` lists all resource types and search parameters. A patient's Consent may withhold what is asked for (403, `suppressed`); `X-Break-The-Glass`, with the reason in 5 to 500 characters, sets that aside for one request, and is audited.",
        routes,
        schemes: vec![("access_token", SecurityScheme::Http(token))],
        for_all: nothing,
    }
}

/// The type that a path names.
fn resource_type(name: &str) -> Result<ResourceType, Refusal> {
    // `/metadata` has its own GET; with another method it meets the routes of types.
    let fault = if name == "metadata" { Error::MethodNotAllowed } else { Error::UnknownType };
    ResourceType::parse(name).ok_or(Refusal(fault))
}
