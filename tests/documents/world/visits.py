"""Visits to clinics, for notes: invented people's, with real diagnoses (ICD-10), medicines and doses."""
from world.stays import Visit

SURGERY_VISITS = (
    Visit("Face to face consultation", "Cough for 3 weeks", "Dry cough since a cold, worse at night. No weight loss, no blood. Smokes 10 a day, keen to stop.", "",
          "Chest clear, no wheeze, throat slightly red. No lymph nodes felt.", (("BP", "134/82"), ("Pulse", "78"), ("Sats", "97%"), ("Temp", "36.7")),
          (("Post-viral cough", "R05"),), ("Chest X-ray requested", "Referred to stop smoking service", "Advised fluids and honey"),
          ("Varenicline 500 micrograms one daily for 3 days then one twice daily",), "No known allergies", "Review in 3 weeks with X-ray result"),
    Visit("Telephone consultation", "Migraine review", "Four attacks this month, each lasting a day, with vomiting. Sumatriptan helps if taken early. Misses work.", "",
          "Not examined, speaking normally on the telephone.", (("home BP", "122/76"), ("Pulse", "68")),
          (("Migraine without aura", "G43.0"),), ("Start propranolol as prevention", "Keep a headache diary"),
          ("Propranolol 40 mg one twice daily", "Sumatriptan 50 mg one as needed"), "Codeine - itching", "Telephone review in 8 weeks"),
    Visit("Home visit", "Swollen painful left leg", "Woke with a tight left calf two days ago. Flew home from Cyprus last week. No chest pain or breathlessness.", "",
          "Left calf 3 cm larger than the right, tender along the deep veins. Chest clear.", (("BP", "142/86"), ("Pulse", "88"), ("Resps", "16"), ("Sats", "96%")),
          (("Suspected deep vein thrombosis", "I80.2"),), ("Wells score 3, same day ultrasound booked", "D-dimer not needed", "Interim apixaban"),
          ("Apixaban 10 mg twice daily for 7 days",), "Penicillin - rash", "Ambulatory care unit today at the district hospital"),
)
POLYCLINIC_VISITS = (
    Visit("Chronic disease review", "Diabetes and lipid review", "Feels well. Takes tablets daily but misses the evening dose about once a week. No hypoglycaemia. Walks twice a week.",
          "No chest pain, no blurred vision, no foot ulcers.", "Heart sounds dual, lungs clear. Foot pulses felt and monofilament intact.",
          (("BP", "138/84"), ("HR", "76"), ("Temp", "36.5"), ("SpO2", "98%")), (("Type 2 diabetes mellitus, above target", "E11.9"), ("Hyperlipidaemia", "E78.5")),
          ("HbA1c 7.9%, increase metformin", "Retinal photography this month", "Dietitian referral"), ("Metformin 850 mg BD", "Simvastatin 20 mg ON"), "Aspirin (angioedema)",
          "3 months with fasting bloods"),
    Visit("Walk-in", "Fever and sore throat x 2 days", "Fever up to 38.9 since yesterday with painful swallowing. No rash. Daughter had the same last week.",
          "No cough, no shortness of breath, no diarrhoea.", "Tonsils inflamed without pus, ears normal, neck supple, chest clear.",
          (("BP", "116/70"), ("HR", "96"), ("Temp", "38.4"), ("SpO2", "99%")), (("Acute tonsillitis, likely viral", "J03.9"),),
          ("Symptomatic treatment and rest", "Medical certificate for 2 days", "ART for COVID-19 negative"), ("Paracetamol 1 g QDS PRN", "Difflam gargle TDS"), "NKDA",
          "Return if fever lasts beyond 3 days"),
    Visit("New referral", "Right knee pain for 6 months", "Pain on stairs and after long standing, stiff for ten minutes in the morning. No injury, no locking.",
          "No other joint pain, no fever, no weight loss.", "Crepitus and mild effusion of the right knee, range 0 to 120 degrees, ligaments stable.",
          (("BP", "128/78"), ("HR", "72"), ("SpO2", "98%")), (("Osteoarthritis of right knee", "M17.1"),),
          ("Standing X-ray of both knees", "Physiotherapy for quadriceps strengthening", "Aim to lose 5 kg"), ("Glucosamine 1500 mg OM", "Diclofenac gel TDS"), "No known drug allergy",
          "Orthopaedic clinic in 8 weeks"),
)
WARD_VISITS = (
    Visit("General outpatient", "Fever and headache of 4/7 duration", "Intermittent fever with chills and rigors, generalised headache and loss of appetite. Took herbal tea without relief. No neck pain.",
          "CVS no palpitations, RS no cough, GIT vomited twice, GUS no dysuria.", "Ill looking, febrile to touch, not pale, anicteric. Spleen 3 cm below the costal margin. Chest clear.",
          (("T", "38.9"), ("PR", "104"), ("RR", "22"), ("BP", "110/70")), (("Uncomplicated malaria", "B54"),),
          ("Malaria RDT and blood film", "FBC", "Tepid sponging"), ("Artemether-lumefantrine 80/480 mg BD x 3/7", "Paracetamol 1 g TDS x 3/7"), "NKDA", "3/7 or sooner if vomiting persists"),
    Visit("Medical outpatient", "Easy fatigue and leg swelling x 2/12", "Progressive breathlessness on exertion, sleeps on three pillows, legs swell towards evening. Known hypertensive, stopped tablets last year.",
          "CVS orthopnoea and PND, RS dry cough at night, CNS nil.", "Raised JVP, displaced apex beat, S3 gallop, fine basal crackles, pitting oedema to the knees.",
          (("BP", "172/108"), ("PR", "98"), ("RR", "26"), ("SpO2", "93%")), (("Hypertensive heart disease with failure", "I11.0"),),
          ("Echocardiogram and ECG", "E/U/Cr", "Low salt diet, daily weight"), ("Furosemide 40 mg BD", "Lisinopril 5 mg OD", "Spironolactone 25 mg OD"), "Sulphonamides - rash", "1/52 in MOPD"),
    Visit("Surgical outpatient", "Groin swelling x 1 year", "Right groin swelling that comes out on lifting and goes back when lying. Not painful. Works as a loader at the market.",
          "GIT no constipation, GUS no straining at micturition, RS no chronic cough.", "Reducible right inguinal swelling with cough impulse, not tender. Scrotum normal. Left side normal.",
          (("BP", "124/80"), ("PR", "76"), ("T", "36.6")), (("Right inguinal hernia, uncomplicated", "K40.9"),),
          ("FBC, urinalysis, blood group", "Book for herniorrhaphy", "Avoid heavy lifting"), ("Paracetamol 1 g PRN",), "Nil known", "Pre-operative clinic in 2/52"),
)
LETTER_VISITS = (
    Visit("follow-up visit", "shortness of breath on climbing stairs", "This has come on over three months and is now present after one flight. There is no chest pain, and his ankles swell by evening",
          "", "there was a soft ejection murmur at the aortic area and the lung bases were clear", (("blood pressure", "146/88"), ("pulse", "74"), ("saturation", "96%")),
          (("Moderate aortic stenosis", "I35.0"), ("Hypertension", "I10")), ("echocardiogram in six months", "continue the present tablets", "dental check before winter"),
          ("Enalapril 10 mg daily", "Hydrochlorothiazide 12.5 mg daily"), "none known", "I shall see him again in six months"),
    Visit("first consultation", "burning pain in both feet", "The pain is worst at night and has spread to the ankles over a year. He was found to have diabetes in 2015",
          "", "light touch was reduced to mid-calf and both ankle jerks were absent", (("blood pressure", "132/80"), ("pulse", "80")),
          (("Painful diabetic neuropathy", "E11.4"),), ("start amitriptyline at night", "podiatry assessment", "aim for HbA1c below 7.5%"),
          ("Metformin 1 g twice daily", "Gliclazide 80 mg daily", "Amitriptyline 10 mg at night"), "penicillin", "I shall see him again in three months"),
)
