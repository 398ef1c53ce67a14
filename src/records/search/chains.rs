//! Chains and `_has` as conditions. <https://hl7.org/fhir/R4/search.html#chaining>

use super::context::Context;
use super::of_patient;
use super::parameters::Asked;
use crate::fhir::ResourceType;
use crate::fhir::chain::Path;
use crate::fhir::search_parameter::SearchParameter;
use crate::fhir::search_values::{self, Source};
use crate::records::{Error, index};
use crate::storage::search::Condition;

/// What stands at a path must meet the condition that `own` makes of the parameter at its end.
pub(super) fn along(
    context: &Context<'_>,
    path: &Path<'_>,
    own: &dyn Fn(&Asked<'_>, &SearchParameter) -> Result<Condition, Error>,
) -> Result<Condition, Error> {
    context.count()?;
    match path {
        Path::Own { resource_type, parameter, modifier } => {
            let asked = Asked {
                resource_type: *resource_type,
                name: &parameter.code,
                code: &parameter.code,
                modifier: modifier.as_deref(),
                values: Vec::new(),
                context,
            };
            own(&asked, parameter)
        }
        Path::To { resource_type, parameter, ways } => {
            if let [(only, _)] = ways.as_slice() {
                context.require(*only)?;
            }
            let permitted = ways.iter().filter(|(target, _)| context.permits(*target));
            let ways = permitted.map(|(target, way)| {
                let mut conditions = vec![along(context, way, own)?];
                conditions.extend(context.limit(*target));
                Ok(points_at(*resource_type, &parameter.code, *target, conditions))
            });
            one_of(ways.collect::<Result<Vec<_>, Error>>()?)
        }
        Path::From { resource_type, source, parameter, way } => {
            context.require(*source)?;
            let mut conditions = vec![along(context, way, own)?];
            conditions.extend(context.limit(*source));
            let sources = search_values::sources(*source, &parameter.code);
            let slots: Vec<_> = sources.iter().map(|found| index::slot(*source, found.code)).collect();
            let together = of_patient::together(*source, &slots, &conditions);
            let names = names(*source, &sources, *resource_type);
            Ok(Condition::PointedAtFrom { slots, names, conditions, together })
        }
    }
}

/// A reference points at a resource of this type that meets the conditions.
pub(super) fn points_at(
    resource_type: ResourceType,
    code: &str,
    target: ResourceType,
    conditions: Vec<Condition>,
) -> Condition {
    let sources = search_values::sources(resource_type, code);
    let of_target = sources.iter().filter(|source| source.target.is_none_or(|only| only == target.as_str()));
    let slots = of_target.map(|source| index::slot(resource_type, source.code)).collect();
    let names = names(resource_type, &sources, target);
    Condition::PointsAt { slots, names, target: target.as_str(), conditions }
}

/// The slot of the names of a target, where these references may be canonical.
pub(super) fn names(source: ResourceType, kept: &[Source<'_>], target: ResourceType) -> Option<i32> {
    let is_canonical = kept.iter().any(|kept| search_values::has_canonicals(source, kept.code));
    (is_canonical && index::is_named(target)).then(|| index::slot(target, index::NAMES))
}

/// One of several ways; the caller may go none of them where there are none.
pub(super) fn one_of(ways: Vec<Condition>) -> Result<Condition, Error> {
    if ways.is_empty() { Err(Error::Forbidden) } else { Ok(Condition::any(ways)) }
}
