//! Telling who calls, before anything else of a request is looked at.

use std::future::{Ready, ready};

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::{FromRequest, HttpMessage, HttpRequest, ResponseError, web};

use super::errors::Refusal;
use super::provenance;
use crate::fhir::outcome::IssueType;
use crate::http::{arrival, bearer};
use crate::identity::purposes::is_treatment;
use crate::identity::{Caller, Identity};
use crate::records::Error;

/// The one address that is open to all.
const OPEN: &str = "/fhir/metadata";

/// A client with an access token that holds.
#[derive(Clone, Debug)]
pub struct Client(pub Caller);

impl FromRequest for Client {
    type Error = Refusal;
    type Future = Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let caller = request.extensions().get::<Caller>().cloned();
        ready(caller.map(Self).ok_or(Refusal(Error::Unauthenticated)))
    }
}

/// Looks the token up and hands the caller on; without one that holds, the request ends here.
///
/// As a middleware, because a handler's extractors run side by side: one that reads the body could answer first.
///
/// # Errors
/// Those of the handler.
pub async fn authenticated<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, actix_web::Error> {
    if request.path() == OPEN && request.method() == Method::GET {
        // Who shows a token that holds is told of the own search parameters, too.
        if bearer::token(request.request()).is_some()
            && let Ok(caller) = caller(request.request()).await
        {
            request.extensions_mut().insert(caller);
        }
        return next.call(request).await.map(ServiceResponse::map_into_left_body);
    }
    match caller(request.request()).await {
        Ok(caller) => {
            // Who sent a header that is refused is known all the same.
            request.extensions_mut().insert(caller.clone());
            let told = with_reason(caller, request.request())
                .and_then(|caller| provenance::told(caller, request.request()));
            match told {
                Ok(caller) => {
                    request.extensions_mut().insert(caller);
                    next.call(request).await.map(ServiceResponse::map_into_left_body)
                }
                Err(error) => {
                    Ok(request.into_response(Refusal(error).error_response()).map_into_right_body())
                }
            }
        }
        Err(refusal) => Ok(request.into_response(refusal.error_response()).map_into_right_body()),
    }
}

async fn caller(request: &HttpRequest) -> Result<Caller, Refusal> {
    let identity = request
        .app_data::<web::Data<Identity>>()
        .ok_or_else(|| Error::internal("the server was built without identity"))?;
    let token = bearer::token(request).ok_or(Error::Unauthenticated)?;
    let caller = identity.authenticate_client(token).await?.ok_or(Error::Unauthenticated)?;
    Ok(caller.calling_from(arrival::client(request)))
}

/// Who shows this header tells why Consents are set aside for one request.
pub const BREAK_THE_GLASS: &str = "x-break-the-glass";
/// So many characters the reason has.
const REASON: std::ops::RangeInclusive<usize> = 5..=500;

/// The caller as the request is to be taken: with the reason for which the glass is broken, where there is one.
///
/// # Errors
/// When the reason is none, or the caller acts for a patient, or for another purpose than treatment.
fn with_reason(caller: Caller, request: &HttpRequest) -> Result<Caller, Error> {
    let Some(reason) = request.headers().get(BREAK_THE_GLASS) else { return Ok(caller) };
    let reason = std::str::from_utf8(reason.as_bytes()).map(str::trim).unwrap_or_default();
    if !REASON.contains(&reason.chars().count()) || reason.contains(char::is_control) {
        let text = "X-Break-The-Glass must tell the reason, in 5 to 500 characters";
        return Err(Error::BadRequest(IssueType::Value, text.to_owned()));
    }
    let is = |kind: &str| caller.actors.iter().any(|actor| actor.starts_with(kind));
    // A launch about a patient may be a clinician's.
    // Who asks for another purpose treats nobody.
    if !is_treatment(&caller.purpose) || is("Patient/") || (caller.patient.is_some() && !is("Practitioner/"))
    {
        return Err(Error::Forbidden);
    }
    Ok(Caller { breaks_glass: Some(reason.to_owned()), ..caller })
}
