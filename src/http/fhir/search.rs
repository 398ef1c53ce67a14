//! `GET [base]/[type]?...` and `POST [base]/[type]/_search`. <https://hl7.org/fhir/R4/http.html#search>

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use serde_json::json;

use super::bundle::Bundle;
use super::caller::Client;
use super::errors::Refusal;
use super::shown::Shown;
use super::{BaseUrl, answer, body, format, prefer, resource_type};
use crate::fhir::outcome::IssueType;
use crate::records::search::{DEFAULT_COUNT, MOST, Query};
use crate::records::{Error, Records};

/// The parameter that takes a search to its next page. Its value is ours alone to make and read.
const CURSOR: &str = "_cursor";

/// Finds resources of one type.
#[utoipa::path(tag = "fhir", operation_id = "search_type",
    params(("type" = String, Path, description = "A resource type of R4", example = "Observation"),
        ("_id" = Option<String>, Query, description = "Ids, separated by commas"),
        ("_lastUpdated" = Option<String>, Query, description = "When it was last changed, such as `ge2026-01-01`"),
        ("_count" = Option<u16>, Query, description = "Results a page"),
        ("_sort" = Option<String>, Query, description = "Parameters to sort by, such as `-date,_id`"),
        ("_total" = Option<String>, Query, description = "`none`, `estimate` or `accurate`"),
        ("_summary" = Option<String>, Query, description = "`true`, `text`, `data`, `count` or `false`"),
        ("_elements" = Option<String>, Query, description = "Names of elements to show"),
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
    let mut parameters = [request.query_string().as_bytes(), form]
        .into_iter()
        .flat_map(form_urlencoded::parse)
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    let format = format::take(request, &mut parameters)?;
    let strict = prefer::is_strict(request);
    let text = searched(name, parameters, format, strict, client, records, base).await?;
    Ok(HttpResponse::Ok().content_type(answer::CONTENT_TYPE).body(text))
}

/// The Bundle that answers a search of a type. Its links repeat what is asked of the `format`.
///
/// # Errors
/// Those of the search.
pub(super) async fn searched(
    name: &str,
    mut parameters: Vec<(String, String)>,
    format: Vec<(&'static str, String)>,
    strict: bool,
    client: &Client,
    records: &Records,
    base: &BaseUrl,
) -> Result<String, Refusal> {
    let resource_type = resource_type(name)?;
    if parameters.iter().any(|(name, value)| name.contains('\0') || value.contains('\0')) {
        return Err(bad("a search parameter holds a NUL character"));
    }
    let mut wanted = Wanted::take(&mut parameters)?;
    wanted.repeated.extend(format);
    let query = Query {
        parameters,
        sort: wanted.sort.clone(),
        count: if wanted.shown == Shown::Count { 0 } else { wanted.count },
        total: wanted.total,
        after: wanted.after.clone(),
        strict,
        base_url: base.0.clone(),
    };
    let page = records.search(&client.0, resource_type, &query).await?;
    let address = |after: Option<&str>| wanted.link(base, name, &page.used, after);
    let mut links = vec![("self", address(wanted.after.as_deref()))];
    if let Some(next) = &page.next {
        links.push(("next", address(Some(next))));
    }
    let mut bundle = Bundle::new("searchset", page.total, &links);
    let is_match = json!({ "search": { "mode": "match" } });
    for stored in &page.resources {
        let body = wanted.shown.body(stored)?;
        bundle.push(Some(&format!("{}/{name}/{}", base.0, stored.id)), Some(&body), &is_match);
    }
    Ok(bundle.finish())
}

/// What a search asks of its answer. <https://hl7.org/fhir/R4/search.html#return>
struct Wanted {
    count: u16,
    after: Option<String>,
    sort: Option<String>,
    total: bool,
    shown: Shown,
    /// The parameters that later pages repeat.
    repeated: Vec<(&'static str, String)>,
}

impl Wanted {
    /// Takes the parameters for results out of all parameters.
    fn take(parameters: &mut Vec<(String, String)>) -> Result<Self, Refusal> {
        let count = page_size(take(parameters, "_count").as_deref())?;
        let after = take(parameters, CURSOR);
        let [sort, total, summary, elements] =
            ["_sort", "_total", "_summary", "_elements"].map(|name| (name, take(parameters, name)));
        let shown = Shown::of(summary.1.as_deref(), elements.1.as_deref())?;
        let is_counted = match total.1.as_deref() {
            // What is counted exactly is also the best estimate.
            None | Some("accurate" | "estimate") => true,
            Some("none") => shown == Shown::Count,
            Some(_) => return Err(bad("_total must be none, estimate or accurate")),
        };
        let sort_keys = sort.1.clone();
        let repeated = [sort, total, summary, elements].into_iter();
        let repeated = repeated.filter_map(|(name, value)| Some((name, value?))).collect();
        Ok(Self { count, after, sort: sort_keys, total: is_counted, shown, repeated })
    }

    fn link(&self, base: &BaseUrl, name: &str, used: &[(String, String)], after: Option<&str>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(used).extend_pairs(&self.repeated);
        query.append_pair("_count", &self.count.to_string());
        if let Some(after) = after {
            query.append_pair(CURSOR, after);
        }
        format!("{}/{name}?{}", base.0, query.finish())
    }
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

fn bad(text: &str) -> Refusal {
    Error::BadRequest(IssueType::Value, text.to_owned()).into()
}
