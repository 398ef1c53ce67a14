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
use crate::identity::{Caller, Identity, Surface};
use crate::records::Records;

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
    let ended = match identity.logout_by_provider(&name, sent.logout_token.expose()).await {
        Ok(ended) => ended,
        Err(refusal) => {
            audit::refused(&request, audit::LOGOUT, false).await;
            return refused(refusal);
        }
    };
    for session in ended {
        let caller =
            Caller { on_behalf_of: Some(session.account), ..Caller::system(session.tenant, Surface::Fhir) };
        let caller = caller.calling_from(arrival::client(&request));
        if let Err(error) = records.audit_success(&caller, audit::LOGOUT).await {
            return failed(&error);
        }
    }
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).finish()
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
