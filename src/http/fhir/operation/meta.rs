//! `$meta`, `$meta-add` and `$meta-delete`. <https://hl7.org/fhir/R4/resource-operation-meta.html>

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use serde_json::{Value, json};

use super::Given;
use crate::fhir::outcome::IssueType;
use crate::http::fhir::caller::Client;
use crate::http::fhir::errors::Refusal;
use crate::http::fhir::{answer, resource_type};
use crate::records::meta::Edit;
use crate::records::{Error, Records};

/// Tells all profiles, tags and security labels of what the client may read.
#[utoipa::path(tag = "fhir", operation_id = "read_meta",
    responses((status = 200, description = "Parameters with the Meta as `return`", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "There are too many of them"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token's scopes go to all resources of no type")),
    security(("access_token" = [])))]
#[get("/$meta")]
pub async fn read_meta(client: Client, records: web::Data<Records>) -> Result<HttpResponse, Refusal> {
    Ok(told(records.meta_of_all(&client.0, None).await?))
}

/// Tells all profiles, tags and security labels of the resources of a type.
#[utoipa::path(tag = "fhir", operation_id = "read_meta_of_type",
    params(("type" = String, Path, description = "A resource type", example = "Patient")),
    responses((status = 200, description = "Parameters with the Meta as `return`", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "There are too many of them"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token's scopes do not go to all resources of the type"), (status = 404, description = "There is no such type")),
    security(("access_token" = [])))]
#[get("/{type}/$meta")]
pub async fn read_meta_of_type(
    path: web::Path<String>,
    client: Client,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    Ok(told(records.meta_of_all(&client.0, Some(resource_type(&path)?)).await?))
}

/// Tells the Meta of a resource.
#[utoipa::path(tag = "fhir", operation_id = "read_meta_of_resource",
    params(("type" = String, Path, description = "A resource type", example = "Patient"), ("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "Parameters with the Meta as `return`", body = Object, content_type = "application/fhir+json"),
        (status = 401, description = "No access token that holds"), (status = 403, description = "The token's scopes do not allow it"),
        (status = 404, description = "There is none with this id"), (status = 410, description = "It was deleted")),
    security(("access_token" = [])))]
#[get("/{type}/{id}/$meta")]
pub async fn read_meta_of_resource(
    path: web::Path<(String, String)>,
    client: Client,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let (name, id) = path.into_inner();
    Ok(told(records.meta(&client.0, resource_type(&name)?, &id).await?))
}

/// Tells all profiles, tags and security labels of what the client may read.
#[utoipa::path(tag = "fhir", operation_id = "read_meta_by_post",
    request_body(content = Object, content_type = "application/fhir+json"),
    responses((status = 200, description = "Parameters with the Meta as `return`", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "There are too many of them, or a parameter that there is not"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token's scopes go to all resources of no type"), (status = 415, description = "The body is no FHIR resource")),
    security(("access_token" = [])))]
#[post("/$meta")]
pub async fn read_meta_by_post(
    request: HttpRequest,
    client: Client,
    body: web::Payload,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    Given::of(&request, Some(body), &[]).await?;
    Ok(told(records.meta_of_all(&client.0, None).await?))
}

/// Tells all profiles, tags and security labels of the resources of a type.
#[utoipa::path(tag = "fhir", operation_id = "read_meta_of_type_by_post",
    params(("type" = String, Path, description = "A resource type", example = "Patient")),
    request_body(content = Object, content_type = "application/fhir+json"),
    responses((status = 200, description = "Parameters with the Meta as `return`", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "There are too many of them, or a parameter that there is not"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token's scopes do not go to all resources of the type"), (status = 404, description = "There is no such type"),
        (status = 415, description = "The body is no FHIR resource")),
    security(("access_token" = [])))]
#[post("/{type}/$meta")]
pub async fn read_meta_of_type_by_post(
    request: HttpRequest,
    path: web::Path<String>,
    client: Client,
    body: web::Payload,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let of = resource_type(&path)?;
    Given::of(&request, Some(body), &[]).await?;
    Ok(told(records.meta_of_all(&client.0, Some(of)).await?))
}

/// Tells the Meta of a resource.
#[utoipa::path(tag = "fhir", operation_id = "read_meta_of_resource_by_post",
    params(("type" = String, Path, description = "A resource type", example = "Patient"), ("id" = String, Path, description = "Its id")),
    request_body(content = Object, content_type = "application/fhir+json"),
    responses((status = 200, description = "Parameters with the Meta as `return`", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "A parameter that there is not"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token's scopes do not allow it"), (status = 404, description = "There is none with this id"),
        (status = 410, description = "It was deleted"), (status = 415, description = "The body is no FHIR resource")),
    security(("access_token" = [])))]
#[post("/{type}/{id}/$meta")]
pub async fn read_meta_of_resource_by_post(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    client: Client,
    body: web::Payload,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let (name, id) = path.into_inner();
    let of = resource_type(&name)?;
    Given::of(&request, Some(body), &[]).await?;
    Ok(told(records.meta(&client.0, of, &id).await?))
}

/// Adds profiles, tags and security labels to a resource. Where it has them all there is no new version.
#[utoipa::path(tag = "fhir", operation_id = "add_meta",
    params(("type" = String, Path, description = "A resource type", example = "Patient"), ("id" = String, Path, description = "Its id")),
    request_body(content = Object, content_type = "application/fhir+json"),
    responses((status = 200, description = "Parameters with the Meta as `return`", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "There is no Meta, or it is not one"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token's scopes do not allow it"), (status = 404, description = "There is none with this id"),
        (status = 409, description = "Another request changed the resource meanwhile"), (status = 410, description = "It was deleted"),
        (status = 415, description = "The body is no FHIR resource")),
    security(("access_token" = [])))]
#[post("/{type}/{id}/$meta-add")]
pub async fn add_meta(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    client: Client,
    body: web::Payload,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let client = Client(client.0.doing("meta-add"));
    edited(&request, body, path.into_inner(), (&client, &records), Edit::Add).await
}

/// Takes profiles, tags and security labels away from a resource. Where it has none of them there is no new version.
#[utoipa::path(tag = "fhir", operation_id = "delete_meta",
    params(("type" = String, Path, description = "A resource type", example = "Patient"), ("id" = String, Path, description = "Its id")),
    request_body(content = Object, content_type = "application/fhir+json"),
    responses((status = 200, description = "Parameters with the Meta as `return`", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "There is no Meta, or it is not one"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token's scopes do not allow it"), (status = 404, description = "There is none with this id"),
        (status = 409, description = "Another request changed the resource meanwhile"), (status = 410, description = "It was deleted"),
        (status = 415, description = "The body is no FHIR resource")),
    security(("access_token" = [])))]
#[post("/{type}/{id}/$meta-delete")]
pub async fn delete_meta(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    client: Client,
    body: web::Payload,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let client = Client(client.0.doing("meta-delete"));
    edited(&request, body, path.into_inner(), (&client, &records), Edit::Delete).await
}

async fn edited(
    request: &HttpRequest,
    body: web::Payload,
    (name, id): (String, String),
    (client, records): (&Client, &Records),
    edit: Edit,
) -> Result<HttpResponse, Refusal> {
    let of = resource_type(&name)?;
    let given = Given::of(request, Some(body), &["meta"]).await?;
    let Some(meta) = given.object("meta")? else {
        let text = "the parameter meta is required: it is a Meta";
        return Err(Error::BadRequest(IssueType::Required, text.to_owned()).into());
    };
    Ok(told(records.edit_meta(&client.0, (of, &id), (edit, meta)).await?))
}

fn told(meta: Value) -> HttpResponse {
    // An object without members has no place in FHIR JSON.
    let is_empty = meta.as_object().is_none_or(serde_json::Map::is_empty);
    let parameters = if is_empty {
        json!({ "resourceType": "Parameters" })
    } else {
        json!({ "resourceType": "Parameters", "parameter": [{ "name": "return", "valueMeta": meta }] })
    };
    HttpResponse::Ok().content_type(answer::CONTENT_TYPE).body(parameters.to_string())
}
