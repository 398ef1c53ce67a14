//! How a model does here: how sure it was lately and before, and what people made of what it said. From what is stored, so that every
//! process tells the same.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::Value;

use super::models::Card;
use super::staff::Staff;
use super::words::{list, text};
use crate::fhir::ResourceType;
use crate::fhir::codes::sid::MODEL_ID;
use crate::fhir::unconfirmed::{Standing, is_unconfirmed, stated};
use crate::records::Error;
use crate::records::search::{Query, Total};

/// What is of so many days is compared with what was before.
const RECENT_DAYS: i64 = 7;
/// What is older is not looked at.
const ALL_DAYS: i64 = 56;
/// So many Provenances are looked at, from the newest.
const MOST: u16 = 300;
/// So many results are counted.
const MOST_RESULTS: usize = 2_000;
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

/// How a model does in the tenant.
pub async fn of(staff: &Staff, card: &Card) -> Result<Figures, Error> {
    let now = staff.records().now();
    let since = instant(now - TimeDelta::days(ALL_DAYS));
    let by = [("agent", format!("Device/{}", card.device)), ("recorded", format!("ge{since}"))];
    let (told, has_more) = search(staff, "Provenance", &by, Some("-recorded"), MOST).await?;
    let (of_targets, is_cut) = results(&told, now);
    let model = format!("{}@{}#{}", card.name, card.version, card.sha256);
    let mut figures = Figures { is_cut: has_more || is_cut, ..Figures::default() };
    for name in ["Observation", "DiagnosticReport"] {
        let ids =
            of_targets.keys().filter_map(|to| to.strip_prefix(name)?.strip_prefix('/')).collect::<Vec<_>>();
        for some in ids.chunks(AT_ONCE) {
            let count = u16::try_from(some.len()).unwrap_or(MOST);
            let (found, is_short) = search(staff, name, &[("_id", some.join(","))], None, count).await?;
            figures.is_cut |= is_short;
            for resource in &found {
                let key = format!("{name}/{}", text(resource, "id").unwrap_or_default());
                let is_recent = of_targets.get(&key).copied().unwrap_or_default();
                add(if is_recent { &mut figures.recent } else { &mut figures.before }, resource, &model);
            }
        }
    }
    figures.drift = drift(&figures.recent.confidences, &figures.before.confidences);
    Ok(figures)
}

/// The results that Provenances tell of, the newest first, each with whether it is recent; and whether there are more than are counted.
/// A report is a result where nothing says which Observations are.
fn results(told: &[Value], now: DateTime<Utc>) -> (BTreeMap<String, bool>, bool) {
    let mut found = BTreeMap::new();
    for provenance in told {
        let recorded = text(provenance, "recorded").and_then(|at| DateTime::parse_from_rfc3339(at).ok());
        let is_recent = recorded.is_some_and(|at| now - at.to_utc() < TimeDelta::days(RECENT_DAYS));
        let targets = list(provenance, "target").filter_map(|to| text(to, "reference"));
        let targets: Vec<_> = targets.map(unversioned).collect();
        let has_values = targets.iter().any(|to| to.starts_with("Observation/"));
        let counted = if has_values { "Observation/" } else { "DiagnosticReport/" };
        for target in targets.into_iter().filter(|to| to.starts_with(counted)) {
            if found.len() >= MOST_RESULTS {
                return (found, true);
            }
            found.entry(target).or_insert(is_recent);
        }
    }
    (found, false)
}

/// Counts a result of a model. How sure another was of it says nothing of this one.
fn add(said: &mut Said, resource: &Value, model: &str) {
    if is_by(resource, model) {
        said.confidences.extend(confidences(resource));
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

/// Whether a resource names the model as its method.
fn is_by(resource: &Value, model: &str) -> bool {
    let codings = resource.get("method").map(|method| list(method, "coding")).into_iter().flatten();
    let mut models = codings.filter(|coding| text(coding, "system") == Some(MODEL_ID));
    models.any(|coding| text(coding, "code") == Some(model))
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
    use serde_json::json;

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

    #[test]
    fn a_report_is_a_result_where_no_value_is() {
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        let told = |recorded: &str, targets: &[&str]| {
            let targets: Vec<_> = targets.iter().map(|to| json!({ "reference": to })).collect();
            json!({ "recorded": recorded, "target": targets })
        };
        let all = [
            told(
                "2026-11-20T12:00:00Z",
                &["Observation/a/_history/2", "DiagnosticReport/a", "ImagingStudy/a"],
            ),
            told("2026-11-20T12:00:00Z", &["DiagnosticReport/b"]),
            told("2026-11-01T12:00:00Z", &["Observation/a", "Observation/c"]),
        ];
        let expected = [("DiagnosticReport/b", true), ("Observation/a", true), ("Observation/c", false)];
        let expected = expected.map(|(to, is_recent)| (to.to_owned(), is_recent));
        assert_eq!(results(&all, now), (BTreeMap::from(expected), false));
        let many: Vec<_> = (0..=MOST_RESULTS).map(|number| format!("Observation/{number}")).collect();
        let many: Vec<_> = many.iter().map(String::as_str).collect();
        let (found, is_cut) = results(&[told("2026-11-20T12:00:00Z", &many)], now);
        assert_eq!((found.len(), is_cut), (MOST_RESULTS, true));
    }
}
