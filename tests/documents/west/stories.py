"""Stays and visits of invented people; diagnoses have their codes of ICD-10-CM, medicines their usual doses."""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Stay:
    """A stay in hospital. A medicine is name with strength, how it is taken, and NEW, CHANGED or SAME."""

    primary: tuple
    secondary: tuple
    procedures: tuple
    course: str
    medicines: tuple
    stopped: str
    follow: str
    activity: str
    diet: str
    home: str
    condition: str
    vitals: tuple
    days: int


@dataclasses.dataclass(frozen=True)
class Visit:
    """A visit; each diagnosis has its own plan, and findings are by system."""

    kind: str
    complaint: str
    history: str
    systems: tuple
    exam: tuple
    vitals: tuple
    problems: tuple
    medicines: tuple
    allergies: tuple
    follow: str


STAYS = (
    Stay(("Non-ST elevation myocardial infarction", "I21.4"), (("Essential hypertension", "I10"), ("Mixed hyperlipidemia", "E78.2"), ("Type 2 diabetes mellitus", "E11.9")),
         ("Coronary angiography", "Drug-eluting stent to mid LAD"),
         "Presented with two hours of substernal pressure. Troponin peaked at 4.2 ng/mL. Angiography showed a 90% lesion of the mid LAD, which was stented. No further pain.",
         (("aspirin 81 mg", "once daily", "NEW"), ("ticagrelor 90 mg", "twice daily", "NEW"), ("atorvastatin 80 mg", "at bedtime", "CHANGED"),
          ("metformin 1000 mg", "twice daily with meals", "SAME")), "ibuprofen 600 mg",
         "Cardiology clinic in 10 days", "No lifting over 10 lb for 1 week, walk daily", "Low sodium, heart healthy diet", "Home with spouse", "Stable",
         (("BP", "122/70"), ("HR", "66"), ("Temp", "98.2 F"), ("RR", "16"), ("SpO2", "97%")), 4),
    Stay(("Acute exacerbation of COPD", "J44.1"), (("Obstructive sleep apnea", "G47.33"), ("Nicotine dependence, cigarettes", "F17.210")),
         ("Noninvasive ventilation", "CT of the chest without contrast"),
         "Needed bilevel support for the first night and was weaned to room air by day three. CT showed no embolus and no mass. Smoking cessation was discussed daily.",
         (("prednisone 40 mg", "once daily for 3 days", "NEW"), ("tiotropium 18 mcg inhaler", "1 capsule inhaled daily", "SAME"),
          ("albuterol HFA 90 mcg", "2 puffs every 4 hours as needed", "SAME")), "theophylline 300 mg",
         "Pulmonary clinic within 14 days", "Activity as tolerated, stop when short of breath", "Regular diet", "Home with home health services", "Improved",
         (("BP", "138/82"), ("HR", "84"), ("Temp", "97.9 F"), ("RR", "20"), ("SpO2", "92%")), 5),
    Stay(("Acute on chronic systolic heart failure", "I50.23"),
         (("Persistent atrial fibrillation", "I48.19"), ("Chronic kidney disease stage 3b", "N18.32"), ("Iron deficiency anemia", "D50.9")),
         ("Transthoracic echocardiogram", "Right heart catheterization"),
         "Diuresed 6.4 liters with intravenous furosemide. Ejection fraction 30%. Creatinine settled at 1.7 mg/dL. One dose of intravenous iron was given.",
         (("torsemide 40 mg", "every morning", "NEW"), ("sacubitril-valsartan 24-26 mg", "twice daily", "NEW"), ("apixaban 5 mg", "twice daily", "SAME"),
          ("carvedilol 6.25 mg", "twice daily", "CHANGED")), "lisinopril 20 mg",
         "Heart failure clinic in 7 days with basic metabolic panel", "Weigh every morning, rest between activities", "2 gram sodium diet, fluids limited to 1.5 liters a day",
         "Skilled nursing facility", "Fair", (("BP", "104/62"), ("HR", "78"), ("Temp", "97.6 F"), ("RR", "18"), ("SpO2", "95%")), 8),
    Stay(("Sepsis due to Escherichia coli", "A41.51"), (("Acute pyelonephritis", "N10"), ("Acute kidney injury", "N17.9")),
         ("CT of abdomen and pelvis", "Right ureteral stent placement"),
         "Two of two blood cultures grew Escherichia coli. An obstructing stone of 7 mm was bypassed with a stent on day one and fever settled within 36 hours.",
         (("cefpodoxime 200 mg", "every 12 hours for 9 days", "NEW"), ("tamsulosin 0.4 mg", "nightly", "NEW"), ("amlodipine 5 mg", "once daily", "SAME")), "losartan 50 mg",
         "Urology in 2 weeks for stone removal", "No heavy lifting until the stent is out", "Drink 2 liters of water a day, otherwise regular diet", "Home", "Good",
         (("BP", "126/74"), ("HR", "80"), ("Temp", "98.6 F"), ("RR", "16"), ("SpO2", "98%")), 6),
    Stay(("Duodenal ulcer with hemorrhage", "K26.4"), (("Acute blood loss anemia", "D62"), ("Osteoarthritis of knee", "M17.9")),
         ("Upper endoscopy with clip placement", "Transfusion of 2 units of red cells"),
         "Came with melena after months of naproxen. A visible vessel was clipped. Hemoglobin rose from 6.8 to 9.1 g/dL and stayed there. Biopsy for Helicobacter pylori is pending.",
         (("pantoprazole 40 mg", "twice daily before meals", "NEW"), ("ferrous sulfate 325 mg", "every other day", "NEW"), ("acetaminophen 650 mg", "every 6 hours as needed", "NEW")),
         "naproxen 500 mg", "Gastroenterology in 4 weeks, blood count in 1 week", "Light activity for 5 days", "Soft diet, no alcohol", "Home with daughter", "Stable",
         (("BP", "116/68"), ("HR", "74"), ("Temp", "98.0 F"), ("RR", "14"), ("SpO2", "99%")), 3),
)
VISITS = (
    Visit("Office visit", "Headaches", "Throbbing left-sided headaches about 3 times a month for 2 years, with nausea and light sensitivity, lasting 6 to 12 hours. Ibuprofen helps little.",
          (("Constitutional", "no fever or weight loss"), ("Eyes", "no double vision"), ("Neurologic", "headache as above, no weakness")),
          (("General", "well appearing"), ("HEENT", "fundi sharp"), ("Neck", "supple"), ("Neuro", "cranial nerves intact, gait normal")),
          (("BP", "118/76"), ("Pulse", "70"), ("Temp", "98.1 F"), ("Resp", "14"), ("Weight", "146 lb")),
          (("Migraine without aura", "G43.009", "Start sumatriptan 50 mg at onset, may repeat once after 2 hours. Keep a headache diary."),),
          (("ibuprofen 400 mg", "as needed"),), (("Sulfa", "rash"),), "Return in 6 weeks"),
    Visit("Follow-up visit", "Blood pressure and diabetes check", "Home pressures run 145 to 155 systolic. Fasting sugars 130 to 160. Walks twice a week. Misses the evening pills about once a week.",
          (("Constitutional", "no fatigue"), ("Cardiovascular", "no chest pain or palpitations"), ("Respiratory", "no dyspnea"), ("Endocrine", "no polyuria")),
          (("General", "no acute distress"), ("CV", "regular rate and rhythm, no murmur"), ("Lungs", "clear to auscultation"), ("Feet", "monofilament sensation intact")),
          (("BP", "148/88"), ("Pulse", "76"), ("Temp", "97.8 F"), ("Resp", "16"), ("SpO2", "97%"), ("Weight", "214 lb")),
          (("Essential hypertension", "I10", "Increase lisinopril to 20 mg daily. Basic metabolic panel in 2 weeks."),
           ("Type 2 diabetes mellitus", "E11.9", "Continue metformin. Hemoglobin A1c today. Eye exam referral.")),
          (("lisinopril 10 mg", "once daily"), ("metformin 1000 mg", "twice daily"), ("rosuvastatin 10 mg", "nightly")), (), "3 months"),
    Visit("Urgent care", "Sore throat", "Sore throat and fever since yesterday evening. No cough. A coworker had strep last week. Swallowing liquids without trouble.",
          (("Constitutional", "fever to 101.5, chills"), ("ENT", "sore throat, no ear pain"), ("Respiratory", "no cough")),
          (("General", "tired but not toxic"), ("Throat", "tonsils 2+ with exudate"), ("Neck", "tender anterior nodes"), ("Lungs", "clear"), ("Skin", "no rash")),
          (("BP", "124/78"), ("Pulse", "98"), ("Temp", "101.2 F"), ("Resp", "18"), ("SpO2", "99%")),
          (("Streptococcal pharyngitis", "J02.0", "Rapid strep positive. Cephalexin 500 mg twice daily for 10 days. Salt water gargles. Off work 24 hours."),),
          (("loratadine 10 mg", "daily"),), (("Penicillin", "hives"), ("Latex", "itching")), "If not better in 3 days"),
    Visit("Office visit", "Low back pain", "Aching low back for 10 days after moving furniture, 6/10 at worst, no radiation. Heat helps. No bladder or bowel trouble.",
          (("Constitutional", "no fever"), ("Musculoskeletal", "back pain, no joint swelling"), ("Neurologic", "no numbness or weakness")),
          (("Back", "paraspinal tenderness on the right, full flexion"), ("Neuro", "strength 5/5, straight leg raise negative"), ("Abdomen", "soft, nontender")),
          (("BP", "132/80"), ("Pulse", "72"), ("Temp", "98.4 F"), ("Resp", "16"), ("Weight", "188 lb")),
          (("Acute low back strain", "S39.012A", "Naproxen 500 mg twice daily with food for 7 days. Heat, gentle stretching, physical therapy referral."),
           ("Overweight", "E66.3", "Reviewed portion sizes and walking goals.")),
          (("omeprazole 20 mg", "daily"), ("vitamin D3 1000 units", "daily")), (), "4 weeks, sooner if worse"),
    Visit("Walk-in visit", "Burning with urination", "Burning and frequency for 2 days. No flank pain, fever or vomiting. Last infection was a year ago and cleared with nitrofurantoin.",
          (("Constitutional", "no fever"), ("Gastrointestinal", "no vomiting"), ("Genitourinary", "dysuria and frequency, no blood seen")),
          (("General", "comfortable"), ("Abdomen", "mild suprapubic tenderness"), ("Back", "no costovertebral angle tenderness")),
          (("BP", "112/70"), ("Pulse", "80"), ("Temp", "98.9 F"), ("Resp", "14"), ("SpO2", "98%")),
          (("Acute cystitis without hematuria", "N30.00", "Nitrofurantoin 100 mg twice daily for 5 days. Urine sent for culture. Push fluids."),),
          (("sertraline 50 mg", "every morning"), ("cetirizine 10 mg", "as needed")), (("Ciprofloxacin", "tendon pain"),), "As needed"),
    Visit("Follow-up visit", "Asthma follow-up", "Uses albuterol 4 times a week and wakes at night twice a month. Cold air sets it off. No steroids by mouth this year.",
          (("Constitutional", "no weight change"), ("Respiratory", "wheeze with exertion, no sputum"), ("Allergic", "seasonal sneezing")),
          (("General", "speaks in full sentences"), ("Nose", "pale boggy turbinates"), ("Lungs", "scattered end expiratory wheeze"), ("CV", "normal heart sounds")),
          (("BP", "120/74"), ("Pulse", "84"), ("Temp", "98.0 F"), ("Resp", "18"), ("SpO2", "96%"), ("Weight", "163 lb")),
          (("Moderate persistent asthma", "J45.40", "Start budesonide-formoterol 160-4.5 mcg 2 puffs twice daily. Spacer technique shown. Written action plan given."),
           ("Allergic rhinitis", "J30.9", "Fluticasone nasal spray 2 sprays each side daily.")),
          (("albuterol HFA 90 mcg", "2 puffs as needed"), ("montelukast 10 mg", "nightly")), (("Shellfish", "swelling"),), "8 weeks"),
)
