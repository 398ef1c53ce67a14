//! A Consent from JSON.

use serde_json::Value;

use super::{Action, Consent, Matter, Provision, Verdict};
use crate::fhir::ResourceType;
use crate::fhir::date::{Interval, period};
use crate::fhir::reference::Literal;

/// So many provisions a Consent has at most, and so many codes, labels and resources in all; one with more is a denial of all.
const MOST: usize = 100;
const MOST_NAMED: usize = 200;

/// What a consent to a treatment or an advance directive says is not about data.
const OTHER_SCOPES: [&str; 2] = ["treatment", "adr"];

/// The code systems of purposes, and of resource types as classes of content.
const ACT_REASON: &str = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
const RESOURCE_TYPES: [&str; 2] = ["http://hl7.org/fhir/resource-types", "http://hl7.org/fhir/fhir-types"];

/// The types whose callers are known.
const ACTORS: [&str; 5] = ["Device", "Organization", "Patient", "Practitioner", "RelatedPerson"];

/// Elements of a provision that are read here, or say nothing that limits it.
const KNOWN: [&str; 14] = [
    "action",
    "actor",
    "class",
    "code",
    "data",
    "dataPeriod",
    "extension",
    "id",
    "period",
    "provision",
    "purpose",
    "securityLabel",
    "type",
    "_type",
];

impl Consent {
    /// Reads a valid Consent; none where it is not active, about no patient of this server, or not about the use of data. `base_url` is
    /// the base of this server's own URLs.
    #[must_use]
    pub fn read(resource: &Value, base_url: &str) -> Option<Self> {
        if text(resource, "status") != Some("active") {
            return None;
        }
        let scopes = codings(resource.get("scope")?);
        if !scopes.is_empty() && scopes.iter().all(|(_, code)| OTHER_SCOPES.contains(&code.as_str())) {
            return None;
        }
        let patient = match reference(resource.get("patient")?, base_url)? {
            (resource_type, id) if resource_type.as_str() == "Patient" => id,
            _ => return None,
        };
        let mut provisions = Vec::new();
        let first = resource.get("provision");
        let by_policy = policy(resource);
        match first {
            Some(first) => add(&mut provisions, first, (0, by_policy), base_url),
            None => provisions.extend(by_policy.map(|verdict| Provision::all(0, Some(verdict)))),
        }
        let named = |one: &Provision| {
            let Matter { types, codes, labels, resources, .. } = &one.matter;
            [types.len(), codes.len(), labels.len(), resources.len(), one.actors.len(), one.purposes.len()]
        };
        let named: usize = provisions.iter().flat_map(named).sum();
        if named > MOST_NAMED || resource.get("modifierExtension").is_some() {
            provisions.push(Provision::all(MOST, Some(Verdict::Deny)));
        }
        (!provisions.is_empty()).then_some(Self { patient, provisions })
    }
}

impl Provision {
    /// One that is limited to nothing.
    fn all(depth: usize, verdict: Option<Verdict>) -> Self {
        let (period, matter) = (None, Matter::default());
        let (actors, actions, purposes) = (Vec::new(), Vec::new(), Vec::new());
        Self { depth, verdict, period, actors, actions, purposes, matter }
    }
}

/// Adds a provision and those within it.
fn add(
    provisions: &mut Vec<Provision>,
    provision: &Value,
    (depth, otherwise): (usize, Option<Verdict>),
    base_url: &str,
) {
    if provisions.len() >= MOST {
        if provisions.len() == MOST {
            provisions.push(Provision::all(MOST, Some(Verdict::Deny)));
        }
        return;
    }
    let mut reading = Reading { is_understood: true };
    let verdict = match text(provision, "type") {
        Some("permit") => Some(Verdict::Permit),
        Some("deny") => Some(Verdict::Deny),
        _ => otherwise,
    };
    let known =
        provision.as_object().is_some_and(|all| all.keys().all(|name| KNOWN.contains(&name.as_str())));
    reading.is_understood &= known;
    let mut one = Provision {
        period: reading.period(provision.get("period")),
        actors: reading.each(provision, "actor", |one| actor(one, base_url)),
        actions: reading.each(provision, "action", |action| {
            codings(action).first().and_then(|(_, code)| self::action(code))
        }),
        purposes: reading.each(provision, "purpose", purpose),
        matter: Matter {
            types: reading.each(provision, "class", class),
            codes: reading
                .each(provision, "code", |code| some(codings(code)))
                .into_iter()
                .flatten()
                .collect(),
            labels: reading.each(provision, "securityLabel", coding),
            resources: reading.each(provision, "data", |one| data(one, verdict, base_url)),
            period: reading.period(provision.get("dataPeriod")),
        },
        ..Provision::all(depth, verdict)
    };
    if !reading.is_understood {
        one.verdict = Some(Verdict::Deny);
    }
    provisions.push(one);
    for inner in items(provision, "provision") {
        // An exception says of which kind it is; one that does not is a denial.
        add(provisions, inner, (depth.saturating_add(1), Some(Verdict::Deny)), base_url);
    }
}

/// Whether all of a provision was understood.
struct Reading {
    is_understood: bool,
}

impl Reading {
    /// Each item of a list, as far as it is understood. A list of which an item is not limits nothing.
    fn each<T>(&mut self, provision: &Value, name: &str, read: impl Fn(&Value) -> Option<T>) -> Vec<T> {
        let all: Option<Vec<T>> = items(provision, name).map(read).collect();
        self.is_understood &= all.is_some();
        all.unwrap_or_default()
    }

    fn period(&mut self, value: Option<&Value>) -> Option<Interval> {
        let value = value?;
        let read = period(text(value, "start"), text(value, "end"));
        self.is_understood &= read.is_some();
        read
    }
}

/// What the policy says that the Consent names, where it is one that HL7 has a code for.
fn policy(resource: &Value) -> Option<Verdict> {
    let rules = resource.get("policyRule").map(codings).unwrap_or_default();
    rules.iter().find_map(|(_, code)| match code.as_str() {
        "OPTIN" | "OPTINR" => Some(Verdict::Permit),
        "OPTOUT" | "OPTOUTE" => Some(Verdict::Deny),
        _ => None,
    })
}

fn actor(actor: &Value, base_url: &str) -> Option<String> {
    let (resource_type, id) = reference(actor.get("reference")?, base_url)?;
    let is_known = ACTORS.contains(&resource_type.as_str()) && actor.get("modifierExtension").is_none();
    is_known.then(|| format!("{resource_type}/{id}"))
}

fn action(code: &str) -> Option<Action> {
    match code {
        "collect" => Some(Action::Collect),
        "access" | "use" | "disclose" => Some(Action::Access),
        "correct" => Some(Action::Correct),
        _ => None,
    }
}

fn purpose(purpose: &Value) -> Option<String> {
    coding(purpose).filter(|(system, _)| system == ACT_REASON).map(|(_, code)| code)
}

fn class(class: &Value) -> Option<ResourceType> {
    let (_, code) = coding(class).filter(|(system, _)| RESOURCE_TYPES.contains(&system.as_str()))?;
    ResourceType::parse(&code)
}

/// A resource that is meant by itself. To permit what is related to it too would let in more than can be told: that is less, and a
/// denial of it is not understood.
fn data(data: &Value, verdict: Option<Verdict>, base_url: &str) -> Option<(ResourceType, String)> {
    let is_instance = (text(data, "meaning") == Some("instance") || verdict == Some(Verdict::Permit))
        && data.get("modifierExtension").is_none();
    reference(data.get("reference").filter(|_| is_instance)?, base_url)
}

/// Type and id of the resource of this server that a reference names.
fn reference(reference: &Value, base_url: &str) -> Option<(ResourceType, String)> {
    let whole = text(reference, "reference")?;
    let local =
        whole.strip_prefix(base_url).and_then(|rest| rest.strip_prefix('/')).filter(|_| !base_url.is_empty());
    match Literal::parse(local.unwrap_or(whole))? {
        Literal::Relative { resource_type, id, .. } => Some((resource_type, id.to_owned())),
        Literal::Contained(_) | Literal::Conditional { .. } | Literal::Absolute { .. } | Literal::Uri(_) => {
            None
        }
    }
}

/// The codes of a concept.
fn codings(concept: &Value) -> Vec<(String, String)> {
    items(concept, "coding").filter_map(coding).collect()
}

fn coding(coding: &Value) -> Option<(String, String)> {
    Some((text(coding, "system").unwrap_or_default().to_owned(), text(coding, "code")?.to_owned()))
}

fn some<T>(all: Vec<T>) -> Option<Vec<T>> {
    (!all.is_empty()).then_some(all)
}

fn items<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name).and_then(Value::as_str)
}
