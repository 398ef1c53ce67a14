//! `/console/users`: who of the tenant has an account, and where. Opening and changing accounts is the operator's
//! (`/_admin/v1`), or the vendor's own.

use actix_web::http::StatusCode;
use askama::Template;

use super::frame::Frame;
use super::operations::LIST_USERS;
use super::staff::Administration;
use super::words::moment;
use crate::http::pages::opening::Answer;
use crate::http::pages::page;
use crate::identity::{Account, Surface};

/// The page's address.
const AT: &str = "/console/users";
/// So many accounts a page.
pub const COUNT: i64 = 100;

#[derive(Template)]
#[template(path = "console/users.html")]
struct UsersPage<'a> {
    frame: Frame<'a>,
    surfaces: Vec<(&'static str, Vec<Row>)>,
    /// How many are before those of the next page.
    next: Option<i64>,
}

struct Row {
    email: String,
    role: String,
    plan: String,
    is_active: bool,
    is_patient: bool,
    since: String,
}

/// Shows the page.
pub async fn show(Administration(staff): Administration) -> Answer {
    let skip = skip(staff.visit.one("skip"));
    let mut found = staff.records().users_page(&staff.caller, (skip, COUNT + 1)).await?;
    let next = cut(&mut found, skip);
    let mut surfaces: Vec<(&'static str, Vec<Row>)> = Vec::new();
    for account in found {
        let of = Surface::parse(&account.surface).map_or("Others", name);
        if surfaces.last().is_none_or(|(last, _)| *last != of) {
            surfaces.push((of, Vec::new()));
        }
        if let Some((_, rows)) = surfaces.last_mut() {
            rows.push(row(account));
        }
    }
    staff.note(LIST_USERS).await?;
    Ok(page(StatusCode::OK, &UsersPage { frame: staff.frame(AT), surfaces, next }, None))
}

/// How many accounts are before those of a page.
pub fn skip(text: &str) -> i64 {
    text.parse::<i64>().unwrap_or_default().clamp(0, 1_000_000)
}

/// Takes away what a page has no room for; where the next one begins, if there is one.
pub fn cut(found: &mut Vec<Account>, skip: i64) -> Option<i64> {
    let room = usize::try_from(COUNT).unwrap_or(usize::MAX);
    let is_cut = found.len() > room;
    found.truncate(room);
    is_cut.then(|| skip.saturating_add(COUNT))
}

fn name(surface: Surface) -> &'static str {
    match surface {
        Surface::Fhir => "This console and apps",
        Surface::Operator => "Operators",
        Surface::SmartScan => "SmartScanPro",
        Surface::ImageMedix => "ImageMedix",
        Surface::Smartz => "Smartz Connect",
        Surface::Hemato => "Hemato.AI",
    }
}

fn row(account: Account) -> Row {
    Row {
        is_patient: account.patient.is_some(),
        is_active: account.active,
        since: moment(account.created_at),
        email: account.email,
        role: account.role,
        plan: account.plan,
    }
}
