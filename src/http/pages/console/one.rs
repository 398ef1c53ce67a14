//! `/console/clients/{id}`: one client, to change, give a new secret, or remove.

use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use uuid::Uuid;

use super::Administrator;
use super::clients::{ShownClient, secret_page};
use super::form::{Form, told};
use crate::http::pages::in_time::InTime;
use crate::http::pages::{failed, fault, go_on, page};
use crate::identity::Identity;
use crate::identity::oauth::Client;
use crate::identity::oauth::client::Proof;
use crate::identity::oauth::management::{ClientChange, Renewal};
use crate::records::{Error, Records};

#[derive(Template)]
#[template(path = "client.html")]
struct ClientPage<'a> {
    form: &'a str,
    client: ShownClient,
    has_secret: bool,
    problem: Option<String>,
}

const CLIENTS: &str = "/console/clients";

/// Shows the page.
pub async fn show(
    request: HttpRequest,
    id: web::Path<String>,
    identity: web::Data<Identity>,
) -> HttpResponse {
    let administrator = match Administrator::of(&request, &identity, "list-clients").await {
        Ok(administrator) => administrator,
        Err(answer) => return answer,
    };
    match client(&identity, &administrator, &id).await {
        Ok(client) => client_page(&administrator, client, None),
        Err(answer) => answer,
    }
}

/// Does what the button says.
pub async fn change(
    request: HttpRequest,
    id: web::Path<String>,
    InTime(body): InTime<Bytes>,
    identity: web::Data<Identity>,
    records: web::Data<Records>,
) -> HttpResponse {
    let sent = Form::parse(&body);
    let doing = match sent.text("action") {
        "change" => "change-client",
        "renew" => "renew-client-secret",
        "remove" => "remove-client",
        _ => return fault(StatusCode::BAD_REQUEST, "The form says nothing to do."),
    };
    let administrator = match Administrator::sent(&request, &identity, doing, sent.text("form")).await {
        Ok(administrator) => administrator,
        Err(answer) => return answer,
    };
    let client = match client(&identity, &administrator, &id).await {
        Ok(client) => client,
        Err(answer) => return answer,
    };
    let (tenant, id) = (administrator.tenant(), client.id);
    let done = match doing {
        "change-client" => {
            let change = ClientChange {
                name: Some(sent.text("name").to_owned()),
                redirect_uris: Some(sent.lines("redirect_uris")),
                scope: Some(sent.words("scope")),
            };
            match identity.change_client(tenant, id, &change).await {
                Ok(_) => Ok(go_on(CLIENTS)),
                Err(fault) => match told(&fault) {
                    Some(problem) => return client_page(&administrator, client, Some(problem)),
                    None => Err(Error::internal(fault)),
                },
            }
        }
        "renew-client-secret" => match identity.renew_secret(tenant, id).await {
            Ok(Renewal::Renewed(secret)) => {
                Ok(secret_page(&client.name, id.to_string(), Some(secret.expose())))
            }
            Ok(Renewal::HasNone | Renewal::Unknown) => return none(),
            Err(error) => Err(error.into()),
        },
        _ => identity.remove_client_of(tenant, id).await.map(|_| go_on(CLIENTS)).map_err(Error::from),
    };
    let answer = match done {
        Ok(answer) => answer,
        Err(error) => return failed(&error),
    };
    match records.audit_success(&administrator.caller, doing).await {
        Ok(()) => answer,
        Err(error) => failed(&error),
    }
}

/// The tenant's client with this id.
async fn client(
    identity: &Identity,
    administrator: &Administrator,
    id: &str,
) -> Result<Client, HttpResponse> {
    let id = Uuid::try_parse(id).map_err(|_| none())?;
    let found =
        identity.client_of(administrator.tenant(), id).await.map_err(|error| failed(&error.into()))?;
    found.ok_or_else(none)
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
