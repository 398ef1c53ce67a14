//! `POST` and `GET /auth/hello`, also spelt `/auth/helo`.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, routes, web};
use serde_json::{Value, json};

use crate::http::arrival;
use crate::identity::organization_keys::token::{Opened, Reason};
use crate::identity::{Caller, Surface};
use crate::records::Records;
use crate::vendors::hemato::caller::{authenticated, token};
use crate::vendors::hemato::errors::Refusal;
use crate::vendors::hemato::{envelope, operations, wire};

/// Tells whether a token holds in this region, and every reason why not. What it takes a look at users to tell is told of tokens alone
/// whose signature holds.
///
/// `GET`, and `/hemato/auth/helo`, do the same.
#[utoipa::path(tag = "auth", operation_id = "hello", method(post),
    responses((status = 200, description = "The token holds", body = wire::Envelope<wire::Greeting>),
        (status = 401, description = "It does not, and why", body = wire::Envelope<wire::Rejection>)),
    security(("hemato_token" = [])))]
#[routes]
#[post("/auth/hello")]
#[get("/auth/hello")]
#[post("/auth/helo")]
#[get("/auth/helo")]
pub async fn hello(request: HttpRequest, records: web::Data<Records>) -> Result<HttpResponse, Refusal> {
    let now = records.now();
    let Some(token) = token(&request) else {
        return Err(rejected(&["missing_token".to_owned()], None, now.timestamp()));
    };
    let (bearer, region) = match authenticated(&request, token).await? {
        Ok(found) => found,
        Err(reasons) => {
            let reasons: Vec<_> = reasons.into_iter().map(Reason::code).collect();
            return Err(rejected(&reasons, Opened::read(token), now.timestamp()));
        }
    };
    let caller = Caller::of_account(Surface::Hemato, &bearer.account);
    let caller = caller.doing(operations::HELLO).calling_from(arrival::client(&request));
    let greeting = wire::Greeting {
        valid: true,
        user: super::user(&records, &caller, &bearer.account).await?,
        claims: bearer.claims,
        region: region.as_str(),
        expires_in: bearer.until.saturating_sub(now.timestamp()),
    };
    Ok(envelope::success(StatusCode::OK, greeting))
}

fn rejected(reasons: &[String], opened: Option<Opened>, server_time: i64) -> Refusal {
    let (header, claims) = match opened {
        Some(opened) => (Value::Object(opened.header), Value::Object(opened.claims)),
        None => (Value::Null, Value::Null),
    };
    let debug_info = json!({ "header": header, "claims": claims, "server_time": server_time });
    Refusal::Rejected(Box::new((json!({ "valid": false, "reasons": reasons }), debug_info)))
}
