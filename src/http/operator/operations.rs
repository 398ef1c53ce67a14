//! The operations of this API, as the audit calls them.

use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, ResponseError};

use super::errors::Refusal;
use crate::http::addresses::{Address, Addresses};

const ALL: &[Address] = &[
    (Method::POST, "/login", "login"),
    (Method::GET, "/tenants", "list-tenants"),
    (Method::POST, "/tenants", "create-tenant"),
    (Method::PATCH, "/tenants/:", "change-tenant"),
    (Method::POST, "/tenants/:/surfaces", "attach-surface"),
    (Method::POST, "/tenants/:/accounts", "attach-account"),
    (Method::GET, "/tenants/:/clients", "list-clients"),
    (Method::POST, "/tenants/:/clients", "create-client"),
    (Method::PATCH, "/tenants/:/clients/:", "change-client"),
    (Method::DELETE, "/tenants/:/clients/:", "remove-client"),
    (Method::POST, "/tenants/:/clients/:/secret", "renew-client-secret"),
    (Method::POST, "/organizations", "create-organization"),
    (Method::POST, "/users", "create-user"),
    (Method::PATCH, "/users/:", "change-user"),
    (Method::DELETE, "/users/:", "remove-user"),
    (Method::PUT, "/smartscan/users/:/plan", "set-plan"),
    (Method::GET, "/hemato/keys", "list-keys"),
    (Method::POST, "/hemato/keys", "register-key"),
    (Method::DELETE, "/hemato/keys/:", "revoke-key"),
    (Method::GET, "/audit", "read-audit"),
];

static ADDRESSES: Addresses = Addresses::new(super::MOUNT, &[ALL]);

/// The name of the operation that a request asks for.
#[must_use]
pub fn name(method: &Method, path: &str) -> &'static str {
    ADDRESSES.operation(method, path)
}

/// What no route takes: 405 where the path exists, 404 otherwise.
pub async fn unknown_address(request: HttpRequest) -> HttpResponse {
    let allowed = ADDRESSES.allowed(request.path());
    allowed.map_or(Refusal::UnknownAddress, Refusal::MethodNotAllowed).error_response()
}
