//! `GET /oauth/authorize`: where a client sends a person to be asked.
//! <https://hl7.org/fhir/smart-app-launch/STU2.2/app-launch.html#obtain-authorization-code>

use actix_web::{HttpRequest, HttpResponse, get, web};

use crate::http::pages::flow::Flow;
use crate::http::pages::{failed, go_on, visitor};
use crate::identity::Identity;
use crate::identity::oauth::authorization::Prompt;
use crate::identity::oauth::web_session::SignedInBrowser;

/// Asks a person for what a client wants; the answer is a redirection to the client.
#[utoipa::path(tag = "oauth", operation_id = "authorize",
    params(("response_type" = String, Query, description = "`code`"), ("client_id" = String, Query, description = "The client"),
        ("redirect_uri" = String, Query, description = "One of the client's, letter by letter"),
        ("scope" = String, Query, description = "Scopes, separated by spaces"), ("state" = String, Query, description = "Comes back with the answer"),
        ("aud" = String, Query, description = "The FHIR base"), ("code_challenge" = String, Query, description = "SHA-256 of the verifier, in base64url"),
        ("code_challenge_method" = String, Query, description = "`S256`"), ("launch" = Option<String>, Query, description = "What an EHR launched the client with"),
        ("nonce" = Option<String>, Query, description = "Comes back in the id token"), ("prompt" = Option<String>, Query, description = "`login` or `none`"),
        ("max_age" = Option<String>, Query, description = "Seconds since the person signed in, at most")),
    responses((status = 303, description = "To a page of ours, or to the client with an answer"),
        (status = 400, description = "The client or its address is unknown: a page for the person", body = String, content_type = "text/html")))]
#[get("/oauth/authorize")]
pub async fn authorize(request: HttpRequest, identity: web::Data<Identity>) -> HttpResponse {
    let flow = match Flow::read(&request, &identity, request.query_string()).await {
        Ok(flow) => flow,
        Err(answer) => return answer,
    };
    // Here without the time that people take to read: those pages are to come.
    let is_late =
        |browser: &SignedInBrowser| flow.asked.signed_in_from.is_some_and(|from| browser.signed_in_at < from);
    let browser = match visitor::signed_in(&request, &identity).await {
        Ok(browser) => browser.map(|(browser, _)| browser),
        Err(error) => return failed(&error),
    };
    let browser = browser.filter(|browser| flow.is_of_tenant(browser) && !is_late(browser));
    match flow.asked.prompt {
        // Every request is put to the person: without asking, there is nothing to answer but this.
        Prompt::None => {
            let error = if browser.is_none() { "login_required" } else { "consent_required" };
            flow.refuse(&request, &identity, error, "the person must be asked").await
        }
        Prompt::Login => go_on(&flow.next(None)),
        Prompt::AsNeeded => go_on(&flow.next(browser.as_ref())),
    }
}
