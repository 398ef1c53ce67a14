//! `GET [base]/[type]?...` and `POST [base]/[type]/_search`. <https://hl7.org/fhir/R4/http.html#search>

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use serde_json::json;

use super::bundle::Bundle;
use super::caller::Client;
use super::errors::Refusal;
use super::shown::Shown;
use super::{BaseUrl, answer, body, format, prefer, resource_type};
use crate::fhir::outcome::{Issue, IssueType, Severity, operation_outcome};
use crate::records::search::{Contained, DEFAULT_COUNT, MOST, Query, Total, Within};
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
    let within = Within { resource_type: Some(resource_type(&path)?), compartment: None };
    search(&request, &within, &[], &client, &records, &base).await
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
    let within = Within { resource_type: Some(resource_type(&path)?), compartment: None };
    search_by_form(&request, &within, form, &client, &records, &base).await
}

/// Searches with the parameters of the address and those of a form.
///
/// # Errors
/// Those of the search; when the body is no form.
pub(super) async fn search_by_form(
    request: &HttpRequest,
    within: &Within,
    form: web::Payload,
    client: &Client,
    records: &Records,
    base: &BaseUrl,
) -> Result<HttpResponse, Refusal> {
    let media = actix_web::HttpMessage::content_type(request).to_ascii_lowercase();
    if !matches!(media.as_str(), "" | "application/x-www-form-urlencoded") {
        return Err(Error::UnsupportedMediaType("application/x-www-form-urlencoded").into());
    }
    let (form, _room) = body::read(form).await?;
    search(request, within, &form, client, records, base).await
}

/// Searches with the parameters of the address and those of a form, which may be empty.
///
/// # Errors
/// Those of the search.
pub(super) async fn search(
    request: &HttpRequest,
    within: &Within,
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
    let text = searched(within, parameters, format, strict, client, records, base).await?;
    Ok(HttpResponse::Ok().content_type(answer::CONTENT_TYPE).body(text))
}

/// The Bundle that answers a search. Its links repeat what is asked of the `format`.
///
/// # Errors
/// Those of the search.
pub(super) async fn searched(
    within: &Within,
    mut parameters: Vec<(String, String)>,
    format: Vec<(&'static str, String)>,
    strict: bool,
    client: &Client,
    records: &Records,
    base: &BaseUrl,
) -> Result<String, Refusal> {
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
        ..Query::default()
    };
    let page = records.search_within(&client.0, within, &query).await?;
    let address = |after: Option<&str>| wanted.link(base, within, &page.used, after);
    let mut links = vec![("self", address(wanted.after.as_deref()))];
    if let Some(next) = &page.next {
        links.push(("next", address(Some(next))));
    }
    let mut bundle = Bundle::new("searchset", page.total, &links);
    for (mode, resources) in [("match", &page.resources), ("include", &page.included)] {
        let mode = json!({ "search": { "mode": mode } });
        for stored in resources {
            let body = wanted.shown.body(stored)?;
            let address = format!("{}/{}/{}", base.0, stored.resource_type, stored.id);
            bundle.push(Some(&address), Some(&body), &mode);
        }
    }
    let mode = json!({ "search": { "mode": "match" } });
    for Contained { container, resource } in &page.contained {
        let fragment = if resource.id.is_empty() { String::new() } else { format!("#{}", resource.id) };
        let address = format!("{}/{container}{fragment}", base.0);
        bundle.push(Some(&address), Some(&wanted.shown.body(resource)?), &mode);
    }
    if page.is_cut {
        tell_cut(&mut bundle, records);
    }
    Ok(bundle.finish())
}

/// Adds that not all that was to be included is there.
pub(super) fn tell_cut(bundle: &mut Bundle, records: &Records) {
    let text = "there are more resources to include than one page takes";
    let issue = Issue { severity: Severity::Warning, ..Issue::error(IssueType::Incomplete, text) };
    let outcome = operation_outcome(&[issue]).to_string();
    let address = format!("urn:uuid:{}", records.new_id());
    bundle.push(Some(&address), Some(&outcome), &json!({ "search": { "mode": "outcome" } }));
}

/// What a search asks of its answer. <https://hl7.org/fhir/R4/search.html#return>
struct Wanted {
    count: u16,
    after: Option<String>,
    sort: Option<String>,
    total: Total,
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
        let total_wanted = match total.1.as_deref() {
            None => Total::IfKnown,
            // What is counted exactly is also the best estimate.
            Some("accurate" | "estimate") => Total::Exact,
            Some("none") => Total::Unwanted,
            Some(_) => return Err(bad("_total must be none, estimate or accurate")),
        };
        // Where nothing else is asked for, that is.
        let total_wanted = if shown == Shown::Count || count == 0 { Total::Exact } else { total_wanted };
        let sort_keys = sort.1.clone();
        let repeated = [sort, total, summary, elements].into_iter();
        let repeated = repeated.filter_map(|(name, value)| Some((name, value?))).collect();
        Ok(Self { count, after, sort: sort_keys, total: total_wanted, shown, repeated })
    }

    fn link(
        &self,
        base: &BaseUrl,
        within: &Within,
        used: &[(String, String)],
        after: Option<&str>,
    ) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(used).extend_pairs(&self.repeated);
        query.append_pair("_count", &self.count.to_string());
        if let Some(after) = after {
            query.append_pair(CURSOR, after);
        }
        let compartment = within.compartment.as_ref().map(|(of, id)| format!("/{of}/{id}"));
        let searched = match (within.resource_type, &compartment) {
            (Some(resource_type), _) => format!("/{resource_type}"),
            (None, Some(_)) => "/*".to_owned(),
            (None, None) => String::new(),
        };
        format!("{}{}{searched}?{}", base.0, compartment.unwrap_or_default(), query.finish())
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
