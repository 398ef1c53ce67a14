//! Of prescriptions.

use super::rule;
use crate::inference::device::FieldName;
use crate::inference::device::paper::labels::Whose::{Anothers, Nobodys};
use crate::inference::device::paper::labels::grammar::Rule;
use crate::inference::device::paper::value::Shape;

const WHO: &str = "doctor physician clinician provider practitioner prescriber* name md dr medical nurse professional health healthcare treating attending \
     consulting consultant officer";

/// The rules.
pub const RULES: &[Rule] = &[
    rule(
        FieldName::PrescriberNpi,
        Shape::Npi,
        Anothers,
        &["npi"],
        "prescriber* physician provider doctor individual national identifier id",
    ),
    rule(
        FieldName::PrescriberDea,
        Shape::Dea,
        Anothers,
        &["dea"],
        "prescriber* registration physician provider doctor reg id",
    ),
    rule(FieldName::DrugCode, Shape::Ndc, Nobodys, &["ndc"], "code product drug national 11 digit id"),
    rule(
        FieldName::Substitution,
        Shape::Name,
        Nobodys,
        &["subst*  interchange*"],
        "generic* permitted allowed allow permissible brand product selection ok may permit drug therapeutic acceptable authorized authorised can instructions",
    ),
    rule(
        FieldName::Substitution,
        Shape::Name,
        Nobodys,
        &["generic*"],
        "permitted allowed allow acceptable ok equivalent dispensing dispense may",
    ),
    rule(
        FieldName::DatePrescribed,
        Shape::Date,
        Nobodys,
        &[
            "date* day dated",
            "prescri* written issue* order* rx script writing authored signed today* consultation visit",
        ],
        "medication time",
    ),
    rule(
        FieldName::DatePrescribed,
        Shape::Date,
        Nobodys,
        &["prescribed issued written ordered"],
        "date time",
    ),
    rule(
        FieldName::Prescriber,
        Shape::Person,
        Anothers,
        &["prescriber* prescribing prescribed ordering ordered authori* issuing"],
        WHO,
    ),
    rule(
        FieldName::Prescriber,
        Shape::Person,
        Anothers,
        &["doctor physician clinician provider practitioner"],
        WHO,
    ),
    rule(
        FieldName::Pharmacy,
        Shape::Name,
        Anothers,
        &["pharmacy chemist drugstore"],
        "name dispensing preferred send sent dispensed community retail fill filled at location patient* nominated destination e electronic target",
    ),
    rule(
        FieldName::GenericName,
        Shape::Name,
        Nobodys,
        &["generic inn nonproprietary chemical active"],
        "name drug medicine medication ingredient substance equivalent international molecule composition",
    ),
    rule(
        FieldName::MedicineBrand,
        Shape::Name,
        Nobodys,
        &["brand trade proprietary commercial"],
        "name drug medicine medication product equivalent",
    ),
    rule(
        FieldName::Strength,
        Shape::Amount,
        Nobodys,
        &["strength potency concentration"],
        "dose drug dosage medication medicine unit product per form tablet",
    ),
    rule(
        FieldName::Refills,
        Shape::Whole,
        Nobodys,
        &["refill* repeat* renewal*"],
        "authorized authorised allowed remaining permitted times max maximum prescription ordered granted left available",
    ),
    rule(
        FieldName::DaysSupply,
        Shape::Whole,
        Nobodys,
        &["day days duration length"],
        "supply supplied treatment therapy course prescribed days total medication use",
    ),
    rule(
        FieldName::Quantity,
        Shape::Whole,
        Nobodys,
        &["quantity quantities qty quant dispense disp supply mitte amount"],
        "prescribed dispensed total dispense tablets capsules tabs caps supplied pack units written ordered size drug",
    ),
    rule(
        FieldName::Directions,
        Shape::Prose,
        Nobodys,
        &["sig signa direction* instruction* dosage dosing posology label usage regimen administration how"],
        "use take taking patient* dosage directions dosing medicine medication frequency special dose administer administration schedule used",
    ),
    rule(
        FieldName::Diagnosis,
        Shape::Prose,
        Nobodys,
        &["diagnos* indication* dx icd icd10"],
        "code reason use treatment clinical condition provisional 10 cm treated medical primary prescription therapy",
    ),
    rule(
        FieldName::Diagnosis,
        Shape::Prose,
        Nobodys,
        &["reason"],
        "use treatment prescription prescribing medication medicine therapy",
    ),
    rule(
        FieldName::Medication,
        Shape::Name,
        Anothers,
        &["medication* medicine* drug* product preparation item"],
        "name prescribed ordered prescription rx medicinal description",
    ),
];
