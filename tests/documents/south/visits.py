"""What invented people come to surgeries and emergency departments of five countries for. Medicines, doses and codes are real."""
import dataclasses


@dataclasses.dataclass
class Visit:
    sex: str
    ages: tuple
    complaint: str
    story: str
    exam: str
    diagnosis: str
    plan: str
    medicines: tuple
    allergies: str
    review: str
    systems: str = ""
    heat: tuple = (364, 371)
    pulse: tuple = (60, 88)
    past: str = ""
    life: str = ""
    tests: str = ""


BRITAIN = (
    Visit("m", (24, 49), "Sore throat", "4 day history of sore throat with fever and painful swallowing. No cough. Able to drink. No trismus or drooling.",
          "Tonsils enlarged with bilateral exudate. Tender anterior cervical nodes. Uvula central. Chest clear.", "Acute tonsillitis",
          "FeverPAIN score 4. Antibiotics discussed and agreed. Fluids, regular paracetamol. Safety net given for breathing difficulty.",
          ("Phenoxymethylpenicillin 250mg tablets, two tablets four times a day, 40 tablets",), "No known drug allergies", "Review if not better in 5 days",
          heat=(381, 388), pulse=(88, 104), past="Hay fever; Fracture of clavicle", life="Works in a warehouse. Never smoked. Alcohol 10 units a week.",
          tests="None today"),
    Visit("f", (51, 74), "Dizzy spells", "6 week history of brief spinning when turning over in bed, lasting under a minute. No hearing loss or tinnitus. No falls.",
          "Dix-Hallpike positive on the right. Gait normal. Cranial nerves intact.", "Benign paroxysmal positional vertigo",
          "Epley manoeuvre done in surgery and tolerated. Brandt-Daroff exercises leaflet given. Advised not to drive while symptomatic.",
          ("Amlodipine 5mg tablets, one daily", "Levothyroxine 75microgram tablets, one each morning"), "Trimethoprim (rash)", "Telephone review in 3 weeks",
          past="Essential hypertension; Hypothyroidism", life="Retired teacher. Ex-smoker since 1998.", tests="Thyroid function, full blood count"),
    Visit("f", (29, 45), "Low mood", "Tearful and poor sleep for 3 months since redundancy. Appetite reduced. Denies suicidal thoughts. Supportive partner at home.",
          "Well kempt, good eye contact, normal speech. PHQ-9 score 15.", "Moderate depressive episode",
          "Options discussed. Referred to talking therapies. Start sertraline after discussion of side effects. Fit note issued for 2 weeks.",
          ("Sertraline 50mg tablets, one daily, 28 tablets",), "Codeine (nausea)", "See again in 2 weeks", past="Migraine; Caesarean delivery",
          life="Lives with partner and one child. Smokes 5 a day.", tests="HbA1c, ferritin, vitamin D"),
)

AMERICA = (
    Visit("f", (46, 68), "Follow-up of type 2 diabetes", "Returns for 3 month diabetes visit. Home fasting sugars 140 to 180. Metformin tolerated well. Denies hypoglycemia. Walking twice a week.",
          "Heart regular without murmur. Lungs clear. Feet without ulcers, monofilament sensation intact at all sites.",
          "Type 2 diabetes mellitus with hyperglycemia (E11.65)",
          "Add empagliflozin 10 mg every morning. Repeat A1c in 3 months. Refer to ophthalmology for dilated eye exam.",
          ("Metformin 1000 mg twice daily", "Losartan 50 mg daily", "Rosuvastatin 10 mg nightly"), "Sulfa (hives)", "3 months",
          "Positive for increased thirst. Negative for chest pain, blurred vision or numbness.", past="Hypertension; Cholecystectomy 2009",
          life="Married. Never smoker.", tests="A1c 8.4 today, was 7.6"),
    Visit("m", (33, 57), "Low back pain", "Pain began 10 days ago after lifting a generator. Aching, worse with bending, no radiation below the knee. Ibuprofen helps partly.",
          "Paraspinal tenderness on the left at L4. Straight leg raise negative. Strength 5/5 in both legs. Reflexes symmetric.", "Acute lumbar strain (S39.012A)",
          "Continue ibuprofen with food. Start cyclobenzaprine at bedtime. Heat and home exercises. No imaging at this time.",
          ("Ibuprofen 600 mg three times daily", "Cyclobenzaprine 5 mg at bedtime"), "No known drug allergies", "2 weeks if not improved",
          "Negative for fever, weight loss, bladder or bowel changes.", past="Left knee arthroscopy 2017", life="Electrician. Chews tobacco.", tests="None ordered"),
    Visit("f", (25, 43), "Migraine headaches", "Throbbing left sided headaches 6 times a month with nausea and light sensitivity. Last 12 hours untreated. No aura. Sleep has been poor.",
          "Cranial nerves II through XII intact. Fundi sharp. Gait and coordination normal. Neck supple.", "Migraine without aura, not intractable (G43.009)",
          "Start propranolol LA 80 mg daily for prevention. Sumatriptan 50 mg at onset. Headache diary.",
          ("Norethindrone 0.35 mg daily", "Sumatriptan 50 mg as needed"),
          "Latex", "6 weeks", "Positive for nausea with headache. Negative for weakness, vision loss or syncope.", past="Seasonal allergies",
          life="Graduate student. No alcohol.", tests="Urine hCG negative"),
)

CANADA = (
    Visit("m", (6, 15), "Ear pain", "2 days of left ear pain with fever overnight. Runny nose for a week. Eating less, drinking well.",
          "Left tympanic membrane red and bulging, no perforation. Right normal. Throat clear. Chest clear.", "Acute otitis media, left",
          "Amoxicillin for 10 days. Acetaminophen or ibuprofen for pain. Return sooner if swelling behind the ear.", ("Cetirizine 10 mg daily",), "NKDA",
          "If no better in 48 hours", "No vomiting, no rash, no headache.", (381, 389), (92, 112), "Tubes in 2018", "Grade school, no smokers at home", "None"),
    Visit("f", (34, 61), "Burning with urination", "3 days of dysuria, frequency and urgency. No flank pain. Two similar episodes last year, each settled with antibiotics.",
          "Abdomen soft, mild suprapubic tenderness. No CVA tenderness. Urine dip: leukocytes 3+, nitrites positive.", "Acute cystitis without hematuria",
          "Nitrofurantoin for 5 days. Urine sent for culture. Increase fluids.", ("Ramipril 5 mg daily", "Vitamin D 1000 IU daily"), "Penicillin (anaphylaxis)",
          "1 week by phone with culture result", "No fever, no vaginal discharge.", past="HTN, C-section x1", life="Nurse, non-smoker", tests="Urine C&S"),
    Visit("m", (45, 70), "Painful big toe", "Woke with severe pain and swelling of the right great toe yesterday. No trauma. Two beers nightly. Had the same in 2021.",
          "Right first MTP joint red, warm and exquisitely tender. No skin break. Other joints normal.", "Acute gout, right first MTP joint",
          "Colchicine now, then as directed. Rest and ice. Uric acid in 4 weeks. Discussed alcohol and diet.",
          ("Hydrochlorothiazide 25 mg daily", "Rosuvastatin 10 mg daily"), "NKDA", "4 weeks", "No chills, no rash.", past="HTN, dyslipidemia",
          life="Trucker, quit smoking 2015", tests="Uric acid, creatinine"),
)

# name, dose pattern, when, how long
INDIA = (
    Visit("m", (39, 64), "Burning in the chest after meals for 1 month",
          "Retrosternal burning, worse on lying down and after spicy food. No dysphagia, no black stools. Smokes 5 beedis a day.",
          "Conscious, oriented. No pallor or icterus. P/A soft, mild epigastric tenderness. RS clear, CVS S1 S2 normal.", "Gastro-oesophageal reflux disease",
          "Avoid late meals and smoking. Raise the head end of the bed. UGI endoscopy if no relief.",
          (("Tab. Pantoprazole 40 mg", "1-0-0", "before food", "14 days"), ("Syp. Sucralfate 10 ml", "1-1-1", "before food", "7 days"),
           ("Tab. Domperidone 10 mg", "1-0-1", "before food", "5 days")), "None known", "After 2 weeks", past="Nil significant", life="Smoker, mixed diet",
          tests="USG abdomen normal (done outside)"),
    Visit("f", (21, 40), "Fever and body ache for 3 days", "High grade fever with chills, headache and retro-orbital pain. No bleeding, no vomiting. Neighbour had dengue last week.",
          "Febrile, mild dehydration. No petechiae. Tourniquet test negative. P/A soft, no organomegaly.", "Acute febrile illness, ? dengue",
          "CBC and NS1 antigen today. Plenty of oral fluids. Tepid sponging. Go to casualty for bleeding or severe vomiting.",
          (("Tab. Paracetamol 650 mg", "1-1-1", "after food", "5 days"), ("ORS sachet in 1 litre water", "1-0-1", "any time", "3 days")),
          "Diclofenac - swelling of face", "After 48 hours with reports", heat=(384, 392), pulse=(96, 112), past="Appendicectomy 2015",
          life="Vegetarian, LMP 10 days back", tests="CBC, NS1 Ag, MP smear"),
    Visit("f", (42, 66), "Follow up of high BP and sugar", "On regular treatment for 4 years. No giddiness, no chest pain. Diet not strictly followed during festival.",
          "Well preserved. No pedal oedema. CVS S1 S2 normal, no murmur. RS NVBS. Peripheral pulses felt.", "Essential hypertension with type 2 diabetes mellitus",
          "Low salt diabetic diet. Brisk walk 30 minutes daily. FBS, PPBS, HbA1c before next visit.",
          (("Tab. Telmisartan 40 mg", "1-0-0", "after food", "30 days"), ("Tab. Metformin SR 500 mg", "1-0-1", "after food", "30 days"),
           ("Tab. Glimepiride 1 mg", "1-0-0", "before food", "30 days")), "Sulpha drugs", "After 1 month", past="HTN and T2DM since 4 years",
          life="Vegetarian, no tobacco", tests="RBS 212 mg/dl (glucometer)"),
)

AUSTRALIA = (
    Visit("m", (17, 44), "Right wrist injury", "Fell from skateboard onto outstretched hand 2 hours ago. Immediate pain and swelling. Right hand dominant. No head strike.",
          "Dinner fork deformity of right wrist, closed. Median nerve sensation normal. Cap refill 2 seconds. Elbow and shoulder normal.",
          "Displaced Colles fracture of right distal radius",
          "Haematoma block and closed reduction, backslab applied. Check X-ray shows acceptable position. Sling and elevation.", ("Nil regular",), "Nil known",
          "Fracture clinic in 1 week", pulse=(84, 100), past="Nil significant", life="Apprentice carpenter",
          tests="X-ray right wrist: dorsally angulated fracture of distal radius"),
    Visit("f", (28, 55), "Palpitations", "Sudden onset of rapid regular palpitations at rest 90 minutes ago with light-headedness. One previous episode, self resolved. No chest pain.",
          "Alert, well perfused. JVP not raised. Dual heart sounds, nil murmurs. Chest clear. Calves soft.", "Supraventricular tachycardia, reverted",
          "Modified Valsalva successful at first attempt. ECG post: sinus rhythm 84, no delta wave. Electrolytes and TSH normal.",
          ("Escitalopram 10 mg mane", "Ethinylestradiol/levonorgestrel 30/150 microgram daily"),
          "Cefalexin - urticaria", "GP within 1 week, outpatient cardiology referral sent", pulse=(166, 188), past="Anxiety",
          life="Lives with partner, social alcohol", tests="ECG on arrival: regular narrow complex tachycardia 178"),
    Visit("m", (2, 7), "Barking cough", "Woke at midnight with barking cough and noisy breathing. Coryza for 2 days. Drinking. Immunisations up to date.",
          "Happy, playing. Stridor only when upset. Mild suprasternal recession. Throat not examined. Chest clear.", "Croup, mild",
          "Dexamethasone 0.15 mg/kg given orally. Observed for 3 hours with no stridor at rest. Parent handout given.", ("Nil",), "Egg (hives)",
          "GP in 2 days if still coughing", heat=(374, 383), pulse=(112, 128), past="Bronchiolitis in infancy", life="Attends day care, lives with both parents",
          tests="Nil required"),
)
