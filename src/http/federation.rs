//! The account of somebody whom a provider recognised, at whichever surface they sign in.

use crate::identity::federation::finish::Recognised;
use crate::identity::federation::link::Known;
use crate::identity::{Account, Identity, Surface, TenantId};
use crate::records::accounts::NotOpened;
use crate::records::{Error, Records};

/// Why somebody who was recognised has no account that they could sign in to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAccount {
    /// There is none, or none that can be used.
    None,
    /// The provider has not verified the e-mail address.
    Unverified,
    /// The provider is not believed about the e-mail address.
    Foreign,
    /// Whoever opened the account may have taken somebody else's address.
    Unproven,
    /// The account belongs to somebody else whom the provider knows.
    Another,
}

impl NoAccount {
    /// A sentence for the person.
    #[must_use]
    pub fn told(self) -> &'static str {
        match self {
            Self::None => {
                "There is no account here with your e-mail address that you could sign in to. Ask the people who run this server for one."
            }
            Self::Unverified => {
                "The service that you sign in by has not verified that your e-mail address is yours."
            }
            Self::Foreign => {
                "The service that you sign in by is not the one for your e-mail address here. Sign in by another, or with your password."
            }
            Self::Unproven => {
                "There is an account with your e-mail address, but nobody has shown yet that the address is theirs. Sign in with its password and verify the address first."
            }
            Self::Another => {
                "The account with your e-mail address belongs to somebody else whom this service knows. Ask the people who run this server for one of your own."
            }
        }
    }
}

/// The person's account, and whether it was linked before: if not, it was found by the e-mail address, or is opened now, by the
/// operator's rule, in the tenant `only` where one is named.
///
/// # Errors
/// When the database fails.
pub async fn account(
    identity: &Identity,
    records: &Records,
    surface: Surface,
    only: Option<TenantId>,
    person: &Recognised,
) -> Result<Result<(Account, bool), NoAccount>, Error> {
    Ok(match identity.account_of(surface, person).await? {
        Known::Linked(account) => Ok((account, true)),
        Known::ByEmail(account) => Ok((account, false)),
        Known::Stranger(email) => {
            let welcomed = welcomed(identity, records, surface, only, person, &email).await?;
            welcomed.map(|account| (account, false)).ok_or(NoAccount::None)
        }
        Known::Unverified => Err(NoAccount::Unverified),
        Known::Foreign => Err(NoAccount::Foreign),
        Known::Unproven => Err(NoAccount::Unproven),
        Known::Another => Err(NoAccount::Another),
        Known::Closed => Err(NoAccount::None),
    })
}

/// The account of somebody who had none, where the operator's rule gives them one: nobody gets one in a tenant that they did not
/// come to.
async fn welcomed(
    identity: &Identity,
    records: &Records,
    surface: Surface,
    only: Option<TenantId>,
    person: &Recognised,
    email: &str,
) -> Result<Option<Account>, Error> {
    let Some(rule) = identity.newcomers(&person.provider) else { return Ok(None) };
    match records.welcome(surface, rule, only, email, person.name.as_ref()).await {
        Ok(account) => Ok(account),
        Err(NotOpened::Email | NotOpened::NotAscii | NotOpened::Password(_)) => Ok(None),
        // The person came twice at the same moment.
        Err(NotOpened::Taken) => match identity.account_of(surface, person).await? {
            Known::Linked(account) | Known::ByEmail(account) => Ok(Some(account)),
            Known::Stranger(_)
            | Known::Unverified
            | Known::Foreign
            | Known::Unproven
            | Known::Another
            | Known::Closed => Ok(None),
        },
        Err(NotOpened::Other(error)) => Err(error),
    }
}
