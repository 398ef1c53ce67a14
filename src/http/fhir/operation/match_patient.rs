//! `$match` of Patient. <https://hl7.org/fhir/R4/patient-operation-match.html>

use actix_web::{HttpRequest, HttpResponse, post, web};
use serde_json::json;

use super::Given;
use super::given::bad;
use crate::fhir::outcome::IssueType;
use crate::http::fhir::bundle::Bundle;
use crate::http::fhir::caller::Client;
use crate::http::fhir::errors::Refusal;
use crate::http::fhir::{BaseUrl, answer};
use crate::records::{Error, Records};

/// What it may be asked with.
const KNOWN: [&str; 3] = ["resource", "onlyCertainMatches", "count"];
/// So many are given, where it is not said.
const COUNT: usize = 10;
/// So many are given at most.
const MOST: usize = 100;
/// The extension that says how sure a match is.
const GRADE: &str = "http://hl7.org/fhir/StructureDefinition/match-grade";

/// Tells which patients a person may be, each with a score and a grade, the likeliest first.
#[utoipa::path(tag = "fhir", operation_id = "match_patient",
    request_body(content = Object, content_type = "application/fhir+json"),
    responses((status = 200, description = "A Bundle of type `searchset`", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "There is no Patient, or a parameter is malformed"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token's scopes do not allow it"), (status = 415, description = "The body is no FHIR resource")),
    security(("access_token" = [])))]
#[post("/Patient/$match")]
pub async fn match_patient(
    request: HttpRequest,
    client: Client,
    body: web::Payload,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    let given = Given::or_resource(&request, Some(body), &KNOWN).await?;
    let Some(person) = given.object("resource")? else {
        let text = "the parameter resource is required: it is a Patient";
        return Err(Error::BadRequest(IssueType::Required, text.to_owned()).into());
    };
    if person.get("resourceType").and_then(serde_json::Value::as_str) != Some("Patient") {
        return Err(bad("resource must be a Patient").into());
    }
    let count = given.number("count")?.unwrap_or(COUNT).min(MOST);
    let certain = given.flag("onlyCertainMatches")?;
    let found = records.match_patient(&client.0, person, certain).await?;
    let mut bundle = Bundle::new("searchset", i64::try_from(found.len()).ok(), &[]);
    for (stored, score) in found.iter().take(count) {
        let address = format!("{}/Patient/{}", base.0, stored.id);
        let grade = json!([{ "url": GRADE, "valueCode": score.grade().as_str() }]);
        let search = json!({ "search": { "extension": grade, "mode": "match", "score": score.value() } });
        bundle.push(Some(&address), Some(&stored.body), &search);
    }
    Ok(HttpResponse::Ok().content_type(answer::CONTENT_TYPE).body(bundle.finish()))
}
