//! The labels of clinical notes.

use super::{Label, Whose, label, other};
use crate::inference::device::FieldName;
use crate::inference::device::paper::value::Shape;

/// The labels.
pub const CLINICAL_NOTES: &[Label] = &[
    label(
        FieldName::VisitDate,
        Shape::Date,
        "visitdate dateofvisit dateofservice servicedate encounterdate dateofencounter dateofconsultation consultationdate date \
         dos seenon dateseen dateofattendance attendancedate notedate dateofnote examdate dateofexam appointmentdate \
         visitdatetime dateandtime datetime visited visitedon",
    ),
    label(
        FieldName::VisitTime,
        Shape::Time,
        "visittime timeofvisit time timeseen seenat encountertime timeofconsultation consultationtime appointmenttime arrivaltime",
    ),
    label(
        FieldName::Clinician,
        Shape::Person,
        "provider providername physician physicianname clinician clinicianname seenby doctor doctorname consultant consultingdoctor \
         examiner examinedby attending attendingphysician author practitioner treatingphysician treatingdoctor \
         renderingprovider visitprovider healthcareprovider careprovider consultedby \
         signedby electronicallysignedby esignedby attendingprovider attendingdoctor therapist nurse nursepractitioner",
    )
    .of(Whose::Anothers),
    label(
        FieldName::VisitType,
        Shape::Name,
        "visittype typeofvisit encountertype typeofencounter encounter visit appointmenttype consultationtype typeofconsultation \
         servicetype typeofservice kindofvisit contacttype attendancetype typeofappointment notetype visitkind type typeofcontact modeofvisit",
    ),
    label(
        FieldName::ChiefComplaint,
        Shape::Prose,
        "co chiefcomplaint cc reasonforvisit presentingcomplaint chiefcomplaints presentingcomplaints presentingproblem reason complaint \
         complaints reasonforconsultation reasonforencounter reasonforappointment presentingconcern chiefconcern concern \
         problem reasonforattendance whyseen pc reasonfortodaysvisit maincomplaint",
    ),
    label(
        FieldName::History,
        Shape::Prose,
        "hpi historyofpresentillness presentillness historyofpresentingillness history historyofpresentingcomplaint \
         historyofcomplaint presenthistory hopi hpc historyofpresentcomplaint currenthistory historyofthepresentillness hx \
         s subjective historyofcurrentillness historypresentillness interimhistory intervalhistory",
    ),
    label(
        FieldName::ReviewOfSystems,
        Shape::Prose,
        "ros reviewofsystems systemsreview systemicreview systemreview reviewofsystem systemenquiry systemicenquiry systems systemsenquiry",
    ),
    label(
        FieldName::PhysicalExam,
        Shape::Prose,
        "physicalexam physicalexamination exam examination pe onexamination oe clinicalexamination physicalfindings findings \
         examinationfindings examfindings clinicalfindings objectivefindings clinicalexam generalexamination",
    ),
    label(
        FieldName::VitalSigns,
        Shape::Prose,
        "o objective measuredtoday vitalsigns vitals vs observations obs vital vitalparameters vitalstoday measurements vitalsignstoday",
    ),
    label(
        FieldName::Assessment,
        Shape::Prose,
        "a assessment impression diagnosis diagnoses workingdiagnosis clinicalimpression assessmentdiagnosis provisionaldiagnosis dx \
         imp impressiondiagnosis diagnosticimpression problemsassessed conclusion assessmentimpression assessments diagnosisassessment",
    ),
    label(
        FieldName::Plan,
        Shape::Prose,
        "adv p plan treatmentplan managementplan planofcare careplan management actionplan treatment planoftreatment \
         recommendations recommendation plans advice actions",
    ),
    label(
        FieldName::Medications,
        Shape::Items,
        "medications currentmedications meds currentmeds medication medicationlist currentmedication medicines currentmedicines drugs \
         currentdrugs drughistory homemedications regularmedications dh prescribed prescriptions medicationstaken presentmedications rx \
         activemedications regularmedicines medicationsprescribed medicationhistory",
    ),
    label(
        FieldName::Allergies,
        Shape::Items,
        "allergies allergy drugallergies drugallergy knownallergies allergicto allergiesandreactions allergystatus allergieslist \
         medicationallergies allergyintolerance allergiesintolerances adversereactions",
    ),
    label(
        FieldName::FollowUp,
        Shape::Prose,
        "followup followupplan followupinstructions return review nextvisit nextappointment returnvisit disposition fu rtc \
         followupvisit nextreview followupappointment reviewdate revisit followupon returntoclinic recall",
    ),
    other(
        "social socialhx testsrequested investigationsrequested bloodtests pastproblems personalhistory personalho pastho familyho recalls inv socialhistory familyhistory pastmedicalhistory pasthistory pmh pasthx surgicalhistory \
         labs laboratory investigations results imaging immunizations sign signature icd \
         tests orders procedures counselling education patienteducation dictated transcribed clinic facility location \
         substanceuse smoking alcohol",
    ),
];
