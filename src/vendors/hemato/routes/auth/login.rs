//! `POST /auth/login`.

use std::time::Instant;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, post, web};
use serde_json::json;

use crate::core::config::mounts::{Mounting, Region};
use crate::http::arrival::{self, Arrival};
use crate::identity::{Caller, Identity, Surface};
use crate::records::Records;
use crate::vendors::hemato::body::Json;
use crate::vendors::hemato::errors::Refusal;
use crate::vendors::hemato::{envelope, operations, wire};

/// The longest e-mail address (RFC 5321).
const LONGEST: usize = 254;

/// Signs in with an e-mail address and the SHA-256 of the password. The password itself is never taken.
#[utoipa::path(tag = "auth", operation_id = "login", request_body = wire::Login,
    responses((status = 202, description = "Signed in", body = wire::Envelope<wire::LoginResults>),
        (status = 401, description = "Unknown user or wrong password", body = wire::Failure),
        (status = 403, description = "The user has no permission for the region", body = wire::Failure),
        (status = 429, description = "Too many were wrong: `Retry-After` says how long to wait", body = wire::Failure)))]
#[post("/auth/login")]
pub async fn login(
    Json(sent): Json<wire::Login>,
    request: HttpRequest,
    arrival: Arrival,
    mounting: web::Data<Mounting>,
    records: web::Data<Records>,
    identity: web::Data<Identity>,
) -> Result<HttpResponse, Refusal> {
    let begun = Instant::now();
    let user = sent.user.expose().trim();
    if user.is_empty() || user.len() > LONGEST || user.contains(char::is_control) {
        return Err(Refusal::field("user", "must be an e-mail address"));
    }
    let is_hash =
        |text: &str| text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if !is_hash(sent.pass_hash.expose()) {
        let form = "must be the SHA-256 of the password: 64 hexadecimal digits in lower case";
        return Err(Refusal::field("pass_hash", form));
    }
    let region: Region = arrival.region().unwrap_or(mounting.regions.default);
    let origin = arrival::client(&request);
    let signed_in = identity.sign_in_to_region(region, user, sent.pass_hash.clone(), origin.address).await?;
    let signed_in = signed_in.ok_or(Refusal::RegionNotPermitted)?;
    let caller = Caller::of_account(Surface::Hemato, &signed_in.account);
    let caller = caller.doing(operations::LOGIN).calling_from(origin);
    let results = wire::LoginResults {
        login_timestamp: format!("{}000", records.now().timestamp_micros()),
        user: super::user(&records, &caller, &signed_in.account).await?,
        token: wire::SessionToken { token: signed_in.token.into_inner() },
    };
    let debug_info = json!({ "delta": envelope::delta(begun), "version": envelope::VERSION });
    Ok(envelope::success_with(StatusCode::ACCEPTED, results, &debug_info))
}
