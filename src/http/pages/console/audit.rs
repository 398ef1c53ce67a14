//! `/console/audit`: the audit trail, by who, whose, when and what. An e-mail address is in no address.

use std::collections::{BTreeSet, HashMap};

use actix_web::http::StatusCode;
use askama::Template;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde_json::Value;
use uuid::Uuid;

use super::frame::Frame;
use super::operations::READ_AUDIT;
use super::staff::{Administration, Staff};
use super::words::{list, text};
use crate::http::pages::opening::Answer;
use crate::http::pages::page;
use crate::records::Error;
use crate::records::tenancy::{About, Narrow, Wanted};

/// The page's address.
const AT: &str = "/console/audit";
/// How what was asked of the server may have ended.
const OUTCOMES: [&str; 3] = ["success", "refused", "failed"];
/// So many events a page.
const COUNT: i64 = 50;

#[derive(Template)]
#[template(path = "console/audit.html")]
struct AuditPage<'a> {
    frame: Frame<'a>,
    asked: Asked<'a>,
    outcomes: [&'static str; 3],
    problem: Option<&'static str>,
    events: Vec<Event>,
    next: Option<String>,
}

/// What was asked for, as it was sent.
struct Asked<'a> {
    who: &'a str,
    patient: &'a str,
    what: &'a str,
    outcome: &'a str,
    from: &'a str,
    until: &'a str,
}

struct Event {
    at: String,
    who: String,
    what: String,
    surface: String,
    outcome: String,
    about: Vec<String>,
    address: String,
}

/// Shows the newest events, or those that are asked for.
pub async fn show(Administration(staff): Administration) -> Answer {
    let one = |name| staff.visit.one(name).trim();
    let asked = Asked {
        who: one("who"),
        patient: one("patient"),
        what: one("what"),
        outcome: one("outcome"),
        from: one("from"),
        until: one("until"),
    };
    let agents = agents(&staff, asked.who).await?;
    let (events, next, problem) = match narrow(&asked, agents) {
        Ok(narrow) => {
            let after = Uuid::try_parse(one("after")).ok();
            let wanted = Wanted { narrow, after, descending: true, limit: COUNT };
            let caller = staff.caller.clone().doing(READ_AUDIT);
            let found = staff.records().audit_trail(&caller, &wanted).await?;
            let is_full = i64::try_from(found.len()).is_ok_and(|count| count == COUNT);
            let last = found.last().filter(|_| is_full).and_then(|last| text(last, "id")).map(str::to_owned);
            let known = accounts(&staff, &found).await?;
            (found.iter().map(|one| event(one, &known)).collect(), last, None)
        }
        Err(problem) => {
            staff.note(READ_AUDIT).await?;
            (Vec::new(), None, Some(problem))
        }
    };
    let template = AuditPage { frame: staff.frame(AT), asked, outcomes: OUTCOMES, problem, events, next };
    Ok(page(if problem.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK }, &template, None))
}

/// The agents of that e-mail address, or with that id; none where everybody's events are wanted.
async fn agents(staff: &Staff, who: &str) -> Result<Option<Vec<String>>, Error> {
    if who.is_empty() {
        return Ok(None);
    }
    if who.contains(char::is_control) {
        return Ok(Some(Vec::new()));
    }
    let of_person = staff.records().users_by_email(&staff.caller, who).await?;
    let of_person: Vec<_> = of_person.into_iter().map(|account| account.id.to_string()).collect();
    Ok(Some(if of_person.is_empty() { vec![who.to_owned()] } else { of_person }))
}

/// The e-mail addresses of the accounts that events name, by their ids.
async fn accounts(staff: &Staff, events: &[Value]) -> Result<HashMap<String, String>, Error> {
    let agents = events.iter().flat_map(|event| list(event, "agent"));
    let ids = agents.filter_map(|agent| agent.pointer("/who/identifier/value")?.as_str());
    let ids: BTreeSet<_> = ids.filter_map(|id| Uuid::try_parse(id).ok()).collect();
    let found = staff.records().users_by_ids(&staff.caller, ids.into_iter().collect()).await?;
    Ok(found.into_iter().map(|account| (account.id.to_string(), account.email)).collect())
}

fn narrow(asked: &Asked<'_>, agents: Option<Vec<String>>) -> Result<Narrow, &'static str> {
    let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let patient = given(asked.patient).map(|id| {
        let id = id.strip_prefix("Patient/").unwrap_or(&id).to_owned();
        vec![About { resource_type: "Patient".to_owned(), id }]
    });
    let outcomes = match asked.outcome {
        "" => None,
        known if OUTCOMES.contains(&known) => Some(vec![known.to_owned()]),
        _ => return Err("There is no such outcome."),
    };
    Ok(Narrow {
        from: day(asked.from)?,
        until: day(asked.until)?.map(|until| until + TimeDelta::days(1)),
        interactions: given(asked.what).map(|what| vec![what]),
        outcomes,
        agents,
        about: patient.into_iter().collect(),
        ..Narrow::default()
    })
}

/// When a day begins.
fn day(text: &str) -> Result<Option<DateTime<Utc>>, &'static str> {
    if text.is_empty() {
        return Ok(None);
    }
    let day: NaiveDate = text.parse().map_err(|_| "A day is written such as 2026-11-21.")?;
    Ok(Some(day.and_time(NaiveTime::MIN).and_utc()))
}

fn event(event: &Value, known: &HashMap<String, String>) -> Event {
    let at = |pointer: &str| event.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let who = list(event, "agent").find(|agent| agent.get("requestor") == Some(&Value::Bool(true)));
    let who = who.and_then(|agent| agent.get("who")).map(|who| {
        let id = who.pointer("/identifier/value").and_then(Value::as_str);
        let named = id.and_then(|id| known.get(id)).map(String::as_str).or(id);
        named.or_else(|| text(who, "display")).unwrap_or_default().to_owned()
    });
    let about = list(event, "entity").filter_map(|entity| text(entity.get("what")?, "reference"));
    Event {
        at: at("/recorded").chars().take(19).collect::<String>().replace('T', " "),
        who: who.unwrap_or_default(),
        what: at("/subtype/0/code").to_owned(),
        surface: at("/source/site").to_owned(),
        outcome: at("/outcomeDesc").to_owned(),
        about: about.map(|to| to.split("/_history/").next().unwrap_or(to).to_owned()).collect(),
        address: at("/agent/0/network/address").to_owned(),
    }
}
