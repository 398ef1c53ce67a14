//! `/console/clients/{id}`: one client, to change, give a new secret, or remove.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use uuid::Uuid;

use super::clients::{ShownClient, secret_page};
use super::form::{each_word, lines, text, told, words};
use super::{Administrator, CHANGE, CLIENTS, LIST, REMOVE, RENEW, action};
use crate::http::pages::opening::{Answer, Turned};
use crate::http::pages::{fault, go_on, page};
use crate::identity::oauth::Client;
use crate::identity::oauth::client::Proof;
use crate::identity::oauth::management::{ClientChange, Renewal};
use crate::records::Error;

#[derive(Template)]
#[template(path = "client.html")]
struct ClientPage<'a> {
    form: &'a str,
    client: ShownClient,
    has_secret: bool,
    problem: Option<String>,
}

/// Shows the page.
pub async fn show(administrator: Administrator, id: web::Path<String>) -> Answer {
    let Administrator { visit, caller, .. } = &administrator;
    let client = client(&administrator, &id).await?;
    visit.records.audit_success(caller, LIST).await?;
    Ok(client_page(&administrator, client, None))
}

/// Does what the button says.
pub async fn change(administrator: Administrator, id: web::Path<String>) -> Answer {
    let Some(doing) = action(administrator.visit.one("action")) else {
        return Ok(fault(StatusCode::BAD_REQUEST, "The form says nothing to do."));
    };
    let client = client(&administrator, &id).await?;
    match doing {
        RENEW => renew(&administrator, &client).await,
        REMOVE => remove(&administrator, &client).await,
        _ => change_it(&administrator, client).await,
    }
}

async fn change_it(administrator: &Administrator, client: Client) -> Answer {
    let Administrator { visit, caller, .. } = administrator;
    let change = ClientChange {
        name: Some(text(visit, "name").to_owned()),
        redirect_uris: Some(lines(text(visit, "redirect_uris"))),
        scope: Some(words(text(visit, "scope"))),
        // A form from before the field was there says nothing of them.
        purposes: visit.all("purposes").next().map(each_word),
    };
    let note = visit.records.note(caller, CHANGE);
    match visit.identity.change_client(administrator.tenant(), client.id, &change, note).await {
        Ok(Some(_)) => Ok(go_on(CLIENTS)),
        Ok(None) => Ok(none()),
        Err(fault) => match told(&fault) {
            Some(problem) => Ok(client_page(administrator, client, Some(problem))),
            None => Err(Error::internal(fault).into()),
        },
    }
}

async fn renew(administrator: &Administrator, client: &Client) -> Answer {
    let Administrator { visit, caller, .. } = administrator;
    let note = visit.records.note(caller, RENEW);
    let renewed = visit.identity.renew_secret(administrator.tenant(), client.id, note).await;
    match renewed.map_err(Error::from)? {
        Renewal::Renewed(secret) => {
            Ok(secret_page(&client.name, client.id.to_string(), Some(secret.expose())))
        }
        Renewal::HasNone | Renewal::Unknown => Ok(none()),
    }
}

async fn remove(administrator: &Administrator, client: &Client) -> Answer {
    let Administrator { visit, caller, .. } = administrator;
    let note = visit.records.note(caller, REMOVE);
    let removed = visit.identity.remove_client_of(administrator.tenant(), client.id, note).await;
    Ok(if removed.map_err(Error::from)? { go_on(CLIENTS) } else { none() })
}

/// The tenant's client with this id.
async fn client(administrator: &Administrator, id: &str) -> Result<Client, Turned> {
    let id = Uuid::try_parse(id).map_err(|_| none())?;
    let found = administrator.visit.identity.client_of(administrator.tenant(), id).await;
    Ok(found.map_err(Error::from)?.ok_or_else(none)?)
}

fn none() -> HttpResponse {
    fault(StatusCode::NOT_FOUND, "There is no such client.")
}

fn client_page(administrator: &Administrator, client: Client, problem: Option<String>) -> HttpResponse {
    let status = if problem.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let has_secret = matches!(client.proof, Proof::Secret(_));
    let form = &*administrator.proof;
    page(status, &ClientPage { form, client: client.into(), has_secret, problem }, None)
}
