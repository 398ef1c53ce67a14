//! `/portal/api/applications`.

use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use uuid::Uuid;

use crate::core::Secret;
use crate::identity::Identity;
use crate::identity::gateway::Opens;
use crate::identity::gateway::applications::Admitted;
use crate::platform::limits::Limiter;
use crate::records::Records;
use crate::vendors::smartz::body::{After, Json};
use crate::vendors::smartz::caller::SignedIn;
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::query::Page;
use crate::vendors::smartz::{operations, rates, text, time, wire};

/// Registers an application, and links it where a code is given. The answer alone shows its key.
#[utoipa::path(tag = "portal", operation_id = "create_application", request_body = wire::NewApplication,
    responses((status = 201, description = "The application with its key", body = wire::MadeApplication),
        (status = 400, description = "A field is missing, or the link code opens nothing", body = wire::Failure),
        (status = 429, description = "Too many link codes were tried", body = wire::Failure)),
    security(("dashboard_token" = [])))]
#[post("/portal/api/applications")]
pub async fn create_application(
    After(signed_in, Json(sent)): After<SignedIn, Json<wire::NewApplication>>,
    identity: web::Data<Identity>,
    limiter: web::Data<Limiter>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let name = text::required("name", &sent.name, text::NAME)?;
    let kind = text::required("type", &sent.kind, text::NAME)?;
    let opens = match sent.link_code.as_ref().filter(|code| !code.expose().trim().is_empty()) {
        Some(code) => Some(opened(&identity, &limiter, &signed_in, code).await?),
        None => None,
    };
    let note = records.note(&signed_in.caller, operations::CREATE_APPLICATION);
    let made = identity.make_application(&signed_in.account, (&name, &kind), opens.as_ref(), note).await?;
    let (admitted, key) = made;
    let made = wire::MadeApplication { application: shown(&admitted), app_key: key.into_inner() };
    Ok(HttpResponse::Created().json(made))
}

/// Lists the applications of the account, without their keys.
#[utoipa::path(tag = "portal", operation_id = "list_applications",
    params(("page" = Option<u32>, Query, description = "Number of the page, from 1 on"), ("pageSize" = Option<u32>, Query, description = "Objects on a page, at most 200")),
    responses((status = 200, description = "The applications", body = wire::Applications)),
    security(("dashboard_token" = [])))]
#[get("/portal/api/applications")]
pub async fn list_applications(
    request: HttpRequest,
    signed_in: SignedIn,
    identity: web::Data<Identity>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let page = Page::of(&request)?;
    let all = identity.applications(&signed_in.account).await?;
    records.audit_success(&signed_in.caller, operations::LIST_APPLICATIONS).await?;
    let (items, total) = page.cut(all.iter().map(shown).collect());
    Ok(HttpResponse::Ok().json(wire::Applications { items, paged: wire::Paged::new(page, total) }))
}

/// Links an application to the organisation that made the code.
#[utoipa::path(tag = "portal", operation_id = "link_application", request_body = wire::LinkRequest,
    params(("id" = String, Path, description = "The App Id")),
    responses((status = 200, description = "The application", body = wire::Application),
        (status = 400, description = "The link code opens nothing", body = wire::Failure),
        (status = 404, description = "There is no such application", body = wire::Failure),
        (status = 429, description = "Too many link codes were tried", body = wire::Failure)),
    security(("dashboard_token" = [])))]
#[post("/portal/api/applications/{id}/link")]
pub async fn link_application(
    path: web::Path<String>,
    After(signed_in, Json(sent)): After<SignedIn, Json<wire::LinkRequest>>,
    identity: web::Data<Identity>,
    limiter: web::Data<Limiter>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let found = find(&identity, &signed_in, &path).await?;
    let opens = opened(&identity, &limiter, &signed_in, &sent.link_code).await?;
    let note = records.note(&signed_in.caller, operations::LINK_APPLICATION);
    identity.link_application(&found.application, &opens, note).await?;
    Ok(HttpResponse::Ok().json(shown(&find(&identity, &signed_in, &path).await?)))
}

/// Takes a link back: what the application asks of the organisation from then on finds nothing.
#[utoipa::path(tag = "portal", operation_id = "unlink_application",
    params(("id" = String, Path, description = "The App Id"), ("org" = String, Path, description = "The organisation's id")),
    responses((status = 204, description = "The link is gone"),
        (status = 404, description = "There is no such application, or no such link of it", body = wire::Failure)),
    security(("dashboard_token" = [])))]
#[delete("/portal/api/applications/{id}/link/{org}")]
pub async fn unlink_application(
    path: web::Path<(String, String)>,
    signed_in: SignedIn,
    identity: web::Data<Identity>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let (id, organisation) = path.into_inner();
    let found = find(&identity, &signed_in, &id).await?;
    let link = found.links.iter().find(|link| link.organization == organisation).ok_or(Refusal::NotFound)?;
    let note = records.note(&signed_in.caller, operations::UNLINK_APPLICATION);
    identity.unlink_application(&found.application, link, note).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Replaces the App Key; the old one fetches no more tokens.
#[utoipa::path(tag = "portal", operation_id = "regenerate_app_key", params(("id" = String, Path, description = "The App Id")),
    responses((status = 200, description = "The new key", body = wire::ApplicationsKey),
        (status = 404, description = "There is no such application", body = wire::Failure)),
    security(("dashboard_token" = [])))]
#[post("/portal/api/applications/{id}/regenerateKey")]
pub async fn regenerate_key(
    path: web::Path<String>,
    signed_in: SignedIn,
    identity: web::Data<Identity>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let found = find(&identity, &signed_in, &path).await?;
    let note = records.note(&signed_in.caller, operations::REGENERATE_APP_KEY);
    let key = identity.replace_application_key(&found.application, note).await?;
    let app_id = found.application.id.to_string();
    Ok(HttpResponse::Ok().json(wire::ApplicationsKey { app_id, app_key: key.into_inner() }))
}

async fn find(identity: &Identity, signed_in: &SignedIn, id: &str) -> Result<Admitted, Refusal> {
    let id = Uuid::try_parse(id).map_err(|_| Refusal::NotFound)?;
    identity.application(&signed_in.account, id).await?.ok_or(Refusal::NotFound)
}

async fn opened(
    identity: &Identity,
    limiter: &Limiter,
    signed_in: &SignedIn,
    code: &Secret<String>,
) -> Result<Opens, Refusal> {
    let guesses = rates::Guesses::of(&signed_in.account, &signed_in.caller);
    guesses.may_go_on(limiter).await?;
    if let Some(opens) = identity.opened_by_link_code(code).await? {
        return Ok(opens);
    }
    // Only what is wrong counts.
    guesses.count(limiter).await?;
    Err(Refusal::field("linkCode", "is not valid"))
}

fn shown(admitted: &Admitted) -> wire::Application {
    let Admitted { application, links } = admitted;
    wire::Application {
        app_id: application.id.to_string(),
        name: application.name.clone(),
        kind: application.kind.clone(),
        organisations: links.iter().map(|link| link.organization.clone()).collect(),
        created_at: time::moment(application.created_at),
    }
}
