//! The rules by which labels are understood that no table spells out, by kind of document.

mod discharge;
mod notes;
mod prescription;
mod vaccine;

use super::grammar::Rule;
use super::{Share, Whose, label, short};
use crate::inference::device::paper::value::Shape;
use crate::inference::device::{DeviceKind, FieldName};

const fn rule(
    field: FieldName,
    shape: Shape,
    whose: Whose,
    needs: &'static [&'static str],
    may: &'static str,
) -> Rule {
    Rule { label: label(field, shape, "").of(whose), needs, may }
}

/// A label for a part of what a field has.
const fn part(share: Share, needs: &'static [&'static str], may: &'static str) -> Rule {
    let label = label(FieldName::PatientName, Shape::Person, "").of(Whose::Patients).only(share);
    Rule { label, needs, may }
}

const fn ignored(needs: &'static [&'static str], may: &'static str) -> Rule {
    Rule { label: short("").of(Whose::Anothers), needs, may }
}

/// The rules of a kind, its own first.
pub fn rules(kind: DeviceKind) -> impl Iterator<Item = &'static Rule> {
    let own: [(DeviceKind, &'static [Rule]); 4] = [
        (DeviceKind::Prescription, prescription::RULES),
        (DeviceKind::DischargeSummary, discharge::RULES),
        (DeviceKind::ClinicalNotes, notes::RULES),
        (DeviceKind::VaccineCertificate, vaccine::RULES),
    ];
    let own = own.into_iter().filter(move |(of, _)| *of == kind).flat_map(|(_, rules)| rules);
    FIRST.iter().chain(own).chain(LAST)
}

const OTHERS: &str = "prescriber* pharmacy clinic hospital doctor* physician* provider* facility insur* guardian* emergency employer* \
     mother* father* parent* witness* policy practice surgery centre center kin relative* carer gp consultant* issuer manufacturer* \
     responsible attending sender recipient's payer plan nurse vaccinator* officer* clinician* pharmacist* referr*";
const REACHED: &str = "address phone telephone tel mobile fax email mail licence license registration reg signature sign stamp seal id identifier name contact \
     relationship postcode npi";

/// What must not be taken for something of the patient.
const FIRST: &[Rule] = &[
    ignored(
        &["signature* sign signed stamp seal initial*"],
        "prescriber* doctor* physician* patient* provider* clinician* vaccinator* nurse pharmacist* official* authori* holder* guardian* parent* date and practitioner* attending consultant* medical officer* centre center clinic name block",
    ),
    ignored(&["stop* discontinued ceased"], "medic* drugs taking take these medicines meds"),
    ignored(&["next", "kin"], "name relationship contact phone"),
    ignored(
        &[
            "emergency guardian* mother* father* parent* spouse witness* insur* employer* subscriber payer carer policy",
        ],
        "name contact phone number relationship address id company plan group holder member telephone patient",
    ),
    ignored(&["refer*"], "by to doctor* physician* provider* name gp practitioner clinic hospital date"),
    ignored(
        &["telephone phone mobile cell tel fax email mail website web url"],
        "patient* home work contact primary day evening pharmacy prescriber clinic hospital doctor office physician after hours",
    ),
];

const NAMED: &str = "patient* client* recipient* vaccinee* child* beneficiary holder traveller* traveler* person* resident* pt individual* \
     student* employee* subject* bearer member*";

/// What every kind has.
const LAST: &[Rule] = &[
    part(Share::Family, &[NAMED, "surname* last family"], "name*"),
    part(Share::Given, &[NAMED, "forename* first christian"], "name* middle initial*"),
    rule(
        FieldName::PatientName,
        Shape::Person,
        Whose::Patients,
        &[NAMED, "name* surname* forename*"],
        "first last middle family given initial* title vaccinated immunized mr mrs ms preferred other certificate immunised and travel passport",
    ),
    rule(
        FieldName::PatientName,
        Shape::Person,
        Whose::LastNamed,
        &["surname* last family", "first forename* given other name* christian"],
        "name* middle initial* title",
    ),
    rule(
        FieldName::BirthDate,
        Shape::Date,
        Whose::Patients,
        &["birth* dob born"],
        "date day o b age sex gender year* month patient* child* client* holder person* recipient* dd mm yyyy yy dmy mdy",
    ),
    rule(
        FieldName::BirthDate,
        Shape::Date,
        Whose::Patients,
        &["d", "o", "b"],
        "age sex gender patient* date of",
    ),
    rule(
        FieldName::RecordNumber,
        Shape::Code,
        Whose::Patients,
        &[
            "mrn mr uhid urn umrn emr ehr medical hospital unit chart file folder case patient* ur ipd opd ip op episode account acct",
            "number no id identifier identification ref reference record mrn num nr uid",
        ],
        "medical hospital health card file unit record system local",
    ),
    rule(
        FieldName::PatientAddress,
        Shape::Prose,
        Whose::Patients,
        &[
            "patient* home residential permanent postal mailing street present current client* residence holder child*",
            "address residence addr",
        ],
        "and location",
    ),
    ignored(&[OTHERS, REACHED], "number date time type group by details work home title"),
    ignored(
        &[
            "sex gender age race ethnicity nationality citizenship occupation religion marital height weight bmi blood",
        ],
        "group patient* status at visit legal years yrs kg cm lb",
    ),
];
