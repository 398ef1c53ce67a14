//! The sections of documents that are mostly prose, by the vendor's names: the table that both translations go by.

use crate::fhir::codes::{Code, display, loinc};
use crate::inference::device::FieldName;

/// A kind of document.
#[derive(Debug)]
pub struct Layout {
    /// What the document is.
    pub document: Code,
    /// Its sections, in the vendor's order.
    pub sections: &'static [Section],
}

/// A section.
#[derive(Debug)]
pub struct Section {
    /// What the vendor calls it.
    pub name: &'static str,
    /// What it is to the reader of pictures.
    pub field: FieldName,
    /// What it is in FHIR; ours first.
    pub codes: &'static [Code],
    /// What its text states as resources.
    pub states: Option<Statement>,
}

/// A kind of resource that a section states. Each is one that nobody has confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statement {
    /// `Condition`.
    Condition,
    /// `Procedure`.
    Procedure,
    /// `MedicationStatement`.
    Medication,
    /// `AllergyIntolerance`.
    Allergy,
}

/// A summary at the end of a stay.
pub const DISCHARGE_SUMMARY: Layout = Layout {
    document: loinc::DISCHARGE_SUMMARY,
    sections: &[
        section("primaryDiagnosis", FieldName::PrimaryDiagnosis, &[display::PRIMARY_DIAGNOSIS])
            .stating(Statement::Condition),
        section("secondaryDiagnoses", FieldName::SecondaryDiagnoses, &[display::SECONDARY_DIAGNOSES])
            .stating(Statement::Condition),
        section("procedures", FieldName::Procedures, &[display::PROCEDURES, loinc::HISTORY_OF_PROCEDURES])
            .stating(Statement::Procedure),
        section(
            "dischargeMedications",
            FieldName::Medications,
            &[display::DISCHARGE_MEDICATIONS, loinc::DISCHARGE_MEDICATIONS],
        )
        .stating(Statement::Medication),
        section("followUp", FieldName::FollowUp, &[display::FOLLOW_UP]),
        section("activityRestrictions", FieldName::ActivityRestrictions, &[display::ACTIVITY_RESTRICTIONS]),
        section("dietInstructions", FieldName::Diet, &[display::DIET]),
        section("vitalSignsAtDischarge", FieldName::VitalSigns, &[display::VITAL_SIGNS]),
        section("condition", FieldName::ConditionAtDischarge, &[display::CONDITION_AT_DISCHARGE]),
    ],
};

/// A note of a visit.
pub const CLINICAL_NOTES: Layout = Layout {
    document: loinc::PROGRESS_NOTE,
    sections: &[
        section("chiefComplaint", FieldName::ChiefComplaint, &[display::CHIEF_COMPLAINT]),
        section("historyOfPresentIllness", FieldName::History, &[display::HISTORY]),
        section("reviewOfSystems", FieldName::ReviewOfSystems, &[display::REVIEW_OF_SYSTEMS]),
        section("physicalExam", FieldName::PhysicalExam, &[display::PHYSICAL_EXAM]),
        section("vitalSigns", FieldName::VitalSigns, &[display::VITAL_SIGNS]),
        section("assessment", FieldName::Assessment, &[display::ASSESSMENT, loinc::ASSESSMENT_NOTE])
            .stating(Statement::Condition),
        section("plan", FieldName::Plan, &[display::PLAN, loinc::PLAN_OF_TREATMENT]),
        section(
            "medications",
            FieldName::Medications,
            &[display::MEDICATIONS, loinc::HISTORY_OF_MEDICATION_USE],
        )
        .stating(Statement::Medication),
        section("allergies", FieldName::Allergies, &[display::ALLERGIES, loinc::ALLERGIES])
            .stating(Statement::Allergy),
        section("followUp", FieldName::FollowUp, &[display::FOLLOW_UP]),
    ],
};

const fn section(name: &'static str, field: FieldName, codes: &'static [Code]) -> Section {
    Section { name, field, codes, states: None }
}

impl Section {
    const fn stating(self, statement: Statement) -> Self {
        Self { states: Some(statement), ..self }
    }
}
