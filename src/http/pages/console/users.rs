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

#[derive(Template)]
#[template(path = "console/users.html")]
struct UsersPage<'a> {
    frame: Frame<'a>,
    surfaces: Vec<(&'static str, Vec<Row>)>,
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
    let mut surfaces = Vec::new();
    for surface in [Surface::Fhir].into_iter().chain(Surface::VENDORS) {
        let accounts = staff.records().users_of(&staff.caller, surface).await?;
        if !accounts.is_empty() {
            surfaces.push((name(surface), accounts.into_iter().map(row).collect()));
        }
    }
    staff.note(LIST_USERS).await?;
    Ok(page(StatusCode::OK, &UsersPage { frame: staff.frame(AT), surfaces }, None))
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
