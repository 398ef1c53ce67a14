//! What people do on the pages about accounts, as the audit names it.

use actix_web::http::Method;

/// A page was shown that says nothing of anybody.
const SHOW: &str = "show-page";
/// Somebody looked at their account.
pub const READ_ACCOUNT: &str = "read-account";
/// Somebody opened an account of their own.
pub const SIGN_UP: &str = "register";
/// Somebody showed that an e-mail address is theirs.
pub const VERIFY: &str = "verify-email";
/// Somebody asked for the mail by which they can show that.
pub const ASK_VERIFICATION: &str = "ask-verification";
/// Somebody asked for a mail to set a new password by.
pub const ASK_RESET: &str = "ask-reset";
/// Somebody set a new password by that mail.
pub const RESET: &str = "reset-password";
/// Somebody set a new password by the old one.
pub const CHANGE_PASSWORD: &str = "change-password";
/// Somebody ended sessions.
pub const END_SESSIONS: &str = "end-sessions";
/// Somebody took back what an app was allowed.
pub const TAKE_BACK: &str = "take-back-grant";
/// An account was linked to whom a provider knows.
pub const LINK: &str = "link-identity";
/// Somebody took such a link away.
pub const UNLINK: &str = "unlink-identity";
/// Somebody looked at a new second factor.
pub const NEW_FACTOR: &str = "new-second-factor";
/// Somebody has a second factor from now on.
pub const ADD_FACTOR: &str = "add-second-factor";
/// Somebody has none any more.
pub const REMOVE_FACTOR: &str = "remove-second-factor";

/// What a request asks for.
#[must_use]
pub fn name(method: &Method, path: &str) -> &'static str {
    match (method == Method::POST, path) {
        (true, "/signup") => SIGN_UP,
        (true, "/verify") => VERIFY,
        (true, "/reset") => ASK_RESET,
        (true, "/reset/password") => RESET,
        (false, "/account") => READ_ACCOUNT,
        (true, "/account/verification") => ASK_VERIFICATION,
        (true, "/account/password") => CHANGE_PASSWORD,
        (true, "/account/sessions") => END_SESSIONS,
        (true, "/account/apps") => TAKE_BACK,
        (true, "/account/links") => UNLINK,
        (false, "/account/second-factor") => NEW_FACTOR,
        (true, "/account/second-factor") => ADD_FACTOR,
        (true, "/account/second-factor/off") => REMOVE_FACTOR,
        _ => SHOW,
    }
}
