//! Keys of machines that send what others measure: `nk_` and 256 random bits, shown once, kept as SHA-256.

use super::Node;
use crate::core::Secret;
use crate::identity::{Agent, Caller, Identity, Scopes, fingerprint};
use crate::storage::gateway::nodes as rows;
use crate::storage::{StorageError, TenantId};

/// How every key opens.
const PREFIX: &str = "nk_";

/// A machine with a key that is not kept yet.
#[derive(Clone, Debug)]
pub struct NewNode {
    /// The machine.
    pub node: Node,
    /// SHA-256 of its key, hexadecimal.
    pub hash: String,
}

impl Identity {
    /// A new key of a machine of the caller's tenant. It opens something once it is kept with what is written of the machine; then the last
    /// one is dead.
    #[must_use]
    pub fn new_node(&self, caller: &Caller, device: &str, organization: &str) -> (NewNode, Secret<String>) {
        let key = format!("{PREFIX}{}", self.ids.random(32));
        let node = Node {
            tenant: caller.tenant.number(),
            device: device.to_owned(),
            organization: organization.to_owned(),
            key: self.ids.uuid(),
        };
        (NewNode { node, hash: fingerprint(&key) }, Secret::new(key))
    }

    /// The machine with this key as a caller of the surface.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn authenticate_node(
        &self,
        caller: &Caller,
        key: &str,
    ) -> Result<Option<(Caller, Node)>, StorageError> {
        if !key.starts_with(PREFIX) {
            return Ok(None);
        }
        let hash = fingerprint(key);
        let mut transaction = self.store.begin_presented(&hash).await?;
        let found = rows::find(&mut transaction, &hash).await;
        let found = transaction.finish(found).await?;
        Ok(found.map(|node| {
            let caller = Caller {
                tenant: TenantId::from_row(node.tenant),
                agent: Agent::ApiKey(node.key),
                actors: vec![
                    format!("Organization/{}", node.organization),
                    format!("Device/{}", node.device),
                ],
                scopes: Scopes::all(),
                ..caller.clone()
            };
            (caller, node)
        }))
    }
}
