//! What a request is, by its method and address: the interaction as the audit names it, in the words of the CapabilityStatement, and
//! the resource. <https://hl7.org/fhir/R4/valueset-type-restful-interaction.html>
//!
//! A request by itself and an entry of a Bundle are named alike, also where the address is refused.

use crate::fhir::ResourceType;

/// A request, named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The interaction.
    pub interaction: &'static str,
    /// The type that the address begins with.
    pub resource_type: Option<ResourceType>,
    /// What stands in the place of an id.
    pub id: Option<String>,
}

impl Named {
    /// The request with this method for a path below the base.
    #[must_use]
    pub fn of(method: &str, path: &str) -> Self {
        let segments: Vec<_> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        let resource_type = segments.first().and_then(|name| ResourceType::parse(name));
        let id = segments.get(1).filter(|_| resource_type.is_some()).map(|id| (*id).to_owned());
        Self { interaction: interaction(method, &segments), resource_type, id }
    }

    /// A request of which nothing can be told.
    #[must_use]
    pub fn unknown() -> Self {
        Self { interaction: OTHER, resource_type: None, id: None }
    }
}

/// What is no interaction of its own.
const OTHER: &str = "operation";

fn interaction(method: &str, segments: &[&str]) -> &'static str {
    if segments.iter().any(|segment| segment.starts_with('$')) {
        return OTHER;
    }
    match (method, segments) {
        ("GET" | "HEAD", ["metadata"]) => "capabilities",
        ("GET" | "HEAD", ["websocket"]) => "websocket",
        ("GET" | "HEAD", ["_history"]) => "history-system",
        ("GET" | "HEAD", [_, "_history"]) => "history-type",
        ("GET" | "HEAD", [_, _, "_history"]) => "history-instance",
        ("GET" | "HEAD", [_, _, "_history", _]) => "vread",
        ("GET" | "HEAD", [] | [_, _, "*"]) | ("POST", ["_search"] | [_, _, "*", "_search"]) => {
            "search-system"
        }
        ("GET" | "HEAD", [_] | [_, _, _]) | ("POST", [_, "_search"] | [_, _, _, "_search"]) => "search-type",
        ("GET" | "HEAD", [_, _]) => "read",
        ("POST", []) => "transaction",
        ("POST", [_]) => "create",
        ("PUT", _) => "update",
        ("PATCH", _) => "patch",
        ("DELETE", _) => "delete",
        _ => OTHER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_address_is_an_operation() {
        for (method, path) in
            [("GET", "/Patient/1/2/3"), ("POST", "/Patient/1"), ("POST", "/$process"), ("GET", "/Patient/$x")]
        {
            assert_eq!(Named::of(method, path).interaction, "operation", "{method} {path}");
        }
        let nothing = Named { interaction: "search-type", resource_type: None, id: None };
        assert_eq!(Named::of("GET", "Nope"), nothing);
        assert_eq!(Named { interaction: "read", ..nothing }, Named::of("GET", "Nope/1"));
    }

    #[test]
    fn each_interaction_has_its_name_with_and_without_a_slash() {
        let patient = ResourceType::parse("Patient");
        for (method, path, interaction, resource_type, id) in [
            ("GET", "metadata", "capabilities", None, None),
            ("GET", "websocket", "websocket", None, None),
            ("GET", "", "search-system", None, None),
            ("POST", "_search", "search-system", None, None),
            ("GET", "_history", "history-system", None, None),
            ("POST", "", "transaction", None, None),
            ("GET", "Patient", "search-type", patient, None),
            ("POST", "Patient/_search", "search-type", patient, Some("_search")),
            ("GET", "Patient/_history", "history-type", patient, Some("_history")),
            ("POST", "Patient", "create", patient, None),
            ("DELETE", "Patient", "delete", patient, None),
            ("HEAD", "Patient/1", "read", patient, Some("1")),
            ("PUT", "Patient/1", "update", patient, Some("1")),
            ("PATCH", "Patient/1", "patch", patient, Some("1")),
            ("GET", "Patient/1/_history", "history-instance", patient, Some("1")),
            ("GET", "Patient/1/_history/2", "vread", patient, Some("1")),
            ("GET", "Patient/1/Observation", "search-type", patient, Some("1")),
            ("GET", "Patient/1/*", "search-system", patient, Some("1")),
            ("POST", "Patient/1/Observation/_search", "search-type", patient, Some("1")),
            ("POST", "Patient/1/*/_search", "search-system", patient, Some("1")),
        ] {
            let named = Named { interaction, resource_type, id: id.map(str::to_owned) };
            assert_eq!(Named::of(method, path), named, "{method} {path}");
            assert_eq!(Named::of(method, &format!("/{path}/")), named, "{method} /{path}/");
        }
    }
}
