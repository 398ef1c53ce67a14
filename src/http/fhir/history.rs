//! `GET [base]/[type]/[id]/_history`. <https://hl7.org/fhir/R4/http.html#history>

use actix_web::{HttpRequest, HttpResponse, get, web};
use serde_json::json;

use super::bundle::Bundle;
use super::caller::Client;
use super::errors::Refusal;
use super::search::page_size;
use super::{BaseUrl, answer, resource_type};
use crate::fhir::ResourceType;
use crate::fhir::outcome::IssueType;
use crate::records::{Error, Method, Records};

/// Reads the versions of a resource, newest first.
#[utoipa::path(tag = "fhir", operation_id = "read_history",
    params(("type" = String, Path, description = "A resource type of R4", example = "Patient"), ("id" = String, Path, description = "The resource's id"),
        ("_count" = Option<u16>, Query, description = "Versions a page")),
    responses((status = 200, description = "A Bundle of type `history`", body = Object, content_type = "application/fhir+json"),
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
    answer::accept_json(&request)?;
    let (name, id) = path.into_inner();
    let resource_type = resource_type(&name)?;
    let text = of_instance(resource_type, &id, request.query_string(), &client, &records, &base).await?;
    Ok(HttpResponse::Ok().content_type(answer::CONTENT_TYPE).body(text))
}

/// The Bundle of a resource's versions.
///
/// # Errors
/// When a parameter is malformed, or there never was one.
pub(super) async fn of_instance(
    resource_type: ResourceType,
    id: &str,
    query: &str,
    client: &Client,
    records: &Records,
    base: &BaseUrl,
) -> Result<String, Refusal> {
    let wanted = |name: &str| {
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    };
    let count = page_size(wanted("_count").as_deref())?;
    let before = wanted("_before").as_deref().map(|text| {
        text.parse()
            .map_err(|_| Error::BadRequest(IssueType::Value, "_before must be a version number".to_owned()))
    });
    let before: Option<i64> = before.transpose()?;
    let history = records.history(&client.0, resource_type, id, count, before).await?;
    let name = resource_type.as_str();
    let address = format!("{}/{name}/{id}", base.0);
    let mut links = vec![("self", format!("{address}/_history?_count={count}{}", page(before)))];
    if history.next_before.is_some() {
        links.push(("next", format!("{address}/_history?_count={count}{}", page(history.next_before))));
    }
    let mut bundle = Bundle::new("history", Some(history.total), &links);
    for version in &history.versions {
        let status = match (version.method, version.number) {
            (Method::Delete, _) => "204",
            (_, 1) => "201",
            (Method::Post | Method::Put, _) => "200",
        };
        let url = match version.method {
            Method::Post => name.to_owned(),
            Method::Put | Method::Delete => format!("{name}/{id}"),
        };
        let rest = json!({
            "request": { "method": version.method.as_str(), "url": url },
            "response": {
                "status": status,
                "etag": answer::etag(version.number),
                "lastModified": version.updated.to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
            },
        });
        bundle.push(Some(&address), version.body.as_deref(), &rest);
    }
    Ok(bundle.finish())
}

fn page(before: Option<i64>) -> String {
    before.map(|before| format!("&_before={before}")).unwrap_or_default()
}
