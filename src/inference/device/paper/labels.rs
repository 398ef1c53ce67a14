//! The titles and labels of documents, without case, blanks and marks, as forms and letters print them.

use super::value::Shape;
use crate::inference::device::{DeviceKind, FieldName};

/// What follows a label.
#[derive(Debug, Clone, Copy)]
pub struct Label {
    /// What it is; none for what is not kept, which only ends what stood before it.
    pub field: Option<FieldName>,
    /// The form that it must have.
    pub shape: Shape,
    /// Of whom it tells.
    pub whose: Whose,
    spellings: &'static [&'static str],
}

/// Of whom a label tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Of the patient.
    Patients,
    /// Of somebody or something else that has a name and an address.
    Anothers,
    /// Of whomever the last label before it tells.
    LastNamed,
    /// Of nobody by itself.
    Nobodys,
}

const fn label(field: FieldName, shape: Shape, spellings: &'static [&'static str]) -> Label {
    Label { field: Some(field), shape, whose: Whose::Nobodys, spellings }
}

const fn other(spellings: &'static [&'static str]) -> Label {
    Label { field: None, shape: Shape::Prose, whose: Whose::Nobodys, spellings }
}

impl Label {
    const fn of(self, whose: Whose) -> Self {
        Self { whose, ..self }
    }
}

/// The labels of every document.
const COMMON: &[Label] = &[
    label(FieldName::PatientName, Shape::Person, &["patientname", "patient", "nameofpatient"])
        .of(Whose::Patients),
    label(FieldName::PatientName, Shape::Person, &["name", "fullname"]).of(Whose::LastNamed),
    label(FieldName::BirthDate, Shape::Date, &["dob", "dateofbirth", "birthdate", "patientdob", "born"])
        .of(Whose::Patients),
    label(
        FieldName::RecordNumber,
        Shape::Code,
        &["mrn", "medicalrecordnumber", "medicalrecordno", "recordnumber", "mrno", "mrnumber"],
    )
    .of(Whose::Patients),
    label(FieldName::PatientAddress, Shape::Prose, &["patientaddress"]).of(Whose::Patients),
    label(FieldName::PatientAddress, Shape::Prose, &["address"]).of(Whose::LastNamed),
    other(&["sex", "gender", "age", "patientid", "weight", "height"]).of(Whose::Patients),
    other(&[
        "hospital",
        "department",
        "ward",
        "insurance",
        "insured",
        "subscriber",
        "signature",
        "signed",
        "signedby",
        "emergencycontact",
        "nextofkin",
        "guardian",
        "responsibleparty",
    ])
    .of(Whose::Anothers),
    other(&["phone", "tel", "telephone", "fax", "email", "page", "id"]),
];

const PRESCRIPTION: &[Label] = &[
    label(
        FieldName::Prescriber,
        Shape::Person,
        &["prescriber", "prescribedby", "physician", "doctor", "provider"],
    )
    .of(Whose::Anothers),
    label(FieldName::PrescriberNpi, Shape::Npi, &["npi", "npinumber", "npino", "prescribernpi"]),
    label(FieldName::PrescriberDea, Shape::Dea, &["dea", "deanumber", "deano", "prescriberdea"]),
    label(FieldName::Pharmacy, Shape::Name, &["pharmacy"]).of(Whose::Anothers),
    label(
        FieldName::DatePrescribed,
        Shape::Date,
        &["date", "dateprescribed", "datewritten", "dateissued", "issued", "rxdate"],
    ),
    label(FieldName::Medication, Shape::Name, &["medication", "medicine", "drug", "drugname", "rx"])
        .of(Whose::Anothers),
    label(FieldName::GenericName, Shape::Name, &["generic", "genericname"]),
    label(FieldName::MedicineBrand, Shape::Name, &["brand", "brandname"]),
    label(FieldName::Strength, Shape::Amount, &["strength"]),
    label(FieldName::Quantity, Shape::Whole, &["quantity", "qty", "disp", "dispense"]),
    label(FieldName::Directions, Shape::Prose, &["sig", "directions", "directionsforuse", "instructions"]),
    label(FieldName::Refills, Shape::Whole, &["refills", "refill", "repeats"]),
    label(FieldName::DaysSupply, Shape::Whole, &["dayssupply", "daysupply"]),
    label(FieldName::DrugCode, Shape::Ndc, &["ndc", "ndcnumber", "ndcno"]),
    label(FieldName::Diagnosis, Shape::Prose, &["diagnosis", "indication", "dx"]),
    label(FieldName::Substitution, Shape::Name, &["substitution", "genericsubstitution", "daw"]),
];

const DISCHARGE_SUMMARY: &[Label] = &[
    label(
        FieldName::AdmissionDate,
        Shape::Date,
        &["admissiondate", "dateofadmission", "admitdate", "dateadmitted", "admitted", "admission"],
    ),
    label(
        FieldName::DischargeDate,
        Shape::Date,
        &["dischargedate", "dateofdischarge", "datedischarged", "discharged"],
    ),
    label(
        FieldName::PrimaryDiagnosis,
        Shape::Prose,
        &["primarydiagnosis", "principaldiagnosis", "dischargediagnosis", "finaldiagnosis"],
    ),
    label(
        FieldName::SecondaryDiagnoses,
        Shape::List,
        &["secondarydiagnoses", "secondarydiagnosis", "otherdiagnoses", "comorbidities"],
    ),
    label(FieldName::Procedures, Shape::List, &["procedures", "procedure", "proceduresperformed"]),
    label(
        FieldName::AttendingPhysician,
        Shape::Person,
        &["attendingphysician", "attending", "attendingdoctor", "attendingmd"],
    )
    .of(Whose::Anothers),
    label(
        FieldName::Medications,
        Shape::Items,
        &["dischargemedications", "medicationsatdischarge", "dischargemeds", "medications"],
    ),
    label(FieldName::FollowUp, Shape::Prose, &["followup", "followupinstructions", "followupappointments"]),
    label(
        FieldName::ActivityRestrictions,
        Shape::Prose,
        &["activityrestrictions", "activity", "restrictions"],
    ),
    label(FieldName::Diet, Shape::Prose, &["diet", "dietinstructions", "dietaryinstructions"]),
    label(FieldName::Disposition, Shape::Prose, &["disposition", "dischargedisposition", "dischargedto"]),
    label(
        FieldName::VitalSigns,
        Shape::Prose,
        &["vitalsignsatdischarge", "vitalsigns", "dischargevitals", "vitals"],
    ),
    label(
        FieldName::ConditionAtDischarge,
        Shape::Prose,
        &["conditionatdischarge", "dischargecondition", "condition"],
    ),
    other(&[
        "admittingdiagnosis",
        "admissiondiagnosis",
        "hospitalcourse",
        "labs",
        "labvalues",
        "allergies",
        "woundcare",
        "consultants",
        "historyofpresentillness",
        "hpi",
        "physicalexam",
        "medicationsonadmission",
        "homemedications",
        "date",
    ]),
];

const CLINICAL_NOTES: &[Label] = &[
    label(
        FieldName::VisitDate,
        Shape::Date,
        &["visitdate", "dateofvisit", "dateofservice", "encounterdate", "date"],
    ),
    label(FieldName::VisitTime, Shape::Time, &["visittime", "timeofvisit", "time"]),
    label(FieldName::Clinician, Shape::Person, &["provider", "physician", "clinician", "seenby", "doctor"])
        .of(Whose::Anothers),
    label(FieldName::VisitType, Shape::Name, &["visittype", "typeofvisit", "encountertype"]),
    label(FieldName::ChiefComplaint, Shape::Prose, &["chiefcomplaint", "cc", "reasonforvisit"]),
    label(FieldName::History, Shape::Prose, &["hpi", "historyofpresentillness", "presentillness"]),
    label(FieldName::ReviewOfSystems, Shape::Prose, &["ros", "reviewofsystems"]),
    label(
        FieldName::PhysicalExam,
        Shape::Prose,
        &["physicalexam", "physicalexamination", "exam", "examination"],
    ),
    label(FieldName::VitalSigns, Shape::Prose, &["vitalsigns", "vitals"]),
    label(FieldName::Assessment, Shape::Prose, &["assessment", "impression"]),
    label(FieldName::Plan, Shape::Prose, &["plan", "treatmentplan"]),
    label(FieldName::Medications, Shape::Items, &["medications", "currentmedications", "meds"]),
    label(FieldName::Allergies, Shape::Items, &["allergies", "allergy"]),
    label(FieldName::FollowUp, Shape::Prose, &["followup", "followupplan"]),
    other(&[
        "assessmentandplan",
        "assessmentplan",
        "socialhistory",
        "familyhistory",
        "pastmedicalhistory",
        "pmh",
        "labs",
        "immunizations",
        "objective",
        "subjective",
    ]),
];

const VACCINE_CERTIFICATE: &[Label] = &[
    label(
        FieldName::VaccineName,
        Shape::Name,
        &["vaccine", "vaccinename", "vaccinetype", "productname", "product"],
    )
    .of(Whose::Anothers),
    label(FieldName::Manufacturer, Shape::Name, &["manufacturer", "mfr", "mfg"]).of(Whose::Anothers),
    label(
        FieldName::VaccinationDate,
        Shape::Date,
        &["dategiven", "vaccinationdate", "dateofvaccination", "dateadministered", "date"],
    ),
    label(
        FieldName::LotNumber,
        Shape::Code,
        &["lotnumber", "lotno", "lot", "batchnumber", "batchno", "batch", "lotbatch"],
    ),
    label(
        FieldName::Administrator,
        Shape::Person,
        &["administeredby", "givenby", "administrator", "vaccinator"],
    )
    .of(Whose::Anothers),
    label(
        FieldName::HealthcareProvider,
        Shape::Name,
        &["clinic", "clinicname", "healthcareprovider", "provider", "facility"],
    )
    .of(Whose::Anothers),
    label(FieldName::DoseNumber, Shape::Ordinal, &["dose", "dosenumber", "doseno"]),
    label(FieldName::Route, Shape::Name, &["route", "routeofadministration"]),
    label(FieldName::InjectionSite, Shape::Name, &["site", "injectionsite", "siteofinjection"]),
    label(FieldName::NextDueDate, Shape::Date, &["nextdue", "nextduedate", "nextdosedue", "nextdose"]),
    label(FieldName::InformationStatementDate, Shape::Date, &["visdate", "vis", "visgiven"]),
    label(
        FieldName::VaccineExpiration,
        Shape::Date,
        &["expirationdate", "vaccineexpiration", "expirydate", "expiry", "expires", "exp"],
    ),
];

/// How a document begins that is of a kind.
const TITLES: &[(DeviceKind, &[&str])] = &[
    (DeviceKind::Prescription, &["prescription", "medicalprescription", "rxprescription"]),
    (DeviceKind::DischargeSummary, &["dischargesummary", "hospitaldischargesummary", "dischargereport"]),
    (
        DeviceKind::ClinicalNotes,
        &[
            "clinicalnote",
            "clinicalnotes",
            "clinicnote",
            "clinicnotes",
            "progressnote",
            "progressnotes",
            "soapnote",
            "visitnote",
            "consultationnote",
        ],
    ),
    (
        DeviceKind::VaccineCertificate,
        &[
            "vaccinationcertificate",
            "vaccinecertificate",
            "certificateofvaccination",
            "immunizationrecord",
            "vaccinationrecord",
            "vaccinationrecordcard",
            "vaccinationcard",
            "immunizationcertificate",
        ],
    ),
];

/// The labels of a kind of document, its own first; none for a device.
fn labels(kind: DeviceKind) -> &'static [Label] {
    match kind {
        DeviceKind::Prescription => PRESCRIPTION,
        DeviceKind::DischargeSummary => DISCHARGE_SUMMARY,
        DeviceKind::ClinicalNotes => CLINICAL_NOTES,
        DeviceKind::VaccineCertificate => VACCINE_CERTIFICATE,
        DeviceKind::BloodPressure
        | DeviceKind::GlucoseMeter
        | DeviceKind::PulseOximeter
        | DeviceKind::Thermometer
        | DeviceKind::Scale
        | DeviceKind::PeakFlowMeter
        | DeviceKind::EcgMonitor
        | DeviceKind::FiveParameterMonitor
        | DeviceKind::DialysisMachine
        | DeviceKind::PregnancyTest
        | DeviceKind::TestStrip => &[],
    }
}

/// The field without which a document of the kind is not one that was read.
pub fn key(kind: DeviceKind) -> &'static [FieldName] {
    match kind {
        DeviceKind::Prescription => &[FieldName::Medication],
        DeviceKind::VaccineCertificate => &[FieldName::VaccineName],
        DeviceKind::DischargeSummary => &[FieldName::PrimaryDiagnosis, FieldName::DischargeDate],
        DeviceKind::ClinicalNotes => {
            &[FieldName::ChiefComplaint, FieldName::History, FieldName::Assessment, FieldName::Plan]
        }
        DeviceKind::BloodPressure
        | DeviceKind::GlucoseMeter
        | DeviceKind::PulseOximeter
        | DeviceKind::Thermometer
        | DeviceKind::Scale
        | DeviceKind::PeakFlowMeter
        | DeviceKind::EcgMonitor
        | DeviceKind::FiveParameterMonitor
        | DeviceKind::DialysisMachine
        | DeviceKind::PregnancyTest
        | DeviceKind::TestStrip => &[],
    }
}

/// The label that a text is.
pub fn find(kind: DeviceKind, text: &str) -> Option<&'static Label> {
    let squeezed = squeezed(text);
    let known = |label: &&Label| label.spellings.contains(&squeezed.as_str());
    labels(kind).iter().chain(COMMON).find(known)
}

/// The kind of document that a line says it is, and where the date behind its title begins: at the line's end where there is none.
pub fn title(line: &str) -> Option<(DeviceKind, usize)> {
    let count = line.chars().count();
    if let Some(kind) = titled(line) {
        return Some((kind, count));
    }
    let blanks = line.chars().enumerate().filter(|(_, character)| character.is_whitespace());
    blanks.map(|(place, _)| place + 1).find_map(|rest| {
        let (title, date): (String, String) =
            (line.chars().take(rest).collect(), line.chars().skip(rest).collect());
        let kind = titled(&title)?;
        is_moment(&date).then_some((kind, rest))
    })
}

fn titled(line: &str) -> Option<DeviceKind> {
    let squeezed = squeezed(line);
    TITLES.iter().find(|(_, titles)| titles.contains(&squeezed.as_str())).map(|(kind, _)| *kind)
}

/// A date in one word, perhaps with a time.
fn is_moment(text: &str) -> bool {
    let mut words = text.split_whitespace();
    let is_date = words.next().is_some_and(|word| Shape::Date.value(word).is_some());
    let is_time = words.next().is_none_or(|word| Shape::Time.value(word).is_some());
    is_date && is_time && words.next().is_none()
}

/// A text as the tables here have it.
pub fn squeezed(text: &str) -> String {
    text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
