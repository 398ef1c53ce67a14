//! `$validate` of a type and of a resource. <https://hl7.org/fhir/R4/resource-operation-validate.html>

use actix_web::{HttpRequest, HttpResponse, get, post, web};

use super::Given;
use super::given::bad;
use crate::fhir::outcome::operation_outcome;
use crate::http::fhir::caller::Client;
use crate::http::fhir::errors::Refusal;
use crate::http::fhir::{answer, resource_type};
use crate::records::validate::{Mode, Validate};
use crate::records::{Error, Records};

/// What it may be asked with.
const KNOWN: [&str; 3] = ["resource", "mode", "profile"];
/// So many profiles may be named.
const MOST_PROFILES: usize = 5;

/// Tells what is wrong with a resource that is sent, as it is or as a parameter. Nothing is stored.
#[utoipa::path(tag = "fhir", operation_id = "validate_of_type",
    params(("type" = String, Path, description = "A resource type", example = "Patient"),
        ("mode" = Option<String>, Query, description = "`create` or `update`: what is to be done with it"),
        ("profile" = Option<String>, Query, description = "The canonical URL of a profile that it is to keep too")),
    request_body(content = Object, content_type = "application/fhir+json"),
    responses((status = 200, description = "An OperationOutcome: what is wrong, or that all is well", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "The body cannot be read, or a parameter is malformed"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token's scopes do not allow it"), (status = 404, description = "There is no such type"),
        (status = 413, description = "The body is larger than 4 MB"), (status = 415, description = "The body is no FHIR resource")),
    security(("access_token" = [])))]
#[post("/{type}/$validate")]
pub async fn validate_of_type(
    request: HttpRequest,
    path: web::Path<String>,
    client: Client,
    body: web::Payload,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    answered(&request, Some(body), (path.into_inner(), None), &client, &records).await
}

/// Tells what is wrong with a stored resource.
#[utoipa::path(tag = "fhir", operation_id = "validate_of_resource",
    params(("type" = String, Path, description = "A resource type", example = "Patient"), ("id" = String, Path, description = "Its id"),
        ("mode" = Option<String>, Query, description = "`update` or `delete`: what is to be done with it"),
        ("profile" = Option<String>, Query, description = "The canonical URL of a profile that it is to keep too")),
    responses((status = 200, description = "An OperationOutcome: what is wrong, or that all is well", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "A parameter is malformed"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token's scopes do not allow it"), (status = 404, description = "There is none with this id"),
        (status = 410, description = "It was deleted")),
    security(("access_token" = [])))]
#[get("/{type}/{id}/$validate")]
pub async fn validate_of_resource(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    client: Client,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let (name, id) = path.into_inner();
    answered(&request, None, (name, Some(id)), &client, &records).await
}

/// Tells what would be wrong with a stored resource once it is as the one that is sent; without one, what is wrong with it as it is.
#[utoipa::path(tag = "fhir", operation_id = "validate_of_resource_by_post",
    params(("type" = String, Path, description = "A resource type", example = "Patient"), ("id" = String, Path, description = "Its id")),
    request_body(content = Object, content_type = "application/fhir+json"),
    responses((status = 200, description = "An OperationOutcome: what is wrong, or that all is well", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "The body cannot be read, or a parameter is malformed"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token's scopes do not allow it"), (status = 404, description = "There is none with this id"),
        (status = 410, description = "It was deleted"), (status = 413, description = "The body is larger than 4 MB"),
        (status = 415, description = "The body is no FHIR resource")),
    security(("access_token" = [])))]
#[post("/{type}/{id}/$validate")]
pub async fn validate_of_resource_by_post(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    client: Client,
    body: web::Payload,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let (name, id) = path.into_inner();
    answered(&request, Some(body), (name, Some(id)), &client, &records).await
}

async fn answered(
    request: &HttpRequest,
    body: Option<web::Payload>,
    (name, id): (String, Option<String>),
    client: &Client,
    records: &Records,
) -> Result<HttpResponse, Refusal> {
    let of = resource_type(&name)?;
    let given = Given::or_resource(request, body, &KNOWN).await?;
    let mode = match given.text("mode")?.as_deref() {
        None => Mode::Any,
        Some("create") => Mode::Create,
        Some("update") => Mode::Update,
        Some("delete") => Mode::Delete,
        Some(_) => return Err(bad("mode must be create, update or delete").into()),
    };
    let profiles = given.texts("profile");
    if profiles.len() > MOST_PROFILES {
        return Err(bad(format!("there may be {MOST_PROFILES} profiles")).into());
    }
    let resource = given.object("resource")?.cloned();
    if resource.is_none() && id.is_none() && mode != Mode::Delete {
        return Err(Error::BadRequest(
            crate::fhir::outcome::IssueType::Required,
            "a resource is required: it is the body, or the parameter resource".to_owned(),
        )
        .into());
    }
    let issues = records.validate(&client.0, Validate { of, id, resource, mode, profiles }).await?;
    let outcome = operation_outcome(&issues).to_string();
    Ok(HttpResponse::Ok().content_type(answer::CONTENT_TYPE).body(outcome))
}
