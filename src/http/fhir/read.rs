//! `GET [base]/[type]/[id]`. <https://hl7.org/fhir/R4/http.html#read>

use actix_web::body::SizedStream;
use actix_web::http::StatusCode;
use actix_web::http::header::ACCEPT;
use actix_web::{HttpRequest, HttpResponse, get, web};
use serde_json::Value;

use super::answer::FORMATS;
use super::caller::Client;
use super::errors::Refusal;
use super::media::{Media, Syntax};
use super::shown::Shown;
use super::{answer, conditions, format, resource_type};
use crate::identity::Caller;
use crate::records::{Error, Records, Stored};

/// Reads the current version of a resource. A Binary is sent as its content when `Accept` asks for another type than FHIR's.
#[utoipa::path(tag = "fhir", operation_id = "read_resource",
    params(("type" = String, Path, description = "A resource type of R4", example = "Patient"), ("id" = String, Path, description = "The resource's id"),
        ("_summary" = Option<String>, Query, description = "`true`, `text`, `data` or `false`"),
        ("_elements" = Option<String>, Query, description = "Names of elements to show")),
    responses((status = 200, description = "The resource", body = Object, content_type = "application/fhir+json"),
        (status = 304, description = "`If-None-Match` or `If-Modified-Since` holds"), (status = 401, description = "No access token that holds"),
        (status = 404, description = "There is none"), (status = 410, description = "It was deleted")),
    security(("access_token" = [])))]
#[get("/{type}/{id}")]
pub async fn read_resource(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    client: Client,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let (name, id) = path.into_inner();
    let resource_type = resource_type(&name)?;
    let shown = Shown::of_request(&request)?;
    let stored = records.read(&client.0, resource_type, &id).await?;
    if conditions::Known::of_request(&request).is(&stored) {
        return Ok(answer::versioned(StatusCode::NOT_MODIFIED, &stored).finish());
    }
    let stored = if name == "Binary" {
        let binary = stored.json()?;
        if let Some(media) = wanted(&request, &binary)? {
            return content(&client.0, &records, &stored, media).await;
        }
        records.with_data(&client.0, stored).await?
    } else {
        stored
    };
    let body = shown.body(&stored)?.into_owned();
    Ok(answer::versioned(StatusCode::OK, &stored).body(body))
}

/// The media type of a Binary's own bytes, where the caller asks for that or for anything that is none of FHIR's.
/// <https://hl7.org/fhir/R4/binary.html#rest>
fn wanted<'a>(request: &HttpRequest, binary: &'a Value) -> Result<Option<&'a str>, Refusal> {
    let is_acceptable = format::is_acceptable(request);
    let accepted = request.headers().get_all(ACCEPT).filter_map(|value| value.to_str().ok());
    let ranges: Vec<_> = accepted.flat_map(|value| value.split(',')).filter_map(Media::parse).collect();
    // Documents of other standards have XML's general names.
    let is_general = |range: &Media| !range.is_fhir() && range.syntax() == Some(Syntax::Xml);
    if is_acceptable && !ranges.iter().any(is_general) {
        return Ok(None);
    }
    let media = binary.get("contentType").and_then(Value::as_str).unwrap_or_default();
    let is_named = Media::parse(media).is_some_and(|kept| ranges.iter().any(|range| range.name == kept.name));
    if is_acceptable && !is_named {
        return Ok(None);
    }
    if !ranges.iter().any(|range| !range.is_fhir() && range.quality > 0) {
        return Err(Error::NotAcceptable(FORMATS).into());
    }
    Ok(Some(media))
}

/// A Binary's own bytes. The browser is told not to guess another type, or to run it.
async fn content(
    caller: &Caller,
    records: &web::Data<Records>,
    stored: &Stored,
    media: &str,
) -> Result<HttpResponse, Refusal> {
    let mut answer = answer::versioned(StatusCode::OK, stored);
    answer
        .content_type(media)
        .insert_header(("X-Content-Type-Options", "nosniff"))
        .insert_header(("Content-Security-Policy", "sandbox"));
    let content = records.content(caller, stored).await?;
    Ok(answer.body(SizedStream::new(content.length(), content.parts())))
}
