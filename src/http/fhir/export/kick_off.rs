//! `GET` and `POST` of `[base]/$export`, `[base]/Patient/$export` and `[base]/Group/[id]/$export`: asking for an export.
//! <https://hl7.org/fhir/uv/bulkdata/STU2/export.html#bulk-data-kick-off-request>

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_LOCATION;
use actix_web::{HttpRequest, HttpResponse, get, post, web};

use super::STATUS;
use super::parameters::{self, Pairs};
use crate::fhir::outcome::{Issue, IssueType, operation_outcome};
use crate::http::fhir::caller::Client;
use crate::http::fhir::errors::Refusal;
use crate::http::fhir::media::{self, Media, Syntax};
use crate::http::fhir::{BaseUrl, MOUNT, answer, body, format, prefer};
use crate::records::export::Level;
use crate::records::{Error, Records};

/// Asks for an export of all resources.
#[utoipa::path(tag = "fhir", operation_id = "export_system",
    params(("prefer" = String, Header, description = "`respond-async`; with `handling=lenient` what is not supported is passed over", example = "respond-async"),
        ("_outputFormat" = Option<String>, Query, description = "`application/fhir+ndjson`, `application/ndjson` or `ndjson`"),
        ("_since" = Option<String>, Query, description = "Only what changed after this instant"),
        ("_until" = Option<String>, Query, description = "Only what changed before this instant"),
        ("_type" = Option<String>, Query, description = "Resource types, separated by commas"),
        ("_typeFilter" = Option<String>, Query, description = "Searches such as `Patient?gender=male`, separated by commas"),
        ("_elements" = Option<String>, Query, description = "Elements such as `id` or `Patient.name`, separated by commas")),
    responses((status = 202, description = "The export was taken; `Content-Location` tells how far it is", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "A parameter is malformed or not supported, or `Prefer` is not `respond-async`"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token has no `system/` scopes for what is asked for"), (status = 429, description = "The client has too many exports")),
    security(("access_token" = [])))]
#[get("/$export")]
pub async fn export_system(
    request: HttpRequest,
    client: Client,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    kick_off(&request, &client, Level::System, Pairs::new(), &records, &base).await
}

/// Asks for an export of all resources; the parameters come as a Parameters resource.
#[utoipa::path(tag = "fhir", operation_id = "export_system_by_post",
    params(("prefer" = String, Header, description = "`respond-async`; with `handling=lenient` what is not supported is passed over", example = "respond-async")),
    request_body(content = Object, content_type = "application/fhir+json"),
    responses((status = 202, description = "The export was taken; `Content-Location` tells how far it is", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "A parameter is malformed or not supported, or `Prefer` is not `respond-async`"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token has no `system/` scopes for what is asked for"), (status = 415, description = "The body is no FHIR resource"),
        (status = 429, description = "The client has too many exports")),
    security(("access_token" = [])))]
#[post("/$export")]
pub async fn export_system_by_post(
    request: HttpRequest,
    client: Client,
    body: web::Payload,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    let sent = sent(&request, body).await?;
    kick_off(&request, &client, Level::System, sent, &records, &base).await
}

/// Asks for an export of what belongs to patients.
#[utoipa::path(tag = "fhir", operation_id = "export_patients",
    params(("prefer" = String, Header, description = "`respond-async`; with `handling=lenient` what is not supported is passed over", example = "respond-async"),
        ("_outputFormat" = Option<String>, Query, description = "`application/fhir+ndjson`, `application/ndjson` or `ndjson`"),
        ("_since" = Option<String>, Query, description = "Only what changed after this instant"),
        ("_until" = Option<String>, Query, description = "Only what changed before this instant"),
        ("_type" = Option<String>, Query, description = "Resource types, separated by commas"),
        ("_typeFilter" = Option<String>, Query, description = "Searches such as `Patient?gender=male`, separated by commas"),
        ("_elements" = Option<String>, Query, description = "Elements such as `id` or `Patient.name`, separated by commas")),
    responses((status = 202, description = "The export was taken; `Content-Location` tells how far it is", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "A parameter is malformed or not supported, or `Prefer` is not `respond-async`"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token has no `system/` scopes for what is asked for"), (status = 429, description = "The client has too many exports")),
    security(("access_token" = [])))]
#[get("/Patient/$export")]
pub async fn export_patients(
    request: HttpRequest,
    client: Client,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    kick_off(&request, &client, Level::Patients, Pairs::new(), &records, &base).await
}

/// Asks for an export of what belongs to patients; the parameters, which may name the patients, come as a Parameters resource.
#[utoipa::path(tag = "fhir", operation_id = "export_patients_by_post",
    params(("prefer" = String, Header, description = "`respond-async`; with `handling=lenient` what is not supported is passed over", example = "respond-async")),
    request_body(content = Object, content_type = "application/fhir+json"),
    responses((status = 202, description = "The export was taken; `Content-Location` tells how far it is", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "A parameter is malformed or not supported, a patient is not there, or `Prefer` is not `respond-async`"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token has no `system/` scopes for what is asked for"), (status = 415, description = "The body is no FHIR resource"),
        (status = 429, description = "The client has too many exports")),
    security(("access_token" = [])))]
#[post("/Patient/$export")]
pub async fn export_patients_by_post(
    request: HttpRequest,
    client: Client,
    body: web::Payload,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    let sent = sent(&request, body).await?;
    kick_off(&request, &client, Level::Patients, sent, &records, &base).await
}

/// Asks for an export of what belongs to the members of a Group.
#[utoipa::path(tag = "fhir", operation_id = "export_group",
    params(("id" = String, Path, description = "The Group's id"),
        ("prefer" = String, Header, description = "`respond-async`; with `handling=lenient` what is not supported is passed over", example = "respond-async"),
        ("_outputFormat" = Option<String>, Query, description = "`application/fhir+ndjson`, `application/ndjson` or `ndjson`"),
        ("_since" = Option<String>, Query, description = "Only what changed after this instant"),
        ("_until" = Option<String>, Query, description = "Only what changed before this instant"),
        ("_type" = Option<String>, Query, description = "Resource types, separated by commas"),
        ("_typeFilter" = Option<String>, Query, description = "Searches such as `Patient?gender=male`, separated by commas"),
        ("_elements" = Option<String>, Query, description = "Elements such as `id` or `Patient.name`, separated by commas")),
    responses((status = 202, description = "The export was taken; `Content-Location` tells how far it is", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "A parameter is malformed or not supported, or `Prefer` is not `respond-async`"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token has no `system/` scopes for what is asked for, or for the Group"), (status = 404, description = "There is no such Group"),
        (status = 410, description = "It was deleted"), (status = 422, description = "It has too many groups within it"), (status = 429, description = "The client has too many exports")),
    security(("access_token" = [])))]
#[get("/Group/{id}/$export")]
pub async fn export_group(
    request: HttpRequest,
    path: web::Path<String>,
    client: Client,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    kick_off(&request, &client, Level::Group(path.into_inner()), Pairs::new(), &records, &base).await
}

/// Asks for an export of what belongs to the members of a Group; the parameters, which may name some of them, come as a
/// Parameters resource.
#[utoipa::path(tag = "fhir", operation_id = "export_group_by_post",
    params(("id" = String, Path, description = "The Group's id"),
        ("prefer" = String, Header, description = "`respond-async`; with `handling=lenient` what is not supported is passed over", example = "respond-async")),
    request_body(content = Object, content_type = "application/fhir+json"),
    responses((status = 202, description = "The export was taken; `Content-Location` tells how far it is", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "A parameter is malformed or not supported, a patient is no member, or `Prefer` is not `respond-async`"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token has no `system/` scopes for what is asked for, or for the Group"), (status = 404, description = "There is no such Group"),
        (status = 410, description = "It was deleted"), (status = 415, description = "The body is no FHIR resource"),
        (status = 422, description = "It has too many groups within it"), (status = 429, description = "The client has too many exports")),
    security(("access_token" = [])))]
#[post("/Group/{id}/$export")]
pub async fn export_group_by_post(
    request: HttpRequest,
    path: web::Path<String>,
    client: Client,
    body: web::Payload,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    let sent = sent(&request, body).await?;
    kick_off(&request, &client, Level::Group(path.into_inner()), sent, &records, &base).await
}

async fn kick_off(
    request: &HttpRequest,
    client: &Client,
    level: Level,
    sent: Pairs,
    records: &Records,
    base: &BaseUrl,
) -> Result<HttpResponse, Refusal> {
    if !prefer::is_async(request) {
        let text = "an export is answered later: Prefer must be respond-async";
        return Err(Error::BadRequest(IssueType::NotSupported, text.to_owned()).into());
    }
    let mut pairs = parameters::of_query(request.query_string());
    pairs.retain(|pair| !format::PARAMETERS.contains(&pair.name.as_str()));
    pairs.extend(sent);
    let asked = parameters::read(level, whole_url(request, base), base, pairs, prefer::is_lenient(request))?;
    let id = records.export(&client.0, asked).await?;
    let outcome = operation_outcome(&[Issue::information(
        "the export was taken: Content-Location tells how far it is",
    )]);
    Ok(HttpResponse::build(StatusCode::ACCEPTED)
        .insert_header((CONTENT_LOCATION, format!("{}/{STATUS}/{id}", base.0)))
        .content_type(answer::CONTENT_TYPE)
        .body(outcome.to_string()))
}

/// The URL of the request, as the client knows it.
fn whole_url(request: &HttpRequest, base: &BaseUrl) -> String {
    let path = request.path().strip_prefix(MOUNT).unwrap_or_default();
    match request.query_string() {
        "" => format!("{}{path}", base.0),
        query => format!("{}{path}?{query}", base.0),
    }
}

/// What the body says, which may be empty.
async fn sent(request: &HttpRequest, payload: web::Payload) -> Result<Pairs, Error> {
    let (bytes, _room) = body::read(payload).await?;
    if bytes.is_empty() {
        return Ok(Pairs::new());
    }
    let syntax = Media::parse(&media::sent(request)).map_or(Some(Syntax::Json), |media| media.syntax());
    let syntax = syntax.ok_or(Error::UnsupportedMediaType(answer::FORMATS))?;
    let parse = move || parameters::of_body(&body::parse(syntax, &bytes)?);
    web::block(parse).await.map_err(Error::internal)?
}
