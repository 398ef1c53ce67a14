//! The labels and units of screens, without case, blanks and marks, and what each quantity can be.

use super::{DeviceKind, FieldName, Unit};

/// What a kind of screen shows.
#[derive(Debug)]
pub struct Table {
    /// What it shows.
    pub quantities: &'static [Quantity],
    /// So many labels that others do not have make it one of its kind.
    pub least: usize,
    /// What a reading has at least one of.
    pub keys: &'static [FieldName],
}

/// A quantity.
#[derive(Debug)]
pub struct Quantity {
    /// What it is.
    pub field: FieldName,
    /// Its labels.
    pub labels: &'static [&'static str],
    /// The units that it may come in.
    pub units: &'static [Unit],
    /// The least that it can be.
    pub least: f64,
    /// The most that it can be.
    pub most: f64,
    /// How many decimals it has at most.
    pub decimals: usize,
    /// Whether it is written as hours and minutes.
    pub is_clock: bool,
    /// Whether only this kind of screen has the label.
    pub distinctive: bool,
    /// Whether the label is so common that it counts alone in its place and with its unit only.
    pub is_exacting: bool,
}

const fn quantity(
    field: FieldName,
    labels: &'static [&'static str],
    units: &'static [Unit],
    (least, most): (f64, f64),
    decimals: usize,
) -> Quantity {
    Quantity {
        field,
        labels,
        units,
        least,
        most,
        decimals,
        is_clock: false,
        distinctive: true,
        is_exacting: false,
    }
}

impl Quantity {
    const fn elsewhere_too(self) -> Self {
        Self { distinctive: false, ..self }
    }

    const fn exacting(self) -> Self {
        Self { is_exacting: true, ..self }
    }
}

const MMHG: &[Unit] = &[Unit::MillimetresOfMercury];
const TIME: &[Unit] = &[Unit::Milliseconds];

const ECG: Table = Table {
    quantities: &[
        quantity(
            FieldName::HeartRate,
            &["hr", "heartrate", "ventrate", "ventricularrate"],
            &[Unit::BeatsPerMinute],
            (20.0, 300.0),
            0,
        )
        .elsewhere_too(),
        quantity(FieldName::HeartRate, &["rate"], &[Unit::BeatsPerMinute], (20.0, 300.0), 0)
            .elsewhere_too()
            .exacting(),
        quantity(FieldName::QtInterval, &["qt", "qtinterval"], TIME, (200.0, 700.0), 0),
        quantity(FieldName::QtcInterval, &["qtc", "qtcb", "qtcinterval"], TIME, (250.0, 700.0), 0),
        quantity(FieldName::QrsDuration, &["qrs", "qrsd", "qrsduration"], TIME, (40.0, 250.0), 0),
        quantity(FieldName::HeartRateVariability, &["hrv"], TIME, (1.0, 300.0), 0),
    ],
    least: 2,
    keys: &[FieldName::HeartRate, FieldName::QtInterval, FieldName::QtcInterval, FieldName::QrsDuration],
};

const DIALYSIS: Table = Table {
    quantities: &[
        Quantity {
            is_clock: true,
            ..quantity(FieldName::TreatmentTime, &["treatmenttime", "txtime"], &[], (0.0, 0.0), 0)
        },
        quantity(
            FieldName::BloodFlow,
            &["bloodflow", "bloodflowrate", "qb", "bfr"],
            &[Unit::MillilitresPerMinute],
            (50.0, 600.0),
            0,
        ),
        quantity(
            FieldName::DialysateFlow,
            &["dialysateflow", "dialysateflowrate", "qd", "dfr"],
            &[Unit::MillilitresPerMinute],
            (100.0, 1000.0),
            0,
        ),
        quantity(
            FieldName::UltrafiltrationRate,
            &["ufrate", "ultrafiltrationrate", "ufr"],
            &[Unit::MillilitresPerHour, Unit::LitresPerHour],
            (0.0, 4000.0),
            2,
        ),
        quantity(
            FieldName::TransmembranePressure,
            &["tmp", "transmembranepressure"],
            MMHG,
            (-100.0, 600.0),
            0,
        ),
        quantity(FieldName::VenousPressure, &["venouspressure", "vp", "ven"], MMHG, (-100.0, 500.0), 0),
        quantity(FieldName::ArterialPressure, &["arterialpressure", "ap"], MMHG, (-400.0, 400.0), 0),
        quantity(FieldName::AccessPressure, &["accesspressure"], MMHG, (-400.0, 400.0), 0),
        quantity(
            FieldName::FluidRemovalGoal,
            &["ufgoal", "fluidremovalgoal", "goal"],
            &[Unit::Litres, Unit::Millilitres],
            (0.0, 9000.0),
            3,
        ),
        quantity(
            FieldName::FluidRemoved,
            &["ufremoved", "fluidremoved", "totalfluidremoved", "ufvolume"],
            &[Unit::Litres, Unit::Millilitres],
            (0.0, 9000.0),
            3,
        ),
        quantity(FieldName::DialysisDose, &["ktv"], &[Unit::Ratio], (0.1, 3.0), 2),
        quantity(
            FieldName::Conductivity,
            &["conductivity", "cond"],
            &[Unit::MillisiemensPerCentimetre],
            (12.0, 16.0),
            1,
        ),
        quantity(
            FieldName::DialysateTemperature,
            &["temperature", "temp", "dialysatetemperature"],
            &[Unit::Celsius],
            (33.0, 40.0),
            1,
        )
        .elsewhere_too(),
        quantity(FieldName::DryWeight, &["dryweight"], &[Unit::Kilograms, Unit::Pounds], (20.0, 400.0), 1),
    ],
    least: 3,
    keys: &[FieldName::BloodFlow, FieldName::UltrafiltrationRate, FieldName::VenousPressure],
};

/// What a scale shows beside the weight, which the large digits are.
const SCALE: Table = Table {
    quantities: &[
        quantity(FieldName::BodyMassIndex, &["bmi"], &[Unit::KilogramsPerSquareMetre], (10.0, 90.0), 1),
        quantity(FieldName::BodyFat, &["fat", "bodyfat"], &[Unit::Percent], (3.0, 75.0), 1),
        quantity(
            FieldName::MuscleMass,
            &["muscle", "musclemass"],
            &[Unit::Kilograms, Unit::Pounds],
            (5.0, 250.0),
            1,
        ),
        quantity(
            FieldName::BoneMass,
            &["bone", "bonemass"],
            &[Unit::Kilograms, Unit::Pounds],
            (0.5, 15.0),
            1,
        ),
        quantity(FieldName::BodyWater, &["water", "bodywater", "tbw"], &[Unit::Percent], (20.0, 80.0), 1),
        quantity(FieldName::VisceralFat, &["visceral", "visceralfat"], &[Unit::Rating], (1.0, 59.0), 0),
        quantity(FieldName::BasalMetabolicRate, &["bmr"], &[Unit::KilocaloriesPerDay], (500.0, 5000.0), 0),
        quantity(FieldName::MetabolicAge, &["metabolicage"], &[Unit::Years], (10.0, 100.0), 0),
    ],
    least: 1,
    keys: &[],
};

/// The table of a kind; none where the rules here read nothing.
pub fn of(kind: DeviceKind) -> Option<&'static Table> {
    match kind {
        DeviceKind::EcgMonitor => Some(&ECG),
        DeviceKind::DialysisMachine => Some(&DIALYSIS),
        DeviceKind::Scale => Some(&SCALE),
        DeviceKind::BloodPressure
        | DeviceKind::GlucoseMeter
        | DeviceKind::PulseOximeter
        | DeviceKind::Thermometer
        | DeviceKind::PeakFlowMeter
        | DeviceKind::FiveParameterMonitor
        | DeviceKind::PregnancyTest
        | DeviceKind::TestStrip
        | DeviceKind::Prescription
        | DeviceKind::DischargeSummary
        | DeviceKind::ClinicalNotes
        | DeviceKind::VaccineCertificate => None,
    }
}

const UNITS: &[(Unit, &[&str])] = &[
    (Unit::MillimetresOfMercury, &["mmhg"]),
    (Unit::Kilopascals, &["kpa"]),
    (Unit::BeatsPerMinute, &["bpm", "/min", "1/min"]),
    (Unit::Milliseconds, &["ms", "msec"]),
    (Unit::MillilitresPerMinute, &["ml/min", "mlmin"]),
    (Unit::MillilitresPerHour, &["ml/h", "ml/hr", "mlh", "mlhr"]),
    (Unit::LitresPerHour, &["l/h", "l/hr"]),
    (Unit::Litres, &["l", "liter", "litre"]),
    (Unit::Millilitres, &["ml"]),
    (Unit::MillisiemensPerCentimetre, &["ms/cm", "mscm"]),
    (Unit::Celsius, &["°c", "℃", "ºc", "˚c", "c"]),
    (Unit::Fahrenheit, &["°f", "℉", "ºf", "˚f", "f"]),
    (Unit::Kilograms, &["kg"]),
    (Unit::Pounds, &["lb", "lbs"]),
    (Unit::Percent, &["%"]),
    (Unit::KilocaloriesPerDay, &["kcal", "kcal/d", "kcal/day"]),
    (Unit::KilogramsPerSquareMetre, &["kg/m2", "kg/m²"]),
];

/// Units of what no table here has, where they hold no mark by which [`is_unit_like`] knows them.
const OTHER_UNITS: &[&str] =
    &["hz", "khz", "mv", "uv", "mm", "cm", "s", "sec", "deg", "cmh2o", "mmh2o", "mbar", "hpa"];

/// A word without the marks round it.
pub fn plain(word: &str) -> String {
    word.trim_matches([':', '.', ',', ';', '(', ')', '[', ']']).to_lowercase()
}

/// The unit that a word is.
pub fn unit(word: &str) -> Option<Unit> {
    let word = plain(word);
    UNITS.iter().find(|(_, spellings)| spellings.contains(&word.as_str())).map(|(unit, _)| *unit)
}

/// Whether a word that is no unit here is one elsewhere.
pub fn is_unit_like(word: &str) -> bool {
    let word = plain(word);
    let is_ratio = word.contains('/') && word.contains(char::is_alphabetic);
    let is_number = word.starts_with(|c: char| c.is_ascii_digit());
    !is_number && (is_ratio || word.contains(['°', 'º', '˚']) || OTHER_UNITS.contains(&word.as_str()))
}
