//! Parameters with rules of their own. <https://hl7.org/fhir/R4/search.html#standard>

use super::context::Context;
use super::filter;
use super::parameters::Asked;
use super::values::alternatives;
use crate::fhir::ResourceType;
use crate::fhir::chain::shown;
use crate::fhir::include::{Include, is_include};
use crate::fhir::near;
use crate::fhir::outcome::IssueType;
use crate::records::index::{LATITUDE, LONGITUDE, slot};
use crate::records::{Error, is_id};
use crate::storage::address::address;
use crate::storage::search::{Condition, NumberTest, Part, Relation, Unit};

/// Special parameters that this server has for every type, with their kinds.
pub const SPECIAL: [(&str, &str); 6] = [
    ("_content", "string"),
    ("_filter", "special"),
    ("_has", "special"),
    ("_list", "special"),
    ("_text", "string"),
    ("_type", "special"),
];
/// Those that only say what is shown of what is found.
const UNASKED: [&str; 2] = [CONTAINED, CONTAINED_TYPE];
/// Whether contained resources are looked at.
pub(super) const CONTAINED: &str = "_contained";
/// Whether they are shown, or what contains them.
pub(super) const CONTAINED_TYPE: &str = "_containedType";
/// So many words a text search may have.
const MOST_WORDS: usize = 16;

/// Whether a parameter of this name has rules of its own, the same for every type.
pub(super) fn is_special(name: &str) -> bool {
    let is_of = |(special, _): &(&str, &str)| *special == name;
    SPECIAL.iter().any(is_of) || UNASKED.contains(&name) || is_include(name)
}

/// What a special parameter asks for, which may be nothing of the resource itself; none where it is no special one.
pub(super) fn condition(
    context: &Context<'_>,
    resource_type: ResourceType,
    name: &str,
    value: &str,
) -> Result<Option<Option<Condition>>, Error> {
    let find = |source: ResourceType, code: &str| context.parameters.find(source, code);
    if Include::parse(name, value, &find).transpose()?.is_some() {
        return Ok(Some(None));
    }
    Ok(Some(match name {
        "_filter" => Some(filter::condition(context, resource_type, value)?),
        "_list" => Some(list(context, value)?),
        "_content" => Some(words(name, Part::Values, value)?),
        "_text" => Some(words(name, Part::Narrative, value)?),
        "_type" => Some(Condition::Type(types(value)?.iter().map(|found| found.as_str()).collect())),
        CONTAINED => match value {
            "false" => None,
            "true" | "both" if context.takes_contained => None,
            "true" | "both" => {
                let text = "_contained: what is changed is found by itself, not by what it contains";
                return Err(Error::BadRequest(IssueType::NotSupported, text.to_owned()));
            }
            _ => return Err(malformed("_contained must be false, true or both")),
        },
        CONTAINED_TYPE => match value {
            "container" | "contained" => None,
            _ => return Err(malformed("_containedType must be container or contained")),
        },
        _ => return Ok(None),
    }))
}

fn malformed(text: &str) -> Error {
    Error::BadRequest(IssueType::Value, text.to_owned())
}

/// The types that `_type` names.
pub(super) fn types(value: &str) -> Result<Vec<ResourceType>, Error> {
    let mut types = Vec::new();
    for name in alternatives("_type", value)? {
        let Some(found) = ResourceType::parse(&name) else {
            let text = format!("_type: {} is not a resource type of R4", shown(&name));
            return Err(Error::BadRequest(IssueType::NotSupported, text));
        };
        if !types.contains(&found) {
            types.push(found);
        }
    }
    Ok(types)
}

/// `_text` and `_content`: all of the words are in the narrative, or anywhere.
fn words(name: &str, part: Part, value: &str) -> Result<Condition, Error> {
    let words: Vec<_> = value.split_whitespace().map(str::to_lowercase).collect();
    if words.is_empty() || words.len() > MOST_WORDS {
        return Err(malformed(&format!("{name} must be 1 to {MOST_WORDS} words")));
    }
    Ok(Condition::Words(part, words))
}

/// No index has all words: the bodies of what other parameters find are read, and there must be such parameters.
pub(in crate::records) fn check_words(conditions: &[Condition]) -> Result<(), Error> {
    if conditions.iter().any(Condition::has_words) && !conditions.iter().any(Condition::is_found) {
        let text = "_text and _content need another parameter beside them, which tells what to read";
        return Err(Error::BadRequest(IssueType::TooCostly, text.to_owned()));
    }
    Ok(())
}

/// `_list`: the resource is an item of one of these lists.
fn list(context: &Context<'_>, value: &str) -> Result<Condition, Error> {
    let list = ResourceType::parse("List").ok_or_else(|| Error::internal("a resource type that R4 has"))?;
    context.require(list)?;
    let mut lists = Vec::new();
    for id in alternatives("_list", value)? {
        let id = id.strip_prefix("List/").unwrap_or(&id);
        if id.starts_with('$') {
            let text = format!("_list: this server keeps no list {}", shown(id));
            return Err(Error::BadRequest(IssueType::NotSupported, text));
        }
        if !is_id(id) {
            return Err(malformed("_list must be the id of a List"));
        }
        lists.push(address("List", id));
    }
    let mut conditions = vec![Condition::Address(lists)];
    conditions.extend(context.limit(list));
    Ok(Condition::PointedAtFrom {
        slots: vec![slot(list, "item")],
        names: None,
        conditions,
        together: Vec::new(),
    })
}

/// `near`: the position is in one of the areas around the place.
pub(super) fn near(asked: &Asked<'_>) -> Result<Condition, Error> {
    let within = |(low, high): (String, String)| {
        vec![NumberTest { relation: Relation::Overlaps, low, high, unit: Unit::Any }]
    };
    let mut areas = Vec::new();
    for value in asked.plain_values() {
        for area in near::areas(&value)? {
            asked.context.count()?;
            areas.push(Condition::All(vec![
                Condition::Number(asked.slots(LATITUDE), within(area.latitude)),
                Condition::Number(asked.slots(LONGITUDE), within(area.longitude)),
            ]));
        }
    }
    Ok(Condition::Any(areas))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_need_something_that_is_found_wherever_they_stand() {
        let words = || Condition::Words(Part::Values, vec!["x".to_owned()]);
        let found = || Condition::Address(vec![1]);
        let of_type = || Condition::Type(vec!["Patient"]);
        for refused in [
            vec![words()],
            vec![Condition::All(vec![of_type(), words()])],
            vec![Condition::Any(vec![Condition::All(vec![of_type(), words()]), found()])],
            vec![Condition::Not(Box::new(words()))],
        ] {
            assert!(check_words(&refused).is_err(), "{refused:?}");
        }
        for taken in [
            vec![of_type()],
            vec![words(), found()],
            vec![Condition::Any(vec![words(), of_type()]), found()],
            vec![Condition::Any(vec![Condition::All(vec![words(), found()]), found()])],
        ] {
            assert!(check_words(&taken).is_ok(), "{taken:?}");
        }
    }
}
