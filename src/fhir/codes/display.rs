//! What displays show and documents say beside the measured quantities that have a published code: our own code system.
//!
//! It is published under `fhir-profiles/`; its URL does not depend on where the server runs.

use super::Code;

/// The code system.
pub const SYSTEM: &str = "https://hygeia.health/fhir/CodeSystem/display-field";

macro_rules! codes {
    ($($name:ident $code:literal $display:literal,)*) => {
        $(
            #[doc = $display]
            pub const $name: Code = Code { system: SYSTEM, code: $code, display: $display };
        )*

        /// Every code.
        pub const ALL: &[Code] = &[$($name,)*];
    };
}

codes! {
    BATTERY "battery" "Battery state",
    USER_PROFILE "user-profile" "User profile",
    MEMORY_MARK "memory-mark" "Value from memory",
    LAST_READING "last-reading" "Last reading",
    WEIGHT_TREND "weight-trend" "Weight trend",
    AVERAGE_OF_7_DAYS "average-7-days" "Average of 7 days",
    AVERAGE_OF_14_DAYS "average-14-days" "Average of 14 days",
    AVERAGE_OF_30_DAYS "average-30-days" "Average of 30 days",
    STRIP_LOT "test-strip-lot" "Lot number of the test strip",
    MEAL_MARK "meal-mark" "Before or after a meal",
    GLUCOSE_ALERT "glucose-alert" "Alert for high or low glucose",
    TEMPERATURE_COMPENSATION "temperature-compensation" "Temperature compensation",
    MEMORY_SLOT "memory-slot" "Memory slot",
    SIGNAL_STRENGTH "signal-strength" "Signal strength",
    WAVEFORM_QUALITY "waveform-quality" "Waveform quality",
    LOW_PERFUSION "low-perfusion-alert" "Low perfusion alert",
    MOTION_ARTIFACT "motion-artifact" "Motion artifact",
    PULSE_AMPLITUDE "pulse-amplitude" "Pulse amplitude",
    SENSOR_STATUS "sensor-status" "Sensor status",
    PATIENT_MODE "patient-mode" "Patient mode",
    SATURATION_LOW_LIMIT "saturation-low-limit" "Low alarm limit of the oxygen saturation",
    SATURATION_HIGH_LIMIT "saturation-high-limit" "High alarm limit of the oxygen saturation",
    PULSE_LOW_LIMIT "pulse-low-limit" "Low alarm limit of the pulse",
    PULSE_HIGH_LIMIT "pulse-high-limit" "High alarm limit of the pulse",
    FEVER_MARK "fever-mark" "Fever indicator",
    PROBE_COVER "probe-cover" "Probe cover",
    CALIBRATION_STATUS "calibration-status" "Calibration status",
    CALIBRATION_DATE "calibration-date" "Calibration date",
    ENVIRONMENTAL_COMPENSATION "environmental-compensation" "Environmental compensation",
    AUTO_SHUTOFF "auto-shutoff" "Automatic shutoff",
    PERSONAL_BEST_SHARE "personal-best-share" "Peak flow as a share of the personal best",
    PREVIOUS_PEAK_FLOW "previous-peak-flow" "Previous peak flow",
    DAILY_PEAK_FLOW "daily-average-peak-flow" "Average peak flow of a day",
    WEEKLY_PEAK_FLOW "weekly-average-peak-flow" "Average peak flow of a week",
    PATIENT_AGE "patient-age-setting" "Patient's age as the device is set",
    PATIENT_HEIGHT "patient-height-setting" "Patient's height as the device is set",
    ACTION_PLAN "asthma-action-plan-zone" "Zone of the asthma action plan",
    LEADS "ecg-leads" "ECG leads",
    P_WAVE "p-wave" "P wave analysis",
    ST_SEGMENT "st-segment" "ST segment analysis",
    T_WAVE "t-wave" "T wave morphology",
    ARRHYTHMIA "arrhythmia-detection" "Arrhythmia detection",
    HEART_RATE_VARIABILITY "heart-rate-variability" "Heart rate variability, its method not stated",
    RECORDING_DURATION "recording-duration" "Recording duration",
    SIGNAL_QUALITY "signal-quality" "Signal quality",
    ELECTRODE_CONTACT "electrode-contact" "Electrode contact",
    ARTIFACTS "artifact-detection" "Artifact detection",
    DIALYSIS "dialysis-monitoring" "Values of a running dialysis",
    TRANSMEMBRANE_PRESSURE "transmembrane-pressure" "Transmembrane pressure",
    ARTERIAL_LINE_PRESSURE "arterial-line-pressure" "Pressure in the arterial line",
    ACCESS_PRESSURE "access-pressure" "Access pressure",
    FLUID_REMOVED "fluid-removed" "Total fluid removed",
    TREATMENT_STATUS "treatment-status" "Treatment status",
    CONDUCTIVITY "dialysate-conductivity" "Conductivity of the dialysate",
    DIALYSATE_TEMPERATURE "dialysate-temperature" "Temperature of the dialysate",
    DRY_WEIGHT "dry-weight" "Dry weight",
    SESSION_START "session-start" "Start of the session",
    ALARMS "alarms" "Alarms",
    CYCLE_TIME "nibp-cycle-time" "Cycle time of the blood pressure measurement",
    TEMPERATURE_PROBE "temperature-probe" "Temperature probe",
    PATIENT_INFO "patient-info" "Patient information on the display",
    DEVICE_STATUS "device-status" "Device status",
    TEST_TYPE "test-type" "Test type",
    CONTROL_LINE "control-line" "Control line",
    TEST_LINE "test-line" "Test line",
    READ_TIME "read-time" "Minutes until the test is read",
    TEST_VALIDITY "test-validity" "Test validity",
    SENSITIVITY_LEVEL "sensitivity-level" "Least amount that the test detects",
    TEST_SENSITIVITY "test-sensitivity" "Sensitivity of the test",
    TEST_SPECIFICITY "test-specificity" "Specificity of the test",
    STORAGE_TEMPERATURE "storage-temperature" "Storage temperature",
    QR_CODE "qr-code" "QR code",
    GENERIC_NAME "generic-name" "Generic name of the medicine",
    MEDICINE_BRAND "medicine-brand" "Brand of the medicine",
    STRENGTH "medicine-strength" "Strength of the medicine",
    VISIT_TIME "visit-time" "Time of the visit",
    PRIMARY_DIAGNOSIS "primary-diagnosis" "Primary diagnosis",
    SECONDARY_DIAGNOSES "secondary-diagnoses" "Secondary diagnoses",
    PROCEDURES "procedures" "Procedures",
    DISCHARGE_MEDICATIONS "discharge-medications" "Medications at discharge",
    FOLLOW_UP "follow-up" "Follow-up",
    ACTIVITY_RESTRICTIONS "activity-restrictions" "Activity restrictions",
    DIET "diet" "Diet",
    VITAL_SIGNS "vital-signs" "Vital signs",
    CONDITION_AT_DISCHARGE "condition-at-discharge" "Condition at discharge",
    CHIEF_COMPLAINT "chief-complaint" "Chief complaint",
    HISTORY "history-of-present-illness" "History of present illness",
    REVIEW_OF_SYSTEMS "review-of-systems" "Review of systems",
    PHYSICAL_EXAM "physical-exam" "Physical exam",
    ASSESSMENT "assessment" "Assessment",
    PLAN "plan" "Plan",
    MEDICATIONS "medications" "Medications",
    ALLERGIES "allergies" "Allergies",
}
