//! `/login/code`: the second factor, after the password or the word of a provider.
//!
//! The page carries a secret that stands for what was shown before: it is good for five minutes, and for one sign-in.

use actix_web::HttpMessage;
use actix_web::http::StatusCode;
use askama::Template;

use super::onward::Entering;
use super::opening::Answer;
use super::trouble::Trouble;
use super::{fault, login, page_with};
use crate::http::oauth::audit;
use crate::identity::Account;
use crate::identity::federation::link::ByProvider;
use crate::identity::sign_in::SignInError;
use crate::records::Error;

/// What a wrong code is answered with.
const WRONG: &str = "The code is wrong, or was used already.";

#[derive(Template)]
#[template(path = "code.html")]
struct CodePage<'a> {
    request: &'a str,
    form: &'a str,
    step: &'a str,
    fault: Option<&'a str>,
}

/// Asks for the second factor of an account whose password was right, or whose owner a `provider` recognised.
pub(super) async fn ask(entering: &Entering, account: &Account, provider: Option<&ByProvider>) -> Answer {
    let step = entering.visit.identity.ask_code(account, provider).await.map_err(Error::from)?;
    code_page(entering, step.expose(), None)
}

/// Signs a person in by the code.
pub async fn sign_in(entering: Entering) -> Answer {
    let Entering { visit, onward } = &entering;
    if let Err(foreign) = visit.check_stranger() {
        audit::refused(&visit.request, audit::LOGIN, false).await;
        return Err(foreign);
    }
    let step = visit.one("step");
    let answered = visit.identity.answer_code(step, visit.one("code"), visit.from()).await;
    let entered = match answered {
        Ok(Some((account, provider))) if onward.admits(&account) => {
            login::enter(visit, onward, account, provider.as_ref()).await?
        }
        Ok(Some(_)) => Err(SignInError::Wrong),
        Ok(None) => {
            let caller = onward.caller(visit);
            visit.request.extensions_mut().insert(caller);
            audit::refused(&visit.request, audit::LOGIN, false).await;
            return Ok(fault(StatusCode::FORBIDDEN, "That took too long. Sign in once more."));
        }
        Err(error) => Err(error),
    };
    match entered {
        Ok(answer) => Ok(answer),
        Err(error) => {
            let trouble = login::refused(visit, onward, error, WRONG).await?;
            code_page(&entering, step, Some(&trouble))
        }
    }
}

fn code_page(entering: &Entering, step: &str, trouble: Option<&Trouble>) -> Answer {
    let Entering { visit, onward } = entering;
    login::with_stranger(visit, |form| {
        let fault = trouble.map(|trouble| trouble.told.as_str());
        page_with(trouble, &CodePage { request: onward.question(), form, step, fault })
    })
}
