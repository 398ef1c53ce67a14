//! The names of the patients that results are of.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use super::staff::Staff;
use crate::fhir::ResourceType;
use crate::http::pages::shown::ShownPatient;
use crate::records::Error;
use crate::records::search::{Query, Total};

/// Patients by id.
pub struct Names(HashMap<String, ShownPatient>);

impl Names {
    /// The patients that these resources are of, as far as the person may read them.
    pub async fn of(staff: &Staff, resources: &[&Value]) -> Result<Self, Error> {
        let ids: BTreeSet<_> = resources.iter().filter_map(|resource| patient(resource)).collect();
        if ids.is_empty() {
            return Ok(Self(HashMap::new()));
        }
        let ids: Vec<_> = ids.into_iter().collect();
        let count = u16::try_from(ids.len()).unwrap_or(u16::MAX);
        let parameters = vec![("_id".to_owned(), ids.join(","))];
        let query = Query { parameters, count, total: Total::Unwanted, ..Query::default() };
        let of_patients = ResourceType::parse("Patient").ok_or(Error::UnknownType)?;
        let page = staff.records().search(&staff.caller.quietly(), of_patients, &query).await?;
        let shown = page.resources.iter().map(|stored| Ok((stored.id.clone(), ShownPatient::of(stored)?)));
        Ok(Self(shown.collect::<Result<_, Error>>()?))
    }

    /// The name of the patient that a resource is of; empty where it is of none.
    pub fn name(&self, resource: &Value) -> String {
        let known = patient(resource).and_then(|id| self.0.get(id));
        let told =
            ["subject", "patient"].iter().find_map(|name| resource.get(name)?.get("display")?.as_str());
        known.map(|patient| patient.name.clone()).or_else(|| told.map(str::to_owned)).unwrap_or_default()
    }
}

/// The id of the Patient that a resource is of.
pub fn patient(resource: &Value) -> Option<&str> {
    let to = ["subject", "patient"].iter().find_map(|name| resource.get(name)?.get("reference")?.as_str())?;
    to.strip_prefix("Patient/")
}
