//! Of vaccine certificates.

use super::rule;
use crate::inference::device::FieldName;
use crate::inference::device::paper::labels::Whose::{Anothers, Nobodys};
use crate::inference::device::paper::labels::grammar::Rule;
use crate::inference::device::paper::value::Shape;

/// The rules.
pub const RULES: &[Rule] = &[
    rule(
        FieldName::InformationStatementDate,
        Shape::Date,
        Nobodys,
        &["vis statement sheet leaflet"],
        "date* edition publication published version vaccine information given provided issue issued current vis on",
    ),
    rule(
        FieldName::VaccineExpiration,
        Shape::Date,
        Nobodys,
        &["expir* exp expiry use"],
        "date vaccine* lot batch product by before vial after on use",
    ),
    rule(
        FieldName::NextDueDate,
        Shape::Date,
        Nobodys,
        &["next due booster return following"],
        "date* dose* vaccin* immuni* appointment visit due booster on before scheduled recommended after return",
    ),
    rule(
        FieldName::VaccinationDate,
        Shape::Date,
        Nobodys,
        &["date* day when", "vaccin* immuni* inject* shot jab administ* given dose received inoculation"],
        "time product first second vaccine* dose* this",
    ),
    rule(
        FieldName::VaccinationDate,
        Shape::Date,
        Nobodys,
        &["vaccinated administered immunized immunised given received"],
        "date on time dose vaccine",
    ),
    rule(
        FieldName::LotNumber,
        Shape::Code,
        Nobodys,
        &["lot batch"],
        "vaccine* code id manufacturer* serial product lot batch vial dose",
    ),
    rule(
        FieldName::DoseNumber,
        Shape::Ordinal,
        Nobodys,
        &["dose* series sequence"],
        "vaccin* immuni* overall order position current this total series primary count sequence dose*",
    ),
    rule(
        FieldName::InjectionSite,
        Shape::Name,
        Nobodys,
        &["site limb arm location", "inject* body anatomic* administ* vaccin* immuni* arm limb site"],
        "used location",
    ),
    rule(
        FieldName::Route,
        Shape::Name,
        Nobodys,
        &["route"],
        "administration vaccine* dose admin given injection entry method",
    ),
    rule(
        FieldName::Administrator,
        Shape::Person,
        Anothers,
        &[
            "administ* given vaccinator* vaccinated immuni* injected inject*",
            "by name vaccinator* nurse clinician provider* professional person practitioner pharmacist officer staff administrator worker immunizer* immuniser* you were",
        ],
        "vaccine* health healthcare title dose and credentials signature's position designation who clinical immunization",
    ),
    rule(
        FieldName::Administrator,
        Shape::Person,
        Anothers,
        &["nurse clinician professional practitioner pharmacist doctor physician worker vaccinator*"],
        "name health healthcare care responsible supervising title registered clinical designation",
    ),
    rule(
        FieldName::HealthcareProvider,
        Shape::Name,
        Anothers,
        &[
            "clinic facility centre center site place location hospital practice organi* provider* institution venue office pharmacy",
        ],
        "record authorized authorised name vaccin* immuni* health healthcare care administ* administering medical issuing where service hospital clinic facility organisation organization",
    ),
    rule(
        FieldName::Manufacturer,
        Shape::Name,
        Anothers,
        &["manufactur* maker producer mfr mfg marketing"],
        "vaccine* name authorization authorisation holder company product brand",
    ),
    rule(
        FieldName::VaccineName,
        Shape::Name,
        Anothers,
        &["vaccin* immuni* product prophyla*"],
        "name type brand given received administered medicinal trade product generic disease agent antigen and formulation description shot",
    ),
];
