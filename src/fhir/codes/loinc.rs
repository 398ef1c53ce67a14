//! Observations and documents in LOINC. <https://loinc.org>

use super::Code;

/// The code system.
pub const SYSTEM: &str = "http://loinc.org";

const fn code(code: &'static str, display: &'static str) -> Code {
    Code { system: SYSTEM, code, display }
}

/// Panel of vital signs.
pub const VITAL_SIGNS_PANEL: Code =
    code("85353-1", "Vital signs, weight, height, head circumference, oxygen saturation and BMI panel");
/// Heart rate or pulse, in /min.
pub const HEART_RATE: Code = code("8867-4", "Heart rate");
/// Heart rate at rest, in /min.
pub const RESTING_HEART_RATE: Code = code("40443-4", "Heart rate --resting");
/// Breaths, in /min.
pub const RESPIRATORY_RATE: Code = code("9279-1", "Respiratory rate");
/// Oxygen saturation, in %; the vital signs profile asks for this code.
pub const OXYGEN_SATURATION: Code = code("2708-6", "Oxygen saturation in Arterial blood");
/// Oxygen saturation by pulse oximetry, in %; goes beside [`OXYGEN_SATURATION`].
pub const OXYGEN_SATURATION_BY_PULSE_OXIMETRY: Code =
    code("59408-5", "Oxygen saturation in Arterial blood by Pulse oximetry");
/// Panel of systolic and diastolic pressure.
pub const BLOOD_PRESSURE_PANEL: Code = code("85354-9", "Blood pressure panel with all children optional");
/// Systolic pressure, in `mm[Hg]`.
pub const SYSTOLIC_BLOOD_PRESSURE: Code = code("8480-6", "Systolic blood pressure");
/// Diastolic pressure, in `mm[Hg]`.
pub const DIASTOLIC_BLOOD_PRESSURE: Code = code("8462-4", "Diastolic blood pressure");
/// Mean arterial pressure, in `mm[Hg]`.
pub const MEAN_BLOOD_PRESSURE: Code = code("8478-0", "Mean blood pressure");
/// Body temperature, in `Cel` or `[degF]`.
pub const BODY_TEMPERATURE: Code = code("8310-5", "Body temperature");
/// Body temperature measured at the core.
pub const CORE_BODY_TEMPERATURE: Code = code("8329-5", "Body temperature - Core");
/// Body temperature measured in the armpit.
pub const AXILLARY_TEMPERATURE: Code = code("8328-7", "Axillary temperature");
/// Body temperature measured in the mouth.
pub const ORAL_TEMPERATURE: Code = code("8331-1", "Oral temperature");
/// Body temperature measured in the rectum.
pub const RECTAL_TEMPERATURE: Code = code("8332-9", "Rectal temperature");
/// Body temperature measured in the ear.
pub const TYMPANIC_TEMPERATURE: Code = code("8333-7", "Tympanic membrane temperature");
/// Body weight, in kg.
pub const BODY_WEIGHT: Code = code("29463-7", "Body weight");
/// Body height, in cm.
pub const BODY_HEIGHT: Code = code("8302-2", "Body height");
/// Body mass index, in kg/m2.
pub const BODY_MASS_INDEX: Code = code("39156-5", "Body mass index (BMI) [Ratio]");
/// Heart rate variability as SDNN, in ms.
pub const SDNN: Code = code("80404-7", "R-R interval.standard deviation (Heart rate variability)");
/// Body fat, in %.
pub const BODY_FAT_PERCENTAGE: Code = code("41982-0", "Percentage of body fat Measured");
/// Muscle mass, in kg.
pub const MUSCLE_MASS: Code = code("73964-9", "Body muscle mass Calculated");
/// Bone mass, in kg.
pub const BONE_MASS: Code = code("101685-6", "Body bone mass");
/// Body water, in %.
pub const BODY_WATER_PERCENTAGE: Code = code("101684-9", "Percentage of body water");
/// Glucose read by a glucometer, in mg/dL.
pub const GLUCOSE_BY_GLUCOMETER: Code =
    code("41653-7", "Glucose [Mass/volume] in Capillary blood by Glucometer");
/// Glucose in blood, in mg/dL.
pub const GLUCOSE_BLOOD_MASS: Code = code("2339-0", "Glucose [Mass/volume] in Blood");
/// Glucose in blood, in mmol/L.
pub const GLUCOSE_BLOOD_MOLES: Code = code("15074-8", "Glucose [Moles/volume] in Blood");
/// Glucose in serum or plasma, in mg/dL.
pub const GLUCOSE_SERUM_MASS: Code = code("2345-7", "Glucose [Mass/volume] in Serum or Plasma");
/// Ketones in blood, in mmol/L.
pub const KETONES_BLOOD: Code = code("53061-8", "Ketones [Moles/volume] in Blood");
/// Ketones in urine by test strip.
pub const KETONES_URINE_STRIP: Code = code("2514-8", "Ketones [Presence] in Urine by Test strip");
/// Perfusion index, in %.
pub const PERFUSION_INDEX: Code = code("61006-3", "Perfusion index Tissue by Pulse oximetry");
/// Peak expiratory flow by peak flow meter, in L/min.
pub const PEAK_FLOW: Code =
    code("19935-6", "Maximum expiratory gas flow Respiratory system airway by Peak flow meter");
/// Peak expiratory flow by any method; goes beside [`PEAK_FLOW`].
pub const PEAK_FLOW_ANY_METHOD: Code =
    code("33452-4", "Maximum expiratory gas flow Respiratory system airway");
/// The peak flow that age, height and sex let expect, in L/min.
pub const PEAK_FLOW_PREDICTED: Code =
    code("69974-4", "Maximum expiratory gas flow Respiratory system airway Predicted");
/// The best peak flow of this person, in L/min.
pub const PEAK_FLOW_PERSONAL_BEST: Code = code("83368-1", "Personal best peak expiratory gas flow");
/// What an ECG shows.
pub const EKG_IMPRESSION: Code = code("8601-7", "EKG impression");
/// An ECG as a whole.
pub const EKG_STUDY: Code = code("11524-6", "EKG study");
/// Whether a heart beats regularly.
pub const HEART_RHYTHM: Code = code("8884-9", "Heart rate rhythm");
/// QT interval, in ms.
pub const QT_INTERVAL: Code = code("8634-8", "Q-T interval");
/// QT interval corrected for the heart rate, in ms.
pub const QTC_INTERVAL: Code = code("8636-3", "Q-T interval corrected");
/// Duration of the QRS complex, in ms.
pub const QRS_DURATION: Code = code("8633-0", "QRS duration");
/// PR interval, in ms.
pub const PR_INTERVAL: Code = code("8625-6", "P-R Interval");
/// Pregnancy test in urine.
pub const PREGNANCY_TEST_URINE: Code =
    code("2106-3", "Choriogonadotropin (pregnancy test) [Presence] in Urine");
/// Pregnancy test in urine by rapid immunoassay.
pub const PREGNANCY_TEST_URINE_RAPID: Code =
    code("80384-1", "Choriogonadotropin (pregnancy test) [Presence] in Urine by Rapid immunoassay");
/// Antigen of SARS coronaviruses by rapid immunoassay.
pub const SARS_COV_2_ANTIGEN_RAPID: Code = code(
    "95209-3",
    "SARS-CoV+SARS-CoV-2 (COVID-19) Ag [Presence] in Respiratory system specimen by Rapid immunoassay",
);
/// Antigen of SARS-CoV-2 by rapid immunoassay.
pub const SARS_COV_2_ANTIGEN: Code = code(
    "94558-4",
    "SARS-CoV-2 (COVID-19) Ag [Presence] in Respiratory system specimen by Rapid immunoassay",
);
/// When a vaccine is due.
pub const DATE_VACCINE_DUE: Code = code("30980-7", "Date vaccine due");
/// A document: who was vaccinated with what.
pub const HISTORY_OF_IMMUNIZATION: Code = code("11369-6", "History of Immunization");
/// A document: what is prescribed.
pub const PRESCRIPTION: Code = code("57833-6", "Prescription for medication Document");
/// A document: a stay in hospital at its end.
pub const DISCHARGE_SUMMARY: Code = code("18842-5", "Discharge summary");
/// A document: a visit.
pub const PROGRESS_NOTE: Code = code("11506-3", "Provider-unspecified Progress note");
/// Documents: the kinds of notes that clinicians write.
pub const NOTES: [Code; 10] = [
    PROGRESS_NOTE,
    DISCHARGE_SUMMARY,
    code("34109-9", "Note"),
    code("34108-1", "Outpatient Note"),
    code("11488-4", "Consult note"),
    code("34117-2", "History and physical note"),
    code("28570-0", "Procedure note"),
    code("11504-8", "Surgical operation note"),
    code("34111-5", "Emergency department Note"),
    code("34746-8", "Nurse Note"),
];
/// A section: medicines at discharge.
pub const DISCHARGE_MEDICATIONS: Code = code("10183-2", "Hospital discharge medications Narrative");
/// A section: procedures.
pub const HISTORY_OF_PROCEDURES: Code = code("47519-4", "History of Procedures Document");
/// A section: what is planned.
pub const PLAN_OF_TREATMENT: Code = code("18776-5", "Plan of treatment (narrative)");
/// A section: what the clinician thinks.
pub const ASSESSMENT_NOTE: Code = code("51848-0", "Assessment note");
/// A section: medicines.
pub const HISTORY_OF_MEDICATION_USE: Code = code("10160-0", "History Of Medication Use");
/// A section: allergies.
pub const ALLERGIES: Code = code("48765-2", "Allergies and adverse reactions Document");
/// Age, as the person says it, in a.
pub const AGE: Code = code("30525-0", "Age");
/// A patient's consent.
pub const PATIENT_CONSENT: Code = code("59284-0", "Patient Consent");
/// Total cholesterol, in mg/dL.
pub const TOTAL_CHOLESTEROL_MASS: Code = code("2093-3", "Cholesterol [Mass/volume] in Serum or Plasma");
/// Total cholesterol, in mmol/L.
pub const TOTAL_CHOLESTEROL_MOLES: Code = code("14647-2", "Cholesterol [Moles/volume] in Serum or Plasma");
/// HDL cholesterol, in mg/dL.
pub const HDL_MASS: Code = code("2085-9", "Cholesterol in HDL [Mass/volume] in Serum or Plasma");
/// HDL cholesterol, in mmol/L.
pub const HDL_MOLES: Code = code("14646-4", "Cholesterol in HDL [Moles/volume] in Serum or Plasma");
/// Filtration rate by creatinine (MDRD), in mL/min/{1.73_m2}.
pub const EGFR_MDRD: Code = code(
    "33914-3",
    "Glomerular filtration rate/1.73 sq M.predicted [Volume Rate/Area] in Serum or Plasma by Creatinine-based formula (MDRD)",
);
/// Filtration rate by creatinine (CKD-EPI), in mL/min/{1.73_m2}.
pub const EGFR_CKD_EPI: Code = code(
    "62238-1",
    "Glomerular filtration rate/1.73 sq M.predicted [Volume Rate/Area] in Serum, Plasma or Blood by Creatinine-based formula (CKD-EPI)",
);
/// Filtration rate by creatinine (CKD-EPI 2021), in mL/min/{1.73_m2}.
pub const EGFR_CKD_EPI_2021: Code = code(
    "98979-8",
    "Glomerular filtration rate/1.73 sq M.predicted [Volume Rate/Area] in Serum, Plasma or Blood by Creatinine-based formula (CKD-EPI 2021)",
);
/// What was seen in medical images.
pub const DIAGNOSTIC_IMAGING_STUDY: Code = code("18748-4", "Diagnostic imaging study");
/// What is found in a blood smear.
pub const BLOOD_SMEAR_FINDING: Code =
    code("5909-7", "Blood smear finding [Identifier] in Blood by Light microscopy");
/// Red cells, in `10*6/uL`.
pub const ERYTHROCYTES: Code = code("789-8", "Erythrocytes [#/volume] in Blood by Automated count");
/// Platelets, in `10*3/uL`.
pub const PLATELETS: Code = code("777-3", "Platelets [#/volume] in Blood by Automated count");
/// Blasts to a hundred white cells.
pub const BLASTS: Code = code("709-6", "Blasts/100 leukocytes in Blood by Manual count");
/// Neutrophils among white cells.
pub const NEUTROPHIL_SHARE: Code = code("26511-6", "Neutrophils/Leukocytes in Blood");
/// Neutrophils with segments among white cells.
pub const SEGMENTED_SHARE: Code = code("26505-8", "Segmented neutrophils/Leukocytes in Blood");
/// Bands among white cells.
pub const BAND_SHARE: Code = code("26508-2", "Band form neutrophils/Leukocytes in Blood");
/// Immature granulocytes among white cells.
pub const IMMATURE_SHARE: Code = code("38518-7", "Immature granulocytes/Leukocytes in Blood");
/// Lymphocytes among white cells.
pub const LYMPHOCYTE_SHARE: Code = code("26478-8", "Lymphocytes/Leukocytes in Blood");
/// Monocytes among white cells.
pub const MONOCYTE_SHARE: Code = code("26485-3", "Monocytes/Leukocytes in Blood");
/// Eosinophils among white cells.
pub const EOSINOPHIL_SHARE: Code = code("26450-7", "Eosinophils/Leukocytes in Blood");
/// Basophils among white cells.
pub const BASOPHIL_SHARE: Code = code("30180-4", "Basophils/Leukocytes in Blood");
/// Large red cells.
pub const MACROCYTES: Code = code("738-5", "Macrocytes [Presence] in Blood by Light microscopy");
/// Small red cells.
pub const MICROCYTES: Code = code("741-9", "Microcytes [Presence] in Blood by Light microscopy");
/// Pale red cells.
pub const HYPOCHROMIA: Code = code("728-6", "Hypochromia [Presence] in Blood by Light microscopy");
/// Red cells without a pale middle.
pub const SPHEROCYTES: Code = code("802-9", "Spherocytes [Presence] in Blood by Light microscopy");
/// Target cells.
pub const TARGET_CELLS: Code = code("10381-2", "Target cells [Presence] in Blood by Light microscopy");
/// Red cells with a slit.
pub const STOMATOCYTES: Code = code("10380-4", "Stomatocytes [Presence] in Blood by Light microscopy");
/// Oval red cells.
pub const OVALOCYTES: Code = code("774-0", "Ovalocytes [Presence] in Blood by Light microscopy");
/// Teardrops.
pub const DACROCYTES: Code = code("7791-7", "Dacrocytes [Presence] in Blood by Light microscopy");
/// Burr cells.
pub const BURR_CELLS: Code = code("7790-9", "Burr cells [Presence] in Blood by Light microscopy");
/// Fragments of red cells.
pub const SCHISTOCYTES: Code = code("800-3", "Schistocytes [Presence] in Blood by Light microscopy");
/// Long red cells.
pub const ELLIPTOCYTES: Code = code("11274-8", "Elliptocytes [Presence] in Blood by Light microscopy");
/// Giant platelets.
pub const GIANT_PLATELETS: Code = code("5908-9", "Platelets.giant [Presence] in Blood by Light microscopy");
