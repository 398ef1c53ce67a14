//! `POST [base]/$reindex` and `POST [base]/SearchParameter/[id]/$reindex`: jobs that write the search index anew, after the
//! asynchronous pattern. <https://hl7.org/fhir/R4/async.html>

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_LOCATION, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use serde_json::{Value, json};

use super::caller::Client;
use super::errors::Refusal;
use super::media::{self, Media, Syntax};
use super::{BaseUrl, answer, body};
use crate::fhir::outcome::{Issue, IssueType, operation_outcome};
use crate::records::reindex::{Job, State};
use crate::records::{Error, Records};

/// So many seconds a client is asked to wait before it asks again.
const AGAIN_S: &str = "5";

/// Starts a job that indexes all resources anew.
#[utoipa::path(tag = "fhir", operation_id = "reindex_all",
    responses((status = 202, description = "The job waits; `Content-Location` tells how far it is", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "The body names a parameter: the operation has none"),
        (status = 401, description = "No access token that holds"), (status = 403, description = "The token's scopes do not allow updates of SearchParameter")),
    security(("access_token" = [])))]
#[post("/$reindex")]
pub async fn reindex_all(
    request: HttpRequest,
    client: Client,
    body: web::Payload,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    without_parameters(&request, body).await?;
    Ok(accepted(&records.reindex(&client.0, None).await?, &base))
}

/// Starts a job that indexes anew all resources of the types that a SearchParameter is for.
#[utoipa::path(tag = "fhir", operation_id = "reindex_parameter",
    params(("id" = String, Path, description = "The id of an active SearchParameter that is not HL7's")),
    responses((status = 202, description = "The job waits; `Content-Location` tells how far it is", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "The body names a parameter: the operation has none"),
        (status = 401, description = "No access token that holds"), (status = 403, description = "The token's scopes do not allow updates of SearchParameter"),
        (status = 404, description = "There is no such SearchParameter"), (status = 410, description = "It was deleted"),
        (status = 422, description = "It adds nothing to the search")),
    security(("access_token" = [])))]
#[post("/SearchParameter/{id}/$reindex")]
pub async fn reindex_parameter(
    request: HttpRequest,
    path: web::Path<String>,
    client: Client,
    body: web::Payload,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    without_parameters(&request, body).await?;
    Ok(accepted(&records.reindex(&client.0, Some(&path)).await?, &base))
}

/// Tells how far a job is.
#[utoipa::path(tag = "fhir", operation_id = "read_reindex_status",
    params(("job" = String, Path, description = "The job's id, from `Content-Location`")),
    responses((status = 200, description = "It has ended: a Parameters resource", body = Object, content_type = "application/fhir+json"),
        (status = 202, description = "It has not; `X-Progress` says how far it is", body = Object, content_type = "application/fhir+json"),
        (status = 401, description = "No access token that holds"), (status = 403, description = "The token's scopes do not allow updates of SearchParameter"),
        (status = 404, description = "There is no such job")),
    security(("access_token" = [])))]
#[get("/$reindex-status/{job}")]
pub async fn read_reindex_status(
    path: web::Path<String>,
    client: Client,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let job = records.reindex_job(&client.0, &path).await?;
    let progress = match job.state {
        State::Waiting => "waiting".to_owned(),
        State::Running { done, total } => format!("{done} of {total} resources"),
        State::Done { .. } | State::Superseded { .. } => {
            return Ok(HttpResponse::Ok().content_type(answer::CONTENT_TYPE).body(told(&job).to_string()));
        }
    };
    let outcome = operation_outcome(&[Issue::information(progress.clone())]).to_string();
    Ok(HttpResponse::build(StatusCode::ACCEPTED)
        .insert_header(("X-Progress", progress))
        .insert_header((RETRY_AFTER, AGAIN_S))
        .content_type(answer::CONTENT_TYPE)
        .body(outcome))
}

/// The job was taken.
fn accepted(job: &str, base: &BaseUrl) -> HttpResponse {
    let outcome =
        operation_outcome(&[Issue::information("the job was taken: Content-Location tells how far it is")]);
    HttpResponse::build(StatusCode::ACCEPTED)
        .insert_header((CONTENT_LOCATION, format!("{}/$reindex-status/{job}", base.0)))
        .content_type(answer::CONTENT_TYPE)
        .body(outcome.to_string())
}

/// What came of a job that has ended.
fn told(job: &Job) -> Value {
    let (outcome, done, at) = match job.state {
        State::Done { done, at } => ("completed", Some(done), Some(at)),
        State::Superseded { at } => ("superseded", None, Some(at)),
        State::Waiting | State::Running { .. } => ("running", None, None),
    };
    let mut parameters = vec![
        json!({ "name": "outcome", "valueCode": outcome }),
        json!({ "name": "asked", "valueInstant": answer::instant(job.asked) }),
    ];
    parameters.extend(at.map(|at| json!({ "name": "ended", "valueInstant": answer::instant(at) })));
    parameters.extend(done.map(|done| json!({ "name": "resources", "valueDecimal": done })));
    if let Some(id) = &job.parameter {
        let reference = format!("SearchParameter/{id}");
        parameters.push(json!({ "name": "searchParameter", "valueReference": { "reference": reference } }));
    }
    json!({ "resourceType": "Parameters", "parameter": parameters })
}

/// Refuses a body that is not an empty Parameters resource. None is needed.
async fn without_parameters(request: &HttpRequest, payload: web::Payload) -> Result<(), Error> {
    let (bytes, _room) = body::read(payload).await?;
    if bytes.is_empty() {
        return Ok(());
    }
    let syntax = Media::parse(&media::sent(request)).map_or(Some(Syntax::Json), |media| media.syntax());
    let syntax = syntax.ok_or(Error::UnsupportedMediaType(answer::FORMATS))?;
    let sent = body::parse(syntax, &bytes)?;
    if sent.get("resourceType").and_then(Value::as_str) != Some("Parameters") {
        let text = "the body of an operation is a Parameters resource";
        return Err(Error::BadRequest(IssueType::Invalid, text.to_owned()));
    }
    match sent.get("parameter") {
        None => Ok(()),
        Some(_) => Err(Error::BadRequest(IssueType::NotSupported, "$reindex has no parameters".to_owned())),
    }
}
