//! `$meta`, `$meta-add` and `$meta-delete`: the profiles, tags and security labels of resources.
//! <https://hl7.org/fhir/R4/resource-operation-meta.html>

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::access::permit_whole;
use super::{Error, Records, Stored};
use crate::fhir::ResourceType;
use crate::fhir::definitions::resource_types;
use crate::fhir::outcome::IssueType;
use crate::identity::{Caller, Right};
use crate::storage::audit::AuditRow;
use crate::storage::resources;

/// The lists of a Meta.
const LISTS: [&str; 3] = ["profile", "security", "tag"];
/// So many different values are told of at most.
const MOST: i64 = 1_000;

/// What is done with profiles, tags and labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// They are added, where they are not there.
    Add,
    /// They are taken away, where they are there.
    Delete,
}

impl Records {
    /// The Meta of a resource.
    ///
    /// # Errors
    /// As [`Records::read`].
    pub async fn meta(&self, caller: &Caller, of: ResourceType, id: &str) -> Result<Value, Error> {
        let stored = self.read(&caller.quietly(), of, id).await?;
        self.audit_answer(caller, "meta", &stored).await?;
        meta_of(&stored)
    }

    /// All profiles, tags and labels that resources of a type have, or of all types that the caller may read.
    ///
    /// # Errors
    /// When the caller may not read all resources of the type, or there are too many.
    pub async fn meta_of_all(&self, caller: &Caller, of: Option<ResourceType>) -> Result<Value, Error> {
        let parameters = self.current_parameters(caller.tenant).await?;
        let access = self.access(caller, &parameters);
        let is_whole = |one: &ResourceType| !access.is_limited(*one, &[Right::Read]);
        let types: Vec<_> = match of {
            Some(of) => {
                permit_whole(caller, Right::Read, of)?;
                // What a Consent withholds must not be told by a label.
                if !is_whole(&of) {
                    return Err(Error::Withheld);
                }
                vec![of.as_str()]
            }
            None => resource_types().filter(is_whole).map(ResourceType::as_str).collect(),
        };
        if types.is_empty() {
            return Err(Error::Forbidden);
        }
        let mut connection = self.store.alone(caller.tenant).await?;
        let found = resources::labels(&mut connection, caller.tenant, &types, MOST.saturating_add(1)).await;
        let found = connection.finish(found).await?;
        if i64::try_from(found.len()).is_ok_and(|found| found > MOST) {
            let text = format!("there are more than {MOST} profiles, tags and labels");
            return Err(Error::BadRequest(IssueType::TooCostly, text));
        }
        let row = AuditRow { type_: of.map(|of| of.to_string()), ..self.audit_row(caller, "meta", None) };
        self.record_read(caller, row).await?;
        let mut meta = Map::new();
        for list in LISTS {
            let of_list = found.iter().filter(|(name, _)| name == list);
            let values: Result<Vec<Value>, _> =
                of_list.map(|(_, value)| serde_json::from_str(value)).collect();
            let values = values.map_err(Error::internal)?;
            if !values.is_empty() {
                meta.insert(list.to_owned(), values.into());
            }
        }
        Ok(Value::Object(meta))
    }

    /// Adds profiles, tags and labels to a resource, or takes them away. Where nothing changes there is no new version.
    ///
    /// # Errors
    /// As for [`Records::read`] and [`Records::update`], or when it is no Meta.
    pub async fn edit_meta(
        &self,
        caller: &Caller,
        (of, id): (ResourceType, &str),
        (edit, sent): (Edit, &Value),
    ) -> Result<Value, Error> {
        let stored = self.read(&caller.quietly(), of, id).await?;
        super::access::permit(caller, Right::Update, of)?;
        let mut resource = stored.json()?;
        let before = resource.clone();
        let members = resource.as_object_mut().ok_or_else(|| Error::internal("a resource is an object"))?;
        let meta = members.entry("meta").or_insert_with(|| Value::Object(Map::new()));
        for list in LISTS {
            change(meta, list, sent, edit)?;
        }
        if resource == before {
            let name = if edit == Edit::Add { "meta-add" } else { "meta-delete" };
            self.audit_answer(caller, name, &stored).await?;
            return meta_of(&stored);
        }
        let written = match self.update(caller, id, resource, Some(stored.version.into())).await {
            // The client named no version that could be another one.
            Err(Error::PreconditionFailed { .. } | Error::NothingThere) => return Err(Error::Conflict),
            written => written?,
        };
        meta_of(&written.stored.ok_or_else(|| Error::internal("an update without a result"))?)
    }
}

fn meta_of(stored: &Stored) -> Result<Value, Error> {
    Ok(stored.json()?.get("meta").cloned().unwrap_or_else(|| Value::Object(Map::new())))
}

/// Changes one list of a Meta.
fn change(meta: &mut Value, list: &str, sent: &Value, edit: Edit) -> Result<(), Error> {
    let given = match sent.get(list) {
        None => return Ok(()),
        Some(Value::Array(given)) => given,
        Some(_) => return Err(Error::BadRequest(IssueType::Value, format!("meta.{list} must be a list"))),
    };
    let mut values = meta.get(list).and_then(Value::as_array).cloned().unwrap_or_default();
    match edit {
        Edit::Add => {
            let mut known: BTreeSet<String> = values.iter().map(key).collect();
            values.extend(given.iter().filter(|value| known.insert(key(value))).cloned());
        }
        Edit::Delete => {
            let gone: BTreeSet<String> = given.iter().map(key).collect();
            values.retain(|value| !gone.contains(&key(value)));
        }
    }
    if let Some(members) = meta.as_object_mut() {
        if values.is_empty() {
            // Others keep their order.
            members.shift_remove(list);
        } else {
            members.insert(list.to_owned(), values.into());
        }
    }
    Ok(())
}

/// What tells one value from another: of a Coding system and code.
fn key(value: &Value) -> String {
    let part = |name: &str| value.get(name).cloned().unwrap_or(Value::Null);
    match value {
        Value::Object(_) => format!("{} {}", part("system"), part("code")),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            value.to_string()
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_label_is_there_once_and_goes_by_system_and_code() {
        let mut meta = json!({ "versionId": "1", "tag": [{ "system": "s", "code": "a", "display": "A" }] });
        let sent = json!({ "tag": [{ "system": "s", "code": "a" }, { "system": "t", "code": "a" }], "profile": ["urn:p", "urn:p"] });
        for list in LISTS {
            change(&mut meta, list, &sent, Edit::Add).unwrap();
        }
        assert_eq!(
            meta,
            json!({ "versionId": "1", "tag": [{ "system": "s", "code": "a", "display": "A" }, { "system": "t", "code": "a" }], "profile": ["urn:p"] })
        );
        change(&mut meta, "tag", &json!({ "tag": [{ "system": "s", "code": "a" }] }), Edit::Delete).unwrap();
        change(&mut meta, "profile", &json!({ "profile": ["urn:p"] }), Edit::Delete).unwrap();
        assert_eq!(meta, json!({ "versionId": "1", "tag": [{ "system": "t", "code": "a" }] }));
        assert!(change(&mut meta, "tag", &json!({ "tag": {} }), Edit::Add).is_err());
    }
}
