//! `ConceptMap/$translate`: what a code is in another code system. <https://hl7.org/fhir/R4/conceptmap-operation-translate.html>

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Coding, Source, not_found, parameters};
use crate::fhir::ResourceType;
use crate::fhir::chain::shown;
use crate::fhir::outcome::IssueType;
use crate::identity::{Caller, Right};
use crate::records::access::permit;
use crate::records::search::{Query, Total};
use crate::records::{Error, Records};

/// So many maps are asked at most where none is named.
const MOST_MAPS: u16 = 20;
/// So much an answer tells at most.
const MOST_MATCHES: usize = 1_000;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Translate {
    /// By which map; by all that say something of the code's system, where none is named.
    pub source: Option<Source>,
    /// The codes.
    pub codings: Vec<Coding>,
    /// Only codes of this system are wanted.
    pub target_system: Option<String>,
    /// Only maps from and to these value sets are asked.
    pub value_sets: [Option<String>; 2],
    /// Whether the codes are targets, and their sources are wanted.
    pub reverse: bool,
}

impl Records {
    /// What the codes are mapped to, as a Parameters resource.
    ///
    /// # Errors
    /// When the map is not known, or the caller may not search or read concept maps.
    pub async fn translate(&self, caller: &Caller, asked: Translate) -> Result<Value, Error> {
        let maps = self.maps(caller, &asked).await?;
        let mut matched = Vec::new();
        for (map, coding) in maps.iter().flat_map(|map| asked.codings.iter().map(move |coding| (map, coding)))
        {
            matches(map, coding, &asked, &mut matched);
            if matched.len() > MOST_MATCHES {
                let text = format!("the codes have more than {MOST_MATCHES} translations");
                return Err(Error::BadRequest(IssueType::TooCostly, text));
            }
        }
        let means_something = |one: &Value| {
            let equivalence = one.pointer("/part/0/valueCode").and_then(Value::as_str);
            !matches!(equivalence, Some("unmatched" | "disjoint"))
        };
        let is_found = matched.iter().any(means_something);
        let mut told = vec![json!({ "name": "result", "valueBoolean": is_found })];
        if !is_found {
            told.push(json!({ "name": "message", "valueString": "no map says what this code is there" }));
        }
        told.extend(matched);
        self.audit_success(caller, "translate").await?;
        Ok(parameters(told))
    }

    async fn maps(&self, caller: &Caller, asked: &Translate) -> Result<Vec<Value>, Error> {
        let of_type = ResourceType::parse("ConceptMap").ok_or(Error::UnknownType)?;
        permit(caller, Right::Read, of_type)?;
        let quiet = caller.quietly();
        let (wanted, url) = match &asked.source {
            Some(Source::Sent(map)) => return Ok(vec![map.clone()]),
            Some(Source::Id(id)) => return Ok(vec![self.read(&quiet, of_type, id).await?.json()?]),
            Some(Source::Url(url)) => (vec![("url", escaped(url))], Some(url)),
            None => {
                let systems: BTreeSet<&str> =
                    asked.codings.iter().filter_map(|coding| coding.system.as_deref()).collect();
                let systems: Vec<_> = systems.into_iter().map(escaped).collect();
                let by = if asked.reverse { "target-system" } else { "source-system" };
                let [from, to] = asked.value_sets.clone();
                let mut wanted = Vec::new();
                if !systems.is_empty() {
                    wanted.push((by, systems.join(",")));
                }
                wanted.extend(from.map(|from| ("source-uri", escaped(&from))));
                wanted.extend(to.map(|to| ("target-uri", escaped(&to))));
                (wanted, None)
            }
        };
        let query = Query {
            parameters: wanted.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            sort: Some("-_lastUpdated".to_owned()),
            count: if url.is_some() { 1 } else { MOST_MAPS },
            total: Total::Unwanted,
            strict: true,
            ..Query::default()
        };
        let page = self.search(&quiet, of_type, &query).await?;
        if url.is_none() && page.next.is_some() {
            let text = format!("more than {MOST_MAPS} maps may say something of it: name one by url");
            return Err(Error::BadRequest(IssueType::TooCostly, text));
        }
        let found = page.resources;
        match url {
            Some(url) if found.is_empty() => {
                Err(not_found(format!("the concept map {} is not known", shown(url))))
            }
            _ => found.iter().map(|stored| stored.json()).collect(),
        }
    }
}

/// A text as the value of a search parameter.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace(',', "\\,").replace('$', "\\$")
}

fn text<'v>(of: &'v Value, name: &str) -> Option<&'v str> {
    of.get(name)?.as_str()
}

fn items<'v>(of: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    of.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// Adds what one map makes of a code, as far as an answer takes it. What depends on other things than the code is left out.
fn matches(map: &Value, coding: &Coding, asked: &Translate, found: &mut Vec<Value>) {
    for group in items(map, "group") {
        let [source, target] = ["source", "target"].map(|name| text(group, name));
        let (from, to) = if asked.reverse { (target, source) } else { (source, target) };
        let is_of = coding.system.as_deref().is_none_or(|system| from.is_none_or(|from| from == system));
        let is_to = asked.target_system.as_deref().is_none_or(|wanted| to == Some(wanted));
        if !is_of || !is_to {
            continue;
        }
        let before = found.len();
        for element in items(group, "element") {
            let plain = |target: &&Value| items(target, "dependsOn").next().is_none();
            for target in items(element, "target").filter(plain) {
                if found.len() > MOST_MATCHES {
                    return;
                }
                let (asked_for, given) = if asked.reverse { (target, element) } else { (element, target) };
                if text(asked_for, "code") == Some(&coding.code) {
                    let equivalence = text(target, "equivalence").unwrap_or("equivalent");
                    found.push(told(map, equivalence, to, text(given, "code"), text(given, "display")));
                }
            }
        }
        if found.len() == before && !asked.reverse {
            found.extend(unmapped(map, group, coding, to));
        }
    }
}

/// What a map says of codes that it does not name.
fn unmapped(map: &Value, group: &Value, coding: &Coding, to: Option<&str>) -> Option<Value> {
    let rule = group.get("unmapped")?;
    match text(rule, "mode")? {
        "provided" => Some(told(map, "equal", to, Some(&coding.code), coding.display.as_deref())),
        "fixed" => Some(told(map, "inexact", to, text(rule, "code"), text(rule, "display"))),
        // The other map is asked by who knows of it.
        _ => None,
    }
}

fn told(
    map: &Value,
    equivalence: &str,
    system: Option<&str>,
    code: Option<&str>,
    display: Option<&str>,
) -> Value {
    let parts = [("system", system), ("code", code), ("display", display)];
    let concept: serde_json::Map<String, Value> =
        parts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into()))).collect();
    let mut part = vec![json!({ "name": "equivalence", "valueCode": equivalence })];
    if code.is_some() {
        part.push(json!({ "name": "concept", "valueCoding": concept }));
    }
    part.extend(text(map, "url").map(|url| json!({ "name": "source", "valueUri": url })));
    json!({ "name": "match", "part": part })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(reverse: bool, target_system: Option<&str>) -> Translate {
        Translate {
            source: None,
            codings: Vec::new(),
            target_system: target_system.map(str::to_owned),
            value_sets: [None, None],
            reverse,
        }
    }

    fn made(system: &str, code: &str, asked: &Translate) -> String {
        let map = json!({"url": "urn:m", "group": [{"source": "s", "target": "t",
            "element": [{"code": "a", "target": [{"code": "x", "equivalence": "wider"}, {"code": "y", "equivalence": "equal"}]},
                {"code": "b", "target": [{"equivalence": "unmatched"}]}],
            "unmapped": {"mode": "fixed", "code": "z"}}]});
        let coding = Coding { system: Some(system.to_owned()), code: code.to_owned(), display: None };
        let mut each = Vec::new();
        matches(&map, &coding, asked, &mut each);
        let each = each.iter().map(|one| {
            let equivalence = one.pointer("/part/0/valueCode").and_then(Value::as_str).unwrap();
            let code = one.pointer("/part/1/valueCoding/code").and_then(Value::as_str).unwrap_or("-");
            format!("{equivalence} {code}")
        });
        each.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn codes_are_mapped_both_ways() {
        let plain = asked(false, None);
        assert_eq!(made("s", "a", &plain), "wider x, equal y");
        assert_eq!(made("s", "b", &plain), "unmatched -");
        assert_eq!(made("s", "c", &plain), "inexact z");
        assert_eq!(made("other", "a", &plain), "");
        assert_eq!(made("s", "a", &asked(false, Some("u"))), "");
        assert_eq!(made("t", "x", &asked(true, None)), "wider a");
    }
}
