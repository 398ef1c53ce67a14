//! Linking applications to organisations, and taking that back.

use uuid::Uuid;

use super::applications::KIND;
use super::{Application, Link, Opens};
use crate::identity::{Caller, Identity};
use crate::storage::audit::Note;
use crate::storage::gateway::{applications, links};
use crate::storage::{StorageError, TenantId, tenants};

impl Identity {
    /// Links an application to what a code opens.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn link_application(
        &self,
        application: &Application,
        opens: &Opens,
        note: Note,
    ) -> Result<(), StorageError> {
        let home = TenantId::from_row(application.tenant);
        let mut transaction = self.store.begin(home).await?;
        let linked = async {
            note.add(&mut transaction, home, KIND, application.id).await?;
            tenants::turn_to(&mut transaction, TenantId::from_row(opens.tenant)).await?;
            links::add(&mut transaction, &self.link(application, opens)).await
        }
        .await;
        transaction.finish(linked).await
    }

    /// Takes a link of an application back. What the application asks for from then on finds it gone.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unlink_application(
        &self,
        application: &Application,
        link: &Link,
        note: Note,
    ) -> Result<(), StorageError> {
        let (home, of) = (TenantId::from_row(application.tenant), TenantId::from_row(link.tenant));
        let mut transaction = self.store.begin(home).await?;
        let removed = async {
            note.add(&mut transaction, home, KIND, application.id).await?;
            tenants::turn_to(&mut transaction, of).await?;
            links::remove(&mut transaction, of, &link.organization, application.id).await?;
            Ok::<_, StorageError>(())
        }
        .await;
        transaction.finish(removed).await
    }

    /// Which applications an organisation of the caller's tenant lets in, oldest link first, each with what it is where it is still there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn organisation_links(
        &self,
        caller: &Caller,
        organization: &str,
    ) -> Result<Vec<(Link, Option<Application>)>, StorageError> {
        let mut connection = self.store.alone(caller.tenant).await?;
        let found = links::of_organization(&mut connection, caller.tenant, organization).await;
        let mut all = Vec::new();
        for link in connection.finish(found).await? {
            // It may be another tenant's: its id is what presents it.
            let mut transaction = self.store.begin_presented(&link.application.to_string()).await?;
            let application = applications::find(&mut transaction, link.application).await;
            all.push((link, transaction.finish(application).await?));
        }
        Ok(all)
    }

    /// Has an organisation of the caller's tenant let an application in no more; whether it did.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn cut_link(
        &self,
        caller: &Caller,
        organization: &str,
        application: Uuid,
        note: Note,
    ) -> Result<bool, StorageError> {
        let mut transaction = self.store.begin(caller.tenant).await?;
        let removed = async {
            let is_cut = links::remove(&mut transaction, caller.tenant, organization, application).await?;
            if is_cut {
                note.add(&mut transaction, caller.tenant, KIND, application).await?;
            }
            Ok::<_, StorageError>(is_cut)
        }
        .await;
        transaction.finish(removed).await
    }

    pub(super) async fn application_links(&self, application: Uuid) -> Result<Vec<Link>, StorageError> {
        let mut transaction = self.store.begin_presented(&application.to_string()).await?;
        let found = links::of(&mut transaction, application).await;
        transaction.finish(found).await
    }

    pub(super) fn link(&self, application: &Application, opens: &Opens) -> Link {
        Link {
            tenant: opens.tenant,
            organization: opens.organization.clone(),
            application: application.id,
            linked_at: self.clock.now(),
        }
    }
}
