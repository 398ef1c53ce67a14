//! An account: sign-in, role and plan from its row, everything about the person from FHIR.

use serde_json::Value;

use super::{list, text};
use crate::identity::Account;
use crate::vendors::smartscan::wire;

/// The person with an account.
#[must_use]
pub fn user(account: &Account, practitioner: &Value) -> wire::User {
    wire::User {
        id: account.id.to_string(),
        email: account.email.clone(),
        name: name(practitioner),
        role: account.role.clone(),
        plan: account.plan.clone(),
    }
}

/// The person's profile. `role` is the PractitionerRole.
#[must_use]
pub fn profile(account: &Account, practitioner: &Value, role: Option<&Value>) -> wire::Profile {
    let mut phones = list(practitioner, "telecom").filter(|contact| text(contact, "system") == Some("phone"));
    let company = role.and_then(|role| text(role.get("organization")?, "display"));
    wire::Profile {
        email: account.email.clone(),
        name: name(practitioner),
        company: company.map(str::to_owned),
        phone: phones.next().and_then(|phone| text(phone, "value")).map(str::to_owned),
        plan: account.plan.clone(),
        created_at: account.created_at,
    }
}

/// The first name as one text: as it was entered, or, where an EHR has parted it, given names and family name.
fn name(practitioner: &Value) -> String {
    let Some(name) = list(practitioner, "name").next() else { return String::new() };
    let parts = || {
        let given = list(name, "given").filter_map(Value::as_str);
        given.chain(text(name, "family")).collect::<Vec<_>>().join(" ")
    };
    text(name, "text").map_or_else(parts, str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::name;

    #[test]
    fn a_name_is_read_however_it_is_kept() {
        assert_eq!(name(&json!({})), "");
        assert_eq!(name(&json!({ "name": [{ "text": "Alice L.", "family": "Liddell" }] })), "Alice L.");
        let parted = json!({ "name": [{ "family": "Liddell", "given": ["Alice", "P."] }] });
        assert_eq!(name(&parted), "Alice P. Liddell");
    }
}
