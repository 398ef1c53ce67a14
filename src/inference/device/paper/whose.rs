//! Whose name or address a label means that says neither: that of whom the labels before it tell.

use super::labels::Whose;
use super::parts::Part;
use crate::inference::device::FieldName;

/// Leaves the values of such labels open where they are not clearly the patient's: a letterhead has a name and an address, too.
pub fn without_anothers(parts: &mut [Part]) {
    let wrong: Vec<usize> = (0..parts.len())
        .filter(|place| parts.get(*place).is_some_and(|part| whose(part) == Whose::LastNamed))
        .filter(|place| !is_patients(parts, *place))
        .collect();
    for place in wrong {
        if let Some(part) = parts.get_mut(place) {
            part.dispute();
        }
    }
}

fn whose(part: &Part) -> Whose {
    part.label.map_or(Whose::Nobodys, |label| label.whose)
}

/// Whether the last label that tells of somebody tells of the patient: of those of its row and those above it, which may be of two
/// columns, both.
fn is_patients(parts: &[Part], place: usize) -> bool {
    let Some(part) = parts.get(place) else { return false };
    let ([left, _, right, _], before) = (part.frame, parts.get(..place).unwrap_or_default());
    let tells = |part: &&Part| matches!(whose(part), Whose::Patients | Whose::Anothers);
    let beside = before.iter().rev().filter(|other| other.row == part.row).find(tells);
    let is_above = |other: &&Part| other.row < part.row && other.reach.0 < right && left < other.reach.1;
    let above = before.iter().rev().filter(is_above).find(tells);
    let any = before.iter().rev().find(tells);
    let mut told = [beside, above].into_iter().flatten().peekable();
    if told.peek().is_some() {
        return told.all(|other| whose(other) == Whose::Patients);
    }
    match any {
        Some(other) => whose(other) == Whose::Patients,
        None => opens_the_patients(parts.get(place + 1..).unwrap_or_default()),
    }
}

/// Whether what follows the first labels of a page makes them the patient's: a date of birth or a number, before anybody is named.
fn opens_the_patients(after: &[Part]) -> bool {
    let next = after.iter().find(|part| matches!(whose(part), Whose::Patients | Whose::Anothers));
    next.is_some_and(|next| {
        let is_name = next.label.is_some_and(|label| label.field == Some(FieldName::PatientName));
        whose(next) == Whose::Patients && !is_name
    })
}
