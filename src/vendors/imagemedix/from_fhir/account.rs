//! A user: sign-in and role from the account's row, everything about the person from FHIR.

use serde_json::Value;

use super::{list, name, said};
use crate::identity::Account;
use crate::vendors::imagemedix::{object_id, wire};

/// Who is signed in. Somebody whose Practitioner is gone has no name.
#[must_use]
pub fn signed_in(account: &Account, practitioner: Option<&Value>) -> wire::SignedInUser {
    wire::SignedInUser {
        id: object_id::of(&account.practitioner),
        name: practitioner.and_then(name).unwrap_or_default(),
        email: account.email.clone(),
        role: account.role.clone(),
    }
}

/// What a PractitionerRole says that the person is a specialist of.
#[must_use]
pub fn specialty(role: &Value) -> Option<String> {
    list(role, "specialty").find_map(said)
}
