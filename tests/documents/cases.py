"""Courses of illness, for summaries and notes: invented people's, with real diagnoses (ICD-10-CM), medicines and doses.

The open ones may be looked at when a parser is mended, the held ones are only counted.
"""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Stay:
    """A stay in hospital. Medicines are name with dose, how often, and whether new."""

    primary: tuple
    secondary: tuple
    procedures: tuple
    course: str
    medicines: tuple
    follow: str
    activity: str
    diet: str
    home: str
    vitals: tuple
    condition: str
    days: int


@dataclasses.dataclass(frozen=True)
class Visit:
    """A visit to a clinic."""

    kind: str
    complaint: str
    history: str
    systems: str
    exam: str
    vitals: tuple
    assessment: tuple
    plan: tuple
    medicines: tuple
    allergies: tuple
    follow: str


OPEN_STAYS = (
    Stay(("Community-acquired pneumonia", "J18.9"), (("Type 2 diabetes mellitus", "E11.9"), ("Essential hypertension", "I10")),
         ("Chest X-ray", "Thoracentesis"), "Treated with intravenous ceftriaxone and azithromycin; oxygen was weaned by day three.",
         (("Amoxicillin-clavulanate 875 mg", "twice daily", "New"), ("Metformin 500 mg", "twice daily", "Continued"), ("Lisinopril 10 mg", "once daily", "Continued")),
         "Primary care physician in 1 week", "No strenuous exercise for 2 weeks", "Consistent carbohydrate diet", "Home with family",
         (("BP", "124/76"), ("HR", "82"), ("Temp", "36.9 °C"), ("RR", "18"), ("SpO2", "96%")), "Stable", 5),
    Stay(("Acute appendicitis", "K35.80"), (("Asthma", "J45.909"),), ("Laparoscopic appendectomy",),
         "Underwent uncomplicated surgery on the day of admission and tolerated food the next morning.",
         (("Ibuprofen 400 mg", "every 8 hours as needed", "New"), ("Paracetamol 1 g", "every 6 hours as needed", "New"), ("Salbutamol inhaler 100 mcg", "2 puffs as needed", "Continued")),
         "Surgical clinic in 2 weeks", "No lifting over 5 kg for 4 weeks", "Regular diet as tolerated", "Home",
         (("BP", "118/70"), ("HR", "74"), ("Temp", "37.1 °C"), ("SpO2", "99%")), "Good", 2),
    Stay(("Acute ischemic stroke", "I63.9"), (("Atrial fibrillation", "I48.91"), ("Hyperlipidemia", "E78.5"), ("Hypothyroidism", "E03.9")),
         ("CT angiography of head and neck", "Mechanical thrombectomy"), "Presented within two hours; strength of the right arm returned after thrombectomy.",
         (("Apixaban 5 mg", "twice daily", "New"), ("Atorvastatin 80 mg", "at bedtime", "Changed"), ("Levothyroxine 75 mcg", "every morning", "Continued")),
         "Neurology clinic in 3 weeks", "Walk with assistance, no driving", "Low sodium, soft diet", "Inpatient rehabilitation facility",
         (("BP", "136/84"), ("HR", "77"), ("RR", "16"), ("SpO2", "97%")), "Improved", 8),
)
HELD_STAYS = (
    Stay(("Acute exacerbation of heart failure", "I50.9"), (("Chronic kidney disease stage 3", "N18.30"), ("Iron deficiency anemia", "D50.9")),
         ("Transthoracic echocardiogram",), "Diuresed four litres with intravenous furosemide; weight fell from 91 to 87 kg.",
         (("Furosemide 40 mg", "twice daily", "Changed"), ("Bisoprolol 2.5 mg", "once daily", "Continued"), ("Ferrous sulfate 325 mg", "once daily", "New")),
         "Heart failure clinic in 10 days", "Gradual return to walking", "2 g sodium, fluids limited to 1.5 litres", "Home with home health services",
         (("BP", "112/68"), ("HR", "66"), ("RR", "18"), ("SpO2", "95%")), "Stable", 6),
    Stay(("Fracture of neck of left femur", "S72.002A"), (("Osteoporosis", "M81.0"), ("Hypertension", "I10")), ("Left hip hemiarthroplasty", "Spinal anaesthesia"),
         "Operated on the day after a fall at home; mobilised with physiotherapy from day one.",
         (("Enoxaparin 40 mg", "once daily for 28 days", "New"), ("Alendronate 70 mg", "once weekly", "New"), ("Amlodipine 5 mg", "once daily", "Continued")),
         "Orthopaedic clinic in 6 weeks", "Weight bearing as tolerated with a frame", "High calcium diet", "Skilled nursing facility",
         (("BP", "130/72"), ("HR", "80"), ("Temp", "36.7 °C"), ("SpO2", "98%")), "Fair", 9),
    Stay(("Cellulitis of right lower limb", "L03.115"), (("Obesity", "E66.9"), ("Type 2 diabetes mellitus", "E11.9"), ("Peripheral artery disease", "I73.9")),
         ("Wound debridement",), "Redness receded on intravenous flucloxacillin; blood cultures stayed negative.",
         (("Flucloxacillin 500 mg", "four times daily", "New"), ("Insulin glargine 20 units", "at bedtime", "Continued"), ("Aspirin 81 mg", "once daily", "Continued")),
         "Wound clinic in 5 days", "Keep the leg raised when sitting", "Diabetic diet", "Home with district nurse",
         (("BP", "128/78"), ("HR", "88"), ("Temp", "37.0 °C"), ("RR", "17")), "Satisfactory", 4),
)
OPEN_VISITS = (
    Visit("Office visit", "Sore throat for three days", "Pain on swallowing since Monday with fever up to 38.5 °C and no cough.",
          "Positive for fever and sore throat, negative for rash.", "Tonsils enlarged with exudate, tender anterior cervical nodes, lungs clear.",
          (("BP", "118/74"), ("HR", "92"), ("Temp", "38.1 °C"), ("RR", "16"), ("SpO2", "98%")), (("Streptococcal pharyngitis", "J02.0"),),
          ("Rapid antigen test done today", "Start amoxicillin 500 mg twice daily for 10 days"), ("Amoxicillin 500 mg twice daily", "Ibuprofen 400 mg as needed"),
          ("No known drug allergies", "NKDA"), "Return in 2 weeks if not better"),
    Visit("Follow-up", "Blood pressure check", "Home readings between 140 and 155 over 85 to 95 during the last month; takes tablets daily.",
          "Negative for headache, chest pain and swelling.", "Regular heart rhythm without murmur, no ankle edema.",
          (("BP", "148/92"), ("HR", "76"), ("RR", "14"), ("SpO2", "97%")), (("Essential hypertension, uncontrolled", "I10"), ("Hyperlipidemia", "E78.5")),
          ("Increase lisinopril to 20 mg daily", "Repeat basic metabolic panel in 2 weeks"), ("Lisinopril 20 mg daily", "Atorvastatin 40 mg nightly"),
          ("Penicillin (rash)",), "Nurse visit in 4 weeks"),
    Visit("Consultation", "Numbness in both feet", "Gradual loss of feeling over six months, worse at night; known diabetes for twelve years.",
          "Positive for tingling, negative for weakness and falls.", "Reduced sensation to monofilament below both ankles, pulses present.",
          (("BP", "132/80"), ("HR", "70"), ("Temp", "36.6 °C")), (("Diabetic polyneuropathy", "E11.42"),),
          ("Start gabapentin 300 mg at night", "Foot care education", "Check HbA1c"), ("Metformin 1000 mg twice daily", "Gabapentin 300 mg nightly"),
          ("Sulfa drugs",), "Diabetes clinic in 3 months"),
)
HELD_VISITS = (
    Visit("Telehealth visit", "Worsening heartburn", "Burning after meals most evenings for two months, relieved a little by antacids.",
          "Positive for reflux, negative for weight loss or black stools.", "Comfortable on video, abdomen not tender on self-examination.",
          (("HR", "68"), ("Temp", "36.5 °C")), (("Gastro-esophageal reflux disease", "K21.9"),),
          ("Esomeprazole 40 mg before breakfast for 8 weeks", "Raise the head of the bed"), ("Esomeprazole 40 mg daily", "Sertraline 50 mg daily"),
          ("Codeine (nausea)",), "Call back in 8 weeks"),
    Visit("Office visit", "Cough and wheeze", "Dry cough after a cold ten days ago, wheeze at night, uses the blue inhaler four times a day.",
          "Positive for cough and wheeze, negative for fever.", "Scattered expiratory wheeze on both sides, no crackles, speaks in full sentences.",
          (("BP", "122/78"), ("HR", "88"), ("RR", "20"), ("SpO2", "95%")), (("Asthma exacerbation, mild", "J45.901"), ("Allergic rhinitis", "J30.9")),
          ("Prednisolone 40 mg daily for 5 days", "Review inhaler technique"), ("Salbutamol inhaler 100 mcg as needed", "Budesonide inhaler 200 mcg twice daily"),
          ("No known allergies", "NKA", "NKDA"), "Asthma nurse in 1 week"),
    Visit("New patient", "Tiredness and weight gain", "Six kilograms gained since spring, feels cold, hair is thinning; periods have become heavy.",
          "Positive for fatigue and constipation, negative for low mood.", "Dry skin, slow ankle reflexes, thyroid smooth and slightly enlarged.",
          (("BP", "126/84"), ("HR", "58"), ("Temp", "36.2 °C"), ("RR", "14"), ("SpO2", "99%")), (("Hypothyroidism", "E03.9"),),
          ("Thyroid function tests and antibodies", "Start levothyroxine 50 mcg daily"), ("Levothyroxine 50 mcg daily",),
          ("Latex", "Latex allergy"), "Return in 6 weeks"),
)
