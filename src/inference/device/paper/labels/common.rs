//! The labels of every document.

use super::{Label, Share, Whose, label, short};
use crate::inference::device::FieldName;
use crate::inference::device::paper::value::Shape;

/// The labels.
pub const COMMON: &[Label] = &[
    label(
        FieldName::PatientName,
        Shape::Person,
        "patientname patient nameofpatient beneficiaryname nameofbeneficiary childsname nameofchild childname thisistocertifythat thisistocertifythatname nameofvaccinatedperson \
         surnameandforename surnamesandforenames surnamesandforename lastnamefirstname lastfirstname patientlastfirst \
         vaccinatedperson re regarding personvaccinated nameofthepatient patientsname patientfullname patientsfullname fullnameofpatient \
         client clientname nameofclient recipient recipientname nameofrecipient vaccinee nameofvaccinee ptname pt residentname \
         nameofperson nameofholder",
    )
    .of(Whose::Patients),
    label(FieldName::PatientName, Shape::Person, "name fullname namesurname surnamefirstname surnameforename")
        .of(Whose::LastNamed),
    label(
        FieldName::PatientName,
        Shape::Person,
        "firstname givenname givennames forename forenames firstnames othernames patientfirstname patientgivenname firstnames givennamess",
    )
    .of(Whose::LastNamed)
    .only(Share::Given),
    label(FieldName::PatientName, Shape::Person, "surname lastname familyname patientsurname patientlastname patientfamilyname")
        .of(Whose::LastNamed)
        .only(Share::Family),
    label(FieldName::PatientAddress, Shape::Name, "city town citytown suburb towncity").of(Whose::LastNamed).only(Share::Town),
    label(FieldName::PatientAddress, Shape::Name, "state province stateprovince provincestate").of(Whose::LastNamed).only(Share::State),
    label(FieldName::PatientAddress, Shape::Name, "zip zipcode postcode postalcode pincode zippostalcode")
        .of(Whose::LastNamed)
        .only(Share::Zip),
    label(
        FieldName::BirthDate,
        Shape::Date,
        "dob dateofbirth birthdate patientdob born bornon birthday patientdateofbirth patientbirthdate patientsdateofbirth \
         dobage dateofbirthage",
    )
    .of(Whose::Patients),
    label(
        FieldName::RecordNumber,
        Shape::Code,
        "mrn medicalrecordnumber medicalrecordno medicalrecord recordnumber recordno record mrno mrnumber mr uhid uhidno \
         uhidnumber umr hospitalno hospitalnumber hospno inpatientno inpatientnumber ipno ipnumber ipdno admissionno \
         chart chartno chartnumber fileno filenumber caseno casenumber patientno patientnumber unitno unitnumber \
         folderno nhi nhino nhinumber file medicalrecordid urn urno crn crno opno opdno opnumber",
    )
    .of(Whose::Patients),
    label(
        FieldName::RecordNumber,
        Shape::Code,
        "patientid patientidno patientidnumber patientidentifier ptid clientid clientno",
    )
    .of(Whose::Patients),
    label(
        FieldName::PatientAddress,
        Shape::Prose,
        "patientaddress patientsaddress homeaddress residentialaddress addressofpatient ptaddress",
    )
    .of(Whose::Patients),
    label(FieldName::PatientAddress, Shape::Prose, "address addr residence").of(Whose::LastNamed),
    short("nhs nhsno nhsnumber title sex gender age agesex sexage agegender weight height nationality bloodgroup maritalstatus occupation ")
        .of(Whose::Patients),
    short(
        "hospital department dept ward room bed insurance insured insurer subscriber signature signed signedby emergencycontact \
         nextofkin guardian responsibleparty parentguardian referredby referringdoctor referringphysician supervising \
         signatureofprescriber signatureofdoctor authorizedby authorisedby dictatedby transcribedby reviewedby approvedby preparedby",
    )
    .of(Whose::Anothers),
    short(
        "phone tel telephone ph fax email mobile cell contact contactno phoneno phonenumber page id url web website \
         licence license licenceno licenseno licensenumber regn reg gmc gphc ssn vol volume sendto received pcp \
         form formno pages remarks comments note notes stamp seal officialstamp",
    ),
];
