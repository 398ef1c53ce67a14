//! A changed profile in the account's Practitioner and PractitionerRole. What is not the vendor's there stays as it is.

use serde_json::{Value, json};

use super::set;
use crate::core::Secret;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::{text, wire};

/// A checked change: what is absent stays, `Some(None)` removes.
#[derive(Clone, Debug, Default)]
pub struct Change {
    name: Option<Secret<String>>,
    company: Option<Option<Secret<String>>>,
    phone: Option<Option<Secret<String>>>,
}

impl Change {
    /// Checks what was sent.
    ///
    /// # Errors
    /// When a text cannot be kept, or the name is to be removed.
    pub fn checked(sent: &wire::ProfileChange) -> Result<Self, Refusal> {
        let name = sent.name.as_ref().map(|name| {
            let name = name.as_ref().map_or("", |name| name.expose());
            text::required("name", name, text::NAME).map(Secret::new)
        });
        Ok(Self {
            name: name.transpose()?,
            company: removable("company", sent.company.as_ref(), text::NAME)?,
            phone: removable("phone", sent.phone.as_ref(), text::PHONE)?,
        })
    }
}

fn removable(
    field: &'static str,
    sent: Option<&Option<Secret<String>>>,
    most: usize,
) -> Result<Option<Option<Secret<String>>>, Refusal> {
    let Some(sent) = sent else { return Ok(None) };
    let sent = sent.as_ref().map_or("", |sent| sent.expose());
    Ok(Some(text::optional(field, sent, most)?.map(Secret::new)))
}

/// The Practitioner with the new name and telephone number.
#[must_use]
pub fn practitioner(mut resource: Value, change: &Change) -> Value {
    if let Some(name) = &change.name {
        set(&mut resource, "name", Some(json!([{ "text": name.expose() }])));
    }
    if let Some(phone) = &change.phone {
        let telecom = resource.get("telecom").and_then(Value::as_array).cloned().unwrap_or_default();
        let others = telecom.into_iter().filter(|contact| contact.get("system") != Some(&"phone".into()));
        let phone = phone.as_ref().map(|phone| json!({ "system": "phone", "value": phone.expose() }));
        let telecom: Vec<_> = others.chain(phone).collect();
        remove(&mut resource, "telecom");
        set(&mut resource, "telecom", Some(telecom).filter(|telecom| !telecom.is_empty()).map(Value::from));
    }
    resource
}

/// The PractitionerRole with the new employer: what its organization is called, whichever Organization that is here.
#[must_use]
pub fn role(mut resource: Value, change: &Change) -> Value {
    if let Some(company) = &change.company {
        let mut organization = resource.get("organization").cloned().unwrap_or_else(|| json!({}));
        remove(&mut organization, "display");
        set(&mut organization, "display", company.as_ref().map(|company| company.expose().clone().into()));
        let is_empty = organization.as_object().is_some_and(serde_json::Map::is_empty);
        remove(&mut resource, "organization");
        set(&mut resource, "organization", Some(organization).filter(|_| !is_empty));
    }
    resource
}

fn remove(resource: &mut Value, name: &str) {
    if let Some(object) = resource.as_object_mut() {
        object.shift_remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(sent: &str) -> Result<Change, Refusal> {
        Change::checked(&serde_json::from_str(sent).unwrap())
    }

    #[test]
    fn a_name_cannot_be_removed() {
        for sent in [r#"{"name":null}"#, r#"{"name":" "}"#] {
            assert_eq!(change(sent).unwrap_err().to_string(), "name is required");
        }
    }

    #[test]
    fn what_is_absent_stays_and_null_removes() {
        let email = json!({ "system": "email", "value": "a@b.c" });
        let phone = json!({ "system": "phone", "value": "1" });
        let before =
            json!({ "resourceType": "Practitioner", "name": [{ "text": "A" }], "telecom": [email, phone] });
        assert_eq!(practitioner(before.clone(), &change("{}").unwrap()), before);
        let after = practitioner(before.clone(), &change(r#"{"name":"B","phone":null}"#).unwrap());
        assert_eq!(after["name"][0]["text"], "B");
        assert_eq!(after["telecom"], json!([email]));

        let tenant = json!({ "organization": { "reference": "Organization/1" } });
        let employed = role(tenant.clone(), &change(r#"{"company":"C"}"#).unwrap());
        assert_eq!(employed["organization"], json!({ "reference": "Organization/1", "display": "C" }));
        assert_eq!(role(employed, &change(r#"{"company":""}"#).unwrap()), tenant);
    }
}
