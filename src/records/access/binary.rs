//! Binaries have the rights of what they belong to, beside their own. <https://hl7.org/fhir/R4/binary.html#security>
//!
//! Where one is at hand, what it belongs to is looked up. A search cannot do that: it finds those that belong to nothing, to a
//! patient, or to what the caller may read all of.

use std::collections::BTreeSet;

use super::{Access, Cover, Limit, Part, Subject, compartment};
use crate::fhir::ResourceType;
use crate::fhir::definitions::resource_types;
use crate::identity::Right;
use crate::records::index::{self, BINARY, SECURITY_CONTEXT};
use crate::records::{Error, Records, Version};
use crate::storage::address::qualifier;
use crate::storage::index_entries::TermEntry;
use crate::storage::resources::{self, Key};
use crate::storage::search::{Condition, TermTest};
use crate::storage::{Connection, TenantId};

/// What a Binary belongs to, or did before that was deleted; none of what belongs to nothing that is there.
///
/// # Errors
/// When the database fails.
pub(in crate::records) async fn context(
    connection: &mut Connection,
    tenant: TenantId,
    body: Option<&str>,
) -> Result<Option<Version>, Error> {
    let Some(body) = body.filter(|body| body.contains("\"securityContext\"")) else { return Ok(None) };
    let binary = serde_json::from_str(body).map_err(Error::internal)?;
    let Some((resource_type, id)) = index::security_context(&binary) else { return Ok(None) };
    if resource_type.as_str() == BINARY {
        return Ok(None);
    }
    let key = Key { tenant, resource_type: resource_type.as_str(), id };
    let Some(found) = resources::current(connection, key).await? else { return Ok(None) };
    if found.body.is_some() {
        return Ok(Some(found));
    }
    Ok(resources::version(connection, key, found.number.saturating_sub(1)).await?)
}

impl Records {
    /// The same, by a connection of its own.
    pub(in crate::records) async fn context_of(
        &self,
        tenant: TenantId,
        body: Option<&str>,
    ) -> Result<Option<Version>, Error> {
        let mut connection = self.store.alone(tenant).await?;
        let found = context(&mut connection, tenant, body).await;
        connection.finish(found).await
    }
}

impl Access<'_> {
    /// That a Binary belongs to what the caller may read, as far as that can be told without looking; none where it can be anything.
    pub(super) fn within_binary(&self, binary: ResourceType) -> Option<Condition> {
        let others = || resource_types().filter(|one| one.as_str() != BINARY);
        let readable: Vec<_> = others().filter(|one| self.limit(Right::Read, *one) == Limit::All).collect();
        if readable.len() == others().count() {
            return None;
        }
        let slot = index::slot(binary, SECURITY_CONTEXT);
        let test = |qualifier| TermTest { slot, value: None, qualifier };
        let of_nothing = Condition::Not(Box::new(Condition::Term(vec![test(None)])));
        let of_those = readable.iter().map(|one| test(Some(qualifier(one.as_str())))).collect();
        let mut ways = vec![of_nothing, Condition::Term(of_those)];
        ways.extend(self.of_some_patients(slot));
        Some(Condition::any(ways))
    }

    /// That a Binary belongs to a Patient that the caller may read; none where that is every Patient or none. Which patients, the
    /// addresses in the limit tell: what else it asks of them is not known here, and lets nothing through.
    fn of_some_patients(&self, slot: i32) -> Option<Condition> {
        let patient = ResourceType::parse(compartment::PATIENT)?;
        let Limit::Part(Part { within, kept }) = self.limit(Right::Read, patient) else { return None };
        let (kept_within, kept_without) =
            kept.as_deref().map_or((None, None), |kept| (kept.within.as_ref(), kept.without.as_ref()));
        let mut allowed: Option<BTreeSet<i64>> = None;
        for condition in within.iter().chain(kept_within) {
            let these = addresses_that_suffice(condition);
            allowed = Some(match allowed {
                None => these,
                Some(those) => &those & &these,
            });
        }
        let denied = kept_without.map(addresses_named).unwrap_or_default();
        // One who is linked to somebody of whom a Consent denies is withheld, too.
        let is_withheld = kept_without.map(|without| Condition::PointsAt {
            slots: vec![slot],
            names: None,
            target: compartment::PATIENT,
            conditions: vec![without.clone()],
        });
        let is_let = is_withheld.map(|withheld| Condition::Not(Box::new(withheld)));
        let of = |patients: &BTreeSet<i64>| {
            let tests = patients.iter().map(|one| TermTest { slot, value: Some(*one), qualifier: None });
            Condition::Term(tests.collect())
        };
        let mut all = match allowed {
            Some(allowed) if (&allowed - &denied).is_empty() => return None,
            Some(allowed) => vec![of(&(&allowed - &denied))],
            None => {
                let any = TermTest { slot, value: None, qualifier: Some(qualifier(compartment::PATIENT)) };
                vec![Condition::Term(vec![any]), Condition::Not(Box::new(of(&denied)))]
            }
        };
        all.extend(is_let);
        Some(Condition::all(all))
    }

    /// Whether a right goes to a Binary that belongs to this.
    ///
    /// # Errors
    /// When what is kept is not a resource.
    pub(in crate::records) fn cover_of_binary(
        &self,
        right: Right,
        binary: &Version,
        context: Option<&Version>,
    ) -> Result<Cover, Error> {
        let known = ResourceType::parse(&binary.resource_type).filter(|_| binary.body.is_some());
        let Some(resource_type) = known else { return Ok(Cover::Outside) };
        let mut entries = index::entries_of(self.parameters, binary)?;
        if let Some(context) = context {
            let cover = self.cover_of(Right::Read, context)?;
            if cover != Cover::Full {
                return Ok(cover);
            }
            let slot = index::slot(resource_type, SECURITY_CONTEXT);
            let patients = compartment::patients(context, &index::entries_of(self.parameters, context)?);
            let qualifier = qualifier(compartment::PATIENT);
            entries.terms.extend(patients.into_iter().map(|value| TermEntry {
                slot,
                value,
                qualifier,
                code: None,
            }));
        }
        let limit = self.limit_by_itself(right, resource_type);
        let updated_us = binary.updated.timestamp_micros();
        Ok(limit.cover(Subject { resource_type, id: &binary.id, updated_us }, &entries))
    }
}

/// The resources that meet the condition by being who they are.
fn addresses_that_suffice(condition: &Condition) -> BTreeSet<i64> {
    match condition {
        Condition::Address(addresses) => addresses.iter().copied().collect(),
        Condition::Any(conditions) => conditions.iter().flat_map(addresses_that_suffice).collect(),
        Condition::All(conditions) => {
            let mut each = conditions.iter().map(addresses_that_suffice);
            let first = each.next().unwrap_or_default();
            each.fold(first, |those, these| &those & &these)
        }
        Condition::Type(_)
        | Condition::Term(_)
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
        | Condition::Words(..) => BTreeSet::new(),
    }
}

/// The resources that the condition names, whatever else it asks of them.
fn addresses_named(condition: &Condition) -> BTreeSet<i64> {
    match condition {
        Condition::Address(addresses) => addresses.iter().copied().collect(),
        Condition::Any(conditions) | Condition::All(conditions) => {
            conditions.iter().flat_map(addresses_named).collect()
        }
        Condition::Type(_)
        | Condition::Term(_)
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
        | Condition::Words(..) => BTreeSet::new(),
    }
}
