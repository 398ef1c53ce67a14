//! `/signup`: opening an account of one's own, where whoever runs the server lets people do that.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use tokio::time::{Instant, sleep_until};

use super::opening::{Answer, Visit};
use super::trouble::Trouble;
use super::{fault, login, operations, page_with, told};
use crate::core::Secret;
use crate::http::arrival;
use crate::identity::{Caller, Surface, TenantId, passwords};
use crate::records::Error;
use crate::records::accounts::{NotOpened, Person};

/// Whether anybody may open an account of their own on a page.
#[derive(Clone, Copy, Debug)]
pub struct SignUp(pub bool);

/// Most characters of a name.
const LONGEST_NAME: usize = 200;
/// An answer takes no less: opening an account and finding that there is one do not take the same time.
const ALIKE: Duration = Duration::from_millis(500);

#[derive(Template)]
#[template(path = "sign_up.html")]
struct SignUpPage<'a> {
    form: &'a str,
    name: &'a str,
    email: &'a str,
    shortest: usize,
    fault: Option<&'a str>,
}

/// Shows the page.
pub async fn show(visit: Visit, sign_up: web::Data<SignUp>) -> Answer {
    if sign_up.0 { sign_up_page(&visit, None) } else { closed() }
}

/// Opens an account.
pub async fn sign_up(visit: Visit, sign_up: web::Data<SignUp>) -> Answer {
    if !sign_up.0 {
        return closed();
    }
    visit.check_stranger()?;
    let alike = Instant::now() + ALIKE;
    if let Err(error) = visit.identity.count_sign_up(visit.from()).await {
        return sign_up_page(&visit, Some(&Trouble::of(error, "")?));
    }
    let name = visit.one("name").trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.contains(char::is_control) {
        let problem = "The name must have 1 to 200 characters.";
        return sign_up_page(&visit, Some(&Trouble::with(problem)));
    }
    let person = Person {
        email: visit.one("email").to_owned(),
        password: visit.secret("password"),
        name: Secret::new(name.to_owned()),
    };
    let email = match person.check() {
        Ok(email) => email,
        Err(broken) => return refused(&visit, broken),
    };
    // Who opens an account has a mail sent to somebody: as often as one is to be sent to anybody.
    if let Err(error) = visit.identity.count_mail(&email, visit.from()).await {
        return sign_up_page(&visit, Some(&Trouble::of(error, "")?));
    }
    let caller = Caller::system(TenantId::PLATFORM, Surface::Fhir);
    let caller = caller.doing(operations::SIGN_UP).calling_from(arrival::client(&visit.request));
    if let Err(error) = visit.records.sign_up(&caller, &person).await {
        return refused(&visit, error);
    }
    sleep_until(alike).await;
    Ok(told(
        "Look at your mail",
        "We have sent you a mail. If there was no account with this e-mail address, yours is open now: you can sign in.",
        Some(("/login", "Sign in")),
    ))
}

fn refused(visit: &Visit, error: NotOpened) -> Answer {
    let told = match error {
        NotOpened::Email => "The e-mail address is not valid.".to_owned(),
        NotOpened::NotAscii => sentence(&NotOpened::NotAscii.to_string()),
        NotOpened::Password(weak) => sentence(&weak.to_string()),
        NotOpened::Other(error) => return Err(error.into()),
        NotOpened::Taken => return Err(Error::internal(NotOpened::Taken).into()),
    };
    sign_up_page(visit, Some(&Trouble::with(&told)))
}

fn closed() -> Answer {
    let told = "Accounts are opened by the people who run this server.";
    Ok(fault(StatusCode::NOT_FOUND, told))
}

fn sign_up_page(visit: &Visit, trouble: Option<&Trouble>) -> Answer {
    login::with_stranger(visit, |form| {
        let kept = |name| if trouble.is_some() { visit.one(name) } else { "" };
        let template = SignUpPage {
            form,
            name: kept("name"),
            email: kept("email"),
            shortest: passwords::SHORTEST,
            fault: trouble.map(|trouble| trouble.told.as_str()),
        };
        page_with(trouble, &template)
    })
}

/// The text of a fault as a sentence of its own.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}
