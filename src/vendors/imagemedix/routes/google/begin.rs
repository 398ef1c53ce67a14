//! `GET /api/auth/google`: sends the browser to Google.

use actix_web::http::header::{LOCATION, REFERRER_POLICY};
use actix_web::{HttpRequest, HttpResponse, get, web};

use super::{CLIENT, OUR_PAGES, PROVIDER, browser, callback_address, refusal};
use crate::core::Ids;
use crate::http::arrival::Arrival;
use crate::identity::federation::begin::Beginning;
use crate::identity::{Identity, Surface};
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::query::one;
use crate::vendors::imagemedix::wire;

/// Sends the browser to Google to sign in, for the configured client or, with `to=pages`, for this server's own pages.
#[utoipa::path(tag = "accounts", operation_id = "begin_google_sign_in", params(wire::GoogleQuery),
    responses((status = 302, description = "To Google, which sends the browser back to the callback"),
        (status = 400, description = "A parameter is wrong", body = wire::Failure),
        (status = 404, description = "Google is not set up here", body = wire::Failure)))]
#[get("/api/auth/google")]
pub async fn begin_google_sign_in(
    request: HttpRequest,
    identity: web::Data<Identity>,
    arrival: Arrival,
) -> Result<HttpResponse, Refusal> {
    let return_to = match one(&request, "to")?.as_deref() {
        None => CLIENT,
        Some(OUR_PAGES) => OUR_PAGES,
        Some(_) => return Err(Refusal::field("to", "must be pages, or left out")),
    };
    // The same for all that begin in this browser, so that each of two windows comes back.
    let value = browser::known(&request, &arrival).unwrap_or_else(|| Ids.random(32));
    let callback = callback_address(&arrival);
    let beginning = Beginning {
        provider: PROVIDER,
        surface: Surface::ImageMedix,
        callback: &callback,
        browser: &value,
        return_to,
        is_asked_anew: false,
    };
    let address = identity.begin_at_provider(&beginning).await.map_err(refusal)?;
    Ok(HttpResponse::Found()
        .insert_header((LOCATION, address.as_str()))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .cookie(browser::cookie(value, &arrival))
        .finish())
}
