//! Which files are to be imported: a list of addresses as plain JSON, or as a Parameters resource of the same names. Pure.

use serde_json::{Map, Value};
use url::Url;

use crate::core::Secret;
use crate::fhir::ResourceType;
use crate::fhir::chain::shown;
use crate::fhir::outcome::{Issue, IssueType};
use crate::records::Error;
use crate::records::import::AskedFile;

/// The media types of files, under their names.
const FORMATS: [&str; 3] = ["application/fhir+ndjson", "application/ndjson", "ndjson"];
/// So many files are imported at once.
const MOST_FILES: usize = 1_000;
/// The longest address of one.
const LONGEST_URL: usize = 4_096;

/// The files that a body names.
///
/// # Errors
/// When it is malformed, names none or too many, or asks for what is not supported.
pub fn read(body: &Value) -> Result<Vec<AskedFile>, Error> {
    let plain = match body.get("resourceType").and_then(Value::as_str) {
        Some("Parameters") => Some(of_parameters(body)?),
        Some(_) => {
            return Err(bad(
                "",
                "the body must be a Parameters resource, or a manifest without resourceType",
            ));
        }
        None => None,
    };
    let manifest = plain.as_ref().or_else(|| body.as_object());
    let manifest = manifest.ok_or_else(|| bad("", "the manifest must be an object"))?;
    let mut inputs: &[Value] = &[];
    for (name, value) in manifest {
        match (name.as_str(), value) {
            ("inputFormat", Value::String(format)) if FORMATS.contains(&format.as_str()) => {}
            ("inputFormat", _) => {
                return Err(not_supported(&format!("inputFormat must be one of: {}", FORMATS.join(", "))));
            }
            ("inputSource", Value::String(_)) => {}
            ("mode", Value::String(mode)) if mode == "IncrementalLoad" => {}
            ("storageDetail", Value::Object(detail))
                if detail.get("type").is_none_or(|kind| kind == "https") => {}
            ("storageDetail", _) => return Err(not_supported("files are fetched by https alone")),
            ("input", Value::Array(list)) => inputs = list,
            ("inputSource" | "input" | "mode", _) => return Err(bad(name, "it is not what it must be")),
            _ => return Err(not_supported(&format!("{} is no parameter of $import", shown(name)))),
        }
    }
    if inputs.is_empty() || inputs.len() > MOST_FILES {
        return Err(bad("input", &format!("there must be 1 to {MOST_FILES} files")));
    }
    inputs.iter().enumerate().map(|(at, input)| file(at, input)).collect()
}

fn file(at: usize, input: &Value) -> Result<AskedFile, Error> {
    let place = |name: &str| format!("input[{at}].{name}");
    let url = input.get("url").and_then(Value::as_str).filter(|url| url.len() <= LONGEST_URL);
    let url = url.and_then(|url| Url::parse(url).ok()).ok_or_else(|| bad(&place("url"), "it is no URL"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(bad(&place("url"), "it must not name a user"));
    }
    let type_ = match input.get("type") {
        None => None,
        Some(name) => {
            let type_ = name.as_str().and_then(ResourceType::parse);
            Some(type_.ok_or_else(|| bad(&place("type"), "it is no resource type of R4"))?)
        }
    };
    Ok(AskedFile { type_, url: Secret::new(url) })
}

/// Parameters as the object of the same names: `input` comes several times, each time with parts.
fn of_parameters(body: &Value) -> Result<Map<String, Value>, Error> {
    let mut plain = Map::new();
    let mut inputs = Vec::new();
    for (at, parameter) in list(body, "parameter").iter().enumerate() {
        let place = format!("Parameters.parameter[{at}]");
        let name = parameter.get("name").and_then(Value::as_str);
        let name = name.ok_or_else(|| bad(&place, "a parameter has a name"))?;
        if parameter.get("part").is_some() {
            let parts = parts(&place, parameter)?;
            match name {
                "input" => inputs.push(parts),
                name if plain.insert(name.to_owned(), parts).is_some() => {
                    return Err(bad(&place, "it is given twice"));
                }
                _ => {}
            }
        } else if name == "input" {
            return Err(bad(&place, "a file has parts"));
        } else if plain.insert(name.to_owned(), value(&place, parameter)?).is_some() {
            return Err(bad(&place, "it is given twice"));
        }
    }
    plain.insert("input".to_owned(), inputs.into());
    Ok(plain)
}

fn parts(place: &str, parameter: &Value) -> Result<Value, Error> {
    let mut parts = Map::new();
    for part in list(parameter, "part") {
        let name = part.get("name").and_then(Value::as_str).ok_or_else(|| bad(place, "a part has a name"))?;
        if parts.insert(name.to_owned(), value(place, part)?).is_some() {
            return Err(bad(place, "a part is given twice"));
        }
    }
    Ok(Value::Object(parts))
}

/// The one value of a parameter, which is a text.
fn value(place: &str, parameter: &Value) -> Result<Value, Error> {
    let values = parameter.as_object().into_iter().flatten();
    let mut values = values.filter(|(name, _)| name.starts_with("value")).map(|(_, value)| value);
    match (values.next(), values.next()) {
        (Some(Value::String(text)), None) => Ok(text.clone().into()),
        _ => Err(bad(place, "it has one value, a text")),
    }
}

fn list<'a>(object: &'a Value, name: &str) -> &'a [Value] {
    object.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn bad(place: &str, text: &str) -> Error {
    let issue = Issue::error(IssueType::Value, text);
    Error::Invalid(vec![if place.is_empty() { issue } else { issue.at(place) }])
}

fn not_supported(text: &str) -> Error {
    Error::BadRequest(IssueType::NotSupported, text.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read_files(body: &Value) -> Result<Vec<(Option<String>, String)>, Error> {
        let told =
            |file: AskedFile| (file.type_.map(|type_| type_.to_string()), file.url.expose().to_string());
        Ok(read(body)?.into_iter().map(told).collect())
    }

    #[test]
    fn a_manifest_and_parameters_say_the_same() {
        let (one, two) = ("https://example.org/a.ndjson?sig=1", "https://example.org/b.ndjson");
        let plain = json!({ "inputFormat": "application/fhir+ndjson", "inputSource": "https://example.org",
            "storageDetail": { "type": "https" }, "input": [{ "type": "Patient", "url": one }, { "url": two }] });
        let parameters = json!({ "resourceType": "Parameters", "parameter": [
            { "name": "inputFormat", "valueCode": "application/fhir+ndjson" }, { "name": "mode", "valueString": "IncrementalLoad" },
            { "name": "storageDetail", "part": [{ "name": "type", "valueCode": "https" }] },
            { "name": "input", "part": [{ "name": "type", "valueCode": "Patient" }, { "name": "url", "valueUri": one }] },
            { "name": "input", "part": [{ "name": "url", "valueUri": two }] }] });
        let wanted = [(Some("Patient".to_owned()), one.to_owned()), (None, two.to_owned())];
        assert_eq!(read_files(&plain).unwrap(), wanted);
        assert_eq!(read_files(&parameters).unwrap(), wanted);
    }

    #[test]
    fn what_names_no_files_is_refused() {
        let url = "https://example.org/a.ndjson";
        let of = |input: Value| json!({ "input": input });
        let named = |name: &str, value: Value| json!({ name: value, "input": [{ "url": url }] });
        for body in [
            json!({}),
            of(json!([])),
            of(json!({ "url": url })),
            of(json!([{ "type": "Patient" }])),
            of(json!([{ "url": 7 }])),
            of(json!([{ "url": "/etc/passwd" }])),
            of(json!([{ "url": "https://user:secret@example.org/a" }])),
            of(json!([{ "url": url, "type": "Nothing" }])),
            of(json!([{ "url": url, "type": null }])),
            of(json!(vec![json!({ "url": url }); MOST_FILES + 1])),
            of(json!([{ "url": format!("https://example.org/{}", "a".repeat(LONGEST_URL)) }])),
            named("inputFormat", json!("text/csv")),
            named("storageDetail", json!({ "type": "aws-s3" })),
            named("mode", json!("InitialLoad")),
            named("inputSource", json!(7)),
            named("other", json!("x")),
            json!({ "resourceType": "Patient" }),
            json!({ "resourceType": "Parameters" }),
            json!({ "resourceType": "Parameters", "parameter": [{ "name": "input", "part": [{ "name": "url" }] }] }),
            json!({ "resourceType": "Parameters", "parameter": [{ "valueCode": "x" }] }),
            json!({ "resourceType": "Parameters", "parameter": [{ "name": "input", "valueUri": url }] }),
            json!({ "resourceType": "Parameters", "parameter": [{ "name": "input", "part": [{ "name": "url", "valueUri": url }, { "name": "url", "valueUri": url }] }] }),
            named("storageDetail", json!(7)),
        ] {
            assert_eq!(read(&body).map(|_| ()).map_err(|error| error.status().0), Err(400), "{body}");
        }
        assert!(read(&named("inputFormat", json!("ndjson"))).is_ok());
    }
}
