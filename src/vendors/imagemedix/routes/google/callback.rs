//! `GET /api/auth/google/callback`: the browser is back from Google.

use actix_web::http::header::{ACCEPT, LOCATION, REFERRER_POLICY};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, ResponseError, get, web};

use super::{ClientUrl, PROVIDER, browser, callback_address, refusal};
use crate::http::arrival::{self, Arrival};
use crate::http::federation::{self, NoAccount};
use crate::http::pages;
use crate::identity::federation::finish::Returned;
use crate::identity::sign_in::SignInError;
use crate::identity::{Caller, Identity, Surface};
use crate::records::Records;
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::query::raw;
use crate::vendors::imagemedix::{operations, wire};

/// Signs in who comes back from Google, and sends the browser to the configured client with a token in the fragment, `#token=`. A person
/// in a browser reads a refusal on a page.
#[utoipa::path(tag = "accounts", operation_id = "finish_google_sign_in", params(wire::GoogleReturn),
    responses((status = 302, description = "To the client, with a token"),
        (status = 400, description = "The sign-in was not begun in this browser, took too long, or is over", body = wire::Failure),
        (status = 403, description = "Google did not sign the person in, or there is no account for them", body = wire::Failure),
        (status = 404, description = "Google is not set up here", body = wire::Failure)))]
#[get("/api/auth/google/callback")]
pub async fn finish_google_sign_in(
    request: HttpRequest,
    identity: web::Data<Identity>,
    records: web::Data<Records>,
    client: web::Data<ClientUrl>,
    arrival: Arrival,
) -> Result<HttpResponse, Refusal> {
    match signed_in(&request, &identity, &records, &arrival).await {
        Ok((return_to, token)) => {
            let address = format!("{}#token={token}", client.after(&return_to, &arrival));
            Ok(HttpResponse::Found()
                .insert_header((LOCATION, address))
                .insert_header((REFERRER_POLICY, "no-referrer"))
                .finish())
        }
        Err(refusal) if is_person(&request) => {
            refusal.log();
            Ok(pages::fault(refusal.status_code(), &refusal.to_string()))
        }
        Err(refusal) => Err(refusal),
    }
}

/// Where the person goes on, and the token.
async fn signed_in(
    request: &HttpRequest,
    identity: &Identity,
    records: &Records,
    arrival: &Arrival,
) -> Result<(String, String), Refusal> {
    let browser = browser::known(request, arrival).unwrap_or_default();
    let callback = callback_address(arrival);
    let (state, code) = (raw(request, "state").unwrap_or_default(), raw(request, "code"));
    let issuer = raw(request, "iss");
    let returned = Returned {
        provider: PROVIDER,
        surface: Surface::ImageMedix,
        callback: &callback,
        browser: &browser,
        state: &state,
        code: code.as_deref(),
        issuer: issuer.as_deref(),
        is_refused: raw(request, "error").is_some(),
    };
    let (person, return_to) = identity.finish_at_provider(&returned).await.map_err(refusal)?;
    let found = federation::account(identity, records, Surface::ImageMedix, None, &person).await?;
    let (account, is_linked) = found.map_err(|none| Refusal::NotAdmitted(none.told()))?;
    let linked = Caller::of_account(Surface::ImageMedix, &account).calling_from(arrival::client(request));
    let caller = linked.clone().doing(operations::LOGIN);
    // A refusal from here on is this account's.
    request.extensions_mut().insert(caller.clone());
    let provider = Identity::by_provider(&person, is_linked);
    let signed_in = identity.sign_in_by_provider(Surface::ImageMedix, &account, &provider).await;
    let signed_in = signed_in.map_err(|error| {
        // Whatever changed in this moment: the account is as none.
        let is_closed = matches!(error, SignInError::Wrong);
        if is_closed { Refusal::NotAdmitted(NoAccount::None.told()) } else { error.into() }
    })?;
    if provider.links {
        records.audit_success(&linked, pages::operations::LINK).await?;
    }
    records.audit_success(&caller, operations::LOGIN).await?;
    Ok((return_to, signed_in.token.into_inner()))
}

/// Whether a browser shows the answer to somebody.
fn is_person(request: &HttpRequest) -> bool {
    let accepted = request.headers().get(ACCEPT).and_then(|accepted| accepted.to_str().ok());
    accepted.is_some_and(|accepted| accepted.contains("text/html"))
}
