"""Prescriptions of England, India, Australia and the Philippines."""
from datetime import timedelta

from people import number, show, some_day
from world.folk import called, colleague, doctor, folk, nhs_number
from world.sheet import GREY, RULE, Sheet

# generic, strength, form, directions, how many, days
BRITISH = (
    ("Amlodipine", "5mg", "tablets", "One To Be Taken Each Day", 28, 28),
    ("Ramipril", "2.5mg", "capsules", "Take one capsule every morning", 28, 28),
    ("Lansoprazole", "30mg", "gastro-resistant capsules", "One to be taken each day 30 minutes before food", 56, 56),
    ("Doxycycline", "100mg", "capsules", "Take two capsules today then one daily with plenty of water", 8, 7),
    ("Mirtazapine", "15mg", "tablets", "One to be taken at night", 28, 28),
)


def uk_green(rng):
    """A computer-printed form of England's health service: stamp box, address box, item, prescriber, and a slip beside it."""
    page = Sheet(rng, rng.choice(("mono", "sans")), 21, 1400, 1240, 60, paper=(216, 240, 221))
    who = folk(rng, "uk")
    by = colleague(rng, "uk", who)
    generic, strength, form, sig, count, days = rng.choice(BRITISH)
    when = some_day(rng, 2022, 2024)
    edge = 880
    uk_heads(page, who, edge, when)
    page.draw.rectangle((60, 300, edge, 350), outline=RULE, width=2)
    page.write(70, 306, "Number of days' treatment", 17, ink=GREY)
    page.write(70, 326, "N.B. Ensure dose is stated", 17, ink=GREY)
    page.write(380, 310, str(days), 26, True)
    page.write(70, 372, "Endorsements", 17, ink=GREY)
    page.draw.line((215, 360, 215, 880), fill=RULE, width=2)
    page.write(235, 380, f"{generic} {strength} {form}")
    y = page.wrap(sig, 235, edge - 250, 412)
    page.write(235, y, f"{count} {form.split()[-1].rstrip('s')}")
    for row in range(3):
        page.write(235, y + 60 + row * 34, "x" * 34, ink=GREY)
    page.write(70, 892, "Signature of Prescriber", 17, ink=GREY)
    page.signature(120, 940, 260)
    page.write(600, 892, "Date", 17, ink=GREY)
    page.write(600, 914, show(when, "uk"))
    page.draw.rectangle((60, 885, edge, 975), outline=RULE, width=2)
    page.write(70, 990, "For dispenser", 17, ink=GREY)
    page.write(70, 1008, "No. of Prescns. on form", 17, ink=GREY)
    page.write(150, 1040, "1", bold=True)
    surgery = rng.choice(("Oakfield Surgery", "The Old Mill Medical Practice", "Parkside Health Centre"))
    for row, text in enumerate((f"Dr {by.initial}   {number(rng, 6)}", surgery, by.street, by.town, f"Tel: {by.phone}", "NHS South Wolds ICB  QX4")):
        page.write(330, 988 + row * 29, text)
    page.write(60, 1192, "FP10SS0623", 17, ink=GREY)
    uk_slip(page, who, edge)
    doctor(page, "prescriber", by, f"Dr {by.initial}", by.initial)
    page.know("datePrescribed", when.isoformat())
    uk_item(page, generic, strength, form, sig, count, days)
    return page


def uk_item(page, generic, strength, form, sig, count, days):
    page.know("medication", generic, f"{generic} {form}", f"{generic} {strength} {form}", f"{generic} {strength}")
    page.may("genericName", generic)
    page.know("strength", strength)
    page.know("quantity", count)
    page.know("directions", sig)
    page.know("daysSupply", days)


def uk_heads(page, who, edge, when):
    page.draw.rectangle((60, 60, 400, 300), outline=RULE, width=2)
    page.write(70, 66, "Pharmacy Stamp", 17, ink=GREY)
    page.draw.rectangle((400, 60, edge, 300), outline=RULE, width=2)
    page.draw.line((400, 128, edge, 128), fill=RULE, width=2)
    page.write(410, 66, "Age", 17, ink=GREY)
    months = (when.year - who.born.year) * 12 + when.month - who.born.month - (when.day < who.born.day)
    page.write(410, 90, f"{months // 12}y {months % 12}m")
    page.write(560, 66, "D.o.B", 17, ink=GREY)
    page.write(560, 90, show(who.born, "uk"))
    page.write(410, 134, "Title, Forename, Surname & Address", 17, ink=GREY)
    for row, text in enumerate((f"{who.title} {who.name}", who.street, who.town)):
        page.write(410, 158 + row * 31, text)
    page.write(410, 264, "NHS Number:", 17, ink=GREY)
    page.write(530, 260, nhs_number(page.rng))
    called(page, who)
    page.know("patientDOB", who.born.isoformat())
    page.know("patientAddress", who.address)


def uk_slip(page, who, edge):
    """The part to the right of the perforation, which orders nothing."""
    for y in range(60, 1180, 16):
        page.draw.line((edge + 30, y, edge + 30, y + 8), fill=GREY, width=1)
    x = edge + 55
    page.write(x, 70, "Patient's copy - not a prescription", 17, True)
    y = page.wrap(f"{who.title} {who.initial}", x, 400, 110)
    for text in ("Your medication will next be reviewed by the practice pharmacist.", "Please allow two working days when you order.",
                 "Flu vaccinations: ask at reception from September.", "Requests are no longer taken by telephone."):
        y = page.wrap(text, x, 400, y + 16, 18)


# brand, generic, form, strength, directions, quantity, days, diagnosis
INDIAN = (
    ("Glycomet", "Metformin", "TAB.", "500 mg", "1 tablet after breakfast and 1 tablet after dinner", 60, 30, "Type 2 diabetes mellitus"),
    ("Telma", "Telmisartan", "TAB.", "40 mg", "1 tablet every morning after breakfast", 30, 30, "Essential hypertension"),
    ("Azee", "Azithromycin", "TAB.", "500 mg", "1 tablet once daily after lunch", 3, 3, "Acute bacterial sinusitis"),
    ("Pan", "Pantoprazole", "TAB.", "40 mg", "1 tablet before breakfast", 14, 14, "Gastro-oesophageal reflux disease"),
)


def in_clinic_pad(rng):
    """A clinic's pad in India, filled by software: a wide letterhead, one line of the patient, a table under the Rx."""
    page = Sheet(rng, rng.choice(("lato", "roboto", "sans")), 22, margin=80)
    who = folk(rng, "in")
    by = colleague(rng, "in", who)
    when = some_day(rng, 2022, 2024)
    page.write(80, 70, f"Dr. {by.name}", 34, True, (20, 70, 130))
    page.write(80, 116, "MBBS, MD (General Medicine), DNB", 20)
    page.write(80, 144, f"Reg. No.: {number(rng, 5)} (State Medical Council)", 20)
    for row, text in enumerate((rng.choice(("Sanjeevani Polyclinic", "Arogya Speciality Clinic")), by.street, by.town, f"Ph: {by.phone}", "Mon-Sat 6:00 PM to 9:00 PM")):
        page.flush(text, 72 + row * 28, 24 if not row else 19, not row)
    page.y = 218
    page.rule((20, 70, 130), 3)
    page.flush(f"Date: {show(when, 'dashes')}", page.y)
    page.line(f"ID: {number(rng, 4)} - {who.name} ({who.sex})", bold=True)
    page.line(f"DOB: {show(who.born, 'dashes')}    Mob. No.: {who.phone}")
    page.line(f"Address: {who.address}")
    page.line(f"Wt: {rng.randint(52, 91)} kg   BP: {rng.randint(112, 148)}/{rng.randint(68, 92)} mmHg   Pulse: {rng.randint(66, 92)} bpm")
    page.rule()
    called(page, who)
    page.know("patientDOB", who.born.isoformat())
    page.know("patientAddress", who.address)
    page.know("datePrescribed", when.isoformat())
    doctor(page, "prescriber", by, f"Dr. {by.name}", f"Dr. {by.name}, MBBS, MD (General Medicine), DNB")
    in_table(page)
    page.line("Advice:", bold=True)
    page.bullets(rng.sample(("Avoid outside food", "Walk for 30 minutes daily", "Drink 2 to 3 litres of water", "Repeat blood tests before the next visit"), 2))
    page.y += 12
    page.pair("Next Visit:", show(when + timedelta(days=rng.choice((14, 30))), "dashes"))
    page.signature(880, page.y + 130)
    page.flush(f"Dr. {by.name}", page.y + 190, bold=True)
    page.write(80, 1690, "Substitute with equivalent generics as required. Not valid for medico-legal purposes.", 17, ink=GREY)
    return page


def in_table(page):
    brand, generic, form, strength, sig, count, days, why = page.rng.choice(INDIAN)
    page.pair("Diagnosis:", why)
    page.y += 12
    page.write(page.left, page.y, "Rx", 44, True)
    page.y += 64
    heads = page.rng.choice((("Medicine Name", "Dosage", "Duration"), ("Drug", "Directions", "Duration & Qty")))
    page.table(heads, [(f"1) {form} {brand.upper()} {strength.upper()}", sig, f"{days} Days (Tot: {count} Tab)"), (f"Composition: {generic} {strength}", "", "")], (38, 36, 26),
               page.rng.random() < 0.5)
    page.know("diagnosis", why)
    page.know("medication", brand, generic, f"{form} {brand} {strength}", f"{brand} {strength}", f"{form} {brand}", f"{brand} ({generic})")
    page.know("brandName", brand, f"{brand} {strength}")
    page.know("genericName", generic)
    page.know("strength", strength)
    page.know("directions", sig)
    page.know("quantity", count)
    page.know("daysSupply", days)
    page.may("genericSubstitution", "allowed", "Substitute with equivalent generics as required", "yes", "permitted")


# generic, brand or None, strength, form, directions, quantity, repeats
AUSTRALIAN = (
    ("Rosuvastatin", None, "10 mg", "tablet", "Take ONE tablet at night", 30, 5),
    ("Perindopril arginine", "Coversyl", "5 mg", "tablet", "Take 1 tablet in the morning before food", 30, 5),
    ("Apixaban", "Eliquis", "5 mg", "tablet", "Take 1 tablet twice a day", 60, 5),
    ("Cefalexin", None, "500 mg", "capsule", "Take 1 capsule every six hours until finished", 20, 0),
    ("Escitalopram", "Lexapro", "10 mg", "tablet", "Take 1 tablet in the morning", 28, 2),
)


def au_duplicate(rng):
    """An Australian script: the original at the left, a copy of it at the right that says the same."""
    page = Sheet(rng, rng.choice(("sans", "condensed", "narrow")), 21, 1754, 1180, 50)
    who = folk(rng, "au")
    by = colleague(rng, "au", who)
    item = rng.choice(AUSTRALIAN)
    generic, brand, strength, form, sig, count, repeats = item
    kept = bool(brand) and rng.random() < 0.6
    facts = {"number": f"{number(rng, 7)}", "card": f"{number(rng, 4)} {number(rng, 5)} {number(rng, 1)} / {rng.randint(1, 4)}",
             "when": some_day(rng, 2022, 2024), "script": f"{number(rng, 3)} {number(rng, 3)}"}
    for x, title in ((50, "ORIGINAL"), (920, "PHARMACIST/PATIENT COPY")):
        au_side(page, x, title, who, by, item, kept, facts)
    page.draw.line((887, 30, 887, 1150), fill=RULE, width=2)
    called(page, who, f"{who.title} {who.name}")
    page.know("patientDOB", who.born.isoformat())
    page.know("patientAddress", who.address)
    doctor(page, "prescriber", by, f"Dr {by.name}", f"Dr {by.name} MBBS FRACGP", f"{by.name} MBBS FRACGP")
    page.know("datePrescribed", facts["when"].isoformat())
    written = f"{generic} ({brand})" if brand else generic
    page.know("medication", generic, *[f"{n} {tail}".strip() for n in (written, generic, brand or generic) for tail in ("", strength, f"{strength} {form}", form)])
    (page.know if brand else page.may)("genericName", generic, generic.split()[0])
    if brand:
        page.know("brandName", brand)
    page.know("strength", strength)
    page.know("directions", sig)
    page.know("quantity", count)
    page.know("refills", repeats)
    page.may("daysSupply", {60: 30, 20: 5}.get(count, count))
    if kept:
        page.know("genericSubstitution", "not allowed", "not permitted", "no", "Brand substitution not permitted", "Substitution not permitted", "false")
    else:
        page.may("genericSubstitution", "allowed", "permitted", "yes")
    return page


def au_side(page, x, title, who, by, item, kept, facts):
    generic, brand, strength, form, sig, count, repeats = item
    page.write(x, 48, f"Dr {by.name} MBBS FRACGP", 23, True)
    page.write(x + 770, 44, title, 17, ink=GREY, anchor="ra")
    page.write(x, 80, f"{by.address}    Ph {by.phone}", 18)
    page.write(x, 106, f"Prescriber No. {facts['number']}", 18)
    page.write(x + 770, 106, f"Script No. {facts['script']}", 18, anchor="ra")
    page.draw.line((x, 138, x + 770, 138), fill=RULE, width=2)
    page.write(x, 150, "Patient's Medicare No.", 17, ink=GREY)
    page.write(x + 190, 146, facts["card"])
    page.write(x, 186, "Pharmaceutical benefits entitlement No.", 17, ink=GREY)
    page.write(x, 232, "Patient's name", 17, ink=GREY)
    page.write(x + 190, 228, f"{who.title} {who.name}", bold=True)
    page.write(x, 266, "Patient's address", 17, ink=GREY)
    page.write(x + 190, 262, who.street)
    page.write(x + 190, 290, who.town)
    page.write(x, 330, "Date of birth", 17, ink=GREY)
    page.write(x + 190, 326, show(who.born, "uk"))
    page.write(x + 450, 330, "Date", 17, ink=GREY)
    page.write(x + 510, 326, show(facts["when"], "uk"))
    at = page.tick(x, 372, "PBS", True)
    at = page.tick(at, 372, "RPBS", False)
    page.tick(at, 372, "Brand substitution not permitted", kept)
    page.draw.rectangle((x, 424, x + 770, 860), outline=RULE, width=2)
    page.write(x + 16, 440, f"{generic} ({brand}) {strength} {form}" if brand else f"{generic} {strength} {form}", 24, True)
    page.write(x + 16, 482, sig)
    page.write(x + 16, 526, f"Quantity: {count}")
    page.write(x + 260, 526, f"Repeats: {repeats}")
    page.write(x + 16, 580, "1 item printed", 17, ink=GREY)
    page.signature(x + 60, 950, 220)
    page.write(x, 1000, "Prescriber's signature", 17, ink=GREY)
    page.wrap("I certify that I have received this medication and the information relating to any entitlement is correct.", x, 760, 1040, 17, ink=GREY)


# generic, brand, strength, form, directions, how many
FILIPINO = (
    ("Losartan potassium", "Cozaar", "50 mg", "tablet", "Take 1 tablet once a day after breakfast", 30),
    ("Co-amoxiclav", "Augmentin", "625 mg", "tablet", "Take 1 tablet every 12 hours for 7 days", 14),
    ("Montelukast sodium", "Singulair", "10 mg", "tablet", "Take 1 tablet at bedtime", 15),
    ("Gliclazide", "Diamicron MR", "60 mg", "modified release tablet", "Take 1 tablet daily with breakfast", 30),
)


def ph_half_sheet(rng):
    """A half sheet of the Philippines: centred letterhead, dotted lines, the generic name with the brand in brackets."""
    page = Sheet(rng, rng.choice(("serif", "book", "sans")), 22, 874, 1240, 60, ink=(20, 30, 70))
    who = folk(rng, "ph")
    by = colleague(rng, "ph", who)
    generic, brand, strength, form, sig, count = rng.choice(FILIPINO)
    when = some_day(rng, 2022, 2024)
    page.centre(f"{by.name.upper()}, M.D.", 30, True)
    page.centre("Internal Medicine - Adult Cardiology", 19)
    page.centre(rng.choice(("St. Raphael Medical Arts Building, Room 214", "Divine Mercy Doctors Clinic, Unit 3B")), 18)
    page.centre(by.address, 18)
    page.centre(f"Clinic hours: MWF 1-4 PM   Tel. {by.phone}", 18)
    page.rule((20, 30, 70), 3)
    year = when.year - who.born.year - ((when.month, when.day) < (who.born.month, who.born.day))
    for y, items in ((page.y, (("Patient", who.name, 60), ("Date", show(when, "us-words"), 520))),
                     (page.y + 40, (("Birthdate", show(who.born, "us-words"), 60), ("Age/Sex", f"{year}/{who.sex}", 520))), (page.y + 80, (("Address", who.address, 60),))):
        for label, value, x in items:
            end = page.write(x, y, f"{label}:", 18, ink=GREY)
            page.write(end + 10, y - 3, value)
            page.draw.line((end + 6, y + 27, 505 if x == 60 and len(items) > 1 else 814, y + 27), fill=RULE, width=1)
    page.y += 150
    page.write(60, page.y, "Rx", 72, True)
    page.y += 120
    page.write(120, page.y, generic, 26, True)
    page.write(800, page.y, f"#{count}", 26, anchor="ra")
    page.write(150, page.y + 38, f"({brand}) {strength} {form}", 23)
    page.write(150, page.y + 92, "Sig:", bold=True)
    page.wrap(sig, 210, 560, page.y + 92)
    page.signature(500, 1000)
    lines = (f"{by.name}, M.D.", f"Lic. No. {number(rng, 6)}", f"PTR No. {number(rng, 7)}", "S2 No. ____________")
    for row, text in enumerate(lines):
        page.write(480, 1040 + row * 32, text, 20, not row)
    page.write(60, 1140, "Refill: none" if "7 days" in sig else "Refill: 2", 20)
    ph_truth(page, who, by, when)
    ph_item(page, generic, brand, strength, form, sig, count)
    return page


def ph_item(page, generic, brand, strength, form, sig, count):
    page.know("medication", generic, generic.split()[0], brand, f"{generic} ({brand})", f"{generic} ({brand}) {strength} {form}", f"{generic} ({brand}) {strength}",
              f"{generic} {strength}", f"{generic} {strength} {form}")
    page.know("genericName", generic, generic.split()[0])
    page.know("brandName", brand)
    page.know("strength", strength)
    page.know("quantity", count)
    page.may("daysSupply", 7 if "7 days" in sig else count)
    page.know("directions", sig)
    page.know("refills", 0 if "7 days" in sig else 2)


def ph_truth(page, who, by, when):
    called(page, who)
    page.know("patientDOB", who.born.isoformat())
    page.know("patientAddress", who.address)
    page.know("datePrescribed", when.isoformat())
    doctor(page, "prescriber", by, f"{by.name}, M.D.", f"Dr. {by.name}")


TEMPLATES = (uk_green, in_clinic_pad, au_duplicate, ph_half_sheet)
