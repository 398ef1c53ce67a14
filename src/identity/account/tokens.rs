//! Secrets that stand for an account for a while: random, good once, kept as SHA-256.

use chrono::TimeDelta;

use crate::core::Secret;
use crate::identity::oauth::web_session::may_go_on;
use crate::identity::{Account, Identity, fingerprint};
use crate::storage::account_tokens::{self, AccountToken};
use crate::storage::{Connection, StorageError, TenantId, accounts};

/// What a secret is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::identity) enum Purpose {
    /// To show that the mail came to the person.
    Verify,
    /// To set a new password.
    Reset,
    /// To go on from the password to the second factor.
    Code,
}

impl Purpose {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Reset => "reset",
            Self::Code => "code",
        }
    }

    fn lifetime(self) -> TimeDelta {
        match self {
            Self::Verify => TimeDelta::hours(24),
            Self::Reset => TimeDelta::hours(1),
            Self::Code => TimeDelta::minutes(5),
        }
    }
}

impl Identity {
    /// Makes a secret for an account, in a transaction of its tenant.
    pub(in crate::identity) async fn make_account_token(
        &self,
        connection: &mut Connection,
        account: &Account,
        purpose: Purpose,
    ) -> Result<Secret<String>, StorageError> {
        let (token, now) = (self.ids.random(32), self.clock.now());
        let row = AccountToken {
            tenant: account.tenant,
            hash: fingerprint(&token),
            account: account.id,
            purpose: purpose.as_str().to_owned(),
            created_at: now,
            expires_at: now + purpose.lifetime(),
        };
        account_tokens::insert(connection, &row).await?;
        Ok(Secret::new(token))
    }

    /// The account that a secret stands for, where it is good for this still. It is not used up by that.
    pub(in crate::identity) async fn account_by_token(
        &self,
        token: &str,
        purpose: Purpose,
    ) -> Result<Option<(AccountToken, Account)>, StorageError> {
        let hash = fingerprint(token);
        let mut transaction = self.store.begin_presented(&hash).await?;
        let found = account_tokens::find(&mut transaction, &hash).await;
        let found = transaction.finish(found).await?;
        let is_good =
            |row: &AccountToken| row.purpose == purpose.as_str() && row.expires_at > self.clock.now();
        let Some(row) = found.filter(is_good) else { return Ok(None) };
        let tenant = TenantId::from_row(row.tenant);
        let mut transaction = self.store.begin(tenant).await?;
        let account = accounts::find(&mut transaction, tenant, row.account).await;
        let account = transaction.finish(account).await?;
        // What was mailed before the password was changed is not to change it again.
        Ok(account.filter(|account| may_go_on(account, row.created_at)).map(|account| (row, account)))
    }
}
