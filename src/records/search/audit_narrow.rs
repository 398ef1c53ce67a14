//! What the columns of the audit trail tell of a search for AuditEvents. The rest is told by the AuditEvents themselves: nothing that
//! matches may be left out here, and what is let through is looked at again.

use chrono::DateTime;

use super::Query;
use super::values::{alternatives, unescaped};
use crate::fhir::ResourceType;
use crate::records::is_id;
use crate::storage::audit::search::{About, Narrow};
use crate::storage::search::{Condition, DateTest, Relation};

/// Which rows can meet the conditions, of which `query` is the text.
pub(super) fn narrow(query: &Query, conditions: &[Condition]) -> Narrow {
    let mut narrow = Narrow::default();
    for condition in conditions {
        if let Condition::Date(_, tests) | Condition::Moment(tests) | Condition::Updated(tests) = condition {
            within(&mut narrow, tests);
        }
    }
    for (name, value) in &query.parameters {
        // What cannot be read was refused before, or has other rules.
        let Ok(values) = alternatives(name, value) else { continue };
        let values: Vec<String> = values.iter().map(|value| unescaped(value)).collect();
        match name.as_str() {
            "patient" | "patient:Patient" => about(&mut narrow, &values, &query.base_url, Some("Patient")),
            "entity" => about(&mut narrow, &values, &query.base_url, None),
            "entity:Patient" => about(&mut narrow, &values, &query.base_url, Some("Patient")),
            "agent:identifier" | "altid" => narrow.agents = codes(&values, |code| vec![code.to_owned()]),
            "site" => narrow.surfaces = codes(&values, |code| vec![code.to_owned()]),
            "subtype" => narrow.interactions = codes(&values, interactions),
            "action" => {
                let of = codes(&values, |code| match actions(code) {
                    Some(all) => all.iter().map(|one| (*one).to_owned()).collect(),
                    None => Vec::new(),
                });
                // `E` is whatever is none of the others.
                if values.iter().all(|value| actions(code_of(value)).is_some()) {
                    narrow.interactions = narrow.interactions.or(of);
                }
            }
            "outcome" => narrow.outcomes = codes(&values, outcome),
            _ => {}
        }
    }
    narrow
}

/// The code of a token.
fn code_of(value: &str) -> &str {
    value.rsplit_once('|').map_or(value, |(_, code)| code)
}

/// What the codes stand for in a column; none where one of the values has no code.
fn codes(values: &[String], of: impl Fn(&str) -> Vec<String>) -> Option<Vec<String>> {
    let codes: Vec<_> = values.iter().map(|value| code_of(value)).collect();
    (!codes.iter().any(|code| code.is_empty())).then(|| codes.into_iter().flat_map(of).collect())
}

fn interactions(code: &str) -> Vec<String> {
    // Sign-in has codes of DICOM beside ours.
    let also = match code {
        "110122" => Some("login"),
        "110123" => Some("logout"),
        _ => None,
    };
    [code].into_iter().chain(also).map(str::to_owned).collect()
}

fn actions(code: &str) -> Option<&'static [&'static str]> {
    match code {
        "C" => Some(&["create"]),
        "R" => Some(&["read", "vread", "history-instance", "history-type", "history-system"]),
        "U" => Some(&["update", "patch"]),
        "D" => Some(&["delete"]),
        _ => None,
    }
}

fn outcome(code: &str) -> Vec<String> {
    let word = match code {
        "0" => "success",
        "4" => "refused",
        "8" => "failed",
        other => other,
    };
    vec![word.to_owned()]
}

/// The resources that references name, where each names one of this server's with its type.
fn about(narrow: &mut Narrow, values: &[String], base_url: &str, of: Option<&str>) {
    let one = |value: &String| {
        let local = value.strip_prefix(base_url).and_then(|rest| rest.strip_prefix('/')).unwrap_or(value);
        let local = local.split_once("/_history/").map_or(local, |(local, _)| local);
        let (resource_type, id) = match local.split_once('/') {
            None => (of?, local),
            Some((resource_type, id)) if of.is_none_or(|of| of == resource_type) => (resource_type, id),
            Some(_) => return None,
        };
        let is_one = ResourceType::parse(resource_type).is_some() && is_id(id);
        is_one.then(|| About { resource_type: resource_type.to_owned(), id: id.to_owned() })
    };
    if let Some(all) = values.iter().map(one).collect::<Option<Vec<_>>>() {
        narrow.about.push(all);
    }
}

/// Bounds of all times that pass one of the tests.
fn within(narrow: &mut Narrow, tests: &[DateTest]) {
    let bounds = tests.iter().map(|test| match test.relation {
        Relation::Within | Relation::Overlaps => (Some(test.low), Some(test.high)),
        Relation::After | Relation::StartsAfter => (Some(test.high), None),
        Relation::Before | Relation::EndsBefore => (None, Some(test.low)),
        Relation::AfterOrWithin => (Some(test.low), None),
        Relation::BeforeOrWithin => (None, Some(test.high)),
        Relation::NotWithin => (None, None),
    });
    let bounds: Vec<(Option<i64>, Option<i64>)> = bounds.collect();
    let from = bounds.iter().map(|(from, _)| *from).collect::<Option<Vec<_>>>();
    let until = bounds.iter().map(|(_, until)| *until).collect::<Option<Vec<_>>>();
    let from = from.and_then(|all| all.into_iter().min()).and_then(DateTime::from_timestamp_micros);
    let until = until.and_then(|all| all.into_iter().max()).and_then(DateTime::from_timestamp_micros);
    narrow.from = narrow.from.max(from);
    narrow.until = [narrow.until, until].into_iter().flatten().min();
}
