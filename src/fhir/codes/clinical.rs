//! The codes of HL7 for visits, diagnoses, medicines and vaccines. <https://terminology.hl7.org>

use super::Code;

/// Identifiers of clinicians in the United States.
pub const US_NPI: &str = "http://hl7.org/fhir/sid/us-npi";
/// Registrations with the Drug Enforcement Administration.
pub const US_DEA: &str = "urn:oid:2.16.840.1.113883.4.814";
/// The National Drug Codes.
pub const NDC: &str = "http://hl7.org/fhir/sid/ndc";

const fn encounter_class(code: &'static str, display: &'static str) -> Code {
    Code { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code, display }
}

/// A visit.
pub const AMBULATORY: Code = encounter_class("AMB", "ambulatory");
/// A stay in hospital.
pub const INPATIENT: Code = encounter_class("IMP", "inpatient encounter");

const fn participation(code: &'static str, display: &'static str) -> Code {
    Code { system: "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", code, display }
}

/// Is in charge of a stay.
pub const ATTENDER: Code = participation("ATND", "attender");
/// Sees the patient.
pub const PRIMARY_PERFORMER: Code = participation("PPRF", "primary performer");

/// A diagnosis at the end of a stay.
pub const DISCHARGE_DIAGNOSIS: Code = Code {
    system: "http://terminology.hl7.org/CodeSystem/diagnosis-role",
    code: "DD",
    display: "Discharge diagnosis",
};
/// A diagnosis of a visit or stay.
pub const ENCOUNTER_DIAGNOSIS: Code = Code {
    system: "http://terminology.hl7.org/CodeSystem/condition-category",
    code: "encounter-diagnosis",
    display: "Encounter Diagnosis",
};
/// A condition of a patient's problem list.
pub const PROBLEM_LIST_ITEM: Code = Code {
    system: "http://terminology.hl7.org/CodeSystem/condition-category",
    code: "problem-list-item",
    display: "Problem List Item",
};
/// A condition that somebody has.
pub const CONDITION_ACTIVE: Code = Code {
    system: "http://terminology.hl7.org/CodeSystem/condition-clinical",
    code: "active",
    display: "Active",
};
/// A clinician says so.
pub const CONDITION_CONFIRMED: Code = Code {
    system: "http://terminology.hl7.org/CodeSystem/condition-ver-status",
    code: "confirmed",
    display: "Confirmed",
};
/// Nobody confirmed the condition.
pub const CONDITION_UNCONFIRMED: Code = Code {
    system: "http://terminology.hl7.org/CodeSystem/condition-ver-status",
    code: "unconfirmed",
    display: "Unconfirmed",
};
/// Nobody confirmed the allergy.
pub const ALLERGY_UNCONFIRMED: Code = Code {
    system: "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification",
    code: "unconfirmed",
    display: "Unconfirmed",
};

/// Gave the vaccine.
pub const ADMINISTERING_PROVIDER: Code = Code {
    system: "http://terminology.hl7.org/CodeSystem/v2-0443",
    code: "AP",
    display: "Administering Provider",
};
/// A vaccination that is known from paper.
pub const WRITTEN_RECORD: Code = Code {
    system: "http://terminology.hl7.org/CodeSystem/immunization-origin",
    code: "record",
    display: "Written Record",
};
/// A vaccination that is to follow.
pub const VACCINE_DUE: Code = Code {
    system: "http://terminology.hl7.org/CodeSystem/immunization-recommendation-status",
    code: "due",
    display: "Due",
};
/// A report on medical images.
pub const RADIOLOGY_REPORT: Code =
    Code { system: "http://terminology.hl7.org/CodeSystem/v2-0074", code: "RAD", display: "Radiology" };
/// A report of a laboratory.
pub const LABORATORY_REPORT: Code =
    Code { system: "http://terminology.hl7.org/CodeSystem/v2-0074", code: "LAB", display: "Laboratory" };

const fn identifier_type(code: &'static str, display: &'static str) -> Code {
    Code { system: "http://terminology.hl7.org/CodeSystem/v2-0203", code, display }
}

/// A patient's number in a hospital.
pub const MEDICAL_RECORD_NUMBER: Code = identifier_type("MR", "Medical record number");
/// A clinician's number in the United States.
pub const NATIONAL_PROVIDER_IDENTIFIER: Code = identifier_type("NPI", "National provider identifier");
/// A prescriber's registration in the United States.
pub const DEA_NUMBER: Code = identifier_type("DEA", "Drug Enforcement Administration registration number");

const fn yes_or_no(code: &'static str, display: &'static str) -> Code {
    Code { system: "http://terminology.hl7.org/CodeSystem/v2-0136", code, display }
}

/// A mark is there.
pub const YES: Code = yes_or_no("Y", "Yes");
/// A mark is not there.
pub const NO: Code = yes_or_no("N", "No");
