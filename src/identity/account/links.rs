//! The providers by which a person signs in, beside the password.

use chrono::{DateTime, Utc};
use url::Url;

use super::mails::{MailKind, to_account};
use crate::identity::oauth::web_session::SignedInBrowser;
use crate::identity::{Agent, Identity};
use crate::storage::audit::Note;
use crate::storage::federation::identities::{self, Identity as Row};
use crate::storage::federation::{sessions, steps};
use crate::storage::oauth::web_sessions;
use crate::storage::{Connection, StorageError, TenantId, mail_jobs};

/// Somebody at a provider to whom an account is linked.
#[derive(Clone, Debug)]
pub struct Link {
    /// What it is known by.
    pub id: String,
    /// The provider's name, as people read it.
    pub provider: String,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// What became of a link that was to be removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// It is gone.
    Removed,
    /// It stays: without it, the person could not sign in any more.
    Last,
    /// The account has none of that id.
    Unknown,
}

impl Identity {
    /// Whom providers know as the person, the oldest link first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn links_of(&self, browser: &SignedInBrowser) -> Result<Vec<Link>, StorageError> {
        let tenant = TenantId::from_row(browser.account.tenant);
        let mut transaction = self.store.begin(tenant).await?;
        let rows = identities::of_account(&mut transaction, tenant, browser.account.id).await;
        let rows = transaction.finish(rows).await?;
        let link = |row: Row| Link {
            provider: self.federation.label(&row.issuer).map_or_else(|| host(&row.issuer), str::to_owned),
            id: row.hash,
            since: row.linked_at,
        };
        Ok(rows.into_iter().map(link).collect())
    }

    /// Removes a link of the person, and ends the sessions in other browsers that began with it. The last way to sign in stays.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove_link(
        &self,
        browser: &SignedInBrowser,
        id: &str,
        note: Note,
    ) -> Result<Removal, StorageError> {
        let (tenant, account) = (TenantId::from_row(browser.account.tenant), browser.account.id);
        let mut transaction = self.store.begin(tenant).await?;
        let removed = async {
            let removal = self.without(&mut transaction, browser, id).await?;
            if removal == Removal::Removed {
                note.add(&mut transaction, tenant, Agent::Account(account).kind(), account).await?;
            }
            Ok(removal)
        }
        .await;
        transaction.finish(removed).await
    }

    async fn without(
        &self,
        connection: &mut Connection,
        browser: &SignedInBrowser,
        id: &str,
    ) -> Result<Removal, StorageError> {
        let account = &browser.account;
        let tenant = TenantId::from_row(account.tenant);
        web_sessions::lock_of_account(connection, tenant, account.id).await?;
        let begun = sessions::begun_with(connection, tenant, account.id, id).await?;
        // Locked, so that of two links that are removed at the same time one stays.
        let links = identities::lock_of_account(connection, tenant, account.id).await?;
        if !links.iter().any(|link| link.hash == id) {
            return Ok(Removal::Unknown);
        }
        // One at a provider that is not set up any more lets nobody in.
        let lets_in = |link: &&Row| link.hash != id && self.federation.label(&link.issuer).is_some();
        if account.passwordless && !links.iter().any(|link| lets_in(&link)) {
            return Ok(Removal::Last);
        }
        for session in begun.into_iter().filter(|session| *session != browser.id) {
            web_sessions::remove(connection, tenant, session).await?;
        }
        // A sign-in with it that still waits for the second factor ends too.
        steps::end_of_account(connection, tenant, account.id, id).await?;
        identities::remove(connection, tenant, id).await?;
        let job = to_account(MailKind::Changed, account, self.ids.uuid(), self.clock.now());
        mail_jobs::add(connection, &job).await?;
        Ok(Removal::Removed)
    }
}

/// What is told of a provider that is not set up any more.
fn host(issuer: &str) -> String {
    let url = Url::parse(issuer).ok();
    url.as_ref().and_then(Url::host_str).unwrap_or(issuer).to_owned()
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn a_provider_without_a_label_is_known_by_its_host() {
        assert_eq!(host("https://accounts.example.org/realm"), "accounts.example.org");
        assert_eq!(host("gone"), "gone");
    }
}
