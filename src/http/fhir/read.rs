//! `GET [base]/[type]/[id]`. <https://hl7.org/fhir/R4/http.html#read>

use actix_web::http::StatusCode;
use actix_web::http::header::ACCEPT;
use actix_web::{HttpRequest, HttpResponse, get, web};
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};

use super::answer::FORMATS;
use super::caller::Client;
use super::errors::Refusal;
use super::media::{Media, Syntax};
use super::shown::Shown;
use super::{answer, conditions, format, resource_type};
use crate::records::{Error, Records, Stored};

const LENIENT: GeneralPurpose =
    GeneralPurpose::new(&STANDARD, GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true));

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
    if name == "Binary"
        && let Some(content) = content(&request, &stored)?
    {
        return Ok(content);
    }
    let body = shown.body(&stored)?.into_owned();
    Ok(answer::versioned(StatusCode::OK, &stored).body(body))
}

/// A Binary's own bytes, under its own media type, where the caller asks for that or for anything that is none of FHIR's. The
/// browser is told not to guess another type, or to run it. <https://hl7.org/fhir/R4/binary.html#rest>
fn content(request: &HttpRequest, stored: &Stored) -> Result<Option<HttpResponse>, Refusal> {
    let is_acceptable = format::is_acceptable(request);
    let accepted = request.headers().get_all(ACCEPT).filter_map(|value| value.to_str().ok());
    let ranges: Vec<_> = accepted.flat_map(|value| value.split(',')).filter_map(Media::parse).collect();
    // Documents of other standards have XML's general names.
    let is_general = |range: &Media| !range.is_fhir() && range.syntax() == Some(Syntax::Xml);
    if is_acceptable && !ranges.iter().any(is_general) {
        return Ok(None);
    }
    let binary = stored.json()?;
    let text = |name: &str| binary.get(name).and_then(|value| value.as_str()).unwrap_or_default();
    let media = text("contentType");
    let is_named = Media::parse(media).is_some_and(|kept| ranges.iter().any(|range| range.name == kept.name));
    if is_acceptable && !is_named {
        return Ok(None);
    }
    if !ranges.iter().any(|range| !range.is_fhir() && range.quality > 0) {
        return Err(Error::NotAcceptable(FORMATS).into());
    }
    // R4's base64Binary may hold blanks, and bits left over at the end.
    let data: String = text("data").split_ascii_whitespace().collect();
    let bytes = LENIENT.decode(data).map_err(Error::internal)?;
    let answer = answer::versioned(StatusCode::OK, stored)
        .content_type(media)
        .insert_header(("X-Content-Type-Options", "nosniff"))
        .insert_header(("Content-Security-Policy", "sandbox"))
        .body(bytes);
    Ok(Some(answer))
}
