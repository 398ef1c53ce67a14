//! `/login/oidc/{name}`: sends the browser to a provider.

use actix_web::web;

use super::callback_address;
use crate::core::Ids;
use crate::http::oauth::audit;
use crate::http::pages::onward::Entering;
use crate::http::pages::opening::Answer;
use crate::http::pages::{go_on, visitor};
use crate::identity::Surface;
use crate::identity::federation::begin::Beginning;
use crate::records::Error;

/// Sends the browser there.
pub async fn begin(entering: Entering, name: web::Path<String>) -> Answer {
    let Entering { visit, onward } = &entering;
    let known = visitor::stranger(&visit.request, &visit.identity);
    let cookie = known.clone().unwrap_or_else(|| Ids.random(32));
    let callback = callback_address(&visit.identity, &name);
    let beginning = Beginning {
        provider: &name,
        surface: Surface::Fhir,
        callback: &callback,
        browser: &cookie,
        return_to: onward.question(),
        is_asked_anew: onward.is_asked_anew(),
    };
    let address = match visit.identity.begin_at_provider(&beginning).await {
        Ok(address) => address,
        Err(refusal) => {
            audit::refused(&visit.request, audit::LOGIN, false).await;
            return Ok(super::answer(refusal, &name));
        }
    };
    let mut response = go_on(address.as_str());
    if known.is_none() {
        let cookie = visitor::stranger_cookie(&cookie, &visit.identity);
        response.add_cookie(&cookie).map_err(|error| Error::internal(error.to_string()))?;
    }
    Ok(response)
}
