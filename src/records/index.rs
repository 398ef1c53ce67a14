//! What a resource can be found by: the same numbers and folded texts are made from its values here and from a query in
//! `search`.

mod together;

pub use together::{number_slot, opened_by_code, opened_by_token};

use std::collections::BTreeSet;

use serde_json::Value;

use super::access::{PATIENT, patients_within};
use super::parameters::Parameters;
use super::{Error, Version};
use crate::fhir::ResourceType;
use crate::fhir::decimal::sortable;
use crate::fhir::definitions::search_parameter;
use crate::fhir::folding::fold;
use crate::fhir::reference::Literal;
use crate::fhir::search_parameter::SearchKind;
use crate::fhir::search_values::{self, Indexed, Quantity, Reference, Token, TypedIdentifier};
use crate::storage::address::{self, address};
use crate::storage::index_entries::{
    DateEntry, IndexEntries, NO_HIGH, NO_LOW, NO_MOMENT, NumberEntry, TermEntry, TextEntry, head,
};

/// What a reader sees of a token is kept under the parameter's name with this at its end.
pub const TEXT: &str = ":text";
/// A reference's business identifier is kept under the parameter's name with this at its end; after it may stand `:` and the
/// type that the reference names.
pub const IDENTIFIER: &str = ":identifier";
/// An identifier with its type is kept under the parameter's name with this at its end.
pub const OF_TYPE: &str = ":of-type";
/// A token and the patient are kept together under the token's name with this at its end.
pub const OF_PATIENT: &str = "@patient";
/// The parameter that says which patient a resource is about.
const WHOSE: &str = "patient";
/// The type of what it points at.
pub const PATIENT_TYPE: &str = "Patient";
/// Parameters whose tokens are kept together with the patient.
pub const ASKED_OF_PATIENTS: [&str; 2] = ["category", "code"];

/// The type of a contained resource is kept under this name. Its own values are not: they are read when it is asked for.
pub const CONTAINED: &str = "#contained";

/// What the rights to a Binary are those to is kept under this name.
pub const SECURITY_CONTEXT: &str = "#securityContext";

/// By what references lead to a resource that may have a canonical URL is kept under this name: its address, its URL alone and with its
/// version.
pub const NAMES: &str = "#names";

/// The patients of whom a Bundle holds something are kept under this name.
pub const PATIENTS: &str = "#patients";
/// The type whose resources hold others as entries.
pub const BUNDLE: &str = "Bundle";

/// Under all these endings of a parameter's name something may be kept.
pub const KEPT_BESIDE: [&str; 7] = ["", TEXT, IDENTIFIER, OF_TYPE, OF_PATIENT, LATITUDE, LONGITUDE];

/// Parameters whose values are those of the resource's own row.
const OF_THE_RESOURCE: [&str; 2] = ["_id", "_lastUpdated"];

/// A place's degrees are kept under the parameter's name with one of these at its end.
pub const LATITUDE: &str = ":latitude";
/// See [`LATITUDE`].
pub const LONGITUDE: &str = ":longitude";

/// So many characters of a code decide its place in an order.
const CODE: usize = 32;

/// The type whose resources have a security context.
pub const BINARY: &str = "Binary";

/// Type and id of what the rights to a Binary are those to. <https://hl7.org/fhir/R4/binary.html#security>
pub fn security_context(binary: &Value) -> Option<(ResourceType, &str)> {
    match Literal::parse(binary.pointer("/securityContext/reference")?.as_str()?)? {
        Literal::Relative { resource_type, id, .. } => Some((resource_type, id)),
        Literal::Absolute { named, .. } => named,
        Literal::Contained(_) | Literal::Conditional { .. } | Literal::Uri(_) => None,
    }
}

/// Everything that the resource can be found by.
pub fn entries(parameters: &Parameters, resource_type: ResourceType, resource: &Value) -> IndexEntries {
    let mut index = Index { parameters, resource_type, entries: IndexEntries::default() };
    let moment = search_values::moment(resource_type);
    let of_patient = search_values::sources(resource_type, WHOSE).first().copied();
    for found in search_values::search_values(resource_type, resource) {
        let code = &*found.parameter.code;
        if index.entries.patient.is_none() && of_patient.is_some_and(|source| source.code == code) {
            index.entries.patient = patient_in(&found.value);
        }
        if OF_THE_RESOURCE.contains(&code) {
            continue;
        }
        // It stands in the resource's own row.
        if let (true, Indexed::Date(period)) = (moment == Some(code), &found.value) {
            // The least number of all stands for none.
            index.entries.moment = period.low.max(NO_MOMENT.saturating_add(1));
            index.entries.until = period.high;
        } else {
            index.add(code, &found.value);
        }
    }
    parameters.own_values(resource_type, resource, &mut |own, value| index.add(&own.code, &value));
    index.add_of_patient();
    index.add_contained(resource);
    index.add_names(resource);
    index.add_security_context(resource);
    index.add_patients(resource);
    let Index { mut entries, .. } = index;
    entries.terms.sort_unstable();
    entries.terms.dedup();
    drop_bare(&mut entries.terms);
    entries.dates.sort_unstable();
    entries.dates.dedup();
    entries.texts.sort_unstable();
    entries.texts.dedup();
    entries.numbers.sort_unstable();
    entries.numbers.dedup();
    entries
}

/// The patient that a reference points at, if it is one of ours.
fn patient_in(value: &Indexed<'_>) -> Option<String> {
    let Indexed::Reference(Reference { target: Some((target, id)), url: None, .. }) = value else {
        return None;
    };
    (target.as_str() == PATIENT_TYPE).then(|| (*id).to_owned())
}

/// Id of the Patient that a resource is, or is about.
pub fn patient(resource_type: ResourceType, resource: &Value) -> Option<String> {
    if resource_type.as_str() == PATIENT_TYPE {
        return resource.get("id").and_then(Value::as_str).map(str::to_owned);
    }
    let source = search_values::sources(resource_type, WHOSE).first().copied()?;
    let values = search_values::search_values(resource_type, resource);
    values
        .iter()
        .filter(|found| found.parameter.code == source.code)
        .find_map(|found| patient_in(&found.value))
}

/// The same for a version as it is kept.
///
/// # Errors
/// When what is kept is not a resource, which cannot come from a request.
pub fn entries_of(parameters: &Parameters, version: &Version) -> Result<IndexEntries, Error> {
    let Some(body) = version.body.as_deref() else { return Ok(IndexEntries::default()) };
    let resource = serde_json::from_str(body).map_err(Error::internal)?;
    let resource_type = ResourceType::parse(&version.resource_type)
        .ok_or_else(|| Error::internal("a stored resource of no known type"))?;
    Ok(entries(parameters, resource_type, &resource))
}

/// An entry that says only that there is something is of no use beside one that says what.
fn drop_bare(terms: &mut Vec<TermEntry>) {
    let is_bare = |term: &TermEntry| term.value == 0 && term.qualifier == 0;
    let told: Vec<i32> = terms.iter().filter(|term| !is_bare(term)).map(|term| term.slot).collect();
    terms.retain(|term| !is_bare(term) || !told.contains(&term.slot));
}

/// The value of a code or identifier.
pub fn code_value(code: &str) -> i64 {
    address::value(&["code", code])
}

/// The value of a reference that is a URL.
pub fn url_value(url: &str) -> i64 {
    address::value(&["url", url])
}

/// Whether resources of a type have a canonical URL and a version.
pub fn is_named(resource_type: ResourceType) -> bool {
    let has = |code, kind| search_parameter(resource_type, code).is_some_and(|found| found.kind == kind);
    has("url", SearchKind::Uri) && has("version", SearchKind::Token)
}

/// The values of the references that name a resource with this canonical URL and version.
/// <https://hl7.org/fhir/R4/references.html#canonical>
pub fn names(url: &str, version: Option<&str>) -> impl Iterator<Item = i64> {
    let with_version = version.map(|version| url_value(&format!("{url}|{version}")));
    [Some(url_value(url)), with_version].into_iter().flatten()
}

/// The value of an identifier with its type.
pub fn typed_value(system: &str, code: &str, value: &str) -> i64 {
    address::value(&["typed", system, code, value])
}

/// The qualifier of a code with this system, or with none.
pub fn system_qualifier(system: &str) -> i32 {
    if system.is_empty() { 0 } else { address::qualifier(system) }
}

/// The slot of a parameter.
pub fn slot(resource_type: ResourceType, parameter: &str) -> i32 {
    address::slot(resource_type.as_str(), parameter)
}

struct Index<'p> {
    parameters: &'p Parameters,
    resource_type: ResourceType,
    entries: IndexEntries,
}

impl Index<'_> {
    fn add(&mut self, parameter: &str, value: &Indexed<'_>) {
        match value {
            Indexed::Token(token) => self.token(parameter, *token),
            Indexed::TypedIdentifier(TypedIdentifier { type_system, type_code, value }) => {
                let value = typed_value(type_system, type_code, value);
                self.term(&format!("{parameter}{OF_TYPE}"), value, 0, None);
            }
            Indexed::Reference(reference) => self.reference(parameter, reference),
            Indexed::Date(interval) => {
                let slot = self.slot(parameter);
                self.entries.dates.push(DateEntry { slot, low: interval.low, high: interval.high });
            }
            Indexed::Text(text) => {
                self.entries.texts.push(TextEntry::new(self.slot(parameter), fold(text), text));
            }
            Indexed::Uri(uri) => {
                self.entries.texts.push(TextEntry::new(self.slot(parameter), (*uri).to_owned(), uri));
            }
            Indexed::Number(digits) => {
                let amount = Quantity { low: Some(digits), high: Some(digits), ..Quantity::default() };
                self.number(parameter, &amount);
            }
            Indexed::Quantity(quantity) => self.number(parameter, quantity),
            Indexed::Together(parts) => self.together(parameter, parts),
            Indexed::Position { latitude, longitude } => {
                for (part, digits) in [(LATITUDE, latitude), (LONGITUDE, longitude)] {
                    let degrees = Quantity { low: Some(digits), high: Some(digits), ..Quantity::default() };
                    self.number(&format!("{parameter}{part}"), &degrees);
                }
            }
        }
    }

    fn slot(&self, parameter: &str) -> i32 {
        slot(self.resource_type, parameter)
    }

    fn term(&mut self, parameter: &str, value: i64, qualifier: i32, code: Option<&str>) {
        let code = code.map(|code| code.chars().take(CODE).collect());
        self.entries.terms.push(TermEntry { slot: self.slot(parameter), value, qualifier, code });
    }

    fn token(&mut self, parameter: &str, token: Token<'_>) {
        let value = token.code.map_or(0, code_value);
        self.term(parameter, value, system_qualifier(token.system.unwrap_or_default()), token.code);
        if let Some(text) = token.text {
            let slot = self.slot(&format!("{parameter}{TEXT}"));
            self.entries.texts.push(TextEntry::unwritten(slot, fold(text)));
        }
    }

    fn reference(&mut self, parameter: &str, reference: &Reference<'_>) {
        // A whole URL of this server is a reference like any other; a canonical one is a name.
        let is_name = || search_values::has_canonicals(self.resource_type, parameter);
        let local = reference.url.and_then(|url| self.parameters.local(url)).filter(|_| !is_name());
        let target = reference.target.or(local);
        let url = reference.url.filter(|_| local.is_none());
        let kind = target.map(|(resource_type, _)| resource_type.as_str()).or(reference.kind);
        let qualifier = kind.map_or(0, address::qualifier);
        let value = match (url, target) {
            (Some(url), _) => url_value(url),
            (None, Some((resource_type, id))) => address(resource_type.as_str(), id),
            (None, None) => 0,
        };
        self.term(parameter, value, qualifier, url.map(head));
        if let Some(Token { system, code, .. }) = reference.identifier {
            let (system, value) = (system_qualifier(system.unwrap_or_default()), code.map_or(0, code_value));
            self.term(&format!("{parameter}{IDENTIFIER}"), value, system, None);
            if let Some(kind) = kind {
                self.term(&format!("{parameter}{IDENTIFIER}:{kind}"), value, system, None);
            }
        }
    }

    /// What is asked of one patient is found, and comes in the order of time, by one entry.
    fn add_of_patient(&mut self) {
        let Some(source) = search_values::sources(self.resource_type, WHOSE).first().copied() else {
            return;
        };
        let of = self.slot(source.code);
        let patients: Vec<i64> =
            self.entries.terms.iter().filter(|t| t.slot == of && t.value != 0).map(|t| t.value).collect();
        if patients.is_empty() {
            return;
        }
        for parameter in ASKED_OF_PATIENTS {
            let (plain, joint) = (self.slot(parameter), self.slot(&format!("{parameter}{OF_PATIENT}")));
            let tokens = self.entries.terms.iter().filter(|t| t.slot == plain && t.value != 0);
            let joined = tokens.flat_map(|token| {
                patients.iter().map(move |patient| TermEntry {
                    slot: joint,
                    value: address::beside(token.value, *patient),
                    qualifier: token.qualifier,
                    code: None,
                })
            });
            let joined: Vec<_> = joined.collect();
            self.entries.terms.extend(joined);
        }
    }

    fn add_contained(&mut self, resource: &Value) {
        let contained = resource.get("contained").and_then(Value::as_array).into_iter().flatten();
        for of_type in contained.filter_map(ResourceType::of) {
            self.term(CONTAINED, code_value(of_type.as_str()), 0, None);
        }
    }

    /// What names the resource by its URL meets it here, as what points at it meets its address.
    fn add_names(&mut self, resource: &Value) {
        if !is_named(self.resource_type) {
            return;
        }
        let text = |name| resource.get(name).and_then(Value::as_str);
        if let Some(id) = text("id") {
            self.term(NAMES, address(self.resource_type.as_str(), id), 0, None);
        }
        for value in text("url").into_iter().flat_map(|url| names(url, text("version"))) {
            self.term(NAMES, value, 0, None);
        }
    }

    /// A Bundle belongs to whom its entries belong to; R4 has no compartment for it.
    fn add_patients(&mut self, resource: &Value) {
        if self.resource_type.as_str() != BUNDLE {
            return;
        }
        let mut patients = BTreeSet::new();
        for inner in resource.get("entry").and_then(Value::as_array).into_iter().flatten() {
            let Some(inner) = inner.get("resource") else { continue };
            if let Some(of_type) = ResourceType::of(inner) {
                let id = inner.get("id").and_then(Value::as_str);
                patients.extend(patients_within(of_type, id, &entries(self.parameters, of_type, inner)));
            }
        }
        for patient in patients {
            self.term(PATIENTS, patient, address::qualifier(PATIENT), None);
        }
    }

    /// R4 has no parameter for it.
    fn add_security_context(&mut self, resource: &Value) {
        if self.resource_type.as_str() != BINARY {
            return;
        }
        if let Some((resource_type, id)) = security_context(resource) {
            let value = address(resource_type.as_str(), id);
            self.term(SECURITY_CONTEXT, value, address::qualifier(resource_type.as_str()), None);
        }
    }

    fn number(&mut self, parameter: &str, quantity: &Quantity<'_>) {
        self.number_in(self.slot(parameter), quantity);
    }

    fn number_in(&mut self, slot: i32, quantity: &Quantity<'_>) {
        let end = |digits: Option<&str>, open: &str| digits.map_or(Some(open.to_owned()), sortable);
        // What is valid has no number that cannot be read.
        let (Some(low), Some(high)) = (end(quantity.low, NO_LOW), end(quantity.high, NO_HIGH)) else {
            return;
        };
        let name = |part: Option<&str>| part.map(address::qualifier);
        self.entries.numbers.push(NumberEntry {
            slot,
            low,
            high,
            system: name(quantity.system),
            code: name(quantity.code),
            unit: name(quantity.unit),
        });
    }
}
