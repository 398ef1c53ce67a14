//! `/oauth/logout`: somebody else wants to sign in. What was granted for as long as the session lasts ends with it.

use actix_web::http::StatusCode;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use serde::Deserialize;

use super::flow::Flow;
use super::in_time::InTime;
use super::{failed, fault, go_on, visitor};
use crate::http::oauth::audit;
use crate::identity::Identity;
use crate::records::Records;

/// What the page sends.
#[derive(Deserialize)]
pub struct Sent {
    request: String,
    form: String,
}

/// Signs a person out, and goes on to the page where another signs in.
pub async fn sign_out(
    request: HttpRequest,
    InTime(sent): InTime<web::Form<Sent>>,
    identity: web::Data<Identity>,
    records: web::Data<Records>,
) -> HttpResponse {
    let flow = match Flow::read(&request, &identity, &sent.request).await {
        Ok(flow) => flow,
        Err(answer) => return answer,
    };
    let (browser, proof) = match visitor::signed_in(&request, &identity).await {
        Ok(Some(found)) => found,
        Ok(None) => return go_on(&flow.next(None)),
        Err(error) => return failed(&error),
    };
    let caller = audit::of_person(&request, &browser);
    request.extensions_mut().insert(caller.clone());
    if !visitor::is_proof(&sent.form, &proof) {
        audit::refused(&request, audit::LOGOUT, false).await;
        return fault(StatusCode::FORBIDDEN, "The form is too old, or came from elsewhere.");
    }
    if let Err(error) = identity.sign_out_browser(&browser).await {
        return failed(&error.into());
    }
    match records.audit_success(&caller, audit::LOGOUT).await {
        Ok(()) => go_on(&flow.next(None)),
        Err(error) => failed(&error),
    }
}
