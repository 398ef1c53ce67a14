//! Applications: an id that is no secret, and a key of 256 random bits that is shown once and kept as SHA-256.

use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::{Application, Link, Opens};
use crate::core::Secret;
use crate::identity::{Account, Agent, Caller, Identity, Scopes, fingerprint};
use crate::storage::audit::Note;
use crate::storage::gateway::{applications as rows, links};
use crate::storage::{Connection, StorageError, TenantId, tenants};

/// The word for what is changed, in the audit trail.
pub(super) const KIND: &str = "application";

/// An application, and the organisations that let it in.
#[derive(Clone, Debug)]
pub struct Admitted {
    /// Its row.
    pub application: Application,
    /// The links, oldest first.
    pub links: Vec<Link>,
}

impl Admitted {
    /// The application as a caller of the surface, in its own tenant.
    #[must_use]
    pub fn caller(&self, caller: &Caller) -> Caller {
        Caller {
            tenant: TenantId::from_row(self.application.tenant),
            agent: Agent::Client(self.application.id),
            on_behalf_of: Some(self.application.account),
            scopes: Scopes::all(),
            ..caller.clone()
        }
    }
}

impl Identity {
    /// Registers an application of an account, and links it where a code opens something. All of it, or nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn make_application(
        &self,
        account: &Account,
        (name, kind): (&str, &str),
        opens: Option<&Opens>,
        note: Note,
    ) -> Result<(Admitted, Secret<String>), StorageError> {
        let (tenant, key) = (TenantId::from_row(account.tenant), self.ids.random(32));
        let application = Application {
            tenant: account.tenant,
            id: self.ids.uuid(),
            account: account.id,
            name: name.to_owned(),
            kind: kind.to_owned(),
            key_hash: fingerprint(&key),
            created_at: self.clock.now(),
        };
        let links: Vec<_> = opens.map(|opens| self.link(&application, opens)).into_iter().collect();
        let mut transaction = self.store.begin(tenant).await?;
        let kept = async {
            rows::insert(&mut transaction, &application).await?;
            note.add(&mut transaction, tenant, KIND, application.id).await?;
            for link in &links {
                tenants::turn_to(&mut transaction, TenantId::from_row(link.tenant)).await?;
                links::add(&mut transaction, link).await?;
            }
            Ok::<_, StorageError>(())
        }
        .await;
        transaction.finish(kept).await?;
        Ok((Admitted { application, links }, Secret::new(key)))
    }

    /// The applications of an account, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn applications(&self, account: &Account) -> Result<Vec<Admitted>, StorageError> {
        let tenant = TenantId::from_row(account.tenant);
        let mut connection = self.store.alone(tenant).await?;
        let found = rows::list(&mut connection, tenant, account.id, None).await;
        let mut all = Vec::new();
        for application in connection.finish(found).await? {
            let links = self.application_links(application.id).await?;
            all.push(Admitted { application, links });
        }
        Ok(all)
    }

    /// The application of an account with this id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn application(&self, account: &Account, id: Uuid) -> Result<Option<Admitted>, StorageError> {
        let tenant = TenantId::from_row(account.tenant);
        let mut connection = self.store.alone(tenant).await?;
        let found = rows::list(&mut connection, tenant, account.id, Some(id)).await;
        let Some(application) = connection.finish(found).await?.into_iter().next() else { return Ok(None) };
        let links = self.application_links(id).await?;
        Ok(Some(Admitted { application, links }))
    }

    /// Replaces the key of an application; the old one is dead at once. Tokens that it fetched before go on to their end.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn replace_application_key(
        &self,
        application: &Application,
        note: Note,
    ) -> Result<Secret<String>, StorageError> {
        let (tenant, key) = (TenantId::from_row(application.tenant), self.ids.random(32));
        let mut transaction = self.store.begin(tenant).await?;
        let replaced = async {
            rows::set_key(&mut transaction, application, &fingerprint(&key)).await?;
            note.add(&mut transaction, tenant, KIND, application.id).await
        }
        .await;
        transaction.finish(replaced).await?;
        Ok(Secret::new(key))
    }

    /// The application with this id and key, if its owner's account can be used. What is wrong with them is not told.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn authenticate_application(
        &self,
        caller: &Caller,
        id: &str,
        key: &Secret<String>,
    ) -> Result<Option<Admitted>, StorageError> {
        let Ok(id) = Uuid::try_parse(id) else { return Ok(None) };
        let found = self.admitted(caller, id).await?;
        let given = fingerprint(key.expose());
        Ok(found.filter(|one| bool::from(one.application.key_hash.as_bytes().ct_eq(given.as_bytes()))))
    }

    /// The application with this id, as it is admitted now; none where its owner's account cannot be used.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn admitted(&self, caller: &Caller, id: Uuid) -> Result<Option<Admitted>, StorageError> {
        let mut transaction = self.store.begin_presented(&id.to_string()).await?;
        let found = admitted(&mut transaction, id).await;
        let Some(found) = transaction.finish(found).await? else { return Ok(None) };
        let tenant = TenantId::from_row(found.application.tenant);
        let owner = self.open_account(caller, tenant, found.application.account).await?;
        Ok(owner.map(|_| found))
    }
}

async fn admitted(connection: &mut Connection, id: Uuid) -> Result<Option<Admitted>, StorageError> {
    let Some(application) = rows::find(connection, id).await? else { return Ok(None) };
    Ok(Some(Admitted { application, links: links::of(connection, id).await? }))
}
