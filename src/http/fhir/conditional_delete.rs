//! `DELETE [base]/[type]?[criteria]`. <https://hl7.org/fhir/R4/http.html#delete>, "Conditional delete"

use actix_web::{HttpRequest, HttpResponse, delete, web};

use super::caller::Client;
use super::errors::Refusal;
use super::{BaseUrl, conditions, criteria, resource_type};
use crate::records::Records;

/// Deletes all resources that match the search parameters, or none of them. That none matches is no error.
#[utoipa::path(tag = "fhir", operation_id = "delete_by_search",
    params(("type" = String, Path, description = "A resource type of R4", example = "Patient"),
        ("identifier" = Option<String>, Query, description = "`system|value`; any other search parameter will do as well"),
        ("If-Match" = Option<String>, Header, description = "The version that must be the current one, such as `W/\"3\"`")),
    responses((status = 204, description = "Deleted, or none matches"), (status = 400, description = "No criteria that are understood"),
        (status = 401, description = "No access token that holds"), (status = 403, description = "The token's scopes do not allow it"),
        (status = 412, description = "Too many match, or another version is current")),
    security(("access_token" = [])))]
#[delete("/{type}")]
pub async fn delete_by_search(
    request: HttpRequest,
    path: web::Path<String>,
    client: Client,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    let resource_type = resource_type(&path)?;
    let (criteria, precondition) =
        (criteria::of_address(&request, &base), conditions::precondition(&request)?);
    let written = records.delete_where(&client.0, resource_type, &criteria, precondition).await?;
    Ok(super::delete::deleted(&written))
}
