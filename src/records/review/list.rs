//! The results of a source that no person has judged, newest first.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::Value;

use super::{OBSERVATION, Source};
use crate::fhir::ResourceType;
use crate::fhir::codes::hl7::v3_observation_value::ARTIFICIAL_INTELLIGENCE_ASSERTED;
use crate::identity::Caller;
use crate::records::search::{Query, Total};
use crate::records::{Error, Records, Stored, is_id};

/// The words of what was not withdrawn.
const STANDING: &str = "registered,partial,preliminary,final,amended,corrected,appended";
/// So many resources are read at once for a page of results: one result may have several.
const READ: u16 = 100;
/// So many are read where all are of one time: one request wrote them together.
const OF_ONE_TIME: usize = 10_000;

/// A result that waits for a person.
#[derive(Debug)]
pub struct Listed {
    /// The resource that stands for it.
    pub stored: Stored,
    /// Its JSON.
    pub json: Value,
    /// How many Observations of the same picture stand for it too.
    pub others: usize,
}

/// Results that wait, newest first.
#[derive(Debug)]
pub struct Listing {
    /// Each once.
    pub results: Vec<Listed>,
    /// Whether there are older ones.
    pub is_cut: bool,
}

impl Records {
    /// The results of a source that wait for a person, newest first: those that were written before that time, where one is given. Those
    /// of one time are all on one page.
    ///
    /// # Errors
    /// When they cannot be searched.
    pub async fn unjudged(
        &self,
        caller: &Caller,
        source: &Source,
        before: Option<DateTime<Utc>>,
        count: usize,
    ) -> Result<Listing, Error> {
        let (resources, goes_on) = self.newest(caller, source, before).await?;
        let mut listing = Listing { results: Vec::new(), is_cut: goes_on };
        let (first, end) = (resources.first().map(time), resources.last().map(time));
        for stored in resources {
            // Others of this time may be on the next page.
            if goes_on && Some(stored.updated) == end && first != end {
                break;
            }
            let json = stored.json()?;
            let same = listing.results.iter_mut().find(|one| are_one(&one.json, &json));
            if let Some(first) = same {
                first.others = first.others.saturating_add(1);
                continue;
            }
            let last = listing.results.last().map(|last| last.stored.updated);
            if listing.results.len() >= count && last != Some(stored.updated) {
                listing.is_cut = true;
                break;
            }
            listing.results.push(Listed { stored, json, others: 0 });
        }
        Ok(listing)
    }

    /// The newest resources that stand for results of a source that wait, of two times at least, and whether there are older ones.
    async fn newest(
        &self,
        caller: &Caller,
        source: &Source,
        before: Option<DateTime<Utc>>,
    ) -> Result<(Vec<Stored>, bool), Error> {
        let mut query = Query {
            parameters: parameters(source, before),
            sort: Some("-_lastUpdated".to_owned()),
            count: READ,
            total: Total::Unwanted,
            strict: true,
            ..Query::default()
        };
        let mut found: Vec<Stored> = Vec::new();
        loop {
            let page = Box::pin(self.search(&caller.quietly(), resource_type(source)?, &query)).await?;
            let is_none = page.resources.is_empty();
            found.extend(page.resources);
            query.after = page.next;
            // The next page of results begins before a time: it would pass over others of this one.
            let is_enough = found.first().map(time) != found.last().map(time) || found.len() >= OF_ONE_TIME;
            if query.after.is_none() || is_none || is_enough {
                return Ok((found, query.after.is_some()));
            }
        }
    }

    /// Whether a resource stands for a result of a source, judged or not.
    ///
    /// # Errors
    /// When that cannot be searched.
    pub async fn is_of(&self, caller: &Caller, source: &Source, id: &str) -> Result<bool, Error> {
        if !is_id(id) {
            return Ok(false);
        }
        let mut parameters = source.parameters.clone();
        parameters.push(("_id".to_owned(), id.to_owned()));
        let query = Query { parameters, count: 1, total: Total::Unwanted, strict: true, ..Query::default() };
        let page = Box::pin(self.search(&caller.quietly(), resource_type(source)?, &query)).await?;
        Ok(!page.resources.is_empty())
    }

    /// How many resources stand for results of a source that wait.
    ///
    /// # Errors
    /// When they cannot be searched.
    pub async fn count_unjudged(&self, caller: &Caller, source: &Source) -> Result<i64, Error> {
        let query =
            Query { parameters: parameters(source, None), count: 0, strict: true, ..Query::default() };
        let page = self.search(&caller.quietly(), resource_type(source)?, &query).await?;
        Ok(page.total.unwrap_or_default())
    }
}

fn time(stored: &Stored) -> DateTime<Utc> {
    stored.updated
}

fn resource_type(source: &Source) -> Result<ResourceType, Error> {
    ResourceType::parse(source.resource_type).ok_or(Error::UnknownType)
}

fn parameters(source: &Source, before: Option<DateTime<Utc>>) -> Vec<(String, String)> {
    let label = ARTIFICIAL_INTELLIGENCE_ASSERTED;
    let own = [("_security", format!("{}|{}", label.system, label.code)), ("status", STANDING.to_owned())];
    let before = before
        .map(|time| ("_lastUpdated", format!("lt{}", time.to_rfc3339_opts(SecondsFormat::Micros, true))));
    let own = own.into_iter().chain(before).map(|(name, value)| (name.to_owned(), value));
    source.parameters.iter().cloned().chain(own).collect()
}

/// Whether two Observations are of one picture: they are one result.
fn are_one(one: &Value, other: &Value) -> bool {
    let picture = |resource: &Value| {
        let is_observation = resource.get("resourceType").and_then(Value::as_str) == Some(OBSERVATION);
        let source = resource.pointer("/derivedFrom/0/reference").and_then(Value::as_str).map(str::to_owned);
        source.filter(|source| is_observation && source.starts_with("Media/"))
    };
    picture(one).is_some_and(|picture_of_one| picture(other) == Some(picture_of_one))
}
