//! `GET [base]/[type]?...` and `POST [base]/[type]/_search`. <https://hl7.org/fhir/R4/http.html#search>

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use super::bundle::Bundle;
use super::caller::Client;
use super::errors::Refusal;
use super::{BaseUrl, answer, body, prefer, resource_type};
use crate::fhir::outcome::IssueType;
use crate::records::search::{DEFAULT_COUNT, MOST, Query};
use crate::records::{Error, Records};

/// The parameter that takes a search to its next page. Its value is ours to read.
const CURSOR: &str = "_cursor";

/// Finds resources of one type.
#[utoipa::path(tag = "fhir", operation_id = "search_type",
    params(("type" = String, Path, description = "A resource type of R4", example = "Observation"),
        ("_id" = Option<String>, Query, description = "Ids, separated by commas"),
        ("_lastUpdated" = Option<String>, Query, description = "When it was last changed, such as `ge2026-01-01`"),
        ("_count" = Option<u16>, Query, description = "Results a page"),
        ("identifier" = Option<String>, Query, description = "`system|value`"),
        ("code" = Option<String>, Query, description = "`system|code`"),
        ("patient" = Option<String>, Query, description = "`Patient/[id]`"),
        ("date" = Option<String>, Query, description = "A date, with or without a prefix")),
    responses((status = 200, description = "A Bundle of type `searchset`", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "A parameter is malformed or not supported"), (status = 401, description = "No access token that holds")),
    security(("access_token" = [])))]
#[get("/{type}")]
pub async fn search_type(
    request: HttpRequest,
    path: web::Path<String>,
    client: Client,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    answer::accept_json(&request)?;
    search(&request, &path, &[], &client, &records, &base).await
}

/// Finds resources of one type; the parameters come as a form, which keeps them out of addresses.
#[utoipa::path(tag = "fhir", operation_id = "search_type_by_form",
    params(("type" = String, Path, description = "A resource type of R4", example = "Observation")),
    request_body(content = String, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "A Bundle of type `searchset`", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "A parameter is malformed or not supported"), (status = 401, description = "No access token that holds")),
    security(("access_token" = [])))]
#[post("/{type}/_search")]
pub async fn search_type_by_form(
    request: HttpRequest,
    path: web::Path<String>,
    client: Client,
    form: web::Payload,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    answer::accept_json(&request)?;
    let media = actix_web::HttpMessage::content_type(&request).to_ascii_lowercase();
    if !matches!(media.as_str(), "" | "application/x-www-form-urlencoded") {
        return Err(Error::UnsupportedMediaType("application/x-www-form-urlencoded").into());
    }
    let (form, _room) = body::read(form).await?;
    search(&request, &path, &form, &client, &records, &base).await
}

async fn search(
    request: &HttpRequest,
    name: &str,
    form: &[u8],
    client: &Client,
    records: &Records,
    base: &BaseUrl,
) -> Result<HttpResponse, Refusal> {
    let resource_type = resource_type(name)?;
    let mut parameters: Vec<(String, String)> = [request.query_string().as_bytes(), form]
        .into_iter()
        .flat_map(form_urlencoded::parse)
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    if parameters.iter().any(|(name, value)| name.contains('\0') || value.contains('\0')) {
        return Err(bad("a search parameter holds a NUL character"));
    }
    let count = page_size(take(&mut parameters, "_count").as_deref())?;
    let after = take(&mut parameters, CURSOR).map(|cursor| read_cursor(&cursor)).transpose()?;
    // Both are read by `answer::accept_json`; there is but one way to print.
    drop((take(&mut parameters, "_format"), take(&mut parameters, "_pretty")));
    let query = Query {
        parameters,
        count,
        after: after.clone(),
        strict: prefer::is_strict(request),
        base_url: base.0.clone(),
    };
    let page = records.search(&client.0, resource_type, &query).await?;
    let address = |after: Option<&str>| link(base, name, &page.used, count, after);
    let mut links = vec![("self", address(after.as_deref()))];
    if let Some(next) = &page.next {
        links.push(("next", address(Some(next))));
    }
    let mut bundle = Bundle::new("searchset", page.total, &links);
    let is_match = json!({ "search": { "mode": "match" } });
    for stored in &page.resources {
        bundle.push(&format!("{}/{name}/{}", base.0, stored.id), Some(&stored.body), &is_match);
    }
    Ok(HttpResponse::Ok().content_type(answer::CONTENT_TYPE).body(bundle.finish()))
}

/// The number of results a page; more than the most is cut to it, as R4 allows.
///
/// # Errors
/// When it is not a whole number from 0 on.
pub(super) fn page_size(text: Option<&str>) -> Result<u16, Refusal> {
    let Some(text) = text else { return Ok(DEFAULT_COUNT) };
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(bad("_count must be a whole number from 0 on"));
    }
    Ok(text.parse().unwrap_or(MOST).min(MOST))
}

fn take(parameters: &mut Vec<(String, String)>, name: &str) -> Option<String> {
    let at = parameters.iter().position(|(key, _)| key == name)?;
    Some(parameters.remove(at).1)
}

fn read_cursor(cursor: &str) -> Result<String, Refusal> {
    let id = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    id.filter(|id| !id.contains('\0')).ok_or_else(|| bad("the cursor is not one of this server"))
}

fn link(base: &BaseUrl, name: &str, used: &[(String, String)], count: u16, after: Option<&str>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in used {
        query.append_pair(name, value);
    }
    query.append_pair("_count", &count.to_string());
    if let Some(after) = after {
        query.append_pair(CURSOR, &URL_SAFE_NO_PAD.encode(after));
    }
    format!("{}/{name}?{}", base.0, query.finish())
}

fn bad(text: &str) -> Refusal {
    Error::BadRequest(IssueType::Value, text.to_owned()).into()
}
