//! How a model does here: how sure it was lately and before, and what people made of what it said. From what is stored, so that every
//! process tells the same.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::Value;

use super::staff::Staff;
use super::words::{list, text};
use crate::fhir::ResourceType;
use crate::fhir::unconfirmed::{Standing, is_unconfirmed, stated};
use crate::records::Error;
use crate::records::search::{Query, Total};

/// What is of so many days is compared with what was before.
const RECENT_DAYS: i64 = 7;
/// What is older is not looked at.
const ALL_DAYS: i64 = 56;
/// So many Provenances are looked at, from the newest.
const MOST: u16 = 300;
/// So many ids are asked for in one search.
const AT_ONCE: usize = 100;
/// Upper edges of the bands of confidence.
const BANDS: [f64; 5] = [0.5, 0.7, 0.9, 0.97, 1.01];
/// A share is taken for so much at least: none of few is not never.
const LEAST: f64 = 0.005;
/// Fewer values are no distribution.
const ENOUGH: usize = 20;

/// How a model does.
#[derive(Debug, Default)]
pub struct Figures {
    /// What it said in the last days, and before.
    pub recent: Said,
    /// The same of the weeks before.
    pub before: Said,
    /// How far apart the two are (population stability index); none where there are too few values.
    pub drift: Option<f64>,
    /// Whether there is more than was looked at.
    pub is_cut: bool,
}

/// What a model said in some time.
#[derive(Debug, Default)]
pub struct Said {
    /// Results.
    pub results: usize,
    /// Of these, as people confirmed them.
    pub confirmed: usize,
    /// As people put them right.
    pub corrected: usize,
    /// Withdrawn.
    pub rejected: usize,
    /// How sure it was of each value, from 0 to 1.
    pub confidences: Vec<f64>,
}

/// A band of confidence for a drawing.
pub struct Band {
    /// What it goes to.
    pub name: String,
    /// Percent of the recent values.
    pub recent: u32,
    /// Percent of those before.
    pub before: u32,
}

impl Figures {
    /// The bands, the lowest first.
    pub fn bands(&self) -> Vec<Band> {
        let [recent, before] = [&self.recent, &self.before].map(|said| shares(&said.confidences));
        let names = ["below 50 %", "50 to 70 %", "70 to 90 %", "90 to 97 %", "97 to 100 %"];
        let bands = names.into_iter().zip(recent).zip(before);
        bands
            .map(|((name, recent), before)| Band {
                name: name.to_owned(),
                recent: percent(recent),
                before: percent(before),
            })
            .collect()
    }

    /// How many results people put right.
    pub fn corrected(&self) -> usize {
        self.recent.corrected.saturating_add(self.before.corrected)
    }

    /// How many results people withdrew.
    pub fn rejected(&self) -> usize {
        self.recent.rejected.saturating_add(self.before.rejected)
    }

    /// The drift in words, by the usual reading of the index.
    pub fn verdict(&self) -> String {
        match self.drift {
            None => "too few values to tell".to_owned(),
            Some(drift) if drift < 0.1 => format!("{drift:.2}: no drift"),
            Some(drift) if drift < 0.25 => format!("{drift:.2}: some drift"),
            Some(drift) => format!("{drift:.2}: drift, look into it"),
        }
    }
}

impl Said {
    /// How sure it was on average.
    pub fn mean(&self) -> String {
        let sum: f64 = self.confidences.iter().sum();
        match count(self.confidences.len()) {
            Some(count) if count > 0.0 => format!("{:.0} %", 100.0 * sum / count),
            _ => "not told".to_owned(),
        }
    }
}

/// How the model with this Device does in the tenant.
pub async fn of(staff: &Staff, device: &str) -> Result<Figures, Error> {
    let now = staff.records().now();
    let since = instant(now - TimeDelta::days(ALL_DAYS));
    let by = [("agent", format!("Device/{device}")), ("recorded", format!("ge{since}"))];
    let (told, is_cut) = search(staff, "Provenance", &by, Some("-recorded"), MOST).await?;
    let mut of_targets = BTreeMap::new();
    for provenance in &told {
        let recorded = text(provenance, "recorded").and_then(|at| DateTime::parse_from_rfc3339(at).ok());
        let is_recent = recorded.is_some_and(|at| now - at.to_utc() < TimeDelta::days(RECENT_DAYS));
        let targets = list(provenance, "target").filter_map(|to| text(to, "reference"));
        of_targets.extend(targets.map(|to| (unversioned(to), is_recent)));
    }
    let mut figures = Figures { is_cut, ..Figures::default() };
    for name in ["Observation", "DiagnosticReport"] {
        let ids =
            of_targets.keys().filter_map(|to| to.strip_prefix(name)?.strip_prefix('/')).collect::<Vec<_>>();
        for some in ids.chunks(AT_ONCE) {
            let count = u16::try_from(some.len()).unwrap_or(MOST);
            let (found, _) = search(staff, name, &[("_id", some.join(","))], None, count).await?;
            for resource in &found {
                let key = format!("{name}/{}", text(resource, "id").unwrap_or_default());
                let is_recent = of_targets.get(&key).copied().unwrap_or_default();
                add(if is_recent { &mut figures.recent } else { &mut figures.before }, resource);
            }
        }
    }
    figures.drift = drift(&figures.recent.confidences, &figures.before.confidences);
    Ok(figures)
}

/// Counts a resource that a model made.
fn add(said: &mut Said, resource: &Value) {
    said.confidences.extend(confidences(resource));
    if text(resource, "resourceType") != Some("Observation") {
        return;
    }
    said.results = said.results.saturating_add(1);
    let judged = match (Standing::of(resource), is_unconfirmed(resource), text(resource, "status")) {
        (Standing::Withdrawn, ..) => &mut said.rejected,
        (_, true, _) | (Standing::Open, ..) => return,
        (Standing::Said, false, Some("amended" | "corrected")) => &mut said.corrected,
        (Standing::Said, false, _) => &mut said.confirmed,
    };
    *judged = judged.saturating_add(1);
}

/// How sure the model is of the values of a resource.
fn confidences(resource: &Value) -> Vec<f64> {
    let values = stated(resource);
    let beside = values.iter().filter_map(|one| one.confidence.as_deref());
    // Some say it as a part of its own.
    let parts = list(resource, "component").filter(|part| {
        let codings = part.get("code").map(|code| list(code, "coding")).into_iter().flatten();
        codings.into_iter().any(|coding| text(coding, "code") == Some("confidence"))
    });
    let parts = parts.filter_map(|part| part.pointer("/valueQuantity/value")?.as_f64());
    beside
        .filter_map(|share| share.parse().ok())
        .chain(parts)
        .filter(|share| (0.0..=1.0).contains(share))
        .collect()
}

async fn search(
    staff: &Staff,
    name: &str,
    by: &[(&str, String)],
    sort: Option<&str>,
    count: u16,
) -> Result<(Vec<Value>, bool), Error> {
    let of = ResourceType::parse(name).ok_or(Error::UnknownType)?;
    let query = Query {
        parameters: by.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
        sort: sort.map(str::to_owned),
        count,
        total: Total::Unwanted,
        strict: true,
        ..Query::default()
    };
    let page = staff.records().search(&staff.caller.quietly(), of, &query).await?;
    let bodies = page.resources.iter().map(|stored| stored.json()).collect::<Result<_, _>>()?;
    Ok((bodies, page.next.is_some()))
}

fn unversioned(to: &str) -> String {
    to.split("/_history/").next().unwrap_or(to).to_owned()
}

fn instant(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// The share of values in each band.
fn shares(values: &[f64]) -> [f64; BANDS.len()] {
    let mut low = f64::NEG_INFINITY;
    BANDS.map(|high| {
        let within = values.iter().filter(|value| (low..high).contains(*value)).count();
        low = high;
        match (count(within), count(values.len())) {
            (Some(within), Some(all)) if all > 0.0 => within / all,
            _ => 0.0,
        }
    })
}

/// The population stability index of two sets of values: the sum of (a - b) ln(a / b) over the bands.
fn drift(recent: &[f64], before: &[f64]) -> Option<f64> {
    if recent.len() < ENOUGH || before.len() < ENOUGH {
        return None;
    }
    let pairs = shares(recent).into_iter().zip(shares(before));
    Some(pairs.map(|(a, b)| (a.max(LEAST), b.max(LEAST))).map(|(a, b)| (a - b) * (a / b).ln()).sum())
}

fn count(number: usize) -> Option<f64> {
    u32::try_from(number).ok().map(f64::from)
}

/// A share in whole percent.
fn percent(share: f64) -> u32 {
    format!("{:.0}", share * 100.0).parse().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drift_is_told_where_there_is_enough_to_compare() {
        let sure = vec![0.98; 30];
        let unsure = vec![0.6; 30];
        assert_eq!(drift(&sure[..5], &sure), None);
        assert!(drift(&sure, &sure).unwrap().abs() < 1e-9);
        assert!(drift(&unsure, &sure).unwrap() > 1.0);
        assert_eq!(percent(shares(&unsure)[1]), 100);
    }
}
