//! `/logout`: signs a person out here, and at the provider by which they signed in.

use actix_web::http::StatusCode;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::in_time::InTime;
use super::{failed, fault, go_on, page, visitor};
use crate::http::oauth::audit;
use crate::identity::Identity;
use crate::records::Records;

/// The page's path.
const PATH: &str = "/logout";

#[derive(Template)]
#[template(path = "logout.html")]
struct LogoutPage<'a> {
    email: &'a str,
    /// The form's proof, where somebody is signed in.
    form: Option<&'a str>,
}

/// What the page sends.
#[derive(Deserialize)]
pub struct Sent {
    form: String,
}

/// Asks, or says that it is done.
pub async fn show(request: HttpRequest, identity: web::Data<Identity>) -> HttpResponse {
    let (browser, proof) = match visitor::signed_in(&request, &identity).await {
        Ok(Some(found)) => found,
        Ok(None) => return page(StatusCode::OK, &LogoutPage { email: "", form: None }, None),
        Err(error) => return failed(&error),
    };
    let onward = match identity.provider_logout(&browser, &identity.address_of(PATH)).await {
        Ok(onward) => onward,
        Err(error) => return failed(&error.into()),
    };
    let template = LogoutPage { email: &browser.account.email, form: Some(&proof) };
    page(StatusCode::OK, &template, onward.as_ref().map(url::Url::as_str))
}

/// Signs out.
pub async fn sign_out(
    request: HttpRequest,
    InTime(sent): InTime<web::Form<Sent>>,
    identity: web::Data<Identity>,
    records: web::Data<Records>,
) -> HttpResponse {
    let (browser, proof) = match visitor::signed_in(&request, &identity).await {
        Ok(Some(found)) => found,
        Ok(None) => return go_on(PATH),
        Err(error) => return failed(&error),
    };
    let caller = audit::of_person(&request, &browser);
    request.extensions_mut().insert(caller.clone());
    if !visitor::is_proof(&sent.form, &proof) {
        audit::refused(&request, audit::LOGOUT, false).await;
        return fault(StatusCode::FORBIDDEN, "The form is too old, or came from elsewhere.");
    }
    let onward = identity.provider_logout(&browser, &identity.address_of(PATH)).await;
    let ended = match onward {
        Ok(onward) => identity.sign_out_browser(&browser).await.map(|()| onward),
        Err(error) => Err(error),
    };
    let onward = match ended {
        Ok(onward) => onward,
        Err(error) => return failed(&error.into()),
    };
    match records.audit_success(&caller, audit::LOGOUT).await {
        Ok(()) => go_on(onward.as_ref().map_or(PATH, url::Url::as_str)),
        Err(error) => failed(&error),
    }
}
