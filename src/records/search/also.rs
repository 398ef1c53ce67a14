//! What some operations ask besides search parameters: alternatives, and several things at once of one resource that points here.

use super::chains;
use super::context::Context;
use super::parameters::conditions;
use crate::fhir::ResourceType;
use crate::fhir::search_values;
use crate::records::{Error, index};
use crate::storage::search::{Condition, DateTest, Part, Relation};

/// What must hold besides.
#[derive(Clone, Debug)]
pub enum Also {
    /// It is about a time that begins before the second microsecond and lasts beyond the first, or tells no time.
    AboutTime(i64, i64),
    /// One of these.
    Either(Vec<Self>),
    /// Each of these.
    All(Vec<Self>),
    /// A search parameter.
    Parameter(String, String),
    /// An identifier of this system has the text in its value, in whatever case.
    InIdentifier(&'static str, String),
    /// The reference of that search parameter points at a resource of this type, for which all of these hold.
    PointsAt {
        /// The reference's search parameter.
        by: &'static str,
        /// The type.
        target: ResourceType,
        /// What must hold of it.
        also: Vec<Self>,
    },
    /// A resource of this type, to which all of the parameters apply, points here by that reference. Several `_has` may each be met
    /// by another resource.
    PointedAtFrom {
        /// The type.
        source: ResourceType,
        /// The reference's search parameter.
        by: &'static str,
        /// Name and value of each parameter.
        parameters: Vec<(String, String)>,
    },
}

/// What must hold of resources of the type that is searched.
pub(super) fn conditions_of(
    context: &Context<'_>,
    of: Option<ResourceType>,
    also: &[Also],
) -> Result<Vec<Condition>, Error> {
    also.iter().map(|one| condition(context, of, one)).collect()
}

fn condition(context: &Context<'_>, of: Option<ResourceType>, also: &Also) -> Result<Condition, Error> {
    context.count()?;
    Ok(match also {
        Also::AboutTime(low, high) => {
            let overlaps = |low, high| vec![DateTest { relation: Relation::Overlaps, low, high }];
            let untold = Condition::Not(Box::new(Condition::Moment(overlaps(i64::MIN, i64::MAX))));
            Condition::Any(vec![untold, Condition::Moment(overlaps(*low, *high))])
        }
        Also::Either(each) => Condition::any(conditions_of(context, of, each)?),
        Also::All(each) => Condition::All(conditions_of(context, of, each)?),
        Also::Parameter(name, value) => {
            let of = of.ok_or(Error::UnknownType)?;
            Condition::All(conditions(context, of, &[(name.clone(), value.clone())])?.0)
        }
        Also::InIdentifier(system, text) => {
            Condition::Words(Part::Identifiers(system), vec![text.to_lowercase()])
        }
        Also::PointsAt { by, target, also } => {
            context.require(*target)?;
            let mut of_target = conditions_of(context, Some(*target), also)?;
            of_target.extend(context.limit(*target));
            chains::points_at(of.ok_or(Error::UnknownType)?, by, *target, of_target)
        }
        Also::PointedAtFrom { source, by, parameters } => {
            context.require(*source)?;
            let (mut of_source, _) = conditions(context, *source, parameters)?;
            of_source.extend(context.limit(*source));
            let sources = search_values::sources(*source, by);
            let slots = sources.iter().map(|found| index::slot(*source, found.code)).collect();
            let of = of.ok_or(Error::UnknownType)?;
            let names = chains::names(*source, &sources, of);
            Condition::PointedAtFrom { slots, names, conditions: of_source, together: Vec::new() }
        }
    })
}
