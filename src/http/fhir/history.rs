//! `GET [base]/[type]/[id]/_history`, `GET [base]/[type]/_history` and `GET [base]/_history`.
//! <https://hl7.org/fhir/R4/http.html#history>

use actix_web::{HttpRequest, HttpResponse, get, web};
use chrono::DateTime;
use serde_json::{Value, json};

use super::bundle::Bundle;
use super::caller::Client;
use super::errors::Refusal;
use super::search::page_size;
use super::{BaseUrl, answer, resource_type};
use crate::fhir::date;
use crate::fhir::outcome::IssueType;
use crate::records::history::{Of, Query};
use crate::records::{Error, Method, Records, Version};

/// Parameters that its links repeat.
const REPEATED: [&str; 4] = ["_since", "_at", "_format", "_pretty"];
/// The parameter that takes a history to its next page.
const CURSOR: &str = "_cursor";

/// Reads the versions of a resource, newest first.
#[utoipa::path(tag = "fhir", operation_id = "read_history",
    params(("type" = String, Path, description = "A resource type of R4", example = "Patient"), ("id" = String, Path, description = "The resource's id"),
        ("_count" = Option<u16>, Query, description = "Versions a page"),
        ("_since" = Option<String>, Query, description = "Only versions from this instant on"),
        ("_at" = Option<String>, Query, description = "Only versions that were current at some point of this date or time")),
    responses((status = 200, description = "A Bundle of type `history`", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "A parameter is malformed"),
        (status = 401, description = "No access token that holds"), (status = 404, description = "There never was one")),
    security(("access_token" = [])))]
#[get("/{type}/{id}/_history")]
pub async fn read_history(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    client: Client,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    let (name, id) = path.into_inner();
    answer(&request, Of::Instance(resource_type(&name)?, id), &client, &records, &base).await
}

/// Reads the versions of all resources of a type, newest first.
#[utoipa::path(tag = "fhir", operation_id = "read_type_history",
    params(("type" = String, Path, description = "A resource type of R4", example = "Patient"),
        ("_count" = Option<u16>, Query, description = "Versions a page"),
        ("_since" = Option<String>, Query, description = "Only versions from this instant on"),
        ("_at" = Option<String>, Query, description = "Only versions that were current at some point of this date or time")),
    responses((status = 200, description = "A Bundle of type `history`", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "A parameter is malformed"),
        (status = 401, description = "No access token that holds"), (status = 403, description = "The token's scopes do not allow it")),
    security(("access_token" = [])))]
#[get("/{type}/_history")]
pub async fn read_type_history(
    request: HttpRequest,
    path: web::Path<String>,
    client: Client,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    answer(&request, Of::Type(resource_type(&path)?), &client, &records, &base).await
}

/// Reads the versions of all resources of the types that the caller may search, newest first.
#[utoipa::path(tag = "fhir", operation_id = "read_system_history",
    params(("_count" = Option<u16>, Query, description = "Versions a page"),
        ("_since" = Option<String>, Query, description = "Only versions from this instant on"),
        ("_at" = Option<String>, Query, description = "Only versions that were current at some point of this date or time")),
    responses((status = 200, description = "A Bundle of type `history`", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "A parameter is malformed"),
        (status = 401, description = "No access token that holds"), (status = 403, description = "The token's scopes do not allow it")),
    security(("access_token" = [])))]
#[get("/_history")]
pub async fn read_system_history(
    request: HttpRequest,
    client: Client,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    answer(&request, Of::System, &client, &records, &base).await
}

async fn answer(
    request: &HttpRequest,
    of: Of,
    client: &Client,
    records: &Records,
    base: &BaseUrl,
) -> Result<HttpResponse, Refusal> {
    let text = told(&of, request.query_string(), client, records, base).await?;
    Ok(HttpResponse::Ok().content_type(answer::CONTENT_TYPE).body(text))
}

/// The Bundle of the versions.
///
/// # Errors
/// When a parameter is malformed, or as [`Records::history`].
pub(super) async fn told(
    of: &Of,
    query: &str,
    client: &Client,
    records: &Records,
    base: &BaseUrl,
) -> Result<String, Refusal> {
    let mut asked = asked(query)?;
    let after = asked.after.take();
    let history = records.history(&client.0, of, &Query { after: after.clone(), ..asked.clone() }).await?;
    let address = match of {
        Of::System => format!("{}/_history", base.0),
        Of::Type(resource_type) => format!("{}/{resource_type}/_history", base.0),
        Of::Instance(resource_type, id) => format!("{}/{resource_type}/{id}/_history", base.0),
    };
    let link = |after: Option<&str>| {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        pairs.append_pair("_count", &asked.count.to_string());
        for (name, value) in parameters(query).filter(|(name, _)| REPEATED.contains(&name.as_str())) {
            pairs.append_pair(&name, &value);
        }
        if let Some(after) = after {
            pairs.append_pair(CURSOR, after);
        }
        format!("{address}?{}", pairs.finish())
    };
    let mut links = vec![("self", link(after.as_deref()))];
    if let Some(next) = &history.next {
        links.push(("next", link(Some(next))));
    }
    let mut bundle = Bundle::new("history", history.total, &links);
    for version in &history.versions {
        let address = format!("{}/{}/{}", base.0, version.resource_type, version.id);
        bundle.push(Some(&address), version.body.as_deref(), &entry(version));
    }
    Ok(bundle.finish())
}

/// How the version came to be, as if it were asked for now.
fn entry(version: &Version) -> Value {
    let Version { resource_type, id, .. } = version;
    let status = match (version.method, version.number) {
        (Method::Delete, _) => "204",
        (_, 1) => "201",
        (Method::Post | Method::Put, _) => "200",
    };
    let url = match version.method {
        Method::Post => resource_type.clone(),
        Method::Put | Method::Delete => format!("{resource_type}/{id}"),
    };
    json!({
        "request": { "method": version.method.as_str(), "url": url },
        "response": {
            "status": status,
            "etag": answer::etag(version.number),
            "lastModified": answer::instant(version.updated),
        },
    })
}

fn parameters(query: &str) -> impl Iterator<Item = (String, String)> {
    form_urlencoded::parse(query.as_bytes()).map(|(name, value)| (name.into_owned(), value.into_owned()))
}

/// What the parameters ask for. Others than those of R4 are passed over.
fn asked(query: &str) -> Result<Query, Refusal> {
    let wanted = |name: &str| parameters(query).find(|(key, _)| key == name).map(|(_, value)| value);
    // A plus sign that was not escaped comes as a blank, which no time has.
    let time = |name: &str| {
        let text = wanted(name).map(|text| text.trim().replace(' ', "+"));
        text.map(|text| {
            date::interval(&text).ok_or_else(|| bad(&format!("{name} must be a date or an instant")))
        })
        .transpose()
    };
    if wanted("_sort").is_some_and(|sort| !matches!(sort.as_str(), "-_lastUpdated" | "none")) {
        return Err(
            Error::BadRequest(IssueType::NotSupported, "_sort must be -_lastUpdated".to_owned()).into()
        );
    }
    let since = time("_since")?.map(|since| DateTime::from_timestamp_micros(since.low));
    Ok(Query {
        count: page_size(wanted("_count").as_deref())?,
        since: since.map(|since| since.ok_or_else(|| bad("_since is too far away"))).transpose()?,
        at: time("_at")?,
        after: wanted(CURSOR),
    })
}

fn bad(text: &str) -> Refusal {
    Error::BadRequest(IssueType::Value, text.to_owned()).into()
}
