//! What is asked of one patient, such as `patient=1&code=8867-4`, is one term of the index. And what has the fewest matches comes
//! first, for a search starts from there.

use crate::fhir::ResourceType;
use crate::fhir::search_values;
use crate::records::index::{ASKED_OF_PATIENTS, OF_PATIENT, slot};
use crate::storage::address::beside;
use crate::storage::search::{Condition, TermTest};

/// The conditions, with those on a patient and on a token joined to one, and the most telling first.
pub(super) fn joined(resource_type: ResourceType, mut conditions: Vec<Condition>) -> Vec<Condition> {
    if let Some((patient_at, patient)) = patient(resource_type, &conditions) {
        for parameter in ASKED_OF_PATIENTS.into_iter().rev() {
            let (plain, joint) =
                (slot(resource_type, parameter), slot(resource_type, &format!("{parameter}{OF_PATIENT}")));
            let of_parameter = |condition: &Condition| {
                let Condition::Term(tests) = condition else { return None };
                tests
                    .iter()
                    .map(|test| with_patient(*test, plain, joint, patient))
                    .collect::<Option<Vec<_>>>()
            };
            let found = conditions.iter().enumerate();
            let found = found.filter(|(at, _)| *at != patient_at);
            if let Some((at, tests)) = found.into_iter().find_map(|(at, c)| Some((at, of_parameter(c)?))) {
                if let Some(place) = conditions.get_mut(patient_at) {
                    *place = Condition::Term(tests);
                }
                conditions.remove(at);
                break;
            }
        }
    }
    let common: Vec<i32> = COMMON.iter().map(|parameter| slot(resource_type, parameter)).collect();
    conditions.sort_by_key(|condition| rank(condition, &common));
    conditions
}

/// That a resource which points at a patient by one of the slots meets the conditions, as tests of tokens that are kept with the
/// patient; none where it cannot be said so.
pub(super) fn together(source: ResourceType, slots: &[i32], conditions: &[Condition]) -> Vec<TermTest> {
    let of = search_values::sources(source, "patient").first().map(|found| slot(source, found.code));
    let (Some(of), [Condition::Term(tests)]) = (of, conditions) else { return Vec::new() };
    if slots != [of] {
        return Vec::new();
    }
    let of_parameter = ASKED_OF_PATIENTS.into_iter().find_map(|parameter| {
        let (plain, joint) = (slot(source, parameter), slot(source, &format!("{parameter}{OF_PATIENT}")));
        let kept = tests.iter().map(|test| {
            let is_kept = test.slot == plain && test.value.is_some_and(|value| value != 0);
            is_kept.then_some(TermTest { slot: joint, ..*test })
        });
        kept.collect::<Option<Vec<_>>>()
    });
    of_parameter.unwrap_or_default()
}

/// Parameters with few values, so that each has many matches.
const COMMON: [&str; 7] = ["active", "category", "class", "gender", "intent", "status", "_tag"];

/// The less, the fewer resources are likely to match.
fn rank(condition: &Condition, common: &[i32]) -> u8 {
    match condition {
        Condition::Address(_) => 0,
        Condition::Term(tests) if tests.iter().any(|test| common.contains(&test.slot)) => 3,
        // A reference, or a token with its system.
        Condition::Term(tests) if tests.iter().all(|test| test.qualifier.is_some()) => 1,
        Condition::Term(_) | Condition::Text(..) | Condition::Number(..) | Condition::Span(..) => 2,
        Condition::Date(..) | Condition::Moment(_) | Condition::Updated(_) | Condition::Present(..) => 4,
        Condition::Type(_) | Condition::PointsAt { .. } | Condition::PointedAtFrom { .. } => 4,
        Condition::All(_) | Condition::Any(_) | Condition::Not(_) | Condition::Words(..) => 5,
    }
}

/// The condition that names one patient, and the patient's address.
fn patient(resource_type: ResourceType, conditions: &[Condition]) -> Option<(usize, i64)> {
    let source = search_values::sources(resource_type, "patient").first().copied()?;
    let slot = slot(resource_type, source.code);
    conditions.iter().enumerate().find_map(|(at, condition)| match condition.terms()? {
        [TermTest { slot: asked, value: Some(address), .. }] if *asked == slot && *address != 0 => {
            Some((at, *address))
        }
        _ => None,
    })
}

fn with_patient(test: TermTest, plain: i32, joint: i32, patient: i64) -> Option<TermTest> {
    let value = test.value.filter(|_| test.slot == plain)?;
    Some(TermTest { slot: joint, value: Some(beside(value, patient)), qualifier: test.qualifier })
}
