//! `_filter` as a condition: each comparison is that of a parameter, with the modifier or prefix that says the same.
//! <https://hl7.org/fhir/R4/search_filter.html#ops>

use super::chains::{self, one_of, points_at};
use super::context::Context;
use super::modifiers;
use super::parameters::Asked;
use super::values::dates;
use crate::fhir::ResourceType;
use crate::fhir::chain::{self, shown};
use crate::fhir::definitions::resource_types;
use crate::fhir::filter::{Filter, Operator, Test};
use crate::fhir::folding::fold;
use crate::fhir::outcome::IssueType;
use crate::fhir::search_parameter::{SearchKind, SearchParameter};
use crate::records::Error;
use crate::storage::search::{Condition, DateTest, Relation, TextTest};

/// Short names of code systems that a filter may use.
const SYSTEMS: [(&str, &str); 4] = [
    ("loinc|", "http://loinc.org|"),
    ("snomed|", "http://snomed.info/sct|"),
    ("rxnorm|", "http://www.nlm.nih.gov/research/umls/rxnorm|"),
    ("ucum|", "http://unitsofmeasure.org|"),
];
/// So many types a reference with a filter behind it may point at, if none is named.
const MOST_TYPES: usize = 16;

/// What the filter asks of resources of this type.
pub(super) fn condition(
    context: &Context<'_>,
    resource_type: ResourceType,
    text: &str,
) -> Result<Condition, Error> {
    of(context, resource_type, &Filter::parse(text)?)
}

fn of(context: &Context<'_>, resource_type: ResourceType, filter: &Filter) -> Result<Condition, Error> {
    let both = |a: &Filter, b: &Filter| {
        Ok::<_, Error>(vec![of(context, resource_type, a)?, of(context, resource_type, b)?])
    };
    Ok(match filter {
        Filter::And(a, b) => Condition::All(both(a, b)?),
        Filter::Or(a, b) => Condition::any(both(a, b)?),
        Filter::Not(inner) => modifiers::not(of(context, resource_type, inner)?),
        Filter::Test(test) => along(context, resource_type, test)?,
    })
}

/// A comparison at the end of a path, perhaps with a filter on the way.
fn along(context: &Context<'_>, resource_type: ResourceType, test: &Test) -> Result<Condition, Error> {
    context.count()?;
    let Some(at) = test.path.iter().position(|step| step.filter.is_some()) else {
        let names: Vec<_> = test.path.iter().map(|step| step.name.as_str()).collect();
        let path = context.path(resource_type, &names.join("."))?;
        return chains::along(context, &path, &|asked, parameter| compared(asked, parameter, test));
    };
    let (Some([before @ .., step]), Some(after)) =
        (test.path.get(..=at), test.path.get(at.saturating_add(1)..))
    else {
        return Err(Error::internal("a path without the step that was found in it"));
    };
    if !before.is_empty() {
        return Err(unsupported(test, "brackets may follow the first name of a path only"));
    }
    let (code, only) = step.name.split_once(':').map_or((step.name.as_str(), None), |(c, t)| (c, Some(t)));
    let parameter =
        context.parameters.find(resource_type, code)?.filter(|found| found.kind == SearchKind::Reference);
    let Some(parameter) = parameter else {
        return Err(unsupported(test, "brackets may follow the name of a reference only"));
    };
    let inner = step.filter.as_deref();
    let rest = Test { path: after.to_vec(), ..test.clone() };
    let targets = resource_types().filter(|target| {
        chain::points_at(resource_type, parameter, *target)
            && only.is_none_or(|only| only == target.as_str())
            && context.permits(*target)
    });
    let targets: Vec<_> = targets.collect();
    if targets.len() > MOST_TYPES {
        return Err(unsupported(test, "the type that is pointed at must be named, as in subject:Patient"));
    }
    let (mut ways, mut fault) = (Vec::new(), None);
    for target in targets {
        let each = inner.map(|inner| of(context, target, inner)).into_iter();
        let each: Result<Vec<_>, Error> = each.chain([along(context, target, &rest)]).collect();
        match each {
            Ok(mut conditions) => {
                conditions.extend(context.limit(target));
                ways.push(points_at(resource_type, &parameter.code, target, conditions));
            }
            Err(costly @ Error::BadRequest(IssueType::TooCostly, _)) => return Err(costly),
            Err(other) => fault = Some(other),
        }
    }
    match fault {
        Some(fault) if ways.is_empty() => Err(fault),
        _ => one_of(ways),
    }
}

fn unsupported(test: &Test, text: &str) -> Error {
    Error::BadRequest(IssueType::NotSupported, format!("_filter, character {}: {text}", test.at))
}

/// The comparison of a parameter's values.
fn compared(asked: &Asked<'_>, parameter: &SearchParameter, test: &Test) -> Result<Condition, Error> {
    if asked.modifier.is_some() {
        return Err(unsupported(test, "a name in a filter has no modifier"));
    }
    let refused = || {
        let operator = test.operator.as_str();
        Err(unsupported(test, &format!("{operator} does not compare a {}", parameter.kind.as_str())))
    };
    let name = format!("_filter: {}", parameter.code);
    let with = |modifier, value: String| {
        let asked = Asked { name: &name, modifier, values: vec![value], ..*asked };
        asked.condition(parameter)
    };
    let value = &test.value;
    let plain = || with(None, escaped(parameter.kind, value));
    let text =
        |compare: &dyn Fn(String) -> TextTest| Condition::Text(asked.slots(""), vec![compare(fold(value))]);
    let (kind, is_token) = (parameter.kind, parameter.kind == SearchKind::Token);
    let is_text = kind == SearchKind::String;
    let is_ordered = matches!(kind, SearchKind::Number | SearchKind::Date | SearchKind::Quantity);
    match test.operator {
        Operator::Equal if is_text => Ok(text(&TextTest::Equals)),
        Operator::Equal => plain(),
        Operator::References if kind == SearchKind::Reference => plain(),
        Operator::NotEqual if is_ordered => with(None, format!("ne{}", escaped(kind, value))),
        Operator::NotEqual => {
            let equal = if is_text { text(&TextTest::Equals) } else { plain()? };
            Ok(Condition::All(vec![with(Some("missing"), "false".to_owned())?, modifiers::not(equal)]))
        }
        Operator::Contains if is_text => Ok(text(&TextTest::Contains)),
        Operator::StartsWith if is_text => Ok(text(&TextTest::StartsWith)),
        Operator::EndsWith if is_text => Ok(text(&TextTest::EndsWith)),
        Operator::Greater
        | Operator::Less
        | Operator::GreaterOrEqual
        | Operator::LessOrEqual
        | Operator::Approximate
        | Operator::StartsAfter
        | Operator::EndsBefore
            if is_ordered =>
        {
            with(None, format!("{}{}", test.operator.as_str(), escaped(kind, value)))
        }
        Operator::Overlaps if kind == SearchKind::Date => overlaps(asked, &name, value),
        Operator::Present => match value.as_str() {
            "true" => with(Some("missing"), "false".to_owned()),
            "false" => with(Some("missing"), "true".to_owned()),
            other => Err(unsupported(test, &format!("pr takes true or false, not {}", shown(other)))),
        },
        Operator::Subsumes if is_token => with(Some("below"), escaped(kind, value)),
        Operator::SubsumedBy if is_token => with(Some("above"), escaped(kind, value)),
        Operator::In if is_token => with(Some("in"), escaped(kind, value)),
        Operator::NotIn if is_token => with(Some("not-in"), escaped(kind, value)),
        Operator::References
        | Operator::Contains
        | Operator::StartsWith
        | Operator::EndsWith
        | Operator::Greater
        | Operator::Less
        | Operator::GreaterOrEqual
        | Operator::LessOrEqual
        | Operator::Approximate
        | Operator::StartsAfter
        | Operator::EndsBefore
        | Operator::Overlaps
        | Operator::Subsumes
        | Operator::SubsumedBy
        | Operator::In
        | Operator::NotIn => refused(),
    }
}

/// The time overlaps with the one that is given.
fn overlaps(asked: &Asked<'_>, name: &str, value: &str) -> Result<Condition, Error> {
    let asked = Asked { name, values: vec![value.to_owned()], ..*asked };
    let tests = dates(&asked)?.into_iter();
    let tests: Vec<_> = tests.map(|test| DateTest { relation: Relation::Overlaps, ..test }).collect();
    if asked.code == "_lastUpdated" { Ok(Condition::Updated(tests)) } else { Ok(asked.date(tests)) }
}

/// The value as a parameter would have it: a filter has no escapes of its own.
fn escaped(kind: SearchKind, value: &str) -> String {
    let value = value.replace('\\', r"\\");
    let named =
        SYSTEMS.iter().find_map(|(short, system)| Some(format!("{system}{}", value.strip_prefix(short)?)));
    match kind {
        SearchKind::Token => named.unwrap_or(value),
        SearchKind::Quantity => value.replacen("|ucum|", "|http://unitsofmeasure.org|", 1),
        SearchKind::Number
        | SearchKind::Date
        | SearchKind::String
        | SearchKind::Reference
        | SearchKind::Composite
        | SearchKind::Uri
        | SearchKind::Special => value,
    }
}
