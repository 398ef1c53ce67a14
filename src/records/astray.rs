//! What a write of a Device or of a Patient does to the pods that it is about, in the write's own transaction (decision 37).
//!
//! By whichever door it is written, the row from which the judging of a pod's readings goes on has to follow. That takes the judging itself, so
//! that here it is only noted; until somebody had the row follow, nothing is taken in of the pod.

use serde_json::Value;

use super::{Error, Records, Version};
use crate::fhir::codes::continence::POD;
use crate::identity::{Caller, TenantId};
use crate::storage::gateway::nodes;
use crate::storage::{Connection, astray_pods as rows};

const DEVICE: &str = "Device";
const PATIENT: &str = "Patient";

impl Records {
    /// Notes the pods that those of the versions are about that are Devices or Patients. The key of a machine goes with its Device.
    pub(super) async fn follow_pods<'v>(
        &self,
        connection: &mut Connection,
        tenant: TenantId,
        versions: impl Iterator<Item = &'v Version>,
    ) -> Result<(), Error> {
        let (mut certain, mut devices, mut patients) = (Vec::new(), Vec::new(), Vec::new());
        for version in versions {
            match version.resource_type.as_str() {
                DEVICE if is_worn_pod(version) => certain.push(version.id.as_str()),
                DEVICE if version.number > 1 => devices.push(version.id.as_str()),
                PATIENT if version.number > 1 => patients.push(version.id.as_str()),
                _ => continue,
            }
            if version.resource_type == DEVICE && version.body.is_none() {
                nodes::remove(connection, tenant, &version.id).await?;
            }
        }
        if certain.is_empty() && devices.is_empty() && patients.is_empty() {
            return Ok(());
        }
        Ok(rows::note(connection, tenant, &certain, &devices, &patients).await?)
    }

    /// Which of these pods have to follow what was written.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn astray(&self, caller: &Caller, devices: &[&str]) -> Result<Vec<String>, Error> {
        let mut connection = self.store.alone(caller.tenant).await?;
        let found = rows::among(&mut connection, caller.tenant, devices).await;
        Ok(connection.finish(found).await?)
    }

    /// Pods of the caller's tenant that have to follow, so many at most.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn all_astray(&self, caller: &Caller, most: i64) -> Result<Vec<String>, Error> {
        let mut connection = self.store.alone(caller.tenant).await?;
        let found = rows::all(&mut connection, caller.tenant, most).await;
        Ok(connection.finish(found).await?)
    }

    /// The tenants that have such pods.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tenants_with_astray_pods(&self) -> Result<Vec<TenantId>, Error> {
        Ok(rows::tenants(&self.store).await?)
    }

    /// Takes the note of a pod away that is none any more and has no row.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_astray(&self, caller: &Caller, device: &str) -> Result<(), Error> {
        let mut connection = self.store.alone(caller.tenant).await?;
        let removed = rows::remove(&mut connection, caller.tenant, &[device]).await;
        Ok(connection.finish(removed).await?)
    }
}

/// Whether it is a pod that somebody is said to wear, who may not be the one that its row knows.
fn is_worn_pod(version: &Version) -> bool {
    let read = |body: &String| serde_json::from_str::<Value>(body).ok();
    // Reading is for those that may be one.
    let body = version.body.as_ref().filter(|body| body.contains("\"patient\"") && body.contains(POD.system));
    let is_pod = |device: Value| device.get("type").is_some_and(|concept| POD.is_in(concept));
    body.and_then(read).is_some_and(is_pod)
}
