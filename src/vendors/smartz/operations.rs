//! What the audit trail calls the operations, and which addresses there are.

use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, ResponseError};

use super::assets;
use super::errors::Refusal;
use crate::http::addresses::{Address, Addresses};

/// Sign in to the portal or the dashboard.
pub const SIGN_IN: &str = "login";
/// Fetch an access token.
pub const TOKEN: &str = "token";
/// List the organisations that let an application in.
pub const LIST_ORGANISATIONS: &str = "list-organisations";
/// Read an organisation.
pub const READ_ORGANISATION: &str = "read-organisation";
/// Read a manufacturer.
pub const READ_MANUFACTURER: &str = "read-manufacturer";
/// List the products of a catalogue.
pub const LIST_PRODUCTS: &str = "list-products";
/// Read a product.
pub const READ_PRODUCT: &str = "read-product";
/// Read a pod or node.
pub const READ_DEVICE: &str = "read-device";
/// Read a patient.
pub const READ_PATIENT: &str = "read-patient";
/// Read which products a patient uses when.
pub const READ_SCHEDULE: &str = "read-schedule";
/// Read how a patient is.
pub const READ_STATUS: &str = "read-status";
/// List what carers are told.
pub const LIST_ALERTS: &str = "list-alerts";
/// Say that somebody sees to an alert.
pub const ACKNOWLEDGE_ALERT: &str = "acknowledge-alert";
/// Be told what happens, as it happens.
pub const STREAM: &str = "stream";
/// Send what pods measured.
pub const SEND_TELEMETRY: &str = "send-telemetry";
/// List who is told of what happens.
pub const LIST_NOTIFICATIONS: &str = "list-notifications";
/// Read what was measured of a patient and what happened.
pub const READ_HISTORY: &str = "read-history";
/// Read by which numbers readings are judged.
pub const READ_SETTINGS: &str = "read-settings";
/// Tell who is signed in.
pub const READ_ME: &str = "read-me";
/// List which applications an organisation lets in.
pub const LIST_LINKS: &str = "list-links";
/// Have an organisation let an application in no more.
pub const CUT_LINK: &str = "cut-link";
/// List what can be subscribed to.
pub const LIST_PORTAL_PRODUCTS: &str = "list-portal-products";
/// Subscribe.
pub const CREATE_SUBSCRIPTION: &str = "create-subscription";
/// List subscriptions.
pub const LIST_SUBSCRIPTIONS: &str = "list-subscriptions";
/// Replace a subscription's key.
pub const REGENERATE_KEY: &str = "regenerate-subscription-key";
/// Cancel a subscription.
pub const CANCEL_SUBSCRIPTION: &str = "cancel-subscription";
/// Register an application.
pub const CREATE_APPLICATION: &str = "create-application";
/// List applications.
pub const LIST_APPLICATIONS: &str = "list-applications";
/// Link an application to an organisation.
pub const LINK_APPLICATION: &str = "link-application";
/// Take a link back.
pub const UNLINK_APPLICATION: &str = "unlink-application";
/// Replace an application's key.
pub const REGENERATE_APP_KEY: &str = "regenerate-application-key";
/// Sum up calls.
pub const READ_ANALYTICS: &str = "read-analytics";
/// Download an API's definition.
pub const READ_DEFINITION: &str = "read-definition";
/// Make a link code.
pub const CREATE_LINK_CODE: &str = "create-link-code";

const GATEWAY: &[Address] = &[
    (Method::POST, "/v1/token", TOKEN),
    (Method::GET, "/v1/organisations", LIST_ORGANISATIONS),
    (Method::GET, "/v1/organisations/:", READ_ORGANISATION),
    (Method::GET, "/v1/organisations/:/manufacturers", "list-manufacturers"),
    (Method::GET, "/v1/organisations/:/manufacturers/:", READ_MANUFACTURER),
    (Method::GET, "/v1/organisations/:/products", LIST_PRODUCTS),
    (Method::GET, "/v1/organisations/:/products/:", READ_PRODUCT),
    (Method::GET, "/v1/organisations/:/devices", "list-devices"),
    (Method::GET, "/v1/organisations/:/devices/:", READ_DEVICE),
    (Method::GET, "/v1/organisations/:/patients", "list-patients"),
    (Method::POST, "/v1/organisations/:/patients", "create-patient"),
    (Method::GET, "/v1/organisations/:/patients/:", READ_PATIENT),
    (Method::PATCH, "/v1/organisations/:/patients/:", "update-patient"),
    (Method::DELETE, "/v1/organisations/:/patients/:", "delete-patient"),
    (Method::GET, "/v1/organisations/:/patients/:/products", READ_SCHEDULE),
    (Method::PUT, "/v1/organisations/:/patients/:/products", "set-schedule"),
    (Method::GET, "/v1/organisations/:/patients/:/status", READ_STATUS),
    (Method::GET, "/v1/organisations/:/patients/:/events", "list-events"),
    (Method::POST, "/v1/organisations/:/patients/:/events", "create-event"),
    (Method::GET, "/v1/organisations/:/alerts", LIST_ALERTS),
    (Method::POST, "/v1/organisations/:/alerts/:/acknowledge", ACKNOWLEDGE_ALERT),
    (Method::GET, "/v1/organisations/:/stream", STREAM),
    (Method::GET, "/v1/organisations/:/patients/:/stream", STREAM),
    (Method::GET, "/v1/organisations/:/socket", STREAM),
    (Method::GET, "/v1/organisations/:/notifications", LIST_NOTIFICATIONS),
    (Method::POST, "/v1/organisations/:/notifications", "create-notification"),
    (Method::DELETE, "/v1/organisations/:/notifications/:", "delete-notification"),
    (Method::POST, "/gateway/v1/telemetry", SEND_TELEMETRY),
];

const PORTAL: &[Address] = &[
    (Method::POST, "/portal/api/signin", SIGN_IN),
    (Method::POST, "/portal/api/signup", "sign-up"),
    (Method::GET, "/portal/api/products", LIST_PORTAL_PRODUCTS),
    (Method::GET, "/portal/api/subscriptions", LIST_SUBSCRIPTIONS),
    (Method::POST, "/portal/api/subscriptions", CREATE_SUBSCRIPTION),
    (Method::POST, "/portal/api/subscriptions/:/regeneratePrimaryKey", REGENERATE_KEY),
    (Method::POST, "/portal/api/subscriptions/:/regenerateSecondaryKey", REGENERATE_KEY),
    (Method::POST, "/portal/api/subscriptions/:/cancel", CANCEL_SUBSCRIPTION),
    (Method::GET, "/portal/api/applications", LIST_APPLICATIONS),
    (Method::POST, "/portal/api/applications", CREATE_APPLICATION),
    (Method::POST, "/portal/api/applications/:/link", LINK_APPLICATION),
    (Method::DELETE, "/portal/api/applications/:/link/:", UNLINK_APPLICATION),
    (Method::POST, "/portal/api/applications/:/regenerateKey", REGENERATE_APP_KEY),
    (Method::GET, "/portal/api/analytics", READ_ANALYTICS),
    (Method::GET, "/portal/api/apis/:/definition", READ_DEFINITION),
];

const DASHBOARD: &[Address] = &[
    (Method::POST, "/dashboard/api/signin", SIGN_IN),
    (Method::GET, "/dashboard/api/organisations", "list-own-organisations"),
    (Method::POST, "/dashboard/api/organisations", "create-organisation"),
    (Method::GET, "/dashboard/api/me", READ_ME),
    (Method::POST, "/dashboard/api/organisations/:/link-code", CREATE_LINK_CODE),
    (Method::GET, "/dashboard/api/organisations/:/links", LIST_LINKS),
    (Method::DELETE, "/dashboard/api/organisations/:/links/:", CUT_LINK),
    (Method::GET, "/dashboard/api/organisations/:/manufacturers", "list-manufacturers"),
    (Method::POST, "/dashboard/api/organisations/:/manufacturers", "create-manufacturer"),
    (Method::GET, "/dashboard/api/organisations/:/products", LIST_PRODUCTS),
    (Method::POST, "/dashboard/api/organisations/:/products", "create-product"),
    (Method::GET, "/dashboard/api/organisations/:/devices", "list-devices"),
    (Method::POST, "/dashboard/api/organisations/:/devices", "create-device"),
    (Method::POST, "/dashboard/api/organisations/:/devices/:/regenerateKey", "regenerate-node-key"),
    (Method::GET, "/dashboard/api/organisations/:/patients", "list-patients"),
    (Method::GET, "/dashboard/api/organisations/:/patients/:/history", READ_HISTORY),
    (Method::POST, "/dashboard/api/organisations/:/patients/:/events", "create-event"),
    (Method::GET, "/dashboard/api/organisations/:/patients/:/settings", READ_SETTINGS),
    (Method::PUT, "/dashboard/api/organisations/:/patients/:/settings", "set-settings"),
    (Method::GET, "/dashboard/api/organisations/:/settings", READ_SETTINGS),
    (Method::PUT, "/dashboard/api/organisations/:/settings", "set-settings"),
    (Method::GET, "/dashboard/api/organisations/:/ward", "read-ward"),
    (Method::GET, "/dashboard/api/organisations/:/alerts", LIST_ALERTS),
    (Method::POST, "/dashboard/api/organisations/:/alerts/:/acknowledge", ACKNOWLEDGE_ALERT),
    (Method::GET, "/dashboard/api/organisations/:/stream", STREAM),
    (Method::PUT, "/dashboard/api/organisations/:/devices/:/patient", "pair-device"),
    (Method::PUT, "/dashboard/api/devices/:/patient", "pair-device"),
];

static ADDRESSES: Addresses = Addresses::new(super::MOUNT, &[GATEWAY, PORTAL, DASHBOARD]);

/// The name of the operation that a request asks for.
#[must_use]
pub fn name(method: &Method, path: &str) -> &'static str {
    ADDRESSES.operation(method, path)
}

/// What no route takes: 405 where the path exists, 404 otherwise.
pub async fn unknown_address(request: HttpRequest) -> HttpResponse {
    let path = request.path();
    let of_asset =
        || assets::has(path.strip_prefix(super::MOUNT).unwrap_or(path)).then(|| Method::GET.to_string());
    let allowed = ADDRESSES.allowed(path).or_else(of_asset);
    allowed.map_or(Refusal::NotFound, Refusal::MethodNotAllowed).error_response()
}
