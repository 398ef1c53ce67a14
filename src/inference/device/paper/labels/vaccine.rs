//! The labels of vaccine certificates.

use super::{Label, Whose, label, other};
use crate::inference::device::FieldName;
use crate::inference::device::paper::value::Shape;

/// The labels.
pub const VACCINE_CERTIFICATE: &[Label] = &[
    label(
        FieldName::VaccineName,
        Shape::Name,
        "vacc vac vaccinemedicinalproductname vaccineproductname productadministered typeofvaccination vaccine vaccinename vaccinetype productname product nameofvaccine vaccineproduct vaccinegiven vaccineadministered \
         vaccineorprophylaxis immunization immunisation typeofvaccine vaccinebrand vaccineused vaccinetradename \
         immunizationgiven vaccineandbrand vaccinereceived medicinalproduct vaccination antigen diseasevaccine vaccinecode \
         vaccinemedicinalproduct",
    )
    .of(Whose::Anothers),
    label(
        FieldName::Manufacturer,
        Shape::Name,
        "vaccinemarketingauthorizationholderormanufacturer authorizationholder productnamemanufacturer manufacturer mfr mfg maker manufacturername nameofmanufacturer manufacturedby vaccinemanufacturer manuf mfgby \
         marketingauthorizationholder marketingauthorisationholder producer",
    )
    .of(Whose::Anothers),
    label(
        FieldName::Manufacturer,
        Shape::Prose,
        "manufacturerandbatchno manufacturerandbatchnumber manufacturerandlotno manufacturerandlotnumber manufacturerandlot \
         manufacturerandbatch manufacturerlot manufacturerbatch manufacturerlotnumber manufacturerlotno manufacturerbatchno \
         manufacturerandbatchnoof manufacturerandbatchnoofvaccineorprophylaxis",
    )
    .of(Whose::Anothers),
    label(
        FieldName::VaccinationDate,
        Shape::Date,
        "dtgiven dateadmin vaccinationdt dategiven vaccinationdate dateofvaccination dateadministered date given givenon administered administeredon dateofimmunization \
         dateofimmunisation immunizationdate dateofdose dosedate dateofadministration administrationdate datevaccinated vaccinatedon \
         vaccinated datevaccinegiven datevaccineadministered dateofinjection dateofthisdose dateofshot",
    ),
    label(
        FieldName::LotNumber,
        Shape::Code,
        "lotnumber lotno lot batchnumber batchno batch lotbatch lotbatchno lotbatchnumber batchlot batchlotno batchlotnumber \
         vaccinelotnumber vaccinelotno vaccinebatch vaccinebatchnumber seriallot",
    ),
    label(
        FieldName::Administrator,
        Shape::Person,
        "signatureandstatusofsupervisingclinician signatureandprofessionalstatusofsupervisingclinician vaccinatinghealthprofessional admby adminby \
         administeredby givenby administrator vaccinator vaccinatedby immunizer immuniser nameofvaccinator vaccinatorname \
         administeringnurse administeringclinician administeringprovider administeringpharmacist administeringprofessional \
         supervisingclinician healthworker healthcareworker healthcareprofessional healthprofessional nurse pharmacist clinician \
         injectedby immunizedby immunisedby nameofadministrator administratorname providername personadministering physician \
         nameofhealthworker vaccinatingnurse authorizedvaccinator practitioner doctor administeredbyname nameandtitleofadministrator",
    )
    .of(Whose::Anothers),
    label(
        FieldName::HealthcareProvider,
        Shape::Name,
        "officialstamp officialstampofadministeringcentre officialstampofadministeringcenter vaccinationat certificateissuer issuer healthcareprofessionalorclinicsite clinic clinicname healthcareprovider provider facility facilityname administeringcentre administeringcenter vaccinationcentre \
         vaccinationcenter vaccinationsite centre center placeofvaccination vaccinatedat nameofclinic nameoffacility nameofcentre \
         healthcentre healthcenter healthcarefacility administeringfacility administeringclinic hospital clinicsite location place practice \
         clinichospital clinicfacility immunizationclinic administeredat issuingclinic issuedby organisation organization \
         healthfacility healthcareorganization administeringorganization administeringorganisation givenat",
    )
    .of(Whose::Anothers),
    label(
        FieldName::DoseNumber,
        Shape::Ordinal,
        "numberinaseriesofdosesoverallnumberofdoses numberinaseries numberinseries dosenumberinseries doseof dose dosenumber doseno doseinseries doseseries numberofdose doseofseries seriesdose doseseriesnumber seriesnumber dosenr \
         doseorder whichdose numberinseries series",
    ),
    label(
        FieldName::Route,
        Shape::Name,
        "route routeofadministration adminroute administrationroute routegiven rte routeadministered",
    ),
    label(
        FieldName::InjectionSite,
        Shape::Name,
        "site injectionsite siteofinjection bodysite anatomicalsite siteofadministration administrationsite anatomicsite sitegiven \
         siteofvaccination bodylocation anatomicallocation adminsite",
    ),
    label(
        FieldName::NextDueDate,
        Shape::Date,
        "nextdue nextduedate nextdosedue nextdose nextdosedate nextdosedueon nextvaccination nextvaccinationdue nextvaccinationdate \
         boosterdue boosterduedate duedate nextdate nextappointment nextdoseduedate nextdueon returnon nextimmunization nextboosterdue \
         datenextdue datenextdosedue dateofnextdose dateofnextvaccination duenext nextimmunizationdue returndate",
    ),
    label(
        FieldName::InformationStatementDate,
        Shape::Date,
        "visdt visdate vis visgiven vispublicationdate viseditiondate visedition dateonvis dateofvis visdated visversion vispublished \
         vaccineinformationstatementdate informationstatementdate dateofinformationstatement",
    ),
    label(
        FieldName::VaccineExpiration,
        Shape::Date,
        "expirationdate vaccineexpiration expirydate expiry expires exp expdate expiration expiryon dateofexpiry \
         expirationdateofvaccine vaccineexpiry vaccineexpirydate vaccineexpirationdate useby usebefore expdt lotexpiration batchexpiry \
         lotexpiry lotexpirationdate expiresinon",
    ),
    other(
        "volume vol dosevolume doseamount amount cvx cvxcode ndc eligibility funding validfrom certificateno certificatenumber \
         certificateexpires reactions contraindications indication passport passportno identitydocument reaction titer titre disease \
         targetdisease stateofvaccination nextvisit",
    ),
];
