//! The parameters of an operation, from the address and from a Parameters resource.
//! <https://hl7.org/fhir/R4/operations.html#request>

use actix_web::{HttpRequest, web};
use serde_json::Value;

use crate::fhir::chain::shown;
use crate::fhir::outcome::{Issue, IssueType};
use crate::http::fhir::media::{self, Media, Syntax};
use crate::http::fhir::{answer, body, prefer};
use crate::records::Error;

/// What is sent along may have so many bytes: read, it takes many times as much memory.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// What changes the answer of an operation, and is done by none here.
const MEANING: [&str; 11] = [
    "version",
    "valueSetVersion",
    "conceptMapVersion",
    "system-version",
    "check-system-version",
    "force-system-version",
    "exclude-system",
    "date",
    "context",
    "profile",
    "dependency",
];

/// Parameters in their order.
#[derive(Debug, Default)]
pub struct Given(Vec<(String, Value)>);

impl Given {
    /// Those of a request, of which only the known ones are used. An unknown one is refused where the client asks for strict handling.
    ///
    /// # Errors
    /// When the body is no Parameters resource, or a parameter has no value, or is unknown.
    pub async fn of(
        request: &HttpRequest,
        payload: Option<web::Payload>,
        known: &[&str],
    ) -> Result<Self, Error> {
        let mut given = asked(request);
        if let Some(payload) = payload {
            given.extend(sent(request, payload, of_body).await?);
        }
        Self::known(request, given, known)
    }

    /// The same, where the body may also be the resource itself that is the parameter `resource`.
    ///
    /// # Errors
    /// As [`Self::of`].
    pub async fn or_resource(
        request: &HttpRequest,
        payload: Option<web::Payload>,
        known: &[&str],
    ) -> Result<Self, Error> {
        let mut given = asked(request);
        if let Some(payload) = payload {
            given.extend(sent(request, payload, of_body_or_resource).await?);
        }
        Self::known(request, given, known)
    }

    fn known(request: &HttpRequest, mut given: Vec<(String, Value)>, known: &[&str]) -> Result<Self, Error> {
        let strict = prefer::is_strict(request);
        let is_known = |name: &str| known.contains(&name);
        if let Some((name, _)) =
            given.iter().find(|(name, _)| MEANING.contains(&name.as_str()) && !is_known(name))
        {
            let text =
                format!("{name} is not supported, and the answer would be to another question without it");
            return Err(Error::BadRequest(IssueType::NotSupported, text));
        }
        if let Some((name, _)) =
            given.iter().find(|(name, _)| strict && !is_known(name) && !is_of_format(name))
        {
            let text = format!("{} is not a parameter of this operation", shown(name));
            return Err(Error::BadRequest(IssueType::NotSupported, text));
        }
        given.retain(|(name, _)| is_known(name));
        if let Some((name, _)) = given.iter().find(|(_, value)| has_nul(value)) {
            return Err(bad(format!("{name} holds a NUL character")));
        }
        Ok(Self(given))
    }

    /// The value of a parameter, as text.
    ///
    /// # Errors
    /// When it is given several times, or is no single text, number or boolean.
    pub fn text(&self, name: &str) -> Result<Option<String>, Error> {
        match self.value(name)? {
            None => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Err(bad(format!("{name} is empty"))),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(Value::Bool(value)) => Ok(Some(value.to_string())),
            Some(Value::Null | Value::Array(_) | Value::Object(_)) => {
                Err(bad(format!("{name} must be a single value")))
            }
        }
    }

    /// All values of a parameter, as text.
    #[must_use]
    pub fn texts(&self, name: &str) -> Vec<String> {
        let found = self.0.iter().filter(|(given, _)| given == name);
        found.filter_map(|(_, value)| value.as_str().map(str::to_owned)).collect()
    }

    /// A parameter that is `true` or `false`, which it is where it is not given.
    ///
    /// # Errors
    /// When it is something else.
    pub fn flag(&self, name: &str) -> Result<bool, Error> {
        match self.text(name)?.as_deref() {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(bad(format!("{name} must be true or false"))),
        }
    }

    /// A parameter that is a whole number from 0 on.
    ///
    /// # Errors
    /// When it is something else.
    pub fn number(&self, name: &str) -> Result<Option<usize>, Error> {
        let wrong = || bad(format!("{name} must be a whole number from 0 on"));
        self.text(name)?.map(|text| text.parse().map_err(|_| wrong())).transpose()
    }

    /// The value of a parameter that is an object: a resource, a Coding or a CodeableConcept.
    ///
    /// # Errors
    /// When it is given several times or is something else.
    pub fn object(&self, name: &str) -> Result<Option<&Value>, Error> {
        match self.value(name)? {
            None => Ok(None),
            Some(object @ Value::Object(_)) => Ok(Some(object)),
            Some(_) => Err(bad(format!("{name} is sent in the body of a POST, as a value of its type"))),
        }
    }

    /// All values of a parameter that are objects, such as resources.
    ///
    /// # Errors
    /// When one is something else.
    pub fn objects(&self, name: &str) -> Result<Vec<&Value>, Error> {
        let found = self.0.iter().filter(|(given, _)| given == name).map(|(_, value)| value);
        found
            .map(|value| {
                let wrong = || bad(format!("{name} is sent in the body of a POST, as a resource"));
                value.is_object().then_some(value).ok_or_else(wrong)
            })
            .collect()
    }

    /// The parts of each parameter of this name.
    ///
    /// # Errors
    /// When one has none, or a part is no parameter.
    pub fn parts(&self, name: &str) -> Result<Vec<Self>, Error> {
        let found = self.0.iter().filter(|(given, _)| given == name).map(|(_, value)| value);
        let wrong = || bad(format!("{name} has parts, each with a name and one value or resource"));
        found
            .map(|value| {
                let parts =
                    value.as_array().filter(|parts| parts.iter().all(Value::is_object)).ok_or_else(wrong)?;
                let parts = parts.iter().cloned().map(of_parameter);
                parts.collect::<Option<_>>().map(Self).ok_or_else(wrong)
            })
            .collect()
    }

    /// All values of a parameter that is a reference, or the text of one.
    ///
    /// # Errors
    /// When one is neither.
    pub fn references(&self, name: &str) -> Result<Vec<String>, Error> {
        let found = self.0.iter().filter(|(given, _)| given == name).map(|(_, value)| value);
        found
            .map(|value| {
                let text = value.get("reference").unwrap_or(value).as_str();
                let wrong = || bad(format!("{name} must be a reference"));
                text.filter(|text| !text.is_empty()).map(str::to_owned).ok_or_else(wrong)
            })
            .collect()
    }

    fn value(&self, name: &str) -> Result<Option<&Value>, Error> {
        let mut found = self.0.iter().filter(|(given, _)| given == name).map(|(_, value)| value);
        let first = found.next();
        if found.next().is_some() { Err(bad(format!("{name} is given twice"))) } else { Ok(first) }
    }
}

/// Whether a text in it holds a NUL character, which the database has no place for.
fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(members) => members.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// What says how the answer is written.
fn is_of_format(name: &str) -> bool {
    matches!(name, "_format" | "_pretty")
}

/// A fault of a value.
pub(in crate::http::fhir) fn bad(text: impl Into<String>) -> Error {
    Error::BadRequest(IssueType::Value, text.into())
}

/// The parameters of the address.
fn asked(request: &HttpRequest) -> Vec<(String, Value)> {
    form_urlencoded::parse(request.query_string().as_bytes())
        .map(|(name, value)| (name.into_owned(), Value::from(value.into_owned())))
        .collect()
}

/// How parameters are taken out of a body.
type Reading = fn(Value) -> Result<Vec<(String, Value)>, Error>;

async fn sent(
    request: &HttpRequest,
    payload: web::Payload,
    read: Reading,
) -> Result<Vec<(String, Value)>, Error> {
    let (bytes, _room) = body::read(payload).await?;
    if bytes.is_empty() {
        return Ok(Vec::new());
    }
    if bytes.len() > MOST_BYTES {
        return Err(Error::TooLarge(MOST_BYTES));
    }
    let syntax = Media::parse(&media::sent(request)).map_or(Some(Syntax::Json), |media| media.syntax());
    let syntax = syntax.ok_or(Error::UnsupportedMediaType(answer::FORMATS))?;
    let parse = move || read(body::parse(syntax, &bytes)?);
    web::block(parse).await.map_err(Error::internal)?
}

fn of_body(mut body: Value) -> Result<Vec<(String, Value)>, Error> {
    if body.get("resourceType").and_then(Value::as_str) != Some("Parameters") {
        let text = "the body of an operation is a Parameters resource";
        return Err(Error::BadRequest(IssueType::Invalid, text.to_owned()));
    }
    let parameters = match body.get_mut("parameter").map(Value::take) {
        None => return Ok(Vec::new()),
        Some(Value::Array(parameters)) => parameters,
        Some(_) => return Err(bad("Parameters.parameter must be a list")),
    };
    let pair = |(at, parameter): (usize, Value)| {
        of_parameter(parameter).ok_or_else(|| {
            let text = "a parameter has a name and one value, resource or list of parts";
            Error::Invalid(vec![
                Issue::error(IssueType::Value, text).at(format!("Parameters.parameter[{at}]")),
            ])
        })
    };
    parameters.into_iter().enumerate().map(pair).collect()
}

fn of_body_or_resource(body: Value) -> Result<Vec<(String, Value)>, Error> {
    if body.get("resourceType").and_then(Value::as_str) == Some("Parameters") {
        return of_body(body);
    }
    Ok(vec![("resource".to_owned(), body)])
}

fn of_parameter(parameter: Value) -> Option<(String, Value)> {
    let Value::Object(parameter) = parameter else { return None };
    let name = parameter.get("name")?.as_str()?.to_owned();
    let mut values = parameter
        .into_iter()
        .filter(|(kind, _)| matches!(kind.as_str(), "resource" | "part") || kind.starts_with("value"));
    let (_, value) = values.next()?;
    values.next().is_none().then_some((name, value))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_parameter_has_one_value() {
        let parameters = json!({"resourceType": "Parameters", "parameter": [
            {"name": "url", "valueUri": "urn:x"}, {"name": "count", "valueInteger": 2},
            {"name": "activeOnly", "valueBoolean": true}, {"name": "valueSet", "resource": {"resourceType": "ValueSet"}}]});
        let given = Given(of_body(parameters).unwrap());
        assert_eq!(given.text("url").unwrap().as_deref(), Some("urn:x"));
        assert_eq!((given.number("count").unwrap(), given.flag("activeOnly").unwrap()), (Some(2), true));
        assert!(given.object("valueSet").unwrap().is_some() && given.object("url").is_err());
        for wrong in [
            json!({"resourceType": "Patient"}),
            json!({"resourceType": "Parameters", "parameter": {}}),
            json!({"resourceType": "Parameters", "parameter": [{"name": "url"}]}),
            json!({"resourceType": "Parameters", "parameter": [{"name": "url", "valueUri": "a", "valueCode": "b"}]}),
            json!({"resourceType": "Parameters", "parameter": [{"valueUri": "a"}]}),
        ] {
            assert!(of_body(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
