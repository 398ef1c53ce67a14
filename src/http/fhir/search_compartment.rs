//! `GET [base]/[compartment]/[id]/[type]?...` and the same by a form: what belongs to one patient, encounter and so on.
//! <https://hl7.org/fhir/R4/http.html#vsearch>

use actix_web::{HttpRequest, HttpResponse, get, post, web};

use super::caller::Client;
use super::errors::Refusal;
use super::{BaseUrl, resource_type, search};
use crate::records::Records;
use crate::records::search::Within;

/// Finds the resources of one type, or with `*` of all types, in a compartment.
#[utoipa::path(tag = "fhir", operation_id = "search_compartment",
    params(("compartment" = String, Path, description = "Patient, Encounter, RelatedPerson, Practitioner or Device", example = "Patient"),
        ("id" = String, Path, description = "The id of the resource that it belongs to"),
        ("type" = String, Path, description = "A resource type, or `*`", example = "Observation"),
        ("_count" = Option<u16>, Query, description = "Results a page")),
    responses((status = 200, description = "A Bundle of type `searchset`", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "A parameter is malformed or not supported, or the type is in no such compartment"),
        (status = 401, description = "No access token that holds")),
    security(("access_token" = [])))]
#[get("/{compartment}/{id}/{type}")]
pub async fn search_compartment(
    request: HttpRequest,
    path: web::Path<(String, String, String)>,
    client: Client,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    let within = within(path.into_inner())?;
    search::search(&request, &within, &[], &client, &records, &base).await
}

/// Finds the resources of one type, or with `*` of all types, in a compartment; the parameters come as a form.
#[utoipa::path(tag = "fhir", operation_id = "search_compartment_by_form",
    params(("compartment" = String, Path, description = "Patient, Encounter, RelatedPerson, Practitioner or Device", example = "Patient"),
        ("id" = String, Path, description = "The id of the resource that it belongs to"),
        ("type" = String, Path, description = "A resource type, or `*`", example = "Observation")),
    request_body(content = String, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "A Bundle of type `searchset`", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "A parameter is malformed or not supported, or the type is in no such compartment"),
        (status = 401, description = "No access token that holds")),
    security(("access_token" = [])))]
#[post("/{compartment}/{id}/{type}/_search")]
pub async fn search_compartment_by_form(
    request: HttpRequest,
    path: web::Path<(String, String, String)>,
    client: Client,
    form: web::Payload,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    let within = within(path.into_inner())?;
    search::search_by_form(&request, &within, form, &client, &records, &base).await
}

fn within((compartment, id, name): (String, String, String)) -> Result<Within, Refusal> {
    let of = resource_type(&compartment)?;
    let one = if name == "*" { None } else { Some(resource_type(&name)?) };
    Ok(Within { resource_type: one, compartment: Some((of, id)) })
}
