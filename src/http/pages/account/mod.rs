//! `/account`: what people see and change of their own account.

pub mod apps;
pub mod links;
pub mod password;
pub mod second_factor;
pub mod sessions;
pub mod verification;

use actix_web::http::StatusCode;
use askama::Template;
use chrono::{DateTime, Utc};

use super::opening::{Answer, Member, Turned};
use super::shown::{self, ShownPatient};
use super::trouble::Trouble;
use super::{fault, go_on, operations, page_with};
use crate::fhir::ResourceType;
use crate::identity::account::access::{AllowedApp, Session};
use crate::identity::account::links::Link;
use crate::identity::account::second_factor::State;
use crate::identity::passwords;
use crate::records::{Error, Stored};

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage<'a> {
    form: &'a str,
    name: &'a str,
    email: &'a str,
    is_verified: bool,
    /// Whether the person works here, and is no patient.
    may_work: bool,
    shortest: usize,
    /// How many recovery codes are left, where there is a second factor.
    recovery_codes: Option<i64>,
    sessions: Vec<ShownSession>,
    apps: Vec<ShownApp>,
    links: Vec<ShownLink>,
    done: Option<&'static str>,
    /// The part of the page that has to be filled in once more, and why.
    fault: Option<(Part, &'a str)>,
}

/// A part of the page with a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Verification,
    Password,
    SecondFactor,
    Links,
}

impl AccountPage<'_> {
    fn fault_of(&self, part: Part) -> Option<&str> {
        self.fault.filter(|(of, _)| *of == part).map(|(_, told)| told)
    }

    fn of_verification(&self) -> Option<&str> {
        self.fault_of(Part::Verification)
    }

    fn of_password(&self) -> Option<&str> {
        self.fault_of(Part::Password)
    }

    fn of_second_factor(&self) -> Option<&str> {
        self.fault_of(Part::SecondFactor)
    }

    fn of_links(&self) -> Option<&str> {
        self.fault_of(Part::Links)
    }
}

struct ShownSession {
    id: String,
    browser: String,
    address: Option<String>,
    since: String,
    is_this: bool,
}

struct ShownApp {
    id: String,
    name: String,
    scopes: Vec<String>,
    purposes: Option<String>,
    patient: Option<ShownPatient>,
    since: String,
}

struct ShownLink {
    id: String,
    provider: String,
    since: String,
}

/// What was just done, as the address of the page names it: nothing else is shown of an address.
const DONE: [(&str, &str); 7] = [
    ("mail", "We have sent you a mail."),
    ("password", "Your password is set. All other browsers and all apps have to ask you again."),
    ("sessions", "The sessions have ended."),
    ("app", "The app has no access any more."),
    ("link", "You do not sign in by that service any more."),
    ("second-factor-on", "From now on you are asked for a code when you sign in."),
    ("second-factor-off", "You are not asked for a code any more."),
];

/// Shows the page.
pub async fn show(member: Member) -> Answer {
    member.visit.records.audit_success(&member.caller, operations::READ_ACCOUNT).await?;
    account_page(&member, None).await
}

/// Goes back to the page, which says what was done.
fn done(word: &str) -> Answer {
    Ok(go_on(&format!("/account?done={word}")))
}

/// What a form names that is not the person's own.
fn unknown() -> Answer {
    Ok(fault(StatusCode::NOT_FOUND, "It is not there any more."))
}

async fn account_page(member: &Member, trouble: Option<(Part, &Trouble)>) -> Answer {
    let Member { visit, browser, proof, .. } = member;
    let account = &browser.account;
    let (sessions, apps) = visit.identity.access_of(browser).await.map_err(Error::from)?;
    let recovery_codes = match visit.identity.second_factor(account).await.map_err(Error::from)? {
        State::On(left) => Some(left),
        State::Off => None,
    };
    let links = visit.identity.links_of(browser).await.map_err(Error::from)?;
    let mut shown = Vec::new();
    for app in apps {
        shown.push(shown_app(member, app).await?);
    }
    let word = visit.one("done");
    let done = DONE.iter().find(|(known, _)| *known == word).map(|(_, text)| *text);
    let template = AccountPage {
        form: proof,
        name: &name(member).await?,
        email: &account.email,
        is_verified: account.email_verified_at.is_some(),
        may_work: account.patient.is_none(),
        shortest: passwords::SHORTEST,
        recovery_codes,
        sessions: sessions.into_iter().map(|session| shown_session(member, session)).collect(),
        apps: shown,
        links: links.into_iter().map(shown_link).collect(),
        done: done.filter(|_| trouble.is_none()),
        fault: trouble.map(|(part, trouble)| (part, trouble.told.as_str())),
    };
    Ok(page_with(trouble.map(|(_, trouble)| trouble), &template))
}

fn shown_session(member: &Member, session: Session) -> ShownSession {
    ShownSession {
        is_this: session.id == member.browser.id,
        id: session.id.to_string(),
        browser: session.browser.unwrap_or_else(|| "A browser".to_owned()),
        address: session.address,
        since: moment(session.since),
    }
}

fn shown_link(link: Link) -> ShownLink {
    ShownLink { id: link.id, provider: link.provider, since: moment(link.since) }
}

async fn shown_app(member: &Member, app: AllowedApp) -> Result<ShownApp, Turned> {
    let patient = match &app.patient {
        Some(id) => find(member, "Patient", id).await?.as_ref().map(ShownPatient::of).transpose()?,
        None => None,
    };
    Ok(ShownApp {
        id: app.id.to_string(),
        name: app.name,
        scopes: shown::meanings(&app.scope),
        purposes: shown::purposes(&app.purposes),
        patient,
        since: moment(app.since),
    })
}

/// The person's name, as the resource that stands for them has it; the e-mail address where there is none.
async fn name(member: &Member) -> Result<String, Turned> {
    let account = &member.browser.account;
    let found = match &account.patient {
        Some(id) => find(member, "Patient", id).await?,
        None => find(member, "Practitioner", &account.practitioner).await?,
    };
    let name = found.as_ref().map(shown::name_of).transpose()?.flatten();
    Ok(name.unwrap_or_else(|| account.email.clone()))
}

async fn find(member: &Member, type_: &'static str, id: &str) -> Result<Option<Stored>, Turned> {
    let resource_type = ResourceType::parse(type_).ok_or(Error::UnknownType)?;
    match member.visit.records.read(&member.caller.quietly(), resource_type, id).await {
        Ok(stored) => Ok(Some(stored)),
        Err(Error::NotFound | Error::Gone | Error::BadRequest(..)) => Ok(None),
        Err(other) => Err(other.into()),
    }
}

fn moment(at: DateTime<Utc>) -> String {
    at.format("%-d %B %Y, %H:%M UTC").to_string()
}
