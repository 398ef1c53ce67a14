//! Subscriptions: two keys of 256 random bits, shown when they are made, kept as SHA-256.

use uuid::Uuid;

use super::{Subscription, Which};
use crate::core::Secret;
use crate::identity::{Account, Caller, Identity, fingerprint};
use crate::storage::audit::Note;
use crate::storage::gateway::subscriptions as rows;
use crate::storage::{StorageError, TenantId, accounts};

/// The word for what is changed, in the audit trail.
const KIND: &str = "subscription";
/// So many characters of a key are kept readable.
const SHOWN: usize = 6;

struct Key {
    text: String,
    hash: String,
    shown: String,
}

/// A new subscription, with both keys.
#[derive(Debug)]
pub struct Made {
    /// Its row.
    pub row: Subscription,
    /// The primary key.
    pub primary: Secret<String>,
    /// The secondary key.
    pub secondary: Secret<String>,
}

/// Why a key was not replaced.
#[derive(Debug, thiserror::Error)]
pub enum NotReplaced {
    /// The account has no such subscription.
    #[error("there is no such subscription")]
    Unknown,
    /// It is cancelled.
    #[error("the subscription is cancelled")]
    Cancelled,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Identity {
    /// Makes a subscription of an account. The `note` of it, as of each change, is kept with it or not at all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn make_subscription(
        &self,
        account: &Account,
        product: &str,
        name: &str,
        note: Note,
    ) -> Result<Made, StorageError> {
        let (primary, secondary) = (self.subscription_key(), self.subscription_key());
        let tenant = TenantId::from_row(account.tenant);
        let row = Subscription {
            tenant: account.tenant,
            id: self.ids.uuid(),
            account: account.id,
            product: product.to_owned(),
            name: name.to_owned(),
            primary_hash: primary.hash,
            secondary_hash: secondary.hash,
            primary_shown: primary.shown,
            secondary_shown: secondary.shown,
            created_at: self.clock.now(),
            cancelled_at: None,
        };
        let mut transaction = self.store.begin(tenant).await?;
        let kept = async {
            rows::insert(&mut transaction, &row).await?;
            note.add(&mut transaction, tenant, KIND, row.id).await
        }
        .await;
        transaction.finish(kept).await?;
        Ok(Made { row, primary: Secret::new(primary.text), secondary: Secret::new(secondary.text) })
    }

    /// The subscriptions of an account, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn subscriptions(&self, account: &Account) -> Result<Vec<Subscription>, StorageError> {
        let tenant = TenantId::from_row(account.tenant);
        let mut connection = self.store.alone(tenant).await?;
        let found = rows::list(&mut connection, tenant, account.id, None).await;
        connection.finish(found).await
    }

    /// Replaces one of a subscription's keys; the old one is dead at once, the other untouched.
    ///
    /// # Errors
    /// Why not.
    pub async fn replace_subscription_key(
        &self,
        account: &Account,
        id: Uuid,
        which: Which,
        note: Note,
    ) -> Result<(Subscription, Secret<String>), NotReplaced> {
        let (tenant, key) = (TenantId::from_row(account.tenant), self.subscription_key());
        let mut transaction = self.store.begin(tenant).await?;
        let replaced = async {
            let found = rows::list(&mut transaction, tenant, account.id, Some(id)).await?;
            let row = found.into_iter().next().ok_or(NotReplaced::Unknown)?;
            if !rows::set_key(&mut transaction, &row, which, (&key.hash, &key.shown)).await? {
                return Err(NotReplaced::Cancelled);
            }
            note.add(&mut transaction, tenant, KIND, id).await?;
            Ok(row)
        }
        .await;
        let row = transaction.finish(replaced).await?;
        Ok((row, Secret::new(key.text)))
    }

    /// Cancels a subscription; none when the account has no such one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn cancel_subscription(
        &self,
        account: &Account,
        id: Uuid,
        note: Note,
    ) -> Result<Option<Subscription>, StorageError> {
        let tenant = TenantId::from_row(account.tenant);
        let now = self.clock.now();
        let mut transaction = self.store.begin(tenant).await?;
        let cancelled = async {
            let found = rows::list(&mut transaction, tenant, account.id, Some(id)).await?;
            let Some(row) = found.into_iter().next() else { return Ok(None) };
            rows::cancel(&mut transaction, &row, now).await?;
            note.add(&mut transaction, tenant, KIND, id).await?;
            Ok(Some(Subscription { cancelled_at: row.cancelled_at.or(Some(now)), ..row }))
        }
        .await;
        transaction.finish(cancelled).await
    }

    /// The subscription with this key, and whose it is; none when the key is unknown, or the subscription or its owner's account is closed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn subscription_of_key(
        &self,
        caller: Caller,
        key: &str,
    ) -> Result<Option<(Caller, Subscription)>, StorageError> {
        let hash = fingerprint(key);
        let mut transaction = self.store.begin_presented(&hash).await?;
        let found = rows::find(&mut transaction, &hash).await;
        let Some(row) = transaction.finish(found).await?.filter(|row| row.cancelled_at.is_none()) else {
            return Ok(None);
        };
        let owner = self.open_account(&caller, TenantId::from_row(row.tenant), row.account).await?;
        Ok(owner.map(|owner| (Caller::of_account(caller.surface, &owner), row)))
    }

    /// The account with this id, if it can be used at the caller's surface.
    pub(super) async fn open_account(
        &self,
        caller: &Caller,
        tenant: TenantId,
        id: Uuid,
    ) -> Result<Option<Account>, StorageError> {
        let mut connection = self.store.alone(tenant).await?;
        let found = accounts::find(&mut connection, tenant, id).await;
        let found = connection.finish(found).await?;
        Ok(found.filter(|account| account.active && account.surface == caller.surface.as_str()))
    }

    fn subscription_key(&self) -> Key {
        let text = self.ids.random(32);
        Key { hash: fingerprint(&text), shown: text.chars().take(SHOWN).collect(), text }
    }
}
