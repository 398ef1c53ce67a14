//! People whom a provider recognised and who have no account: the operator's rule says whether they get one.

use super::{NotOpened, Person};
use crate::core::Secret;
use crate::core::config::providers::{Newcomers, Role};
use crate::identity::{Account, Caller, Surface};
use crate::records::users::{Home, NewUser};
use crate::records::{Error, Records};
use crate::storage::{TenantId, tenants};

impl Records {
    /// Opens an account for somebody with this verified e-mail address, where the rule welcomes them: in the tenant `only`, where one is
    /// named.
    ///
    /// # Errors
    /// When the account could not be opened.
    pub async fn welcome(
        &self,
        surface: Surface,
        rule: &Newcomers,
        only: Option<TenantId>,
        email: &str,
        name: Option<&Secret<String>>,
    ) -> Result<Option<Account>, NotOpened> {
        let Newcomers::Welcome { domains, role, tenant } = rule else { return Ok(None) };
        let domain = email.rsplit_once('@').map(|(_, domain)| domain);
        if !domain.is_some_and(|domain| domains.iter().any(|welcome| welcome == domain)) {
            return Ok(None);
        }
        let Some(found) = tenants::find(&self.store, tenant).await? else {
            return Err(Error::internal(format!("the rule for newcomers names no tenant: {tenant:?}")).into());
        };
        if only.is_some_and(|only| only != found) {
            return Ok(None);
        }
        let is_name = |name: &&Secret<String>| {
            !name.expose().trim().is_empty() && !name.expose().contains(char::is_control)
        };
        let name = name.filter(is_name).cloned().unwrap_or_else(|| Secret::new(email.to_owned()));
        // Nobody knows the password: they sign in at the provider.
        let password = Secret::new(self.ids.random(32));
        let new = NewUser {
            surface,
            person: Person { email: email.to_owned(), password, name },
            role: role_at(surface, *role),
            specialty: None,
            regions: Vec::new(),
            home: Home::Tenant(found),
            passwordless: true,
        };
        let caller = Caller::system(found, surface).doing("register");
        self.open_user(&caller, &new).await.map(Some)
    }
}

/// What a surface calls the role of a newcomer.
fn role_at(surface: Surface, role: Role) -> &'static str {
    match (surface, role) {
        (Surface::ImageMedix, Role::User) => "doctor",
        (
            Surface::Fhir | Surface::Operator | Surface::SmartScan | Surface::Smartz | Surface::Hemato,
            Role::User,
        )
        | (_, Role::Admin) => role.as_str(),
    }
}
