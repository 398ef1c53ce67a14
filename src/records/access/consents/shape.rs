//! What one Consent comes to for one viewer, apart from the patient that it is about: many Consents are of one shape.

use std::collections::BTreeSet;

use super::Viewer;
use crate::fhir::ResourceType;
use crate::fhir::consent::{Consent, Matter, Provision, Verdict};
use crate::fhir::definitions::{search_parameter, search_parameters};
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
            // One that is no exception of the last stands by itself.
            let outer = if above.len() == provision.depth { above.last() } else { None };
            let matters = match outer {
                Some(None) => None,
                outer => is_about(provision, viewer, is_now).then(|| {
                    let outer = outer.and_then(|outer| outer.clone()).unwrap_or_default();
                    let own = (provision.matter != Matter::default()).then(|| provision.matter.clone());
                    outer.into_iter().chain(own).collect::<Vec<_>>()
                }),
            };
            let is_set_aside =
                provision.verdict == Some(Verdict::Deny) && viewer.sets_aside(&provision.purposes);
            if let (Some(verdict), Some(matters)) = (provision.verdict.filter(|_| !is_set_aside), &matters) {
                shape.rules.push(Rule { depth: provision.depth, verdict, matters: matters.clone() });
            }
            above.push(matters);
        }
        (shape, until)
    }

    /// A denial of everything.
    pub(super) fn of_denial() -> Self {
        Self { rules: vec![Rule { depth: 0, verdict: Verdict::Deny, matters: Vec::new() }] }
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
        Applies::all(self.matters.iter().map(|matter| applies(matter, self.verdict, resource_type)))
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
    let Provision { actors, actions, purposes, .. } = provision;
    is_now
        && (actors.is_empty() || actors.iter().any(|actor| viewer.actors.contains(actor)))
        && (actions.is_empty() || actions.contains(&viewer.action))
        && viewer.has_purpose(purposes)
}

/// The parameter by which the main code of a type's resources is found, where it is not `code`. A permission is about that; a denial
/// about a code wherever it stands that a search finds.
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

fn applies(matter: &Matter, verdict: Verdict, resource_type: ResourceType) -> Applies {
    let Matter { types, codes, labels, resources, period } = matter;
    let mut parts = Vec::new();
    if !types.is_empty() && !types.contains(&resource_type) {
        return Applies::Never;
    }
    if !codes.is_empty() {
        let named = CODES.iter().find(|(name, _)| *name == resource_type.as_str());
        let main = named.map_or("code", |(_, code)| code);
        let parameters: Vec<&str> = match verdict {
            Verdict::Permit => vec![main],
            Verdict::Deny => search_parameters(resource_type).iter().map(|one| one.code.as_ref()).collect(),
        };
        parts.push(has_token(resource_type, &parameters, codes));
    }
    if !labels.is_empty() {
        parts.push(has_token(resource_type, &["_security"], labels));
    }
    if !resources.is_empty() {
        let own = resources.iter().filter(|(of_type, _)| *of_type == resource_type);
        let own: Vec<_> = own.map(|(of_type, id)| address(of_type.as_str(), id)).collect();
        parts.push(if own.is_empty() { Applies::Never } else { Applies::If(Condition::Address(own)) });
    }
    if let Some(period) = period {
        let test = DateTest { relation: Relation::Overlaps, low: period.low, high: period.high };
        let is_then = Condition::Moment(vec![test]);
        parts.push(Applies::If(match verdict {
            Verdict::Permit => is_then,
            // What tells no time may be of that time.
            Verdict::Deny => {
                let ever = DateTest { relation: Relation::Overlaps, low: i64::MIN, high: i64::MAX };
                let is_never = Condition::Not(Box::new(Condition::Moment(vec![ever])));
                Condition::any(vec![is_then, is_never])
            }
        }));
    }
    Applies::all(parts)
}

/// That a token of one of the parameters is one of these; of none of a type that has no such parameter.
fn has_token(resource_type: ResourceType, codes: &[&str], tokens: &[(String, String)]) -> Applies {
    let is_token = |code: &&&str| {
        let parameter = search_parameter(resource_type, code);
        parameter.is_some_and(|parameter| parameter.kind == SearchKind::Token)
    };
    let sources = codes.iter().filter(is_token).flat_map(|code| search_values::sources(resource_type, code));
    let slots: BTreeSet<_> = sources.map(|found| slot(resource_type, found.code)).collect();
    if slots.is_empty() {
        return Applies::Never;
    }
    let tests = tokens.iter().flat_map(|(system, code)| {
        // A code without a system is meant in any.
        let qualifier = (!system.is_empty()).then(|| system_qualifier(system));
        let value = Some(code_value(code));
        slots.iter().map(move |slot| TermTest { slot: *slot, value, qualifier })
    });
    Applies::If(Condition::Term(tests.collect()))
}
