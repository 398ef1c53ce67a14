//! `/login/oidc/{name}/backchannel-logout`: a provider says that somebody has signed out there.
//! <https://openid.net/specs/openid-connect-backchannel-1_0.html#BCRequest>

use actix_web::http::StatusCode;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::json;

use crate::core::Secret;
use crate::http::arrival;
use crate::http::oauth::audit;
use crate::http::pages::failed;
use crate::http::pages::in_time::InTime;
use crate::identity::federation::NotRecognised;
use crate::identity::federation::logout::SignedOut;
use crate::identity::{Caller, Identity, Surface};
use crate::records::{Error, Records};

/// What the provider sends.
#[derive(Deserialize)]
pub struct Sent {
    logout_token: Secret<String>,
}

/// Ends the sessions that are named.
pub async fn log_out(
    request: HttpRequest,
    name: web::Path<String>,
    InTime(sent): InTime<web::Form<Sent>>,
    identity: web::Data<Identity>,
    records: web::Data<Records>,
) -> HttpResponse {
    let out = match identity.logout_by_provider(&name, sent.logout_token.expose()).await {
        Ok(out) => out,
        Err(refusal) => {
            audit::refused(&request, audit::LOGOUT, false).await;
            return refused(refusal);
        }
    };
    match told(&request, &identity, &records, out).await {
        Ok(()) => HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).finish(),
        Err(error) => {
            audit::refused(&request, audit::LOGOUT, true).await;
            failed(&error)
        }
    }
}

/// Audits every session that ended, whatever fails beside it, and notes the token where nothing did.
async fn told(
    request: &HttpRequest,
    identity: &Identity,
    records: &Records,
    mut out: SignedOut,
) -> Result<(), Error> {
    let mut failure = out.failure.take().map(Error::from);
    for session in &out.ended {
        let caller =
            Caller { on_behalf_of: Some(session.account), ..Caller::system(session.tenant, Surface::Fhir) };
        let caller = caller.calling_from(arrival::client(request));
        failure = records.audit_success(&caller, audit::LOGOUT).await.err().or(failure);
    }
    match failure {
        Some(error) => Err(error),
        None => Ok(identity.note_logout(&out).await?),
    }
}

fn refused(refusal: NotRecognised) -> HttpResponse {
    let told = refusal.to_string();
    let (status, error) = match refusal {
        NotRecognised::Unknown => (StatusCode::NOT_FOUND, "invalid_request"),
        NotRecognised::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable"),
        NotRecognised::NotBegun | NotRecognised::Declined | NotRecognised::Wrong(_) => {
            (StatusCode::BAD_REQUEST, "invalid_request")
        }
        NotRecognised::Storage(error) => return failed(&error.into()),
    };
    HttpResponse::build(status)
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(json!({ "error": error, "error_description": told }))
}
