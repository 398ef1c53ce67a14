//! A project as an Organization within the tenant's.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{instant, set};
use crate::vendors::smartscan::codes::{DESCRIPTION, KEEPS_IMAGES, PROJECT, PROJECT_ID};

/// The project that is wanted, checked.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Whether its pictures are kept.
    pub keep_images: bool,
}

/// The project's Organization. Its vendor id is the logical id; the identifier's period says since when there is the project.
#[must_use]
pub fn organization(new: &Wanted, id: &str, tenant: Option<&str>, now: DateTime<Utc>) -> Value {
    let mut resource = json!({
        "resourceType": "Organization",
        "identifier": [{ "system": PROJECT_ID, "value": id, "period": { "start": instant(now) } }],
        "active": true,
        "type": [PROJECT.concept()],
        "name": new.name,
    });
    let description = new.description.as_ref().map(|text| json!({ "url": DESCRIPTION, "valueString": text }));
    let keeps = new.keep_images.then(|| json!({ "url": KEEPS_IMAGES, "valueBoolean": true }));
    let extensions: Vec<_> = description.into_iter().chain(keeps).collect();
    set(&mut resource, "extension", (!extensions.is_empty()).then(|| extensions.into()));
    set(&mut resource, "partOf", tenant.map(|tenant| json!({ "reference": tenant })));
    resource
}
