//! Checking a resource against a profile.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::Profiles;
use super::node::{Binding, Node, Profile, Rule, TypeRule};
use super::pattern::{is_same, matches};
use crate::fhir::fhirpath::{Context, Item, Kind};
use crate::fhir::outcome::{Issue, IssueType, Severity};
use crate::fhir::reference::Literal;

/// After so many issues the rest is not looked at.
const MOST_ISSUES: usize = 50;
/// So deep may profiles lead to one another: they may do so in a circle.
const DEEPEST: u32 = 12;
/// R4's own definitions, which every resource is checked against anyway.
const BASE: &str = "http://hl7.org/fhir/StructureDefinition/";

/// Whether a code is in a value set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is.
    In,
    /// It is not.
    Out,
    /// The value set is not known, or not wholly.
    Unknown,
}

/// Asks whether a code of a system, which may not be told, is in a value set.
pub type Codes<'c> = &'c dyn Fn(&str, Option<&str>, &str) -> Verdict;

/// What of a resource breaks a profile.
#[must_use]
pub fn broken(
    resource: &Value,
    profile: &Profile,
    profiles: &Profiles,
    codes: Codes<'_>,
    now: DateTime<Utc>,
) -> Vec<Issue> {
    let Some(item) = Item::resource(resource) else { return Vec::new() };
    if !item.is_a(&profile.of) {
        let text = format!("The profile {} is of {}.", profile.url, profile.of);
        return vec![Issue::error(IssueType::Invalid, text)];
    }
    let context = Context::of(item.clone(), item.clone(), now);
    let mut walk = Walk { issues: Vec::new(), context, profiles, codes, depth: 0, is_spent: false };
    let name = resource.get("resourceType").and_then(Value::as_str).unwrap_or_default();
    walk.item(&profile.root, &item, name);
    walk.issues
}

/// What was found, and by what it is judged.
pub(super) struct Walk<'w, 'a> {
    issues: Vec<Issue>,
    pub(super) context: Context<'a>,
    profiles: &'w Profiles,
    codes: Codes<'w>,
    depth: u32,
    /// Whether all that a walk may take is taken.
    is_spent: bool,
}

impl<'a> Walk<'_, 'a> {
    fn report(&mut self, severity: Severity, code: IssueType, place: &str, text: impl Into<String>) {
        if self.issues.len() < MOST_ISSUES {
            self.issues.push(Issue::of(severity, code, text).at(place));
        }
    }

    pub(super) fn has(&self, value_set: &str, system: Option<&str>, code: &str) -> Verdict {
        (self.codes)(value_set, system, code)
    }

    /// An element with all that is in it.
    fn item(&mut self, node: &Node, item: &Item<'a>, place: &str) {
        if self.issues.len() >= MOST_ISSUES || self.is_spent {
            return;
        }
        if self.context.step(node.children.len().saturating_add(1)).is_err() {
            self.is_spent = true;
            return self.report(
                Severity::Warning,
                IssueType::TooCostly,
                place,
                "The rest was not checked: it would take too much.",
            );
        }
        let Item::Node(own) = item else { return };
        if let Some(fixed) = &node.fixed
            && !is_same(own.value, fixed)
        {
            self.report(
                Severity::Error,
                IssueType::Value,
                place,
                "It has not the value that the profile fixes.",
            );
        }
        if let Some(pattern) = &node.pattern
            && !matches(own.value, pattern)
        {
            self.report(
                Severity::Error,
                IssueType::Value,
                place,
                "It has not what the profile's pattern demands.",
            );
        }
        if let Some(binding) = &node.binding {
            self.bound(binding, item, place);
        }
        self.rules(&node.rules, item, place);
        self.typed(node, item, place);
        for child in &node.children {
            let mut found = Vec::new();
            own.members(&child.name, &mut found);
            self.members(child, &found, place);
        }
    }

    /// The items of an element: how many, and each of them.
    fn members(&mut self, node: &Node, items: &[Item<'a>], parent: &str) {
        let place = format!("{parent}.{}", node.name);
        self.counted(node, items.len(), &place, "");
        let places: Vec<String> = match items {
            [_] if node.max == Some(1) => vec![place.clone()],
            _ => (0..items.len()).map(|at| format!("{place}[{at}]")).collect(),
        };
        for (item, place) in items.iter().zip(&places) {
            self.item(node, item, place);
        }
        let Some(slicing) = &node.slicing else { return };
        let mut counts = vec![0_usize; node.slices.len()];
        for (item, place) in items.iter().zip(&places) {
            let found = node
                .slices
                .iter()
                .zip(&mut counts)
                .find(|((_, slice), _)| self.is_in(slice, &slicing.by, item));
            match found {
                Some(((_, slice), count)) => {
                    *count = count.saturating_add(1);
                    self.item(slice, item, place);
                }
                None if slicing.closed => {
                    self.report(
                        Severity::Error,
                        IssueType::Structure,
                        place,
                        "It is in none of the profile's slices, and others are not allowed.",
                    );
                }
                None => {}
            }
        }
        for ((name, slice), count) in node.slices.iter().zip(counts) {
            self.counted(slice, count, &place, name);
        }
    }

    fn counted(&mut self, node: &Node, count: usize, place: &str, slice: &str) {
        let of = if slice.is_empty() { String::new() } else { format!(" of the slice {slice}") };
        if count < node.min {
            let text = format!("The profile demands at least {}{of}; there are {count}.", node.min);
            self.report(Severity::Error, IssueType::Required, place, text);
        }
        if let Some(most) = node.max.filter(|most| count > *most) {
            let text = format!("The profile allows at most {most}{of}; there are {count}.");
            self.report(Severity::Error, IssueType::Structure, place, text);
        }
    }

    fn rules(&mut self, rules: &[Rule], item: &Item<'a>, place: &str) {
        for rule in rules {
            self.context.again();
            let verdict =
                rule.expression.as_ref().map(|expression| expression.holds(&self.context, item.clone()));
            match verdict {
                Some(Ok(true)) => {}
                Some(Ok(false)) => self.report(
                    rule.severity,
                    IssueType::Invariant,
                    place,
                    format!("{}: {}", rule.key, rule.text),
                ),
                Some(Err(_)) | None => {
                    let text = format!("{} was not checked: its expression cannot be evaluated.", rule.key);
                    self.report(Severity::Warning, IssueType::Processing, place, text);
                }
            }
        }
    }

    /// The types that an element may have, the profiles of its type, and what it may point at.
    fn typed(&mut self, node: &Node, item: &Item<'a>, place: &str) {
        let known: Vec<&TypeRule> = node.types.iter().filter(|of| !of.code.contains('/')).collect();
        if known.is_empty() {
            return;
        }
        let own: Vec<&TypeRule> = known.iter().filter(|of| self.is_of(item, of)).copied().collect();
        if own.is_empty() {
            let names: Vec<&str> = known.iter().map(|of| of.code.as_str()).collect();
            return self.report(
                Severity::Error,
                IssueType::Structure,
                place,
                format!("The profile allows {} here.", names.join(", ")),
            );
        }
        let targets: Vec<&String> = own.iter().flat_map(|of| &of.targets).collect();
        if !targets.is_empty() {
            self.pointed(&targets, item, place);
        }
        let profiles: Vec<&String> =
            own.iter().flat_map(|of| &of.profiles).filter(|url| !url.starts_with(BASE)).collect();
        // With several to choose from, none is known to be meant.
        if let [url] = profiles.as_slice()
            && let Some(profile) = self.profiles.get(url).cloned()
            && self.depth < DEEPEST
        {
            self.depth = self.depth.saturating_add(1);
            self.item(&profile.root, item, place);
            self.depth = self.depth.saturating_sub(1);
        }
    }

    /// Whether an item is of a type, or of the type that a profile is of.
    pub(super) fn is_of(&self, item: &Item<'a>, of: &TypeRule) -> bool {
        matches!(of.code.as_str(), "Element" | "BackboneElement" | "Resource" | "DomainResource")
            || item.is_a(&of.code)
    }

    /// Whether a reference points at a type that the profile allows.
    fn pointed(&mut self, targets: &[&String], item: &Item<'a>, place: &str) {
        let Item::Node(node) = item else { return };
        let Some(text) = node.value.get("reference").and_then(Value::as_str) else { return };
        let inner = text.strip_prefix('#').and_then(|id| {
            let contained = self.contained(id)?;
            contained.get("resourceType").and_then(Value::as_str).map(str::to_owned)
        });
        let of = inner.or_else(|| Some(Literal::parse(text)?.type_name()?.as_str().to_owned()));
        let Some(of) = of else { return };
        let types: Option<Vec<&str>> = targets.iter().map(|url| self.target_type(url)).collect();
        let Some(types) = types else { return };
        if !types.iter().any(|allowed| *allowed == of || *allowed == "Resource") {
            let text = format!("The profile allows references to {}.", types.join(", "));
            self.report(Severity::Error, IssueType::Value, &format!("{place}.reference"), text);
        }
    }

    fn contained(&self, id: &str) -> Option<&'a Value> {
        let Item::Node(root) = &self.context.root else { return None };
        let contained = root.value.get("contained")?.as_array()?;
        contained.iter().find(|inner| inner.get("id").and_then(Value::as_str) == Some(id))
    }

    /// The type that a target is of; unknown where its profile is not at hand.
    pub(super) fn target_type(&self, url: &str) -> Option<&str> {
        let plain = url.split_once('|').map_or(url, |(url, _)| url);
        if let Some(profile) = self.profiles.get(url).or_else(|| self.profiles.get(plain)) {
            return Some(&profile.of);
        }
        let name = plain.strip_prefix(BASE)?;
        crate::fhir::definitions::type_named(name).map(|definition| definition.name)
    }

    /// Codes of which one must be in a value set.
    fn bound(&mut self, binding: &Binding, item: &Item<'a>, place: &str) {
        let codes = self.codes_of(item);
        let verdicts: Vec<Verdict> = codes
            .iter()
            .map(|(system, code)| self.has(&binding.value_set, system.as_deref(), code))
            .collect();
        if verdicts.contains(&Verdict::In) {
            return;
        }
        if verdicts.contains(&Verdict::Unknown) {
            let text = format!(
                "Whether the code is in {} was not checked: it is not wholly known here.",
                binding.value_set
            );
            return self.report(Severity::Information, IssueType::NotFound, place, text);
        }
        // A concept without a code breaks a binding that is required.
        let is_concept = matches!(item, Item::Node(node) if matches!(node.kind, Kind::Complex(of) if of.name == "CodeableConcept"));
        if !codes.is_empty() || is_concept {
            let text = format!("The profile takes its codes from {}.", binding.value_set);
            self.report(binding.severity, IssueType::CodeInvalid, place, text);
        }
    }

    /// The codes of a code, a Coding, a CodeableConcept or a Quantity, with their systems.
    pub(super) fn codes_of(&self, item: &Item<'a>) -> Vec<(Option<String>, String)> {
        let Item::Node(node) = item else { return Vec::new() };
        if let Some(code) = node.value.as_str() {
            return vec![(None, code.to_owned())];
        }
        let of = |value: &Value| {
            let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
            Some((text("system"), text("code")?))
        };
        match node.value.get("coding").and_then(Value::as_array) {
            Some(codings) => codings.iter().filter_map(of).collect(),
            None => of(node.value).into_iter().collect(),
        }
    }
}
