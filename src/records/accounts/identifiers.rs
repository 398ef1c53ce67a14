//! What APIs call the person with an account: their id of it, as an identifier of the person's Practitioner.

use serde_json::{Value, json};

use crate::core::object_id;
use crate::identity::{Account, Surface};

/// The identifiers of the person with these accounts, one for each vendor's API.
pub(super) fn of(accounts: &[Account]) -> Vec<Value> {
    let identifier = |account: &Account| {
        let surface = Surface::VENDORS.into_iter().find(|surface| surface.as_str() == account.surface)?;
        let value = match surface {
            Surface::ImageMedix => object_id::of(&account.practitioner),
            Surface::Fhir | Surface::Operator | Surface::SmartScan | Surface::Smartz | Surface::Hemato => {
                account.id.to_string()
            }
        };
        Some(json!({ "system": format!("urn:vendor:{}:user", surface.as_str()), "value": value }))
    };
    accounts.iter().filter_map(identifier).collect()
}
