//! With whose rights somebody is told: those of who asked for it, as they are when it is told.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::fhir::definitions::is_resource_type;
use crate::identity::{Agent, Caller, Scopes, Surface, TenantId};
use crate::records::Error;
use crate::storage::Connection;
use crate::storage::subscriptions::askers::{self as rows, Asker, Standing};

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
    pub async fn of(caller: &Caller, connection: &mut Connection, now: DateTime<Utc>) -> Result<Self, Error> {
        let (client, person) = who(caller);
        let mut owner = Self {
            client,
            is_registered: true,
            person,
            scope: caller.scopes.to_string(),
            patient: caller.patient.clone(),
            actors: caller.actors.clone(),
            purpose: caller.purpose.clone().into_owned(),
        };
        let standing = owner.standing(caller.tenant, connection, now).await?;
        owner.is_registered = client.is_some() && standing.is_some_and(|standing| standing.is_there);
        Ok(owner)
    }

    /// Whether the caller is this client, for this person.
    pub fn is(&self, caller: &Caller) -> bool {
        let known = (self.client, self.person);
        known != (None, None) && known == who(caller)
    }

    /// The caller again, with what is left of their rights; none where they are not let in any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn caller(
        &self,
        tenant: TenantId,
        connection: &mut Connection,
        now: DateTime<Utc>,
    ) -> Result<Option<Caller>, Error> {
        let standing = self.standing(tenant, connection, now).await?;
        standing.map_or(Ok(None), |standing| self.caller_by(tenant, &standing))
    }

    async fn standing(
        &self,
        tenant: TenantId,
        connection: &mut Connection,
        now: DateTime<Utc>,
    ) -> Result<Option<Standing>, Error> {
        Ok(standings(tenant, connection, &[self], now).await?.pop())
    }

    /// The caller again, by what they have now.
    ///
    /// # Errors
    /// When what is kept are no scopes, which cannot be.
    pub fn caller_by(&self, tenant: TenantId, standing: &Standing) -> Result<Option<Caller>, Error> {
        let Some(scope) = self.scope_by(standing) else { return Ok(None) };
        let agent = match (self.client, self.person) {
            (Some(client), _) => Agent::Client(client),
            (None, Some(person)) => Agent::Account(person),
            (None, None) => Agent::Anonymous,
        };
        Ok(Some(Caller {
            tenant,
            agent,
            on_behalf_of: self.person.filter(|_| self.client.is_some()),
            scopes: Scopes::parse(&scope, is_resource_type).map_err(Error::internal)?,
            patient: self.patient.clone(),
            actors: self.actors.clone(),
            purpose: Cow::Owned(self.purpose.clone()),
            operation: Some(NOTIFICATION),
            ..Caller::anonymous(Surface::Fhir)
        }))
    }

    /// What is left of the scopes: no more than the client may ask for now, and a person's app no more than the person grants it still. None
    /// where nobody is let in.
    fn scope_by(&self, standing: &Standing) -> Option<String> {
        let of = |allowed: Option<&str>, scope: &str| -> Option<String> {
            let allowed = Scopes::parse(allowed?, is_resource_type).ok()?;
            Some(allowed.grant(scope, is_resource_type).ok()?.join(" "))
        };
        if !standing.is_there {
            return None;
        }
        if self.client.is_none() || !self.is_registered {
            return Some(self.scope.clone());
        }
        let scope = of(standing.of_client.as_deref(), &self.scope)?;
        if self.person.is_some() { of(standing.granted.as_deref(), &scope) } else { Some(scope) }
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

/// The client and the person of a caller.
fn who(caller: &Caller) -> (Option<Uuid>, Option<Uuid>) {
    match &caller.agent {
        Agent::Client(client) => (Some(*client), caller.on_behalf_of),
        Agent::Account(person) => (None, Some(*person)),
        Agent::ApiKey(_) | Agent::Anonymous | Agent::System => (None, caller.on_behalf_of),
    }
}

/// What these have now, in their order.
///
/// # Errors
/// When the database fails.
pub async fn standings(
    tenant: TenantId,
    connection: &mut Connection,
    owners: &[&Owner],
    now: DateTime<Utc>,
) -> Result<Vec<Standing>, Error> {
    let text = |id: Option<Uuid>| id.map(|id| id.to_string());
    let ids: Vec<_> = owners
        .iter()
        .map(|owner| (text(owner.client.filter(|_| owner.is_registered)), text(owner.person)))
        .collect();
    let askers: Vec<_> = owners
        .iter()
        .zip(&ids)
        .map(|(owner, (client, account))| Asker {
            client: client.as_deref(),
            account: account.as_deref(),
            patient: owner.patient.as_deref(),
        })
        .collect();
    Ok(rows::standings(connection, tenant, &askers, now).await?)
}

/// What the audit trail calls that somebody was told of a resource.
pub const NOTIFICATION: &str = "notification";
