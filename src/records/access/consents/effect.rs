//! What all Consents of a tenant come to for one viewer.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use super::shape::{Applies, Shape};
use super::{Viewer, is_exempt};
use crate::fhir::ResourceType;
use crate::fhir::consent::{Action, Consent, Verdict};
use crate::records::access::compartment::{belongs, belongs_to_any, may_belong, patient};
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
        let groups = groups.into_iter().map(|(shape, patients)| (shape, patients.into_iter().collect()));
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
        let denied: Vec<_> = of(Verdict::Deny).chain(may_belong(resource_type)).collect();
        let without = (!denied.is_empty()).then(|| Condition::any(denied));
        let within = belongs_to_any(resource_type).filter(|_| self.denies).map(|of_anybody| {
            let of_nobody = Condition::Not(Box::new(of_anybody));
            let own = self.own.and_then(|own| belongs(resource_type, &[own]));
            Condition::any([of_nobody].into_iter().chain(own).chain(of(Verdict::Permit)).collect())
        });
        Kept { within, without }
    }
}
