//! `/console`: pages for those who work here. Clinicians confirm what models said and read records; administrators look after the tenant.
//!
//! A person reads and writes with their own rights, through the same door as any app: Consents hold, and each look is in the trail.
//! What is searched for comes in forms, so that no address tells of anybody's health.

mod audit;
pub mod clients;
mod deliveries;
mod figures;
mod form;
mod frame;
mod home;
mod jobs;
pub mod models;
mod names;
pub mod one;
pub mod operations;
mod operator;
mod patients;
mod picture;
mod plot;
mod record;
mod records;
mod result;
pub mod review;
mod staff;
mod tenant;
mod tenants;
mod timeline;
mod users;
mod words;

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::from_fn;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, web};

use super::onward::Onward;
use super::opening::{Turned, Visit};
use super::{fault, go_on, guard, style_sheet, visitor};
use crate::http::{oauth, refusals};
use crate::identity::oauth::web_session::SignedInBrowser;
use crate::identity::{Caller, Surface, TenantId};

const CLIENTS: &str = "/console/clients";
const LIST: &str = "list-clients";
const CREATE: &str = "create-client";
const CHANGE: &str = "change-client";
const RENEW: &str = "renew-client-secret";
const REMOVE: &str = "remove-client";

/// The style of the console, beside that of all pages.
const STYLE: &str = include_str!("../../../../templates/console/style.css");

/// Adds the pages.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.route("/console/style.css", web::get().to(style));
    for resource in [
        web::resource("/console/clients").get(clients::show).post(clients::register),
        web::resource("/console/clients/{id}").get(one::show).post(one::change),
    ] {
        config.service(resource.wrap(from_fn(guard::guarded)));
    }
    for resource in [
        web::resource("/console").get(home::show),
        web::resource("/console/review").get(review::show),
        web::resource("/console/review/{source}/{type}/{id}").get(result::show).post(result::judge),
        web::resource("/console/pictures/{id}").get(picture::show),
        web::resource("/console/records").get(records::show).post(records::search),
        web::resource("/console/records/{type}/{id}").get(record::show),
        web::resource("/console/records/{type}/{id}/compare").get(record::compare),
        web::resource("/console/patients").get(patients::show).post(patients::show),
        web::resource("/console/patients/{id}").get(timeline::show),
        web::resource("/console/models").get(models::show),
        web::resource("/console/models/{name}").get(models::read),
        web::resource("/console/audit").get(audit::show).post(audit::show),
        web::resource("/console/jobs").get(jobs::show).post(jobs::retry),
        web::resource("/console/deliveries").get(deliveries::show),
        web::resource("/console/deliveries/{kind}/{id}").get(deliveries::read).post(deliveries::replay),
        web::resource("/console/users").get(users::show),
    ] {
        let audited =
            from_fn(|request, next| refusals::audited(request, next, Surface::Fhir, operations::name));
        config.service(resource.wrap(audited).wrap(from_fn(guard::guarded)));
    }
    for resource in [
        web::resource("/console/operator").get(operator::show).post(operator::sign_in),
        web::resource("/console/operator/out").post(operator::sign_out),
        web::resource("/console/tenants").get(tenants::show).post(tenants::found),
        web::resource("/console/tenants/{id}").get(tenant::show).post(tenant::change),
    ] {
        let audited =
            from_fn(|request, next| refusals::audited(request, next, Surface::Operator, operations::name));
        config.service(resource.wrap(audited).wrap(from_fn(guard::guarded)));
    }
}

async fn style() -> HttpResponse {
    style_sheet(STYLE)
}

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
            let Some((browser, proof)) = found else { return Err(go_on(&Onward::Console.next(None)).into()) };
            let caller = oauth::audit::of_person(&visit.request, &browser);
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
                    oauth::audit::refused(&visit.request, doing(&visit), false).await;
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
