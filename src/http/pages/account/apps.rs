//! `POST /account/apps`: taking back what an app was allowed.

use super::{done, unknown};
use crate::http::pages::opening::{Answer, Member};
use crate::http::pages::operations;
use crate::records::Error;

/// Takes it back, with all tokens.
pub async fn take_back(member: Member) -> Answer {
    let Member { visit, browser, caller, .. } = &member;
    let Ok(grant) = visit.one("app").parse() else { return unknown() };
    if !visit.identity.take_back_from_app(browser, grant).await.map_err(Error::from)? {
        return unknown();
    }
    visit.records.audit_success(caller, operations::TAKE_BACK).await?;
    done("app")
}
