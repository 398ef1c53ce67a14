//! The parameters of `$run` and `$viewdefinition-export`.
//! <https://sql-on-fhir.org/ig/OperationDefinition-ViewDefinitionRun.html#parameters>

use actix_web::{HttpRequest, web};
use chrono::{DateTime, Utc};
use serde_json::Value;

use super::format;
use crate::fhir::ResourceType;
use crate::fhir::outcome::{Issue, IssueType};
use crate::fhir::reference::Literal;
use crate::fhir::view::table::Format;
use crate::http::fhir::MOUNT;
use crate::http::fhir::operation::Given;
use crate::http::fhir::operation::given::bad;
use crate::records::Error;
use crate::records::views::{Asked, AskedTables, Which};

/// What it may be asked with.
const KNOWN: [&str; 10] = [
    "viewResource",
    "viewReference",
    "resource",
    "source",
    "patient",
    "group",
    "header",
    "_format",
    "_since",
    "_limit",
];

/// What an export may be asked with.
const KNOWN_OF_EXPORTS: [&str; 8] =
    ["view", "clientTrackingId", "source", "patient", "group", "header", "_format", "_since"];

/// What a request asks for, and the media type of the answer. `stored` is the id of the view, where the address names it.
///
/// # Errors
/// When a parameter is missing, malformed or not supported.
pub async fn read(
    request: &HttpRequest,
    payload: Option<web::Payload>,
    stored: Option<String>,
    base_url: &str,
) -> Result<(Asked, &'static str), Error> {
    let given = Given::of(request, payload, &KNOWN).await?;
    if given.text("source")?.is_some() {
        return Err(Error::BadRequest(IssueType::NotSupported, "source is not supported".to_owned()));
    }
    let (format, media) = format(request, &given)?;
    let sent = sent(&given)?;
    let ids = |name: &str, of: &str| -> Result<Vec<String>, Error> {
        given.references(name)?.iter().map(|one| id(name, of, one, base_url)).collect()
    };
    let (patients, groups) = (ids("patient", "Patient")?, ids("group", "Group")?);
    let since = given.text("_since")?.map(|text| instant(&text)).transpose()?;
    if sent.is_some() && !(patients.is_empty() && groups.is_empty() && since.is_none()) {
        let text = "patient, group and _since choose among what is stored, and resources are sent along";
        return Err(Error::BadRequest(IssueType::NotSupported, text.to_owned()));
    }
    let view = which(&given, stored)?;
    let limit = given.number("_limit")?;
    let asked = Asked { view, format, sent, patients, groups, since, limit, base_url: base_url.to_owned() };
    Ok((asked, media))
}

/// What a request for an export asks for. `stored` is the id of the view, where the address names it.
///
/// # Errors
/// When a parameter is missing, malformed or not supported.
pub async fn of_export(
    request: &HttpRequest,
    payload: web::Payload,
    stored: Option<String>,
    base_url: &str,
) -> Result<AskedTables, Error> {
    let given = Given::of(request, Some(payload), &KNOWN_OF_EXPORTS).await?;
    if given.text("source")?.is_some() {
        return Err(Error::BadRequest(IssueType::NotSupported, "source is not supported".to_owned()));
    }
    let named = given.text("_format")?.unwrap_or_else(|| "ndjson".to_owned());
    let (format, _) = with_header(format::asked(request, Some(&named))?, &given)?;
    let ids = |name: &str, of: &str| -> Result<Vec<String>, Error> {
        given.references(name)?.iter().map(|one| id(name, of, one, base_url)).collect()
    };
    let parts = given.parts("view")?;
    let views = match stored {
        Some(id) if parts.is_empty() => vec![(None, Which::Stored(id))],
        Some(_) => return Err(bad("the address names the view: there may be no parameter view")),
        None => {
            let view = |part: &Given| -> Result<_, Error> { Ok((part.text("name")?, which(part, None)?)) };
            parts.iter().map(view).collect::<Result<_, Error>>()?
        }
    };
    let path = request.path().strip_prefix(MOUNT).unwrap_or_default();
    Ok(AskedTables {
        views,
        format,
        tracking: given.text("clientTrackingId")?,
        patients: ids("patient", "Patient")?,
        groups: ids("group", "Group")?,
        since: given.text("_since")?.map(|text| instant(&text)).transpose()?,
        request: format!("{base_url}{path}"),
        base_url: base_url.to_owned(),
    })
}

fn format(request: &HttpRequest, given: &Given) -> Result<(Format, &'static str), Error> {
    with_header(format::asked(request, given.text("_format")?.as_deref())?, given)
}

fn with_header(
    (format, media): (Format, &'static str),
    given: &Given,
) -> Result<(Format, &'static str), Error> {
    let header = match given.text("header")?.as_deref() {
        None | Some("true") => true,
        Some("false") => false,
        Some(_) => return Err(bad("header must be true or false")),
    };
    let is_csv = format == (Format::Csv { header: true });
    Ok((if is_csv { Format::Csv { header } } else { format }, media))
}

fn which(given: &Given, stored: Option<String>) -> Result<Which, Error> {
    let inline = given.object("viewResource")?;
    let mut named = given.references("viewReference")?;
    if named.len() > 1 {
        return Err(bad("viewReference is given twice"));
    }
    match (inline, named.pop(), stored) {
        (Some(view), None, None) => Ok(Which::Sent(view.clone())),
        (None, Some(name), None) => Ok(Which::Named(name)),
        (None, None, Some(id)) => Ok(Which::Stored(id)),
        (None, None, None) => {
            let text = "viewResource or viewReference is required";
            Err(Error::BadRequest(IssueType::Required, text.to_owned()))
        }
        (Some(_), Some(_), None) => Err(bad("there may be one of viewResource and viewReference")),
        (_, _, Some(_)) => {
            let text = "the address names the view: there may be neither viewResource nor viewReference";
            Err(Error::BadRequest(IssueType::NotSupported, text.to_owned()))
        }
    }
}

/// The resources that are sent along, if any are.
fn sent(given: &Given) -> Result<Option<Vec<Value>>, Error> {
    let resources = given.objects("resource")?;
    let unknown = resources.iter().position(|resource| ResourceType::of(resource).is_none());
    if let Some(at) = unknown {
        let text = format!("resource[{at}] is no resource of R4");
        return Err(Error::Invalid(vec![
            Issue::error(IssueType::Structure, text).at("Parameters.parameter"),
        ]));
    }
    Ok((!resources.is_empty()).then(|| resources.into_iter().cloned().collect()))
}

/// The id in a reference to a resource of this server.
fn id(name: &str, of: &str, reference: &str, base_url: &str) -> Result<String, Error> {
    let own = reference.strip_prefix(base_url).and_then(|rest| rest.strip_prefix('/')).unwrap_or(reference);
    match Literal::parse(own) {
        Some(Literal::Relative { resource_type, id, .. }) if resource_type.as_str() == of => {
            Ok(id.to_owned())
        }
        _ => Err(bad(format!("{name} must be a reference such as {of}/1"))),
    }
}

fn instant(text: &str) -> Result<DateTime<Utc>, Error> {
    // A plus sign that was not escaped comes as a blank.
    let text = text.trim().replace(' ', "+");
    let time = DateTime::parse_from_rfc3339(&text).ok().filter(|_| text.contains('T'));
    time.map(|time| time.to_utc())
        .ok_or_else(|| bad("_since must be an instant such as 2026-01-31T12:00:00Z"))
}
