//! `/login/oidc/{name}`: sends the browser to a provider.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

use super::callback_address;
use crate::core::Ids;
use crate::http::oauth::audit;
use crate::http::pages::flow::Flow;
use crate::http::pages::{failed, go_on, visitor};
use crate::identity::federation::begin::Beginning;
use crate::identity::oauth::authorization::Prompt;
use crate::identity::{Identity, Surface};
use crate::records::Error;

/// What the address is asked with.
#[derive(Deserialize)]
pub struct Shown {
    #[serde(default)]
    request: String,
}

/// Sends the browser there.
pub async fn begin(
    request: HttpRequest,
    name: web::Path<String>,
    query: web::Query<Shown>,
    identity: web::Data<Identity>,
) -> HttpResponse {
    let is_asked_anew = if query.request.is_empty() {
        false
    } else {
        match Flow::read(&request, &identity, &query.request).await {
            Ok(flow) => flow.asked.prompt == Prompt::Login,
            Err(answer) => return answer,
        }
    };
    let known = visitor::stranger(&request, &identity);
    let cookie = known.clone().unwrap_or_else(|| Ids.random(32));
    let callback = callback_address(&identity, &name);
    let beginning = Beginning {
        provider: &name,
        surface: Surface::Fhir,
        callback: &callback,
        browser: &cookie,
        return_to: &query.request,
        is_asked_anew,
    };
    match identity.begin_at_provider(&beginning).await {
        Ok(address) => {
            let mut response = go_on(address.as_str());
            if known.is_none()
                && let Err(error) = response.add_cookie(&visitor::stranger_cookie(&cookie, &identity))
            {
                return failed(&Error::internal(error.to_string()));
            }
            response
        }
        Err(refusal) => {
            audit::refused(&request, audit::LOGIN, false).await;
            super::answer(refusal, &name)
        }
    }
}
