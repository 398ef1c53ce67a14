//! What one Consent comes to for one viewer, apart from the patient that it is about: many Consents are of one shape.

use super::Viewer;
use crate::fhir::ResourceType;
use crate::fhir::consent::{Consent, Matter, Provision, Verdict};
use crate::fhir::definitions::search_parameter;
use crate::fhir::search_parameter::SearchKind;
use crate::fhir::search_values;
use crate::records::index::{code_value, slot, system_qualifier};
use crate::storage::address::address;
use crate::storage::search::{Condition, DateTest, Relation, TermTest};

/// The provisions that are about a viewer now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Shape {
    rules: Vec<Rule>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Rule {
    depth: usize,
    verdict: Verdict,
    /// What it is about, with what each that it is an exception of is about; all must hold.
    matters: Vec<Matter>,
}

/// To which resources of a type something applies.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Applies {
    /// To none.
    Never,
    /// To those that meet the condition.
    If(Condition),
    /// To all.
    Always,
}

impl Applies {
    fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut conditions = Vec::new();
        for part in parts {
            match part {
                Self::Never => return Self::Never,
                Self::Always => {}
                Self::If(condition) => conditions.push(condition),
            }
        }
        if conditions.is_empty() { Self::Always } else { Self::If(Condition::all(conditions)) }
    }

    fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut conditions = Vec::new();
        for part in parts {
            match part {
                Self::Never => {}
                Self::Always => return Self::Always,
                Self::If(condition) => conditions.push(condition),
            }
        }
        if conditions.is_empty() { Self::Never } else { Self::If(Condition::any(conditions)) }
    }

    fn not(self) -> Self {
        match self {
            Self::Never => Self::Always,
            Self::Always => Self::Never,
            Self::If(condition) => Self::If(Condition::Not(Box::new(condition))),
        }
    }
}

impl Shape {
    /// What the Consent comes to, and until when, where it is bound to a time.
    pub(super) fn of(consent: &Consent, viewer: &Viewer, now_us: i64) -> (Self, i64) {
        let mut shape = Self::default();
        let mut until = i64::MAX;
        // What each provision that this one may be an exception of is about; none where that is not about the viewer.
        let mut above: Vec<Option<Vec<Matter>>> = Vec::new();
        for provision in &consent.provisions {
            above.truncate(provision.depth);
            let (is_now, changes) = is_now(provision, now_us);
            until = until.min(changes);
            let matters = match above.last() {
                Some(None) => None,
                outer => is_about(provision, viewer, is_now).then(|| {
                    let outer = outer.and_then(|outer| outer.clone()).unwrap_or_default();
                    let own = (provision.matter != Matter::default()).then(|| provision.matter.clone());
                    outer.into_iter().chain(own).collect::<Vec<_>>()
                }),
            };
            if let (Some(verdict), Some(matters)) = (provision.verdict, &matters) {
                shape.rules.push(Rule { depth: provision.depth, verdict, matters: matters.clone() });
            }
            above.push(matters);
        }
        (shape, until)
    }

    /// Whether it keeps anybody from anything.
    pub(super) fn denies(&self) -> bool {
        self.rules.iter().any(|rule| rule.verdict == Verdict::Deny)
    }

    /// Whether it lets anybody in anywhere.
    pub(super) fn permits(&self) -> bool {
        self.rules.iter().any(|rule| rule.verdict == Verdict::Permit)
    }

    /// Which resources of a type this verdict is about: those for which no deeper provision says otherwise. At the same depth a
    /// denial counts.
    pub(super) fn applies(&self, verdict: Verdict, resource_type: ResourceType) -> Applies {
        let of = |wanted: Verdict| self.rules.iter().filter(move |rule| rule.verdict == wanted);
        let other = match verdict {
            Verdict::Permit => Verdict::Deny,
            Verdict::Deny => Verdict::Permit,
        };
        Applies::any(of(verdict).map(|rule| {
            let goes_before = |other: &&Rule| match verdict {
                Verdict::Deny => other.depth > rule.depth,
                Verdict::Permit => other.depth >= rule.depth,
            };
            let against = of(other).filter(goes_before).map(|other| other.applies(resource_type));
            let against = Applies::any(against);
            Applies::all([rule.applies(resource_type), against.not()])
        }))
    }
}

impl Rule {
    fn applies(&self, resource_type: ResourceType) -> Applies {
        Applies::all(self.matters.iter().map(|matter| applies(matter, resource_type)))
    }
}

/// Whether a provision holds now, and when that changes.
fn is_now(provision: &Provision, now_us: i64) -> (bool, i64) {
    match provision.period {
        None => (true, i64::MAX),
        Some(period) if now_us < period.low => (false, period.low),
        Some(period) if now_us < period.high => (true, period.high),
        Some(_) => (false, i64::MAX),
    }
}

fn is_about(provision: &Provision, viewer: &Viewer, is_now: bool) -> bool {
    let Provision { actors, actions, purposes, verdict, .. } = provision;
    is_now
        && (actors.is_empty() || actors.iter().any(|actor| viewer.actors.contains(actor)))
        && (actions.is_empty() || actions.contains(&viewer.action))
        && viewer.has_purpose(purposes, *verdict == Some(Verdict::Deny))
}

/// The parameter by which the main code of a type's resources is found, where it is not `code`.
const CODES: [(&str, &str); 9] = [
    ("Composition", "type"),
    ("DocumentManifest", "type"),
    ("DocumentReference", "type"),
    ("Encounter", "type"),
    ("EpisodeOfCare", "type"),
    ("Immunization", "vaccine-code"),
    ("Media", "type"),
    ("Specimen", "type"),
    ("Substance", "code"),
];

fn applies(matter: &Matter, resource_type: ResourceType) -> Applies {
    let Matter { types, codes, labels, resources, period } = matter;
    let mut parts = Vec::new();
    if !types.is_empty() && !types.contains(&resource_type) {
        return Applies::Never;
    }
    if !codes.is_empty() {
        let named = CODES.iter().find(|(name, _)| *name == resource_type.as_str());
        parts.push(has_token(resource_type, named.map_or("code", |(_, code)| code), codes));
    }
    if !labels.is_empty() {
        parts.push(has_token(resource_type, "_security", labels));
    }
    if !resources.is_empty() {
        let own = resources.iter().filter(|(of_type, _)| *of_type == resource_type);
        let own: Vec<_> = own.map(|(of_type, id)| address(of_type.as_str(), id)).collect();
        parts.push(if own.is_empty() { Applies::Never } else { Applies::If(Condition::Address(own)) });
    }
    if let Some(period) = period {
        let test = DateTest { relation: Relation::Overlaps, low: period.low, high: period.high };
        parts.push(Applies::If(Condition::Moment(vec![test])));
    }
    Applies::all(parts)
}

/// That a token of the parameter is one of these; of none of a type that has no such parameter.
fn has_token(resource_type: ResourceType, code: &str, tokens: &[(String, String)]) -> Applies {
    let parameter = search_parameter(resource_type, code);
    if parameter.is_none_or(|parameter| parameter.kind != SearchKind::Token) {
        return Applies::Never;
    }
    let slots: Vec<_> = search_values::sources(resource_type, code)
        .iter()
        .map(|found| slot(resource_type, found.code))
        .collect();
    let tests = tokens.iter().flat_map(|(system, code)| {
        // A code without a system is meant in any.
        let qualifier = (!system.is_empty()).then(|| system_qualifier(system));
        let value = Some(code_value(code));
        slots.iter().map(move |slot| TermTest { slot: *slot, value, qualifier })
    });
    Applies::If(Condition::Term(tests.collect()))
}
