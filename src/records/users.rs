//! Accounts as operators open, change, move and remove them. What stands for the person in FHIR follows in the same transaction.

use serde_json::Value;
use uuid::Uuid;

use super::accounts::{Employer, NotOpened, Person, Standing};
use super::search::{MOST, Query};
use super::transact::Write;
use super::{Error, Records};
use crate::core::Secret;
use crate::fhir::ResourceType;
use crate::fhir::outcome::IssueType;
use crate::identity::access_tokens::TakenBack;
use crate::identity::allowances::{ENTERPRISE, RequestLimits};
use crate::identity::{Account, Caller, Surface, passwords};
use crate::storage::accounts::{self as rows, Change};
use crate::storage::federation::identities::{self, Identity as Link};
use crate::storage::second_factors::{self, SecondFactor};
use crate::storage::{TenantId, account_limits, oauth, tenants};
use followed::Followed;

mod followed;

/// The role of those who look after a tenant's users.
const ADMINISTRATOR: &str = "admin";

/// A user that an operator opens an account for.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// The surface.
    pub surface: Surface,
    /// Who it is.
    pub person: Person,
    /// The role.
    pub role: &'static str,
    /// What the person is a specialist of.
    pub specialty: Option<Secret<String>>,
    /// Hemato's regions.
    pub regions: Vec<String>,
    /// Where the account is to be.
    pub home: Home,
    /// Whether nobody knows the password: they sign in by a provider.
    pub passwordless: bool,
}

/// The tenant of a new account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Home {
    /// A new one, with the account's surface.
    Own,
    /// This one.
    Tenant(TenantId),
    /// That of this organisation, which the account is of.
    Organization(TenantId, String),
}

/// What is to change of an account; none stays.
#[derive(Clone, Debug, Default)]
pub struct UserChange {
    /// Role.
    pub role: Option<&'static str>,
    /// Plan.
    pub plan: Option<&'static str>,
    /// Limits of one's own, which the plan `enterprise` may come with. With a plan come these or none.
    pub limits: Option<RequestLimits>,
    /// Whether it can be used.
    pub active: Option<bool>,
    /// Hemato's regions.
    pub regions: Option<Vec<String>>,
    /// Password.
    pub password: Option<Secret<String>>,
    /// The person's name.
    pub name: Option<Secret<String>>,
    /// What the person is a specialist of; nothing takes it away.
    pub specialty: Option<Option<Secret<String>>>,
    /// Whether the surface must keep an administrator in the tenant who can use it.
    pub keeps_administrator: bool,
}

impl UserChange {
    /// Whether nothing is to change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        // Limits come with a plan alone.
        let Self {
            role,
            plan,
            limits: _,
            active,
            regions,
            password,
            name,
            specialty,
            keeps_administrator: _,
        } = self;
        let of_account = role.is_none() && plan.is_none() && active.is_none() && regions.is_none();
        of_account && password.is_none() && name.is_none() && specialty.is_none()
    }
}

impl UserChange {
    /// That of an account which ends.
    fn ended() -> Self {
        Self { active: Some(false), ..Self::default() }
    }

    /// Whether the account's own row changes.
    fn is_of_account(&self) -> bool {
        let other = Self { name: None, specialty: None, ..self.clone() };
        !other.is_empty()
    }

    /// Whether it may take away an administrator of those that must be left.
    fn takes_administrator(&self) -> bool {
        let other_role = self.role.is_some_and(|role| role != ADMINISTRATOR);
        self.keeps_administrator && (other_role || self.active == Some(false))
    }
}

impl Records {
    /// Opens an account.
    ///
    /// # Errors
    /// Why it was not opened; then nothing is kept.
    pub async fn open_user(&self, operator: &Caller, new: &NewUser) -> Result<Account, NotOpened> {
        let standing = |employer| Standing {
            role: new.role,
            specialty: new.specialty.as_ref().map(|specialty| specialty.expose().as_str()),
            plan: "free",
            employer,
            regions: &new.regions,
            signs_up: false,
            passwordless: new.passwordless,
        };
        let (tenant, standing) = match &new.home {
            Home::Own => {
                let standing = standing(Employer::Own);
                return self.open_alone(operator, new.surface, &new.person, &standing, None).await;
            }
            Home::Tenant(tenant) => (*tenant, standing(Employer::Unknown)),
            Home::Organization(tenant, id) => (*tenant, standing(Employer::Organization(id))),
        };
        let caller = Caller { tenant, ..operator.clone() };
        self.open_beside(&caller, new.surface, &new.person, &standing).await
    }

    /// The account with this id, whichever tenant's it is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn user(&self, id: Uuid) -> Result<Option<Account>, Error> {
        let mut transaction = self.store.begin_presented(&id.to_string()).await?;
        let found = rows::find_presented(&mut transaction, id).await;
        Ok(transaction.finish(found).await?)
    }

    /// The accounts of a surface in the caller's tenant, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn users_of(&self, caller: &Caller, surface: Surface) -> Result<Vec<Account>, Error> {
        let mut transaction = self.store.begin(caller.tenant).await?;
        let found = rows::of_surface(&mut transaction, caller.tenant, surface.as_str()).await;
        Ok(transaction.finish(found).await?)
    }

    /// Those of a surface in the caller's tenant whose Practitioner's id begins so, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn users_by_person(
        &self,
        caller: &Caller,
        surface: Surface,
        beginning: &str,
    ) -> Result<Vec<Account>, Error> {
        let mut connection = self.store.alone(caller.tenant).await?;
        let found = rows::by_person(&mut connection, caller.tenant, surface.as_str(), beginning).await;
        Ok(connection.finish(found).await?)
    }

    /// Changes an account.
    ///
    /// # Errors
    /// Why it was not changed; then nothing is.
    pub async fn change_user(
        &self,
        operator: &Caller,
        account: &Account,
        surface: Surface,
        change: &UserChange,
    ) -> Result<(Account, TakenBack), NotOpened> {
        let caller = Caller { tenant: TenantId::from_row(account.tenant), ..operator.clone() };
        let password = match &change.password {
            None => None,
            Some(password) => {
                passwords::check(password, &account.email)?;
                let sent = passwords::as_sent(surface, password);
                Some(passwords::hash(sent).await.map_err(Error::from)?)
            }
        };
        // Who knew the old password is not to go on, nor is who had signed in when the account was closed and opened again.
        let ends = password.is_some() || change.active == Some(false);
        let mut row = Change {
            passwordless: password.as_ref().map(|_| false),
            password,
            role: change.role.map(str::to_owned),
            plan: change.plan.map(str::to_owned),
            active: change.active,
            regions: change.regions.clone(),
            ..Change::default()
        };
        let followed = self.followed(&caller, account, change).await?;
        let mut transaction = self.store.begin(caller.tenant).await?;
        let changed = async {
            if change.takes_administrator() {
                // Whoever takes two at the same time meets here.
                let all = rows::hold_active(&mut transaction, caller.tenant, surface.as_str(), ADMINISTRATOR);
                if all.await?.iter().all(|other| *other == account.id) {
                    let text = "the last administrator cannot be taken away";
                    return Err(Error::BadRequest(IssueType::BusinessRule, text.to_owned()));
                }
            }
            let taken = match ends {
                true => oauth::remove_of_account(&mut transaction, caller.tenant, account.id).await?,
                false => Vec::new(),
            };
            // The time is taken with the account in hand, so that whatever began before it ends.
            rows::find_to_change(&mut transaction, caller.tenant, account.id).await?;
            row.sessions_from = ends.then(|| self.clock.now());
            let changed = match change.is_of_account() {
                true => rows::change(&mut transaction, caller.tenant, account.id, &row).await?,
                false => rows::find(&mut transaction, caller.tenant, account.id).await?,
            };
            if let Some(plan) = change.plan.filter(|_| changed.is_some()) {
                let given = change.limits.filter(|_| plan == ENTERPRISE);
                account_limits::set(&mut transaction, caller.tenant, account.id, given).await?;
            }
            let prepared = self.prepared(&caller, followed)?;
            self.write_all(&caller, prepared, &mut transaction).await?;
            Ok::<_, Error>((changed.ok_or(Error::NotFound)?, TakenBack(taken)))
        }
        .await;
        Ok(transaction.finish(changed).await?)
    }

    /// Removes an account. The Practitioner stays, for what it did names it, and is not active any more.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub async fn remove_user(&self, operator: &Caller, account: &Account) -> Result<TakenBack, Error> {
        let caller = Caller { tenant: TenantId::from_row(account.tenant), ..operator.clone() };
        let followed = self.followed(&caller, account, &UserChange::ended()).await?;
        let mut transaction = self.store.begin(caller.tenant).await?;
        let removed = async {
            // What ends with the account comes before it, as for whoever gives tokens.
            let taken = oauth::remove_of_account(&mut transaction, caller.tenant, account.id).await?;
            let removed = rows::remove(&mut transaction, caller.tenant, account.id).await?;
            removed.ok_or(Error::NotFound)?;
            let prepared = self.prepared(&caller, followed)?;
            self.write_all(&caller, prepared, &mut transaction).await?;
            Ok(TakenBack(taken))
        }
        .await;
        transaction.finish(removed).await
    }

    /// Moves an account to another tenant, which has its surface. What the person did stays where it was done.
    ///
    /// # Errors
    /// When it cannot be moved.
    pub async fn move_user(
        &self,
        operator: &Caller,
        account: &Account,
        to: TenantId,
    ) -> Result<(Account, TakenBack), Error> {
        let from = TenantId::from_row(account.tenant);
        let (left, entered) =
            (Caller { tenant: from, ..operator.clone() }, Caller { tenant: to, ..operator.clone() });
        let name = self.name_of(&left, account).await?;
        let followed = self.followed(&left, account, &UserChange::ended()).await?;
        let (role, plan) = (account.role.as_str(), account.plan.as_str());
        let standing = Standing {
            role,
            specialty: None,
            plan,
            employer: Employer::Unknown,
            regions: &account.regions,
            signs_up: account.signed_up,
            passwordless: account.passwordless,
        };
        let practitioner = self.new_id();
        let moved = Account { practitioner: practitioner.clone(), ..account.clone() };
        let written = self.resources_of(&name, &standing, &[moved]);
        let mut transaction = self.store.begin(from).await?;
        let done = async {
            let taken = oauth::remove_of_account(&mut transaction, from, account.id).await?;
            let links = identities::lock_of_account(&mut transaction, from, account.id).await?;
            // In hand before its parts are read, lest one come along as it was before it was changed.
            rows::find_to_change(&mut transaction, from, account.id).await?.ok_or(Error::NotFound)?;
            let given = account_limits::find(&mut transaction, from, account.id).await?;
            let factor = second_factors::take(&mut transaction, from, account.id).await?;
            // As it is now: somebody may have changed or removed it since it was looked up.
            let was = rows::remove(&mut transaction, from, account.id).await?.ok_or(Error::NotFound)?;
            let moved = Account { tenant: to.number(), practitioner, organization: None, ..was };
            let prepared = self.prepared(&left, followed)?;
            self.write_all(&left, prepared, &mut transaction).await?;
            tenants::turn_to(&mut transaction, to).await?;
            rows::insert(&mut transaction, &moved).await?;
            account_limits::set(&mut transaction, to, moved.id, given).await?;
            // How the person signs in comes along.
            if let Some((factor, codes)) = factor {
                let factor = SecondFactor { tenant: to.number(), ..factor };
                second_factors::insert(&mut transaction, &factor, &codes).await?;
            }
            for link in links {
                identities::insert(&mut transaction, &Link { tenant: to.number(), ..link }).await?;
            }
            let prepared = self.prepared(&entered, written)?;
            self.write_all(&entered, prepared, &mut transaction).await?;
            Ok((moved, TakenBack(taken)))
        }
        .await;
        transaction.finish(done).await
    }

    fn prepared(&self, caller: &Caller, writes: Vec<Write>) -> Result<Vec<super::transact::Prepared>, Error> {
        writes.into_iter().map(|write| self.prepare(caller, write)).collect()
    }

    /// The person's name as the Practitioner has it; the e-mail address where there is none.
    async fn name_of(&self, caller: &Caller, account: &Account) -> Result<String, Error> {
        let read = self.read(&caller.quietly(), type_of("Practitioner")?, &account.practitioner).await;
        let name = match read {
            Ok(stored) => stored.json()?.pointer("/name/0/text").and_then(Value::as_str).map(str::to_owned),
            Err(Error::NotFound | Error::Gone) => None,
            Err(other) => return Err(other),
        };
        Ok(name.unwrap_or_else(|| account.email.clone()))
    }

    /// The changes of the Practitioner and its roles that follow from those of its account. Where several accounts share them, role and
    /// use of one say nothing about the person.
    async fn followed(
        &self,
        caller: &Caller,
        account: &Account,
        change: &UserChange,
    ) -> Result<Vec<Write>, Error> {
        let mut transaction = self.store.begin(caller.tenant).await?;
        let shared = rows::count_of(&mut transaction, caller.tenant, &account.practitioner).await;
        let is_shared = transaction.finish(shared).await? > 1;
        let of_person = Followed {
            role: change.role.filter(|_| !is_shared),
            active: change.active.filter(|_| !is_shared),
            name: change.name.as_ref().map(|name| name.expose().as_str()),
            specialty: change.specialty.as_ref().map(|one| one.as_ref().map(|one| one.expose().as_str())),
        };
        if of_person.is_nothing() {
            return Ok(Vec::new());
        }
        let quiet = caller.quietly();
        let mut found = Vec::new();
        match self.read(&quiet, type_of("Practitioner")?, &account.practitioner).await {
            Ok(stored) => found.push(stored),
            Err(Error::NotFound | Error::Gone) => {}
            Err(other) => return Err(other),
        }
        let practitioner = ("practitioner".to_owned(), format!("Practitioner/{}", account.practitioner));
        let query = Query { parameters: vec![practitioner], count: MOST, ..Query::default() };
        found.extend(self.search(&quiet, type_of("PractitionerRole")?, &query).await?.resources);
        found.iter().filter_map(|stored| of_person.write(stored).transpose()).collect()
    }
}

fn type_of(name: &'static str) -> Result<ResourceType, Error> {
    ResourceType::parse(name).ok_or(Error::UnknownType)
}
