//! Values in which several options of a form were read as one: nobody can tell which of them was chosen.

use super::labels::squeezed;
use crate::inference::device::FieldName;

/// Options that exclude each other, by field, and how many of them no single value has.
const EXCLUSIVE: &[(FieldName, usize, &[&str])] = &[
    (FieldName::VisitType, 2, &["walkin", "booked", "phone", "video", "homevisit", "telehealth"]),
    (FieldName::Disposition, 2, &["otherfacility", "absconded", "died", "againstmedicaladvice"]),
    (
        FieldName::ConditionAtDischarge,
        3,
        &["recovered", "improved", "unchanged", "died", "worse", "deteriorated"],
    ),
    (
        FieldName::VaccineName,
        2,
        &[
            "influenza",
            "papillomavirus",
            "pneumococcal",
            "varicella",
            "hepatitis",
            "rabies",
            "typhoid",
            "yellowfever",
        ],
    ),
    (FieldName::InjectionSite, 2, &["ldeltoid", "rdeltoid", "lthigh", "rthigh", "lupper", "rupper"]),
    (FieldName::Route, 2, &["im", "sc", "id", "oral", "in", "iv", "po"]),
];

/// Whether a text says more of the options of a field than one value can.
pub fn are_several(name: FieldName, text: &str) -> bool {
    let Some((_, least, options)) = EXCLUSIVE.iter().find(|(of, ..)| *of == name) else { return false };
    // Routes are so short that they are in other words: `Intramuscular (IM)`.
    if name == FieldName::Route {
        let words: Vec<String> = text.split(|c: char| !c.is_alphanumeric()).map(squeezed).collect();
        return options.iter().filter(|option| words.iter().any(|word| word == *option)).count() >= *least;
    }
    let text = squeezed(text);
    options.iter().filter(|option| text.contains(*option)).count() >= *least
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_is_not_several_options() {
        for (name, text) in [
            (FieldName::InjectionSite, "Left deltoid (upper arm)"),
            (FieldName::InjectionSite, "Right anterolateral thigh"),
            (FieldName::Route, "Intramuscular (IM)"),
            (FieldName::VaccineName, "Hepatitis A and B (Twinrix)"),
            (FieldName::ConditionAtDischarge, "Improved, stable"),
            (FieldName::Disposition, "Home with family"),
            (FieldName::VisitType, "Walk-in"),
        ] {
            assert!(!are_several(name, text), "{text}");
        }
    }

    #[test]
    fn options_read_as_one_are_several() {
        for (name, text) in [
            (FieldName::InjectionSite, "Ldeltoid Rdeltoid Lupper arm"),
            (FieldName::Route, "IM SC ID"),
            (FieldName::VaccineName, "InfluenzaHuman papillomavirus.Pneumococcal"),
            (FieldName::VisitType, "Walk-in Booked"),
            (FieldName::Disposition, "Home Other facility Absconded"),
        ] {
            assert!(are_several(name, text), "{text}");
        }
    }
}
