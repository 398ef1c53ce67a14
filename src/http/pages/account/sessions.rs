//! `POST /account/sessions`: ending sessions.

use super::{done, unknown};
use crate::http::pages::opening::{Answer, Member};
use crate::http::pages::{go_on, operations};
use crate::identity::account::access::Which;
use crate::records::Error;

/// Ends one session, or all but this one.
pub async fn end(member: Member) -> Answer {
    let Member { visit, browser, caller, .. } = &member;
    let which = match visit.one("session") {
        "others" => Which::AllBut(browser.id),
        id => match id.parse() {
            Ok(id) => Which::One(id),
            Err(_) => return unknown(),
        },
    };
    let ended = visit.identity.end_sessions(browser, which).await.map_err(Error::from)?;
    if !ended && matches!(which, Which::One(_)) {
        return unknown();
    }
    visit.records.audit_success(caller, operations::END_SESSIONS).await?;
    if which == Which::One(browser.id) { Ok(go_on("/login")) } else { done("sessions") }
}
