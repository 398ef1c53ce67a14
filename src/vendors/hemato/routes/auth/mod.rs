//! Signing in, and asking whether a token holds.

pub mod hello;
pub mod login;

use crate::identity::{Account, Caller};
use crate::records::{Error, Records, Stored};
use crate::vendors::hemato::from_fhir;
use crate::vendors::hemato::store::resource_type;
use crate::vendors::hemato::wire::UserView;

/// The user with an account. Whoever calls reads it in the account's own tenant; the operation is audited, also where the Practitioner was
/// deleted through `/fhir`.
async fn user(records: &Records, caller: &Caller, account: &Account) -> Result<UserView, Error> {
    let name = match records.read(caller, resource_type("Practitioner")?, &account.practitioner).await {
        Ok(stored) => from_fhir::name(&Stored::json(&stored)?),
        Err(Error::NotFound | Error::Gone) => {
            records.audit_success(caller, "read").await?;
            None
        }
        Err(other) => return Err(other),
    };
    Ok(UserView {
        email: account.email.clone(),
        id: account.id.to_string(),
        screen_name: name.unwrap_or_else(|| account.email.clone()),
        user_name: account.email.clone(),
    })
}
