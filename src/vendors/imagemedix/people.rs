//! The people whom the vendor calls users and doctors: accounts of the tenant, and the Practitioners who stand for them.

use std::collections::HashMap;

use serde_json::Value;

use super::caller::SignedIn;
use super::errors::Refusal;
use super::store::{AT_ONCE, all, resource_type};
use super::{from_fhir, object_id, wire};
use crate::identity::{Account, Caller, Surface};
use crate::records::{Error, Records, Stored};

/// What FHIR says of people.
#[derive(Debug, Default)]
pub struct People {
    practitioners: HashMap<String, Value>,
    specialties: HashMap<String, String>,
}

impl People {
    /// The people with these Practitioners' ids, with what they are specialists of.
    ///
    /// # Errors
    /// When they cannot be searched.
    pub async fn find(records: &Records, signed_in: &SignedIn, ids: &[&str]) -> Result<Self, Error> {
        let mut people = Self::named(records, signed_in, ids).await?;
        for some in ids.chunks(AT_ONCE) {
            let of: Vec<_> = some.iter().map(|id| format!("Practitioner/{id}")).collect();
            let by = [("practitioner", of.join(","))];
            for role in all(records, &signed_in.caller, "PractitionerRole", &by).await? {
                let role = role.json()?;
                let whose = role.pointer("/practitioner/reference").and_then(Value::as_str);
                let whose = whose.and_then(|whose| whose.strip_prefix("Practitioner/"));
                if let (Some(id), Some(specialty)) = (whose, from_fhir::account::specialty(&role)) {
                    people.specialties.entry(id.to_owned()).or_insert(specialty);
                }
            }
        }
        Ok(people)
    }

    /// The people with these Practitioners' ids, for their names alone.
    ///
    /// # Errors
    /// When they cannot be searched.
    pub async fn named(records: &Records, signed_in: &SignedIn, ids: &[&str]) -> Result<Self, Error> {
        let mut practitioners = HashMap::new();
        for some in ids.chunks(AT_ONCE) {
            for stored in all(records, &signed_in.caller, "Practitioner", &[("_id", some.join(","))]).await? {
                practitioners.insert(stored.id.clone(), stored.json()?);
            }
        }
        Ok(Self { practitioners, specialties: HashMap::new() })
    }

    /// The person with this Practitioner's id. Somebody whose Practitioner is gone has no name.
    #[must_use]
    pub fn person(&self, id: &str) -> wire::Person {
        let name = self.practitioners.get(id).and_then(from_fhir::name).unwrap_or_default();
        wire::Person { id: object_id::of(id), name }
    }

    /// The user with this account.
    #[must_use]
    pub fn user(&self, account: &Account) -> wire::User {
        wire::User {
            user: from_fhir::account::signed_in(account, self.practitioners.get(&account.practitioner)),
            specialization: self.specialties.get(&account.practitioner).cloned(),
            is_active: account.active,
        }
    }
}

/// The tenant's account with this id of the vendor's.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none.
pub async fn account(records: &Records, signed_in: &SignedIn, id: &str) -> Result<Account, Refusal> {
    if !object_id::is_one(id) {
        return Err(Refusal::NotFound("user"));
    }
    for beginning in object_id::beginnings(id) {
        let some = records.users_by_person(&signed_in.caller, Surface::ImageMedix, &beginning).await?;
        if let Some(found) = some.into_iter().find(|account| object_id::of(&account.practitioner) == id) {
            return Ok(found);
        }
    }
    Err(Refusal::NotFound("user"))
}

/// The user with this account, as it is now.
///
/// # Errors
/// When it cannot be searched.
pub async fn user(records: &Records, signed_in: &SignedIn, account: &Account) -> Result<wire::User, Error> {
    Ok(People::find(records, signed_in, &[&account.practitioner]).await?.user(account))
}

/// The Practitioner of an account; none where it was deleted through `/fhir`, which is no reason to keep its owner out. The
/// operation is audited either way.
///
/// # Errors
/// When it cannot be read.
pub async fn practitioner(
    records: &Records,
    caller: &Caller,
    account: &Account,
) -> Result<Option<Value>, Error> {
    match records.read(caller, resource_type("Practitioner")?, &account.practitioner).await {
        Ok(stored) => Stored::json(&stored).map(Some),
        Err(Error::NotFound | Error::Gone) => {
            records.audit_success(caller, "read").await?;
            Ok(None)
        }
        Err(other) => Err(other),
    }
}
