//! `POST /account/links`: no longer signing in by a provider.

use super::{Part, account_page, done, unknown};
use crate::http::pages::opening::{Answer, Member};
use crate::http::pages::operations;
use crate::http::pages::trouble::Trouble;
use crate::identity::account::links::Removal;
use crate::records::Error;

/// Why a link stays.
const LAST: &str =
    "It is your only way to sign in. Set a password first: sign out, and have a mail sent to you for that.";

/// Removes the link.
pub async fn remove(member: Member) -> Answer {
    let Member { visit, browser, caller, .. } = &member;
    let note = visit.records.note(caller, operations::UNLINK);
    match visit.identity.remove_link(browser, visit.one("link"), note).await.map_err(Error::from)? {
        Removal::Removed => done("link"),
        Removal::Last => account_page(&member, Some((Part::Links, &Trouble::conflict(LAST)))).await,
        Removal::Unknown => unknown(),
    }
}
