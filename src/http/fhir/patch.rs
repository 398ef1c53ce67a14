//! `PATCH [base]/[type]/[id]`. <https://hl7.org/fhir/R4/http.html#patch>

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, HttpResponse, patch, web};

use super::caller::Client;
use super::errors::Refusal;
use super::media::{Media, Syntax};
use super::{BaseUrl, answer, body, conditions, resource_type};
use crate::fhir::patch::Patch;
use crate::records::{Error, Records};

/// The media types of patches: JSON Patch, and FHIRPath Patch as Parameters.
pub const MEDIA_TYPES: &str = "application/json-patch+json, application/fhir+json, application/fhir+xml";

/// A well-formed patch, by the media type of the body.
#[derive(Clone)]
pub struct Sent(pub Patch);

impl FromRequest for Sent {
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let media = Media::parse(&super::media::sent(request));
        let name = request.match_info().get("type").map(resource_type);
        let payload = web::Payload::from_request(request, payload);
        Box::pin(async move {
            name.transpose()?;
            let form = media.as_ref().and_then(Form::of).ok_or(Error::UnsupportedMediaType(MEDIA_TYPES))?;
            let payload = payload.await.map_err(|e| Error::internal(e.to_string()))?;
            let (bytes, room) = body::read(payload).await?;
            if bytes.len() <= body::SHORT {
                return Ok(Self(form.parse(&bytes)?));
            }
            let parsed =
                web::block(move || form.parse(&bytes)).await.map_err(|e| Error::internal(e.to_string()))?;
            drop(room);
            Ok(Self(parsed?))
        })
    }
}

/// What a patch is written in.
#[derive(Clone, Copy)]
enum Form {
    JsonPatch,
    FhirPath(Syntax),
}

impl Form {
    fn of(media: &Media) -> Option<Self> {
        match media.name.as_str() {
            _ if !media.is_utf8() => None,
            "application/json-patch+json" => Some(Self::JsonPatch),
            // Under a general name it could be either.
            _ if media.is_fhir() => media.syntax().map(Self::FhirPath),
            _ => None,
        }
    }

    fn parse(self, bytes: &[u8]) -> Result<Patch, Error> {
        match self {
            Self::JsonPatch => Patch::json(bytes),
            Self::FhirPath(syntax) => Patch::fhirpath(&body::parse(syntax, bytes)?),
        }
        .map_err(Error::Invalid)
    }
}

/// Changes a resource by a JSON Patch (RFC 6902) or a FHIRPath Patch.
#[utoipa::path(tag = "fhir", operation_id = "patch_resource",
    request_body(content((Vec<Object> = "application/json-patch+json"), (Object = "application/fhir+json"), (String = "application/fhir+xml"))),
    params(("type" = String, Path, description = "A resource type of R4", example = "Patient"), ("id" = String, Path, description = "The resource's id"),
        ("If-Match" = Option<String>, Header, description = "The version that must be the current one, such as `W/\"3\"`"),
        ("X-Provenance" = Option<String>, Header, description = "A Provenance in JSON without `target`: it is stored with what is written")),
    responses((status = 200, description = "Changed", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "Not a well-formed patch"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token's scopes do not allow it"), (status = 404, description = "There is none"),
        (status = 410, description = "It was deleted"), (status = 412, description = "Another version is current"),
        (status = 415, description = "Another media type; `Accept-Patch` names those that are taken"),
        (status = 422, description = "The patch cannot be applied, or makes of it what is not a valid resource")),
    security(("access_token" = [])))]
#[patch("/{type}/{id}")]
pub async fn patch_resource(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    client: Client,
    patch: Sent,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    let (name, id) = path.into_inner();
    let resource_type = resource_type(&name)?;
    let precondition = conditions::precondition(&request)?;
    let written = records.patch(&client.0, resource_type, &id, patch.0, precondition).await?;
    answer::changed(&request, &client, (&records, &base), written)
}
