//! Who sits at the browser: the session of somebody who signed in, and the proof that a form came from one of our pages.
//!
//! A form carries a digest of the browser's cookie, which no other site can read or guess: a post from elsewhere lacks it. The
//! cookie before signing in is another than after, so that nobody can have another person sign in to a session of theirs.

use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::http::arrival;
use crate::identity::Identity;
use crate::identity::oauth::web_session::{LIFETIME_S, Seen, SignedInBrowser};
use crate::records::Error;

/// Cookie of somebody who signed in.
const SESSION: &str = "hygeia-session";
/// Cookie of an operator who signed in: a session of its own, for a credential of one API is unknown at every other.
const OPERATOR: &str = "hygeia-operator";
/// Cookie of a browser in which somebody is about to.
const STRANGER: &str = "hygeia-form";

/// A cookie's name: where connections are encrypted, no neighbour in the domain can set one by this name (RFC 6265bis, 4.1.3.2).
fn name(name: &str, identity: &Identity) -> String {
    if is_secure(identity) { format!("__Host-{name}") } else { name.to_owned() }
}

fn is_secure(identity: &Identity) -> bool {
    identity.issuer().starts_with("https://")
}

fn cookie(name_of: &str, value: &str, lifetime_s: i64, identity: &Identity) -> Cookie<'static> {
    Cookie::build(name(name_of, identity), value.to_owned())
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(is_secure(identity))
        .max_age(Duration::seconds(lifetime_s))
        .finish()
}

/// The cookie of a new session.
#[must_use]
pub fn session_cookie(value: &str, identity: &Identity) -> Cookie<'static> {
    cookie(SESSION, value, LIFETIME_S, identity)
}

/// The cookie of a browser in which somebody is about to sign in.
#[must_use]
pub fn stranger_cookie(value: &str, identity: &Identity) -> Cookie<'static> {
    cookie(STRANGER, value, 3600, identity)
}

/// The cookie of an operator's session, which lasts so long; with nothing in it for who signs out.
#[must_use]
pub fn operator_cookie(value: &str, lifetime_s: i64, identity: &Identity) -> Cookie<'static> {
    cookie(OPERATOR, value, lifetime_s, identity)
}

/// The value of the cookie of an operator who signed in.
#[must_use]
pub fn operator(request: &HttpRequest, identity: &Identity) -> Option<String> {
    request.cookie(&name(OPERATOR, identity)).map(|cookie| cookie.value().to_owned())
}

/// The value of the cookie of somebody who is about to sign in.
#[must_use]
pub fn stranger(request: &HttpRequest, identity: &Identity) -> Option<String> {
    request.cookie(&name(STRANGER, identity)).map(|cookie| cookie.value().to_owned())
}

/// Who has signed in, with the proof for the forms of their pages.
///
/// # Errors
/// When the database fails.
pub async fn signed_in(
    request: &HttpRequest,
    identity: &Identity,
) -> Result<Option<(SignedInBrowser, String)>, Error> {
    let Some(cookie) = request.cookie(&name(SESSION, identity)) else { return Ok(None) };
    let found = identity.signed_in_browser(cookie.value()).await?;
    Ok(found.map(|browser| (browser, proof(cookie.value()))))
}

/// What a session of this browser is told from others by.
#[must_use]
pub fn seen(request: &HttpRequest) -> Seen {
    let agent = request.headers().get("user-agent").and_then(|agent| agent.to_str().ok());
    Seen { browser: agent.and_then(super::agent::name), address: arrival::client(request).address }
}

/// What a form of this browser carries.
#[must_use]
pub fn proof(cookie: &str) -> String {
    hex::encode(Sha256::digest(format!("form:{cookie}")))
}

/// Whether a form carries this.
#[must_use]
pub fn is_proof(sent: &str, proof: &str) -> bool {
    sent.as_bytes().ct_eq(proof.as_bytes()).into()
}
