//! `CodeSystem/$lookup`: what a code means. <https://hl7.org/fhir/R4/codesystem-operation-lookup.html>

use serde_json::{Value, json};

use super::{Source, not_found, not_yet, parameters};
use crate::fhir::chain::shown;
use crate::fhir::outcome::IssueType;
use crate::fhir::value_set::Concepts;
use crate::identity::Caller;
use crate::records::search::Terminology;
use crate::records::{Error, Records};

impl Records {
    /// What is known of a code, as a Parameters resource: of its properties those that are wanted, all where none is named.
    ///
    /// # Errors
    /// When the code system or the code is not known, or the caller may not search code systems.
    pub async fn look_up(
        &self,
        caller: &Caller,
        system: &str,
        code: &str,
        wanted: &[String],
    ) -> Result<Value, Error> {
        let (url, known) = self.opened(caller, Source::Url(system.to_owned()), "CodeSystem").await?;
        let read = |terminology: &Terminology| {
            let Some(concepts) = terminology.ask(|known| known.concepts(&url))? else { return not_yet() };
            Ok(Some(told(concepts, &url, code, wanted)?))
        };
        let told = self.with_known(caller, known, read).await?;
        self.audit_success(caller, "lookup").await?;
        told.ok_or_else(|| Error::internal("a code system that was looked up"))
    }
}

fn told(concepts: &Concepts, system: &str, code: &str, wanted: &[String]) -> Result<Value, Error> {
    let Some(concept) = concepts.concept(code) else {
        return Err(not_found(format!("the code system {} has no code {}", shown(system), shown(code))));
    };
    if concepts.are_bare() {
        let text = format!("the texts of {} are not kept here: store that CodeSystem", shown(system));
        return Err(Error::BadRequest(IssueType::NotSupported, text));
    }
    let text = |of: &Value, name: &str| of.get(name).and_then(Value::as_str).map(str::to_owned);
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|one| one == name);
    let name = concepts.name().unwrap_or(system);
    let mut told = vec![json!({ "name": "name", "valueString": name })];
    told.extend(concepts.version().map(|version| json!({ "name": "version", "valueString": version })));
    // R4 asks for a display; what has none is called by its code.
    let display = concepts.display(code).unwrap_or(code);
    told.push(json!({ "name": "display", "valueString": display }));
    let all = |name: &str| concept.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    for designation in all("designation").iter().filter(|_| is_wanted("designation")) {
        let mut parts = Vec::new();
        parts.extend(
            text(designation, "language").map(|code| json!({ "name": "language", "valueCode": code })),
        );
        parts.extend(designation.get("use").map(|coding| json!({ "name": "use", "valueCoding": coding })));
        parts.extend(text(designation, "value").map(|text| json!({ "name": "value", "valueString": text })));
        told.push(json!({ "name": "designation", "part": parts }));
    }
    if let Some(definition) = text(concept, "definition").filter(|_| is_wanted("definition")) {
        told.push(property("definition", "valueString", definition.into()));
    }
    for one in all("property") {
        let (Some(code), Some(object)) = (text(&one, "code"), one.as_object()) else { continue };
        let value = object.iter().find(|(name, _)| name.starts_with("value"));
        if let Some((kind, value)) = value.filter(|_| is_wanted(&code)) {
            told.push(property(&code, kind, value.clone()));
        }
    }
    Ok(parameters(told))
}

fn property(code: &str, kind: &str, value: Value) -> Value {
    let mut of_value = json!({ "name": "value" });
    if let Some(part) = of_value.as_object_mut() {
        part.insert(kind.to_owned(), value);
    }
    json!({ "name": "property", "part": [{ "name": "code", "valueCode": code }, of_value] })
}
