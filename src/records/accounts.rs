//! Opening an account: its row, and the Practitioner, role and Organization that stand for it in FHIR.

use serde_json::{Value, json};

use super::transact::Write;
use super::{Error, Records};
use crate::core::Secret;
use crate::identity::passwords::{self, Weak};
use crate::identity::{Account, Caller, Surface};
use crate::storage::{Connection, StorageError, TenantId, accounts as rows, tenants};

/// Somebody who is to have an account.
#[derive(Clone, Debug)]
pub struct Person {
    /// E-mail address.
    pub email: String,
    /// Password.
    pub password: Secret<String>,
    /// Name; must not be empty.
    pub name: Secret<String>,
}

/// An account's role and plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// Registered by itself: role `user`, plan `free`.
    Registered,
    /// The first administrator: role `admin`, plan `enterprise`.
    Administrator,
}

/// Why no account was opened.
#[derive(Debug, thiserror::Error)]
pub enum NotOpened {
    /// The e-mail address is not one.
    #[error("the e-mail address is not valid")]
    Email,
    /// The surface has an account with this e-mail address.
    #[error("an account with this e-mail address exists")]
    Taken,
    /// The password breaks a rule.
    #[error(transparent)]
    Password(#[from] Weak),
    /// It failed otherwise.
    #[error(transparent)]
    Other(#[from] Error),
}

impl From<StorageError> for NotOpened {
    fn from(error: StorageError) -> Self {
        if let StorageError::Duplicate(constraint) = &error
            && constraint.starts_with("account_surface_email")
        {
            return Self::Taken;
        }
        Self::Other(error.into())
    }
}

impl Records {
    /// Opens an account of one surface, in a new tenant of its own.
    ///
    /// # Errors
    /// Why it was not opened; then nothing is kept.
    pub async fn open_account(&self, surface: Surface, person: &Person) -> Result<Account, NotOpened> {
        let person = person.checked().await?;
        let presented = rows::presented(surface.as_str(), &person.email);
        let mut transaction = self.store.begin_presented(&presented).await?;
        let opened = async {
            let name = format!("{}-{}", surface.as_str(), self.new_id());
            let tenant = tenants::found(&mut transaction, &name, self.clock.now()).await?;
            let accounts =
                self.open_in(&mut transaction, tenant, &[surface], Standing::Registered, &person).await?;
            accounts.into_iter().next().ok_or_else(|| Error::internal("an account was asked for").into())
        }
        .await;
        transaction.finish(opened).await
    }

    /// Opens the first administrator's accounts in the default tenant, one a surface with the same password. Where that
    /// tenant has accounts, nothing is done and the answer is false (contract X-07: never applied again).
    ///
    /// # Errors
    /// Why they were not opened.
    pub async fn open_first_accounts(&self, person: &Person) -> Result<bool, NotOpened> {
        if self.has_accounts().await? {
            return Ok(false);
        }
        let person = person.checked().await?;
        let mut transaction = self.store.begin(TenantId::DEFAULT).await?;
        let surfaces = [Surface::Operator, Surface::SmartScan];
        let opened = self
            .open_in(&mut transaction, TenantId::DEFAULT, &surfaces, Standing::Administrator, &person)
            .await;
        match transaction.finish(opened).await {
            Ok(_) => Ok(true),
            // Another replica, started at the same moment, was first.
            Err(NotOpened::Taken) => Ok(false),
            Err(other) => Err(other),
        }
    }

    /// Whether the default tenant has an account.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_accounts(&self) -> Result<bool, Error> {
        let mut transaction = self.store.begin(TenantId::DEFAULT).await?;
        let none = rows::none(&mut transaction, TenantId::DEFAULT).await;
        Ok(!transaction.finish(none).await?)
    }

    async fn open_in(
        &self,
        connection: &mut Connection,
        tenant: TenantId,
        surfaces: &[Surface],
        standing: Standing,
        person: &Checked<'_>,
    ) -> Result<Vec<Account>, NotOpened> {
        let (role, plan) = match standing {
            Standing::Registered => ("user", "free"),
            Standing::Administrator => ("admin", "enterprise"),
        };
        let practitioner = self.new_id();
        let mut accounts = Vec::with_capacity(surfaces.len());
        for surface in surfaces {
            let account = Account {
                tenant: tenant.number(),
                id: self.ids.uuid(),
                surface: surface.as_str().to_owned(),
                email: person.email.clone(),
                password: person.hash.clone(),
                role: role.to_owned(),
                plan: plan.to_owned(),
                practitioner: practitioner.clone(),
                created_at: self.clock.now(),
            };
            rows::insert(connection, &account).await?;
            accounts.push(account);
        }
        let surface = surfaces.first().copied().unwrap_or(Surface::Operator);
        let caller = Caller::system(tenant, surface).doing("register");
        let prepared = self
            .resources_of(person, &practitioner, role)
            .into_iter()
            .map(|write| self.prepare(&caller, write))
            .collect::<Result<Vec<_>, _>>()?;
        self.write_all(&caller, prepared, connection).await?;
        Ok(accounts)
    }

    fn resources_of(&self, person: &Checked<'_>, practitioner: &str, role: &str) -> Vec<Write> {
        let organization = self.new_id();
        let create = |id: String, resource: Value| Write::Create { resource, id: Some(id) };
        let of_person = json!({
            "resourceType": "Practitioner",
            "active": true,
            "name": [{ "text": person.name }],
            "telecom": [{ "system": "email", "value": person.email }],
        });
        let of_role = json!({
            "resourceType": "PractitionerRole",
            "active": true,
            "practitioner": { "reference": format!("Practitioner/{practitioner}") },
            "organization": { "reference": format!("Organization/{organization}") },
            "code": [{ "text": role }],
        });
        let of_tenant = json!({
            "resourceType": "Organization",
            "active": true,
            "type": [{ "text": "tenant" }],
            "name": person.name,
        });
        vec![
            create(practitioner.to_owned(), of_person),
            create(organization, of_tenant),
            create(self.new_id(), of_role),
        ]
    }
}

impl Person {
    /// Holds the person against the rules and hashes the password.
    async fn checked(&self) -> Result<Checked<'_>, NotOpened> {
        let email = checked_email(&self.email)?;
        passwords::check(&self.password, &email)?;
        let hash = passwords::hash(self.password.clone()).await.map_err(Error::internal)?;
        Ok(Checked { email, hash, name: self.name.expose() })
    }
}

struct Checked<'a> {
    email: String,
    hash: String,
    name: &'a str,
}

/// The address in lower case, when it has the form of one: something, `@`, a domain with a dot or `localhost`.
fn checked_email(email: &str) -> Result<String, NotOpened> {
    let email = email.trim().to_lowercase();
    let well_formed = email.len() <= 254
        && email.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty()
                && local.len() <= 64
                && (domain == "localhost" || domain.split('.').count() > 1)
                && domain.split('.').all(|label| !label.is_empty())
                && domain.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-')
        })
        && email.bytes().all(|b| b.is_ascii_graphic() && !b"()<>,;:\\\"[]".contains(&b));
    if well_formed { Ok(email) } else { Err(NotOpened::Email) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_needs_both_parts() {
        for wrong in ["", "a", "a@", "@b.c", "a@b", "a b@c.d", "a@b..c", "a@b.c@d.e", "a@b.c\0", "<a@b.c>"] {
            assert!(matches!(checked_email(wrong), Err(NotOpened::Email)), "{wrong:?}");
        }
        assert_eq!(checked_email(" Alice@Example.org ").unwrap(), "alice@example.org");
    }
}
