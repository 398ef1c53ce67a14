//! A project from its Organization.

use chrono::DateTime;
use serde_json::Value;

use super::{list, text};
use crate::vendors::smartscan::codes::{DESCRIPTION, PROJECT_ID};
use crate::vendors::smartscan::wire;

/// Whether the Organization is a project of this surface.
#[must_use]
pub fn is_project(organization: &Value) -> bool {
    identifier(organization).is_some()
}

/// The project that an Organization is. Its id is the logical one, by which it is read, whoever made it.
#[must_use]
pub fn project(organization: &Value) -> wire::Project {
    let identifier = identifier(organization);
    let since = identifier.and_then(|identifier| text(identifier.get("period")?, "start"));
    let mut described = list(organization, "extension").filter(|e| text(e, "url") == Some(DESCRIPTION));
    let owned = |text: &str| text.to_owned();
    wire::Project {
        id: text(organization, "id").map(owned).unwrap_or_default(),
        name: text(organization, "name").map(owned).unwrap_or_default(),
        description: described.next().and_then(|e| text(e, "valueString")).map(owned),
        created_at: since.and_then(|since| DateTime::parse_from_rfc3339(since).ok()).map(Into::into),
    }
}

fn identifier(organization: &Value) -> Option<&Value> {
    list(organization, "identifier").find(|identifier| text(identifier, "system") == Some(PROJECT_ID))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::vendors::smartscan::to_fhir;

    #[test]
    fn another_organization_is_no_project() {
        assert!(!is_project(&json!({ "resourceType": "Organization", "identifier": [{ "value": "1" }] })));
    }

    #[test]
    fn a_project_comes_back_as_it_was_made() {
        let now = "2026-11-21T12:00:00.5Z".parse().unwrap();
        let wanted =
            to_fhir::project::Wanted { name: "Ward 7".to_owned(), description: Some("Round".to_owned()) };
        let mut organization = to_fhir::project::organization(&wanted, "p1", Some("Organization/t"), now);
        to_fhir::set(&mut organization, "id", Some("p1".into()));
        assert!(crate::fhir::validate::validate(&organization).is_ok());
        assert!(is_project(&organization));
        let project = serde_json::to_value(project(&organization)).unwrap();
        assert_eq!(
            project,
            json!({ "id": "p1", "name": "Ward 7", "description": "Round", "created_at": "2026-11-21T12:00:00.500Z" })
        );
    }
}
