//! Our own authorisation server: who may have a token, and for what.
//!
//! OAuth 2.0 (RFC 6749) as SMART App Launch 2.2 has it. <https://hl7.org/fhir/smart-app-launch/STU2.2/app-launch.html>

pub mod assertion;
pub mod authentication;
pub mod authorization;
pub mod authorization_fault;
pub mod client;
pub mod client_credentials;
pub mod client_keys;
pub mod code;
pub mod id_token;
pub mod introspection;
pub mod launch;
pub mod management;
pub(in crate::identity) mod published_keys;
mod redirect_uri;
pub mod refresh;
pub mod refusal;
pub mod registration;
pub mod revocation;
pub mod tokens;
pub mod web_session;

pub use client::{Client, GrantType};
pub use refusal::Refusal;
pub use tokens::{LaunchContext, Tokens};

use super::Identity;

/// The path where people are asked.
pub const AUTHORIZE: &str = "/oauth/authorize";
/// The path of the token endpoint.
pub const TOKEN: &str = "/oauth/token";
/// The path where tokens are taken back.
pub const REVOKE: &str = "/oauth/revoke";
/// The path where other servers ask about tokens.
pub const INTROSPECT: &str = "/oauth/introspect";
/// The path of the keys that id tokens are signed with.
pub const KEYS: &str = "/oauth/jwks";
/// The path where apps are registered.
pub const REGISTER: &str = "/oauth/register";
/// The path where an EHR makes launches.
pub const LAUNCH: &str = "/oauth/launch";

impl Identity {
    /// Who gives tokens out: the server's external address.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The address of a path of this server.
    #[must_use]
    pub fn address_of(&self, path: &str) -> String {
        format!("{}{path}", self.issuer)
    }
}
