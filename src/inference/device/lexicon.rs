//! The words that displays and cases carry: labels, units and makers' names, with the ways OCR spells them.

use super::Unit;

/// What stands beside a number and says what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Label {
    /// Systolic.
    Systolic,
    /// Diastolic.
    Diastolic,
    /// Pulse rate.
    Pulse,
    /// Oxygen saturation.
    Saturation,
    /// Blood glucose.
    Glucose,
    /// Temperature.
    Temperature,
    /// Weight.
    Weight,
    /// A value that only monitors with several parameters show.
    Monitor,
}

const LABELS: &[(Label, &[&str])] = &[
    (
        Label::Systolic,
        &["sys", "syst", "systolic", "systole", "sist", "sistolica", "收缩压", "高压", "最高血圧"],
    ),
    (
        Label::Diastolic,
        &["dia", "dias", "diast", "diastolic", "diastole", "diastolica", "舒张压", "低压", "最低血圧"],
    ),
    (
        Label::Pulse,
        &["pul", "puls", "pulse", "pulso", "pouls", "polso", "pr", "prbpm", "hr", "脉搏", "心率", "脈拍"],
    ),
    (
        Label::Saturation,
        &["spo2", "spo₂", "spoz", "5po2", "sp02", "%spo2", "%sp02", "spo2%", "sp02%", "血氧"],
    ),
    (Label::Glucose, &["glu", "glucose", "bg", "血糖"]),
    (Label::Temperature, &["temp", "temperature", "body", "体温"]),
    (Label::Weight, &["weight", "wt", "gewicht", "poids", "体重"]),
    (Label::Monitor, &["resp", "rr", "nibp", "art", "ibp", "ecg", "etco2", "co2", "cvp"]),
];

const UNITS: &[(Unit, &[&str])] = &[
    (Unit::MillimetresOfMercury, &["mmhg", "mm/hg", "mrnhg", "mmh9", "mmhq"]),
    (Unit::Kilopascals, &["kpa"]),
    (
        Unit::BeatsPerMinute,
        &["bpm", "/min", "p/min", "pul/min", "pulse/min", "puls/min", "beats/min", "ppm", "min"],
    ),
    (Unit::MilligramsPerDecilitre, &["mg/dl", "mgdl", "mg/di", "mg/d1", "mg/dl.", "m9/dl", "mg/al", "mg/d"]),
    (Unit::MillimolesPerLitre, &["mmol/l", "mmol/i", "mmol/1", "mmoll", "mmol", "mmo1/l", "mrnol/l"]),
    (Unit::Percent, &["%"]),
    (Unit::Celsius, &["°c", "℃", "ºc", "˚c", "'c", "oc"]),
    (Unit::Fahrenheit, &["°f", "℉", "ºf", "˚f", "'f", "of"]),
    (Unit::Kilograms, &["kg", "k9", "kq"]),
    (Unit::Pounds, &["lb", "lbs", "ib", "1b"]),
    (Unit::Stones, &["st", "st:lb"]),
];

const BRANDS: &[&str] = &[
    "Omron",
    "Beurer",
    "Microlife",
    "Braun",
    "Withings",
    "Panasonic",
    "Accu-Chek",
    "OneTouch",
    "Contour",
    "FreeStyle",
    "Bayer",
    "Roche",
    "Abbott",
    "iHealth",
    "Nonin",
    "Masimo",
    "Philips",
    "Mindray",
    "Tanita",
    "Medisana",
    "Yuwell",
    "Contec",
    "Wellue",
    "Welch Allyn",
    "Citizen",
    "Rossmax",
    "Lifesource",
    "Sinocare",
    "Geratherm",
    "Hartmann",
    "Boso",
    "Garmin",
    "Xiaomi",
    "Seca",
    "Soehnle",
    "Terumo",
    "GlucoDr",
    "CareSens",
];

/// The label that a word is.
pub fn label(word: &str) -> Option<Label> {
    find(LABELS, word)
}

/// The unit that a word is. A bare C or F counts when it is a capital, as displays write it.
pub fn unit(word: &str) -> Option<Unit> {
    match word {
        "C" => Some(Unit::Celsius),
        "F" => Some(Unit::Fahrenheit),
        "of" | "oc" => None,
        _ => find(UNITS, word),
    }
}

fn find<T: Copy>(table: &[(T, &[&str])], word: &str) -> Option<T> {
    let word = word.trim_matches([':', '.', ',', ';', '(', ')', '[', ']', '*']).to_lowercase();
    table.iter().find(|(_, spellings)| spellings.contains(&word.as_str())).map(|(meaning, _)| *meaning)
}

/// The maker named in a line, and what follows the name.
pub fn brand(line: &str) -> Option<(&'static str, &str)> {
    let plain = line.to_ascii_lowercase();
    BRANDS.iter().find_map(|brand| {
        let start = plain.find(&brand.to_ascii_lowercase())?;
        let after = line.get(start + brand.len()..)?;
        let before = line.get(..start)?;
        let apart = !before.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric);
        apart.then_some((*brand, after))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_labels_and_units() {
        assert_eq!(label("SYS."), Some(Label::Systolic));
        assert_eq!(label("PULSE"), Some(Label::Pulse));
        assert_eq!(label("Sp02"), Some(Label::Saturation));
        assert_eq!(label("system"), None);
        assert_eq!(unit("mg/dL"), Some(Unit::MilligramsPerDecilitre));
        assert_eq!(unit("℃"), Some(Unit::Celsius));
        assert_eq!(unit("of"), None);
        assert_eq!(unit("c"), None);
    }

    #[test]
    fn makers_stand_as_words() {
        assert_eq!(brand("OMRON M3"), Some(("Omron", " M3")));
        assert_eq!(brand("ACCU-CHEK"), Some(("Accu-Chek", "")));
        assert_eq!(brand("Bayerisch"), None);
    }
}
