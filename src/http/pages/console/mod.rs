//! `/console`: pages for the administrators of a tenant.

pub mod clients;
mod form;
pub mod one;

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::{Method, StatusCode};
use actix_web::{FromRequest, HttpMessage, HttpRequest};

use super::opening::{Turned, Visit};
use super::{fault, go_on, visitor};
use crate::http::oauth::audit;
use crate::identity::oauth::web_session::SignedInBrowser;
use crate::identity::{Caller, TenantId};

const CLIENTS: &str = "/console/clients";
const LIST: &str = "list-clients";
const CREATE: &str = "create-client";
const CHANGE: &str = "change-client";
const RENEW: &str = "renew-client-secret";
const REMOVE: &str = "remove-client";

/// A visit of an administrator. A form of theirs came from this browser.
pub struct Administrator {
    visit: Visit,
    browser: SignedInBrowser,
    /// What the forms of the pages carry.
    proof: String,
    /// Who it is, for the audit trail.
    caller: Caller,
}

impl Administrator {
    fn tenant(&self) -> TenantId {
        self.caller.tenant
    }

    fn email(&self) -> &str {
        &self.browser.account.email
    }
}

impl FromRequest for Administrator {
    type Error = Turned;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Turned>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let visit = Visit::from_request(request, payload);
        Box::pin(async move {
            let visit = visit.await?;
            let found = visitor::signed_in(&visit.request, &visit.identity).await?;
            let Some((browser, proof)) = found else { return Err(go_on("/login").into()) };
            let caller = audit::of_person(&visit.request, &browser);
            visit.request.extensions_mut().insert(caller.clone());
            let admitted = if browser.account.role == "admin" {
                let is_form = visit.request.method() == Method::POST;
                if is_form { visit.check_form(&proof) } else { Ok(()) }
            } else {
                let told = "Only the administrators of your organisation may see this.";
                Err(fault(StatusCode::FORBIDDEN, told).into())
            };
            match admitted {
                Ok(()) => Ok(Self { visit, browser, proof, caller }),
                Err(turned) => {
                    audit::refused(&visit.request, doing(&visit), false).await;
                    Err(turned)
                }
            }
        })
    }
}

/// What is asked for, as the audit names it.
fn doing(visit: &Visit) -> &'static str {
    let is_form = visit.request.method() == Method::POST;
    match (is_form, visit.request.path() == CLIENTS) {
        (false, _) => LIST,
        (true, true) => CREATE,
        (true, false) => action(visit.one("action")).unwrap_or(CHANGE),
    }
}

/// What a button of a client's page does.
fn action(word: &str) -> Option<&'static str> {
    match word {
        "change" => Some(CHANGE),
        "renew" => Some(RENEW),
        "remove" => Some(REMOVE),
        _ => None,
    }
}
