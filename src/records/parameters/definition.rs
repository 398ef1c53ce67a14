//! From a SearchParameter resource to a parameter that can be indexed and searched.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde_json::Value;

use super::parameter;
use crate::fhir::definitions::{self, resource_types, search_parameters};
use crate::fhir::outcome::{Issue, IssueType};
use crate::fhir::search_parameter::{SearchKind, is_by_hl7};
use crate::fhir::search_values::{Other, OtherFault, is_of_r4};
use crate::records::index::{self, KEPT_BESIDE};
use crate::storage::search_parameters::Definition;

/// So many characters a name may have.
const LONGEST_CODE: usize = 64;
/// So many characters an expression may have.
const LONGEST_EXPRESSION: usize = 4_000;
/// So many parts a composite may have.
const MOST_COMPONENTS: usize = 8;

/// What an active SearchParameter adds to the search, and the types that have it; none where it is not active or defines what R4
/// has anyway.
pub(super) fn read(id: &str, resource: &Value) -> Result<Option<(Definition, Other)>, Vec<Issue>> {
    let text = |name: &str| resource.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let texts = |name: &str| -> Vec<String> {
        let all = resource.get(name).and_then(Value::as_array).into_iter().flatten();
        all.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let url = text("url");
    if text("status") != "active" || is_by_hl7(&url) {
        return Ok(None);
    }
    let mut target = texts("target");
    // Any type may be pointed at.
    if target.iter().any(|name| name == "Resource") {
        target.clear();
    }
    let definition = Definition {
        id: id.to_owned(),
        url,
        code: text("code"),
        kind: text("type"),
        base: texts("base"),
        target,
        expression: text("expression"),
        component: components(resource),
    };
    if parameter(&definition).as_ref().is_some_and(is_of_r4) {
        return Ok(None);
    }
    let mut issues = faults(&definition);
    if issues.is_empty() {
        match compiled(&definition) {
            Ok(other) => {
                issues.extend(taken(&definition, &other));
                if issues.is_empty() {
                    return Ok(Some((definition, other)));
                }
            }
            Err(issue) => issues.push(issue),
        }
    }
    Err(issues)
}

/// Each part of a composite: the URL of the parameter that says how it is compared, and its expression.
fn components(resource: &Value) -> Vec<String> {
    let all = resource.get("component").and_then(Value::as_array).into_iter().flatten();
    let text =
        |part: &Value, name: &str| part.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let component = |part: &Value| {
        let definition = text(part, "definition");
        let url = definition.split_once('|').map_or(definition.as_str(), |(url, _)| url);
        format!("{url} {}", text(part, "expression"))
    };
    all.map(component).collect()
}

fn faults(definition: &Definition) -> Vec<Issue> {
    let Definition { code, kind, expression, .. } = definition;
    let mut issues = Vec::new();
    let mut refuse = |code, element: &str, text: String| {
        issues.push(Issue::error(code, text).at(format!("SearchParameter.{element}")));
    };
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let begins = code.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    if !begins || !code.bytes().all(is_plain) || code.len() > LONGEST_CODE {
        let text = format!(
            "a search parameter's code has 1 to {LONGEST_CODE} letters, digits, hyphens and underscores, and begins with a letter or digit"
        );
        refuse(IssueType::Value, "code", text);
    }
    if matches!(SearchKind::parse(kind), None | Some(SearchKind::Special)) {
        let text = format!("parameters of type {kind} cannot be added to this server's search");
        refuse(IssueType::NotSupported, "type", text);
    }
    if definition.component.len() > MOST_COMPONENTS {
        let text = format!("a search parameter has at most {MOST_COMPONENTS} components");
        refuse(IssueType::TooCostly, "component", text);
    }
    if expression.is_empty() {
        let text = "an active search parameter needs an expression: there is nothing to index without";
        refuse(IssueType::Required, "expression", text.to_owned());
    } else if expression.len() > LONGEST_EXPRESSION {
        let text = format!("the expression has more than {LONGEST_EXPRESSION} characters");
        refuse(IssueType::TooLong, "expression", text);
    }
    issues
}

fn compiled(definition: &Definition) -> Result<Other, Issue> {
    let refuse =
        |code, element: &str, text: String| Issue::error(code, text).at(format!("SearchParameter.{element}"));
    for name in &definition.target {
        if !definitions::is_resource_type(name) {
            let text = format!("{name:?} is not a resource type of R4");
            return Err(refuse(IssueType::CodeInvalid, "target", text));
        }
    }
    for name in &definition.base {
        if definitions::type_named(name).is_none() {
            let text = format!("{name:?} is not a resource type of R4");
            return Err(refuse(IssueType::CodeInvalid, "base", text));
        }
    }
    let parameter = parameter(definition)
        .ok_or_else(|| refuse(IssueType::Invalid, "type", "the parameter is not well formed".to_owned()))?;
    Other::compile(parameter).map_err(|fault| {
        let (code, element) = match &fault {
            OtherFault::Base(_) => (IssueType::CodeInvalid, "base"),
            OtherFault::Path(..) => (IssueType::NotSupported, "expression"),
            OtherFault::Nothing(..) => (IssueType::Value, "expression"),
            OtherFault::Apart(_) => (IssueType::NotSupported, "component"),
        };
        refuse(code, element, fault.to_string())
    })
}

/// Refuses a name that R4 has given away for one of the types, or whose number in the index it has.
fn taken(definition: &Definition, other: &Other) -> Option<Issue> {
    let code = &definition.code;
    let issue = |text| Some(Issue::error(IssueType::Duplicate, text).at("SearchParameter.code"));
    for of_type in other.types() {
        if definitions::search_parameter(of_type, code).is_some() {
            return issue(format!("R4 has a search parameter {code} for {of_type} already"));
        }
        let slots = KEPT_BESIDE.iter().map(|suffix| index::slot(of_type, &format!("{code}{suffix}")));
        if slots.into_iter().any(|slot| SLOTS.contains(&slot)) {
            return issue(format!("the code {code} cannot be told from another in the index of {of_type}"));
        }
    }
    None
}

/// The slots of R4's own parameters.
static SLOTS: LazyLock<HashSet<i32>> = LazyLock::new(|| {
    let mut slots = HashSet::new();
    for of_type in resource_types() {
        for parameter in search_parameters(of_type) {
            slots.extend(
                KEPT_BESIDE.map(|suffix| index::slot(of_type, &format!("{}{suffix}", parameter.code))),
            );
        }
    }
    slots
});

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shoe_size() -> Value {
        json!({ "resourceType": "SearchParameter", "url": "http://a.example/shoe", "status": "active", "code": "shoe-size",
            "base": ["Patient"], "type": "number", "expression": "Patient.extension('http://a.example/shoe').value" })
    }

    fn refusal(change: Value) -> Vec<String> {
        let mut resource = shoe_size();
        for (name, value) in change.as_object().unwrap() {
            resource[name] = value.clone();
        }
        let issues = read("1", &resource).expect_err("a refusal");
        let told = issues.iter().map(|issue| {
            format!("{}: {}", issue.expression.as_deref().unwrap_or_default(), issue.diagnostics)
        });
        told.collect()
    }

    #[test]
    fn what_cannot_be_searched_by_is_refused() {
        let code = "SearchParameter.code: a search parameter's code has 1 to 64 letters, digits, hyphens and underscores, and begins with a letter or digit";
        for bad in ["_count", "a:b", "a.b", "-a", "a b", "ä", &"a".repeat(65)] {
            assert_eq!(refusal(json!({ "code": bad })), [code], "{bad}");
        }
        for (change, wanted) in [
            (
                json!({ "type": "composite" }),
                "SearchParameter.component: for Patient its parts cannot be found together: they must be of R4's parameters, a token first, and then a token, a quantity or two numbers, or all be the type's own parameters",
            ),
            (
                json!({ "type": "special" }),
                "SearchParameter.type: parameters of type special cannot be added to this server's search",
            ),
            (
                json!({ "expression": null }),
                "SearchParameter.expression: an active search parameter needs an expression: there is nothing to index without",
            ),
            (
                json!({ "expression": "Patient.name.first()" }),
                "SearchParameter.expression: for Patient: \"first()\" is not understood",
            ),
            (
                json!({ "expression": "iif(true, Patient.name, Patient.id)" }),
                "SearchParameter.expression: for Patient: \"iif(true, Patient.name, Patient.id)\" is not understood",
            ),
            (
                json!({ "expression": "x".repeat(4_001) }),
                "SearchParameter.expression: the expression has more than 4000 characters",
            ),
            (
                json!({ "type": "date" }),
                "SearchParameter.expression: for Person it gives no values that a parameter of type date compares",
            ),
            (json!({ "base": ["Dog"] }), "SearchParameter.base: \"Dog\" is not a resource type of R4"),
            (
                json!({ "base": ["HumanName"] }),
                "SearchParameter.base: \"HumanName\" is not a resource type of R4",
            ),
            (json!({ "target": ["Dog"] }), "SearchParameter.target: \"Dog\" is not a resource type of R4"),
            (
                json!({ "code": "birthdate" }),
                "SearchParameter.code: R4 has a search parameter birthdate for Patient already",
            ),
        ] {
            let mut change = change;
            if change == json!({ "type": "date" }) {
                change["base"] = json!(["Person"]);
            }
            assert_eq!(refusal(change.clone()), [wanted], "{change}");
        }
        let wide = json!({ "base": ["Resource"], "expression": "Resource.meta.source", "type": "uri", "code": "url" });
        assert_eq!(
            refusal(wide),
            ["SearchParameter.code: R4 has a search parameter url for ActivityDefinition already"]
        );
    }

    #[test]
    fn what_is_not_active_or_is_by_hl7_adds_nothing() {
        for change in [
            json!({ "status": "draft" }),
            json!({ "status": "retired" }),
            json!({ "url": "http://hl7.org/fhir/SearchParameter/Patient-shoe" }),
            json!({ "code": "_id", "type": "token", "expression": "Patient.id" }),
        ] {
            let mut resource = shoe_size();
            resource["type"] = "special".into();
            for (name, value) in change.as_object().unwrap() {
                resource[name] = value.clone();
            }
            assert_eq!(read("1", &resource).map(|found| found.is_some()), Ok(false), "{change}");
        }
    }

    #[test]
    fn what_is_active_is_read() {
        let (definition, other) = read("7", &shoe_size()).unwrap().unwrap();
        assert_eq!(
            (definition.id.as_str(), definition.code.as_str(), definition.kind.as_str()),
            ("7", "shoe-size", "number")
        );
        assert_eq!(other.types().map(|of_type| of_type.as_str()).collect::<Vec<_>>(), ["Patient"]);
        let mut any = shoe_size();
        any["type"] = "reference".into();
        any["target"] = json!(["Patient", "Resource"]);
        assert_eq!(read("7", &any).unwrap().unwrap().0.target, [""; 0]);
    }
}
