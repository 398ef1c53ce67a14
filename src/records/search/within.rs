//! Searching several types at once, and what belongs to one resource's compartment.
//! <https://hl7.org/fhir/R4/http.html#vsearch>, <https://hl7.org/fhir/R4/compartmentdefinition.html>
//!
//! The same question is asked of each type. Its slots name their type, so that questions of one form become one question with
//! the slots of all; where types differ, each is asked its own.

use super::context::{Context, MOST_CONDITIONS, too_many};
use super::parameters::{Asked, conditions, is_known};
use super::special;
use crate::fhir::ResourceType;
use crate::fhir::chain::shown;
use crate::fhir::definitions::{compartment, resource_types, search_parameter};
use crate::fhir::outcome::IssueType;
use crate::fhir::search_parameter::SearchKind;
use crate::identity::Right;
use crate::records::index::PATIENT_TYPE;
use crate::records::{Error, is_id};
use crate::storage::address::address;
use crate::storage::search::Condition;

/// So many types a search may ask one by one, where their questions have no common form.
const MOST_APART: usize = 16;

/// Where a search looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Within {
    /// The one type; all types where there is none.
    pub resource_type: Option<ResourceType>,
    /// Type and id of the resource in whose compartment it must be.
    pub compartment: Option<(ResourceType, String)>,
}

impl Within {
    /// Id of the one Patient whose data is asked for, where it is one by the address or by a parameter.
    pub(super) fn patient(&self, used: &[(String, String)]) -> Option<String> {
        if let Some((of, id)) = &self.compartment {
            return (of.as_str() == PATIENT_TYPE).then(|| id.clone());
        }
        let itself = self.resource_type.is_some_and(|of| of.as_str() == PATIENT_TYPE);
        let asked = used.iter().filter_map(|(name, value)| {
            let id = match name.as_str() {
                "_id" if itself => value,
                "patient" | "patient:Patient" | "subject:Patient" => {
                    value.strip_prefix("Patient/").unwrap_or(value)
                }
                "subject" => value.strip_prefix("Patient/")?,
                _ => return None,
            };
            is_id(id).then(|| id.to_owned())
        });
        let mut asked: Vec<_> = asked.collect();
        asked.dedup();
        asked.pop().filter(|_| asked.is_empty())
    }
}

/// A search of some types, read.
pub(super) struct Read {
    pub types: Vec<ResourceType>,
    pub conditions: Vec<Condition>,
    pub used: Vec<(String, String)>,
}

/// Reads a search wherever it looks.
pub(super) fn read(
    context: &Context<'_>,
    within: &Within,
    parameters: &[(String, String)],
) -> Result<Read, Error> {
    let types = types(context, within, parameters)?;
    let used = used(context, &types, parameters)?;
    let (mut each, mut made) = (Vec::with_capacity(types.len()), 0_usize);
    for resource_type in &types {
        let (conditions, _) = conditions(context, *resource_type, &used)?;
        each.push(conditions);
        made = made.saturating_add(context.counted());
    }
    let mut conditions = common(&types, each, made)?;
    conditions.extend(belongs(context, within, &types)?);
    conditions.extend(context.access().among(Right::Search, &types));
    // Of one type all bodies can be read, if need be.
    if types.len() > 1 {
        special::check_words(&conditions)?;
    }
    Ok(Read { types, conditions, used })
}

/// The parameters that are used. Of several types only what all of them have is asked: what one lacks must not let through
/// all of that type, nor be lost on the way to the next page. Strict handling refuses it where it is read.
fn used(
    context: &Context<'_>,
    types: &[ResourceType],
    parameters: &[(String, String)],
) -> Result<Vec<(String, String)>, Error> {
    let mut used = Vec::with_capacity(parameters.len());
    for (name, value) in parameters {
        let mut is_used = true;
        if !context.strict && !special::is_special(name) {
            for one in types {
                is_used &= is_known(context, *one, name)?;
            }
        }
        if is_used {
            used.push((name.clone(), value.clone()));
        }
    }
    Ok(used)
}

/// The types to look at: those that are asked for, which the caller must be allowed, or all that are.
fn types(
    context: &Context<'_>,
    within: &Within,
    parameters: &[(String, String)],
) -> Result<Vec<ResourceType>, Error> {
    if let Some(one) = within.resource_type {
        context.require(one)?;
        if let Some((of, _)) = &within.compartment
            && !members(*of)?.contains(&one)
        {
            let text = format!("{one} is not in the compartment of a {of}");
            return Err(Error::BadRequest(IssueType::NotSupported, text));
        }
        return Ok(vec![one]);
    }
    let mut asked: Option<Vec<ResourceType>> = None;
    for (_, value) in parameters.iter().filter(|(name, _)| name == "_type") {
        let named = special::types(value)?;
        asked = Some(match asked {
            Some(before) => before.into_iter().filter(|one| named.contains(one)).collect(),
            None => named,
        });
    }
    let members = within.compartment.as_ref().map(|(of, _)| members(*of)).transpose()?;
    let is_member = |one: &ResourceType| members.as_ref().is_none_or(|members| members.contains(one));
    if let Some(asked) = asked {
        asked.iter().try_for_each(|one| context.require(*one))?;
        return Ok(asked.into_iter().filter(is_member).collect());
    }
    let all = resource_types().filter(|one| context.permits(*one)).filter(is_member);
    // Every request adds one: they would soon be most of what is found.
    let all: Vec<_> = all.filter(|one| !is_audit_event(one)).collect();
    if all.is_empty() { Err(Error::Forbidden) } else { Ok(all) }
}

/// Whether the server has resources of the type that are in no table of resources.
pub(super) fn is_audit_event(resource_type: &ResourceType) -> bool {
    resource_type.as_str() == "AuditEvent"
}

/// The types in the compartments of a type.
fn members(of: ResourceType) -> Result<Vec<ResourceType>, Error> {
    let Some(found) = compartment(of) else {
        let text = format!("there is no compartment of a {of}");
        return Err(Error::BadRequest(IssueType::NotSupported, text));
    };
    Ok(found.members.iter().filter_map(|(name, _)| ResourceType::parse(name)).collect())
}

/// That the resource belongs to the compartment.
fn belongs(
    context: &Context<'_>,
    within: &Within,
    types: &[ResourceType],
) -> Result<Option<Condition>, Error> {
    let Some((of, id)) = &within.compartment else { return Ok(None) };
    if !is_id(id) {
        return Err(Error::BadRequest(IssueType::Value, format!("{} is not an id", shown(id))));
    }
    let (mut tests, mut itself) = (Vec::new(), false);
    let members = compartment(*of).map(|found| found.members.as_slice()).unwrap_or_default();
    for (resource_type, parameters) in members {
        let Some(resource_type) = types.iter().find(|found| found.as_str() == *resource_type) else {
            continue;
        };
        for code in parameters {
            itself |= *code == "{def}";
            let Some(parameter) = search_parameter(*resource_type, code) else { continue };
            if parameter.kind != SearchKind::Reference {
                continue;
            }
            let values = vec![format!("{of}/{id}")];
            let asked =
                Asked { resource_type: *resource_type, name: code, code, modifier: None, values, context };
            if let Condition::Term(found) = asked.condition(parameter)? {
                tests.extend(found);
            }
        }
    }
    let points = Condition::Term(tests);
    let own = Condition::Address(vec![address(of.as_str(), id)]);
    Ok(Some(if itself { Condition::Any(vec![points, own]) } else { points }))
}

/// The conditions of all types as one list; `made` are all that were made, which count only where they stay apart.
fn common(
    types: &[ResourceType],
    mut each: Vec<Vec<Condition>>,
    made: usize,
) -> Result<Vec<Condition>, Error> {
    let Some(mut merged) = each.pop() else { return Ok(Vec::new()) };
    let apart = each.clone();
    let last = merged.clone();
    for other in each {
        let is_alike =
            other.len() == merged.len() && merged.iter_mut().zip(other).all(|(into, from)| merge(into, from));
        if !is_alike {
            return one_by_one(types, apart, last, made);
        }
    }
    Ok(merged)
}

fn one_by_one(
    types: &[ResourceType],
    mut each: Vec<Vec<Condition>>,
    last: Vec<Condition>,
    made: usize,
) -> Result<Vec<Condition>, Error> {
    if types.len() > MOST_APART {
        let text = "the parameters mean something else for each type: name the types with _type";
        return Err(Error::BadRequest(IssueType::TooCostly, text.to_owned()));
    }
    if made > MOST_CONDITIONS {
        return Err(too_many());
    }
    each.push(last);
    let ways = types.iter().zip(each).map(|(resource_type, conditions)| {
        let is_of = Condition::Type(vec![resource_type.as_str()]);
        Condition::All([is_of].into_iter().chain(conditions).collect())
    });
    Ok(vec![Condition::Any(ways.collect())])
}

/// Makes one question of two of one form; false where they have none in common.
fn merge(into: &mut Condition, from: Condition) -> bool {
    match (into, from) {
        (Condition::Address(a), Condition::Address(b)) => a.extend(b),
        (Condition::Term(a), Condition::Term(b)) => a.extend(b),
        (Condition::Date(a, tests), Condition::Date(b, others)) if *tests == others => a.extend(b),
        (Condition::Text(a, tests), Condition::Text(b, others)) if *tests == others => a.extend(b),
        (Condition::Number(a, tests), Condition::Number(b, others)) if *tests == others => a.extend(b),
        (Condition::Present(a, slots), Condition::Present(b, others)) if *a == b => slots.extend(others),
        (Condition::Not(a), Condition::Not(b)) => return merge(a, *b),
        (Condition::All(a), Condition::All(b)) | (Condition::Any(a), Condition::Any(b)) => {
            return a.len() == b.len() && a.iter_mut().zip(b).all(|(a, b)| merge(a, b));
        }
        (a, b) => return *a == b,
    }
    true
}
