//! The parameters of an export, from the address and from a Parameters resource.
//! <https://hl7.org/fhir/uv/bulkdata/STU2/export.html#query-parameters>
//!
//! What is malformed is refused. What is not supported is refused too, or passed over and noted where the client asks for lenient
//! handling.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::fhir::ResourceType;
use crate::fhir::chain::shown;
use crate::fhir::outcome::{Issue, IssueType};
use crate::fhir::reference::Literal;
use crate::http::fhir::BaseUrl;
use crate::records::Error;
use crate::records::export::{Asked, Level};

/// A parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Its name.
    pub name: String,
    value: String,
    /// Whether it is a reference of a Parameters resource.
    is_reference: bool,
}

/// Parameters in their order.
pub type Pairs = Vec<Pair>;

/// The media types of files, under their names.
const FORMATS: [&str; 3] = ["application/fhir+ndjson", "application/ndjson", "ndjson"];
/// So many patients, and so many elements, may be named.
const MOST_PATIENTS: usize = 20_000;
const MOST_ELEMENTS: usize = 500;
/// So many queries may be asked.
const MOST_FILTERS: usize = 64;
/// So much that was passed over is told one by one.
const MOST_NOTES: usize = 100;
/// Parameters that are given once.
const SINGLE: [&str; 3] = ["_outputFormat", "_since", "_until"];

/// The parameters of an address.
pub fn of_query(query: &str) -> Pairs {
    let pairs = form_urlencoded::parse(query.as_bytes()).into_owned();
    pairs.map(|(name, value)| Pair { name, value, is_reference: false }).collect()
}

/// The parameters of a Parameters resource.
///
/// # Errors
/// When it is none, or one of them is no single value.
pub fn of_body(body: &Value) -> Result<Pairs, Error> {
    if body.get("resourceType").and_then(Value::as_str) != Some("Parameters") {
        return Err(bad("the body of an operation is a Parameters resource"));
    }
    let Some(parameters) = body.get("parameter") else { return Ok(Pairs::new()) };
    let parameters = parameters.as_array().ok_or_else(|| bad("Parameters.parameter must be a list"))?;
    let pair = |(at, parameter): (usize, &Value)| {
        of_parameter(parameter).ok_or_else(|| {
            let text = "a parameter of $export has a name and one value, a text or a reference";
            let place = format!("Parameters.parameter[{at}]");
            Error::Invalid(vec![Issue::error(IssueType::Value, text).at(place)])
        })
    };
    parameters.iter().enumerate().map(pair).collect()
}

fn of_parameter(parameter: &Value) -> Option<Pair> {
    let parameter = parameter.as_object()?;
    let name = parameter.get("name")?.as_str()?.to_owned();
    let mut values =
        parameter.iter().filter(|(name, _)| !["name", "id", "extension"].contains(&name.as_str()));
    let (kind, value) = values.next()?;
    let (value, is_reference) = match kind.as_str() {
        "valueReference" => (value.get("reference")?.as_str()?, true),
        kind if kind.starts_with("value") => (value.as_str()?, false),
        _ => return None,
    };
    values.next().is_none().then(|| Pair { name, value: value.to_owned(), is_reference })
}

/// What they ask for, at the request with this URL.
///
/// # Errors
/// When one is malformed, or not supported and not to be passed over.
pub fn read(
    level: Level,
    request: String,
    base: &BaseUrl,
    pairs: Pairs,
    lenient: bool,
) -> Result<Asked, Error> {
    let mut asked = Asked {
        level,
        request,
        base_url: base.0.clone(),
        types: None,
        filters: Vec::new(),
        since: None,
        until: None,
        elements: Vec::new(),
        patients: None,
        lenient,
        notes: Vec::new(),
    };
    let mut seen = BTreeSet::new();
    for pair in pairs {
        if SINGLE.contains(&pair.name.as_str()) && !seen.insert(pair.name.clone()) {
            return Err(bad(&format!("{} is given twice", pair.name)));
        }
        take(&mut asked, &pair)?;
    }
    Ok(asked)
}

fn take(asked: &mut Asked, pair: &Pair) -> Result<(), Error> {
    let Pair { name, value, is_reference } = pair;
    if *is_reference && name != "patient" {
        return pass_over(asked, format!("{} is no reference that $export supports", shown(name)));
    }
    match name.as_str() {
        // A plus sign that was not escaped comes as a blank.
        "_outputFormat" if !FORMATS.contains(&value.replace(' ', "+").to_ascii_lowercase().as_str()) => {
            let text = format!("_outputFormat must be one of: {}", FORMATS.join(", "));
            return Err(Error::BadRequest(IssueType::NotSupported, text));
        }
        "_outputFormat" => {}
        "_since" => asked.since = Some(instant(name, value)?),
        "_until" => asked.until = Some(instant(name, value)?),
        "_type" => types(asked, value)?,
        "_typeFilter" => filters(asked, value)?,
        "_elements" => elements(asked, value)?,
        "patient" if asked.level == Level::System => {
            return pass_over(
                asked,
                "patient: an export of the whole system is not of some patients".to_owned(),
            );
        }
        "patient" if !is_reference => {
            return pass_over(asked, "patient: patients are named by references, in a POST".to_owned());
        }
        "patient" => {
            let id = patient(value, &asked.base_url)?;
            let patients = asked.patients.get_or_insert_default();
            patients.push(id);
            bounded("patient", patients.len(), MOST_PATIENTS, "patients")?;
        }
        other => return pass_over(asked, format!("{} is not supported by $export", shown(other))),
    }
    Ok(())
}

/// The types of `_type`, each of which is one of R4's.
fn types(asked: &mut Asked, value: &str) -> Result<(), Error> {
    let mut types = asked.types.take().unwrap_or_default();
    for name in listed("_type", value)? {
        match ResourceType::parse(name) {
            Some(found) if types.contains(&found) => {}
            Some(found) => types.push(found),
            None => pass_over(asked, format!("_type: {} is not a resource type of R4", shown(name)))?,
        }
    }
    // Where none is left, nothing is exported: not everything.
    asked.types = Some(types);
    Ok(())
}

/// The queries of `_typeFilter`. A comma is between two of them where a type with a question mark follows.
fn filters(asked: &mut Asked, value: &str) -> Result<(), Error> {
    let mut queries: Vec<String> = Vec::new();
    for part in value.split(',') {
        let begins = part.split_once('?').is_some_and(|(name, _)| {
            !name.is_empty() && name.trim().bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
        match queries.last_mut() {
            Some(query) if !begins => {
                query.push(',');
                query.push_str(part);
            }
            Some(_) | None => queries.push(part.trim_start().to_owned()),
        }
    }
    for query in queries {
        let parted = query.split_once('?').filter(|(_, query)| !query.is_empty());
        let Some((name, query)) = parted else {
            return Err(bad("_typeFilter must be searches such as Patient?gender=male"));
        };
        match ResourceType::parse(name) {
            Some(found) => {
                asked.filters.push((found, query.to_owned()));
                bounded("_typeFilter", asked.filters.len(), MOST_FILTERS, "queries")?;
            }
            None => {
                pass_over(asked, format!("_typeFilter: {} is not a resource type of R4", shown(name)))?;
            }
        }
    }
    Ok(())
}

/// The elements of `_elements`: those at the root of a resource, with a type before them or none.
fn elements(asked: &mut Asked, value: &str) -> Result<(), Error> {
    for name in listed("_elements", value)? {
        let is_root = match name.split_once('.') {
            None => true,
            Some((of_type, element)) => {
                ResourceType::parse(of_type).is_some() && !element.is_empty() && !element.contains('.')
            }
        };
        if !is_root {
            let text = format!("_elements: {} is no element such as id or Patient.name", shown(name));
            return Err(bad(&text));
        }
        if !asked.elements.iter().any(|known| known == name) {
            asked.elements.push(name.to_owned());
            bounded("_elements", asked.elements.len(), MOST_ELEMENTS, "elements")?;
        }
    }
    Ok(())
}

fn listed<'v>(name: &str, value: &'v str) -> Result<Vec<&'v str>, Error> {
    let names: Vec<_> = value.split(',').map(str::trim).collect();
    if names.iter().any(|name| name.is_empty()) {
        return Err(bad(&format!("{name} must be names with commas between")));
    }
    Ok(names)
}

/// An instant, to the second at least and with its zone.
fn instant(name: &str, value: &str) -> Result<DateTime<Utc>, Error> {
    // A plus sign that was not escaped comes as a blank.
    let text = value.trim().replace(' ', "+");
    let time = DateTime::parse_from_rfc3339(&text).ok().filter(|_| text.contains('T'));
    let time = time.ok_or_else(|| bad(&format!("{name} must be an instant such as 2026-01-31T12:00:00Z")))?;
    Ok(time.to_utc())
}

/// The id of a Patient of this server.
fn patient(reference: &str, base_url: &str) -> Result<String, Error> {
    let own = reference.strip_prefix(base_url).and_then(|rest| rest.strip_prefix('/')).unwrap_or(reference);
    match Literal::parse(own) {
        Some(Literal::Relative { resource_type, id, .. }) if resource_type.as_str() == "Patient" => {
            Ok(id.to_owned())
        }
        Some(
            Literal::Relative { .. }
            | Literal::Contained(_)
            | Literal::Conditional { .. }
            | Literal::Absolute { .. }
            | Literal::Uri(_),
        )
        | None => Err(bad("patient must be a reference such as Patient/1")),
    }
}

fn pass_over(asked: &mut Asked, text: String) -> Result<(), Error> {
    if !asked.lenient {
        return Err(Error::BadRequest(IssueType::NotSupported, text));
    }
    match asked.notes.len() {
        told if told < MOST_NOTES => asked.notes.push(text),
        MOST_NOTES => asked.notes.push("more was passed over than is told here".to_owned()),
        _ => {}
    }
    Ok(())
}

fn bounded(name: &str, count: usize, most: usize, what: &str) -> Result<(), Error> {
    if count <= most {
        return Ok(());
    }
    Err(Error::BadRequest(IssueType::TooCostly, format!("{name}: there may be {most} {what}")))
}

fn bad(text: &str) -> Error {
    Error::BadRequest(IssueType::Value, text.to_owned())
}

#[cfg(test)]
mod tests;
