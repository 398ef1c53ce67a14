//! API keys (contract SS-45 to SS-47). Keys are no FHIR resources: `identity` keeps their hashes.

pub mod generate;
pub mod list;
pub mod revoke;
pub mod rotate;

use uuid::Uuid;

use crate::core::Secret;
use crate::identity::api_keys::ApiKey;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::wire;

/// The id of an address.
///
/// # Errors
/// [`Refusal::NotFound`] for what no key can have.
fn id(text: &str) -> Result<Uuid, Refusal> {
    Uuid::try_parse(text).map_err(|_| Refusal::NotFound)
}

/// A key as it is listed.
fn listed(key: &ApiKey) -> wire::ApiKey {
    wire::ApiKey {
        id: key.id.to_string(),
        name: key.name.clone(),
        project_id: key.project.clone(),
        key_prefix: key.prefix.clone(),
        status: if key.revoked_at.is_some() { wire::KeyStatus::Revoked } else { wire::KeyStatus::Active },
        created_at: key.created_at,
        last_used_at: key.last_used_at,
    }
}

/// A new key, with its secret.
fn shown(key: &ApiKey, secret: &Secret<String>) -> wire::ShownApiKeyAnswer {
    wire::ShownApiKeyAnswer {
        success: true,
        api_key: wire::ShownApiKey {
            id: key.id.to_string(),
            key: secret.expose().clone(),
            project_id: key.project.clone(),
            name: key.name.clone(),
        },
    }
}
