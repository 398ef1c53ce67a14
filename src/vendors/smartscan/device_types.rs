//! The 15 types of devices and documents that the vendor documents, and the names by which a client may call them.

use super::wire::{Category, DeviceType};
use crate::inference::device::DeviceKind;

/// All types, in the order of the vendor's document.
#[rustfmt::skip]
pub const ALL: [DeviceType; 15] = [
    DeviceType {
        id: "blood-pressure",
        name: "Blood Pressure Monitor",
        category: Category::Device,
        fields: &["systolic", "diastolic", "pulse", "unit", "pulseUnit", "meanArterialPressure", "pulsePressure", "timestamp", "batteryStatus", "irregularHeartbeat", "userProfile", "memoryReading"],
        brands: &["Omron", "Withings", "A&D Medical", "Beurer", "Generic monitors"],
    },
    DeviceType {
        id: "scale",
        name: "Digital Scale",
        category: Category::Device,
        fields: &["weight", "unit", "bmi", "bodyFatPercentage", "muscleMass", "boneMass", "waterPercentage", "visceralFatRating", "metabolicAge", "basalMetabolicRate", "userProfile", "timestamp", "batteryLevel", "trend"],
        brands: &["Withings", "Fitbit Aria", "Tanita", "Renpho", "Eufy", "Generic smart scales"],
    },
    DeviceType {
        id: "glucose-meter",
        name: "Glucose Meter",
        category: Category::Device,
        fields: &["glucoseLevel", "unit", "timestamp", "testStripLot", "mealIndicator", "averages", "highLowAlert", "batteryLevel", "temperatureCompensation", "userId", "memorySlot"],
        brands: &["Accu-Chek", "OneTouch", "FreeStyle", "Contour", "Bayer", "Generic meters"],
    },
    DeviceType {
        id: "pulse-oximeter",
        name: "Pulse Oximeter",
        category: Category::Device,
        fields: &["oxygenSaturation", "pulse", "perfusionIndex", "signalStrength", "waveformQuality", "lowPerfusionAlert", "motionArtifact", "pulseAmplitude", "sensorStatus", "patientMode", "alarmLimits", "timestamp", "batteryLevel"],
        brands: &["Masimo", "Nonin", "Contec", "Zacurate", "Innovo", "Generic oximeters"],
    },
    DeviceType {
        id: "thermometer",
        name: "Digital Thermometer",
        category: Category::Device,
        fields: &["temperature", "unit", "location", "feverIndicator", "normalRange", "memoryReading", "timestamp", "batteryLevel", "probeCover", "calibrationStatus", "environmentalCompensation", "autoShutoff"],
        brands: &["Braun", "Omron", "iHealth", "Kinsa", "Vicks", "Generic digital thermometers"],
    },
    DeviceType {
        id: "peak-flow-meter",
        name: "Peak Flow Meter",
        category: Category::Device,
        fields: &["peakFlowRate", "unit", "personalBest", "personalBestPercentage", "zone", "predictedValue", "previousReading", "averageReadings", "patientAge", "patientHeight", "asthmaActionPlan", "timestamp", "calibrationDate"],
        brands: &["Clement Clarke", "Respironics", "Omron", "Vitalograph", "Microlife"],
    },
    DeviceType {
        id: "ecg-monitor",
        name: "ECG Monitor",
        category: Category::Device,
        fields: &["heartRate", "rhythm", "qtInterval", "qtcInterval", "leadConfig", "pWaveAnalysis", "qrsDuration", "stSegment", "tWave", "arrhythmiaDetection", "heartRateVariability", "recordingDuration", "signalQuality", "electrodeContact", "artifactDetection", "timestamp", "batteryStatus"],
        brands: &["AliveCor", "Omron HeartScan", "EMAY", "CheckMe", "Wellue", "Generic portable ECGs"],
    },
    DeviceType {
        id: "vaccine-certificate",
        name: "Vaccine Certificate",
        category: Category::Device,
        fields: &["patientName", "dateOfBirth", "vaccineName", "manufacturer", "vaccinationDate", "lotNumber", "administrator", "healthcareProvider", "doseNumber", "routeOfAdministration", "injectionSite", "nextDueDate", "visDate", "vaccineExpiration"],
        brands: &["COVID-19", "Influenza", "Hepatitis", "MMR", "Travel vaccines", "Childhood immunizations", "ALL vaccine types"],
    },
    DeviceType {
        id: "dialysis-machine",
        name: "Dialysis Machine",
        category: Category::Device,
        fields: &["treatmentTime", "bloodFlowRate", "dialysateFlowRate", "ultrafiltrationRate", "transmembranePressure", "venousPressure", "arterialPressure", "fluidRemovalGoal", "ktVRatio", "treatmentStatus", "totalFluidRemoved", "conductivity", "temperature", "patientDryWeight", "sessionStartTime", "accessPressure", "alarmStatus"],
        brands: &["Fresenius", "Baxter", "B. Braun", "Nipro", "Gambro", "Generic dialysis equipment"],
    },
    DeviceType {
        id: "pregnancy-kit",
        name: "Pregnancy Test Kit",
        category: Category::Device,
        fields: &["testResult", "testType", "weeksIndicator", "controlLine", "testLine", "testDate", "brandName", "lotNumber", "expirationDate", "testTiming", "testValidity", "sensitivityLevel", "sampleType"],
        brands: &["Digital tests", "strip tests", "cassette tests", "early detection tests", "all major brands"],
    },
    DeviceType {
        id: "5para-monitor",
        name: "5-Parameter Monitor",
        category: Category::Device,
        fields: &["heartRate", "systolic", "diastolic", "oxygenSaturation", "respiratoryRate", "temperature", "meanArterialPressure", "pulsePressure", "alarmIndicators", "leadConfiguration", "waveformQuality", "nibpCycleTime", "spo2SensorStatus", "temperatureProbe", "patientInfo", "timestamp", "deviceStatus"],
        brands: &["Philips", "GE Healthcare", "Mindray", "Nihon Kohden", "Masimo", "Generic patient monitors"],
    },
    DeviceType {
        id: "covid-test-strip",
        name: "COVID Test Strip",
        category: Category::Device,
        fields: &["testResult", "testType", "manufacturer", "controlLine", "testLine", "testDate", "lotNumber", "expirationDate", "testTiming", "sampleType", "sensitivity", "specificity", "serialNumber", "storageTemp", "qrCode"],
        brands: &["Rapid antigen (BinaxNOW, FlowFlex, QuickVue)", "lateral flow", "home test kits", "professional tests"],
    },
    DeviceType {
        id: "prescription",
        name: "Prescription",
        category: Category::Document,
        fields: &["patientName", "patientDOB", "patientAddress", "prescriber", "prescriberNPI", "prescriberDEA", "pharmacy", "datePrescribed", "medication", "genericName", "brandName", "strength", "quantity", "directions", "refills", "daysSupply", "ndcNumber", "diagnosis", "genericSubstitution"],
        brands: &[],
    },
    DeviceType {
        id: "discharge-summary",
        name: "Discharge Summary",
        category: Category::Document,
        fields: &["patientName", "patientDOB", "medicalRecordNumber", "admissionDate", "dischargeDate", "primaryDiagnosis", "secondaryDiagnoses", "procedures", "attendingPhysician", "dischargeMedications", "followUp", "activityRestrictions", "dietInstructions", "disposition", "vitalSignsAtDischarge", "condition"],
        brands: &[],
    },
    DeviceType {
        id: "clinical-notes",
        name: "Clinical Notes",
        category: Category::Document,
        fields: &["patientName", "patientDOB", "medicalRecordNumber", "visitDate", "visitTime", "provider", "visitType", "chiefComplaint", "historyOfPresentIllness", "reviewOfSystems", "physicalExam", "vitalSigns", "assessment", "plan", "medications", "allergies", "followUp"],
        brands: &[],
    },
];

/// The kinds behind the types, in the same order.
const KINDS: [DeviceKind; 15] = [
    DeviceKind::BloodPressure,
    DeviceKind::Scale,
    DeviceKind::GlucoseMeter,
    DeviceKind::PulseOximeter,
    DeviceKind::Thermometer,
    DeviceKind::PeakFlowMeter,
    DeviceKind::EcgMonitor,
    DeviceKind::VaccineCertificate,
    DeviceKind::DialysisMachine,
    DeviceKind::PregnancyTest,
    DeviceKind::FiveParameterMonitor,
    DeviceKind::TestStrip,
    DeviceKind::Prescription,
    DeviceKind::DischargeSummary,
    DeviceKind::ClinicalNotes,
];

/// Other names for a type; the vendor's own samples use the first.
const ALIASES: [(&str, DeviceKind); 32] = [
    ("blood-pressure-monitor", DeviceKind::BloodPressure),
    ("blood-pressure-meter", DeviceKind::BloodPressure),
    ("bp-monitor", DeviceKind::BloodPressure),
    ("bp", DeviceKind::BloodPressure),
    ("digital-scale", DeviceKind::Scale),
    ("weight-scale", DeviceKind::Scale),
    ("weighing-scale", DeviceKind::Scale),
    ("body-scale", DeviceKind::Scale),
    ("glucometer", DeviceKind::GlucoseMeter),
    ("glucose", DeviceKind::GlucoseMeter),
    ("blood-glucose-meter", DeviceKind::GlucoseMeter),
    ("oximeter", DeviceKind::PulseOximeter),
    ("pulse-ox", DeviceKind::PulseOximeter),
    ("spo2", DeviceKind::PulseOximeter),
    ("digital-thermometer", DeviceKind::Thermometer),
    ("peak-flow", DeviceKind::PeakFlowMeter),
    ("peakflow-meter", DeviceKind::PeakFlowMeter),
    ("ecg", DeviceKind::EcgMonitor),
    ("ekg-monitor", DeviceKind::EcgMonitor),
    ("vaccination-certificate", DeviceKind::VaccineCertificate),
    ("vaccine", DeviceKind::VaccineCertificate),
    ("dialysis", DeviceKind::DialysisMachine),
    ("pregnancy-test", DeviceKind::PregnancyTest),
    ("pregnancy-test-kit", DeviceKind::PregnancyTest),
    ("vital-monitor", DeviceKind::FiveParameterMonitor),
    ("5-para-monitor", DeviceKind::FiveParameterMonitor),
    ("5-parameter-monitor", DeviceKind::FiveParameterMonitor),
    ("patient-monitor", DeviceKind::FiveParameterMonitor),
    ("covid-test", DeviceKind::TestStrip),
    ("covid-19-test", DeviceKind::TestStrip),
    ("prescription-document", DeviceKind::Prescription),
    ("clinical-note", DeviceKind::ClinicalNotes),
];

/// The type that a client means: any case, `_` or blanks for `-`, or one of the other names (contract SS-23).
#[must_use]
pub fn parse(text: &str) -> Option<DeviceKind> {
    let name = text.trim().to_lowercase().replace(['_', ' '], "-");
    let own = KINDS.map(|kind| (id(kind), kind));
    own.into_iter().chain(ALIASES).find(|(known, _)| *known == name).map(|(_, kind)| kind)
}

/// The vendor's name for a kind of device.
#[must_use]
pub fn id(kind: DeviceKind) -> &'static str {
    match kind {
        DeviceKind::BloodPressure => "blood-pressure",
        DeviceKind::Scale => "scale",
        DeviceKind::GlucoseMeter => "glucose-meter",
        DeviceKind::PulseOximeter => "pulse-oximeter",
        DeviceKind::Thermometer => "thermometer",
        DeviceKind::PeakFlowMeter => "peak-flow-meter",
        DeviceKind::EcgMonitor => "ecg-monitor",
        DeviceKind::VaccineCertificate => "vaccine-certificate",
        DeviceKind::DialysisMachine => "dialysis-machine",
        DeviceKind::PregnancyTest => "pregnancy-kit",
        DeviceKind::FiveParameterMonitor => "5para-monitor",
        DeviceKind::TestStrip => "covid-test-strip",
        DeviceKind::Prescription => "prescription",
        DeviceKind::DischargeSummary => "discharge-summary",
        DeviceKind::ClinicalNotes => "clinical-notes",
    }
}

/// What a kind of device is called.
#[must_use]
pub fn name(kind: DeviceKind) -> &'static str {
    let id = id(kind);
    ALL.iter().find(|device_type| device_type.id == id).map_or(id, |device_type| device_type.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_none_of_ours_is_refused() {
        for name in ["", "toaster", "blood", "blood-pressure-", "auto"] {
            assert!(parse(name).is_none(), "{name:?}");
        }
    }

    #[test]
    fn every_spelling_gives_the_same_type() {
        for name in ["blood-pressure", "BLOOD-PRESSURE", "blood_pressure_monitor", " Blood Pressure "] {
            assert_eq!(parse(name).map(id), Some("blood-pressure"), "{name:?}");
        }
        assert_eq!(parse("digital_scale").map(id), Some("scale"));
        assert_eq!(parse("5-para-monitor").map(id), Some("5para-monitor"));
    }

    #[test]
    fn every_kind_is_in_the_list_and_its_own_name_gives_it() {
        for (kind, device_type) in KINDS.into_iter().zip(ALL) {
            assert_eq!(device_type.id, id(kind));
            assert_eq!(parse(id(kind)), Some(kind));
        }
    }
}
