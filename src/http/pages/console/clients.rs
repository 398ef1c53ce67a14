//! `/console/clients`: the apps and programs that may ask for tokens of the tenant.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use uuid::Uuid;

use super::form::{each_word, lines, text, told, words};
use super::{Administrator, CREATE, LIST};
use crate::http::pages::opening::{Answer, Visit};
use crate::http::pages::page;
use crate::identity::oauth::Client;
use crate::identity::oauth::client::Proof;
use crate::identity::oauth::registration::{NewClient, NewProof};
use crate::records::Error;

/// So many clients a page.
const COUNT: i64 = 50;

#[derive(Template)]
#[template(path = "clients.html")]
struct ClientsPage<'a> {
    email: &'a str,
    form: &'a str,
    clients: Vec<ShownClient>,
    /// The id that the next page comes after, where there is one.
    next: Option<String>,
    /// What is wrong with what was sent.
    problem: Option<String>,
    sent: Sent<'a>,
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
    pub(super) purposes: String,
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
            purposes: client.purposes.codes().join(" "),
            created: client.created_at.format("%Y-%m-%d").to_string(),
            name: client.name,
            redirect_uris: client.redirect_uris,
        }
    }
}

/// Shows the page.
pub async fn show(administrator: Administrator) -> Answer {
    let Administrator { visit, caller, .. } = &administrator;
    visit.records.audit_success(caller, LIST).await?;
    clients_page(&administrator, None::<String>).await
}

/// Registers a client, and shows its secret, once.
pub async fn register(administrator: Administrator) -> Answer {
    let Administrator { visit, caller, .. } = &administrator;
    let new = match wanted(visit) {
        Ok(new) => new,
        Err(problem) => return clients_page(&administrator, Some(problem)).await,
    };
    let note = visit.records.note(caller, CREATE);
    match visit.identity.register_client_of(administrator.tenant(), &new, note).await {
        Ok(registered) => {
            let secret = registered.secret.as_ref().map(|secret| secret.expose().as_str());
            Ok(secret_page(&registered.client.name, registered.client.id.to_string(), secret))
        }
        Err(fault) => match told(&fault) {
            Some(problem) => clients_page(&administrator, Some(problem)).await,
            None => Err(Error::internal(fault).into()),
        },
    }
}

/// The page that shows a secret once.
pub(super) fn secret_page(name: &str, id: String, secret: Option<&str>) -> HttpResponse {
    page(StatusCode::OK, &SecretPage { name, id, secret }, None)
}

/// The client that a form asks for.
fn wanted(visit: &Visit) -> Result<NewClient, &'static str> {
    let field = |name| text(visit, name);
    let proof = match (field("method"), field("jwks"), field("jwks_uri")) {
        ("none", "", "") => NewProof::Public,
        ("client_secret_basic", "", "") => NewProof::Secret,
        ("private_key_jwt", keys, "") if !keys.is_empty() => NewProof::Keys(keys.to_owned()),
        ("private_key_jwt", "", address) if !address.is_empty() => NewProof::KeysAt(address.to_owned()),
        ("private_key_jwt", ..) => return Err("A program with keys needs either its keys or their address."),
        _ => return Err("Keys are for programs that show who they are by keys."),
    };
    Ok(NewClient {
        name: field("name").to_owned(),
        proof,
        redirect_uris: lines(field("redirect_uris")),
        scope: words(field("scope")),
        purposes: each_word(field("purposes")),
    })
}

/// A page of the clients. What was sent stays in the form, where there is a problem with it.
async fn clients_page(administrator: &Administrator, problem: Option<impl Into<String>>) -> Answer {
    let visit = &administrator.visit;
    let problem = problem.map(Into::into);
    let after = Uuid::try_parse(visit.one("after")).ok();
    let found = visit.identity.clients_of(administrator.tenant(), after, COUNT).await;
    let (clients, is_cut) = found.map_err(Error::from)?;
    let next = clients.last().filter(|_| is_cut).map(|last| last.id.to_string());
    let status = if problem.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let template = ClientsPage {
        email: administrator.email(),
        form: &administrator.proof,
        clients: clients.into_iter().map(ShownClient::from).collect(),
        next,
        problem,
        sent: Sent(visit),
    };
    Ok(page(status, &template, None))
}

/// The fields of the form as they were sent.
struct Sent<'a>(&'a Visit);

impl<'a> Sent<'a> {
    fn text(&self, name: &str) -> &'a str {
        text(self.0, name)
    }
}
