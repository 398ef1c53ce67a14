//! An organisation from the Organization.

use serde_json::Value;

use crate::vendors::smartz::codes::{CARES, ORGANISATION};
use crate::vendors::smartz::text::{identifier, list, of};
use crate::vendors::smartz::{time, wire};

/// Whether the Organization is an organisation of this surface.
#[must_use]
pub fn is_one(organization: &Value) -> bool {
    identifier(organization, ORGANISATION).is_some()
}

/// The organisation that an Organization is. Its id is the logical one, by which it is read, whoever made it.
#[must_use]
pub fn organisation(organization: &Value) -> wire::Organisation {
    let own = list(organization, "identifier").find(|one| of(one, "system") == Some(ORGANISATION));
    let since = own.and_then(|own| time::of_fhir(of(own.get("period")?, "start")?));
    let kind = list(organization, "type").find_map(|one| of(one, "text"));
    wire::Organisation {
        id: of(organization, "id").unwrap_or_default().to_owned(),
        name: of(organization, "name").unwrap_or_default().to_owned(),
        kind: kind.unwrap_or(CARES.display).to_owned(),
        address: list(organization, "address").next().and_then(address),
        created_at: since.map(time::moment),
    }
}

fn address(address: &Value) -> Option<String> {
    if let Some(text) = of(address, "text") {
        return Some(text.to_owned());
    }
    let lines = list(address, "line").filter_map(Value::as_str);
    let rest = ["city", "district", "state", "postalCode", "country"].into_iter();
    let parts: Vec<_> = lines.chain(rest.filter_map(|part| of(address, part))).collect();
    Some(parts.join(", ")).filter(|address| !address.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fhir::validate::validate;
    use crate::vendors::smartz::to_fhir::organisation::New;

    #[test]
    fn another_organization_is_none_of_this_surface() {
        assert!(!is_one(&json!({ "resourceType": "Organization", "identifier": [{ "value": "1" }] })));
    }

    #[test]
    fn an_organisation_comes_back_as_it_was_made() {
        let sent = json!({ "name": "Linden House", "type": "Nursing home", "address": "1 Lime Street" });
        let new = New::checked(&serde_json::from_value(sent).unwrap()).unwrap();
        let organization = new.organization("o1", "2026-11-21T12:00:00.5Z".parse().unwrap());
        assert_eq!(validate(&organization).map_err(|issues| format!("{issues:?}")).err(), None);
        assert!(is_one(&organization));
        assert_eq!(
            serde_json::to_value(organisation(&organization)).unwrap(),
            json!({ "id": "o1", "name": "Linden House", "type": "Nursing home", "address": "1 Lime Street",
                "createdAt": "2026-11-21T12:00:00.500Z" })
        );
    }

    #[test]
    fn an_address_in_parts_is_one_line() {
        let organization =
            json!({ "address": [{ "line": ["1 Lime Street"], "city": "Leeds", "postalCode": "LS1" }] });
        assert_eq!(organisation(&organization).address.as_deref(), Some("1 Lime Street, Leeds, LS1"));
    }
}
