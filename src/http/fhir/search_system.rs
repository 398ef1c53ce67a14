//! `GET [base]?...` and `POST [base]/_search`: searching all types, or those of `_type`.
//! <https://hl7.org/fhir/R4/http.html#search>

use actix_web::{HttpRequest, HttpResponse, get, post, web};

use super::caller::Client;
use super::errors::Refusal;
use super::{BaseUrl, search};
use crate::records::Records;
use crate::records::search::Within;

const EVERYWHERE: Within = Within { resource_type: None, compartment: None };

/// Finds resources of several types.
#[utoipa::path(tag = "fhir", operation_id = "search_system",
    params(("_type" = Option<String>, Query, description = "Resource types, separated by commas; without it all that may be searched"),
        ("_id" = Option<String>, Query, description = "Ids, separated by commas"),
        ("_lastUpdated" = Option<String>, Query, description = "When it was last changed, such as `ge2026-01-01`"),
        ("_tag" = Option<String>, Query, description = "`system|code`"),
        ("_count" = Option<u16>, Query, description = "Results a page"),
        ("_sort" = Option<String>, Query, description = "Parameters that all types have, such as `-_lastUpdated`")),
    responses((status = 200, description = "A Bundle of type `searchset`", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "A parameter is malformed or not supported"), (status = 401, description = "No access token that holds")),
    security(("access_token" = [])))]
#[get("")]
pub async fn search_system(
    request: HttpRequest,
    client: Client,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    search::search(&request, &EVERYWHERE, &[], &client, &records, &base).await
}

/// Finds resources of several types; the parameters come as a form.
#[utoipa::path(tag = "fhir", operation_id = "search_system_by_form",
    request_body(content = String, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "A Bundle of type `searchset`", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "A parameter is malformed or not supported"), (status = 401, description = "No access token that holds")),
    security(("access_token" = [])))]
#[post("/_search")]
pub async fn search_system_by_form(
    request: HttpRequest,
    client: Client,
    form: web::Payload,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    search::search_by_form(&request, &EVERYWHERE, form, &client, &records, &base).await
}
