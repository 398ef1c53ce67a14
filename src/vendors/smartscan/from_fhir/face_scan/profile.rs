//! What is known of a person: from the Patient, from what they told, and from what is on record.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde_json::{Number, Value};

use super::reading::{Source, counts, measured_at, source, value_in};
use super::{list, text};
use crate::clinical::Sex;
use crate::clinical::risk::{Cholesterol, Person, Race, Region, Systolic};
use crate::fhir::codes::ucum::{self, Unit};
use crate::fhir::codes::{Code, face_scan, loinc};
use crate::vendors::smartscan::to_fhir::face_scan::profile::Factor;
use crate::vendors::smartscan::wire::face_scan as wire;

/// The latest Observations about a person.
#[derive(Clone, Debug, Default)]
pub struct OnRecord {
    /// Their own account of their age.
    pub age: Option<Value>,
    /// Whether the date of birth was recorded after that.
    pub is_birth_later: bool,
    /// Their height.
    pub height: Option<Value>,
    /// Their weight.
    pub weight: Option<Value>,
    /// What they tell of themself.
    pub factors: Option<Value>,
    /// A blood pressure that a cuff measured.
    pub pressure: Option<Value>,
    /// Whether there is a blood pressure that was estimated.
    pub has_estimate: bool,
    /// Total cholesterol.
    pub total_cholesterol: Option<Value>,
    /// HDL cholesterol.
    pub hdl: Option<Value>,
    /// Filtration rate.
    pub egfr: Option<Value>,
}

/// What is known of a person.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The Patient, if there is one.
    pub patient: Option<Value>,
    /// The latest Observations.
    pub on_record: OnRecord,
}

/// No age is above.
const OLDEST: u16 = 130;

/// The words for races and regions.
pub const RACES: [(&str, Race); 3] = [("black", Race::Black), ("white", Race::White), ("other", Race::Other)];
/// See [`RACES`].
pub const REGIONS: [(&str, Region); 5] = [
    ("low", Region::Low),
    ("moderate", Region::Moderate),
    ("high", Region::High),
    ("very_high", Region::VeryHigh),
    ("other", Region::Other),
];
/// The words for sexes.
pub const SEXES: [(&str, Sex); 3] = [("female", Sex::Female), ("male", Sex::Male), ("other", Sex::Other)];

impl Known {
    /// The profile, as it is at this time.
    #[must_use]
    pub fn profile(&self, now: DateTime<Utc>) -> wire::ScanProfile {
        let number = |observation: &Option<Value>, unit: Unit| {
            quantity(observation.as_ref()?, unit).map(|found| found.1)
        };
        let diastolic = || {
            let panel = self.on_record.pressure.as_ref()?;
            let found = component(panel, loinc::DIASTOLIC_BLOOD_PRESSURE)?.get("valueQuantity")?;
            value_in(found, ucum::MILLIMETRE_OF_MERCURY).map(|found| found.1)
        };
        wire::ScanProfile {
            age: self.age(now),
            biological_sex: self.sex().map(|(word, _)| word),
            height_cm: number(&self.on_record.height, ucum::CENTIMETRE),
            weight_kg: number(&self.on_record.weight, ucum::KILOGRAM),
            smoker: self.factor(face_scan::SMOKER),
            diabetes: self.factor(face_scan::DIABETES),
            bp_treated: self.factor(face_scan::BP_TREATED),
            prior_cvd: self.factor(face_scan::PRIOR_CVD),
            statin: self.factor(face_scan::STATIN),
            race: self.word(face_scan::RACE, &RACES).map(|(word, _)| word),
            region: self.word(face_scan::REGION, &REGIONS).map(|(word, _)| word),
            cuff_systolic_bp: self.on_record.pressure.as_ref().and_then(systolic).map(|found| found.1),
            cuff_diastolic_bp: diastolic(),
        }
    }

    /// What equations are fed with.
    #[must_use]
    pub fn person(&self, now: DateTime<Utc>) -> Person {
        let record = &self.on_record;
        let value = |observation: &Option<Value>, unit: Unit| {
            quantity(observation.as_ref()?, unit).map(|found| found.0)
        };
        let measured = record.pressure.as_ref().and_then(systolic).map(|found| Systolic::Cuff(found.0));
        let height = value(&record.height, ucum::CENTIMETRE);
        let bmi = height.zip(value(&record.weight, ucum::KILOGRAM)).map(|(cm, kg)| kg / (cm / 100.0).powi(2));
        Person {
            sex: self.sex().map(|(_, sex)| sex),
            age: self.age(now).map(f64::from),
            bmi,
            sbp: measured.or(record.has_estimate.then_some(Systolic::Estimate)),
            bp_treated: self.factor(face_scan::BP_TREATED),
            smoker: self.factor(face_scan::SMOKER),
            diabetes: self.factor(face_scan::DIABETES),
            prior_cvd: self.factor(face_scan::PRIOR_CVD),
            statin: self.factor(face_scan::STATIN),
            total_cholesterol: record.total_cholesterol.as_ref().and_then(cholesterol),
            hdl: record.hdl.as_ref().and_then(cholesterol),
            egfr: record.egfr.as_ref().and_then(filtration),
            race: self.word(face_scan::RACE, &RACES).map(|(_, race)| race),
            region: self.word(face_scan::REGION, &REGIONS).map(|(_, region)| region),
        }
    }

    /// What equations were fed with, as it is told, and the ids of the Observations that it comes from.
    #[must_use]
    pub fn inputs(&self, now: DateTime<Utc>) -> (Vec<wire::InputUsed>, Vec<String>) {
        let record = &self.on_record;
        let person = self.person(now);
        let rounded = |value: f64| Number::from_f64((value * 100.0).round() / 100.0).map(Value::Number);
        let cuff = match person.sbp {
            Some(Systolic::Cuff(value)) => Some(value),
            Some(Systolic::Estimate) | None => None,
        };
        let mg = |value: Option<Cholesterol>| value.map(Cholesterol::mg_per_dl).and_then(rounded);
        let flag = |value: Option<bool>| value.map(Value::Bool);
        let word = |word: Option<&'static str>| word.map(Value::from);
        let (age, factors) = (self.age_with_source(now), record.factors.as_ref());
        let rows = [
            ("sex", word(self.sex().map(|(word, _)| word)), self.patient.as_ref()),
            ("age", age.map(|(age, _)| Value::from(age)), age.map(|(_, source)| source)),
            ("bmi", person.bmi.and_then(rounded), record.weight.as_ref()),
            ("sbp", cuff.and_then(rounded), record.pressure.as_ref()),
            ("bp_treated", flag(person.bp_treated), factors),
            ("smoker", flag(person.smoker), factors),
            ("diabetes", flag(person.diabetes), factors),
            ("prior_cvd", flag(person.prior_cvd), factors),
            ("statin", flag(person.statin), factors),
            ("race", word(self.word(face_scan::RACE, &RACES).map(|(word, _)| word)), factors),
            ("region", word(self.word(face_scan::REGION, &REGIONS).map(|(word, _)| word)), factors),
            ("total_cholesterol", mg(person.total_cholesterol), record.total_cholesterol.as_ref()),
            ("hdl", mg(person.hdl), record.hdl.as_ref()),
            ("egfr", person.egfr.and_then(rounded), record.egfr.as_ref()),
        ];
        let told = rows.into_iter().filter_map(|(name, value, source)| {
            let recorded_at = source.filter(|source| source.get("code").is_some()).and_then(measured_at);
            Some(wire::InputUsed {
                name,
                value: value?,
                recorded_at: recorded_at.map(time),
                reference: source.and_then(address),
            })
        });
        let told: Vec<_> = told.collect();
        (told, self.sources().into_iter().map(|source| source.id).collect())
    }

    /// The Observations that anything is told by.
    #[must_use]
    pub fn sources(&self) -> Vec<Source> {
        let record = &self.on_record;
        let told = [&record.age, &record.height, &record.weight, &record.pressure, &record.factors];
        let labs = [&record.total_cholesterol, &record.hdl, &record.egfr];
        let sources = told.into_iter().chain(labs).flatten().filter_map(source);
        let mut sources: Vec<_> = sources.collect();
        // One Observation may be two things, by two codes.
        sources.sort();
        sources.dedup();
        sources
    }

    /// Sex, with its word.
    #[must_use]
    pub fn sex(&self) -> Option<(&'static str, Sex)> {
        let told = text(self.patient.as_ref()?, "gender")?;
        SEXES.into_iter().find(|(word, _)| *word == told)
    }

    /// Age in full years: as it was told, with the full years since; by the date of birth where that was recorded later, or no age
    /// was told.
    #[must_use]
    pub fn age(&self, now: DateTime<Utc>) -> Option<u16> {
        self.age_with_source(now).map(|(age, _)| age)
    }

    fn age_with_source(&self, now: DateTime<Utc>) -> Option<(u16, &Value)> {
        let told = || Some((self.age_as_told(now)?, self.on_record.age.as_ref()?));
        let by_birth = || Some((self.age_by_birth(now)?, self.patient.as_ref()?));
        if self.on_record.is_birth_later { by_birth().or_else(told) } else { told().or_else(by_birth) }
    }

    fn age_as_told(&self, now: DateTime<Utc>) -> Option<u16> {
        let observation = self.on_record.age.as_ref()?;
        let told: u16 = quantity(observation, ucum::YEAR)?.1.to_string().parse().ok()?;
        let when = DateTime::from_timestamp_micros(measured_at(observation)?)?;
        // Who was told to be 40 some day has been 41 for a while, or is it now.
        let since = now.date_naive().years_since(when.date_naive()).unwrap_or_default();
        told.checked_add(u16::try_from(since).ok()?).filter(|years| *years <= OLDEST)
    }

    fn age_by_birth(&self, now: DateTime<Utc>) -> Option<u16> {
        let born: NaiveDate = text(self.patient.as_ref()?, "birthDate")?.parse().ok()?;
        u16::try_from(now.date_naive().years_since(born)?).ok().filter(|years| *years <= OLDEST)
    }

    /// Whether the person told just this of themself, or nothing, where it is nothing.
    #[must_use]
    pub fn has_told(&self, code: Code, factor: Option<&Factor>) -> bool {
        let told = self.on_record.factors.as_ref().and_then(|factors| component(factors, code));
        match (told, factor) {
            (None, None) => true,
            (Some(told), Some(factor)) => {
                let (name, value) = factor.element();
                told.get(name) == Some(&value)
            }
            (None, Some(_)) | (Some(_), None) => false,
        }
    }

    fn factor(&self, code: Code) -> Option<bool> {
        component(self.on_record.factors.as_ref()?, code)?.get("valueBoolean")?.as_bool()
    }

    fn word<T: Copy>(&self, code: Code, words: &'static [(&'static str, T)]) -> Option<(&'static str, T)> {
        let told = text(component(self.on_record.factors.as_ref()?, code)?, "valueString")?;
        words.iter().find(|(word, _)| *word == told).copied()
    }
}

/// The component of an Observation with this code.
fn component(observation: &Value, code: Code) -> Option<&Value> {
    let mut found =
        list(observation, "component").filter(|one| one.get("code").is_some_and(|of| code.is_in(of)));
    counts(observation).then(|| found.next())?
}

fn quantity(observation: &Value, unit: Unit) -> Option<(f64, Number)> {
    value_in(observation.get("valueQuantity").filter(|_| counts(observation))?, unit)
}

/// The systolic pressure of a panel, or of an Observation of its own.
fn systolic(observation: &Value) -> Option<(f64, Number)> {
    let in_panel =
        component(observation, loinc::SYSTOLIC_BLOOD_PRESSURE).and_then(|one| one.get("valueQuantity"));
    value_in(in_panel.or_else(|| observation.get("valueQuantity"))?, ucum::MILLIMETRE_OF_MERCURY)
}

fn cholesterol(observation: &Value) -> Option<Cholesterol> {
    let by_mass = quantity(observation, ucum::MILLIGRAM_PER_DECILITRE)
        .map(|found| Cholesterol::from_mg_per_dl(found.0));
    let by_moles = || {
        quantity(observation, ucum::MILLIMOLE_PER_LITRE).map(|found| Cholesterol::from_mmol_per_l(found.0))
    };
    by_mass.or_else(by_moles)
}

/// Filtration rates are told for 1.73 m2, in several spellings of that.
fn filtration(observation: &Value) -> Option<f64> {
    const SPELLINGS: [&str; 3] = ["mL/min/{1.73_m2}", "mL/min/1.73.m2", "mL/min"];
    let quantity = observation.get("valueQuantity").filter(|_| counts(observation))?;
    let code = text(quantity, "code")?;
    let is_exact = quantity.get("comparator").is_none();
    quantity.get("value").filter(|_| is_exact && SPELLINGS.contains(&code))?.as_f64()
}

fn address(resource: &Value) -> Option<String> {
    Some(format!("{}/{}", text(resource, "resourceType")?, text(resource, "id")?))
}

fn time(at_us: i64) -> String {
    let time = DateTime::from_timestamp_micros(at_us).unwrap_or_default();
    time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
