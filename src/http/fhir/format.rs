//! Which format an answer has: `Accept`, `_format` and `_pretty`. <https://hl7.org/fhir/R4/http.html#mime-type>, `#parameters`
//!
//! Handlers answer in JSON under [`answer::CONTENT_TYPE`], and [`rendered`] turns that into what the caller asked for. Who asks
//! for JSON gets the handler's text as it is.

use actix_web::body::{BoxBody, EitherBody, MessageBody, to_bytes};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::{self, Bytes};
use actix_web::{HttpMessage, HttpRequest, ResponseError};

use super::answer::{self, FORMATS};
use super::body::{self, LARGEST, SHORT};
use super::errors::Refusal;
use super::media::{Media, Syntax};
use crate::fhir::outcome::operation_outcome;
use crate::fhir::xml;
use crate::records::Error;

/// The parameters that say how an answer is written.
pub const PARAMETERS: [&str; 2] = ["_format", "_pretty"];

/// What a request asks of the form of its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Asked {
    /// None where nothing is acceptable that we have.
    syntax: Option<Syntax>,
    pretty: bool,
}

impl Asked {
    /// Reads the parameters; `accepted` counts where there is no `_format`.
    fn new(accepted: Option<Syntax>, format: Option<&str>, pretty: Option<&str>) -> Self {
        let syntax = match format.filter(|format| !format.is_empty()) {
            Some(format) => Media::of_parameter(format).and_then(|media| media.syntax()),
            None => accepted,
        };
        Self { syntax, pretty: pretty == Some("true") }
    }

    fn of(request: &HttpRequest) -> Self {
        let query = request.query_string().as_bytes();
        let value = |wanted: &str| {
            let mut pairs = form_urlencoded::parse(query);
            pairs.find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
        };
        Self::new(accepted(request), value("_format").as_deref(), value("_pretty").as_deref())
    }
}

/// The syntax that `Accept` prefers; JSON where it prefers neither.
fn accepted(request: &HttpRequest) -> Option<Syntax> {
    let headers = request.headers().get_all(ACCEPT).filter_map(|value| value.to_str().ok());
    let ranges: Vec<_> = headers.flat_map(|value| value.split(',')).filter_map(Media::parse).collect();
    if ranges.is_empty() {
        return Some(Syntax::Json);
    }
    let preference = |syntax: Syntax| {
        let most_exact = ranges.iter().filter_map(|range| range.exactness(syntax)).max()?;
        let exact = ranges.iter().filter(|range| range.exactness(syntax) == Some(most_exact));
        let quality = exact.map(|range| range.quality).max()?;
        (quality > 0).then_some((quality, most_exact))
    };
    match (preference(Syntax::Json), preference(Syntax::Xml)) {
        (None, None) => None,
        (json, xml) if json >= xml => Some(Syntax::Json),
        _ => Some(Syntax::Xml),
    }
}

/// Whether the answer can be given in a format that the caller takes.
#[must_use]
pub fn is_acceptable(request: &HttpRequest) -> bool {
    asked(request).syntax.is_some()
}

fn asked(request: &HttpRequest) -> Asked {
    let asked = request.extensions().get::<Asked>().copied();
    asked.unwrap_or_else(|| Asked::of(request))
}

/// The parameters of a request that further pages repeat to have the same format, each after an ampersand.
#[must_use]
pub fn repeated(request: &HttpRequest) -> String {
    let pairs = form_urlencoded::parse(request.query_string().as_bytes());
    let pairs = pairs.filter(|(name, _)| PARAMETERS.contains(&name.as_ref()));
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    if query.is_empty() { query } else { format!("&{query}") }
}

/// Takes `_format` and `_pretty` out of the parameters of a search, where a form may have them too, and returns them.
///
/// # Errors
/// [`Error::NotAcceptable`].
pub fn take(
    request: &HttpRequest,
    parameters: &mut Vec<(String, String)>,
) -> Result<Vec<(&'static str, String)>, Error> {
    let mut taken = Vec::new();
    for name in PARAMETERS {
        let value = parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        taken.extend(value.map(|value| (name, value)));
        parameters.retain(|(key, _)| key != name);
    }
    let value =
        |wanted: &str| taken.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.as_str());
    let asked = Asked::new(accepted(request), value("_format"), value("_pretty"));
    request.extensions_mut().insert(asked);
    if asked.syntax.is_some() { Ok(taken) } else { Err(Error::NotAcceptable(FORMATS)) }
}

/// Refuses requests whose answer could not be given, before anything is done.
///
/// # Errors
/// Those of the handler.
pub async fn acceptable<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, actix_web::Error> {
    if is_acceptable(request.request()) || decides_itself(&request) {
        return next.call(request).await.map(ServiceResponse::map_into_left_body);
    }
    let refusal = Refusal(Error::NotAcceptable(FORMATS));
    Ok(request.into_response(refusal.error_response()).map_into_right_body())
}

/// A Binary can be read as what it holds, a file of an export or of an import's faults is what it is, a form can have `_format` in it, and a
/// table has formats of its own.
fn decides_itself(request: &ServiceRequest) -> bool {
    let path = request.path().strip_prefix(super::MOUNT).unwrap_or_default();
    let mut segments = path.split('/').filter(|segment| !segment.is_empty());
    if segments.clone().next_back().is_some_and(|last| super::view::OPERATIONS.contains(&last)) {
        return true;
    }
    match *request.method() {
        Method::GET => match segments.next() {
            Some("Binary") => segments.count() == 1,
            Some(first) => {
                [super::export::FILE, super::import::FILE, super::view::export::FILE].contains(&first)
            }
            None => false,
        },
        Method::POST => segments.next_back() == Some("_search"),
        _ => false,
    }
}

/// Gives the answer the format that was asked for.
///
/// # Errors
/// Those of the handler.
pub async fn rendered<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let asked = Asked::of(request.request());
    request.extensions_mut().insert(asked);
    let (request, response) = next.call(request).await?.map_into_boxed_body().into_parts();
    let Asked { syntax, pretty } = self::asked(&request);
    let syntax = syntax.unwrap_or(Syntax::Json);
    let is_fhir = response.headers().get(CONTENT_TYPE).is_some_and(|media| media == answer::CONTENT_TYPE);
    if !is_fhir || (syntax == Syntax::Json && !pretty) {
        return Ok(ServiceResponse::new(request, response));
    }
    let (mut response, body) = response.into_parts();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(syntax.content_type()));
    let json = to_bytes(body).await.map_err(|error| Refusal(Error::internal(error.to_string())))?;
    let text = match render(json, syntax, pretty).await {
        Ok(text) => text,
        Err(error) => {
            error.log();
            let outcome = operation_outcome(&error.issues());
            *response.status_mut() = Refusal(error).status_code();
            print(&outcome, syntax, pretty).unwrap_or_default()
        }
    };
    Ok(ServiceResponse::new(request, response.set_body(BoxBody::new(text))))
}

async fn render(json: Bytes, syntax: Syntax, pretty: bool) -> Result<String, Error> {
    if json.is_empty() {
        return Ok(String::new());
    }
    let is_short = json.len() <= SHORT;
    // As values, a long answer takes a multiple of its length, as a long body does.
    let _room = if is_short { None } else { Some(body::room(json.len().min(LARGEST)).await?) };
    let work = move || {
        let value = serde_json::from_slice(&json).map_err(Error::internal)?;
        print(&value, syntax, pretty)
    };
    // A long answer would hold up every other request of this thread.
    if is_short { work() } else { web::block(work).await.map_err(Error::internal)? }
}

fn print(value: &serde_json::Value, syntax: Syntax, pretty: bool) -> Result<String, Error> {
    match (syntax, pretty) {
        (Syntax::Xml, _) => xml::write(value, pretty).map_err(Error::internal),
        (Syntax::Json, true) => serde_json::to_string_pretty(value).map_err(Error::internal),
        (Syntax::Json, false) => Ok(value.to_string()),
    }
}
