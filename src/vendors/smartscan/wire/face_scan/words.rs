//! The words that some fields take, for the API's document. The server itself goes by its tables, and takes capital letters too.

use utoipa::ToSchema;

/// The name of a value.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum VitalName {
    /// Heart rate.
    HeartRate,
    /// Variability of the heart rate: SDNN.
    HrvSdnn,
    /// Variability of the heart rate: RMSSD.
    HrvRmssd,
    /// Breathing rate.
    BreathingRate,
    /// Oxygen saturation.
    Spo2,
    /// Systolic pressure.
    SystolicBp,
    /// Diastolic pressure.
    DiastolicBp,
    /// Stress index.
    StressIndex,
    /// Wellness score.
    WellnessScore,
}

/// The name of a value that is compared with other people's.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum ComparedName {
    /// Heart rate.
    HeartRate,
    /// Variability of the heart rate: SDNN.
    HrvSdnn,
    /// Variability of the heart rate: RMSSD.
    HrvRmssd,
    /// Breathing rate.
    BreathingRate,
    /// Oxygen saturation.
    Spo2,
    /// Systolic pressure.
    SystolicBp,
    /// Diastolic pressure.
    DiastolicBp,
    /// Stress index.
    StressIndex,
    /// Wellness score.
    WellnessScore,
    /// Body mass index, which is no value of a scan.
    Bmi,
}

/// Under which law a consent is given.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum Jurisdiction {
    /// The United States.
    Us,
    /// The European Union.
    Eu,
    /// The United Kingdom.
    Uk,
    /// Canada.
    Ca,
    /// Australia.
    Au,
    /// India.
    In,
    /// Any other.
    Other,
}

/// Biological sex.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum SexWord {
    /// Female.
    Female,
    /// Male.
    Male,
    /// Neither.
    Other,
}

/// What the pooled cohort equations ask.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum RaceWord {
    /// Black.
    Black,
    /// White.
    White,
    /// Any other.
    Other,
}

/// A region of Europe by its risk, which SCORE2 asks.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum RegionWord {
    /// Low risk.
    Low,
    /// Moderate risk.
    Moderate,
    /// High risk.
    High,
    /// Very high risk.
    VeryHigh,
    /// Not in Europe.
    Other,
}

/// What measured the pressures.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum PressureSource {
    /// The camera.
    Camera,
    /// A cuff.
    Cuff,
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use utoipa::PartialSchema;

    use super::*;
    use crate::vendors::smartscan::from_fhir::face_scan::profile::{RACES, REGIONS, SEXES};
    use crate::vendors::smartscan::to_fhir::face_scan::consent::JURISDICTIONS;
    use crate::vendors::smartscan::vitals;

    fn documented<T: PartialSchema>() -> serde_json::Value {
        serde_json::to_value(T::schema()).unwrap()["enum"].clone()
    }

    #[test]
    fn the_document_has_the_words_of_the_tables() {
        assert_eq!(documented::<VitalName>(), json!(vitals::ALL.map(|vital| vital.name)));
        let compared: Vec<_> = vitals::compared().map(|vital| vital.name).collect();
        assert_eq!(documented::<ComparedName>(), json!(compared));
        assert_eq!(documented::<Jurisdiction>(), json!(JURISDICTIONS));
        assert_eq!(documented::<SexWord>(), json!(SEXES.map(|(word, _)| word)));
        assert_eq!(documented::<RaceWord>(), json!(RACES.map(|(word, _)| word)));
        assert_eq!(documented::<RegionWord>(), json!(REGIONS.map(|(word, _)| word)));
    }
}
