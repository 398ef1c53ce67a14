//! Of clinical notes.

use super::rule;
use crate::inference::device::FieldName;
use crate::inference::device::paper::labels::Whose::{Anothers, Nobodys};
use crate::inference::device::paper::labels::grammar::Rule;
use crate::inference::device::paper::value::Shape;

const VISIT: &str = "visit encounter consultation appointment attendance service contact consult seen exam examination review session clinic note today*";

/// The rules.
pub const RULES: &[Rule] = &[
    rule(FieldName::VisitDate, Shape::Date, Nobodys, &["date* day seen", VISIT], "time patient* reviewed"),
    rule(
        FieldName::VisitTime,
        Shape::Time,
        Nobodys,
        &["time", VISIT],
        "start arrival seen appointment patient*",
    ),
    rule(FieldName::VisitType, Shape::Name, Nobodys, &["type kind mode nature category", VISIT], "office"),
    rule(
        FieldName::Clinician,
        Shape::Person,
        Anothers,
        &[
            "provider* physician* clinician* doctor* consultant* practitioner* examiner examined seen consulted assessed author attending",
        ],
        "name treating rendering visit responsible attending examining medical health healthcare care consulting nurse md dr professional patient* specialist note written",
    ),
    rule(
        FieldName::ChiefComplaint,
        Shape::Prose,
        Nobodys,
        &["complaint* concern* problem reason cc"],
        "chief main presenting primary visit today* consultation encounter appointment attendance patient* current presentation words own attending seen",
    ),
    rule(
        FieldName::History,
        Shape::Prose,
        Nobodys,
        &[
            "history hx hpi hpc hopi",
            "present* current complaint* illness hpi hpc hopi interval interim hx this",
        ],
        "history illness complaint* presenting condition problem",
    ),
    rule(
        FieldName::ReviewOfSystems,
        Shape::Prose,
        Nobodys,
        &["system* ros systemic"],
        "review enquiry inquiry ros body other of",
    ),
    rule(
        FieldName::PhysicalExam,
        Shape::Prose,
        Nobodys,
        &["exam* findings"],
        "physical clinical objective general local on systemic finding*",
    ),
    rule(
        FieldName::VitalSigns,
        Shape::Prose,
        Nobodys,
        &["vital* observation* obs measurements"],
        "sign* today* time visit taken parameters measured",
    ),
    rule(
        FieldName::FollowUp,
        Shape::Prose,
        Nobodys,
        &["follow followup return recheck"],
        "up plan plans visit* care instruction* appointment clinic next date arrangement* review when again advice needed",
    ),
    rule(
        FieldName::FollowUp,
        Shape::Prose,
        Nobodys,
        &["next", "visit appointment review"],
        "date scheduled due clinic follow up planned",
    ),
    rule(
        FieldName::Assessment,
        Shape::Prose,
        Nobodys,
        &["assessment* impression* diagnos* dx"],
        "clinical working provisional final primary problem* impression diagnosis today* code codes icd 10 list summary",
    ),
    rule(
        FieldName::Plan,
        Shape::Prose,
        Nobodys,
        &["plan* management recommendation*"],
        "treatment care action management next steps therapy proposed today* of recommendations discussion",
    ),
    rule(
        FieldName::Medications,
        Shape::Items,
        Nobodys,
        &["medication* medicine* drug* meds"],
        "outpatient inpatient admission prescription current list home regular active present taking taken patient* prescribed history chronic ongoing now usual reconciliation use",
    ),
    rule(
        FieldName::Allergies,
        Shape::Items,
        Nobodys,
        &["allerg*"],
        "drug known medication* intoleranc* reaction* adverse sensitivities food and list status patient* medicine*",
    ),
];
