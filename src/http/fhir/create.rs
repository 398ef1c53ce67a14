//! `POST [base]/[type]`, also with `If-None-Exist`. <https://hl7.org/fhir/R4/http.html#create>, `#ccreate`

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, post, web};

use super::body::Resource;
use super::caller::Client;
use super::errors::Refusal;
use super::{BaseUrl, answer, criteria, prefer, resource_type};
use crate::fhir::outcome::IssueType;
use crate::records::{Error, Records};

/// Makes a resource under an id that the server chooses; with `If-None-Exist`, only where no other matches that search.
#[utoipa::path(tag = "fhir", operation_id = "create_resource", request_body(content = Object, content_type = "application/fhir+json"),
    params(("type" = String, Path, description = "A resource type of R4", example = "Patient"),
        ("If-None-Exist" = Option<String>, Header, description = "Search parameters, such as `identifier=urn:mr|7`"),
        ("X-Provenance" = Option<String>, Header, description = "A Provenance in JSON without `target`: it is stored with what is written")),
    responses((status = 200, description = "One matches `If-None-Exist`: nothing was made", body = Object, content_type = "application/fhir+json"),
        (status = 201, description = "Made; `Location` names the version", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "Not a valid resource: an OperationOutcome says where"),
        (status = 401, description = "No access token that holds"), (status = 403, description = "The token's scopes do not allow it"),
        (status = 412, description = "Several match `If-None-Exist`")),
    security(("access_token" = [])))]
#[post("/{type}")]
pub async fn create_resource(
    request: HttpRequest,
    path: web::Path<String>,
    client: Client,
    body: Resource,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    of_type(&body, &path)?;
    if let Some(criteria) = criteria::if_none_exist(&request, &base) {
        let written = records.create_unless(&client.0, body.0, &criteria).await?;
        return answer::changed(&request, &client, (&records, &base), written);
    }
    let stored = records.create(&client.0, body.0).await?;
    Ok(answer::written(StatusCode::CREATED, &base, stored, prefer::wanted(&request)))
}

/// Refuses a body of another type than the address.
///
/// # Errors
/// When the type is unknown or the body's is another.
pub(super) fn of_type(body: &Resource, name: &str) -> Result<(), Refusal> {
    let wanted = resource_type(name)?;
    if body.0.get("resourceType").and_then(|t| t.as_str()).is_some_and(|sent| sent != wanted.as_str()) {
        let text = format!("the resource's type must be {wanted}, as in the address");
        return Err(Error::BadRequest(IssueType::Invalid, text).into());
    }
    Ok(())
}
