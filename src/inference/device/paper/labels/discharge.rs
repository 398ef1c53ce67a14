//! The labels of discharge summaries.

use super::{Label, Whose, label, other};
use crate::inference::device::FieldName;
use crate::inference::device::paper::value::Shape;

/// The labels.
pub const DISCHARGE_SUMMARY: &[Label] = &[
    label(
        FieldName::AdmissionDate,
        Shape::Date,
        "admdate admitdt admissiondate dateofadmission admitdate dateadmitted admitted admission admittedon admissiondatetime doa admissiondt \
         dateofadmit datein hospitalizedon admittedonthe",
    ),
    label(
        FieldName::DischargeDate,
        Shape::Date,
        "dischdate disdate dischargedt separationdate separated dateofseparation dischargedate dateofdischarge datedischarged discharged discharge dischargedon dischargedatetime dod dateout \
         datereleased",
    ),
    label(
        FieldName::PrimaryDiagnosis,
        Shape::Prose,
        "primarydiagnosis principaldiagnosis dischargediagnosis finaldiagnosis diagnosis maindiagnosis primarydx principaldx \
         dischargedx diagnosisatdischarge diagnosisondischarge diagnosisprimary diagnosisprincipal finaldx principaldiagnosisatdischarge \
         maincondition principalcondition primarycondition",
    ),
    label(
        FieldName::SecondaryDiagnoses,
        Shape::List,
        "comorbiditiesandcomplications secondarydiagnoses secondarydiagnosis otherdiagnoses otherdiagnosis comorbidities comorbidity comorbidconditions \
         additionaldiagnoses additionaldiagnosis secondarydx otherconditions otherproblems associateddiagnoses associatedconditions \
         coexistingconditions otheractiveproblems secondaryconditions comorbiddiagnoses othermedicalconditions otherdischargediagnoses",
    ),
    label(
        FieldName::Procedures,
        Shape::List,
        "procedures procedure proceduresperformed procedureperformed proceduresdone proceduredone operations operation \
         operationsandprocedures operationsperformed surgicalprocedures surgicalprocedure surgeries surgery interventions \
         proceduresandoperations operationsprocedures proceduresoperations proceduresduringstay proceduresduringadmission \
         treatmentsandprocedures operationprocedure interventionsandprocedures proceduresundertaken proceduresandinterventions",
    ),
    label(
        FieldName::AttendingPhysician,
        Shape::Person,
        "attendingphysician attending attendingdoctor attendingmd attendingprovider attendingconsultant attendingclinician \
         consultant consultantincharge consultantname doctorincharge doctorinchargeofcase physicianincharge treatingdoctor \
         treatingphysician treatingconsultant responsibleconsultant responsibleclinician responsiblephysician dischargingphysician \
         dischargingdoctor dischargingconsultant dischargingclinician physician doctor primaryconsultant admittingconsultant leadclinician \
         leadconsultant namedconsultant",
    )
    .of(Whose::Anothers),
    label(
        FieldName::Medications,
        Shape::Items,
        "dischargemedications medicationsatdischarge medicationsondischarge dischargemedication dischargemeds medications meds \
         medicationondischarge medicinesondischarge medicinesatdischarge drugsondischarge drugsatdischarge dischargedrugs \
         dischargemedicines dischargemedicationlist dischargeprescription dischargeprescriptions medicationlist medslist \
         treatmentondischarge dischargetreatment medicationstotake medicationstotakehome takehomemedications takehomemedicines \
         ttos tto ttas tta medicinestotake currentmedications medsatdischarge medsondischarge yourmedicines yourmedications",
    ),
    label(
        FieldName::FollowUp,
        Shape::Prose,
        "tca tcareview followup followupinstructions followupappointments followupappointment followupplan followupplans followupcare followupvisit \
         followupwith nextappointment review reviewon nextreview nextvisit return appointments appointment outpatientfollowup \
         followupadvice reviewdate followuparrangements plannedfollowup followupdetails returnvisit revisit",
    ),
    label(
        FieldName::ActivityRestrictions,
        Shape::Prose,
        "activityrestrictions activity restrictions activitylevel activityinstructions physicalactivity activities activityadvice \
         restrictionsonactivity mobility activityrestriction limitations activitylimitations",
    ),
    label(
        FieldName::Diet,
        Shape::Prose,
        "diet dietinstructions dietaryinstructions dietaryadvice dietadvice nutrition dietary dietarydischargeinstructions \
         dischargediet dietondischarge ",
    ),
    label(
        FieldName::Disposition,
        Shape::Prose,
        "disposition dischargedisposition dischargedto destination dischargedestination dischargeto goingto placeofdischarge \
         dischargelocation transferredto destinationondischarge dispositionatdischarge",
    ),
    label(
        FieldName::VitalSigns,
        Shape::Prose,
        "vitalsignsatdischarge vitalsigns dischargevitals vitals vitalsatdischarge vitalsondischarge vitalsignsondischarge \
         dischargevitalsigns vs observations observationsatdischarge observationsondischarge obs vitalparameters lastvitals lastvitalsigns",
    ),
    label(
        FieldName::ConditionAtDischarge,
        Shape::Prose,
        "conditionatdischarge dischargecondition condition conditionondischarge conditionofpatient patientcondition stateondischarge \
         stateatdischarge dischargestatus statusatdischarge statusondischarge conditionattimeofdischarge conditionofpatientatdischarge \
         generalcondition patientsconditionatdischarge clinicalconditionatdischarge outcome",
    ),
    other(
        "summaryofmanagement medicinesceased medicationsceased returnadvice returninstructions progressinhospital impressiononadmission provisionaldiagnosis \
         drugallergy drugallergies knownallergies admittingdiagnosis admissiondiagnosis hospitalcourse courseinhospital courseinthehospital briefhospitalcourse \
         courseduringhospitalization courseofstay summaryoftreatment treatmentsummary clinicalcourse clinicalsummary course \
         labs labvalues laboratory laboratorydata laboratoryresults investigations investigation results imaging radiology \
         allergies allergy woundcare consultants consultations historyofpresentillness hpi history historyofpresentingillness \
         presentingcomplaint presentingcomplaints chiefcomplaint chiefcomplaints reasonforadmission physicalexam physicalexamination \
         examination medicationsonadmission homemedications date reportdate dictated transcribed advice adviceondischarge \
         instructions patientinstructions dischargeinstructions patienteducation education lengthofstay los pasthistory pastmedicalhistory \
         pmh familyhistory socialhistory immunizations codestatus whentoreturn warningsigns emergency specialinstructions \
         treatmentgiven treatment pendingresults gp generalpractitioner gppractice medicine drug dose status howoften frequency \
         complications operationnotes discussedwith plan",
    ),
];
