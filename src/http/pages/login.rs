//! `/login`: e-mail address and password, or another provider.

use actix_web::{HttpMessage, HttpResponse, web};
use askama::Template;

use super::onward::{Entering, Onward};
use super::opening::{Answer, Turned, Visit};
use super::sign_up::SignUp;
use super::trouble::Trouble;
use super::{go_on, login_code, operations, page_with, visitor};
use crate::core::Ids;
use crate::http::oauth::audit;
use crate::identity::Account;
use crate::identity::account::second_factor::State;
use crate::identity::federation::link::ByProvider;
use crate::identity::sign_in::SignInError;
use crate::records::Error;

/// One sentence for whatever a stranger might try.
const WRONG: &str = "The e-mail address or the password is wrong.";

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage<'a> {
    app: Option<&'a str>,
    request: &'a str,
    form: &'a str,
    email: &'a str,
    fault: Option<&'a str>,
    may_sign_up: bool,
    /// Name and label of each.
    providers: Vec<(&'a str, &'a str)>,
    /// The request as a part of an address.
    asked: String,
}

/// Shows the page.
pub async fn show(entering: Entering, sign_up: web::Data<SignUp>) -> Answer {
    login_page(&entering, None, sign_up.0)
}

/// Signs a person in, or asks for the second factor.
pub async fn sign_in(entering: Entering, sign_up: web::Data<SignUp>) -> Answer {
    let Entering { visit, onward } = &entering;
    if let Err(foreign) = visit.check_stranger() {
        audit::refused(&visit.request, audit::LOGIN, false).await;
        return Err(foreign);
    }
    let looked = visit.identity.person(visit.one("email"), visit.secret("password"), visit.from()).await;
    // Who belongs to another organisation is told no more than who belongs to none.
    let entered = match looked.and_then(|account| admitted(onward, account)) {
        Ok(account) => match visit.identity.second_factor(&account).await.map_err(Error::from)? {
            State::On(_) => return login_code::ask(&entering, &account, None).await,
            State::Off => enter(visit, onward, account, None).await?,
        },
        Err(error) => Err(error),
    };
    match entered {
        Ok(answer) => Ok(answer),
        Err(error) => {
            let trouble = refused(visit, onward, error, WRONG).await?;
            login_page(&entering, Some(&trouble), sign_up.0)
        }
    }
}

fn admitted(onward: &Onward, account: Account) -> Result<Account, SignInError> {
    if onward.admits(&account) { Ok(account) } else { Err(SignInError::Wrong) }
}

/// Notes that a sign-in was refused; what the page says.
pub(super) async fn refused(
    visit: &Visit,
    onward: &Onward,
    error: SignInError,
    wrong: &str,
) -> Result<Trouble, Turned> {
    let trouble = Trouble::of(error, wrong)?;
    let caller = onward.caller(visit);
    visit.request.extensions_mut().insert(caller);
    audit::refused(&visit.request, audit::LOGIN, false).await;
    Ok(trouble)
}

/// Signs a person in who has shown all that is asked for, and sends them on. Where a `provider` recognised them for the first time, their
/// account is linked to whom it knows.
pub(super) async fn enter(
    visit: &Visit,
    onward: &Onward,
    account: Account,
    provider: Option<&ByProvider>,
) -> Result<Result<HttpResponse, SignInError>, Turned> {
    let (browser, value) = match visit.identity.begin_session(account, provider, visit.seen()).await {
        Ok(begun) => begun,
        Err(error) => return Ok(Err(error)),
    };
    let caller = audit::of_person(&visit.request, &browser);
    if provider.is_some_and(|provider| provider.links) {
        visit.records.audit_success(&caller, operations::LINK).await?;
    }
    visit.records.audit_success(&caller, audit::LOGIN).await?;
    let mut response = go_on(&onward.next(Some(&browser)));
    let cookie = visitor::session_cookie(value.expose(), &visit.identity);
    response.add_cookie(&cookie).map_err(|error| Error::internal(error.to_string()))?;
    Ok(Ok(response))
}

fn login_page(entering: &Entering, trouble: Option<&Trouble>, may_sign_up: bool) -> Answer {
    let Entering { visit, onward } = entering;
    with_stranger(visit, |form| {
        let template = LoginPage {
            app: onward.app(),
            request: onward.question(),
            form,
            email: if trouble.is_some() { visit.one("email") } else { "" },
            fault: trouble.map(|trouble| trouble.told.as_str()),
            may_sign_up,
            providers: visit.identity.providers().collect(),
            asked: form_urlencoded::byte_serialize(onward.question().as_bytes()).collect(),
        };
        page_with(trouble, &template)
    })
}

/// A page with a form for somebody who has not signed in, whose browser gets the cookie that the form is known by.
pub(super) fn with_stranger(visit: &Visit, page: impl FnOnce(&str) -> HttpResponse) -> Answer {
    let known = visitor::stranger(&visit.request, &visit.identity);
    let cookie = known.clone().unwrap_or_else(|| Ids.random(32));
    let mut response = page(&visitor::proof(&cookie));
    if known.is_none() {
        let cookie = visitor::stranger_cookie(&cookie, &visit.identity);
        response.add_cookie(&cookie).map_err(|error| Error::internal(error.to_string()))?;
    }
    Ok(response)
}
