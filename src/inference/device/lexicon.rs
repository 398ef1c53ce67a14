//! The words that displays and cases carry: labels, units and makers' names, with the ways OCR spells them.

mod brands;

pub use brands::brand;

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
    /// Peak expiratory flow.
    PeakFlow,
    /// A value that only monitors with several parameters show.
    Monitor,
    /// From memory.
    Memory,
    /// A lone M: the key that shows what is in memory, more often than the mark of a value from there.
    MemoryKey,
    /// An average of several values.
    Average,
    /// The number of a lot of strips, which some meters go on naming beside a value.
    Code,
    /// Beyond what the device can measure: high.
    High,
    /// Beyond what the device can measure: low.
    Low,
    /// The device says that it failed.
    Failure,
    /// Not what is measured now: a control, a setting.
    NotNow,
    /// Another quantity than any that is read here.
    Other,
}

/// The labels of what is not measured now, or of another quantity.
pub const UNMEASURED: &[Label] = &[
    Label::Memory,
    Label::MemoryKey,
    Label::Average,
    Label::Code,
    Label::High,
    Label::Low,
    Label::Failure,
    Label::NotNow,
    Label::Other,
];

/// The labels of what was measured before.
pub const PAST: &[Label] =
    &[Label::Memory, Label::MemoryKey, Label::Average, Label::Code, Label::Failure, Label::NotNow];

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
        &[
            "pul", "puls", "pulse", "pulso", "pouls", "polso", "pr", "prb", "prbpm", "prbp", "hr", "脉搏",
            "心率", "脈拍",
        ],
    ),
    (
        Label::Saturation,
        &[
            "spo2", "spo₂", "spoz", "%spo₂", "spo2bpm", "5po2", "sp02", "%spo2", "%sp02", "spo2%", "sp02%",
            "xspo2", "xsp02", "血氧",
        ],
    ),
    (Label::Glucose, &["glu", "glucose", "bg", "血糖"]),
    (Label::Temperature, &["temp", "temperature", "体温"]),
    (Label::Weight, &["weight", "wt", "gewicht", "poids", "体重"]),
    (Label::PeakFlow, &["pef", "pefr", "peak", "flow", "peakflow"]),
    (Label::Monitor, &["resp", "rr", "nibp", "art", "ibp", "ecg", "etco2", "co2", "cvp"]),
    (Label::Memory, MEMORY),
    (Label::Average, AVERAGE),
    (Label::Code, &["code"]),
    (Label::High, &["hi", "high"]),
    (Label::Low, &["lo", "low"]),
    (Label::Failure, &["err", "error"]),
    (Label::NotNow, NOT_NOW),
    (Label::Other, OTHER),
];

const MEMORY: &[&str] = &[
    "mem", "memo", "memory", "last", "previous", "prev", "history", "hist", "log", "recall", "记忆", "上次",
];

const AVERAGE: &[&str] =
    &["avg", "ave", "average", "mean", "day", "days", "dayavg", "daysavg", "dayaverage", "week", "平均"];

const NOT_NOW: &[&str] =
    &["control", "ctrl", "ctl", "qc", "set", "setting", "setup", "target", "goal", "质控", "设定", "目标"];

/// Other analytes, other parameters, other places, limits; and units that only those have.
const OTHER: &[&str] = &[
    // blood
    "ketone",
    "ketones",
    "ket",
    "keton",
    "acetone",
    "lactate",
    "lac",
    "lactat",
    "chol",
    "cholesterol",
    "tc",
    "tch",
    "hdl",
    "ldl",
    "trig",
    "triglycerides",
    "tg",
    "uric",
    "acid",
    "uricacid",
    "ua",
    "urea",
    "bun",
    "crea",
    "creat",
    "creatinine",
    "hb",
    "hgb",
    "hemoglobin",
    "haemoglobin",
    "hct",
    "hba1c",
    "a1c",
    "inr",
    "pt",
    "bilirubin",
    "crp",
    "酮体",
    "血酮",
    "乳酸",
    "胆固醇",
    "尿酸",
    "甘油三酯",
    "血红蛋白",
    // bodies
    "fat",
    "bodyfat",
    "fett",
    "muscle",
    "muskel",
    "bone",
    "bonemass",
    "mass",
    "bmi",
    "bmr",
    "kcal",
    "water",
    "visceral",
    "lean",
    "protein",
    "skeletal",
    "tare",
    "diff",
    "offset",
    "height",
    "脂肪",
    "体脂",
    "肌肉",
    "骨量",
    "水分",
    // circulation
    "map",
    "pp",
    "pi",
    "pi%",
    "pvi",
    "hrv",
    "rrp",
    "alarm",
    "limit",
    "limits",
    "max",
    // rooms
    "room",
    "roomtemp",
    "raum",
    "ambient",
    "humidity",
    "humid",
    "rh",
    "rh%",
    "surface",
    "object",
    "obj",
    "indoor",
    "outdoor",
    "liquid",
    "室温",
    "湿度",
    "环境",
    "物温",
    // units
    "g/dl",
    "g/l",
    "mg/l",
    "umol/l",
    "µmol/l",
    "μmol/l",
    "u/l",
    "iu/l",
    "ng/ml",
    "pg/ml",
    "kg/m2",
    "kg/m²",
];

/// Words that name no quantity: where and when something was measured.
const HARMLESS: &[&str] = &[
    "am", "pm", "body", "ear", "oral", "forehead", "before", "after", "meal", "fasting", "ok", "ready",
    "start", "stop", "on", "off", "display", "auto",
];

const UNITS: &[(Unit, &[&str])] = &[
    (Unit::MillimetresOfMercury, &["mmhg", "mm/hg", "mrnhg", "mmh9", "mmhq"]),
    (Unit::Kilopascals, &["kpa"]),
    (
        Unit::BeatsPerMinute,
        &["bpm", "/min", "p/min", "pul/min", "pulse/min", "puls/min", "beats/min", "ppm", "min"],
    ),
    (
        Unit::MilligramsPerDecilitre,
        &["mg/dl", "mgdl", "mg/di", "mg/d1", "mg/dl.", "m9/dl", "mg/al", "mg/d", "mgll"],
    ),
    (Unit::MillimolesPerLitre, &["mmol/l", "mmol/i", "mmol/1", "mmoll", "mmol", "mmo1/l", "mrnol/l"]),
    (Unit::Percent, &["%"]),
    (Unit::Celsius, &["°c", "℃", "ºc", "˚c", "'c", "oc"]),
    (Unit::Fahrenheit, &["°f", "℉", "ºf", "˚f", "'f", "of"]),
    (Unit::Kilograms, &["kg", "k9", "kq"]),
    (Unit::Pounds, &["lb", "lbs", "ib", "ibs", "1b", "1bs", "|b", "|bs"]),
    (Unit::Stones, &["st", "st:lb"]),
    (Unit::LitresPerMinute, &["l/min", "l/mn", "lpm", "u/min", "i/min", "limin", "umin"]),
];

/// The label that a word is. Capitals tell M, which marks what comes from memory, from metres, and MIN, the
/// least of several values, from minutes.
pub fn label(word: &str) -> Option<Label> {
    match word {
        "M" => Some(Label::MemoryKey),
        "MIN" => Some(Label::Other),
        _ => find(LABELS, word).or_else(|| find(LABELS, &lettered(word)?)),
    }
}

/// The word with the digits that OCR puts for letters put back; `None` for what has no letter at all.
fn lettered(word: &str) -> Option<String> {
    let letters = word.chars().any(char::is_alphabetic);
    let back = |character| match character {
        '0' => 'o',
        '1' => 'i',
        '5' => 's',
        other => other,
    };
    letters.then(|| word.chars().map(back).collect())
}

/// Whether a word that is neither label nor unit may still say what a number is: it is written, and it is
/// none of those that are known not to. A lone small letter names nothing.
pub fn may_name(word: &str) -> bool {
    let mut letters = word.chars().filter(|character| character.is_alphabetic());
    let named = letters.next().is_some_and(|first| !first.is_lowercase() || letters.next().is_some());
    named && !is_harmless(word)
}

/// Whether a word is known to say nothing of a number.
pub fn is_harmless(word: &str) -> bool {
    HARMLESS.contains(&bare(word).as_str())
}

/// Whether a word of three letters or more is a label, a unit or a maker's name.
pub fn is_of_displays(word: &str) -> bool {
    let letters = word.chars().filter(|character| character.is_alphabetic()).count();
    letters > 2 && (label(word).is_some() || unit(word).is_some() || brand(word).is_some())
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
    let word = bare(word);
    table.iter().find(|(_, spellings)| spellings.contains(&word.as_str())).map(|(meaning, _)| *meaning)
}

fn bare(word: &str) -> String {
    word.trim_matches([':', '.', ',', ';', '(', ')', '[', ']', '*', '?', '!']).to_lowercase()
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
    fn what_is_not_measured_now_or_not_read_here_has_its_labels() {
        assert_eq!(label("KET0NE?"), Some(Label::Other));
        assert_eq!(label("HbA1c"), Some(Label::Other));
        assert_eq!(label("g/dL"), Some(Label::Other));
        assert_eq!(
            (label("AVG:"), label("H1"), label("L0")),
            (Some(Label::Average), Some(Label::High), Some(Label::Low))
        );
        assert_eq!((label("M"), label("m"), label("5")), (Some(Label::MemoryKey), None, None));
        assert!(
            may_name("CREATIN") && may_name("T") && !may_name("x") && !may_name("Body") && !may_name("--")
        );
    }
}
