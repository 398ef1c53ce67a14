//! `ValueSet/$expand`: the codes of a value set, one by one. <https://hl7.org/fhir/R4/valueset-operation-expand.html>

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Source, concepts, not_yet};
use crate::fhir::chain::shown;
use crate::fhir::outcome::IssueType;
use crate::identity::Caller;
use crate::records::search::Terminology;
use crate::records::{Error, Records, stamp};

/// So many codes an answer holds at most, unless it is asked for in pages.
const MOST: usize = 10_000;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Expand {
    /// Of which value set.
    pub source: Source,
    /// Only codes in which, or in whose text, each of these words stands.
    pub filter: Option<String>,
    /// So many are passed over.
    pub offset: usize,
    /// So many are wanted; all where there is none.
    pub count: Option<usize>,
    /// Whether codes that are not to be used any more are left out.
    pub active_only: bool,
    /// Whether the value set's definition is wanted too.
    pub with_definition: bool,
}

/// Texts of members by system and code.
type Members = BTreeMap<(String, String), Option<String>>;

impl Records {
    /// The value set with its expansion.
    ///
    /// # Errors
    /// When it or what it refers to is not known, has too many codes, or the caller may not search value sets.
    pub async fn expand(&self, caller: &Caller, asked: Expand) -> Result<Value, Error> {
        let Expand { source, filter, offset, count, active_only, with_definition } = asked;
        let (url, known) = self.opened(caller, source, "ValueSet").await?;
        let words: Vec<String> =
            filter.iter().flat_map(|filter| filter.split_whitespace()).map(str::to_lowercase).collect();
        let read = |terminology: &Terminology| {
            let members = members(terminology, &url, active_only)?;
            let definition =
                terminology.ask(|known| Ok(known.value_sets.get(&url).and_then(Option::as_ref)))?;
            let definition = definition.flatten().filter(|_| !terminology.is_missing());
            Ok((members, described(definition, &url, with_definition)))
        };
        let (members, mut value_set) = self.with_known(caller, known, read).await?;
        let found: Vec<Value> = members
            .into_iter()
            .filter(|(of, display)| has_words(of, display.as_deref(), &words))
            .map(contained)
            .collect();
        let total = found.len();
        let count = count.map(|count| count.min(MOST));
        if count.is_none() && total.saturating_sub(offset) > MOST {
            let text = format!("the value set has {total} such codes: ask for them by count and offset");
            return Err(Error::BadRequest(IssueType::TooCostly, text));
        }
        let page: Vec<Value> = found.into_iter().skip(offset).take(count.unwrap_or(MOST)).collect();
        let mut expansion = json!({
            "identifier": format!("urn:uuid:{}", self.new_id()),
            "timestamp": stamp::instant(self.now()),
            "total": total,
            "offset": offset,
            "parameter": told(filter.as_deref(), offset, count, active_only),
        });
        if let (Some(expansion), false) = (expansion.as_object_mut(), page.is_empty()) {
            expansion.insert("contains".to_owned(), page.into());
        }
        if let Some(value_set) = value_set.as_object_mut() {
            value_set.insert("expansion".to_owned(), expansion);
        }
        self.audit_success(caller, "expand").await?;
        Ok(value_set)
    }
}

/// All codes with their texts.
fn members(terminology: &Terminology, url: &str, active_only: bool) -> Result<Members, Error> {
    let Some(codes) = terminology.ask(|known| known.codes(url))? else { return not_yet() };
    let mut members = Members::new();
    for system in &codes.systems {
        let Some(concepts) = terminology.ask(|known| known.concepts(system))? else { continue };
        if !concepts.are_all() {
            let text = format!("not all codes of {} are known here, so they cannot be listed", shown(system));
            return Err(Error::BadRequest(IssueType::TooCostly, text));
        }
        for code in concepts.codes().filter(|code| !active_only || !concepts.is_inactive(code)) {
            members.insert((system.clone(), code.to_owned()), concepts.display(code).map(str::to_owned));
        }
    }
    for (system, code) in &codes.codes {
        let concepts = concepts(terminology, system)?;
        if active_only && concepts.is_some_and(|concepts| concepts.is_inactive(code)) {
            continue;
        }
        let display = concepts.and_then(|concepts| concepts.display(code)).map(str::to_owned);
        members.insert((system.clone(), code.clone()), display);
    }
    // What a value set itself calls its codes goes before.
    terminology.ask(|known| {
        let parts =
            known.value_sets.values().flatten().filter_map(|value_set| value_set.pointer("/compose/include"));
        for part in parts.filter_map(Value::as_array).flatten() {
            let Some(system) = part.get("system").and_then(Value::as_str) else { continue };
            for concept in part.get("concept").and_then(Value::as_array).into_iter().flatten() {
                let text = |name| concept.get(name).and_then(Value::as_str).map(str::to_owned);
                if let (Some(code), Some(display)) = (text("code"), text("display"))
                    && let Some(member) = members.get_mut(&(system.to_owned(), code))
                {
                    *member = Some(display);
                }
            }
        }
        Ok(())
    })?;
    Ok(members)
}

fn has_words((_, code): &(String, String), display: Option<&str>, words: &[String]) -> bool {
    let code = code.to_lowercase();
    let display = display.unwrap_or_default().to_lowercase();
    words.iter().all(|word| code.contains(word) || display.contains(word))
}

fn contained(((system, code), display): ((String, String), Option<String>)) -> Value {
    match display {
        Some(display) => json!({ "system": system, "code": code, "display": display }),
        None => json!({ "system": system, "code": code }),
    }
}

/// What the expansion was asked by.
fn told(filter: Option<&str>, offset: usize, count: Option<usize>, active_only: bool) -> Vec<Value> {
    let mut told = vec![json!({ "name": "offset", "valueInteger": offset })];
    told.extend(filter.map(|filter| json!({ "name": "filter", "valueString": filter })));
    told.extend(count.map(|count| json!({ "name": "count", "valueInteger": count })));
    told.extend(active_only.then(|| json!({ "name": "activeOnly", "valueBoolean": true })));
    told
}

/// What is said of the value set beside its codes.
fn described(definition: Option<&Value>, url: &str, with_definition: bool) -> Value {
    let mut described = json!({ "resourceType": "ValueSet", "status": "active" });
    let Some(definition) = definition.and_then(Value::as_object) else { return described };
    let is_published = !definition.contains_key("resourceType");
    if let Some(described) = described.as_object_mut() {
        if is_published {
            described.insert("url".to_owned(), url.into());
        }
        let kept = [
            "id",
            "url",
            "identifier",
            "version",
            "name",
            "title",
            "status",
            "experimental",
            "date",
            "publisher",
        ];
        for (name, value) in definition {
            if kept.contains(&name.as_str()) || (with_definition && name != "expansion" && name != "text") {
                described.insert(name.clone(), value.clone());
            }
        }
    }
    described
}
