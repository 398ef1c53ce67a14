"""Stays in hospital and visits to clinics, for letters and notes: invented people's, with real diagnoses (ICD-10), medicines and doses."""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Stay:
    """A stay; a medicine is (name, dose, route, how often, what changed)."""

    primary: tuple
    others: tuple
    done: tuple
    course: str
    medicines: tuple
    stopped: str
    follow: str
    activity: str
    diet: str
    home: str
    vitals: tuple
    condition: str
    days: int


@dataclasses.dataclass(frozen=True)
class Visit:
    """A visit; `plan` is a few short orders, `medicines` what is taken now."""

    kind: str
    complaint: str
    history: str
    systems: str
    exam: str
    vitals: tuple
    found: tuple
    plan: tuple
    medicines: tuple
    allergies: str
    follow: str


BRITISH_STAYS = (
    Stay(("Non-ST elevation myocardial infarction", "I21.4"), (("Hypertension", "I10"), ("Hypercholesterolaemia", "E78.0")),
         ("Coronary angiography", "Percutaneous coronary intervention to the right coronary artery"),
         "Presented with two hours of central chest pain. Troponin rose from 48 to 612 ng/L. One drug-eluting stent was placed and he has been free of pain since.",
         (("Aspirin", "75 mg", "oral", "once daily", "New"), ("Ticagrelor", "90 mg", "oral", "twice daily", "New"), ("Atorvastatin", "80 mg", "oral", "at night", "Changed"),
          ("Ramipril", "5 mg", "oral", "once daily", "Unchanged")), "Simvastatin 40 mg - replaced by atorvastatin",
         "Cardiac rehabilitation within 2 weeks and cardiology clinic in 6 weeks", "No driving for 1 week, build up walking gradually", "Low salt, low saturated fat",
         "Usual place of residence", (("BP", "126/74"), ("HR", "64"), ("Sats", "97%"), ("RR", "16")), "Well, mobile and free of pain", 4),
    Stay(("Acute cholecystitis", "K81.0"), (("Type 2 diabetes mellitus", "E11.9"),), ("Laparoscopic cholecystectomy",),
         "Admitted through the surgical assessment unit with right upper quadrant pain and fever. Gallbladder removed on the second day without complication.",
         (("Co-amoxiclav", "625 mg", "oral", "three times daily for 5 days", "New"), ("Paracetamol", "1 g", "oral", "four times daily as needed", "New"),
          ("Metformin", "500 mg", "oral", "twice daily", "Unchanged")), "",
         "No hospital follow-up needed, wound check with the practice nurse in 7 days", "No heavy lifting for 4 weeks", "Light diet, low in fat", "Home with family support",
         (("BP", "132/78"), ("HR", "76"), ("Temp", "36.8 C"), ("Sats", "98%")), "Recovering well", 3),
    Stay(("Infective exacerbation of COPD", "J44.0"), (("Atrial fibrillation", "I48.9"), ("Osteoporosis", "M81.9"), ("Anxiety disorder", "F41.9")),
         ("Chest X-ray", "Non-invasive ventilation"),
         "Brought by ambulance with breathlessness and green sputum. Needed 36 hours of non-invasive ventilation, then weaned to room air.",
         (("Prednisolone", "30 mg", "oral", "once daily for 5 days", "New"), ("Doxycycline", "100 mg", "oral", "once daily for 4 days", "New"),
          ("Apixaban", "5 mg", "oral", "twice daily", "Unchanged"), ("Tiotropium", "18 micrograms", "inhaled", "once daily", "Unchanged")), "",
         "Respiratory nurse at home within 72 hours, outpatient clinic in 4 weeks", "Walk indoors as able, rest between tasks", "High calorie, small and frequent meals",
         "Home with early supported discharge team", (("BP", "118/70"), ("HR", "82"), ("Sats", "91%"), ("RR", "19")), "Improved, back to usual breathing", 6),
)
INDIAN_STAYS = (
    Stay(("Dengue fever with warning signs", "A97.1"), (("Thrombocytopenia", "D69.6"), ("Acute gastritis", "K29.1")), ("Ultrasonography of abdomen", "Single donor platelet transfusion"),
         "Patient was admitted with high grade fever and vomiting of four days. NS1 antigen was positive. Platelets fell to 18,000 and recovered to 1,12,000 before discharge.",
         (("Tab. Paracetamol", "650 mg", "oral", "thrice daily for 3 days", ""), ("Tab. Pantoprazole", "40 mg", "oral", "once daily before breakfast for 7 days", ""),
          ("Tab. Multivitamin", "1 tab", "oral", "once daily for 15 days", "")), "",
         "Review in Medicine OPD after 5 days with CBC report", "Adequate rest for one week", "Soft diet with plenty of oral fluids", "Home",
         (("BP", "116/72"), ("Pulse", "78"), ("Temp", "98.2 F"), ("SpO2", "99%")), "Afebrile and hemodynamically stable", 5),
    Stay(("Primary osteoarthritis of right knee", "M17.11"), (("Essential hypertension", "I10"), ("Obesity", "E66.9")), ("Right total knee replacement under spinal anaesthesia",),
         "Operated on the day after admission. Walking with a frame from the first day. The wound was clean and dry at the change of dressing.",
         (("Tab. Rivaroxaban", "10 mg", "oral", "once daily for 14 days", ""), ("Tab. Aceclofenac", "100 mg", "oral", "twice daily for 5 days", ""),
          ("Tab. Telmisartan", "40 mg", "oral", "once daily", ""), ("Cap. Rabeprazole", "20 mg", "oral", "once daily for 14 days", "")), "",
         "Orthopaedics OPD on day 14 for suture removal", "Walk with frame, avoid squatting and sitting on the floor", "Salt restricted normal diet", "Home with attendant",
         (("BP", "134/82"), ("Pulse", "80"), ("Temp", "98.6 F"), ("RR", "18")), "Stable, ambulant with support", 6),
    Stay(("Acute inferior wall ST elevation myocardial infarction", "I21.19"), (("Type 2 diabetes mellitus", "E11.9"),), ("Coronary angiogram", "PTCA with stent to RCA"),
         "Presented within three hours of chest pain. Primary angioplasty was done through the right radial artery. Left ventricular ejection fraction was 50 percent.",
         (("Tab. Aspirin", "75 mg", "oral", "once daily after lunch", ""), ("Tab. Clopidogrel", "75 mg", "oral", "once daily after dinner", ""),
          ("Tab. Rosuvastatin", "20 mg", "oral", "once daily at bedtime", ""), ("Tab. Metoprolol", "25 mg", "oral", "twice daily", "")), "",
         "Cardiology OPD after 7 days with ECG", "Avoid strenuous work for 4 weeks", "Diabetic low fat diet", "Home",
         (("BP", "118/76"), ("Pulse", "70"), ("SpO2", "98%")), "Hemodynamically stable", 4),
)
IRISH_STAYS = (
    Stay(("Left lower lobe pneumonia", "J18.1"), (("Asthma", ""), ("Hypothyroidism", "")), ("Bronchoscopy",),
         "She had been unwell for a week with cough and rigors. Cultures grew Streptococcus pneumoniae and she settled on intravenous benzylpenicillin",
         (("Amoxicillin", "500 mg", "", "three times a day for 5 days", ""), ("Levothyroxine", "100 micrograms", "", "once a day", ""), ("Salbutamol inhaler", "100 micrograms", "", "as needed", "")), "",
         "Chest X-ray and respiratory clinic in 6 weeks", "light activity only for two weeks", "a normal diet with plenty of fluids", "home in the care of her daughter",
         (("blood pressure", "122/70"), ("pulse", "74"), ("oxygen saturation", "96%")), "good", 7),
    Stay(("Upper gastrointestinal bleed due to gastric ulcer", "K25.4"), (("Rheumatoid arthritis", ""), ("Iron deficiency anaemia", "")),
         ("Gastroscopy with endoscopic clipping", "Transfusion of two units of red cells"),
         "There had been two days of black stools while taking diclofenac. Haemoglobin was 7.4 g/dL on arrival and 9.8 g/dL when she left",
         (("Esomeprazole", "40 mg", "", "twice a day for 8 weeks", ""), ("Ferrous fumarate", "305 mg", "", "once a day", ""), ("Methotrexate", "15 mg", "", "once a week", "")), "",
         "Repeat gastroscopy in 8 weeks", "no restrictions beyond rest for one week", "soft foods without alcohol", "a convalescence unit",
         (("blood pressure", "128/76"), ("pulse", "80"), ("oxygen saturation", "99%")), "stable", 5),
)
KIWI_STAYS = (
    Stay(("Acute pyelonephritis", "N10"), (("Gestational diabetes in the past", "Z86.32"), ("Asthma", "J45.9")), ("Renal ultrasound",),
         "Two days of rigors and left loin pain. Urine grew Escherichia coli sensitive to cefalexin. Temperature settled within 36 hours of intravenous gentamicin and cefuroxime.",
         (("Cefalexin", "500 mg", "oral", "three times daily for 7 days", "NEW"), ("Budesonide with formoterol", "200/6 mcg", "inhaled", "twice daily", "NO CHANGE")), "",
         "GP in 1 week with repeat urine culture", "Return to work when free of fever for 2 days", "Normal diet, drink 2 litres a day", "Own home with whanau",
         (("BP", "118/72"), ("HR", "78"), ("T", "36.8"), ("RR", "14")), "Stable, afebrile", 3),
    Stay(("Fractured neck of right femur", "S72.0"), (("Osteoporosis", "M81.0"), ("Chronic kidney disease stage 3", "N18.3"), ("Mild cognitive impairment", "F06.7")),
         ("Right hip hemiarthroplasty", "Fascia iliaca nerve block"),
         "Fell from standing height in the kitchen. Operated on within 24 hours. One day of delirium, settled without medicines. Walks 20 metres with a frame.",
         (("Paracetamol", "1 g", "oral", "four times daily", "NEW"), ("Enoxaparin", "40 mg", "subcutaneous", "once daily for 28 days", "NEW"), ("Colecalciferol", "1.25 mg", "oral", "once a month", "NEW"),
          ("Felodipine", "5 mg", "oral", "once daily", "NO CHANGE")), "",
         "Fracture clinic in 6 weeks and zoledronate infusion in 8 weeks", "Full weight bearing with a frame, hip precautions for 6 weeks", "High protein diet with supplements twice a day",
         "Rehabilitation ward, Kowhai Unit", (("BP", "136/70"), ("HR", "84"), ("SpO2", "95%"), ("RR", "18")), "Improving, needs help of one person", 8),
    Stay(("Diabetic ketoacidosis", "E10.1"), (("Type 1 diabetes mellitus", "E10.9"),), ("Insulin infusion", "Arterial line"),
         "Vomiting for a day after a stomach upset, with insulin left out. Ketones 5.8 mmol/L fell to 0.3 mmol/L by the next morning. Sick day rules were gone through again.",
         (("Insulin glargine", "18 units", "subcutaneous", "at bedtime", "CHANGED"), ("Insulin aspart", "6 units", "subcutaneous", "with meals", "NO CHANGE"), ("Ondansetron", "4 mg", "oral", "as needed for nausea", "NEW")), "",
         "Diabetes nurse specialist by telephone in 3 days", "No restrictions", "Carbohydrate counting with dietitian input", "Home",
         (("BP", "122/68"), ("HR", "80"), ("T", "36.6"), ("SpO2", "99%")), "Well and eating normally", 2),
)
