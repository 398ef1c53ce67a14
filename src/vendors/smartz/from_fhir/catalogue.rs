//! Manufacturers and products from Organizations and DeviceDefinitions.

use serde_json::{Number, Value};

use crate::fhir::codes::Code;
use crate::fhir::codes::continence::{ABSORBENCY, SIZE};
use crate::vendors::smartz::codes::SKU;
use crate::vendors::smartz::text::{identifier, list, of, referenced};
use crate::vendors::smartz::wire;

/// The manufacturer that an Organization is.
#[must_use]
pub fn manufacturer(organization: &Value) -> wire::Manufacturer {
    let website = list(organization, "telecom").find(|one| of(one, "system") == Some("url"));
    wire::Manufacturer {
        id: of(organization, "id").unwrap_or_default().to_owned(),
        name: of(organization, "name").unwrap_or_default().to_owned(),
        website: website.and_then(|one| of(one, "value")).map(str::to_owned),
    }
}

/// Whether a DeviceDefinition is in the catalogue of an organisation.
#[must_use]
pub fn is_in(definition: &Value, organisation: &str) -> bool {
    referenced(definition, "owner", "Organization") == Some(organisation)
}

/// The product that a DeviceDefinition is.
#[must_use]
pub fn product(definition: &Value) -> wire::Product {
    let property = |code: Code| {
        list(definition, "property").find(|one| one.get("type").is_some_and(|concept| code.is_in(concept)))
    };
    let size = property(SIZE).and_then(|one| of(list(one, "valueCode").next()?, "text"));
    let name = list(definition, "deviceName").find_map(|one| of(one, "name"));
    let kind = definition.get("type").and_then(|one| of(one, "text"));
    let manufacturer = referenced(definition, "manufacturerReference", "Organization");
    let owned = |text: Option<&str>| text.map(str::to_owned);
    wire::Product {
        id: of(definition, "id").unwrap_or_default().to_owned(),
        manufacturer_id: owned(manufacturer),
        name: name.unwrap_or_default().to_owned(),
        category: owned(kind),
        absorbency_ml: absorbency(definition),
        size: owned(size),
        sku: owned(identifier(definition, SKU)),
    }
}

/// How much a product takes up, in millilitres.
#[must_use]
pub fn absorbency(definition: &Value) -> Option<Number> {
    let of_property = |one: &&Value| one.get("type").is_some_and(|concept| ABSORBENCY.is_in(concept));
    let property = list(definition, "property").find(of_property)?;
    match list(property, "valueQuantity").next()?.get("value")? {
        Value::Number(number) => Some(number.clone()),
        Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fhir::validate::validate;
    use crate::vendors::smartz::to_fhir::catalogue as to_fhir;

    fn valid(resource: &Value) {
        assert_eq!(validate(resource).map_err(|issues| format!("{issues:?}")).err(), None);
    }

    #[test]
    fn what_no_manufacturer_or_product_can_have_is_refused() {
        let website = |text: &str| {
            let sent = serde_json::from_value(json!({ "name": "Acme", "website": text })).unwrap();
            to_fhir::Manufacturer::checked(&sent).map(|_| ()).map_err(|refusal| refusal.to_string())
        };
        for text in ["acme", "javascript:alert(1)", "ftp://acme.example", "http://"] {
            assert_eq!(website(text), Err("website must be an http or https address.".to_owned()), "{text}");
        }
        for ml in [0.0, -1.0, 20_001.0] {
            let sent = json!({ "manufacturerId": "m", "name": "Brief", "absorbencyMl": ml });
            assert!(to_fhir::Product::checked(&serde_json::from_value(sent).unwrap()).is_err(), "{ml}");
        }
    }

    #[test]
    fn a_manufacturer_comes_back_as_it_was_made() {
        let sent = json!({ "name": "Acme", "website": "https://acme.example" });
        let new = to_fhir::Manufacturer::checked(&serde_json::from_value(sent).unwrap()).unwrap();
        valid(&new.organization("m1"));
        valid(&to_fhir::affiliation("o1", "m1"));
        let shown = serde_json::to_value(manufacturer(&new.organization("m1"))).unwrap();
        assert_eq!(shown, json!({ "id": "m1", "name": "Acme", "website": "https://acme.example" }));
    }

    #[test]
    fn a_product_comes_back_as_it_was_made() {
        let sent = json!({ "manufacturerId": "m1", "name": "Night Brief", "category": "brief", "absorbencyMl": 1200,
            "size": "M", "sku": "NB-M" });
        let new = to_fhir::Product::checked(&serde_json::from_value(sent.clone()).unwrap()).unwrap();
        let definition = new.definition("p1", "o1");
        valid(&definition);
        assert!(is_in(&definition, "o1") && !is_in(&definition, "o2"));
        let mut wanted = sent;
        wanted["id"] = "p1".into();
        assert_eq!(serde_json::to_value(product(&definition)).unwrap(), wanted);
    }
}
