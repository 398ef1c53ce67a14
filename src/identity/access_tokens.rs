//! Opaque bearer tokens for `/fhir`, given out by the operator or by the authorisation server.
//!
//! A process remembers a token that it found for five seconds. One that it takes back itself it forgets at once; of
//! one that another process takes back it learns when that time is over.

use std::borrow::Cow;
use std::sync::atomic::Ordering;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::oauth::web_session::may_go_on;
use super::purposes::{self, NotAPurpose, TREATMENT};
use super::scopes::{Context, NotAScope, Scope};
use super::{Account, Agent, Caller, Identity, Scopes, Surface, fingerprint};
use crate::core::Secret;
use crate::core::metrics::METRICS;
use crate::fhir::definitions;
use crate::storage::{
    Connection, StorageError, TenantId, access_tokens, accounts, mail_jobs, oauth, sign_in_counts, tenants,
};

/// Every token opens so, which lets a secret scanner know it.
const PREFIX: &str = "hyg_";

/// How long an operator's token is good for.
pub const LIFETIME_S: i64 = 12 * 60 * 60;

/// So many seconds a token that was found is not looked up again: the longest time that one works on after it was taken back.
const REMEMBERED_S: i64 = 5;
/// So many tokens are remembered.
pub(super) const REMEMBERED: usize = 10_000;

/// A token that was found.
#[derive(Clone)]
pub(super) struct Known {
    caller: Caller,
    until: DateTime<Utc>,
}

/// What a token is to be good for.
#[derive(Clone, Debug)]
pub(super) struct Given<'a> {
    pub(super) tenant: TenantId,
    pub(super) scope: &'a str,
    pub(super) lifetime_s: i64,
    /// The client that it is given to; none of an operator's.
    pub(super) client: Option<Uuid>,
    /// The person's grant that it is given for, with the person's account and the patient of the launch.
    pub(super) grant: Option<(Uuid, Uuid, Option<&'a str>)>,
    /// What it is for: a code of HL7's PurposeOfUse; treatment, where there is none.
    pub(super) purpose: Option<&'a str>,
}

/// Why no token was given out.
#[derive(Debug, thiserror::Error)]
pub enum NotIssued {
    /// A scope is not one.
    #[error(transparent)]
    Scope(#[from] NotAScope),
    /// There is no tenant of that name.
    #[error("there is no tenant named {0:?}")]
    Tenant(String),
    /// The purpose is not one.
    #[error(transparent)]
    Purpose(#[from] NotAPurpose),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// SHA-256 of access tokens whose rows have been removed, for [`Identity::forget_taken`]: what is remembered of them would hold on for
/// some seconds.
#[derive(Debug)]
#[must_use]
pub struct TakenBack(pub(crate) Vec<String>);

impl Identity {
    /// Makes a token with these scopes for a client of the tenant of that name.
    ///
    /// # Errors
    /// When a scope or the tenant is unknown, or the database fails.
    pub async fn issue_access_token(&self, tenant: &str, scope: &str) -> Result<Secret<String>, NotIssued> {
        self.issue_access_token_for(tenant, scope, None).await
    }

    /// The same for another purpose than treatment.
    ///
    /// # Errors
    /// When a scope, the tenant or the purpose is unknown, or the database fails.
    pub async fn issue_access_token_for(
        &self,
        tenant: &str,
        scope: &str,
        purpose: Option<&str>,
    ) -> Result<Secret<String>, NotIssued> {
        if let Some(purpose) = purpose {
            purposes::check(purpose)?;
        }
        let scopes = Scopes::parse(scope, definitions::is_resource_type)?;
        // All others need a person or a launch.
        if let Some(other) = scopes.iter().find(|scope| !is_of_system(scope)) {
            return Err(NotAScope(other.to_string()).into());
        }
        let found = tenants::find(&self.store, tenant).await?;
        let tenant = found.ok_or_else(|| NotIssued::Tenant(tenant.to_owned()))?;
        let mut transaction = self.store.begin(tenant).await?;
        let given = Given { tenant, scope, lifetime_s: LIFETIME_S, client: None, grant: None, purpose };
        let kept = self.give_access_token(&mut transaction, given).await;
        Ok(transaction.finish(kept).await?)
    }

    /// Makes a token in a transaction of its tenant.
    pub(super) async fn give_access_token(
        &self,
        connection: &mut Connection,
        given: Given<'_>,
    ) -> Result<Secret<String>, StorageError> {
        let token = format!("{PREFIX}{}", self.ids.random(32));
        let now = self.clock.now();
        let row = access_tokens::AccessToken {
            tenant: given.tenant.number(),
            id: self.ids.uuid(),
            hash: fingerprint(&token),
            scope: given.scope.to_owned(),
            created_at: now,
            expires_at: now + TimeDelta::seconds(given.lifetime_s),
            client: given.client,
            of_grant: given.grant.map(|(grant, _, _)| grant),
            account: given.grant.map(|(_, account, _)| account),
            patient: given.grant.and_then(|(_, _, patient)| patient).map(str::to_owned),
            purpose: given.purpose.map(str::to_owned),
        };
        access_tokens::insert(connection, &row).await?;
        Ok(Secret::new(token))
    }

    /// The caller with this token; none when it is unknown or expired.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn authenticate_client(&self, token: &str) -> Result<Option<Caller>, StorageError> {
        if !token.starts_with(PREFIX) {
            return Ok(None);
        }
        let hash = fingerprint(token);
        let now = self.clock.now();
        let known = self.tokens.get(&hash).filter(|known| now < known.until);
        METRICS.looked("access_tokens", known.is_some());
        if let Some(known) = known {
            return Ok(Some(known.caller));
        }
        let taken_back = self.taken_back.load(Ordering::SeqCst);
        let Some((row, account)) = self.find_token_and_account(&hash).await? else { return Ok(None) };
        let caller = caller(&row, account.as_ref())?;
        let until = row.expires_at.min(now + TimeDelta::seconds(REMEMBERED_S));
        self.tokens.insert(hash.clone(), Known { caller: caller.clone(), until });
        if self.taken_back.load(Ordering::SeqCst) != taken_back {
            // It may have been this one, between our reading and remembering it.
            self.tokens.remove(&hash);
        }
        Ok(Some(caller))
    }

    /// The row of a token that holds.
    pub(super) async fn find_access_token(
        &self,
        hash: &str,
    ) -> Result<Option<access_tokens::AccessToken>, StorageError> {
        Ok(self.find_token_and_account(hash).await?.map(|(row, _)| row))
    }

    /// The row of a token that holds, with the account of a person's. That holds no longer than the account can be used with the
    /// same password.
    async fn find_token_and_account(
        &self,
        hash: &str,
    ) -> Result<Option<(access_tokens::AccessToken, Option<Account>)>, StorageError> {
        let mut transaction = self.store.begin_presented(hash).await?;
        let found = access_tokens::find(&mut transaction, hash).await;
        let found = transaction.finish(found).await?.filter(|row| row.expires_at > self.clock.now());
        let Some(row) = found else { return Ok(None) };
        let Some(id) = row.account else { return Ok(Some((row, None))) };
        let tenant = TenantId::from_row(row.tenant);
        let mut transaction = self.store.begin(tenant).await?;
        let account = accounts::find(&mut transaction, tenant, id).await;
        let account = transaction.finish(account).await?;
        let account = account.filter(|account| may_go_on(account, row.created_at));
        Ok(account.map(|account| (row, Some(account))))
    }

    /// Forgets tokens that were taken back with an account.
    pub fn forget_taken(&self, taken: &TakenBack) {
        self.forget(&taken.0);
    }

    /// Forgets tokens whose rows have been removed.
    pub(super) fn forget(&self, hashes: &[String]) {
        self.taken_back.fetch_add(1, Ordering::SeqCst);
        for hash in hashes {
            self.tokens.remove(hash);
        }
    }

    /// Removes tokens, and what else ends, of all tenants, a day after it ended; says how many rows.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_ended_tokens(&self) -> Result<usize, StorageError> {
        let mut transaction = self.store.begin(TenantId::PLATFORM).await?;
        let removed = async {
            let tokens = oauth::remove_ended(&mut transaction).await?;
            let counts = sign_in_counts::remove_ended(&mut transaction, self.clock.now()).await?;
            let month_ago = self.clock.now() - TimeDelta::days(30);
            let mails = mail_jobs::remove_dead(&mut transaction, month_ago).await?;
            Ok(tokens.saturating_add(counts).saturating_add(mails))
        }
        .await;
        transaction.finish(removed).await
    }
}

fn is_of_system(scope: &Scope) -> bool {
    matches!(scope, Scope::Data(data) if data.context == Context::System)
}

/// Who calls with this token.
fn caller(row: &access_tokens::AccessToken, account: Option<&Account>) -> Result<Caller, StorageError> {
    let scopes = Scopes::parse(&row.scope, definitions::is_resource_type).map_err(|_| {
        StorageError::Corrupt { table: "access_token", column: "scope", row: row.id.to_string() }
    })?;
    let program = row.client.map(|client| format!("Device/{client}"));
    Ok(Caller {
        tenant: TenantId::from_row(row.tenant),
        agent: Agent::Client(row.client.unwrap_or(row.id)),
        actors: program.into_iter().chain(account.into_iter().flat_map(Account::actors)).collect(),
        on_behalf_of: row.account,
        scopes,
        patient: row.patient.clone(),
        purpose: row.purpose.clone().map_or(Cow::Borrowed(TREATMENT), Cow::Owned),
        ..Caller::anonymous(Surface::Fhir)
    })
}
