//! Whom a reading is of: an additional field of ours, so that consent, compartment and timeline apply.

use super::errors::Refusal;
use super::search;
use crate::fhir::ResourceType;
use crate::fhir::primitive::is_id;
use crate::identity::Caller;
use crate::records::{Error, Records};

/// The id of the Patient that `<id>`, `Patient/<id>` or `<system>|<value>` names in the caller's tenant. `|<value>` is an identifier
/// without a system.
///
/// # Errors
/// When there is none, or more than one; another tenant's is none.
pub async fn find(records: &Records, caller: &Caller, named: &str) -> Result<String, Refusal> {
    let resource_type = ResourceType::parse("Patient").ok_or(Error::UnknownType)?;
    if let Some(id) = id(named) {
        return match records.read(&caller.quietly(), resource_type, id).await {
            Ok(stored) => Ok(stored.id),
            Err(Error::NotFound | Error::Gone) => Err(unknown()),
            Err(other) => Err(other.into()),
        };
    }
    let identifier =
        identifier(named).ok_or_else(|| refused("must be <id>, Patient/<id> or <system>|<value>"))?;
    let page =
        records.search(&caller.quietly(), resource_type, &search::by("identifier", identifier, 2)).await?;
    match page.resources.as_slice() {
        [] => Err(unknown()),
        [patient] => Ok(patient.id.clone()),
        _ => Err(refused("names more than one patient")),
    }
}

/// The id that `<id>` or `Patient/<id>` has.
fn id(named: &str) -> Option<&str> {
    let id = named.strip_prefix("Patient/").unwrap_or(named);
    is_id(id).then_some(id)
}

/// `<system>|<value>` as a search takes it: of what was sent only the first bar is one. None without a value, as that would
/// find whoever has any identifier of the system.
fn identifier(named: &str) -> Option<String> {
    let (system, value) = named.split_once('|').filter(|(_, value)| !value.trim().is_empty())?;
    Some(format!("{}|{}", escaped(system), escaped(value)))
}

/// <https://hl7.org/fhir/R4/search.html#escaping>
fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut escaped, character| {
        if matches!(character, '\\' | '|' | ',' | '$') {
            escaped.push('\\');
        }
        escaped.push(character);
        escaped
    })
}

fn unknown() -> Refusal {
    refused("names no patient")
}

fn refused(problem: &str) -> Refusal {
    Refusal::Validation("patient", problem.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{id, identifier};

    #[test]
    fn an_identifier_has_a_value() {
        for named in ["", "1", "urn:mrn|", "urn:mrn| ", "|", "| "] {
            assert_eq!(identifier(named), None, "{named:?}");
        }
    }

    #[test]
    fn an_id_has_no_bar_and_64_characters_at_most() {
        for named in ["", "Patient/", "a|b", "Patient/a b", "Group/1", "urn:uuid:1", &"x".repeat(65)] {
            assert_eq!(id(named), None, "{named:?}");
        }
        assert_eq!((id("Patient/a-1.B"), id("a-1.B")), (Some("a-1.B"), Some("a-1.B")));
    }

    #[test]
    fn only_the_first_bar_parts_system_and_value() {
        let as_searched = |named| identifier(named).unwrap();
        assert_eq!(as_searched("urn:mrn|1"), "urn:mrn|1");
        assert_eq!(as_searched("|1"), "|1");
        assert_eq!(as_searched(r"urn:mrn|a,b|c\$"), r"urn:mrn|a\,b\|c\\\$");
    }
}
