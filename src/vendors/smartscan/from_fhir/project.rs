//! A project from its Organization.

use chrono::DateTime;
use serde_json::Value;

use super::{list, text};
use crate::vendors::smartscan::codes::{DESCRIPTION, KEEPS_IMAGES, PROJECT_ID};
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
        keep_images: keeps_images(organization),
        created_at: since.and_then(|since| DateTime::parse_from_rfc3339(since).ok()).map(Into::into),
    }
}

/// Whether the pictures that a project sends are kept; only a clear yes is one.
#[must_use]
pub fn keeps_images(organization: &Value) -> bool {
    let mut said = list(organization, "extension").filter(|e| text(e, "url") == Some(KEEPS_IMAGES));
    let yes = |extension: &Value| extension.get("valueBoolean") == Some(&Value::Bool(true));
    said.next().is_some_and(yes) && said.next().is_none()
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
    fn only_a_clear_yes_keeps_pictures() {
        let keeps = |values: &[Value]| {
            let extensions: Vec<_> =
                values.iter().map(|value| json!({ "url": KEEPS_IMAGES, "valueBoolean": value })).collect();
            keeps_images(&json!({ "resourceType": "Organization", "extension": extensions }))
        };
        assert!(keeps(&[json!(true)]));
        for unclear in [&[][..], &[json!(false)], &[json!("true")], &[json!(true), json!(false)]] {
            assert!(!keeps(unclear), "{unclear:?}");
        }
    }

    #[test]
    fn a_project_comes_back_as_it_was_made() {
        let now = "2026-11-21T12:00:00.5Z".parse().unwrap();
        let wanted = to_fhir::project::Wanted {
            name: "Ward 7".to_owned(),
            description: Some("Round".to_owned()),
            keep_images: true,
        };
        let mut organization = to_fhir::project::organization(&wanted, "p1", Some("Organization/t"), now);
        to_fhir::set(&mut organization, "id", Some("p1".into()));
        assert!(crate::fhir::validate::validate(&organization).is_ok());
        assert!(is_project(&organization));
        let project = serde_json::to_value(project(&organization)).unwrap();
        assert_eq!(
            project,
            json!({ "id": "p1", "name": "Ward 7", "description": "Round", "keep_images": true, "created_at": "2026-11-21T12:00:00.500Z" })
        );
    }
}
