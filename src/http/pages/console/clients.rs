//! `/console/clients`: the apps and programs that may ask for tokens of the tenant.

use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::Administrator;
use super::form::{Form, told};
use crate::http::pages::in_time::InTime;
use crate::http::pages::{failed, page};
use crate::identity::Identity;
use crate::identity::oauth::Client;
use crate::identity::oauth::client::Proof;
use crate::identity::oauth::registration::{NewClient, NewProof};
use crate::records::{Error, Records};

#[derive(Template)]
#[template(path = "clients.html")]
struct ClientsPage<'a> {
    email: &'a str,
    form: &'a str,
    clients: Vec<ShownClient>,
    /// What is wrong with what was sent.
    problem: Option<String>,
    sent: &'a Form,
}

#[derive(Template)]
#[template(path = "client-secret.html")]
struct SecretPage<'a> {
    name: &'a str,
    id: String,
    secret: Option<&'a str>,
}

/// A client, as people read it.
pub(super) struct ShownClient {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) method: &'static str,
    pub(super) jwks_uri: Option<String>,
    pub(super) redirect_uris: Vec<String>,
    pub(super) scope: String,
    pub(super) created: String,
}

impl From<Client> for ShownClient {
    fn from(client: Client) -> Self {
        Self {
            id: client.id.to_string(),
            method: match client.proof {
                Proof::None => "Public app: it keeps no secret",
                Proof::Secret(_) => "By a secret",
                Proof::Keys(_) | Proof::KeysAt(_) => "By keys of its own",
            },
            jwks_uri: client.proof.jwks_uri().map(str::to_owned),
            scope: client.scopes.to_string(),
            created: client.created_at.format("%Y-%m-%d").to_string(),
            name: client.name,
            redirect_uris: client.redirect_uris,
        }
    }
}

/// Shows the page.
pub async fn show(
    request: HttpRequest,
    identity: web::Data<Identity>,
    records: web::Data<Records>,
) -> HttpResponse {
    let administrator = match Administrator::of(&request, &identity, "list-clients").await {
        Ok(administrator) => administrator,
        Err(answer) => return answer,
    };
    if let Err(error) = records.audit_success(&administrator.caller, "list-clients").await {
        return failed(&error);
    }
    clients_page(&identity, &administrator, &Form::parse(b""), None).await
}

/// Registers a client, and shows its secret, once.
pub async fn register(
    request: HttpRequest,
    InTime(body): InTime<Bytes>,
    identity: web::Data<Identity>,
    records: web::Data<Records>,
) -> HttpResponse {
    let sent = Form::parse(&body);
    let administrator = Administrator::sent(&request, &identity, "create-client", sent.text("form")).await;
    let administrator = match administrator {
        Ok(administrator) => administrator,
        Err(answer) => return answer,
    };
    let new = match wanted(&sent) {
        Ok(new) => new,
        Err(problem) => return clients_page(&identity, &administrator, &sent, Some(problem)).await,
    };
    match identity.register_client_of(administrator.tenant(), &new).await {
        Ok(registered) => {
            if let Err(error) = records.audit_success(&administrator.caller, "create-client").await {
                return failed(&error);
            }
            let secret = registered.secret.as_ref().map(|secret| secret.expose().as_str());
            secret_page(&registered.client.name, registered.client.id.to_string(), secret)
        }
        Err(fault) => match told(&fault) {
            Some(problem) => clients_page(&identity, &administrator, &sent, Some(problem)).await,
            None => failed(&Error::internal(fault)),
        },
    }
}

/// The page that shows a secret once.
pub(super) fn secret_page(name: &str, id: String, secret: Option<&str>) -> HttpResponse {
    page(StatusCode::OK, &SecretPage { name, id, secret }, None)
}

/// The client that a form asks for.
fn wanted(sent: &Form) -> Result<NewClient, String> {
    let (keys, address) = (sent.text("jwks"), sent.text("jwks_uri"));
    let proof = match (sent.text("method"), keys, address) {
        ("none", "", "") => NewProof::Public,
        ("client_secret_basic", "", "") => NewProof::Secret,
        ("private_key_jwt", keys, "") if !keys.is_empty() => NewProof::Keys(keys.to_owned()),
        ("private_key_jwt", "", address) if !address.is_empty() => NewProof::KeysAt(address.to_owned()),
        ("private_key_jwt", ..) => {
            return Err("A program with keys needs either its keys or their address.".to_owned());
        }
        _ => return Err("Keys are for programs that show who they are by keys.".to_owned()),
    };
    Ok(NewClient {
        name: sent.text("name").to_owned(),
        proof,
        redirect_uris: sent.lines("redirect_uris"),
        scope: sent.words("scope"),
    })
}

async fn clients_page(
    identity: &Identity,
    administrator: &Administrator,
    sent: &Form,
    problem: Option<String>,
) -> HttpResponse {
    let clients = match identity.clients_of(administrator.tenant()).await {
        Ok(clients) => clients.into_iter().map(ShownClient::from).collect(),
        Err(error) => return failed(&error.into()),
    };
    let status = if problem.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let (email, form) = (administrator.email(), &*administrator.proof);
    page(status, &ClientsPage { email, form, clients, problem, sent }, None)
}
