//! `POST [base]/$import`: asking for files to be imported.
//! <https://github.com/smart-on-fhir/bulk-import/blob/master/import-pnp.md#bulk-data-import-kick-off-request>

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_LOCATION;
use actix_web::{HttpRequest, HttpResponse, post, web};

use super::{STATUS, manifest};
use crate::fhir::json;
use crate::fhir::outcome::{Issue, IssueType, operation_outcome};
use crate::http::fhir::caller::Client;
use crate::http::fhir::errors::Refusal;
use crate::http::fhir::{BaseUrl, answer, body, prefer};
use crate::records::Error;
use crate::records::import::{Asked, Imports};

/// Asks for files of NDJSON to be fetched, and for what is in them to be stored.
#[utoipa::path(tag = "fhir", operation_id = "import",
    params(("prefer" = String, Header, description = "`respond-async`", example = "respond-async")),
    request_body(description = "`input`, a list of files each with `url` and `type`, beside `inputFormat`; or a Parameters resource of the same names",
        content((Object = "application/json"), (Object = "application/fhir+json"))),
    responses((status = 202, description = "The import was taken; `Content-Location` tells how far it is", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "The manifest is malformed, asks for what is not supported or for an address that may not be fetched, or `Prefer` is not `respond-async`"),
        (status = 401, description = "No access token that holds"), (status = 403, description = "The token has no `system/` scopes to create and update what is to be imported"),
        (status = 413, description = "The manifest is too large"), (status = 429, description = "The client has too many imports")),
    security(("access_token" = [])))]
#[post("/$import")]
pub async fn import(
    request: HttpRequest,
    client: Client,
    payload: web::Payload,
    imports: web::Data<Imports>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    if !prefer::is_async(&request) {
        let text = "an import is answered later: Prefer must be respond-async";
        return Err(Error::BadRequest(IssueType::NotSupported, text.to_owned()).into());
    }
    let (bytes, _room) = body::read(payload).await?;
    let body = json::parse_resource(&bytes).map_err(|fault| Error::Invalid(vec![fault.issue()]))?;
    let asked = Asked { request: format!("{}/$import", base.0), files: manifest::read(&body)? };
    let id = imports.ask(&client.0, asked).await?;
    let text = "the import was taken: Content-Location tells how far it is";
    Ok(HttpResponse::build(StatusCode::ACCEPTED)
        .insert_header((CONTENT_LOCATION, format!("{}/{STATUS}/{id}", base.0)))
        .content_type(answer::CONTENT_TYPE)
        .body(operation_outcome(&[Issue::information(text)]).to_string()))
}
