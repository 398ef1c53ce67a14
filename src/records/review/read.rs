//! Reading a result with all that belongs to it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Item, MOST, OBSERVATION, Part, REPORT};
use crate::fhir::ResourceType;
use crate::fhir::codes::hl7::v3_observation_value::ARTIFICIAL_INTELLIGENCE_ASSERTED;
use crate::fhir::outcome::IssueType;
use crate::identity::Caller;
use crate::records::search::{Query, Total};
use crate::records::{Error, Records, Stored, is_id};

/// So many ids are asked for in one search.
const AT_ONCE: usize = 100;
/// So many pages of a search are read: a page ends early where its resources are large.
const PAGES: usize = 20;

impl Records {
    /// A result by the DiagnosticReport or the Observation that stands for it. The reads are part of what the caller does, which has a
    /// row of its own in the trail.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none, or the caller may not read it; [`Error::BadRequest`] where it has more resources than
    /// are read.
    pub async fn result(&self, caller: &Caller, resource_type: &str, id: &str) -> Result<Item, Error> {
        if ![OBSERVATION, REPORT].contains(&resource_type) {
            return Err(Error::NotFound);
        }
        let caller = &caller.quietly();
        let root = part(self.read(caller, of_name(resource_type)?, id).await?)?;
        let mut item = Item { parts: vec![root], media: Vec::new(), models: Vec::new(), lacks_some: false };
        if resource_type == REPORT {
            let report = item.root().map(|root| root.json.clone()).unwrap_or_default();
            self.add_results(caller, &mut item, &report).await?;
        } else {
            self.add_of_picture(caller, &mut item).await?;
        }
        item.lacks_some |= self.lacks_members(caller, &item).await?;
        let media: BTreeSet<_> = item.parts.iter().flat_map(|part| media(&part.json)).collect();
        let media: Vec<_> = media.into_iter().collect();
        item.media =
            self.by_ids(caller, "Media", &media).await?.iter().map(Stored::json).collect::<Result<_, _>>()?;
        item.models = self.models(caller, &item).await?;
        Ok(item)
    }

    /// The Observations that a report tells of, unless they are there already.
    async fn add_results(&self, caller: &Caller, item: &mut Item, report: &Value) -> Result<(), Error> {
        let (mut ids, is_short) = named(report, "result", OBSERVATION);
        if ids.len() > usize::from(MOST) {
            return Err(too_many());
        }
        let observations = item.parts.iter().filter(|part| part.stored.resource_type == OBSERVATION);
        let there: BTreeSet<_> = observations.map(|part| part.stored.id.clone()).collect();
        ids.retain(|id| !there.contains(id));
        let found = self.by_ids(caller, OBSERVATION, &ids).await?;
        item.lacks_some |= is_short || found.len() < ids.len();
        // In the report's own order.
        let at = |stored: &Stored| ids.iter().position(|id| *id == stored.id);
        let mut found: Vec<_> = found.into_iter().map(|stored| (at(&stored), stored)).collect();
        found.sort_by_key(|(at, _)| *at);
        for (_, stored) in found {
            item.parts.push(part(stored)?);
        }
        Ok(())
    }

    /// Whether an Observation names members that the caller cannot read: what is counted from them nobody answers for without them.
    async fn lacks_members(&self, caller: &Caller, item: &Item) -> Result<bool, Error> {
        let mut wanted = BTreeSet::new();
        for part in &item.parts {
            let (ids, is_short) = named(&part.json, "hasMember", OBSERVATION);
            if is_short {
                return Ok(true);
            }
            wanted.extend(ids);
        }
        let wanted: Vec<_> = wanted.into_iter().collect();
        for some in wanted.chunks(AT_ONCE) {
            let parameters = vec![("_id".to_owned(), some.join(","))];
            let query = Query { parameters, count: 0, total: Total::Exact, strict: true, ..Query::default() };
            let page = Box::pin(self.search(caller, of_name(OBSERVATION)?, &query)).await?;
            let found = page.total.and_then(|total| usize::try_from(total).ok()).unwrap_or_default();
            if found < some.len() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The other Observations that models made of the same picture, the reports on them, and what else these tell of.
    async fn add_of_picture(&self, caller: &Caller, item: &mut Item) -> Result<(), Error> {
        let Some(root) = item.root() else { return Ok(()) };
        let own = root.stored.id.clone();
        let picture = references(&root.json, "derivedFrom", "Media").next();
        let mut ids = vec![format!("{OBSERVATION}/{own}")];
        if let Some(picture) = picture {
            let label = ARTIFICIAL_INTELLIGENCE_ASSERTED;
            let label = format!("{}|{}", label.system, label.code);
            let by = [("derived-from", format!("Media/{picture}")), ("_security", label)];
            for stored in self.all_by(caller, OBSERVATION, &by).await? {
                if stored.id != own {
                    ids.push(format!("{OBSERVATION}/{}", stored.id));
                    item.parts.push(part(stored)?);
                }
            }
        }
        for stored in self.all_by(caller, REPORT, &[("result", ids.join(","))]).await? {
            let report = part(stored)?;
            let json = report.json.clone();
            item.parts.push(report);
            self.add_results(caller, item, &json).await?;
            if item.parts.len() > usize::from(MOST) {
                return Err(too_many());
            }
        }
        Ok(())
    }

    /// The models that the Provenance of a result names.
    async fn models(&self, caller: &Caller, item: &Item) -> Result<Vec<String>, Error> {
        let targets = item.parts.iter().filter(|part| part.is_unconfirmed());
        let targets: Vec<_> = targets
            .take(AT_ONCE)
            .map(|part| format!("{}/{}", part.stored.resource_type, part.stored.id))
            .collect();
        if targets.is_empty() {
            return Ok(Vec::new());
        }
        // Of more than are read the first tell enough.
        let (told, _) = self.some_by(caller, "Provenance", &[("target", targets.join(","))]).await?;
        let mut devices = BTreeSet::new();
        for provenance in told {
            let json = provenance.json()?;
            let agents = json.get("agent").and_then(Value::as_array).into_iter().flatten();
            let who = agents.filter_map(|agent| agent.pointer("/who/reference").and_then(Value::as_str));
            devices.extend(who.filter_map(|who| who.strip_prefix("Device/")).map(str::to_owned));
        }
        let found = self.by_ids(caller, "Device", &devices.into_iter().collect::<Vec<_>>()).await?;
        found.iter().map(|stored| Ok(model(&stored.json()?))).collect()
    }

    /// The resources of a type with these ids, as far as the caller may read them.
    async fn by_ids(&self, caller: &Caller, name: &str, ids: &[String]) -> Result<Vec<Stored>, Error> {
        let mut found = Vec::new();
        for some in ids.chunks(AT_ONCE) {
            found.extend(self.all_by(caller, name, &[("_id", some.join(","))]).await?);
        }
        Ok(found)
    }

    /// The resources of a type that match: all of them.
    ///
    /// # Errors
    /// [`Error::BadRequest`] where they are more than [`MOST`], or too large together.
    pub(super) async fn all_by(
        &self,
        caller: &Caller,
        name: &str,
        by: &[(&str, String)],
    ) -> Result<Vec<Stored>, Error> {
        let (found, is_cut) = self.some_by(caller, name, by).await?;
        if is_cut { Err(too_many()) } else { Ok(found) }
    }

    /// The resources of a type that match, about [`MOST`] of them, and whether there are others.
    async fn some_by(
        &self,
        caller: &Caller,
        name: &str,
        by: &[(&str, String)],
    ) -> Result<(Vec<Stored>, bool), Error> {
        let parameters = by.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let mut query =
            Query { parameters, count: MOST, total: Total::Unwanted, strict: true, ..Query::default() };
        let mut found = Vec::new();
        for _ in 0..PAGES {
            // The type of this future is part of those of all that call it: boxed, it is not too deep for the compiler.
            let page = Box::pin(self.search(caller, of_name(name)?, &query)).await?;
            found.extend(page.resources);
            query.after = page.next;
            if query.after.is_none() || found.len() >= usize::from(MOST) {
                break;
            }
        }
        Ok((found, query.after.is_some()))
    }
}

fn too_many() -> Error {
    let text =
        format!("the result has more than {MOST} resources, or they are too large to be read together");
    Error::BadRequest(IssueType::TooCostly, text)
}

pub(super) fn of_name(name: &str) -> Result<ResourceType, Error> {
    ResourceType::parse(name).ok_or(Error::UnknownType)
}

fn part(stored: Stored) -> Result<Part, Error> {
    Ok(Part { json: stored.json()?, stored })
}

/// The ids of what a list of references names, of one type.
pub(super) fn references<'a>(
    resource: &'a Value,
    name: &str,
    of: &'a str,
) -> impl Iterator<Item = String> + use<'a> {
    let all = resource.get(name).and_then(Value::as_array).into_iter().flatten();
    let texts =
        all.filter_map(|one| one.get("reference").or_else(|| one.pointer("/link/reference"))?.as_str());
    let ids = texts.filter_map(move |to| to.strip_prefix(of)?.strip_prefix('/'));
    ids.filter(|id| is_id(id)).map(str::to_owned)
}

/// The same, each once, and whether the list names anything else.
fn named(resource: &Value, name: &str, of: &str) -> (Vec<String>, bool) {
    let mut ids: Vec<_> = references(resource, name, of).collect();
    let is_short = resource.get(name).and_then(Value::as_array).is_some_and(|all| ids.len() < all.len());
    let mut known = BTreeSet::new();
    ids.retain(|id| known.insert(id.clone()));
    (ids, is_short)
}

/// The ids of the Media that a report shows, or an Observation was made of.
fn media(resource: &Value) -> Vec<String> {
    let shown = references(resource, "media", "Media");
    shown.chain(references(resource, "derivedFrom", "Media")).collect()
}

/// A Device, as people call it.
fn model(device: &Value) -> String {
    let name =
        device.pointer("/deviceName/0/name").and_then(Value::as_str).unwrap_or("a device without a name");
    let version = device.pointer("/version/0/value").and_then(Value::as_str).unwrap_or_default();
    format!("{name} {version}").trim_end().to_owned()
}
