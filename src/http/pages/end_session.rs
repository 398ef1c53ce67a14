//! `/logout`: signs a person out here, and at the provider by which they signed in.

use actix_web::HttpMessage;
use actix_web::http::StatusCode;
use askama::Template;

use super::opening::{Answer, Visit};
use super::{go_on, page, visitor};
use crate::http::oauth::audit;
use crate::records::Error;

/// The page's path.
const PATH: &str = "/logout";

#[derive(Template)]
#[template(path = "logout.html")]
struct LogoutPage<'a> {
    email: &'a str,
    /// The form's proof, where somebody is signed in.
    form: Option<&'a str>,
}

/// Asks, or says that it is done.
pub async fn show(visit: Visit) -> Answer {
    let Some((browser, proof)) = visitor::signed_in(&visit.request, &visit.identity).await? else {
        return Ok(page(StatusCode::OK, &LogoutPage { email: "", form: None }, None));
    };
    let after = visit.identity.address_of(PATH);
    let onward = visit.identity.provider_logout(&browser, &after).await.map_err(Error::from)?;
    let template = LogoutPage { email: &browser.account.email, form: Some(&proof) };
    Ok(page(StatusCode::OK, &template, onward.as_ref().map(url::Url::as_str)))
}

/// Signs out.
pub async fn sign_out(visit: Visit) -> Answer {
    let Some((browser, proof)) = visitor::signed_in(&visit.request, &visit.identity).await? else {
        return Ok(go_on(PATH));
    };
    let caller = audit::of_person(&visit.request, &browser);
    visit.request.extensions_mut().insert(caller.clone());
    if let Err(foreign) = visit.check_form(&proof) {
        audit::refused(&visit.request, audit::LOGOUT, false).await;
        return Err(foreign);
    }
    let after = visit.identity.address_of(PATH);
    let onward = visit.identity.provider_logout(&browser, &after).await.map_err(Error::from)?;
    visit.identity.sign_out_browser(&browser).await.map_err(Error::from)?;
    visit.records.audit_success(&caller, audit::LOGOUT).await?;
    Ok(go_on(onward.as_ref().map_or(PATH, url::Url::as_str)))
}
