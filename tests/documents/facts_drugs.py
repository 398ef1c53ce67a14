"""Medicines and vaccines as they are sold; the facts are real, down to National Drug Codes, CVX codes and dates of information sheets."""

# generic, brand, strength, form, directions, doses a day, ICD-10-CM, diagnosis, National Drug Code of the brand
DRUGS = (
    ("Atorvastatin", "Lipitor", "20 mg", "tablet", "Take 1 tablet by mouth once daily at bedtime", 1, "E78.5", "Hyperlipidemia", "0071-0156-23"),
    ("Amlodipine", "Norvasc", "5 mg", "tablet", "Take 1 tablet by mouth every morning", 1, "I10", "Essential hypertension", "0069-1530-68"),
    ("Sertraline", "Zoloft", "50 mg", "tablet", "Take one tablet daily with food", 1, "F32.9", "Major depressive disorder", "0049-4900-66"),
    ("Apixaban", "Eliquis", "5 mg", "tablet", "Take 1 tablet by mouth twice daily", 2, "I48.91", "Atrial fibrillation", "0003-0894-21"),
    ("Sitagliptin", "Januvia", "100 mg", "tablet", "Take 1 tablet by mouth daily", 1, "E11.9", "Type 2 diabetes mellitus", "0006-0277-31"),
    ("Empagliflozin", "Jardiance", "10 mg", "tablet", "Take 1 tablet in the morning", 1, "E11.9", "Type 2 diabetes mellitus", "0597-0152-30"),
    ("Montelukast", "Singulair", "10 mg", "tablet", "Take 1 tablet by mouth every evening", 1, "J45.909", "Asthma", "0006-0117-31"),
    ("Esomeprazole", "Nexium", "40 mg", "capsule", "Take one capsule daily before breakfast", 1, "K21.9", "Gastro-esophageal reflux disease", "0186-5040-31"),
    ("Rivaroxaban", "Xarelto", "20 mg", "tablet", "Take 1 tablet by mouth once daily with the evening meal", 1, "I82.409", "Deep vein thrombosis", "50458-579-30"),
    ("Metformin", "Glucophage", "500 mg", "tablet", "Take 1 tablet by mouth twice daily with meals", 2, "E11.9", "Type 2 diabetes mellitus", None),
    ("Amoxicillin", "Amoxil", "500 mg", "capsule", "Take 1 capsule by mouth three times daily", 3, "J02.9", "Acute pharyngitis", None),
    ("Gabapentin", "Neurontin", "300 mg", "capsule", "Take 1 capsule by mouth three times a day", 3, "G62.9", "Polyneuropathy", None),
    ("Furosemide", "Lasix", "40 mg", "tablet", "Take one tablet by mouth each morning", 1, "I50.9", "Heart failure", None),
    ("Losartan", "Cozaar", "50 mg", "tablet", "Take 1 tablet once a day", 1, "I10", "Essential hypertension", None),
    ("Levothyroxine", "Synthroid", "75 mcg", "tablet", "Take 1 tablet by mouth on an empty stomach every morning", 1, "E03.9", "Hypothyroidism", None),
    ("Methylphenidate", "Ritalin", "10 mg", "tablet", "Take 1 tablet by mouth twice daily", 2, "F90.9", "Attention-deficit hyperactivity disorder", None),
)

# printed name, shorter names, manufacturer, other names of it, CVX, route, its short form, usual volume, date of the information sheet
VACCINES = (
    ("COVID-19 mRNA Vaccine (Comirnaty)", ("COVID-19 mRNA Vaccine", "Comirnaty"), "Pfizer-BioNTech", ("Pfizer",), "309", "intramuscular", "IM", "0.3 mL", "2023-10-19"),
    ("COVID-19 mRNA Vaccine (Spikevax)", ("COVID-19 mRNA Vaccine", "Spikevax"), "Moderna", (), "312", "intramuscular", "IM", "0.5 mL", "2023-10-19"),
    ("Influenza (Fluzone Quadrivalent)", ("Influenza", "Fluzone Quadrivalent"), "Sanofi Pasteur", ("Sanofi",), "158", "intramuscular", "IM", "0.5 mL", "2021-08-06"),
    ("Tdap (Boostrix)", ("Tdap", "Boostrix"), "GlaxoSmithKline", ("GSK",), "115", "intramuscular", "IM", "0.5 mL", "2021-08-06"),
    ("MMR (M-M-R II)", ("MMR", "M-M-R II"), "Merck", (), "03", "subcutaneous", "SC", "0.5 mL", "2021-08-06"),
    ("Hepatitis B (Engerix-B)", ("Hepatitis B", "Engerix-B"), "GlaxoSmithKline", ("GSK",), "43", "intramuscular", "IM", "1.0 mL", "2023-05-12"),
    ("Hepatitis A (Havrix)", ("Hepatitis A", "Havrix"), "GlaxoSmithKline", ("GSK",), "52", "intramuscular", "IM", "1.0 mL", "2021-10-15"),
    ("HPV (Gardasil 9)", ("HPV", "Gardasil 9"), "Merck", (), "165", "intramuscular", "IM", "0.5 mL", "2021-08-06"),
    ("Zoster (Shingrix)", ("Zoster", "Shingrix"), "GlaxoSmithKline", ("GSK",), "187", "intramuscular", "IM", "0.5 mL", "2022-02-04"),
    ("Varicella (Varivax)", ("Varicella", "Varivax"), "Merck", (), "21", "subcutaneous", "SC", "0.5 mL", "2021-08-06"),
    ("Pneumococcal conjugate (Prevnar 20)", ("Pneumococcal conjugate", "Prevnar 20"), "Pfizer", (), "216", "intramuscular", "IM", "0.5 mL", "2023-05-12"),
    ("Typhoid (Typhim Vi)", ("Typhoid", "Typhim Vi"), "Sanofi Pasteur", ("Sanofi",), "101", "intramuscular", "IM", "0.5 mL", "2019-10-30"),
    ("Yellow fever (Stamaril)", ("Yellow fever", "Stamaril"), "Sanofi Pasteur", ("Sanofi",), "37", "subcutaneous", "SC", "0.5 mL", "2020-04-01"),
)
