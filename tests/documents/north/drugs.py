"""Medicines as doctors of several countries write them; names, strengths, codes of diagnoses and National Drug Codes are real."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Drug:
    """Generic name, brand, strength, form, directions in words and in short, quantity, days, diagnosis with its code, National Drug Code."""

    generic: str
    brand: str
    strength: str
    form: str
    words: str
    terse: str
    quantity: int
    days: int
    illness: str = ""
    code: str = ""
    ndc: str = ""
    controlled: bool = False


US = (
    Drug(
        "Dapagliflozin",
        "Farxiga",
        "10 mg",
        "tablet",
        "Take 1 tablet by mouth once daily in the morning",
        "1 tab PO QAM",
        30,
        30,
        "Type 2 diabetes mellitus",
        "E11.9",
        "0310-6210-30",
    ),
    Drug(
        "Rosuvastatin",
        "Crestor",
        "10 mg",
        "tablet",
        "Take 1 tablet by mouth once daily at bedtime",
        "1 tab PO QHS",
        90,
        90,
        "Mixed hyperlipidemia",
        "E78.2",
        "0310-0751-90",
    ),
    Drug(
        "Ticagrelor",
        "Brilinta",
        "90 mg",
        "tablet",
        "Take 1 tablet by mouth twice daily",
        "1 tab PO BID",
        60,
        30,
        "Old myocardial infarction",
        "I25.2",
        "0186-0777-60",
    ),
    Drug(
        "Sacubitril/valsartan",
        "Entresto",
        "49 mg/51 mg",
        "tablet",
        "Take 1 tablet by mouth 2 times a day",
        "1 tab PO BID",
        60,
        30,
        "Chronic systolic heart failure",
        "I50.22",
        "0078-0777-20",
    ),
    Drug(
        "Clopidogrel",
        "Plavix",
        "75 mg",
        "tablet",
        "Take one tablet by mouth every day",
        "1 tab PO QD",
        30,
        30,
        "Atherosclerotic heart disease",
        "I25.10",
        "63653-1171-6",
    ),
    Drug(
        "Levothyroxine",
        "Synthroid",
        "100 mcg",
        "tablet",
        "Take 1 tablet by mouth daily on an empty stomach",
        "1 tab PO QAM on empty stomach",
        90,
        90,
        "Hypothyroidism",
        "E03.9",
        "0074-6624-90",
    ),
    Drug(
        "Cephalexin",
        "Keflex",
        "500 mg",
        "capsule",
        "Take 1 capsule by mouth four times daily for 7 days",
        "1 cap PO QID x 7 days",
        28,
        7,
        "Cellulitis of right lower limb",
        "L03.115",
    ),
    Drug(
        "Nitrofurantoin",
        "Macrobid",
        "100 mg",
        "capsule",
        "Take 1 capsule by mouth twice daily with food for 5 days",
        "1 cap PO BID with food x 5 days",
        10,
        5,
        "Acute cystitis",
        "N30.00",
    ),
    Drug(
        "Tramadol",
        "Ultram",
        "50 mg",
        "tablet",
        "Take 1 tablet by mouth every 6 hours as needed for pain",
        "1 tab PO Q6H PRN pain",
        20,
        5,
        "Low back pain",
        "M54.50",
        "",
        True,
    ),
    Drug(
        "Zolpidem",
        "Ambien",
        "5 mg",
        "tablet",
        "Take 1 tablet by mouth at bedtime as needed for sleep",
        "1 tab PO QHS PRN sleep",
        15,
        15,
        "Insomnia",
        "G47.00",
        "",
        True,
    ),
)
UK = (
    Drug("Omeprazole", "Losec", "20mg", "gastro-resistant capsules", "Take ONE capsule in the morning before food", "1 om", 28, 28),
    Drug("Ramipril", "Tritace", "5mg", "capsules", "Take ONE capsule each day", "1 od", 28, 28),
    Drug("Bendroflumethiazide", "Aprinox", "2.5mg", "tablets", "ONE to be taken each morning", "1 om", 28, 28),
    Drug("Mirtazapine", "Zispin", "15mg", "tablets", "Take ONE tablet at night", "1 on", 28, 28),
    Drug("Allopurinol", "Zyloric", "300mg", "tablets", "Take ONE tablet daily after food", "1 od pc", 28, 28),
    Drug("Naproxen", "Naprosyn", "500mg", "tablets", "Take ONE tablet TWICE a day with food", "1 bd", 56, 28),
)
INDIA = (
    Drug(
        "Telmisartan", "Telma 40", "40 mg", "Tab.", "1-0-0 after breakfast", "1 tablet in the morning after breakfast", 30, 30, "Essential hypertension", "I10"
    ),
    Drug(
        "Metformin", "Glycomet 500", "500 mg", "Tab.", "1-0-1 after food", "1 tablet morning and night after food", 60, 30, "Type 2 diabetes mellitus", "E11.9"
    ),
    Drug(
        "Amoxicillin + Clavulanic acid",
        "Augmentin 625 Duo",
        "625 mg",
        "Tab.",
        "1-0-1 after food",
        "1 tablet morning and night after food",
        10,
        5,
        "Acute sinusitis",
        "J01.9",
    ),
    Drug("Pantoprazole", "Pan 40", "40 mg", "Tab.", "1-0-0 before breakfast", "1 tablet in the morning before breakfast", 15, 15, "Acid peptic disease", "K30"),
    Drug(
        "Levothyroxine",
        "Thyronorm 50",
        "50 mcg",
        "Tab.",
        "1-0-0 on empty stomach",
        "1 tablet in the morning on empty stomach",
        60,
        60,
        "Hypothyroidism",
        "E03.9",
    ),
    Drug("Paracetamol", "Dolo 650", "650 mg", "Tab.", "1-1-1 after food", "1 tablet morning, noon and night after food", 15, 5, "Viral fever", "B34.9"),
)
AUSTRALIA = (
    Drug("Rosuvastatin", "Crestor", "10 mg", "tablet", "Take ONE tablet daily", "1 daily", 30, 30),
    Drug("Escitalopram", "Lexapro", "10 mg", "tablet", "Take ONE tablet in the morning", "1 mane", 28, 28),
    Drug("Esomeprazole", "Nexium", "20 mg", "tablet", "Take ONE tablet daily before breakfast", "1 mane ac", 30, 30),
    Drug("Perindopril", "Coversyl", "5 mg", "tablet", "Take ONE tablet daily", "1 daily", 30, 30),
    Drug("Cefalexin", "Keflex", "500 mg", "capsule", "Take ONE capsule every 6 hours until finished", "1 qid", 20, 5),
)
AFRICA = (
    Drug("Enalapril", "Renitec", "10 mg", "tablet", "Take one tablet twice a day", "1 bd", 56, 28, "Essential hypertension", "I10"),
    Drug("Metformin", "Glucophage", "850 mg", "tablet", "Take one tablet twice a day with meals", "1 bd", 60, 30, "Type 2 diabetes mellitus", "E11.9"),
    Drug("Simvastatin", "Zocor", "20 mg", "tablet", "Take one tablet at night", "1 nocte", 30, 30, "Hyperlipidaemia", "E78.5"),
    Drug("Fluoxetine", "Prozac", "20 mg", "capsule", "Take one capsule every morning", "1 mane", 30, 30, "Depressive episode", "F32.9"),
)
GULF = (
    Drug("Amlodipine", "Norvasc", "5 mg", "Tablet", "1 tablet once daily", "", 30, 30, "Essential (primary) hypertension", "I10"),
    Drug("Metformin", "Glucophage", "1000 mg", "Tablet", "1 tablet twice daily with meals", "", 60, 30, "Type 2 diabetes mellitus", "E11.9"),
    Drug("Cefuroxime", "Zinnat", "500 mg", "Tablet", "1 tablet every 12 hours after food", "", 14, 7, "Acute sinusitis, unspecified", "J01.90"),
    Drug("Esomeprazole", "Nexium", "40 mg", "Capsule", "1 capsule once daily before breakfast", "", 28, 28, "Gastro-oesophageal reflux disease", "K21.9"),
    Drug("Levocetirizine", "Xyzal", "5 mg", "Tablet", "1 tablet once daily at bedtime", "", 10, 10, "Allergic rhinitis, unspecified", "J30.9"),
)
CANADA = (
    Drug("Ramipril", "Altace", "10 mg", "capsule", "Take 1 capsule by mouth once daily", "1 cap po od", 90, 90, "Hypertension"),
    Drug("Sertraline", "Zoloft", "50 mg", "capsule", "Take 1 capsule by mouth every morning with food", "1 cap po qam", 30, 30, "Generalized anxiety disorder"),
    Drug(
        "Pantoprazole", "Pantoloc", "40 mg", "tablet", "Take 1 tablet by mouth 30 minutes before breakfast", "1 tab po od ac", 30, 30, "Gastroesophageal reflux"
    ),
    Drug("Candesartan", "Atacand", "16 mg", "tablet", "Take 1 tablet by mouth once daily", "1 tab po od", 90, 90, "Hypertension"),
)


def medicine(page, drug, shows="generic", *shown):
    """What the medicine is called: `shows` says which of its names stand on the page, "generic", "brand" or, the first of them first, "both" or "brand first"."""
    forms = [
        form
        for name in ((drug.generic,) if shows == "generic" else (drug.brand,) if shows == "brand" else (drug.generic, drug.brand))
        for form in (name, f"{name} {drug.form}", f"{drug.form} {name}", f"{name} {drug.form}s")
    ]
    if shows in ("both", "brand first"):
        forms += [f"{drug.brand} ({drug.generic})", f"{drug.generic} ({drug.brand})"]
    page.know("medication", drug.brand if shows.startswith("brand") else drug.generic, *forms, *shown)
    if shows == "generic":
        page.may("genericName", drug.generic)
    elif shows == "brand":
        page.know("brandName", drug.brand)
        page.may("genericName", drug.generic)
    else:
        page.know("genericName", drug.generic)
        page.know("brandName", drug.brand, drug.brand.rstrip("0123456789 "))
    page.know("strength", drug.strength, drug.strength.replace("mcg", "micrograms"))


SPELLED = (
    ("tab ", "tablet "),
    ("cap ", "capsule "),
    (" PO", " by mouth"),
    (" po", " by mouth"),
    (" QAM", " every morning"),
    (" qam", " every morning"),
    (" QHS", " at bedtime"),
    (" BID", " twice daily"),
    (" QID", " four times daily"),
    (" Q6H", " every 6 hours"),
    (" QD", " daily"),
    (" od", " once daily"),
    (" PRN", " as needed for"),
    (" x ", " for "),
    (" ac", " before meals"),
)


def directions(page, text, *also):
    """What is printed; what is printed in short may be spelled out."""
    spelled = text
    for short, long in SPELLED:
        spelled = spelled.replace(short, long)
    page.know("directions", text, *(() if spelled == text else (spelled, f"Take {spelled}")), *also)


def swap(page, allowed, told=True):
    """Whether another maker's medicine may be given."""
    forms = (
        (
            "permitted",
            "yes",
            "may substitute",
            "substitution allowed",
            "substitution permitted",
            "generic substitution permitted",
            "generic substitution allowed",
        )
        if allowed
        else (
            "not permitted",
            "no",
            "do not substitute",
            "no substitution",
            "dispense as written",
            "DAW",
            "DAW 1",
            "not allowed (DAW 1)",
            "brand only",
            "substitution not permitted",
            "substitution not allowed",
            "brand substitution not permitted",
            "brand medically necessary",
        )
    )
    (page.know if told else page.may)("genericSubstitution", "allowed" if allowed else "not allowed", *forms)


def spelt(number):
    """A quantity of tablets in words, for fifteen and tens with ones."""
    tens = {1: "ten", 2: "twenty", 3: "thirty", 4: "forty", 5: "fifty", 6: "sixty", 9: "ninety"}
    ones = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    if number == 15:
        return "fifteen"
    return tens[number // 10] + (f"-{ones[number % 10]}" if number % 10 else "")
