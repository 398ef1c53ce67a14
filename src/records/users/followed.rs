//! What a change of an account changes of the person's Practitioner and PractitionerRole. Pure.

use serde_json::{Map, Value, json};

use crate::records::transact::Write;
use crate::records::{Error, Stored};

/// What is to change; none stays.
pub(super) struct Followed<'a> {
    pub role: Option<&'a str>,
    pub active: Option<bool>,
    pub name: Option<&'a str>,
    /// Nothing takes it away.
    pub specialty: Option<Option<&'a str>>,
}

impl Followed<'_> {
    pub(super) fn is_nothing(&self) -> bool {
        let Self { role, active, name, specialty } = self;
        role.is_none() && active.is_none() && name.is_none() && specialty.is_none()
    }

    /// The new version of a Practitioner or PractitionerRole; none where nothing of it changes.
    pub(super) fn write(&self, stored: &Stored) -> Result<Option<Write>, Error> {
        let before = stored.json()?;
        let mut resource = before.clone();
        if let Some(object) = resource.as_object_mut() {
            self.apply(stored.resource_type == "PractitionerRole", object);
        }
        if resource == before {
            return Ok(None);
        }
        Ok(Some(Write::Update { resource, id: stored.id.clone(), precondition: Some(stored.version.into()) }))
    }

    fn apply(&self, is_role: bool, object: &mut Map<String, Value>) {
        if let Some(active) = self.active {
            object.insert("active".to_owned(), active.into());
        }
        if let Some(role) = self.role.filter(|_| is_role) {
            object.insert("code".to_owned(), json!([{ "text": role }]));
        }
        if let Some(name) = self.name.filter(|_| !is_role) {
            object.insert("name".to_owned(), json!([{ "text": name }]));
        }
        match self.specialty.filter(|_| is_role) {
            None => {}
            Some(None) => {
                object.shift_remove("specialty");
            }
            Some(Some(specialty)) => {
                object.insert("specialty".to_owned(), json!([{ "text": specialty }]));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(followed: &Followed<'_>, is_role: bool) -> Value {
        let mut object = Map::new();
        followed.apply(is_role, &mut object);
        object.into()
    }

    #[test]
    fn each_resource_has_what_is_its_own() {
        let all =
            Followed { role: Some("admin"), active: Some(true), name: Some("A"), specialty: Some(Some("S")) };
        let role = json!({ "active": true, "code": [{ "text": "admin" }], "specialty": [{ "text": "S" }] });
        assert_eq!(applied(&all, true), role);
        assert_eq!(applied(&all, false), json!({ "active": true, "name": [{ "text": "A" }] }));
        let nothing = Followed { role: None, active: None, name: None, specialty: None };
        assert!(nothing.is_nothing() && applied(&nothing, true) == json!({}));
    }

    #[test]
    fn a_specialty_is_taken_away() {
        let mut object = Map::from_iter([("specialty".to_owned(), json!([{ "text": "S" }]))]);
        let followed = Followed { role: None, active: None, name: None, specialty: Some(None) };
        followed.apply(true, &mut object);
        assert!(object.is_empty());
    }
}
