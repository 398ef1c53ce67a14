//! `$run` of ViewDefinition, which is also called `$viewdefinition-run`: a table, at once.
//! <https://sql-on-fhir.org/ig/OperationDefinition-ViewDefinitionRun.html>

use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, get, post};
use futures_util::StreamExt as _;
use futures_util::stream::{once, try_unfold};

use super::parameters;
use crate::http::fhir::BaseUrl;
use crate::http::fhir::caller::Client;
use crate::http::fhir::errors::Refusal;
use crate::records::views::Table;
use crate::records::{Error, Records};

/// Makes a table of stored resources by a stored view that is named.
#[utoipa::path(tag = "fhir", operation_id = "run_named_view",
    params(("viewReference" = String, Query, description = "The view: `ViewDefinition/[id]`, or its canonical URL, with `|[version]` or without"),
        ("_format" = Option<String>, Query, description = "`json`, `ndjson`, `csv` or `parquet`; without it, `Accept` decides", example = "csv"),
        ("header" = Option<bool>, Query, description = "CSV: whether the names of the columns come first"),
        ("patient" = Option<String>, Query, description = "Only what belongs to this patient, such as `Patient/1`"),
        ("group" = Option<String>, Query, description = "Only what belongs to members of this Group, such as `Group/1`"),
        ("_since" = Option<String>, Query, description = "Only what changed after this instant"),
        ("_limit" = Option<u32>, Query, description = "So many rows at most")),
    responses((status = 200, description = "The table", content((String = "application/x-ndjson"), (String = "text/csv"), (Object = "application/json"), (Vec<u8> = "application/vnd.apache.parquet"))),
        (status = 400, description = "A parameter is missing, malformed or not supported"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token's scopes do not allow it"), (status = 404, description = "There is no such view"),
        (status = 422, description = "The view cannot be read, or an expression fails on a resource")),
    security(("access_token" = [])))]
#[get("/$viewdefinition-run")]
pub async fn run_named_view(
    request: HttpRequest,
    client: Client,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    answered(&request, None, None, &client, (&records, &base)).await
}

/// Makes a table by a view that is sent or named, of stored resources or of such as are sent along; the parameters come as a Parameters
/// resource.
#[utoipa::path(tag = "fhir", operation_id = "run_view", request_body(content = Object, content_type = "application/fhir+json"),
    responses((status = 200, description = "The table", content((String = "application/x-ndjson"), (String = "text/csv"), (Object = "application/json"), (Vec<u8> = "application/vnd.apache.parquet"))),
        (status = 400, description = "A parameter is missing, malformed or not supported"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token's scopes do not allow it"), (status = 404, description = "There is no such view"),
        (status = 413, description = "The body is larger than 4 MB"), (status = 415, description = "The body is no FHIR resource"),
        (status = 422, description = "The view cannot be read, or an expression fails on a resource")),
    security(("access_token" = [])))]
#[post("/$viewdefinition-run")]
pub async fn run_view(
    request: HttpRequest,
    client: Client,
    body: web::Payload,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    answered(&request, Some(body), None, &client, (&records, &base)).await
}

/// Makes a table of stored resources by a stored view that is named, with the same parameters.
#[utoipa::path(tag = "fhir", operation_id = "run_view_of_type",
    params(("operation" = String, Path, description = "`run` or `viewdefinition-run`", example = "run"),
        ("viewReference" = String, Query, description = "The view: `ViewDefinition/[id]`, or its canonical URL, with `|[version]` or without"),
        ("_format" = Option<String>, Query, description = "`json`, `ndjson`, `csv` or `parquet`; without it, `Accept` decides", example = "csv")),
    responses((status = 200, description = "The table", content((String = "application/x-ndjson"), (String = "text/csv"), (Object = "application/json"), (Vec<u8> = "application/vnd.apache.parquet"))),
        (status = 400, description = "A parameter is missing, malformed or not supported"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token's scopes do not allow it"), (status = 404, description = "There is no such view"),
        (status = 422, description = "The view cannot be read, or an expression fails on a resource")),
    security(("access_token" = [])))]
#[get("/ViewDefinition/${operation:run|viewdefinition-run}")]
pub async fn run_view_of_type(
    request: HttpRequest,
    client: Client,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    answered(&request, None, None, &client, (&records, &base)).await
}

/// Makes a table by a view that is sent or named; the parameters come as a Parameters resource.
#[utoipa::path(tag = "fhir", operation_id = "run_view_of_type_by_post",
    params(("operation" = String, Path, description = "`run` or `viewdefinition-run`", example = "run")),
    request_body(content = Object, content_type = "application/fhir+json"),
    responses((status = 200, description = "The table", content((String = "application/x-ndjson"), (String = "text/csv"), (Object = "application/json"), (Vec<u8> = "application/vnd.apache.parquet"))),
        (status = 400, description = "A parameter is missing, malformed or not supported"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token's scopes do not allow it"), (status = 404, description = "There is no such view"),
        (status = 413, description = "The body is larger than 4 MB"), (status = 415, description = "The body is no FHIR resource"),
        (status = 422, description = "The view cannot be read, or an expression fails on a resource")),
    security(("access_token" = [])))]
#[post("/ViewDefinition/${operation:run|viewdefinition-run}")]
pub async fn run_view_of_type_by_post(
    request: HttpRequest,
    client: Client,
    body: web::Payload,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    answered(&request, Some(body), None, &client, (&records, &base)).await
}

/// Makes a table of stored resources by this stored view.
#[utoipa::path(tag = "fhir", operation_id = "run_stored_view",
    params(("id" = String, Path, description = "The view's id"), ("operation" = String, Path, description = "`run` or `viewdefinition-run`", example = "run"),
        ("_format" = Option<String>, Query, description = "`json`, `ndjson`, `csv` or `parquet`; without it, `Accept` decides", example = "csv"),
        ("header" = Option<bool>, Query, description = "CSV: whether the names of the columns come first"),
        ("patient" = Option<String>, Query, description = "Only what belongs to this patient, such as `Patient/1`"),
        ("group" = Option<String>, Query, description = "Only what belongs to members of this Group, such as `Group/1`"),
        ("_since" = Option<String>, Query, description = "Only what changed after this instant"),
        ("_limit" = Option<u32>, Query, description = "So many rows at most")),
    responses((status = 200, description = "The table", content((String = "application/x-ndjson"), (String = "text/csv"), (Object = "application/json"), (Vec<u8> = "application/vnd.apache.parquet"))),
        (status = 400, description = "A parameter is malformed or not supported"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token's scopes do not allow it"), (status = 404, description = "There is no such view"),
        (status = 410, description = "It was deleted"), (status = 422, description = "The view cannot be read, or an expression fails on a resource")),
    security(("access_token" = [])))]
#[get("/ViewDefinition/{id}/${operation:run|viewdefinition-run}")]
pub async fn run_stored_view(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    client: Client,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    let (id, _) = path.into_inner();
    answered(&request, None, Some(id), &client, (&records, &base)).await
}

/// Makes a table by this stored view, of stored resources or of such as are sent along; the parameters come as a Parameters resource.
#[utoipa::path(tag = "fhir", operation_id = "run_stored_view_by_post",
    params(("id" = String, Path, description = "The view's id"), ("operation" = String, Path, description = "`run` or `viewdefinition-run`", example = "run")),
    request_body(content = Object, content_type = "application/fhir+json"),
    responses((status = 200, description = "The table", content((String = "application/x-ndjson"), (String = "text/csv"), (Object = "application/json"), (Vec<u8> = "application/vnd.apache.parquet"))),
        (status = 400, description = "A parameter is malformed or not supported"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token's scopes do not allow it"), (status = 404, description = "There is no such view"),
        (status = 410, description = "It was deleted"), (status = 413, description = "The body is larger than 4 MB"), (status = 415, description = "The body is no FHIR resource"),
        (status = 422, description = "The view cannot be read, or an expression fails on a resource")),
    security(("access_token" = [])))]
#[post("/ViewDefinition/{id}/${operation:run|viewdefinition-run}")]
pub async fn run_stored_view_by_post(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    client: Client,
    body: web::Payload,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    let (id, _) = path.into_inner();
    answered(&request, Some(body), Some(id), &client, (&records, &base)).await
}

async fn answered(
    request: &HttpRequest,
    body: Option<web::Payload>,
    stored: Option<String>,
    client: &Client,
    (records, base): (&Records, &BaseUrl),
) -> Result<HttpResponse, Refusal> {
    let (asked, media) = parameters::read(request, body, stored, &base.0).await?;
    let table = records.run_view(&client.0, asked).await?;
    let mut response = HttpResponse::Ok();
    response.content_type(media);
    Ok(streamed(response, table))
}

/// The answer that a table is, piece by piece where it is long.
pub(super) fn streamed(mut response: HttpResponseBuilder, table: Table) -> HttpResponse {
    let Some(rest) = table.rest else { return response.body(table.beginning) };
    // What is wrong from here on breaks the answer off: it has begun.
    let rest = try_unfold(rest, |mut rest| async move {
        while let Some(piece) = rest.next().await.inspect_err(Error::log)? {
            // What is empty would end the answer.
            if !piece.is_empty() {
                return Ok(Some((Bytes::from(piece), rest)));
            }
        }
        Ok::<_, Error>(None)
    });
    let beginning = once(async { Ok(Bytes::from(table.beginning)) });
    response.streaming(beginning.chain(rest))
}
