//! What has access to an account: browsers that are signed in, and apps that the person allowed.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::identity::Identity;
use crate::identity::oauth::code::take_back;
use crate::identity::oauth::web_session::{SignedInBrowser, may_go_on};
use crate::storage::oauth::grants;
use crate::storage::oauth::web_sessions::{self, WebSession};
use crate::storage::{StorageError, TenantId};

pub use crate::storage::oauth::web_sessions::Which;

/// A browser that is signed in.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its id.
    pub id: Uuid,
    /// The browser's name.
    pub browser: Option<String>,
    /// Where the person signed in from.
    pub address: Option<String>,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// An app that a person allowed something.
#[derive(Clone, Debug)]
pub struct AllowedApp {
    /// The grant's id.
    pub id: Uuid,
    /// The app's name.
    pub name: String,
    /// The scopes.
    pub scope: String,
    /// What it may want data for.
    pub purposes: Vec<String>,
    /// Id of the Patient that it is about.
    pub patient: Option<String>,
    /// Since when.
    pub since: DateTime<Utc>,
}

impl Identity {
    /// The browsers and the apps that have access to the person's account, the latest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn access_of(
        &self,
        browser: &SignedInBrowser,
    ) -> Result<(Vec<Session>, Vec<AllowedApp>), StorageError> {
        let (tenant, id, now) = (tenant(browser), browser.account.id, self.clock.now());
        let mut transaction = self.store.begin(tenant).await?;
        let found = async {
            let sessions = web_sessions::of_account(&mut transaction, tenant, id, now).await?;
            let grants = grants::of_account(&mut transaction, tenant, id, now).await?;
            Ok::<_, StorageError>((sessions, grants))
        }
        .await;
        let (sessions, granted) = transaction.finish(found).await?;
        let is_alive = |session: &WebSession| may_go_on(&browser.account, session.created_at);
        let session = |row: WebSession| Session {
            id: row.id,
            browser: row.browser,
            address: row.address,
            since: row.created_at,
        };
        let app = |(row, name): (grants::GrantRow, String)| AllowedApp {
            id: row.id,
            name,
            scope: row.scope,
            purposes: row.purposes,
            patient: row.patient,
            since: row.code_used_at.unwrap_or(row.code_expires_at),
        };
        let granted = granted.into_iter().filter(|(row, _)| may_go_on(&browser.account, row.signed_in_at));
        Ok((sessions.into_iter().filter(is_alive).map(session).collect(), granted.map(app).collect()))
    }

    /// Ends sessions of the person; says whether there were any.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_sessions(&self, browser: &SignedInBrowser, which: Which) -> Result<bool, StorageError> {
        let tenant = tenant(browser);
        let mut transaction = self.store.begin(tenant).await?;
        let ended =
            web_sessions::remove_of_account(&mut transaction, tenant, browser.account.id, which).await;
        transaction.finish(ended).await
    }

    /// Takes back what the person allowed an app, with all that was given for it; says whether there was anything.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_back_from_app(
        &self,
        browser: &SignedInBrowser,
        grant: Uuid,
    ) -> Result<bool, StorageError> {
        let tenant = tenant(browser);
        let mut transaction = self.store.begin(tenant).await?;
        let taken = async {
            let found = grants::find_locked(&mut transaction, tenant, grant).await?;
            match found.filter(|found| found.account == browser.account.id) {
                Some(found) => take_back(&mut transaction, tenant, found.id).await.map(Some),
                None => Ok(None),
            }
        }
        .await;
        let taken = transaction.finish(taken).await?;
        if let Some(tokens) = &taken {
            self.forget(tokens);
        }
        Ok(taken.is_some())
    }
}

fn tenant(browser: &SignedInBrowser) -> TenantId {
    TenantId::from_row(browser.account.tenant)
}
