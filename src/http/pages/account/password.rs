//! `POST /account/password`: a new password, by the old one.

use super::{Part, account_page};
use crate::http::pages::opening::{Answer, Member};
use crate::http::pages::sign_up::sentence;
use crate::http::pages::trouble::Trouble;
use crate::http::pages::{go_on, operations, visitor};
use crate::identity::account::password::NotSet;
use crate::records::Error;

/// What a wrong password is answered with.
pub(super) const WRONG: &str = "The password is wrong.";

/// Sets the password. This browser stays signed in, by a new session.
pub async fn change(member: Member) -> Answer {
    let visit = &member.visit;
    let (old, new) = (visit.secret("old"), visit.secret("password"));
    let trouble = match visit.identity.change_password(&member.browser, old, &new, visit.from()).await {
        Ok(account) => {
            visit.records.audit_success(&member.caller, operations::CHANGE_PASSWORD).await?;
            let begun = visit.identity.begin_session(account, None, visit.seen()).await;
            let Ok((_, value)) = begun else { return Ok(go_on("/login")) };
            let mut response = go_on("/account?done=password");
            let cookie = visitor::session_cookie(value.expose(), &visit.identity);
            response.add_cookie(&cookie).map_err(|error| Error::internal(error.to_string()))?;
            return Ok(response);
        }
        Err(NotSet::Ended) => return Ok(go_on("/login")),
        Err(NotSet::Weak(weak)) => Trouble::with(&sentence(&weak.to_string())),
        Err(NotSet::SignIn(error)) => Trouble::of(error, WRONG)?,
    };
    account_page(&member, Some((Part::Password, &trouble))).await
}
