//! `GET [base]/[type]/[id]/_history`. <https://hl7.org/fhir/R4/http.html#history>

use actix_web::{HttpRequest, HttpResponse, get, web};
use serde_json::json;

use super::bundle::Bundle;
use super::caller::Client;
use super::errors::Refusal;
use super::search::page_size;
use super::{BaseUrl, answer, format, resource_type};
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
    let (name, id) = path.into_inner();
    let resource_type = resource_type(&name)?;
    let wanted = |name: &str| {
        let mut pairs = form_urlencoded::parse(request.query_string().as_bytes());
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    };
    let count = page_size(wanted("_count").as_deref())?;
    let before = wanted("_before").as_deref().map(|text| {
        text.parse()
            .map_err(|_| Error::BadRequest(IssueType::Value, "_before must be a version number".to_owned()))
    });
    let before: Option<i64> = before.transpose()?;
    let history = records.history(&client.0, resource_type, &id, count, before).await?;
    let address = format!("{}/{name}/{id}", base.0);
    let format = format::repeated(&request);
    let link = |before| format!("{address}/_history?_count={count}{}{format}", page(before));
    let mut links = vec![("self", link(before))];
    if history.next_before.is_some() {
        links.push(("next", link(history.next_before)));
    }
    let mut bundle = Bundle::new("history", Some(history.total), &links);
    for version in &history.versions {
        let status = match (version.method, version.number) {
            (Method::Delete, _) => "204",
            (_, 1) => "201",
            (Method::Post | Method::Put, _) => "200",
        };
        let url = match version.method {
            Method::Post => name.clone(),
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
        bundle.push(&address, version.body.as_deref(), &rest);
    }
    Ok(HttpResponse::Ok().content_type(answer::CONTENT_TYPE).body(bundle.finish()))
}

fn page(before: Option<i64>) -> String {
    before.map(|before| format!("&_before={before}")).unwrap_or_default()
}
