//! What all Consents of a tenant come to for one viewer.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use super::shape::{Applies, Shape};
use super::{Viewer, is_exempt};
use crate::fhir::ResourceType;
use crate::fhir::consent::{Action, Consent, Verdict};
use crate::records::access::compartment::{belongs, belongs_to_any, is_about, patient};
use crate::storage::search::Condition;

/// What a viewer is kept from.
pub struct Effect {
    /// Consents of one shape, with the patients that they are about.
    groups: Vec<(Shape, Vec<i64>)>,
    /// Whether patients of whom no Consent says anything keep everybody out.
    denies: bool,
    /// The viewer's own records.
    own: Option<i64>,
    /// When a provision begins or ends to hold.
    until: i64,
    by_type: Mutex<HashMap<ResourceType, Arc<Kept>>>,
}

/// What a viewer is kept from of one type.
#[derive(Debug, PartialEq)]
pub struct Kept {
    /// What a resource must be like, where patients of whom no Consent says anything keep everybody out.
    pub within: Option<Condition>,
    /// What a resource must not be like.
    pub without: Option<Condition>,
}

/// So many different shapes are held: each is a part of every search.
const MOST_SHAPES: usize = 250;

/// The groups, those of the fewest patients as one that denies all where they are too many.
fn bounded(groups: HashMap<Shape, BTreeSet<i64>>) -> HashMap<Shape, BTreeSet<i64>> {
    if groups.len() <= MOST_SHAPES {
        return groups;
    }
    tracing::warn!(shapes = groups.len(), "Consents differ too much: those of the fewest patients deny all");
    let mut all: Vec<_> = groups.into_iter().collect();
    all.sort_by_key(|(_, patients)| std::cmp::Reverse(patients.len()));
    let rest = all.split_off(MOST_SHAPES.saturating_sub(1));
    let mut held: HashMap<_, _> = all.into_iter().collect();
    held.entry(Shape::of_denial()).or_default().extend(rest.into_iter().flat_map(|(_, patients)| patients));
    held
}

impl Effect {
    pub(super) fn of<'c>(
        consents: impl Iterator<Item = &'c Consent>,
        denies: bool,
        viewer: &Viewer,
        now_us: i64,
    ) -> Self {
        let own = viewer.actors.iter().find_map(|actor| actor.strip_prefix("Patient/")).map(patient);
        let mut groups: HashMap<Shape, BTreeSet<i64>> = HashMap::new();
        let mut until = i64::MAX;
        for consent in consents {
            let of = patient(&consent.patient);
            if Some(of) == own {
                continue;
            }
            let (shape, changes) = Shape::of(consent, viewer, now_us);
            until = until.min(changes);
            if shape.denies() || (denies && shape.permits()) {
                groups.entry(shape).or_default().insert(of);
            }
        }
        let groups = bounded(groups).into_iter();
        let groups = groups.map(|(shape, patients)| (shape, patients.into_iter().collect()));
        let (groups, by_type) = (groups.collect(), Mutex::default());
        // Silence keeps nobody from entering data, who would enter Consents with them, nor who breaks the glass.
        let denies = denies && viewer.action == Action::Access && !viewer.breaks_glass;
        Self { groups, denies, own, until, by_type }
    }

    /// Whether it still is what the Consents come to.
    pub(super) fn holds_at(&self, now_us: i64) -> bool {
        now_us < self.until
    }

    /// What the viewer is kept from of one type; none where it is nothing.
    pub fn kept(&self, resource_type: ResourceType) -> Option<Arc<Kept>> {
        if (self.groups.is_empty() && !self.denies) || is_exempt(resource_type) {
            return None;
        }
        let mut by_type = self.by_type.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let kept = by_type.entry(resource_type).or_insert_with(|| Arc::new(self.read(resource_type)));
        (kept.within.is_some() || kept.without.is_some()).then(|| Arc::clone(kept))
    }

    fn read(&self, resource_type: ResourceType) -> Kept {
        let of = |verdict: Verdict| {
            // What is about somebody else is not let out by who took part in it.
            let belongs = if verdict == Verdict::Permit { is_about } else { belongs };
            let groups = self.groups.iter();
            groups.filter_map(move |(shape, patients)| {
                let belongs = belongs(resource_type, patients)?;
                match shape.applies(verdict, resource_type) {
                    Applies::Never => None,
                    Applies::Always => Some(belongs),
                    Applies::If(condition) => Some(Condition::All(vec![belongs, condition])),
                }
            })
        };
        let denied: Vec<_> = of(Verdict::Deny).collect();
        let without = (!denied.is_empty()).then(|| Condition::any(denied));
        let within = belongs_to_any(resource_type).filter(|_| self.denies).map(|of_anybody| {
            let of_nobody = Condition::Not(Box::new(of_anybody));
            let own = self.own.and_then(|own| belongs(resource_type, &[own]));
            Condition::any([of_nobody].into_iter().chain(own).chain(of(Verdict::Permit)).collect())
        });
        Kept { within, without }
    }
}
