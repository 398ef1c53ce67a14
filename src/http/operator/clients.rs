//! What goes over the line of clients, and what is wrong with what they are to be.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::errors::Refusal;
use crate::identity::oauth::Client;
use crate::identity::oauth::registration::NotRegistered;

/// A client that is wanted, in the words of RFC 7591.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewClient {
    /// What people are shown.
    #[schema(example = "Growth Chart")]
    pub name: String,
    /// How it shows who it is: `none`, `client_secret_basic` or `private_key_jwt`.
    #[schema(example = "none")]
    pub token_endpoint_auth_method: String,
    /// Its public keys, a JSON Web Key Set.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub jwks: Option<Value>,
    /// Where these keys are instead.
    #[serde(default)]
    pub jwks_uri: Option<String>,
    /// Where answers may be sent; with one, the client may ask people.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// What it may ask for, parted by blanks.
    #[schema(example = "openid fhirUser launch/patient patient/*.rs")]
    pub scope: String,
    /// What it may want data for: codes of HL7's PurposeOfUse, the usual first. Without any it is treatment.
    #[serde(default)]
    #[schema(max_items = 20, example = json!(["HRESCH"]))]
    pub purposes: Vec<String>,
}

/// What is to change of a client; what is absent stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientChange {
    /// What people are shown.
    #[serde(default)]
    pub name: Option<String>,
    /// Where answers may be sent.
    #[serde(default)]
    pub redirect_uris: Option<Vec<String>>,
    /// What it may ask for.
    #[serde(default)]
    pub scope: Option<String>,
    /// What it may want data for.
    #[serde(default)]
    pub purposes: Option<Vec<String>>,
}

/// A client. What secures it is not shown.
#[derive(Serialize, ToSchema)]
pub struct ClientView {
    /// Its id.
    pub client_id: String,
    /// What people are shown.
    pub name: String,
    /// How it shows who it is.
    pub token_endpoint_auth_method: &'static str,
    /// Where its keys are, if they are elsewhere.
    pub jwks_uri: Option<String>,
    /// Where answers may be sent.
    pub redirect_uris: Vec<String>,
    /// What it may ask by.
    pub grant_types: Vec<&'static str>,
    /// What it may ask for.
    pub scope: String,
    /// What it may want data for, the usual first; treatment, where there is none.
    pub purposes: Vec<String>,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
}

/// The clients of a tenant.
#[derive(Serialize, ToSchema)]
pub struct Clients {
    /// In the order in which they were registered.
    pub items: Vec<ClientView>,
    /// What the next page comes after; none on the last.
    pub next: Option<String>,
}

/// A client that was registered.
#[derive(Serialize, ToSchema)]
pub struct CreatedClient {
    /// The client.
    #[serde(flatten)]
    pub client: ClientView,
    /// Its secret, where it has one.
    pub client_secret: Option<String>,
}

/// A client's new secret.
#[derive(Serialize, ToSchema)]
pub struct RenewedSecret {
    /// The client.
    pub client_id: String,
    /// The secret.
    pub client_secret: String,
}

impl From<Client> for ClientView {
    fn from(client: Client) -> Self {
        Self {
            client_id: client.id.to_string(),
            token_endpoint_auth_method: client.proof.method(),
            jwks_uri: client.proof.jwks_uri().map(str::to_owned),
            grant_types: client.grants.iter().map(|grant| grant.as_str()).collect(),
            scope: client.scopes.to_string(),
            purposes: client.purposes.codes().to_vec(),
            name: client.name,
            redirect_uris: client.redirect_uris,
            created_at: client.created_at,
        }
    }
}

/// Why a client is not as it is to be, by field.
pub fn refused(fault: NotRegistered) -> Refusal {
    let told = format!("is not accepted: {fault}");
    match fault {
        NotRegistered::Name => Refusal::Field("name", told),
        NotRegistered::Scope(_) | NotRegistered::Scopes(_) => Refusal::Field("scope", told),
        NotRegistered::Purposes(_) => Refusal::Field("purposes", told),
        NotRegistered::Keys(_) => Refusal::Field("jwks", told),
        NotRegistered::KeysAddress => Refusal::Field("jwks_uri", told),
        NotRegistered::RedirectUri(_) | NotRegistered::Useless => Refusal::Field("redirect_uris", told),
        NotRegistered::Tenant(_) => Refusal::NotFound("tenant"),
        NotRegistered::Storage(error) => error.into(),
    }
}
