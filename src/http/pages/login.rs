//! `/login`: e-mail address and password, or another provider.

use actix_web::http::StatusCode;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::flow::Flow;
use super::in_time::InTime;
use super::{failed, fault, go_on, page, visitor};
use crate::core::{Ids, Secret};
use crate::http::oauth::audit;
use crate::identity::Identity;
use crate::identity::oauth::web_session::SignedInBrowser;
use crate::identity::sign_in::SignInError;
use crate::records::{Error, Records};

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage<'a> {
    client: &'a str,
    request: &'a str,
    form: &'a str,
    email: &'a str,
    is_wrong: bool,
    /// Name and label of each.
    providers: Vec<(&'a str, &'a str)>,
    /// The request as a part of an address.
    asked: String,
}

/// What the page is asked for with.
#[derive(Deserialize)]
pub struct Shown {
    #[serde(default)]
    request: String,
}

/// What the page sends.
#[derive(Deserialize)]
pub struct Sent {
    request: String,
    form: String,
    email: Secret<String>,
    password: Secret<String>,
}

/// Shows the page.
pub async fn show(
    request: HttpRequest,
    query: web::Query<Shown>,
    identity: web::Data<Identity>,
) -> HttpResponse {
    let flow = match Flow::read(&request, &identity, &query.request).await {
        Ok(flow) => flow,
        Err(answer) => return answer,
    };
    login_page(&request, &flow, &identity, "", false)
}

/// Signs a person in.
pub async fn sign_in(
    request: HttpRequest,
    InTime(sent): InTime<web::Form<Sent>>,
    identity: web::Data<Identity>,
    records: web::Data<Records>,
) -> HttpResponse {
    let flow = match Flow::read(&request, &identity, &sent.request).await {
        Ok(flow) => flow,
        Err(answer) => return answer,
    };
    let proof = visitor::stranger(&request, &identity).map(|cookie| visitor::proof(&cookie));
    if !proof.is_some_and(|proof| visitor::is_proof(&sent.form, &proof)) {
        audit::refused(&request, audit::LOGIN, false).await;
        return fault(StatusCode::FORBIDDEN, "The form is too old, or came from elsewhere.");
    }
    let email = sent.email.expose();
    match verified(&flow, &identity, email, sent.password.clone()).await {
        Ok((browser, value)) => {
            let caller = audit::of_person(&request, &browser);
            if let Err(error) = records.audit_success(&caller, audit::LOGIN).await {
                return failed(&error);
            }
            let mut response = go_on(&flow.next(Some(&browser)));
            match response.add_cookie(&visitor::session_cookie(value.expose(), &identity)) {
                Ok(()) => response,
                Err(error) => failed(&Error::internal(error.to_string())),
            }
        }
        Err(SignInError::Wrong) => {
            let caller = audit::of_client(&request, &flow.asked.client);
            request.extensions_mut().insert(caller);
            audit::refused(&request, audit::LOGIN, false).await;
            login_page(&request, &flow, &identity, email, true)
        }
        Err(SignInError::Signing(error)) => failed(&Error::internal(error)),
        Err(SignInError::Storage(error)) => failed(&error.into()),
    }
}

/// The session of the person with this password, who is one of the client's own tenant.
async fn verified(
    flow: &Flow,
    identity: &Identity,
    email: &str,
    password: Secret<String>,
) -> Result<(SignedInBrowser, Secret<String>), SignInError> {
    let (browser, value) = identity.sign_in_browser(email, password).await?;
    if !flow.is_of_tenant(&browser) {
        // Who belongs to another organisation is told no more than who belongs to none.
        identity.sign_out_browser(&browser).await?;
        return Err(SignInError::Wrong);
    }
    Ok((browser, value))
}

fn login_page(
    request: &HttpRequest,
    flow: &Flow,
    identity: &Identity,
    email: &str,
    is_wrong: bool,
) -> HttpResponse {
    let known = visitor::stranger(request, identity);
    let cookie = known.clone().unwrap_or_else(|| Ids.random(32));
    let status = if is_wrong { StatusCode::UNAUTHORIZED } else { StatusCode::OK };
    let (client, form) = (flow.asked.client.name.as_str(), visitor::proof(&cookie));
    let providers = identity.providers().collect();
    let asked = form_urlencoded::byte_serialize(flow.request.as_bytes()).collect();
    let request = &flow.request;
    let template = LoginPage { client, request, form: &form, email, is_wrong, providers, asked };
    let mut response = page(status, &template, None);
    if known.is_none()
        && let Err(error) = response.add_cookie(&visitor::stranger_cookie(&cookie, identity))
    {
        return failed(&Error::internal(error.to_string()));
    }
    response
}
