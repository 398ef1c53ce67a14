//! `/verify`: showing that an e-mail address is one's own, by what was mailed to it.
//!
//! The address in the mail only shows a page: programs that look through mails open what they find.

use actix_web::http::StatusCode;
use askama::Template;

use super::opening::{Answer, Visit};
use super::{fault, login, operations, page, told};
use crate::http::arrival;
use crate::identity::{Caller, Surface};
use crate::records::Error;

/// What a mail is answered with that is too old.
const ENDED: &str = "This address has ended, or was used. Ask for a new mail on the page of your account.";

#[derive(Template)]
#[template(path = "verify.html")]
struct VerifyPage<'a> {
    form: &'a str,
    token: &'a str,
    email: &'a str,
}

/// Shows the page.
pub async fn show(visit: Visit) -> Answer {
    let token = visit.one("token");
    match visit.identity.verifiable(token).await.map_err(Error::from)? {
        None => Ok(fault(StatusCode::BAD_REQUEST, ENDED)),
        Some(account) => login::with_stranger(&visit, |form| {
            page(StatusCode::OK, &VerifyPage { form, token, email: &account.email }, None)
        }),
    }
}

/// Notes that the address is the person's own.
pub async fn verify(visit: Visit) -> Answer {
    visit.check_stranger()?;
    let verified = visit.identity.verify_email(visit.one("token")).await.map_err(Error::from)?;
    let Some(account) = verified else { return Ok(fault(StatusCode::BAD_REQUEST, ENDED)) };
    let caller = Caller::of_account(Surface::Fhir, &account).calling_from(arrival::client(&visit.request));
    visit.records.audit_success(&caller, operations::VERIFY).await?;
    Ok(told(
        "Thank you",
        "This e-mail address is known to be yours.",
        Some(("/account", "Go to your account")),
    ))
}
