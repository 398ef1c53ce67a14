//! Smartz Connect: organisations, patients and what their wearable sensors tell. <https://smartz-api.azure-api.net>
//!
//! | endpoint | who | FHIR |
//! |---|---|---|
//! | `POST /v1/token` | an application, with a subscription's key | none |
//! | `GET /v1/organisations[/:org]` | an application with a token, and a subscription's key, as in all below `/v1` | Organization |
//! | `GET .../:org/manufacturers[/:id]` | | Organization, OrganizationAffiliation |
//! | `GET .../:org/products[/:id]` | | DeviceDefinition |
//! | `GET .../:org/devices[/:id]` | | Device, Location |
//! | `GET`, `POST .../:org/patients`, `GET`, `PATCH`, `DELETE .../patients/:id` | | Patient |
//! | `GET`, `PUT .../patients/:id/products` | | DeviceRequest |
//! | `GET .../patients/:id/status` | | none: what the judging of readings goes on from |
//! | `GET`, `POST .../patients/:id/events` | | Observation, Procedure |
//! | `GET .../:org/alerts`, `POST .../alerts/:id/acknowledge` | | Flag, Communication |
//! | `GET .../:org/stream`, `GET .../patients/:id/stream`, `GET .../:org/socket` | | none: what is told as it happens |
//! | `GET`, `POST .../:org/notifications`, `DELETE .../notifications/:id` | | Subscription |
//! | `POST /gateway/v1/telemetry`, or by MQTT (`mqtt`) | a node, by its key | Observation, Flag |
//! | `/portal/api/...` | a developer, who signed in | none: what opens the gateway |
//! | `/dashboard/api/...` | an administrator, who signed in; how things are is for any person of the tenant | Organization, DeviceDefinition, Device, Location |
//! | `/portal.html`, `/dashboard.html`, `/ward.html` with their parts (`assets`) | anybody | none |
//!
//! The gateway's paths begin with `/v1`, those of the developer portal and the dashboard with `/portal` and `/dashboard`, on every host
//! of theirs alike. At the gateway the order is: the subscription's key, which meters; the application's token; whether the organisation
//! lets the application in; the resource. What another organisation has does not exist.
//!
//! # Not kept
//!
//! - Members of a body that no operation names.
//! - A reading that was taken before, whatever it says the second time.

pub mod answers;
pub mod assets;
pub mod body;
pub mod cached;
pub mod caller;
pub mod care;
pub mod catalogue;
pub mod codes;
pub mod derived;
pub mod devices;
pub mod errors;
pub mod from_fhir;
pub mod jobs;
pub mod judging;
pub mod leavings;
pub mod live;
pub mod mqtt;
pub mod notifications;
pub mod operations;
pub mod pairing;
pub mod patients;
pub mod query;
pub mod rates;
pub mod routes;
pub mod settings;
pub mod store;
pub mod taking;
pub mod telemetry;
pub mod text;
pub mod time;
pub mod to_fhir;
pub mod usage;
pub mod wire;

use actix_web::http::header;
use actix_web::middleware::{DefaultHeaders, from_fn};
use actix_web::web;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_actix_web::scope::scope;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::http::docs::Document;
use crate::http::refusals;
use crate::identity::Surface;
use routes::{dashboard, portal, sign_in, sign_up, v1};

/// Where the API is mounted.
pub const MOUNT: &str = "/smartz";

/// Adds the API's routes. Pages of other origins may not call it (contract X-06).
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(
        scope(MOUNT)
            .map(assets::routes)
            .wrap(from_fn(usage::noted))
            .wrap(from_fn(rates::told))
            .wrap(from_fn(|request, next| {
                refusals::audited(request, next, Surface::Smartz, operations::name)
            }))
            // Answers hold credentials and health data: no cache may keep them. What may be kept says otherwise.
            .wrap(DefaultHeaders::new().add((header::CACHE_CONTROL, "no-store")))
            .configure(gateway)
            .configure(of_portal)
            .configure(of_dashboard)
            .default_service(web::to(operations::unknown_address)),
    );
}

fn gateway(config: &mut ServiceConfig<'_>) {
    config
        .service(v1::token::create_token)
        .service(v1::organisations::list_organisations)
        .service(v1::organisations::read_organisation)
        .service(v1::manufacturers::list_manufacturers)
        .service(v1::manufacturers::read_manufacturer)
        .service(v1::products::list_products)
        .service(v1::products::read_product)
        .service(v1::devices::list_devices)
        .service(v1::devices::read_device)
        .service(v1::patients::list::list_patients)
        .service(v1::patients::create::create_patient)
        .service(v1::patients::read::read_patient)
        .service(v1::patients::update::update_patient)
        .service(v1::patients::delete::delete_patient)
        .service(v1::patients::products::read_schedule)
        .service(v1::patients::products::set_schedule)
        .service(v1::patients::status::read_status)
        .service(v1::patients::events::list_events)
        .service(v1::patients::events::create_event)
        .service(v1::alerts::list_alerts)
        .service(v1::alerts::acknowledge_alert)
        .service(v1::stream::stream_organisation)
        .service(v1::stream::stream_patient)
        .service(v1::socket::open_socket)
        .service(v1::notifications::list_notifications)
        .service(v1::notifications::create_notification)
        .service(v1::notifications::delete_notification)
        .service(routes::gateway::telemetry::send_telemetry);
}

fn of_portal(config: &mut ServiceConfig<'_>) {
    config
        .service(sign_in::portal)
        .service(sign_up::sign_up)
        .service(portal::products::list_products)
        .service(portal::subscriptions::create_subscription)
        .service(portal::subscriptions::list_subscriptions)
        .service(portal::subscriptions::regenerate_primary_key)
        .service(portal::subscriptions::regenerate_secondary_key)
        .service(portal::subscriptions::cancel_subscription)
        .service(portal::applications::create_application)
        .service(portal::applications::list_applications)
        .service(portal::applications::link_application)
        .service(portal::applications::unlink_application)
        .service(portal::applications::regenerate_key)
        .service(portal::analytics::read_analytics)
        .service(portal::definitions::read_definition);
}

fn of_dashboard(config: &mut ServiceConfig<'_>) {
    config
        .service(sign_in::dashboard)
        .service(dashboard::organisations::list_organisations)
        .service(dashboard::organisations::create_organisation)
        .service(dashboard::me::read_me)
        .service(dashboard::link_code::create_link_code)
        .service(dashboard::links::list_links)
        .service(dashboard::links::cut_link)
        .service(dashboard::lists::list_manufacturers)
        .service(dashboard::lists::list_products)
        .service(dashboard::lists::list_devices)
        .service(dashboard::lists::list_patients)
        .service(dashboard::node_key::regenerate_node_key)
        .service(dashboard::ward::read_ward)
        .service(dashboard::history::read_history)
        .service(dashboard::care::create_event)
        .service(dashboard::settings::read_settings)
        .service(dashboard::settings::set_settings)
        .service(dashboard::settings::read_patient_settings)
        .service(dashboard::settings::set_patient_settings)
        .service(dashboard::alerts::list_alerts)
        .service(dashboard::alerts::acknowledge_alert)
        .service(dashboard::alerts::stream_organisation)
        .service(dashboard::catalogue::create_manufacturer)
        .service(dashboard::catalogue::create_product)
        .service(dashboard::devices::create_device)
        .service(dashboard::pairing::pair_device)
        .service(dashboard::pairing::pair_device_of_organisation);
}

/// What the API's OpenAPI document says.
#[must_use]
pub fn document() -> Document {
    let key =
        ApiKeyValue::with_description(caller::KEY, "The primary or the secondary key of a subscription.");
    Document {
        name: "smartz",
        title: "hygeia: Smartz Connect",
        description: "Continence care by wearable sensors: organisations, patients, and what their pods tell.",
        routes,
        schemes: vec![
            ("subscription_key", SecurityScheme::ApiKey(ApiKey::Header(key))),
            ("access_token", bearer("The token that `POST /smartz/v1/token` answers with.")),
            (
                "dashboard_token",
                bearer("The token that signing in to the portal or the dashboard answers with."),
            ),
            ("node_key", bearer("The key that a node's making answers with.")),
        ],
        for_all: answers::for_all,
    }
}

fn bearer(description: &str) -> SecurityScheme {
    let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(description));
    SecurityScheme::Http(scheme.build())
}
