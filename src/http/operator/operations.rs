//! The operations by method and path: the audit names them so, and a wrong method is told from a wrong path.

use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, ResponseError};

use super::errors::Refusal;

/// An operation: method, path (a `:` segment stands for any), and its name in the audit trail.
type Operation = (Method, &'static str, &'static str);

const UNKNOWN: &str = "unknown";

const ALL: [Operation; 17] = [
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
    (Method::GET, "/audit", "read-audit"),
];

/// The name of the operation that a request asks for.
#[must_use]
pub fn name(method: &Method, path: &str) -> &'static str {
    of_path(path).find(|(m, ..)| m == method).map_or(UNKNOWN, |(.., name)| name)
}

/// What no route takes: 405 where the path exists, 404 otherwise.
pub async fn unknown_address(request: HttpRequest) -> HttpResponse {
    let allowed: Vec<_> = of_path(request.path()).map(|(method, ..)| method.as_str()).collect();
    let refusal = match allowed.as_slice() {
        [] => Refusal::UnknownAddress,
        methods => Refusal::MethodNotAllowed(methods.join(", ")),
    };
    refusal.error_response()
}

fn of_path(path: &str) -> impl Iterator<Item = &'static Operation> {
    let path = path.strip_prefix(super::MOUNT).unwrap_or(path).to_owned();
    ALL.iter().filter(move |(_, pattern, _)| matches(pattern, &path))
}

fn matches(pattern: &str, path: &str) -> bool {
    let (wanted, found): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), path.split('/').collect());
    let same = |(wanted, found): (&&str, &&str)| wanted == found || *wanted == ":" && !found.is_empty();
    wanted.len() == found.len() && wanted.iter().zip(&found).all(same)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_told_apart() {
        for (method, path, operation) in [
            (Method::GET, "/_admin/v1/users/1", UNKNOWN),
            (Method::GET, "/_admin/v1", UNKNOWN),
            (Method::DELETE, "/_admin/v1/users/", UNKNOWN),
            (Method::DELETE, "/_admin/v1/users/1", "remove-user"),
            (Method::POST, "/_admin/v1/tenants/1/surfaces", "attach-surface"),
        ] {
            assert_eq!(name(&method, path), operation, "{method} {path}");
        }
    }
}
