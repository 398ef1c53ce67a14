//! `POST /account/verification`: the mail by which an e-mail address is shown to be one's own.

use super::{Part, account_page, done};
use crate::http::pages::opening::{Answer, Member};
use crate::http::pages::operations;
use crate::http::pages::trouble::Trouble;

/// Has the mail sent.
pub async fn ask(member: Member) -> Answer {
    let visit = &member.visit;
    match visit.identity.ask_verification(&member.browser.account, visit.from()).await {
        Ok(()) => {
            visit.records.audit_success(&member.caller, operations::ASK_VERIFICATION).await?;
            done("mail")
        }
        Err(error) => {
            let trouble = Trouble::of(error, "")?;
            account_page(&member, Some((Part::Verification, &trouble))).await
        }
    }
}
