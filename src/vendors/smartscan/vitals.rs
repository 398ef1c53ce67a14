//! The values of a face scan: what the vendor calls them, what they are in FHIR, and what may be said of them.

use crate::clinical::news2::{Sign, YOUNGEST, band};
use crate::clinical::percentiles::Measure;
use crate::fhir::codes::hl7::observation_category::{EXAM, VITAL_SIGNS};
use crate::fhir::codes::ucum::{self, Unit};
use crate::fhir::codes::{Code, face_scan, loinc, vitals};

/// A value of a scan.
#[derive(Debug)]
pub struct Vital {
    /// What the vendor calls it.
    pub name: &'static str,
    /// What a reader sees.
    pub display: &'static str,
    /// The vendor's word for the unit.
    pub unit: &'static str,
    /// The unit in FHIR.
    pub ucum: Unit,
    /// What it is in FHIR; several codes for the same thing.
    pub codes: &'static [Code],
    /// Its category in FHIR.
    pub category: Code,
    /// How a scan comes by it.
    pub method: Code,
    /// What a living body can have.
    pub bounds: (f64, f64),
    /// What tells low from usual and high; none where nothing does.
    pub sign: Option<Sign>,
    /// What other people's values there are.
    pub measure: Option<Measure>,
    /// The least deviation from one's own values that is taken for real.
    pub floor: f64,
    /// Whether deviations are looked at on the logarithm, because the values are skewed.
    pub is_skewed: bool,
}

impl PartialEq for Vital {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

const PLAIN: Vital = Vital {
    name: "",
    display: "",
    unit: "",
    ucum: ucum::ONE,
    codes: &[],
    category: VITAL_SIGNS,
    method: vitals::RPPG,
    bounds: (0.0, 0.0),
    sign: None,
    measure: None,
    floor: 0.0,
    is_skewed: false,
};

/// Systolic pressure.
pub static SYSTOLIC: Vital = Vital {
    name: "systolic_bp",
    display: "Systolic blood pressure",
    unit: "mmHg",
    ucum: ucum::MILLIMETRE_OF_MERCURY,
    codes: &[loinc::SYSTOLIC_BLOOD_PRESSURE],
    method: face_scan::CAMERA_ESTIMATE,
    bounds: (40.0, 300.0),
    sign: Some(Sign::Systolic),
    measure: Some(Measure::Systolic),
    floor: 4.0,
    ..PLAIN
};

/// Diastolic pressure.
pub static DIASTOLIC: Vital = Vital {
    name: "diastolic_bp",
    display: "Diastolic blood pressure",
    unit: "mmHg",
    ucum: ucum::MILLIMETRE_OF_MERCURY,
    codes: &[loinc::DIASTOLIC_BLOOD_PRESSURE],
    method: face_scan::CAMERA_ESTIMATE,
    bounds: (20.0, 200.0),
    measure: Some(Measure::Diastolic),
    floor: 3.0,
    ..PLAIN
};

static HEART_RATE: Vital = Vital {
    name: "heart_rate",
    display: "Heart rate",
    unit: "bpm",
    ucum: ucum::PER_MINUTE,
    codes: &[loinc::HEART_RATE],
    bounds: (20.0, 300.0),
    sign: Some(Sign::Pulse),
    measure: Some(Measure::HeartRate),
    floor: 2.0,
    ..PLAIN
};

static SDNN: Vital = Vital {
    name: "hrv_sdnn",
    display: "Heart rate variability (SDNN)",
    unit: "ms",
    ucum: ucum::MILLISECOND,
    codes: &[loinc::SDNN],
    category: EXAM,
    bounds: (0.1, 500.0),
    measure: Some(Measure::Sdnn),
    floor: 4.0,
    is_skewed: true,
    ..PLAIN
};

static RMSSD: Vital = Vital {
    name: "hrv_rmssd",
    display: "Heart rate variability (RMSSD)",
    unit: "ms",
    ucum: ucum::MILLISECOND,
    codes: &[vitals::RMSSD],
    category: EXAM,
    bounds: (0.1, 500.0),
    measure: Some(Measure::Rmssd),
    floor: 4.0,
    is_skewed: true,
    ..PLAIN
};

static BREATHING_RATE: Vital = Vital {
    name: "breathing_rate",
    display: "Breathing rate",
    unit: "breaths/min",
    ucum: ucum::PER_MINUTE,
    codes: &[loinc::RESPIRATORY_RATE],
    bounds: (2.0, 80.0),
    sign: Some(Sign::RespiratoryRate),
    floor: 0.8,
    ..PLAIN
};

static SPO2: Vital = Vital {
    name: "spo2",
    display: "Oxygen saturation",
    unit: "%",
    ucum: ucum::PERCENT,
    codes: &[loinc::OXYGEN_SATURATION, loinc::OXYGEN_SATURATION_BY_PULSE_OXIMETRY],
    method: face_scan::CAMERA_ESTIMATE,
    bounds: (50.0, 100.0),
    sign: Some(Sign::OxygenSaturation),
    floor: 0.7,
    ..PLAIN
};

static STRESS_INDEX: Vital = Vital {
    name: "stress_index",
    display: "Stress index",
    unit: "index",
    ucum: ucum::ONE,
    codes: &[vitals::STRESS_INDEX],
    category: EXAM,
    bounds: (0.0, 5000.0),
    ..PLAIN
};

static WELLNESS_SCORE: Vital = Vital {
    name: "wellness_score",
    display: "Wellness score",
    unit: "score",
    ucum: ucum::SCORE,
    codes: &[vitals::WELLNESS_SCORE],
    category: EXAM,
    method: face_scan::CLIENT_COMPUTED,
    bounds: (0.0, 100.0),
    ..PLAIN
};

/// Body mass index: no value of a scan, but one that there are other people's of.
pub static BMI: Vital = Vital {
    name: "bmi",
    display: "Body mass index",
    unit: "kg/m2",
    ucum: ucum::KILOGRAM_PER_SQUARE_METRE,
    codes: &[loinc::BODY_MASS_INDEX],
    bounds: (5.0, 200.0),
    measure: Some(Measure::Bmi),
    ..PLAIN
};

/// All values of a scan, in the vendor's order.
pub static ALL: [&Vital; 9] = [
    &HEART_RATE,
    &SDNN,
    &RMSSD,
    &BREATHING_RATE,
    &SPO2,
    &SYSTOLIC,
    &DIASTOLIC,
    &STRESS_INDEX,
    &WELLNESS_SCORE,
];

/// All values that may be compared with other people's.
pub fn compared() -> impl Iterator<Item = &'static Vital> {
    ALL.into_iter().chain([&BMI])
}

/// The value of a scan that the vendor calls so.
#[must_use]
pub fn named(name: &str) -> Option<&'static Vital> {
    ALL.into_iter().find(|vital| vital.name == name)
}

/// The value that an Observation's or component's code means.
#[must_use]
pub fn coded(concept: &serde_json::Value) -> Option<&'static Vital> {
    ALL.into_iter().find(|vital| vital.codes.iter().any(|code| code.is_in(concept)))
}

/// How far a value is from usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rating {
    /// Nothing may be said.
    Unrated,
    /// Usual.
    Normal,
    /// Below.
    Low,
    /// Above.
    High,
    /// So far below that somebody must look.
    CriticalLow,
    /// So far above that somebody must look.
    CriticalHigh,
}

impl Rating {
    /// The vendor's word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Unrated => "unrated",
            Self::Normal => "normal",
            Self::Low => "low",
            Self::High => "high",
            Self::CriticalLow => "critical_low",
            Self::CriticalHigh => "critical_high",
        }
    }
}

impl Vital {
    /// How far the value is from usual, by the bands of NEWS2. What is only an estimate is not rated: a number that nobody measured
    /// is neither normal nor an alarm. Nor is what is a child's, for whom the bands were not made; who tells no age is taken for none.
    #[must_use]
    pub fn rating(&self, value: f64, is_estimate: bool, age: Option<f64>) -> Rating {
        let is_child = age.is_some_and(|age| age < YOUNGEST);
        let Some(sign) = self.sign.filter(|_| !is_estimate && !is_child) else { return Rating::Unrated };
        let found = band(sign, value);
        // One pressure alone is alarming at most: 219 scores no point, and is not normal.
        if sign == Sign::Systolic && found.points < 3 {
            return Rating::Unrated;
        }
        match (found.points, found.is_high) {
            (0, _) => Rating::Normal,
            (1 | 2, false) => Rating::Low,
            (1 | 2, true) => Rating::High,
            (_, false) => Rating::CriticalLow,
            (_, true) => Rating::CriticalHigh,
        }
    }

    /// Whether it is one of the two pressures, which share an Observation.
    #[must_use]
    pub fn is_pressure(&self) -> bool {
        *self == SYSTOLIC || *self == DIASTOLIC
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_estimate_is_not_rated_and_a_pressure_never_normal() {
        assert_eq!(SYSTOLIC.rating(150.0, false, None), Rating::Unrated);
        assert_eq!(SYSTOLIC.rating(85.0, false, Some(16.0)), Rating::CriticalLow);
        assert_eq!(SPO2.rating(80.0, true, Some(40.0)), Rating::Unrated);
        assert_eq!(WELLNESS_SCORE.rating(80.0, false, Some(40.0)), Rating::Unrated);
    }

    #[test]
    fn a_child_is_not_rated_by_the_bands_of_adults() {
        for age in [0.0, 4.0, 15.9] {
            assert_eq!(HEART_RATE.rating(140.0, false, Some(age)), Rating::Unrated, "{age}");
        }
        assert_eq!(HEART_RATE.rating(140.0, false, Some(16.0)), Rating::CriticalHigh);
        assert_eq!(HEART_RATE.rating(140.0, false, None), Rating::CriticalHigh);
    }

    #[test]
    fn what_is_measured_is_rated_by_the_bands() {
        for (value, rating) in [
            (40.0, Rating::CriticalLow),
            (45.0, Rating::Low),
            (72.0, Rating::Normal),
            (100.0, Rating::High),
            (140.0, Rating::CriticalHigh),
        ] {
            assert_eq!(HEART_RATE.rating(value, false, Some(40.0)), rating, "{value}");
        }
    }

    #[test]
    fn each_name_and_code_is_one_value() {
        for vital in ALL {
            assert_eq!(named(vital.name), Some(vital));
            assert_eq!(coded(&crate::fhir::codes::concept(vital.codes)), Some(vital));
        }
        assert_eq!(named("glucose"), None);
    }
}
