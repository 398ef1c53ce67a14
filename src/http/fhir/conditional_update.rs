//! `PUT [base]/[type]?[criteria]`. <https://hl7.org/fhir/R4/http.html#cond-update>

use actix_web::{HttpRequest, HttpResponse, put, web};

use super::body::Resource;
use super::caller::Client;
use super::create::of_type;
use super::errors::Refusal;
use super::{BaseUrl, answer, conditions, criteria};
use crate::records::Records;

/// Keeps a new version of the one resource that matches the search parameters, or makes it where none does.
#[utoipa::path(tag = "fhir", operation_id = "update_by_search", request_body(content = Object, content_type = "application/fhir+json"),
    params(("type" = String, Path, description = "A resource type of R4", example = "Patient"),
        ("identifier" = Option<String>, Query, description = "`system|value`; any other search parameter will do as well"),
        ("If-Match" = Option<String>, Header, description = "The version that must be the current one, such as `W/\"3\"`"),
        ("X-Provenance" = Option<String>, Header, description = "A Provenance in JSON without `target`: it is stored with what is written")),
    responses((status = 200, description = "Changed", body = Object, content_type = "application/fhir+json"),
        (status = 201, description = "None matched, and it was made", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "Not a valid resource, another id than that of the match, or no criteria that are understood"),
        (status = 401, description = "No access token that holds"), (status = 403, description = "The token's scopes do not allow it"),
        (status = 409, description = "None matches and the id is taken, or another request changed it at the same time"),
        (status = 412, description = "Several match, or another version is current")),
    security(("access_token" = [])))]
#[put("/{type}")]
pub async fn update_by_search(
    request: HttpRequest,
    path: web::Path<String>,
    client: Client,
    body: Resource,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    of_type(&body, &path)?;
    let (criteria, precondition) =
        (criteria::of_address(&request, &base), conditions::precondition(&request)?);
    let written = records.update_where(&client.0, body.0, &criteria, precondition).await?;
    answer::changed(&request, &client, (&records, &base), written)
}
