//! The labels of prescriptions.

use super::{Label, Share, Whose, label, other};
use crate::inference::device::FieldName;
use crate::inference::device::paper::value::Shape;

/// The labels.
pub const PRESCRIPTION: &[Label] = &[
    label(
        FieldName::Prescriber,
        Shape::Person,
        "prescriber prescribername nameofprescriber prescribedby prescribing prescribingphysician prescribingdoctor \
         prescribingclinician physician physicianname doctor doctorname nameofdoctor provider providername practitioner \
         orderingprovider orderedby clinician consultant",
    )
    .of(Whose::Anothers),
    label(
        FieldName::PrescriberNpi,
        Shape::Npi,
        "npi npinumber npino prescribernpi npiid physiciannpi providernpi drnpi",
    ),
    label(
        FieldName::PrescriberDea,
        Shape::Dea,
        "dea deanumber deano prescriberdea dearegistration dearegistrationno physiciandea providerdea",
    ),
    label(
        FieldName::Pharmacy,
        Shape::Name,
        "to pharmacystamp pharmacy pharmacyname sentto sendrxto faxto topharmacy sendtopharmacy senttopharmacy dispensingpharmacy preferredpharmacy nameofpharmacy chemist",
    )
    .of(Whose::Anothers),
    label(
        FieldName::DatePrescribed,
        Shape::Date,
        "scriptdate dateofscript date dateprescribed prescribeddate datewritten written writtendate dateissued issued issuedate issuedon dateofissue rxdate \
         prescriptiondate dateofprescription prescribedon orderdate dateordered writtenon",
    ),
    label(
        FieldName::Medication,
        Shape::Name,
        "medication medicine drug drugname nameofdrug nameofmedicine nameofmedication medicationname medicinename \
         rx drugprescribed prescribeddrug medicationprescribed preparation product productname item",
    )
    .of(Whose::Anothers),
    label(FieldName::GenericName, Shape::Name, "composition contains molecule salt generic genericname genericdrug genericdrugname inn activesubstance"),
    label(FieldName::MedicineBrand, Shape::Name, "brand brandname tradename proprietaryname"),
    label(FieldName::Strength, Shape::Amount, "strength drugstrength dosestrength medicationstrength potency"),
    label(
        FieldName::Quantity,
        Shape::Whole,
        "mitte supply supplied totalsupply quantity qty disp dispense dispensequantity dispensedquantity quantitydispensed totalquantity totalqty quantitytodispense \
         amount amounttodispense supplyquantity qtyprescribed quantityprescribed qtytodispense",
    ),
    label(
        FieldName::Directions,
        Shape::Prose,
        "dosefrequency doseandfrequency frequencyanddose dosageandfrequency frequencydose sig signa directions directionsforuse instructions instructionsforuse dosageinstructions dosageinstruction howtotake \
         administration dosage directionssig sigdirections label posology patientinstructions howtouse usage",
    ),
    label(
        FieldName::Refills,
        Shape::Whole,
        "rpt rpts reps refills refill repeats repeat numberofrefills noofrefills refillsauthorized refillsallowed authorizedrefills numberofrepeats \
         noofrepeats refillsremaining refillno",
    ),
    label(
        FieldName::DaysSupply,
        Shape::Whole,
        "dayssupply daysupply days duration durationdays noofdays numberofdays supplydays daysofsupply dayssupplied \
         durationoftreatment treatmentduration",
    ),
    label(FieldName::DrugCode, Shape::Ndc, "ndc ndcnumber ndcno ndccode nationaldrugcode drugcode"),
    label(
        FieldName::Diagnosis,
        Shape::Prose,
        "diagnosis indication dx diag provisionaldiagnosis diagnosisicd icd10 icd diagnosiscode reason \
         reasonforprescription reasonforprescribing clinicalindication condition diagnosisindication impression",
    ),
    label(
        FieldName::Substitution,
        Shape::Name,
        "substitution genericsubstitution substitutions genericsubstitutions substitutionallowed substitutionpermitted subst",
    ),
    label(
        FieldName::Substitution,
        Shape::Name,
        "daw dispenseaswritten brandmedicallynecessary brandnecessary brandonly nosubstitution donotsubstitute",
    )
    .only(Share::Inverse),
    other(
        "maysubstitute substitutionpermitteddispenseaswritten \
         dispenseaswrittensubstitutionpermitted productselectionpermitted \
         form dosageform route dose frequency rxno rxnumber prescriptionno prescriptionnumber sno slno advice followup review \
         nextvisit complaints allergies bp vitals labelinstructions",
    ),
];
