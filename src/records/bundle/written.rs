//! Writing what the entries ask for, once it is known what each is about.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use super::checked::{Checked, Planned};
use super::identities::{self, Identities, Identity};
use super::links::Links;
use super::{MOST_ANSWERED_BYTES, Target, Wanted, too_long};
use crate::fhir::ResourceType;
use crate::fhir::outcome::IssueType;
use crate::identity::Caller;
use crate::records::aside::aside;
use crate::records::transact::{Change, Done, Prepared};
use crate::records::{Error, Records, Written, create, delete, patch, update};
use crate::storage::audit::AuditRow;
use crate::storage::heads::{self, Wanted as Row};
use crate::storage::{Connection, TenantId};

impl Records {
    /// Does all that the entries ask for, and gives what the audit is to tell of it.
    pub(super) async fn write_entries(
        &self,
        caller: &Caller,
        checked: &Arc<Checked>,
        connection: &mut Connection,
    ) -> Result<(Vec<Written>, Vec<AuditRow>), Error> {
        let parameters = self.known.for_writing(connection, caller.tenant).await?;
        if !checked.searches.is_empty() && !parameters.is_same(&checked.parameters) {
            return Err(Error::Conflict);
        }
        let now_us = self.clock.now().timestamp_micros();
        let identities = Arc::new(identities::find(caller.tenant, checked, now_us, connection).await?);
        let numbers = numbers(caller.tenant, checked, &identities, connection).await?;
        let number =
            |resource_type: ResourceType, id: &str| numbers.get(&(resource_type, id.to_owned())).copied();
        let links = Arc::new(Links::new(checked, &identities, number));
        let writes = {
            let load = checked.load();
            let (by, checked, identities) = (caller.clone(), Arc::clone(checked), Arc::clone(&identities));
            let work = move || writes(&by, &checked, &identities, &links);
            aside(load, work).await??
        };
        let (positions, prepared): (Vec<_>, Vec<_>) = writes.into_iter().unzip();
        let done: Vec<_> = prepared.iter().map(Done::of).collect();
        let placed = |(at, error): (Option<usize>, Error)| {
            let position = at.and_then(|at| positions.get(at).copied());
            match position.and_then(|position| checked.entries.get(position)) {
                Some(planned) => error.in_entry(planned.entry.at),
                None => error,
            }
        };
        let written = self.write_unaudited(caller, parameters, prepared, connection).await.map_err(placed)?;
        let results = results(checked, &identities, &positions, &written)?;
        let rows = self.rows(caller, checked, &identities, &results, &done, &written);
        Ok((results, rows))
    }

    /// A row for each resource that was written, and for each entry that wrote none.
    fn rows(
        &self,
        caller: &Caller,
        checked: &Checked,
        identities: &Identities,
        results: &[Written],
        done: &[Done],
        written: &[Written],
    ) -> Vec<AuditRow> {
        let mut rows = self.rows_of_writes(caller, done, written);
        // Behind what the entries wrote stands the Provenance that came with them.
        for stored in written.iter().skip(done.len()).filter_map(|written| written.stored.as_ref()) {
            if let Some(resource_type) = ResourceType::parse(&stored.resource_type) {
                let subject = ((resource_type, stored.id.as_str()), stored.version);
                rows.push(self.audit_row(caller, "create", Some(subject)));
            }
        }
        for ((planned, identity), result) in checked.entries.iter().zip(&identities.of_entry).zip(results) {
            let resource_type = planned.entry.resource_type;
            match (identity, &result.stored) {
                (Identity::Found(_) | Identity::SameAs(_), Some(stored)) => {
                    let subject = ((resource_type, stored.id.as_str()), stored.version);
                    let patient = result.patient.clone().or_else(|| stored.patient());
                    let row = self.audit_row(caller, "create", Some(subject));
                    rows.push(AuditRow { patient, ..row });
                }
                (Identity::Several(all), _) if all.is_empty() => {
                    let row = self.audit_row(caller, "delete", None);
                    rows.push(AuditRow { type_: Some(resource_type.to_string()), ..row });
                }
                (Identity::New(_) | Identity::Known(..) | Identity::Several(_), _)
                | (Identity::Found(_) | Identity::SameAs(_), None) => {}
            }
        }
        rows
    }
}

/// A resource that an entry changes.
struct Changed<'a> {
    resource_type: ResourceType,
    id: &'a str,
    /// The version that a search found.
    found: Option<i64>,
    /// The entry's position in the Bundle.
    at: usize,
}

impl Changed<'_> {
    fn row(&self) -> Row<'_> {
        Row { resource_type: self.resource_type.as_str(), id: self.id, body: false }
    }
}

/// What the entries change that may be there already.
fn changed<'a>(checked: &'a Checked, identities: &'a Identities) -> Vec<Changed<'a>> {
    let mut all = Vec::new();
    for (planned, identity) in checked.entries.iter().zip(&identities.of_entry) {
        let (resource_type, at) = (planned.entry.resource_type, planned.entry.at);
        let one = |id: &'a str, found| Changed { resource_type, id, found, at };
        match identity {
            Identity::Known(id, found) => all.push(one(id, *found)),
            Identity::Several(several) => {
                all.extend(several.iter().map(|(id, found)| one(id, Some(*found))));
            }
            // An update may make it under an id that was deleted.
            Identity::New(id) if !matches!(planned.entry.wanted, Wanted::Create { .. }) => {
                all.push(one(id, None));
            }
            Identity::New(_) | Identity::Found(_) | Identity::SameAs(_) => {}
        }
    }
    all
}

/// The current versions of what is changed, locked, where somebody must know them before the writes: a search found one, which
/// must still be current, or a reference asks to name a version.
async fn numbers(
    tenant: TenantId,
    checked: &Checked,
    identities: &Identities,
    connection: &mut Connection,
) -> Result<HashMap<(ResourceType, String), i64>, Error> {
    let changed = changed(checked, identities);
    let mut numbers = HashMap::new();
    if !checked.version_specific && changed.iter().all(|changed| changed.found.is_none()) {
        return Ok(numbers);
    }
    let rows: Vec<_> = changed.iter().map(Changed::row).collect();
    for head in heads::lock_all(connection, tenant, &rows).await? {
        if let Some(resource_type) = ResourceType::parse(&head.type_) {
            numbers.insert((resource_type, head.id), head.number);
        }
    }
    for Changed { resource_type, id, found, at } in changed {
        // Another writer was faster: it may no longer match.
        if found.is_some() && found != numbers.get(&(resource_type, id.to_owned())).copied() {
            return Err(Error::Conflict.in_entry(at));
        }
    }
    Ok(numbers)
}

/// The writes, each with the position of its entry; pure, but long for many.
fn writes(
    caller: &Caller,
    checked: &Checked,
    identities: &Identities,
    links: &Arc<Links>,
) -> Result<Vec<(usize, Prepared)>, Error> {
    let mut writes = Vec::with_capacity(checked.entries.len());
    for (position, (planned, identity)) in checked.entries.iter().zip(&identities.of_entry).enumerate() {
        let (ids, is_new): (Vec<&str>, bool) = match identity {
            Identity::New(id) => (vec![id], true),
            Identity::Known(id, _) => (vec![id], false),
            Identity::Several(several) => (several.iter().map(|(id, _)| id.as_str()).collect(), false),
            Identity::Found(_) | Identity::SameAs(_) => continue,
        };
        for id in ids {
            let write = write(caller, planned, id, is_new, links);
            writes.push((position, write.map_err(|error| error.in_entry(planned.entry.at))?));
        }
    }
    Ok(writes)
}

fn write(
    caller: &Caller,
    planned: &Planned,
    id: &str,
    is_new: bool,
    links: &Arc<Links>,
) -> Result<Prepared, Error> {
    let resource_type = planned.entry.resource_type;
    let full_url = planned.entry.full_url.as_deref();
    let linked = |resource: &Value| {
        let mut resource = resource.clone();
        links.rewrite(&mut resource, full_url);
        resource
    };
    match &planned.entry.wanted {
        Wanted::Create { resource, .. } => {
            Ok(Prepared::Create(create::checked(resource_type, linked(resource), id.to_owned())))
        }
        Wanted::Update { resource, precondition, target } => {
            let sent = resource.get("id").and_then(Value::as_str);
            if matches!(target, Target::Where(_)) && sent.is_some_and(|sent| sent != id) {
                let text = "the resource's id must be that of the resource which matches the criteria";
                return Err(Error::BadRequest(IssueType::Invalid, text.to_owned()));
            }
            let (resource, id) = (linked(resource), id.to_owned());
            let mut update = update::checked(caller, resource_type, resource, id, precondition.clone())?;
            update.must_be_new = is_new;
            Ok(Prepared::Update(update))
        }
        Wanted::Patch { patch, precondition, .. } => {
            let mut patch =
                patch::prepare(caller, resource_type, id.to_owned(), patch.clone(), precondition.clone())?;
            let (links, full_url) = (Arc::clone(links), full_url.map(str::to_owned));
            patch.finish = Some(Box::new(move |patched| links.rewrite(patched, full_url.as_deref())));
            Ok(Prepared::Patch(patch))
        }
        Wanted::Delete { precondition, .. } => {
            Ok(Prepared::Delete(delete::prepare(caller, resource_type, id.to_owned(), precondition.clone())?))
        }
    }
}

/// The result of each entry, unless what several share comes to more than an answer holds.
fn results(
    checked: &Checked,
    identities: &Identities,
    positions: &[usize],
    written: &[Written],
) -> Result<Vec<Written>, Error> {
    let mut of_position: HashMap<usize, Vec<&Written>> = HashMap::new();
    for (position, written) in positions.iter().zip(written) {
        of_position.entry(*position).or_default().push(written);
    }
    let nothing = Written { change: Change::Nothing, version: 0, stored: None, patient: None };
    let result = |position: usize| match of_position.get(&position).map(Vec::as_slice) {
        None | Some([]) => nothing.clone(),
        Some([one]) => (*one).clone(),
        Some(_) => Written { change: Change::Deleted, ..nothing.clone() },
    };
    let mut repeated = 0_usize;
    let of_identity = |(position, (planned, identity)): (usize, (&Planned, &Identity))| match identity {
        Identity::New(_) | Identity::Known(..) | Identity::Several(_) => Ok(result(position)),
        Identity::SameAs(other) => {
            let same = Written { change: Change::Nothing, ..result(*other) };
            let size = same.stored.as_ref().map_or(0, |stored| stored.body.len());
            repeated = repeated.saturating_add(size);
            if repeated > MOST_ANSWERED_BYTES {
                return Err(too_long().in_entry(planned.entry.at));
            }
            Ok(same)
        }
        Identity::Found(found) => {
            let address = (planned.entry.resource_type, found.id.clone());
            let stored = identities.found.get(&address).cloned();
            Ok(Written { change: Change::Nothing, version: found.number, stored, patient: None })
        }
    };
    checked.entries.iter().zip(&identities.of_entry).enumerate().map(of_identity).collect()
}
