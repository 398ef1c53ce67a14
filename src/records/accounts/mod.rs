//! Opening an account: its row, and the Practitioner, role and Organization that stand for it in FHIR.

pub mod email;
mod identifiers;
pub mod newcomers;
pub mod people;
pub mod sign_up;

use serde_json::{Value, json};

use super::transact::Write;
use super::{Error, Records};
use crate::core::Secret;
use crate::core::config::mounts::Region;
use crate::identity::account::mails::{self, MailKind};
use crate::identity::passwords::{self, Weak};
use crate::identity::{Account, Caller, Surface};
use crate::storage::{Connection, StorageError, TenantId, accounts as rows, mail_jobs, tenants};

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

/// What an account is to be.
#[derive(Clone, Debug)]
pub(super) struct Standing<'a> {
    /// Its role.
    pub role: &'a str,
    /// What the person is a specialist of.
    pub specialty: Option<&'a str>,
    /// Its plan.
    pub plan: &'a str,
    /// Whom the person works for.
    pub employer: Employer<'a>,
    /// Hemato's regions.
    pub regions: &'a [String],
    /// Whether the person opens the account.
    pub signs_up: bool,
    /// Whether nobody knows the password.
    pub passwordless: bool,
}

impl Standing<'_> {
    /// That of somebody who opens an account of their own.
    fn of_who_signs_up() -> Self {
        Self {
            role: "user",
            specialty: None,
            plan: "free",
            employer: Employer::Own,
            regions: &[],
            signs_up: true,
            passwordless: false,
        }
    }
}

/// Whom somebody with an account works for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Employer<'a> {
    /// An organisation of its own, which the tenant begins with.
    Own,
    /// This one of the tenant.
    Organization(&'a str),
    /// Nobody that we know.
    Unknown,
}

/// The surfaces that the first administrator has accounts of.
const FIRST: [Surface; 6] = [
    Surface::Operator,
    Surface::Fhir,
    Surface::SmartScan,
    Surface::ImageMedix,
    Surface::Smartz,
    Surface::Hemato,
];

/// Why no account was opened.
#[derive(Debug, thiserror::Error)]
pub enum NotOpened {
    /// The e-mail address is not one.
    #[error("the e-mail address is not valid")]
    Email,
    /// The e-mail address has letters that are not of ASCII.
    #[error("the e-mail address {}", email::NOT_ASCII)]
    NotAscii,
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
        let standing = Standing::of_who_signs_up();
        let caller = Caller::system(TenantId::PLATFORM, surface).doing("register");
        self.open_alone(&caller, surface, person, &standing, None).await
    }

    /// Opens an account in a new tenant with that one surface, and has this mail sent to it.
    pub(super) async fn open_alone(
        &self,
        caller: &Caller,
        surface: Surface,
        person: &Person,
        standing: &Standing<'_>,
        mail: Option<MailKind>,
    ) -> Result<Account, NotOpened> {
        let person = person.checked(surface).await?;
        let presented = rows::presented(surface.as_str(), &person.email);
        let mut transaction = self.store.begin_presented(&presented).await?;
        let opened = async {
            let name = format!("{}-{}", surface.as_str(), self.new_id());
            let tenant = tenants::found(&mut transaction, &name, self.clock.now()).await?;
            let caller = Caller { tenant, ..caller.clone() };
            let practitioner = self.new_id();
            let account =
                self.add(&mut transaction, &caller, surface, &person, standing, &practitioner).await?;
            let accounts = std::slice::from_ref(&account);
            self.write_person(&mut transaction, &caller, &person, standing, accounts).await?;
            if let Some(kind) = mail {
                let job = mails::to_account(kind, &account, self.ids.uuid(), self.clock.now());
                mail_jobs::add(&mut transaction, &job).await?;
            }
            Ok(account)
        }
        .await;
        transaction.finish(opened).await
    }

    /// Opens an account in the caller's tenant, which has the surface.
    pub(super) async fn open_beside(
        &self,
        caller: &Caller,
        surface: Surface,
        person: &Person,
        standing: &Standing<'_>,
    ) -> Result<Account, NotOpened> {
        let person = person.checked(surface).await?;
        let mut transaction = self.store.begin(caller.tenant).await?;
        let opened = async {
            let practitioner = self.new_id();
            let account =
                self.add(&mut transaction, caller, surface, &person, standing, &practitioner).await?;
            let accounts = std::slice::from_ref(&account);
            self.write_person(&mut transaction, caller, &person, standing, accounts).await?;
            Ok(account)
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
        let regions = Region::ALL.map(|region| region.as_str().to_owned());
        let standing = Standing {
            role: "admin",
            specialty: None,
            plan: "enterprise",
            employer: Employer::Own,
            regions: &regions,
            signs_up: false,
            passwordless: false,
        };
        let caller = Caller::system(TenantId::DEFAULT, Surface::Operator).doing("register");
        let mut transaction = self.store.begin(TenantId::DEFAULT).await?;
        let opened = async {
            let practitioner = self.new_id();
            // A hash takes long on purpose, and the server starts soon: one is made for all that send the password itself.
            let ours = person.checked(Surface::Operator).await?;
            let hemato = person.checked(Surface::Hemato).await?;
            let mut accounts = Vec::new();
            for surface in FIRST {
                let person = if surface == Surface::Hemato { &hemato } else { &ours };
                let added = self.add(&mut transaction, &caller, surface, person, &standing, &practitioner);
                accounts.push(added.await?);
            }
            self.write_person(&mut transaction, &caller, &ours, &standing, &accounts).await
        }
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

    /// Adds the account's row, and the surface to the tenant's.
    async fn add(
        &self,
        connection: &mut Connection,
        caller: &Caller,
        surface: Surface,
        person: &Checked<'_>,
        standing: &Standing<'_>,
        practitioner: &str,
    ) -> Result<Account, NotOpened> {
        let now = self.clock.now();
        let organization = match standing.employer {
            Employer::Organization(id) => Some(id.to_owned()),
            Employer::Own | Employer::Unknown => None,
        };
        let account = Account {
            tenant: caller.tenant.number(),
            id: self.ids.uuid(),
            surface: surface.as_str().to_owned(),
            email: person.email.clone(),
            password: person.hash.clone(),
            role: standing.role.to_owned(),
            plan: standing.plan.to_owned(),
            practitioner: practitioner.to_owned(),
            created_at: now,
            active: true,
            sessions_from: None,
            organization,
            regions: if surface == Surface::Hemato { standing.regions.to_vec() } else { Vec::new() },
            patient: None,
            email_verified_at: None,
            signed_up: standing.signs_up,
            passwordless: standing.passwordless,
        };
        rows::insert(connection, &account).await?;
        if Surface::VENDORS.contains(&surface) {
            tenants::attach_surface(connection, caller.tenant, surface.as_str(), now).await?;
        }
        Ok(account)
    }

    /// Writes what stands for the person with these accounts in FHIR.
    async fn write_person(
        &self,
        connection: &mut Connection,
        caller: &Caller,
        person: &Checked<'_>,
        standing: &Standing<'_>,
        accounts: &[Account],
    ) -> Result<(), NotOpened> {
        let prepared = self
            .resources_of(person.name, standing, accounts)
            .into_iter()
            .map(|write| self.prepare(caller, write))
            .collect::<Result<Vec<_>, _>>()?;
        self.write_all(caller, prepared, connection).await?;
        Ok(())
    }

    /// What stands in FHIR for the person with these accounts, who have one address and one Practitioner.
    pub(super) fn resources_of(
        &self,
        name: &str,
        standing: &Standing<'_>,
        accounts: &[Account],
    ) -> Vec<Write> {
        let Some(Account { email, practitioner, .. }) = accounts.first() else { return Vec::new() };
        let create = |id: String, resource: Value| Write::Create { resource, id: Some(id) };
        let mut of_person = json!({
            "resourceType": "Practitioner",
            "active": true,
            "name": [{ "text": name }],
            "telecom": [{ "system": "email", "value": email }],
        });
        let identifiers = identifiers::of(accounts);
        if let Some(object) = of_person.as_object_mut().filter(|_| !identifiers.is_empty()) {
            object.insert("identifier".to_owned(), identifiers.into());
        }
        let mut writes = vec![create(practitioner.clone(), of_person)];
        let organization = match standing.employer {
            Employer::Organization(id) => Some(id.to_owned()),
            Employer::Unknown => None,
            Employer::Own => {
                let id = self.new_id();
                let of_tenant = json!({
                    "resourceType": "Organization",
                    "active": true,
                    "type": [{ "text": "tenant" }],
                    "name": name,
                });
                writes.push(create(id.clone(), of_tenant));
                Some(id)
            }
        };
        let mut of_role = json!({
            "resourceType": "PractitionerRole",
            "active": true,
            "practitioner": { "reference": format!("Practitioner/{practitioner}") },
            "code": [{ "text": standing.role }],
        });
        if let (Some(id), Some(object)) = (organization, of_role.as_object_mut()) {
            object.insert("organization".to_owned(), json!({ "reference": format!("Organization/{id}") }));
        }
        if let (Some(specialty), Some(object)) = (standing.specialty, of_role.as_object_mut()) {
            object.insert("specialty".to_owned(), json!([{ "text": specialty }]));
        }
        writes.push(create(self.new_id(), of_role));
        writes
    }
}

impl Person {
    /// Holds the person against the rules; the e-mail address as it is kept.
    ///
    /// # Errors
    /// The rule that is broken.
    pub fn check(&self) -> Result<String, NotOpened> {
        let email = email::checked(&self.email)?;
        passwords::check(&self.password, &email)?;
        Ok(email)
    }

    /// Holds the person against the rules and hashes the password.
    async fn checked(&self, surface: Surface) -> Result<Checked<'_>, NotOpened> {
        let email = self.check()?;
        let sent = passwords::as_sent(surface, &self.password);
        let hash = passwords::hash(sent).await.map_err(Error::from)?;
        Ok(Checked { email, hash, name: self.name.expose() })
    }
}

struct Checked<'a> {
    email: String,
    hash: String,
    name: &'a str,
}
