//! API keys (contract SS-45 to SS-47). Keys are no FHIR resources: `identity` keeps their hashes.

pub mod generate;
pub mod list;
pub mod revoke;
pub mod rotate;

use crate::core::Secret;
use crate::identity::api_keys::ApiKey;
use crate::identity::{Caller, Identity};
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::wire;

/// The key with this id in the caller's tenant and surface.
///
/// # Errors
/// [`Refusal::NotFound`] for another tenant's and for what does not exist alike.
async fn find(identity: &Identity, caller: &Caller, id: &str) -> Result<ApiKey, Refusal> {
    let keys = identity.api_keys(caller).await?;
    keys.into_iter().find(|key| key.id.to_string() == id).ok_or(Refusal::NotFound)
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
