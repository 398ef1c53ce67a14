//! The cookie of a browser that is on its way to Google and back.

use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};

use crate::http::arrival::Arrival;

const NAME: &str = "hygeia-google";
/// As long as somebody may stay there.
const LIFETIME: Duration = Duration::minutes(10);
/// Longer values are none of ours.
const LONGEST: usize = 100;

/// The cookie's name: where connections are encrypted, no neighbour in the domain can set one by this name (RFC 6265bis, 4.1.3.2).
fn name(arrival: &Arrival) -> String {
    if is_secure(arrival) { format!("__Host-{NAME}") } else { NAME.to_owned() }
}

fn is_secure(arrival: &Arrival) -> bool {
    arrival.base().starts_with("https://")
}

/// What the browser has.
pub(super) fn known(request: &HttpRequest, arrival: &Arrival) -> Option<String> {
    let value = request.cookie(&name(arrival)).map(|cookie| cookie.value().to_owned());
    value.filter(|value| !value.is_empty() && value.len() <= LONGEST)
}

/// What the browser is to keep. It comes along when the provider sends the browser back, and to nobody else's pages.
pub(super) fn cookie(value: String, arrival: &Arrival) -> Cookie<'static> {
    Cookie::build(name(arrival), value)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(is_secure(arrival))
        .max_age(LIFETIME)
        .finish()
}
