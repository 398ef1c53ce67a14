//! An organisation as an Organization.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::set;
use crate::vendors::smartz::codes::{CARES, ORGANISATION};
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::{text, time, wire};

/// A checked new organisation.
#[derive(Clone, Debug)]
pub struct New {
    name: String,
    kind: Option<String>,
    address: Option<String>,
}

impl New {
    /// Checks what was sent.
    ///
    /// # Errors
    /// Which field is wrong, and how.
    pub fn checked(sent: &wire::NewOrganisation) -> Result<Self, Refusal> {
        Ok(Self {
            name: text::required("name", &sent.name, text::NAME)?,
            kind: text::given("type", sent.kind.as_ref(), text::NAME)?,
            address: text::given("address", sent.address.as_ref(), text::LINE)?,
        })
    }

    /// The Organization with this id. The identifier's period says since when there is the organisation.
    #[must_use]
    pub fn organization(&self, id: &str, now: DateTime<Utc>) -> Value {
        let mut kind = CARES.concept();
        set(&mut kind, "text", self.kind.clone().map(Value::from));
        let mut resource = json!({
            "resourceType": "Organization",
            "id": id,
            "identifier": [{ "system": ORGANISATION, "value": id, "period": { "start": time::instant(now) } }],
            "active": true,
            "type": [kind],
            "name": self.name,
        });
        let address = self.address.as_ref().map(|text| json!([{ "text": text }]));
        set(&mut resource, "address", address);
        resource
    }
}
