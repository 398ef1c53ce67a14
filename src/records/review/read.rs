//! Reading a result with all that belongs to it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Item, MOST, OBSERVATION, Part, REPORT};
use crate::fhir::ResourceType;
use crate::fhir::codes::hl7::v3_observation_value::ARTIFICIAL_INTELLIGENCE_ASSERTED;
use crate::identity::Caller;
use crate::records::search::{Query, Total};
use crate::records::{Error, Records, Stored};

/// So many ids are asked for in one search.
const AT_ONCE: usize = 100;

impl Records {
    /// A result by the DiagnosticReport or the Observation that stands for it. The reads are part of what the caller does, which has a
    /// row of its own in the trail.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none, or the caller may not read it.
    pub async fn result(&self, caller: &Caller, resource_type: &str, id: &str) -> Result<Item, Error> {
        if ![OBSERVATION, REPORT].contains(&resource_type) {
            return Err(Error::NotFound);
        }
        let caller = &caller.quietly();
        let root = part(self.read(caller, of_name(resource_type)?, id).await?)?;
        let mut item = Item { parts: vec![root], media: Vec::new(), models: Vec::new(), lacks_some: false };
        if resource_type == REPORT {
            self.add_results(caller, &mut item).await?;
        } else {
            self.add_of_picture(caller, &mut item).await?;
        }
        let media: BTreeSet<_> = item.parts.iter().flat_map(|part| media(&part.json)).collect();
        let media: Vec<_> = media.into_iter().collect();
        item.media =
            self.by_ids(caller, "Media", &media).await?.iter().map(Stored::json).collect::<Result<_, _>>()?;
        item.models = self.models(caller, &item).await?;
        Ok(item)
    }

    /// The Observations that a report tells of.
    async fn add_results(&self, caller: &Caller, item: &mut Item) -> Result<(), Error> {
        let Some(root) = item.root() else { return Ok(()) };
        let ids: Vec<_> = references(&root.json, "result", OBSERVATION).collect();
        let found = self.by_ids(caller, OBSERVATION, &ids).await?;
        item.lacks_some = found.len() < ids.len();
        // In the report's own order.
        let at = |stored: &Stored| ids.iter().position(|id| *id == stored.id);
        let mut found: Vec<_> = found.into_iter().map(|stored| (at(&stored), stored)).collect();
        found.sort_by_key(|(at, _)| *at);
        for (_, stored) in found {
            item.parts.push(part(stored)?);
        }
        Ok(())
    }

    /// The other Observations that models made of the same picture, and the reports on them.
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
            item.parts.push(part(stored)?);
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
        let told = self.all_by(caller, "Provenance", &[("target", targets.join(","))]).await?;
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

    /// The resources of a type that match, up to [`MOST`].
    pub(super) async fn all_by(
        &self,
        caller: &Caller,
        name: &str,
        by: &[(&str, String)],
    ) -> Result<Vec<Stored>, Error> {
        let parameters = by.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let query =
            Query { parameters, count: MOST, total: Total::Unwanted, strict: true, ..Query::default() };
        // The type of this future is part of those of all that call it: boxed, it is not too deep for the compiler.
        let page = Box::pin(self.search(caller, of_name(name)?, &query)).await?;
        Ok(page.resources)
    }
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
    texts.filter_map(move |to| to.strip_prefix(of)?.strip_prefix('/').map(str::to_owned))
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
