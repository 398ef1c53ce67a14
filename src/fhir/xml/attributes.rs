//! The few things that FHIR writes as attributes: values, ids, and the URLs of extensions.

use std::borrow::Cow;

use super::source::{Source, Space, Tag};
use super::{fault, values};
use crate::fhir::json::shown;
use crate::fhir::outcome::{Issue, IssueType};
use crate::fhir::place::Place;

/// What an element's tag says.
#[derive(Default)]
pub(super) struct Attributes<'a> {
    pub id: Option<Cow<'a, str>>,
    pub url: Option<Cow<'a, str>>,
    pub value: Option<Cow<'a, str>>,
}

/// Reads the attributes of an element in FHIR's namespace; `allowed` names those that it may have.
pub(super) fn read<'t>(
    source: &Source<'_>,
    tag: &'t Tag<'_>,
    allowed: &[&str],
    place: Place<'_>,
) -> Result<Attributes<'t>, Issue> {
    if tag.space != Space::Fhir {
        let problem = format!("The element {} is not in the namespace {}.", shown(tag.name()), super::FHIR);
        return Err(fault::misshapen(place, problem));
    }
    let mut read = Attributes::default();
    for attribute in source.attributes(tag)? {
        let key = attribute.key;
        if key.as_namespace_binding().is_some() {
            continue;
        }
        let name = key.into_inner();
        if !allowed.contains(&name) {
            let problem = format!("The element {} has no attribute {}.", shown(tag.name()), shown(name));
            return Err(fault::misshapen(place, problem));
        }
        let text = values::text(&attribute).ok_or_else(|| {
            let problem = format!("The attribute {name} holds a reference that XML does not define.");
            Issue::error(IssueType::Value, problem).at(place.to_string())
        })?;
        match name {
            "id" => read.id = Some(text),
            "url" => read.url = Some(text),
            _ => read.value = Some(text),
        }
    }
    Ok(read)
}
