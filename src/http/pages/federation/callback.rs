//! `/login/oidc/{name}/callback`: the browser is back from a provider, with a code for who the person is.

use actix_web::http::StatusCode;
use actix_web::{HttpMessage, HttpResponse, web};

use super::callback_address;
use crate::http::oauth::audit;
use crate::http::pages::onward::{Entering, Onward};
use crate::http::pages::opening::{Answer, Turned, Visit};
use crate::http::pages::trouble::Trouble;
use crate::http::pages::{fault, login, login_code, visitor};
use crate::identity::account::second_factor::State;
use crate::identity::federation::finish::{Recognised, Returned};
use crate::identity::federation::link::Known;
use crate::identity::{Account, Identity, Surface};
use crate::records::Error;
use crate::records::accounts::NotOpened;

const NONE: &str = "There is no account here with your e-mail address that you could sign in to. Ask the people who run this server for one.";
const UNVERIFIED: &str =
    "The service that you sign in by has not verified that your e-mail address is yours.";
const FOREIGN: &str = "The service that you sign in by is not the one for your e-mail address here. Sign in by another, or with your password.";
const UNPROVEN: &str = "There is an account with your e-mail address, but nobody has shown yet that the address is theirs. Sign in with its password and verify the address first.";
const ANOTHER: &str = "The account with your e-mail address belongs to somebody else whom this service knows. Ask the people who run this server for one of your own.";

/// Why somebody who was recognised is not signed in.
enum Refused {
    Told(&'static str),
    Failed(Error),
    Turned(Turned),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<Turned> for Refused {
    fn from(turned: Turned) -> Self {
        Self::Turned(turned)
    }
}

/// Signs the person in, or asks for the second factor.
pub async fn come_back(visit: Visit, name: web::Path<String>) -> Answer {
    let browser = visitor::stranger(&visit.request, &visit.identity).unwrap_or_default();
    let callback = callback_address(&visit.identity, &name);
    let brought = |field: &str| visit.all(field).next();
    let returned = Returned {
        provider: &name,
        surface: Surface::Fhir,
        callback: &callback,
        browser: &browser,
        state: visit.one("state"),
        code: brought("code"),
        issuer: brought("iss"),
        is_refused: brought("error").is_some(),
    };
    let (person, question) = match visit.identity.finish_at_provider(&returned).await {
        Ok(found) => found,
        Err(refusal) => {
            audit::refused(&visit.request, audit::LOGIN, false).await;
            return Ok(super::answer(refusal, &name));
        }
    };
    let onward = Onward::to(&visit, &question).await?;
    let caller = onward.caller(&visit);
    visit.request.extensions_mut().insert(caller);
    let entering = Entering { visit, onward };
    let refused = match signed_in(&entering, &person).await {
        Ok(answer) => return Ok(answer),
        Err(refused) => refused,
    };
    let is_ours = matches!(refused, Refused::Failed(_) | Refused::Turned(_));
    audit::refused(&entering.visit.request, audit::LOGIN, is_ours).await;
    match refused {
        Refused::Told(told) => Ok(fault(StatusCode::FORBIDDEN, told)),
        Refused::Failed(error) => Err(error.into()),
        Refused::Turned(turned) => Err(turned),
    }
}

async fn signed_in(entering: &Entering, person: &Recognised) -> Result<HttpResponse, Refused> {
    let Entering { visit, onward } = entering;
    let (account, is_linked) = account(entering, person).await?;
    let provider = Identity::by_provider(person, is_linked);
    let factor = visit.identity.second_factor(&account).await.map_err(Error::from)?;
    if factor != State::Off && !person.shows_second_factor {
        return Ok(login_code::ask(entering, &account, Some(&provider)).await?);
    }
    match login::enter(visit, onward, account, Some(&provider)).await? {
        Ok(answer) => Ok(answer),
        // Whatever changed in this moment: the account is as none.
        Err(error) => {
            Trouble::of(error, NONE)?;
            Err(Refused::Told(NONE))
        }
    }
}

/// The person's account, and whether it was linked before: if not, it was found by the e-mail address, or is opened now. One of another
/// tenant than the app's is as none, and stays as it is.
async fn account(entering: &Entering, person: &Recognised) -> Result<(Account, bool), Refused> {
    let Entering { visit, onward } = entering;
    let (account, is_linked) =
        match visit.identity.account_of(Surface::Fhir, person).await.map_err(Error::from)? {
            Known::Linked(account) => (account, true),
            Known::ByEmail(account) => (account, false),
            Known::Stranger(email) => {
                (welcomed(entering, person, &email).await?.ok_or(Refused::Told(NONE))?, false)
            }
            Known::Unverified => return Err(Refused::Told(UNVERIFIED)),
            Known::Foreign => return Err(Refused::Told(FOREIGN)),
            Known::Unproven => return Err(Refused::Told(UNPROVEN)),
            Known::Another => return Err(Refused::Told(ANOTHER)),
            Known::Closed => return Err(Refused::Told(NONE)),
        };
    if onward.admits(&account) { Ok((account, is_linked)) } else { Err(Refused::Told(NONE)) }
}

/// The account of somebody who had none, where the operator's rule gives them one: nobody gets one in a tenant that they did not
/// come to.
async fn welcomed(
    Entering { visit, onward }: &Entering,
    person: &Recognised,
    email: &str,
) -> Result<Option<Account>, Error> {
    let Some(rule) = visit.identity.newcomers(&person.provider) else { return Ok(None) };
    match visit.records.welcome(Surface::Fhir, rule, onward.tenant(), email, person.name.as_ref()).await {
        Ok(account) => Ok(account),
        Err(NotOpened::Email | NotOpened::NotAscii | NotOpened::Password(_)) => Ok(None),
        // The person came twice at the same moment.
        Err(NotOpened::Taken) => match visit.identity.account_of(Surface::Fhir, person).await? {
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
