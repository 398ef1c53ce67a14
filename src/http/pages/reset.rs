//! `/reset`: a new password for who does not know the old one, by a mail. Whether there is an account is not told.

use actix_web::http::StatusCode;
use askama::Template;

use super::opening::{Answer, Visit};
use super::sign_up::sentence;
use super::trouble::Trouble;
use super::{fault, login, operations, page_with, told};
use crate::http::arrival;
use crate::identity::account::password::NotSet;
use crate::identity::{Caller, Surface, passwords};
use crate::records::Error;

/// What a mail is answered with that is too old.
const ENDED: &str = "This address has ended, or was used. Ask for a new mail.";

#[derive(Template)]
#[template(path = "reset.html")]
struct ResetPage<'a> {
    form: &'a str,
    fault: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "new_password.html")]
struct PasswordPage<'a> {
    form: &'a str,
    token: &'a str,
    email: &'a str,
    shortest: usize,
    fault: Option<&'a str>,
}

/// Shows the page that asks for the e-mail address.
pub async fn show(visit: Visit) -> Answer {
    reset_page(&visit, None)
}

/// Has a mail sent, if there is an account.
pub async fn ask(visit: Visit) -> Answer {
    visit.check_stranger()?;
    if let Err(error) = visit.identity.ask_reset(visit.one("email"), visit.from()).await {
        return reset_page(&visit, Some(&Trouble::of(error, "")?));
    }
    visit.records.audit_success(&visit.nobody(), operations::ASK_RESET).await?;
    Ok(told(
        "Look at your mail",
        "If there is an account with this e-mail address, we have sent a mail to it. What is in it is good for an hour.",
        None,
    ))
}

/// Shows the page that asks for the new password.
pub async fn show_password(visit: Visit) -> Answer {
    password_page(&visit, None).await
}

/// Sets the new password.
pub async fn set(visit: Visit) -> Answer {
    visit.check_stranger()?;
    let password = visit.secret("password");
    match visit.identity.reset_password(visit.one("token"), &password, visit.from()).await {
        Ok(account) => {
            let caller =
                Caller::of_account(Surface::Fhir, &account).calling_from(arrival::client(&visit.request));
            visit.records.audit_success(&caller, operations::RESET).await?;
            let text = "All browsers and apps that had access to your account have to ask you again.";
            Ok(told("Your password is set", text, Some(("/login", "Sign in"))))
        }
        Err(NotSet::Ended) => Ok(fault(StatusCode::BAD_REQUEST, ENDED)),
        Err(NotSet::Weak(weak)) => {
            password_page(&visit, Some(&Trouble::with(&sentence(&weak.to_string())))).await
        }
        Err(NotSet::SignIn(error)) => password_page(&visit, Some(&Trouble::of(error, ENDED)?)).await,
    }
}

fn reset_page(visit: &Visit, trouble: Option<&Trouble>) -> Answer {
    login::with_stranger(visit, |form| {
        let fault = trouble.map(|trouble| trouble.told.as_str());
        page_with(trouble, &ResetPage { form, fault })
    })
}

async fn password_page(visit: &Visit, trouble: Option<&Trouble>) -> Answer {
    let token = visit.one("token");
    let Some(account) = visit.identity.resettable(token).await.map_err(Error::from)? else {
        return Ok(fault(StatusCode::BAD_REQUEST, ENDED));
    };
    login::with_stranger(visit, |form| {
        let template = PasswordPage {
            form,
            token,
            email: &account.email,
            shortest: passwords::SHORTEST,
            fault: trouble.map(|trouble| trouble.told.as_str()),
        };
        page_with(trouble, &template)
    })
}
