//! What one caller may see and change: the one place where scopes and consents are held against resources.
//! <https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html>, <https://hl7.org/fhir/R4/consent.html>
//!
//! A limit is a condition of the search: the same one is written into every search, with its chains and includes, and is put to
//! what is read, told of by a history, or written. So a search cannot tell of what a read refuses.

pub(super) mod binary;
mod compartment;
pub(super) mod consents;
mod scopes;

use std::sync::Arc;

use super::index::BINARY;
use super::meets::Candidate;
use super::parameters::Parameters;
use super::{Error, Stored, Version, index};
use crate::fhir::ResourceType;
use crate::fhir::date::Interval;
use crate::identity::{Caller, Right};
use crate::storage::address::address;
use crate::storage::index_entries::IndexEntries;
use crate::storage::search::Condition;
pub(super) use compartment::{PATIENT, belongs, belongs_to_any, patients_within};
use consents::{Kept, Viewer};

/// Whether the caller may do this to any resource of the type at all. What is done must then be held to the [`Access`].
pub(super) fn may(caller: &Caller, right: Right, resource_type: ResourceType) -> bool {
    caller.scopes.grants(right, resource_type.as_str(), caller.patient.is_some()).next().is_some()
}

/// Refuses a caller who may do this to no resource of the type. What is done must then be held to the [`Access`].
pub(super) fn permit(caller: &Caller, right: Right, resource_type: ResourceType) -> Result<(), Error> {
    if may(caller, right, resource_type) { Ok(()) } else { Err(Error::Forbidden) }
}

/// Refuses a caller who may not do this to every resource of the type.
pub(super) fn permit_whole(caller: &Caller, right: Right, resource_type: ResourceType) -> Result<(), Error> {
    if caller.scopes.permit(right, resource_type.as_str()) { Ok(()) } else { Err(Error::Forbidden) }
}

/// How far a right to the resources of a type goes.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Limit {
    /// To none of them.
    Nothing,
    /// To some of them.
    Part(Part),
    /// To all of them.
    All,
}

impl Limit {
    /// Whether a resource that is found by these entries is one of them.
    fn cover(&self, subject: Subject<'_>, entries: &IndexEntries) -> Cover {
        let Subject { resource_type, id, updated_us } = subject;
        match self {
            Self::Nothing => Cover::Outside,
            Self::All => Cover::Full,
            Self::Part(part) => part.cover(&Candidate {
                resource_type: resource_type.as_str(),
                address: address(resource_type.as_str(), id),
                updated: Interval { low: updated_us, high: updated_us.saturating_add(1) },
                entries,
            }),
        }
    }
}

/// Some resources of a type.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Part {
    /// What they must be like to be covered by a scope, where it matters.
    within: Option<Condition>,
    /// What Consents keep the caller from.
    kept: Option<Arc<Kept>>,
}

impl Part {
    fn cover(&self, candidate: &Candidate<'_>) -> Cover {
        let is_met = |condition: &Condition| candidate.meets(condition);
        let is_let = |kept: &Kept| {
            kept.within.as_ref().is_none_or(is_met) && !kept.without.as_ref().is_some_and(is_met)
        };
        match (self.within.as_ref().is_none_or(is_met), self.kept.as_deref().is_none_or(is_let)) {
            (false, _) => Cover::Outside,
            (true, false) => Cover::Withheld,
            (true, true) => Cover::Full,
        }
    }
}

/// Whether a right goes to one resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cover {
    /// It does.
    Full,
    /// It would, but for a Consent.
    Withheld,
    /// It does not.
    Outside,
}

impl Cover {
    /// Refuses a read: what no scope goes to is unknown.
    pub(super) fn of_read(self) -> Result<(), Error> {
        match self {
            Self::Full => Ok(()),
            Self::Withheld => Err(Error::Withheld),
            Self::Outside => Err(Error::NotFound),
        }
    }

    /// Refuses a write.
    pub(super) fn of_write(self) -> Result<(), Error> {
        match self {
            Self::Full => Ok(()),
            Self::Withheld => Err(Error::Withheld),
            Self::Outside => Err(Error::Forbidden),
        }
    }
}

/// A caller, what a tenant's limits are read by, and when.
#[derive(Clone, Copy)]
pub(super) struct Access<'a> {
    pub caller: &'a Caller,
    pub parameters: &'a Parameters,
    /// The time, in microseconds since 1970.
    pub now_us: i64,
}

impl Access<'_> {
    /// How far the right to the resources of a type goes.
    pub(super) fn limit(&self, right: Right, resource_type: ResourceType) -> Limit {
        let limit = self.limit_by_itself(right, resource_type);
        if resource_type.as_str() != BINARY || right == Right::Create {
            return limit;
        }
        match (limit, self.within_binary(resource_type)) {
            (limit, None) | (limit @ Limit::Nothing, _) => limit,
            (Limit::All, within) => Limit::Part(Part { within, kept: None }),
            (Limit::Part(part), Some(context)) => {
                let within = part.within.into_iter().chain([context]).collect();
                Limit::Part(Part { within: Some(Condition::all(within)), ..part })
            }
        }
    }

    /// The same, whatever a resource belongs to.
    fn limit_by_itself(&self, right: Right, resource_type: ResourceType) -> Limit {
        let by_scopes = self.limit_of_scopes(right, resource_type);
        if by_scopes == Limit::Nothing {
            return Limit::Nothing;
        }
        let effect = self.parameters.consents().effect(|| Viewer::of(self.caller, right), self.now_us);
        let kept = effect.and_then(|effect| effect.kept(resource_type));
        match (by_scopes, kept) {
            (by_scopes, None) => by_scopes,
            (Limit::Part(part), kept) => Limit::Part(Part { kept, ..part }),
            (Limit::Nothing | Limit::All, kept) => Limit::Part(Part { within: None, kept }),
        }
    }

    /// That a resource of one of these types is one that the right goes to; none where it goes to all of them.
    pub(super) fn among(&self, right: Right, types: &[ResourceType]) -> Option<Condition> {
        let (mut whole, mut ways, mut denied) = (Vec::new(), Vec::new(), Vec::new());
        for one in types {
            let (mut all, kept) = match self.limit(right, *one) {
                Limit::Nothing => continue,
                Limit::All => (Vec::new(), None),
                Limit::Part(Part { within, kept }) => (Vec::from_iter(within), kept),
            };
            if let Some(kept) = kept {
                all.extend(kept.within.clone());
                denied.extend(kept.without.clone().map(|without| of_type(*one, without, types)));
            }
            match all.len() {
                0 => whole.push(one.as_str()),
                _ => ways.push(of_type(*one, Condition::all(all), types)),
            }
        }
        let is_within = (whole.len() < types.len()).then(|| {
            if !whole.is_empty() {
                ways.push(Condition::Type(whole));
            }
            Condition::any(ways)
        });
        let is_let = (!denied.is_empty()).then(|| Condition::Not(Box::new(Condition::any(denied))));
        match (is_within, is_let) {
            (Some(within), Some(is_let)) => Some(Condition::All(vec![within, is_let])),
            (one, other) => one.or(other),
        }
    }

    /// Whether a right to resources of the type goes to some of them only.
    pub(super) fn is_limited(&self, resource_type: ResourceType, rights: &[Right]) -> bool {
        rights.iter().any(|right| self.limit(*right, resource_type) != Limit::All)
    }

    /// Whether the right goes to a resource that is found by these entries.
    pub(super) fn cover(&self, right: Right, subject: Subject<'_>, entries: &IndexEntries) -> Cover {
        self.limit(right, subject.resource_type).cover(subject, entries)
    }

    /// The same, whatever the resource belongs to.
    pub(super) fn cover_by_itself(
        &self,
        right: Right,
        subject: Subject<'_>,
        entries: &IndexEntries,
    ) -> Cover {
        self.limit_by_itself(right, subject.resource_type).cover(subject, entries)
    }

    /// Whether the right goes to a version, which must have a body.
    ///
    /// # Errors
    /// When what is kept is not a resource.
    pub(super) fn cover_of(&self, right: Right, version: &Version) -> Result<Cover, Error> {
        let known = ResourceType::parse(&version.resource_type).filter(|_| version.body.is_some());
        let Some(resource_type) = known else { return Ok(Cover::Outside) };
        match self.limit(right, resource_type) {
            Limit::Nothing => Ok(Cover::Outside),
            Limit::All => Ok(Cover::Full),
            Limit::Part(_) => {
                let entries = index::entries_of(self.parameters, version)?;
                let updated_us = version.updated.timestamp_micros();
                let subject = Subject { resource_type, id: &version.id, updated_us };
                Ok(self.cover(right, subject, &entries))
            }
        }
    }

    /// Whether the caller may read what is stored.
    ///
    /// # Errors
    /// When what is kept is not a resource.
    pub(super) fn shows(&self, stored: &Stored) -> Result<bool, Error> {
        let Some(resource_type) = ResourceType::parse(&stored.resource_type) else { return Ok(false) };
        match self.limit(Right::Read, resource_type) {
            Limit::Nothing => Ok(false),
            Limit::All => Ok(true),
            Limit::Part(_) => {
                let entries = index::entries(self.parameters, resource_type, &stored.json()?);
                let updated_us = stored.updated.timestamp_micros();
                let subject = Subject { resource_type, id: &stored.id, updated_us };
                Ok(self.cover(Right::Read, subject, &entries) == Cover::Full)
            }
        }
    }
}

/// The resource that a right is held against.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    pub resource_type: ResourceType,
    pub id: &'a str,
    pub updated_us: i64,
}

/// The condition, held by resources of that type only.
fn of_type(resource_type: ResourceType, within: Condition, types: &[ResourceType]) -> Condition {
    if types.len() == 1 || tells_type(&within) {
        return within;
    }
    Condition::All(vec![Condition::Type(vec![resource_type.as_str()]), within])
}

/// Whether only resources of one type can hold it: slots and addresses are made of the type.
fn tells_type(condition: &Condition) -> bool {
    match condition {
        Condition::Term(_) | Condition::Address(_) => true,
        Condition::All(conditions) => conditions.iter().any(tells_type),
        Condition::Any(conditions) => conditions.iter().all(tells_type),
        Condition::Type(_)
        | Condition::Date(..)
        | Condition::Moment(_)
        | Condition::Updated(_)
        | Condition::Text(..)
        | Condition::Number(..)
        | Condition::Span(..)
        | Condition::Present(..)
        | Condition::PointsAt { .. }
        | Condition::PointedAtFrom { .. }
        | Condition::Not(_)
        | Condition::Words(..) => false,
    }
}

#[cfg(test)]
mod tests;
