//! `/console/operator`: signing in as an operator, who looks after all tenants and sees no records. It is a session of its own, beside that
//! of whoever works for a tenant.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse};
use askama::Template;

use super::operations::{SIGN_IN, SIGN_OUT};
use crate::http::arrival;
use crate::http::pages::login::with_stranger;
use crate::http::pages::opening::{Answer, Turned, Visit};
use crate::http::pages::trouble::Trouble;
use crate::http::pages::{go_on, page_with, visitor};
use crate::identity::{Account, Caller, Surface, TenantId};
use crate::records::{Error, Records};

/// The page's address.
const AT: &str = "/console/operator";
/// What an operator comes for.
const TENANTS: &str = "/console/tenants";
/// One sentence for whatever a stranger might try.
const WRONG: &str = "The e-mail address or the password is wrong.";

#[derive(Template)]
#[template(path = "console/operator.html")]
struct OperatorPage<'a> {
    form: &'a str,
    email: &'a str,
    fault: Option<&'a str>,
}

/// A visit of an operator. A form of theirs came from this browser.
pub struct Operator {
    /// What came with the request.
    pub visit: Visit,
    /// Who it is.
    pub account: Account,
    /// What the forms of the pages carry.
    pub proof: String,
    /// The same person, as a caller.
    pub caller: Caller,
}

impl Operator {
    /// The door to resources.
    pub fn records(&self) -> &Records {
        &self.visit.records
    }

    /// The same operator, doing something to a tenant.
    pub fn within(&self, tenant: TenantId) -> Caller {
        Caller { tenant, ..self.caller.clone() }
    }
}

impl FromRequest for Operator {
    type Error = Turned;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Turned>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let visit = Visit::from_request(request, payload);
        Box::pin(async move {
            let visit = visit.await?;
            let stranger = || Turned::from(go_on(AT));
            let token = visitor::operator(&visit.request, &visit.identity).ok_or_else(stranger)?;
            let found = visit.identity.authenticate_session(Surface::Operator, &token).await;
            let found = found.map_err(Error::from)?.filter(|(_, account)| account.role == "admin");
            let (caller, account) = found.ok_or_else(stranger)?;
            let caller = caller.calling_from(arrival::client(&visit.request));
            visit.request.extensions_mut().insert(caller.clone());
            let proof = visitor::proof(&token);
            if visit.request.method() == Method::POST {
                visit.check_form(&proof)?;
            }
            Ok(Self { visit, account, proof, caller })
        })
    }
}

/// Shows the page.
pub async fn show(visit: Visit) -> Answer {
    shown(&visit, None)
}

/// Signs an operator in.
pub async fn sign_in(visit: Visit) -> Answer {
    visit.check_stranger()?;
    let (email, password) = (visit.one("email").trim(), visit.secret("password"));
    let signed_in = match visit.identity.sign_in(Surface::Operator, email, password, visit.from()).await {
        Ok(signed_in) if signed_in.account.role == "admin" => signed_in,
        Ok(_) => return shown(&visit, Some(&Trouble::with(WRONG))),
        Err(error) => return shown(&visit, Some(&Trouble::of(error, WRONG)?)),
    };
    let caller = Caller::of_account(Surface::Operator, &signed_in.account);
    let caller = caller.calling_from(arrival::client(&visit.request));
    visit.records.audit_success(&caller, SIGN_IN).await?;
    with_cookie(&visit, TENANTS, signed_in.token.expose(), signed_in.expires_in_s)
}

/// Signs the operator out of this browser.
pub async fn sign_out(operator: Operator) -> Answer {
    operator.records().audit_success(&operator.caller, SIGN_OUT).await?;
    with_cookie(&operator.visit, AT, "", 0)
}

fn with_cookie(visit: &Visit, onward: &str, value: &str, lifetime_s: i64) -> Answer {
    let mut response = go_on(onward);
    let cookie = visitor::operator_cookie(value, lifetime_s, &visit.identity);
    response.add_cookie(&cookie).map_err(|error| Error::internal(error.to_string()))?;
    Ok(response)
}

fn shown(visit: &Visit, trouble: Option<&Trouble>) -> Answer {
    with_stranger(visit, |form| -> HttpResponse {
        let email = if trouble.is_some() { visit.one("email") } else { "" };
        let fault = trouble.map(|trouble| trouble.told.as_str());
        page_with(trouble, &OperatorPage { form, email, fault })
    })
}
