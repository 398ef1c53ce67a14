//! The entries of a batch or transaction, read. <https://hl7.org/fhir/R4/bundle.html#bundle-unique>

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::address::{Address, Path};
use crate::fhir::ResourceType;
use crate::fhir::outcome::{Issue, IssueType};
use crate::fhir::patch::Patch;
use crate::fhir::validate::validate;
use crate::http::fhir::body;
use crate::http::fhir::conditions::{self, Known};
use crate::http::fhir::interaction::Named;
use crate::http::fhir::media::Syntax;
use crate::http::fhir::patch::MEDIA_TYPES;
use crate::records::Error;
use crate::records::bundle::{Entry, MOST_ENTRIES, Target, Wanted};
use crate::records::conditional::Criteria;

/// How the entries of a Bundle are done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Each by itself.
    Batch,
    /// All or none.
    Transaction,
}

/// A Bundle of requests.
pub struct Requests {
    /// How they are done.
    pub kind: Kind,
    /// What each asks for, or why it cannot.
    pub entries: Vec<Request>,
}

/// One request.
pub struct Request {
    /// Its position in the Bundle.
    pub at: usize,
    /// What it is, as the audit names it.
    pub named: Named,
    /// What it asks for, or why it cannot.
    pub asked: Result<Asked, Error>,
}

/// What a request asks for.
pub enum Asked {
    /// A change.
    Change(Box<Entry>),
    /// To be shown something.
    Read(Read),
}

/// A GET or HEAD.
pub struct Read {
    /// Of what.
    pub address: Address,
    /// What the reader has already.
    pub known: Known,
    /// Whether the answer is to have no body.
    pub head: bool,
}

/// Reads a Bundle of requests.
///
/// # Errors
/// When it is none; what is wrong with an entry is said in its place.
pub fn read(bundle: Value, base: &str) -> Result<Requests, Error> {
    let Value::Object(mut bundle) = bundle else { return Err(Error::internal("a body is an object")) };
    if bundle.get("resourceType").is_some_and(|sent| sent != "Bundle") {
        let text =
            "what is sent to the base must be a Bundle; other resources are sent to their type's address";
        return Err(Error::BadRequest(IssueType::Invalid, text.to_owned()));
    }
    let entries = match bundle.remove("entry") {
        None => Vec::new(),
        Some(Value::Array(entries)) if !entries.is_empty() => entries,
        Some(other) => {
            bundle.insert("entry".to_owned(), other);
            Vec::new()
        }
    };
    validate(&Value::Object(bundle.clone())).map_err(Error::Invalid)?;
    let kind = match bundle.get("type").and_then(Value::as_str) {
        Some("batch") => Kind::Batch,
        Some("transaction") => Kind::Transaction,
        Some(_) | None => {
            let text = "type must be batch or transaction; a Bundle that is to be stored is sent to Bundle";
            return Err(Error::Invalid(vec![Issue::error(IssueType::Value, text).at("Bundle.type")]));
        }
    };
    if entries.len() > MOST_ENTRIES {
        let text = format!("a Bundle of requests has at most {MOST_ENTRIES} entries");
        return Err(Error::BadRequest(IssueType::TooCostly, text));
    }
    let entries = entries.into_iter().enumerate().map(|(at, entry)| request(at, entry, base));
    Ok(Requests { kind, entries: entries.collect() })
}

fn request(at: usize, mut entry: Value, base: &str) -> Request {
    let resource = entry.as_object_mut().and_then(|entry| entry.remove("resource"));
    let has_request = entry.get("request").is_some() || !entry.is_object();
    if !has_request {
        let issue = Issue::error(IssueType::Required, "request is missing.");
        let asked = Err(Error::Invalid(vec![issue.at(format!("Bundle.entry[{at}].request"))]));
        return Request { at, named: Named::unknown(), asked };
    }
    // Each entry by itself, for what is wrong with one says nothing of the others.
    let shell = json!({ "resourceType": "Bundle", "type": "batch", "entry": [entry] });
    if let Err(issues) = validate(&shell) {
        let asked = Err(Error::Invalid(issues.into_iter().map(|issue| moved(issue, at)).collect()));
        return Request { at, named: Named::unknown(), asked };
    }
    let text = |path: &str| shell.pointer(&format!("/entry/0/{path}")).and_then(Value::as_str);
    let (method, url) = (text("request/method").unwrap_or_default(), text("request/url").unwrap_or_default());
    let asked = Address::read(url, base).and_then(|address| {
        let parts = Parts { at, base, full_url: text("fullUrl"), address, resource };
        let conditions = Conditions {
            if_match: text("request/ifMatch"),
            if_none_match: text("request/ifNoneMatch"),
            if_none_exist: text("request/ifNoneExist"),
            since: text("request/ifModifiedSince").and_then(|text| text.parse().ok()),
        };
        parts.asked(method, &conditions)
    });
    let local = url.strip_prefix(base).unwrap_or(url);
    let named = Named::of(method, local.split('?').next().unwrap_or_default());
    Request { at, named, asked }
}

/// The same issue of the entry at its own position.
fn moved(issue: Issue, at: usize) -> Issue {
    let own = issue.expression.as_deref().and_then(|place| place.strip_prefix("Bundle.entry[0]"));
    let place = format!("Bundle.entry[{at}]{}", own.unwrap_or_default());
    issue.at(place)
}

struct Conditions<'a> {
    if_match: Option<&'a str>,
    if_none_match: Option<&'a str>,
    if_none_exist: Option<&'a str>,
    since: Option<DateTime<Utc>>,
}

struct Parts<'a> {
    at: usize,
    base: &'a str,
    full_url: Option<&'a str>,
    address: Address,
    resource: Option<Value>,
}

impl Parts<'_> {
    fn asked(self, method: &str, conditions: &Conditions<'_>) -> Result<Asked, Error> {
        let precondition = || conditions::of_change(conditions.if_match, conditions.if_none_match);
        match method {
            "GET" | "HEAD" => {
                let known = Known::of_entry(conditions.if_none_match, conditions.since)?;
                Ok(Asked::Read(Read { address: self.address, known, head: method == "HEAD" }))
            }
            "POST" => self.create(conditions.if_none_exist),
            "PUT" => {
                let precondition = precondition()?;
                self.change(|resource, target| Ok(Wanted::Update { resource, target, precondition }))
            }
            "PATCH" => {
                let precondition = precondition()?;
                self.change(|resource, target| {
                    Ok(Wanted::Patch { patch: patch(&resource)?, target, precondition })
                })
            }
            _ => {
                let precondition = precondition()?;
                let (resource_type, target) = self.target()?;
                self.entry(resource_type, Wanted::Delete { target, precondition })
            }
        }
    }

    fn create(mut self, if_none_exist: Option<&str>) -> Result<Asked, Error> {
        let resource_type = match (&self.address.path, &self.address.query) {
            (Path::Type(resource_type), None) => *resource_type,
            (Path::System, _) => {
                return bad(IssueType::NotSupported, "a batch or transaction must not hold another");
            }
            _ => return bad(IssueType::Value, "POST makes a resource: its address is a resource type"),
        };
        let resource = self.taken()?;
        let query = if_none_exist.map(|query| query.strip_prefix('?').unwrap_or(query));
        let unless = query.map(|query| Criteria::of_query(query, self.base));
        self.entry(resource_type, Wanted::Create { resource, unless })
    }

    fn change(mut self, wanted: impl FnOnce(Value, Target) -> Result<Wanted, Error>) -> Result<Asked, Error> {
        let (resource_type, target) = self.target()?;
        let wanted = wanted(self.taken()?, target)?;
        self.entry(resource_type, wanted)
    }

    fn target(&self) -> Result<(ResourceType, Target), Error> {
        match (&self.address.path, &self.address.query) {
            (Path::Instance(resource_type, id), None) => Ok((*resource_type, Target::Id(id.clone()))),
            (Path::Type(resource_type), query) => {
                let criteria = Criteria::of_query(query.as_deref().unwrap_or_default(), self.base);
                Ok((*resource_type, Target::Where(criteria)))
            }
            _ => {
                bad(IssueType::Value, "the address must be a type and an id, or a type and search parameters")
            }
        }
    }

    fn taken(&mut self) -> Result<Value, Error> {
        self.resource.take().ok_or_else(|| {
            let issue = Issue::error(IssueType::Required, "resource is missing; this method needs one.");
            Error::Invalid(vec![issue.at(format!("Bundle.entry[{}].resource", self.at))])
        })
    }

    fn entry(self, resource_type: ResourceType, wanted: Wanted) -> Result<Asked, Error> {
        let full_url = self.full_url.map(str::to_owned);
        Ok(Asked::Change(Box::new(Entry { at: self.at, full_url, resource_type, wanted })))
    }
}

/// A patch: Parameters are a FHIRPath Patch, a Binary holds a JSON Patch. <https://hl7.org/fhir/R4/http.html#patch>
fn patch(resource: &Value) -> Result<Patch, Error> {
    let text = |name: &str| resource.get(name).and_then(Value::as_str);
    if text("resourceType") == Some("Parameters") {
        return Patch::fhirpath(resource).map_err(Error::Invalid);
    }
    let media = text("contentType").unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if text("resourceType") != Some("Binary") {
        return Err(Error::UnsupportedMediaType(MEDIA_TYPES));
    }
    let data: String = text("data").unwrap_or_default().split_ascii_whitespace().collect();
    let bytes = STANDARD.decode(data).map_err(|_| {
        Error::Invalid(vec![Issue::error(IssueType::Value, "data must be base64").at("Binary.data")])
    })?;
    match media {
        "application/json-patch+json" => Patch::json(&bytes).map_err(Error::Invalid),
        "application/fhir+json" => {
            Patch::fhirpath(&body::parse(Syntax::Json, &bytes)?).map_err(Error::Invalid)
        }
        "application/fhir+xml" => Patch::fhirpath(&body::parse(Syntax::Xml, &bytes)?).map_err(Error::Invalid),
        _ => Err(Error::UnsupportedMediaType(MEDIA_TYPES)),
    }
}

fn bad<T>(code: IssueType, text: &str) -> Result<T, Error> {
    Err(Error::BadRequest(code, text.to_owned()))
}
