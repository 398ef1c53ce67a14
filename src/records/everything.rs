//! `$everything`: a patient or an encounter with all that belongs to it, and what that refers to.
//! <https://hl7.org/fhir/R4/patient-operation-everything.html>, <https://hl7.org/fhir/R4/encounter-operation-everything.html>

use super::search::{Also, Page, Query, Total, Within};
use super::{Error, Records, Stored};
use crate::fhir::ResourceType;
use crate::fhir::date::interval;
use crate::identity::Caller;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Everything {
    /// Patient or Encounter.
    pub of: ResourceType,
    /// Its id.
    pub id: String,
    /// Only what is about a time from this microsecond since 1970 on, to the one before that; what tells no time is among it.
    pub care: Option<(i64, i64)>,
    /// Only what changed since, as an instant.
    pub since: Option<String>,
    /// Only these types, separated by commas.
    pub types: Option<String>,
    /// Results a page.
    pub count: u16,
    /// The cursor that the page before gave.
    pub after: Option<String>,
    /// The base of this server's own URLs.
    pub base_url: String,
}

impl Records {
    /// One page of it.
    ///
    /// # Errors
    /// When the patient or encounter is not there, or the caller may not read it or search anything.
    pub async fn everything(&self, caller: &Caller, asked: Everything) -> Result<Page, Error> {
        let Everything { of, id, care, since, types, count, after, base_url } = asked;
        let (quiet, asked_types) = (caller.quietly(), types.clone());
        let itself = self.read(&quiet, of, &id).await?;
        let is_wanted = after.is_none()
            && types.as_ref().is_none_or(|types| types.split(',').any(|one| one == of.as_str()))
            && since.as_ref().is_none_or(|since| {
                interval(since).is_some_and(|since| itself.updated.timestamp_micros() >= since.low)
            });
        let mut parameters = vec![("_include".to_owned(), "*".to_owned())];
        parameters.extend(since.map(|since| ("_lastUpdated".to_owned(), format!("ge{since}"))));
        parameters.extend(types.map(|types| ("_type".to_owned(), types)));
        let query = Query {
            parameters,
            count,
            total: Total::IfKnown,
            after,
            also: care.map(|(low, high)| Also::AboutTime(low, high)).into_iter().collect(),
            base_url,
            ..Query::default()
        };
        let within = Within { resource_type: None, compartment: Some((of, id)) };
        let mut page = self.search_within(&quiet, &within, &query).await?;
        let is_itself = |found: &Stored| found.resource_type == itself.resource_type && found.id == itself.id;
        page.included.retain(|found| !is_itself(found));
        // An encounter is in its own compartment, a patient is not. It comes first, once, with what it refers to.
        page.resources.retain(|found| !is_itself(found));
        if is_wanted {
            let (referred, is_cut) = self.referred(&quiet, std::slice::from_ref(&itself)).await?;
            page.is_cut |= is_cut;
            for found in referred {
                let is_there = |one: &Stored| one.resource_type == found.resource_type && one.id == found.id;
                if !page.included.iter().chain(&page.resources).any(is_there) {
                    page.included.push(found);
                }
            }
        }
        if let Some(types) = &asked_types {
            page.included.retain(|found| types.split(',').any(|one| one == found.resource_type));
        }
        self.audit_answer(caller, "everything", &itself).await?;
        if is_wanted {
            page.total = page.total.map(|total| total.saturating_add(i64::from(of.as_str() == "Patient")));
            page.resources.insert(0, itself);
        }
        Ok(page)
    }
}
