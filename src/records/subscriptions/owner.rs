//! With whose rights somebody is told: those of who asked for it, as they are when it is told.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::fhir::definitions::is_resource_type;
use crate::identity::{Agent, Caller, Scopes, Surface, TenantId};
use crate::records::Error;
use crate::storage::{Connection, subscriptions as rows};

/// Who asked, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    client: Option<Uuid>,
    /// Whether the client is one that is registered, and can be removed.
    is_registered: bool,
    person: Option<Uuid>,
    scope: String,
    patient: Option<String>,
    actors: Vec<String>,
    purpose: String,
}

impl Owner {
    /// This caller.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(caller: &Caller, connection: &mut Connection) -> Result<Self, Error> {
        let (client, person) = match &caller.agent {
            Agent::Client(client) => (Some(*client), caller.on_behalf_of),
            Agent::Account(person) => (None, Some(*person)),
            Agent::ApiKey(_) | Agent::Anonymous | Agent::System => (None, caller.on_behalf_of),
        };
        let mut owner = Self {
            client,
            is_registered: true,
            person,
            scope: caller.scopes.to_string(),
            patient: caller.patient.clone(),
            actors: caller.actors.clone(),
            purpose: caller.purpose.clone().into_owned(),
        };
        owner.is_registered = client.is_some() && owner.is_there(caller.tenant, connection).await?;
        Ok(owner)
    }

    /// Whether whoever asked is still let in: the client is not removed, and the person may sign in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_there(&self, tenant: TenantId, connection: &mut Connection) -> Result<bool, Error> {
        let client = self.client.filter(|_| self.is_registered).map(|id| id.to_string());
        let person = self.person.map(|id| id.to_string());
        Ok(rows::are_there(connection, tenant, (client.as_deref(), person.as_deref())).await?)
    }

    /// The caller again.
    ///
    /// # Errors
    /// When what is kept are no scopes, which cannot be.
    pub fn caller(&self, tenant: TenantId) -> Result<Caller, Error> {
        let agent = match (self.client, self.person) {
            (Some(client), _) => Agent::Client(client),
            (None, Some(person)) => Agent::Account(person),
            (None, None) => Agent::Anonymous,
        };
        Ok(Caller {
            tenant,
            agent,
            on_behalf_of: self.person.filter(|_| self.client.is_some()),
            scopes: Scopes::parse(&self.scope, is_resource_type).map_err(Error::internal)?,
            patient: self.patient.clone(),
            actors: self.actors.clone(),
            purpose: Cow::Owned(self.purpose.clone()),
            operation: Some(NOTIFICATION),
            ..Caller::anonymous(Surface::Fhir)
        })
    }

    /// As it is kept.
    ///
    /// # Errors
    /// Never, for it is plain text.
    pub fn written(&self) -> Result<String, Error> {
        serde_json::to_string(self).map_err(Error::internal)
    }

    /// As it was kept.
    ///
    /// # Errors
    /// When it was not.
    pub fn read(text: &str) -> Result<Self, Error> {
        serde_json::from_str(text).map_err(Error::internal)
    }
}

/// What the audit trail calls that somebody was told of a resource.
pub const NOTIFICATION: &str = "notification";
