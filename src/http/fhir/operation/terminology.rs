//! `$expand`, `$validate-code`, `$lookup`, `$subsumes` and `$translate` of value sets, code systems and concept maps.
//! <https://hl7.org/fhir/R4/terminology-service.html>

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use serde_json::Value;

use super::Given;
use super::given::bad;
use crate::fhir::outcome::IssueType;
use crate::http::fhir::answer;
use crate::http::fhir::caller::Client;
use crate::http::fhir::errors::Refusal;
use crate::records::terminology::expand::Expand;
use crate::records::terminology::translate::Translate;
use crate::records::terminology::{Coding, Source};
use crate::records::{Error, Records};

/// So many codings, words of a filter and properties may be asked for.
const MOST: usize = 50;
/// What names a value set, code system or concept map, or is it.
const SOURCES: [&str; 4] = ["url", "valueSet", "codeSystem", "conceptMap"];
/// What may be said, and changes nothing of the answer here.
const PASSED_OVER: [&str; 7] = [
    "includeDesignations",
    "excludeNested",
    "excludeNotForUI",
    "excludePostCoordinated",
    "displayLanguage",
    "limitedExpansion",
    "abstract",
];

/// Asks a value set, a code system or a concept map about codes.
#[utoipa::path(tag = "fhir", operation_id = "terminology_of_type",
    params(("type" = String, Path, description = "`ValueSet` ($expand, $validate-code), `CodeSystem` ($validate-code, $lookup, $subsumes) or `ConceptMap` ($translate)", example = "ValueSet"),
        ("operation" = String, Path, description = "`expand`, `validate-code`, `lookup`, `subsumes` or `translate`", example = "expand"),
        ("url" = Option<String>, Query, description = "The canonical URL of what is asked"),
        ("system" = Option<String>, Query, description = "The code system of `code`"), ("code" = Option<String>, Query, description = "The code"),
        ("display" = Option<String>, Query, description = "$validate-code: its text, which is held against the one that is known"),
        ("codeA" = Option<String>, Query, description = "$subsumes: the one code"), ("codeB" = Option<String>, Query, description = "$subsumes: the other code"),
        ("targetsystem" = Option<String>, Query, description = "$translate: only codes of this system"),
        ("filter" = Option<String>, Query, description = "$expand: words that must stand in code or display"),
        ("count" = Option<u32>, Query, description = "$expand: codes a page"), ("offset" = Option<u32>, Query, description = "$expand: codes passed over"),
        ("activeOnly" = Option<bool>, Query, description = "$expand: without inactive codes")),
    responses((status = 200, description = "A ValueSet with its expansion, or a Parameters resource", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "A parameter is malformed or missing, or what is asked is not known"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token's scopes do not allow searches of the type"), (status = 404, description = "There is no such operation or resource")),
    security(("access_token" = [])))]
#[get("/{type}/${operation}")]
pub async fn terminology_of_type(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    client: Client,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let (of_type, operation) = path.into_inner();
    answered(&request, None, (&of_type, None, &operation), &client, &records).await
}

/// Asks a value set, a code system or a concept map about codes; the parameters come as a Parameters resource.
#[utoipa::path(tag = "fhir", operation_id = "terminology_of_type_by_post",
    params(("type" = String, Path, description = "`ValueSet`, `CodeSystem` or `ConceptMap`", example = "ValueSet"),
        ("operation" = String, Path, description = "`expand`, `validate-code`, `lookup`, `subsumes` or `translate`", example = "expand")),
    request_body(content = Object, content_type = "application/fhir+json"),
    responses((status = 200, description = "A ValueSet with its expansion, or a Parameters resource", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "A parameter is malformed or missing, or what is asked is not known"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token's scopes do not allow searches of the type"), (status = 404, description = "There is no such operation or resource"),
        (status = 415, description = "The body is no FHIR resource")),
    security(("access_token" = [])))]
#[post("/{type}/${operation}")]
pub async fn terminology_of_type_by_post(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    client: Client,
    body: web::Payload,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let (of_type, operation) = path.into_inner();
    answered(&request, Some(body), (&of_type, None, &operation), &client, &records).await
}

/// Asks one stored value set, code system or concept map about codes.
#[utoipa::path(tag = "fhir", operation_id = "terminology_of_resource",
    params(("type" = String, Path, description = "`ValueSet`, `CodeSystem` or `ConceptMap`", example = "ValueSet"), ("id" = String, Path, description = "Its id"),
        ("operation" = String, Path, description = "`expand`, `validate-code`, `subsumes` or `translate`", example = "expand"),
        ("system" = Option<String>, Query, description = "The code system of `code`"), ("code" = Option<String>, Query, description = "The code")),
    responses((status = 200, description = "A ValueSet with its expansion, or a Parameters resource", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "A parameter is malformed or missing, or what is asked is not known"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token's scopes do not allow searches of the type"), (status = 404, description = "There is no such operation or resource"),
        (status = 410, description = "It was deleted")),
    security(("access_token" = [])))]
#[get("/{type}/{id}/${operation}")]
pub async fn terminology_of_resource(
    request: HttpRequest,
    path: web::Path<(String, String, String)>,
    client: Client,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let (of_type, id, operation) = path.into_inner();
    answered(&request, None, (&of_type, Some(id), &operation), &client, &records).await
}

/// Asks one stored value set, code system or concept map about codes; the parameters come as a Parameters resource.
#[utoipa::path(tag = "fhir", operation_id = "terminology_of_resource_by_post",
    params(("type" = String, Path, description = "`ValueSet`, `CodeSystem` or `ConceptMap`", example = "ValueSet"), ("id" = String, Path, description = "Its id"),
        ("operation" = String, Path, description = "`expand`, `validate-code`, `subsumes` or `translate`", example = "expand")),
    request_body(content = Object, content_type = "application/fhir+json"),
    responses((status = 200, description = "A ValueSet with its expansion, or a Parameters resource", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "A parameter is malformed or missing, or what is asked is not known"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token's scopes do not allow searches of the type"), (status = 404, description = "There is no such operation or resource"),
        (status = 410, description = "It was deleted"), (status = 415, description = "The body is no FHIR resource")),
    security(("access_token" = [])))]
#[post("/{type}/{id}/${operation}")]
pub async fn terminology_of_resource_by_post(
    request: HttpRequest,
    path: web::Path<(String, String, String)>,
    client: Client,
    body: web::Payload,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let (of_type, id, operation) = path.into_inner();
    answered(&request, Some(body), (&of_type, Some(id), &operation), &client, &records).await
}

fn too_many(of: &str) -> Error {
    Error::BadRequest(IssueType::TooCostly, format!("there may be {MOST} {of}"))
}

async fn answered(
    request: &HttpRequest,
    body: Option<web::Payload>,
    (of_type, id, operation): (&str, Option<String>, &str),
    client: &Client,
    records: &Records,
) -> Result<HttpResponse, Refusal> {
    let caller = &client.0;
    let known: &[&str] = match (of_type, operation) {
        ("ValueSet", "expand") => &["filter", "offset", "count", "activeOnly", "includeDefinition"],
        ("ValueSet" | "CodeSystem", "validate-code") => {
            &["code", "system", "display", "coding", "codeableConcept"]
        }
        ("CodeSystem", "lookup") if id.is_none() => &["code", "system", "coding", "property"],
        ("CodeSystem", "subsumes") => &["codeA", "codeB", "codingA", "codingB", "system"],
        ("ConceptMap", "translate") => {
            &["code", "system", "coding", "codeableConcept", "source", "target", "targetsystem", "reverse"]
        }
        _ => return Err(Error::NotFound.into()),
    };
    let known: Vec<&str> = known.iter().chain(&SOURCES).chain(&PASSED_OVER).copied().collect();
    let given = Given::of(request, body, &known).await?;
    let source = source(&given, of_type, id)?;
    let answer = match (of_type, operation) {
        (_, "expand") => records.expand(caller, expand(&given, required(source)?)?).await?,
        ("ValueSet", "validate-code") => {
            records.validate_code_of_value_set(caller, required(source)?, codings(&given)?).await?
        }
        (_, "validate-code") => {
            // The system of the code is the code system that is asked, where that is not named.
            let codings = codings(&given)?;
            let own = codings.first().and_then(|coding| coding.system.clone()).map(Source::Url);
            records.validate_code_of_code_system(caller, required(source.or(own))?, codings).await?
        }
        (_, "lookup") => {
            let coding = codings(&given)?.into_iter().next().unwrap_or_default();
            let system = coding.system.ok_or_else(|| bad("system is required"))?;
            let wanted = given.texts("property");
            if wanted.len() > MOST {
                return Err(too_many("properties").into());
            }
            records.look_up(caller, &system, &coding.code, &wanted).await?
        }
        (_, "subsumes") => {
            let system = given.text("system")?;
            let one = |code, coding| one(&given, code, coding, system.as_deref());
            let (a, b) = (one("codeA", "codingA")?, one("codeB", "codingB")?);
            let own = a.system.clone().or(b.system.clone()).map(Source::Url);
            records.subsumes(caller, required(source.or(own))?, &a, &b).await?
        }
        _ => records.translate(caller, translate(&given, source)?).await?,
    };
    Ok(HttpResponse::Ok().content_type(answer::CONTENT_TYPE).body(answer.to_string()))
}

fn source(given: &Given, of_type: &str, id: Option<String>) -> Result<Option<Source>, Error> {
    let sent = match of_type {
        "ValueSet" => "valueSet",
        "CodeSystem" => "codeSystem",
        _ => "conceptMap",
    };
    if let Some(id) = id {
        return Ok(Some(Source::Id(id)));
    }
    if let Some(resource) = given.object(sent)? {
        if resource.get("resourceType").and_then(Value::as_str) != Some(of_type) {
            return Err(bad(format!("{sent} must be a {of_type}")));
        }
        return Ok(Some(Source::Sent(resource.clone())));
    }
    Ok(given.text("url")?.map(Source::Url))
}

fn required(source: Option<Source>) -> Result<Source, Error> {
    source.ok_or_else(|| Error::BadRequest(IssueType::Required, "url is required".to_owned()))
}

fn expand(given: &Given, source: Source) -> Result<Expand, Error> {
    let filter = given.text("filter")?;
    if filter.as_deref().is_some_and(|filter| filter.split_whitespace().count() > MOST) {
        return Err(too_many("words"));
    }
    Ok(Expand {
        source,
        filter,
        offset: given.number("offset")?.unwrap_or_default(),
        count: given.number("count")?,
        active_only: given.flag("activeOnly")?,
        with_definition: given.flag("includeDefinition")?,
    })
}

fn translate(given: &Given, source: Option<Source>) -> Result<Translate, Error> {
    Ok(Translate {
        source,
        codings: codings(given)?,
        target_system: given.text("targetsystem")?,
        value_sets: [given.text("source")?, given.text("target")?],
        reverse: given.flag("reverse")?,
    })
}

/// The codes that are asked about: `code` with its system, a Coding, or those of a CodeableConcept.
fn codings(given: &Given) -> Result<Vec<Coding>, Error> {
    if let Some(code) = given.text("code")? {
        let (system, display) = (given.text("system")?, given.text("display")?);
        return Ok(vec![Coding { system, code, display }]);
    }
    if let Some(found) = given.object("coding")? {
        return Ok(vec![coding(found)?]);
    }
    let concept =
        given.object("codeableConcept")?.and_then(|concept| concept.get("coding")).and_then(Value::as_array);
    match concept {
        Some(each) if each.len() > MOST => Err(too_many("codings")),
        Some(each) if !each.is_empty() => each.iter().map(coding).collect(),
        _ => Err(Error::BadRequest(
            IssueType::Required,
            "code, coding or codeableConcept is required".to_owned(),
        )),
    }
}

fn coding(value: &Value) -> Result<Coding, Error> {
    let text = |name| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let code = text("code").ok_or_else(|| bad("a coding needs a code"))?;
    Ok(Coding { system: text("system"), code, display: text("display") })
}

/// One of two codes, from a code and the system of both, or from a Coding.
fn one(given: &Given, code: &str, of_coding: &str, system: Option<&str>) -> Result<Coding, Error> {
    if let Some(code) = given.text(code)? {
        return Ok(Coding { system: system.map(str::to_owned), code, display: None });
    }
    match given.object(of_coding)? {
        Some(found) => coding(found),
        None => Err(Error::BadRequest(IssueType::Required, format!("{code} or {of_coding} is required"))),
    }
}
