//! `/login/oidc/{name}/callback`: the browser is back from a provider, with a code for who the person is.

use actix_web::http::StatusCode;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use serde::Deserialize;

use super::callback_address;
use crate::core::Secret;
use crate::http::arrival;
use crate::http::oauth::audit;
use crate::http::pages::flow::Flow;
use crate::http::pages::{failed, fault, go_on, visitor};
use crate::identity::federation::finish::{Recognised, Returned};
use crate::identity::federation::link::Known;
use crate::identity::oauth::web_session::SignedInBrowser;
use crate::identity::{Account, Caller, Identity, Surface};
use crate::records::accounts::NotOpened;
use crate::records::{Error, Records};

/// An account was linked to whom a provider knows.
const LINK: &str = "link-identity";

/// What the browser brings.
#[derive(Deserialize)]
pub struct Brought {
    #[serde(default)]
    state: String,
    code: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

/// Why somebody who was recognised is not signed in.
enum Refused {
    Told(StatusCode, &'static str),
    Failed(Error),
}

impl<E: Into<Error>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// Signs the person in.
pub async fn come_back(
    request: HttpRequest,
    name: web::Path<String>,
    query: web::Query<Brought>,
    identity: web::Data<Identity>,
    records: web::Data<Records>,
) -> HttpResponse {
    let browser = visitor::stranger(&request, &identity).unwrap_or_default();
    let callback = callback_address(&identity, &name);
    let returned = Returned {
        provider: &name,
        surface: Surface::Fhir,
        callback: &callback,
        browser: &browser,
        state: &query.state,
        code: query.code.as_deref(),
        issuer: query.iss.as_deref(),
        is_refused: query.error.is_some(),
    };
    let (person, question) = match identity.finish_at_provider(&returned).await {
        Ok(found) => found,
        Err(refusal) => {
            audit::refused(&request, audit::LOGIN, false).await;
            return super::answer(refusal, &name);
        }
    };
    let flow = if question.is_empty() {
        None
    } else {
        match Flow::read(&request, &identity, &question).await {
            Ok(flow) => Some(flow),
            Err(answer) => return answer,
        }
    };
    if let Some(flow) = &flow {
        let caller = audit::of_client(&request, &flow.asked.client);
        request.extensions_mut().insert(caller);
    }
    match signed_in(&request, &identity, &records, flow.as_ref(), &person).await {
        Ok((browser, value)) => {
            let next = flow.map_or_else(|| "/account".to_owned(), |flow| flow.next(Some(&browser)));
            let mut response = go_on(&next);
            match response.add_cookie(&visitor::session_cookie(value.expose(), &identity)) {
                Ok(()) => response,
                Err(error) => failed(&Error::internal(error.to_string())),
            }
        }
        Err(Refused::Told(status, told)) => {
            audit::refused(&request, audit::LOGIN, false).await;
            fault(status, told)
        }
        Err(Refused::Failed(error)) => {
            audit::refused(&request, audit::LOGIN, true).await;
            failed(&error)
        }
    }
}

async fn signed_in(
    request: &HttpRequest,
    identity: &Identity,
    records: &Records,
    flow: Option<&Flow>,
    person: &Recognised,
) -> Result<(SignedInBrowser, Secret<String>), Refused> {
    let account = account(request, identity, records, flow, person).await?;
    let (browser, value) = identity.open_browser_by_provider(account, person, visitor::seen(request)).await?;
    records.audit_success(&audit::of_person(request, &browser), audit::LOGIN).await?;
    Ok((browser, value))
}

/// The person's account: linked before, linked now by its e-mail address, or opened now. One of another tenant than the client's is
/// as none, and stays as it is.
async fn account(
    request: &HttpRequest,
    identity: &Identity,
    records: &Records,
    flow: Option<&Flow>,
    person: &Recognised,
) -> Result<Account, Refused> {
    let none = || {
        let told = "There is no account here with your e-mail address that you could sign in to. Ask the people who run this server for one.";
        Refused::Told(StatusCode::FORBIDDEN, told)
    };
    let is_at_home =
        |account: &Account| flow.is_none_or(|flow| flow.asked.client.tenant.number() == account.tenant);
    let (account, is_linked) = match identity.account_of(Surface::Fhir, person).await? {
        Known::Linked(account) => (account, true),
        Known::ByEmail(account) => (account, false),
        Known::Stranger(email) => {
            (welcomed(identity, records, flow, person, &email).await?.ok_or_else(none)?, false)
        }
        Known::Unverified => {
            let told = "The service that you sign in by has not verified that your e-mail address is yours.";
            return Err(Refused::Told(StatusCode::FORBIDDEN, told));
        }
        Known::Unproven => {
            let told = "There is an account with your e-mail address, but nobody has shown yet that the address is theirs. Sign in with its password and verify the address first.";
            return Err(Refused::Told(StatusCode::FORBIDDEN, told));
        }
        Known::Another => {
            let told = "The account with your e-mail address belongs to somebody else whom this service knows. Ask the people who run this server for one of your own.";
            return Err(Refused::Told(StatusCode::FORBIDDEN, told));
        }
        Known::Closed => return Err(none()),
    };
    if !is_at_home(&account) {
        return Err(none());
    }
    if !is_linked {
        identity.link(&account, person).await?;
        let caller = Caller::of_account(Surface::Fhir, &account).calling_from(arrival::client(request));
        records.audit_success(&caller, LINK).await?;
    }
    Ok(account)
}

/// The account of somebody who had none, where the operator's rule gives them one: nobody gets one in a tenant that they did not
/// come to.
async fn welcomed(
    identity: &Identity,
    records: &Records,
    flow: Option<&Flow>,
    person: &Recognised,
    email: &str,
) -> Result<Option<Account>, Error> {
    let Some(rule) = identity.newcomers(&person.provider) else { return Ok(None) };
    let only = flow.map(|flow| flow.asked.client.tenant);
    match records.welcome(Surface::Fhir, rule, only, email, person.name.as_ref()).await {
        Ok(account) => Ok(account),
        Err(NotOpened::Email | NotOpened::Password(_)) => Ok(None),
        // The person came twice at the same moment.
        Err(NotOpened::Taken) => match identity.account_of(Surface::Fhir, person).await? {
            Known::Linked(account) | Known::ByEmail(account) => Ok(Some(account)),
            Known::Stranger(_) | Known::Unverified | Known::Unproven | Known::Another | Known::Closed => {
                Ok(None)
            }
        },
        Err(NotOpened::Other(error)) => Err(error),
    }
}
