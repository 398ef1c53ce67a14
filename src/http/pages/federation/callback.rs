//! `/login/oidc/{name}/callback`: the browser is back from a provider, with a code for who the person is.

use actix_web::http::StatusCode;
use actix_web::{HttpMessage, HttpResponse, web};

use super::callback_address;
use crate::http::federation::{self, NoAccount};
use crate::http::oauth::audit;
use crate::http::pages::onward::{Entering, Onward};
use crate::http::pages::opening::{Answer, Turned, Visit};
use crate::http::pages::trouble::Trouble;
use crate::http::pages::{fault, login, login_code, visitor};
use crate::identity::account::second_factor::State;
use crate::identity::federation::finish::{Recognised, Returned};
use crate::identity::{Account, Identity, Surface};
use crate::records::Error;

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
            Trouble::of(error, NoAccount::None.told())?;
            Err(Refused::Told(NoAccount::None.told()))
        }
    }
}

/// The person's account, and whether it was linked before. One of another tenant than the app's is as none, and stays as it is.
async fn account(entering: &Entering, person: &Recognised) -> Result<(Account, bool), Refused> {
    let Entering { visit, onward } = entering;
    let found = federation::account(&visit.identity, &visit.records, Surface::Fhir, onward.tenant(), person);
    match found.await? {
        Ok((account, is_linked)) if onward.admits(&account) => Ok((account, is_linked)),
        Ok(_) => Err(Refused::Told(NoAccount::None.told())),
        Err(none) => Err(Refused::Told(none.told())),
    }
}
