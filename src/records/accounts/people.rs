//! Adding people to a tenant, who sign in to grant apps access to `/fhir`.

use super::{Employer, NotOpened, Person, Standing};
use crate::fhir::ResourceType;
use crate::identity::{Account, Caller, Surface};
use crate::records::{Error, Records};
use crate::storage::{TenantId, accounts as rows, tenants};

/// Why nobody was added.
#[derive(Debug, thiserror::Error)]
pub enum NotAdded {
    /// There is no tenant of that name.
    #[error("there is no tenant named {0:?}")]
    Tenant(String),
    /// The tenant has no such Patient.
    #[error("the tenant has no Patient with the id {0:?}")]
    Patient(String),
    /// No account was opened.
    #[error(transparent)]
    Account(#[from] NotOpened),
}

impl Records {
    /// Adds a person to the tenant of that name: a practitioner, or the Patient with this id.
    ///
    /// # Errors
    /// Why nobody was added; then nothing is kept.
    pub async fn add_person(
        &self,
        tenant: &str,
        person: &Person,
        patient: Option<String>,
    ) -> Result<Account, NotAdded> {
        let found = tenants::find(&self.store, tenant).await.map_err(NotOpened::from)?;
        let tenant = found.ok_or_else(|| NotAdded::Tenant(tenant.to_owned()))?;
        let caller = Caller::system(tenant, Surface::Fhir).doing("register");
        let standing = Standing {
            role: "user",
            specialty: None,
            plan: "free",
            employer: Employer::Unknown,
            regions: &[],
            signs_up: false,
            passwordless: false,
        };
        let Some(id) = patient else {
            return Ok(self.open_beside(&caller, Surface::Fhir, person, &standing).await?);
        };
        self.check_patient(tenant, &id).await?;
        Ok(self.add_patient(&caller, person, &standing, id).await?)
    }

    /// A patient has no Practitioner, but is the Patient.
    async fn add_patient(
        &self,
        caller: &Caller,
        person: &Person,
        standing: &Standing<'_>,
        id: String,
    ) -> Result<Account, NotOpened> {
        let person = person.checked(Surface::Fhir).await?;
        let mut transaction = self.store.begin(caller.tenant).await?;
        let added = async {
            let account = self.add(&mut transaction, caller, Surface::Fhir, &person, standing, "").await?;
            rows::is_patient(&mut transaction, caller.tenant, account.id, &id).await?;
            Ok(Account { patient: Some(id), ..account })
        }
        .await;
        transaction.finish(added).await
    }

    async fn check_patient(&self, tenant: TenantId, id: &str) -> Result<(), NotAdded> {
        let caller = Caller::system(tenant, Surface::Fhir).doing("register");
        let patient = ResourceType::parse("Patient").ok_or_else(|| Error::internal("R4 has Patients"));
        match self.read(&caller, patient.map_err(NotOpened::from)?, id).await {
            Ok(_) => Ok(()),
            Err(Error::NotFound | Error::Gone | Error::BadRequest(..)) => {
                Err(NotAdded::Patient(id.to_owned()))
            }
            Err(other) => Err(NotOpened::from(other).into()),
        }
    }
}
