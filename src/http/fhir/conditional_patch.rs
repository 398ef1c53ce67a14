//! `PATCH [base]/[type]?[criteria]`. <https://hl7.org/fhir/R4/http.html#patch>

use actix_web::{HttpRequest, HttpResponse, patch, web};

use super::caller::Client;
use super::errors::Refusal;
use super::patch::Sent;
use super::{BaseUrl, answer, conditions, criteria, resource_type};
use crate::records::Records;

/// Changes the one resource that matches the search parameters by a patch.
#[utoipa::path(tag = "fhir", operation_id = "patch_by_search",
    request_body(content((Vec<Object> = "application/json-patch+json"), (Object = "application/fhir+json"))),
    params(("type" = String, Path, description = "A resource type of R4", example = "Patient"),
        ("identifier" = Option<String>, Query, description = "`system|value`; any other search parameter will do as well"),
        ("If-Match" = Option<String>, Header, description = "The version that must be the current one, such as `W/\"3\"`"),
        ("X-Provenance" = Option<String>, Header, description = "A Provenance in JSON without `target`: it is stored with what is written")),
    responses((status = 200, description = "Changed", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "Not a well-formed patch, or no criteria that are understood"),
        (status = 401, description = "No access token that holds"), (status = 403, description = "The token's scopes do not allow it"),
        (status = 404, description = "None matches"), (status = 412, description = "Several match, or another version is current"),
        (status = 415, description = "Another media type; `Accept-Patch` names those that are taken"),
        (status = 422, description = "The patch cannot be applied, or makes of it what is not a valid resource")),
    security(("access_token" = [])))]
#[patch("/{type}")]
pub async fn patch_by_search(
    request: HttpRequest,
    path: web::Path<String>,
    client: Client,
    patch: Sent,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    let resource_type = resource_type(&path)?;
    let (criteria, precondition) =
        (criteria::of_address(&request, &base), conditions::precondition(&request)?);
    let written = records.patch_where(&client.0, resource_type, patch.0, &criteria, precondition).await?;
    answer::changed(&request, &client, (&records, &base), written)
}
