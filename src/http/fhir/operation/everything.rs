//! `GET` and `POST` of `[base]/Patient/[id]/$everything` and `[base]/Encounter/[id]/$everything`.
//! <https://hl7.org/fhir/R4/patient-operation-everything.html>

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use serde_json::json;

use super::Given;
use super::given::bad;
use crate::fhir::date::interval;
use crate::http::fhir::bundle::Bundle;
use crate::http::fhir::caller::Client;
use crate::http::fhir::errors::Refusal;
use crate::http::fhir::search::{page_size, tell_cut};
use crate::http::fhir::{BaseUrl, answer, resource_type};
use crate::records::everything::Everything;
use crate::records::{Error, Records};

/// What it may be asked with; the last is the place of a later page.
const KNOWN: [&str; 6] = ["start", "end", "_since", "_type", "_count", "_cursor"];

/// Reads a patient or an encounter with all that belongs to it and what that refers to, page by page.
#[utoipa::path(tag = "fhir", operation_id = "read_everything",
    params(("type" = String, Path, description = "`Patient` or `Encounter`", example = "Patient"), ("id" = String, Path, description = "Its id"),
        ("start" = Option<String>, Query, description = "Only what is about this day or a later one; what tells no day is among it"),
        ("end" = Option<String>, Query, description = "Only what is about this day or an earlier one"),
        ("_since" = Option<String>, Query, description = "Only what changed since this instant"),
        ("_type" = Option<String>, Query, description = "Resource types, separated by commas"),
        ("_count" = Option<u16>, Query, description = "Results a page")),
    responses((status = 200, description = "A Bundle of type `searchset`", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "A parameter is malformed"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token's scopes do not allow it"), (status = 404, description = "There is none with this id"),
        (status = 410, description = "It was deleted")),
    security(("access_token" = [])))]
#[get("/{type}/{id}/$everything")]
pub async fn read_everything(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    client: Client,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    answered(&request, None, path.into_inner(), &client, &records, &base).await
}

/// The same; the parameters come as a Parameters resource.
#[utoipa::path(tag = "fhir", operation_id = "read_everything_by_post",
    params(("type" = String, Path, description = "`Patient` or `Encounter`", example = "Patient"), ("id" = String, Path, description = "Its id")),
    request_body(content = Object, content_type = "application/fhir+json"),
    responses((status = 200, description = "A Bundle of type `searchset`", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "A parameter is malformed"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token's scopes do not allow it"), (status = 404, description = "There is none with this id"),
        (status = 410, description = "It was deleted"), (status = 415, description = "The body is no FHIR resource")),
    security(("access_token" = [])))]
#[post("/{type}/{id}/$everything")]
pub async fn read_everything_by_post(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    client: Client,
    body: web::Payload,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    answered(&request, Some(body), path.into_inner(), &client, &records, &base).await
}

async fn answered(
    request: &HttpRequest,
    body: Option<web::Payload>,
    (name, id): (String, String),
    client: &Client,
    records: &Records,
    base: &BaseUrl,
) -> Result<HttpResponse, Refusal> {
    let of = resource_type(&name)?;
    if !matches!(name.as_str(), "Patient" | "Encounter") {
        return Err(Error::NotFound.into());
    }
    let given = Given::of(request, body, &KNOWN).await?;
    let day = |name: &str| -> Result<_, Error> {
        let text = given.text(name)?;
        text.map(|text| interval(&text).ok_or_else(|| bad(format!("{name} must be a date")))).transpose()
    };
    let (start, end) = (day("start")?, day("end")?);
    let care = (start.is_some() || end.is_some())
        .then(|| (start.map_or(i64::MIN, |start| start.low), end.map_or(i64::MAX, |end| end.high)));
    let since = given.text("_since")?;
    if since.as_deref().is_some_and(|since| interval(&since.replace(' ', "+")).is_none()) {
        return Err(bad("_since must be an instant").into());
    }
    let asked = Everything {
        of,
        id: id.clone(),
        care,
        since: since.map(|since| since.replace(' ', "+")),
        types: types(&given),
        count: page_size(given.text("_count")?.as_deref())?.max(1),
        after: given.text("_cursor")?,
        base_url: base.0.clone(),
    };
    let page = records.everything(&client.0, asked).await?;
    let address = |after: Option<&str>| -> Result<String, Error> {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for name in KNOWN {
            let value = match name {
                "_cursor" => after.map(str::to_owned),
                "_type" => types(&given),
                _ => given.text(name)?,
            };
            query.extend_pairs(value.map(|value| (name, value)));
        }
        let query = query.finish();
        let mark = if query.is_empty() { "" } else { "?" };
        Ok(format!("{}/{name}/{id}/$everything{mark}{query}", base.0))
    };
    let mut links = vec![("self", address(given.text("_cursor")?.as_deref())?)];
    if let Some(next) = &page.next {
        links.push(("next", address(Some(next))?));
    }
    let mut bundle = Bundle::new("searchset", page.total, &links);
    for (mode, resources) in [("match", &page.resources), ("include", &page.included)] {
        for stored in resources {
            let address = format!("{}/{}/{}", base.0, stored.resource_type, stored.id);
            bundle.push(Some(&address), Some(&stored.body), &json!({ "search": { "mode": mode } }));
        }
    }
    if page.is_cut {
        tell_cut(&mut bundle, records);
    }
    Ok(HttpResponse::Ok().content_type(answer::CONTENT_TYPE).body(bundle.finish()))
}

/// The types that are asked for, which may be given one by one.
fn types(given: &Given) -> Option<String> {
    let types = given.texts("_type");
    (!types.is_empty()).then(|| types.join(","))
}
