//! Manufacturers and products: an Organization that an OrganizationAffiliation joins to the organisation, and a DeviceDefinition.

use serde_json::{Number, Value, json};
use url::Url;

use super::{reference, set, set_list};
use crate::fhir::codes::continence::{ABSORBENCY, SIZE};
use crate::vendors::smartz::codes::{CATALOGUE, MADE_BY, MAKES, MANUFACTURER, PRODUCT, SKU};
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::{text, wire};

/// The most millilitres that a product takes up.
const MOST_ML: f64 = 20_000.0;

/// A checked new manufacturer.
#[derive(Clone, Debug)]
pub struct Manufacturer {
    name: String,
    website: Option<String>,
}

impl Manufacturer {
    /// Checks what was sent.
    ///
    /// # Errors
    /// Which field is wrong, and how.
    pub fn checked(sent: &wire::NewManufacturer) -> Result<Self, Refusal> {
        let website = text::given("website", sent.website.as_ref(), text::LINE)?;
        let is_web = |text: &String| {
            Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some())
        };
        if website.as_ref().is_some_and(|text| !is_web(text)) {
            return Err(Refusal::field("website", "must be an http or https address"));
        }
        Ok(Self { name: text::required("name", &sent.name, text::NAME)?, website })
    }

    /// The Organization with this id.
    #[must_use]
    pub fn organization(&self, id: &str) -> Value {
        let mut resource = json!({
            "resourceType": "Organization",
            "id": id,
            "identifier": [{ "system": MANUFACTURER, "value": id }],
            "active": true,
            "type": [MAKES.concept()],
            "name": self.name,
        });
        let telecom = self.website.iter().map(|url| json!({ "system": "url", "value": url }));
        set_list(&mut resource, "telecom", telecom.collect());
        resource
    }
}

/// What joins a manufacturer to an organisation.
#[must_use]
pub fn affiliation(organisation: &str, manufacturer: &str) -> Value {
    json!({
        "resourceType": "OrganizationAffiliation",
        "active": true,
        "organization": reference("Organization", organisation),
        "participatingOrganization": reference("Organization", manufacturer),
        "code": [MAKES.concept()],
    })
}

/// A checked new product.
#[derive(Clone, Debug)]
pub struct Product {
    /// Who makes it.
    pub manufacturer: String,
    name: String,
    category: Option<String>,
    absorbency: Option<Number>,
    size: Option<String>,
    sku: Option<String>,
}

impl Product {
    /// Checks what was sent.
    ///
    /// # Errors
    /// Which field is wrong, and how.
    pub fn checked(sent: &wire::NewProduct) -> Result<Self, Refusal> {
        let absorbency = sent.absorbency_ml.map(|ml| {
            let is_good = ml > 0.0 && ml <= MOST_ML;
            let number = is_good.then(|| plain(ml)).flatten();
            number.ok_or_else(|| Refusal::field("absorbencyMl", "must be a number above 0 and up to 20000"))
        });
        Ok(Self {
            manufacturer: text::required("manufacturerId", &sent.manufacturer_id, text::NAME)?,
            name: text::required("name", &sent.name, text::NAME)?,
            category: text::given("category", sent.category.as_ref(), text::NAME)?,
            absorbency: absorbency.transpose()?,
            size: text::given("size", sent.size.as_ref(), text::NAME)?,
            sku: text::given("sku", sent.sku.as_ref(), text::NAME)?,
        })
    }

    /// The DeviceDefinition with this id, of an organisation's catalogue. R4 can search these by few parameters: tags say whose it is.
    #[must_use]
    pub fn definition(&self, id: &str, organisation: &str) -> Value {
        let mut resource = json!({
            "resourceType": "DeviceDefinition",
            "id": id,
            "meta": { "tag": [
                { "system": CATALOGUE, "code": organisation }, { "system": MADE_BY, "code": self.manufacturer },
            ] },
            "identifier": [{ "system": PRODUCT, "value": id }],
            "manufacturerReference": reference("Organization", &self.manufacturer),
            "deviceName": [{ "name": self.name, "type": "user-friendly-name" }],
            "owner": reference("Organization", organisation),
        });
        let kind = self.category.as_ref().map(|text| json!({ "text": text }));
        set(&mut resource, "type", kind);
        if let Some(sku) = &self.sku {
            let identifiers = json!([{ "system": PRODUCT, "value": id }, { "system": SKU, "value": sku }]);
            set(&mut resource, "identifier", Some(identifiers));
        }
        let absorbency = self.absorbency.as_ref().map(|ml| {
            let quantity =
                json!({ "value": ml, "unit": "mL", "system": "http://unitsofmeasure.org", "code": "mL" });
            json!({ "type": ABSORBENCY.concept(), "valueQuantity": [quantity] })
        });
        let size =
            self.size.as_ref().map(|text| json!({ "type": SIZE.concept(), "valueCode": [{ "text": text }] }));
        set_list(&mut resource, "property", absorbency.into_iter().chain(size).collect());
        resource
    }
}

/// A number as a client writes it: whole ones without a fraction.
#[must_use]
pub fn plain(value: f64) -> Option<Number> {
    let text = value.to_string();
    if value.is_finite() { text.parse().ok() } else { None }
}
