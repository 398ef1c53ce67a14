//! Signing in with Google, or with whatever provider of OpenID Connect is set up by that name.
//!
//! What must come back from there belongs to one browser, for ten minutes, once, at any replica (`identity::federation`). Who is
//! recognised has the account with the verified e-mail address, or is given one by the operator's rule for newcomers.

pub mod begin;
mod browser;
pub mod callback;
pub mod methods;

use crate::http::arrival::Arrival;
use crate::identity::federation::NotRecognised;
use crate::vendors::imagemedix::errors::Refusal;

/// The provider's name in the settings.
const PROVIDER: &str = "google";
/// Where people go on who began on our own page.
const OUR_PAGES: &str = "pages";
/// Where they go on who began elsewhere.
const CLIENT: &str = "client";

/// The page of the client that is sent a token; none means ours.
#[derive(Clone, Debug, Default)]
pub struct ClientUrl(pub Option<String>);

impl ClientUrl {
    /// Where the browser goes on: never an address that came with a request.
    fn after(&self, return_to: &str, arrival: &Arrival) -> String {
        let named = self.0.clone().filter(|_| return_to != OUR_PAGES);
        named.unwrap_or_else(|| format!("{}/login.html", arrival.base()))
    }
}

/// Where the provider sends the browser back to: the mount that the request came through.
fn callback_address(arrival: &Arrival) -> String {
    format!("{}/api/auth/google/callback", arrival.base())
}

/// Why nobody was recognised, in the vendor's words. What exactly is wrong is logged: it concerns who runs the server.
fn refusal(fault: NotRecognised) -> Refusal {
    match fault {
        NotRecognised::Unknown => Refusal::NotFound("way to sign in"),
        NotRecognised::Unavailable => Refusal::Unavailable,
        NotRecognised::NotBegun => Refusal::Invalid(
            "This sign-in was not begun in this browser, took too long, or is over".to_owned(),
        ),
        NotRecognised::Declined => Refusal::NotAdmitted("Google did not sign you in"),
        NotRecognised::Wrong(problem) => {
            tracing::warn!(provider = PROVIDER, problem, "a sign-in by a provider was refused");
            Refusal::Invalid("What Google says of you does not hold".to_owned())
        }
        NotRecognised::Storage(error) => error.into(),
    }
}
