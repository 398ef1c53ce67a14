//! Of discharge summaries.

use super::rule;
use crate::inference::device::FieldName;
use crate::inference::device::paper::labels::Whose::{Anothers, Nobodys};
use crate::inference::device::paper::labels::grammar::Rule;
use crate::inference::device::paper::value::Shape;

/// The rules.
pub const RULES: &[Rule] = &[
    rule(
        FieldName::AdmissionDate,
        Shape::Date,
        Nobodys,
        &["admission* admitted admit hospitali*"],
        "date day time dt hospital patient* ward",
    ),
    rule(
        FieldName::Disposition,
        Shape::Prose,
        Nobodys,
        &["disposition destination discharged"],
        "discharge place patient* hospital home location to",
    ),
    rule(
        FieldName::DischargeDate,
        Shape::Date,
        Nobodys,
        &["discharge* released release separation"],
        "date day time dt hospital patient* ward",
    ),
    rule(
        FieldName::PrimaryDiagnosis,
        Shape::Prose,
        Nobodys,
        &[
            "primary principal main final discharge leading definitive",
            "diagnos* dx condition problem illness",
        ],
        "reason code icd 10 responsible stay established",
    ),
    rule(
        FieldName::SecondaryDiagnoses,
        Shape::List,
        Nobodys,
        &[
            "active secondary other additional associated coexisting concurrent further co comorbid* concomitant",
            "diagnos* dx condition* problem* illness* disease* comorbid* morbid*",
        ],
        "medical active chronic discharge relevant existing relevant current icd 10 codes and secondary",
    ),
    rule(
        FieldName::SecondaryDiagnoses,
        Shape::List,
        Nobodys,
        &["comorbid*"],
        "medical active chronic relevant known conditions",
    ),
    rule(
        FieldName::Procedures,
        Shape::List,
        Nobodys,
        &["procedure* operation* surger* intervention* surgical operative"],
        "performed done undertaken stay admission treatment* hospital major principal therapeutic carried out \
          during key surgical procedures inpatient diagnostic and other",
    ),
    rule(
        FieldName::AttendingPhysician,
        Shape::Person,
        Anothers,
        &["attending consultant treating responsible discharging admitting lead supervising charge"],
        "physician doctor clinician name incharge charge consultant specialist surgeon provider practitioner md dr care medical discharge attending case officer",
    ),
    rule(
        FieldName::Medications,
        Shape::Items,
        Nobodys,
        &[
            "medication* medicine* drug* meds prescription*",
            "discharge home going leaving take prescribed continue continued current",
        ],
        "list new on at tablets supplied changes reconciliation regular patient*",
    ),
    rule(
        FieldName::FollowUp,
        Shape::Prose,
        Nobodys,
        &["follow followup appointment* review aftercare"],
        "up plan plans visit* care instruction* date clinic arrangement* next outpatient further scheduled advice recommended recommendations planned gp ongoing after discharge required",
    ),
    rule(
        FieldName::ActivityRestrictions,
        Shape::Prose,
        Nobodys,
        &["activit* mobility exercise lifting"],
        "physical restriction* level instruction* advice limit* limitation* work return guidance recommended recommendations driving daily permitted exertion",
    ),
    rule(
        FieldName::Diet,
        Shape::Prose,
        Nobodys,
        &["diet* nutrition* eating food"],
        "instruction* advice recommended recommendation* drink fluids plan guidance discharge type diet restriction* requirements",
    ),
    rule(
        FieldName::VitalSigns,
        Shape::Prose,
        Nobodys,
        &["vital* observation* obs"],
        "sign* discharge last final time before measurements day vitals leaving recent most set parameters",
    ),
    rule(
        FieldName::ConditionAtDischarge,
        Shape::Prose,
        Nobodys,
        &["condition status state", "discharge* leaving patient* general clinical release"],
        "time overall patient* discharge",
    ),
];
