//! Functions that FHIR adds. <https://hl7.org/fhir/R4/fhirpath.html#functions>

use super::{Answer, Call, Entry, entry, truth};
use crate::fhir::definitions::type_named;
use crate::fhir::fhirpath::context::Fault;
use crate::fhir::fhirpath::evaluate::one;
use crate::fhir::fhirpath::expression::Term;
use crate::fhir::fhirpath::item::{Item, Kind};
use crate::fhir::fhirpath::navigate::unseen;
use crate::fhir::reference::Literal;
use serde_json::Value;

pub(super) static TABLE: &[Entry] = &[
    entry("extension", 1, 1, extension),
    entry("hasValue", 0, 0, |call| truth(matches!(call.input.as_slice(), [item] if has_value(item)))),
    entry("getValue", 0, 0, |call| Ok(call.single()?.into_iter().collect())),
    entry("resolve", 0, 0, resolve),
    // Narratives are looked at when a resource is read.
    entry("htmlChecks", 0, 0, |_| truth(true)),
    entry("getResourceKey", 0, 0, resource_key),
    entry("getReferenceKey", 0, 1, reference_key),
];

fn has_value(item: &Item<'_>) -> bool {
    !matches!(item, Item::Node(node) if matches!(node.kind, Kind::Complex(_)) || node.value.is_null())
}

/// The extensions with a URL.
fn extension<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let Some(url) = call.text(0)? else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for item in &call.input {
        if let Item::Node(node) = item {
            node.members("extension", &mut found);
        }
    }
    found.retain(|item| matches!(item, Item::Node(node) if node.value.get("url").and_then(Value::as_str) == Some(&url)));
    Ok(found)
}

/// What references point at: contained resources and those of the same Bundle whole, of others the type that the reference tells.
fn resolve<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let mut found = Vec::new();
    for item in &call.input {
        call.scope.context.step(1)?;
        let Some(text) = reference_of(item) else { continue };
        let root = &call.scope.context.root;
        let inside = inside(&call.scope.context.resource, &text).or_else(|| inside(root, &text));
        let Some(literal) = inside.is_none().then(|| Literal::parse(&text)).flatten() else {
            found.extend(inside);
            continue;
        };
        let definition = literal.type_name().and_then(|name| type_named(name.as_str()));
        found.extend(definition.map(unseen));
    }
    Ok(found)
}

fn reference_of(item: &Item<'_>) -> Option<String> {
    if let Some(text) = item.text() {
        return Some(text.into_owned());
    }
    let Item::Node(node) = item else { return None };
    Some(node.value.get("reference")?.as_str()?.to_owned())
}

/// The resource that is contained in this one, or an entry of it.
fn inside<'a>(resource: &Item<'a>, text: &str) -> Option<Item<'a>> {
    let Item::Node(node) = resource else { return None };
    if text == "#" {
        return Some(resource.clone());
    }
    if let Some(id) = text.strip_prefix('#') {
        let contained = node.value.get("contained")?.as_array()?;
        return contained
            .iter()
            .find(|inner| inner.get("id").and_then(Value::as_str) == Some(id))
            .and_then(Item::resource);
    }
    let entries = node.value.get("entry")?.as_array()?;
    let full = |entry: &&Value| {
        entry
            .get("fullUrl")
            .and_then(Value::as_str)
            .is_some_and(|url| url == text || url.strip_suffix(text).is_some_and(|base| base.ends_with('/')))
    };
    entries.iter().find(full)?.get("resource").and_then(Item::resource)
}

/// The key by which views join resources: the id. <https://sql-on-fhir.org/ig/StructureDefinition-ViewDefinition.html>
fn resource_key<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let Some(Item::Node(node)) = one(&call.input)? else { return Ok(Vec::new()) };
    let is_resource = node.value.get("resourceType").is_some();
    let key = node.value.get("id").and_then(Value::as_str).filter(|_| is_resource);
    Ok(key.map(|key| Item::Text(key.into())).into_iter().collect())
}

/// The same key of what references point at, where it is of the type that may be named. Only a reference within one server has one.
fn reference_key<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let wanted = match call.arguments.first() {
        None => None,
        Some(Term::Member(None, name)) => Some(name.as_str()),
        Some(Term::Member(Some(of), name)) if matches!(&**of, Term::Member(None, of) if of == "FHIR") => {
            Some(name.as_str())
        }
        Some(_) => return Err(Fault::WrongType),
    };
    let mut keys = Vec::new();
    for item in &call.input {
        call.scope.context.step(1)?;
        let Some(text) = reference_of(item) else { continue };
        if let Some(Literal::Relative { resource_type, id, .. }) = Literal::parse(&text)
            && wanted.is_none_or(|wanted| wanted == resource_type.as_str())
        {
            keys.push(Item::Text(id.to_owned().into()));
        }
    }
    Ok(keys)
}
