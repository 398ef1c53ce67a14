//! `$lastn` of Observation. <https://hl7.org/fhir/R4/observation-operation-lastn.html>

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use serde_json::json;

use super::Given;
use super::given::bad;
use crate::fhir::outcome::IssueType;
use crate::http::fhir::bundle::Bundle;
use crate::http::fhir::caller::Client;
use crate::http::fhir::errors::Refusal;
use crate::http::fhir::{BaseUrl, answer};
use crate::records::lastn::LastN;
use crate::records::{Error, Records};

/// What it may be asked with: the number of each code, and what the Observations must be like.
const KNOWN: [&str; 13] = [
    "max",
    "patient",
    "subject",
    "category",
    "code",
    "combo-code",
    "date",
    "encounter",
    "performer",
    "device",
    "specimen",
    "status",
    "identifier",
];

/// Gives the latest Observations of each code: one of each, or as many as `max` says.
#[utoipa::path(tag = "fhir", operation_id = "read_last_observations",
    params(("patient" = Option<String>, Query, description = "Whose; this or `subject` is required"),
        ("subject" = Option<String>, Query, description = "Of what; this or `patient` is required"),
        ("category" = Option<String>, Query, description = "Of which category, such as `vital-signs`"),
        ("code" = Option<String>, Query, description = "Of which codes, separated by commas"),
        ("date" = Option<String>, Query, description = "When, such as `ge2026-01-01`"),
        ("max" = Option<u16>, Query, description = "So many of each code; 1, where it is not said")),
    responses((status = 200, description = "A Bundle of type `searchset`, the Observations of a code together and the latest first", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "A parameter is missing or malformed, or there are too many"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token's scopes do not allow it")),
    security(("access_token" = [])))]
#[get("/Observation/$lastn")]
pub async fn read_last_observations(
    request: HttpRequest,
    client: Client,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    answered(&request, None, &client, &records, &base).await
}

/// The same; the parameters come as a Parameters resource.
#[utoipa::path(tag = "fhir", operation_id = "read_last_observations_by_post",
    request_body(content = Object, content_type = "application/fhir+json"),
    responses((status = 200, description = "A Bundle of type `searchset`", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "A parameter is missing or malformed, or there are too many"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token's scopes do not allow it"), (status = 415, description = "The body is no FHIR resource")),
    security(("access_token" = [])))]
#[post("/Observation/$lastn")]
pub async fn read_last_observations_by_post(
    request: HttpRequest,
    client: Client,
    body: web::Payload,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    answered(&request, Some(body), &client, &records, &base).await
}

async fn answered(
    request: &HttpRequest,
    body: Option<web::Payload>,
    client: &Client,
    records: &Records,
    base: &BaseUrl,
) -> Result<HttpResponse, Refusal> {
    let given = Given::of(request, body, &KNOWN).await?;
    let max = match given.number("max")? {
        None => 1,
        Some(0) => return Err(bad("max must be 1 at least").into()),
        Some(max) => u16::try_from(max).map_err(|_| bad("max must be 65535 at most"))?,
    };
    let asked = KNOWN.iter().filter(|name| **name != "max");
    let parameters: Vec<_> = asked
        .flat_map(|name| given.texts(name).into_iter().map(|value| ((*name).to_owned(), value)))
        .collect();
    if !parameters.iter().any(|(name, _)| matches!(name.as_str(), "patient" | "subject")) {
        let text = "patient or subject is required";
        return Err(Error::BadRequest(IssueType::Required, text.to_owned()).into());
    }
    let asked = LastN { parameters, max, base_url: base.0.clone() };
    let found = records.last_observations(&client.0, &asked).await?;
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(asked.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    query.append_pair("max", &asked.max.to_string());
    let address = format!("{}/Observation/$lastn?{}", base.0, query.finish());
    let mut bundle = Bundle::new("searchset", i64::try_from(found.len()).ok(), &[("self", address)]);
    for stored in &found {
        let address = format!("{}/{}/{}", base.0, stored.resource_type, stored.id);
        bundle.push(Some(&address), Some(&stored.body), &json!({ "search": { "mode": "match" } }));
    }
    Ok(HttpResponse::Ok().content_type(answer::CONTENT_TYPE).body(bundle.finish()))
}
