"""What brought invented people into hospitals of five countries. Medicines, doses and ICD-10 codes are real."""
import dataclasses


@dataclasses.dataclass
class Stay:
    sex: str
    ages: tuple
    nights: tuple
    main: str
    others: tuple
    done: tuple
    course: str
    medicines: tuple
    condition: str
    home: str
    activity: str
    diet: str
    review: str
    ward: str
    stopped: str = ""
    first: str = ""


# name, dose, route, how often, how long
AUSTRALIA = (
    Stay("m", (61, 83), (4, 8), "Community-acquired pneumonia, right lower lobe",
         ("Chronic obstructive pulmonary disease", "Paroxysmal atrial fibrillation", "Type 2 respiratory failure"),
         ("CT pulmonary angiogram", "Non-invasive ventilation"),
         "Presented with three days of productive cough, fevers and dyspnoea. Treated with intravenous ceftriaxone and azithromycin, bilevel ventilation for 36 hours, then stepped down to oral agents.",
         (("Amoxicillin", "1 g", "oral", "three times a day", "5 days"), ("Doxycycline", "100 mg", "oral", "twice a day", "3 days"),
          ("Prednisolone", "50 mg", "oral", "every morning", "3 days"), ("Apixaban", "5 mg", "oral", "twice a day", "ongoing")),
         "Improved, walking independently on room air", "Home with support services", "Walk daily as able. No driving for one week.",
         "High protein, high energy diet with supplements",
         "GP within 5 days for repeat chest X-ray in 6 weeks. Respiratory outpatient clinic in 8 weeks.", "Respiratory Unit 5B", "Diltiazem 180 mg daily"),
    Stay("f", (72, 90), (6, 11), "Fractured neck of left femur", ("Osteoporosis", "Hypertension", "Postoperative delirium, resolved"),
         ("Left cemented hip hemiarthroplasty", "Transfusion of one unit of packed red cells"),
         "Tripped over a rug at home. Theatre on day 1 under spinal anaesthesia without complication. Mild delirium on day 2 settled with non-drug measures.",
         (("Paracetamol", "1 g", "oral", "four times a day", "2 weeks"), ("Enoxaparin", "40 mg", "subcutaneous", "daily", "28 days"),
          ("Colecalciferol", "25 microgram", "oral", "daily", "ongoing"), ("Perindopril arginine", "5 mg", "oral", "every morning", "ongoing")),
         "Stable, transferring with one assist", "Transferred to Koolinda Rehabilitation Centre",
         "Weight bear as tolerated with a forearm support frame. Hip precautions are not required.",
         "Full ward diet, calcium rich", "Orthopaedic fracture clinic at 6 weeks with X-ray. Endocrinology to arrange denosumab.", "Orthogeriatrics 7 West",
         "Oxybutynin 5 mg twice daily"),
    Stay("m", (38, 60), (2, 5), "Cellulitis of the right lower leg", ("Type 2 diabetes mellitus", "Tinea pedis"), ("Doppler ultrasound of the right leg",),
         "Spreading erythema after a gardening scratch, no collection. Intravenous flucloxacillin for 72 hours with a good response.",
         (("Flucloxacillin", "500 mg", "oral", "four times a day", "7 days"), ("Metformin XR", "1 g", "oral", "with evening meal", "ongoing"),
          ("Terbinafine 1% cream", "thin layer", "topical", "daily", "7 days")),
         "Well, afebrile for 48 hours", "Usual residence", "Elevate the leg when seated. Return to light duties after 4 days.", "Diabetic diet",
         "Wound review with practice nurse in 3 days.", "General Medicine B"),
)

AMERICA = (
    Stay("m", (58, 79), (4, 7), "Acute on chronic systolic heart failure",
         ("Type 2 diabetes mellitus", "Stage 3a chronic kidney disease", "Obstructive sleep apnea"),
         ("Transthoracic echocardiogram", "Right heart catheterization"),
         "Admitted with orthopnea and a 14 pound weight gain. Diuresed with IV furosemide drip, net negative 7 liters. Ejection fraction 30 percent. Creatinine peaked at 1.7 and returned to 1.4.",
         (("Furosemide", "40 mg", "PO", "BID"), ("Sacubitril-valsartan", "24-26 mg", "PO", "BID"), ("Metoprolol succinate", "50 mg", "PO", "daily"),
          ("Empagliflozin", "10 mg", "PO", "daily")),
         "Good", "Home with home health nursing", "As tolerated. Daily weights, call for gain of 3 pounds in one day.", "2 gram sodium, 1.5 liter fluid restriction",
         "Heart failure clinic in 7 days. Basic metabolic panel in 1 week.", "4 EAST", first="Shortness of breath"),
    Stay("f", (44, 66), (5, 8), "Sigmoid diverticulitis with perforation and abscess", ("Obesity", "Hypothyroidism"),
         ("CT guided percutaneous drainage", "Laparoscopic sigmoid colectomy"),
         "Left lower quadrant pain with a 5 cm pelvic abscess. Drain placed on hospital day 1 with partial relief, then taken to surgery on hospital day 3. Bowel function returned on postoperative day 2.",
         (("Amoxicillin-clavulanate", "875-125 mg", "PO", "BID x 5 days"), ("Acetaminophen", "650 mg", "PO", "Q6H PRN pain"),
          ("Levothyroxine", "88 mcg", "PO", "daily")),
         "Stable", "Home with family", "No lifting over 10 pounds for 6 weeks. May shower.", "Low residue diet, advance as tolerated",
         "General surgery clinic in 2 weeks. Colonoscopy in 8 weeks.", "6 SOUTH", first="Abdominal pain"),
    Stay("m", (62, 84), (4, 9), "Acute ischemic stroke of the left middle cerebral artery", ("Essential hypertension", "Hyperlipidemia", "Mild expressive aphasia"),
         ("Mechanical thrombectomy", "MRI of the brain without contrast"),
         "Found with right sided weakness and NIHSS of 15. Thrombectomy with TICI 3 flow. NIHSS of 3 on the day of discharge. Telemetry without atrial fibrillation.",
         (("Aspirin", "81 mg", "PO", "daily"), ("Clopidogrel", "75 mg", "PO", "daily x 21 days"), ("Atorvastatin", "80 mg", "PO", "nightly"),
          ("Lisinopril", "10 mg", "PO", "daily")),
         "Fair, improving", "Skilled nursing facility", "Fall precautions. Walker with standby assist.", "Cardiac diet, thin liquids",
         "Stroke clinic in 4 weeks. 30 day event monitor to be mailed.", "NEURO 3", first="Right sided weakness"),
)

IRELAND = (
    Stay("m", (19, 41), (2, 4), "Acute appendicitis with localised peritonitis", ("Asthma", "Penicillin intolerance"), ("Laparoscopic appendicectomy",),
         "CT showed an inflamed retrocaecal appendix. {He} went to theatre the same night; the appendix was gangrenous but not perforated. Recovery was uneventful and drains were removed on day 2.",
         (("Ciprofloxacin", "500 mg", "", "BD", "for 5 days"), ("Metronidazole", "400 mg", "", "TDS", "for 5 days"),
          ("Paracetamol", "1 g", "", "QDS", "as required")),
         "well", "home to the care of his parents", "No heavy lifting or contact sport for 6 weeks.", "Light diet, building up to normal over a week.",
         "Wound check with your practice nurse in 7 days. No surgical outpatient review is planned.", "St Brigid's Ward"),
    Stay("f", (55, 76), (3, 6), "Non-ST elevation myocardial infarction", ("Hypertension", "Hypercholesterolaemia", "Former smoker"),
         ("Coronary angiography", "PCI to mid LAD with one drug-eluting stent"),
         "Troponin T peaked at 812 ng/L. Angiography through the right radial artery showed a 90% lesion of the mid LAD, treated with one stent. Echocardiogram: ejection fraction 50%.",
         (("Aspirin", "75 mg", "", "OD", "lifelong"), ("Ticagrelor", "90 mg", "", "BD", "for 12 months"), ("Bisoprolol", "2.5 mg", "", "OD", ""),
          ("Atorvastatin", "80 mg", "", "nocte", "")),
         "stable", "home with her husband", "No driving for 4 weeks. Gentle walking, increasing daily.", "Heart-healthy diet, low in saturated fat and salt.",
         "Cardiac rehabilitation has been booked. Cardiology outpatients in 3 months with fasting lipids.", "Coronary Care Unit"),
)

KENYA = (
    Stay("m", (16, 39), (4, 7), "Severe malaria (P. falciparum)", ("Severe anaemia", "Acute kidney injury"), ("Blood transfusion 2 units",),
         "Referred from a dispensary with convulsions. IV artesunate for 48 hours, then oral. Hb 5.1 on admission, 8.6 after transfusion. Slides negative on day 4.",
         (("Artemether/Lumefantrine", "80/480 mg", "PO", "BD", "3/7"), ("Ferrous sulphate", "200 mg", "PO", "TDS", "30/7"),
          ("Folic acid", "5 mg", "PO", "OD", "30/7")),
         "Improved", "Home", "Rest at home for 1 week", "Iron rich foods, plenty of fluids", "Medical outpatient clinic after 2 weeks with full blood count",
         "Male Medical", first="Convulsions, ? meningitis"),
    Stay("f", (18, 38), (3, 6), "Severe pre-eclampsia", ("Preterm birth at 34 weeks", "Anaemia in pregnancy"),
         ("Emergency caesarean section", "Bilateral tubal ligation"),
         "BP 178/116 with headache at 34 weeks. Magnesium sulphate given by protocol. Live male infant 2150 g, to newborn unit for observation.",
         (("Nifedipine retard", "20 mg", "PO", "BD", "14/7"), ("Amoxicillin/Clavulanate", "625 mg", "PO", "BD", "5/7"), ("Ibuprofen", "400 mg", "PO", "TDS", "5/7"),
          ("IFAS", "1 tablet", "PO", "OD", "90/7")),
         "Improved", "Home", "No heavy work for 6 weeks", "Balanced diet, low salt", "Postnatal clinic after 1 week for BP and wound review", "Maternity",
         first="Headache in pregnancy"),
    Stay("m", (22, 52), (7, 12), "Closed fracture of the shaft of the right femur", ("Scalp laceration",),
         ("Intramedullary nailing of right femur", "Suturing of scalp"),
         "Motorcycle accident. Skeletal traction for 2 days, then theatre without complication. Walking on crutches by day 7.",
         (("Paracetamol", "1 g", "PO", "TDS", "7/7"), ("Tramadol", "50 mg", "PO", "BD", "5/7"), ("Calcium with vitamin D", "1 tablet", "PO", "OD", "60/7")),
         "Recovered", "Home", "Partial weight bearing on crutches", "Normal diet", "Orthopaedic clinic after 6 weeks with X-ray", "Surgical 2",
         first="Injury of right thigh"),
)

SINGAPORE = (
    Stay("f", (33, 62), (3, 6), "Dengue fever with warning signs", ("Thrombocytopenia", "Hypertension"), ("Ultrasound hepatobiliary system",),
         "Day 4 of fever with abdominal pain and vomiting. NS1 antigen positive. Platelets nadir 31, recovering to 96 before discharge without bleeding. Hydrated with IV crystalloids.",
         (("Paracetamol 500 mg tab", "1 g", "QDS PRN", "1 week"), ("Oral rehydration salts", "1 sachet", "TDS", "3 days"),
          ("Amlodipine 5 mg tab", "5 mg", "OM", "1 month")),
         "Stable", "Home", "Medical leave 7 days. Avoid contact sports until platelets are normal.", "Diet of choice, avoid dark coloured food",
         "Polyclinic FBC in 3 days. TCU General Medicine clinic in 2 weeks.", "Ward 57"),
    Stay("m", (36, 68), (2, 5), "Acute calculous cholecystitis", ("Type 2 diabetes mellitus", "Hyperlipidaemia", "Ischaemic heart disease"),
         ("Laparoscopic cholecystectomy", "Intraoperative cholangiogram"),
         "RHC pain with fever. US HBS: distended gallbladder with stones and wall thickening. Early surgery on day 2, EBL minimal. Tolerated feeds on POD 1.",
         (("Amoxicillin/clavulanate 625 mg tab", "625 mg", "BD", "5 days"), ("Paracetamol 500 mg tab", "1 g", "QDS PRN", "1 week"),
          ("Metformin 850 mg tab", "850 mg", "BD", "2 months"), ("Atorvastatin 20 mg tab", "20 mg", "ON", "2 months")),
         "Good", "Home with caregiver", "No heavy lifting for 4 weeks. Medical leave 14 days.", "Low fat, diabetic diet",
         "TCU HPB Surgery clinic in 2 weeks. Trace histology.", "Ward 64"),
)
