//! What an export holds and for whom, as it is kept until the export is made.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::fhir::ResourceType;
use crate::fhir::definitions::is_resource_type;
use crate::identity::{Agent, Caller, Scopes, Surface, TenantId};
use crate::records::Error;

/// What an export holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// The whole URL of the request.
    pub request: String,
    /// The base of this server's own URLs.
    pub base_url: String,
    /// Resources of these types.
    pub types: Vec<String>,
    /// Of whom.
    pub whose: Whose,
    /// Type and query: of a type with queries, only what one of them finds.
    pub filters: Vec<(String, String)>,
    /// Only what changed after this time.
    pub since: Option<DateTime<Utc>>,
    /// Only what changed before this time.
    pub until: Option<DateTime<Utc>>,
    /// Only these elements; all, where there are none.
    pub elements: Vec<String>,
    /// What of the request was passed over.
    pub notes: Vec<String>,
}

/// Whose resources.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Whose {
    /// Anybody's and nobody's.
    All,
    /// Those of patients.
    Patients,
    /// Those of the patients with these addresses.
    These(Vec<i64>),
}

/// With which rights it was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedBy {
    client: Uuid,
    person: Option<Uuid>,
    scope: String,
    actors: Vec<String>,
    purpose: String,
}

impl AskedBy {
    /// Of this exporter.
    pub fn of(exporter: &Caller) -> Result<Self, Error> {
        Ok(Self {
            client: exporter.agent.id().ok_or(Error::Forbidden)?,
            person: exporter.on_behalf_of,
            scope: exporter.scopes.to_string(),
            actors: exporter.actors.clone(),
            purpose: exporter.purpose.clone().into_owned(),
        })
    }

    /// The exporter again.
    pub fn caller(self, tenant: TenantId) -> Result<Caller, Error> {
        Ok(Caller {
            tenant,
            agent: Agent::Client(self.client),
            on_behalf_of: self.person,
            scopes: Scopes::parse(&self.scope, is_resource_type).map_err(Error::internal)?,
            actors: self.actors,
            purpose: Cow::Owned(self.purpose),
            quiet: true,
            ..Caller::anonymous(Surface::Fhir)
        })
    }
}

impl Wanted {
    /// The types, read.
    pub fn resource_types(&self) -> Result<Vec<ResourceType>, Error> {
        let read = |name: &String| ResourceType::parse(name).ok_or_else(|| Error::internal("a type of R4"));
        self.types.iter().map(read).collect()
    }

    /// As it is kept.
    pub fn written<T: Serialize>(value: &T) -> Result<String, Error> {
        serde_json::to_string(value).map_err(Error::internal)
    }

    /// As it was kept.
    pub fn read(text: &str) -> Result<Self, Error> {
        serde_json::from_str(text).map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asked_is_the_same_after_being_kept() {
        let scope = "system/Patient.rs system/Observation.rs?category=laboratory";
        let caller = Caller {
            tenant: TenantId::DEFAULT,
            agent: Agent::Client(Uuid::max()),
            scopes: Scopes::parse(scope, is_resource_type).unwrap(),
            actors: vec!["Device/x".to_owned()],
            purpose: Cow::Borrowed("HRESCH"),
            ..Caller::anonymous(Surface::Fhir)
        };
        let kept = Wanted::written(&AskedBy::of(&caller).unwrap()).unwrap();
        let again: AskedBy = serde_json::from_str(&kept).unwrap();
        let again = again.caller(TenantId::DEFAULT).unwrap();
        assert_eq!((again.agent, again.scopes, again.actors), (caller.agent, caller.scopes, caller.actors));
        assert_eq!((again.purpose, again.patient, again.tenant), (caller.purpose, None, caller.tenant));
    }
}
