"""Prescriptions of the United States (sent to a pharmacy) and of Australia (printed for the patient). Products and their codes are real."""
import people
from paper import GREY, RULE
from south import folk
from south.sheet import Sheet

ALLOWED = ("permitted", "yes", "may substitute", "substitution allowed", "substitution permitted", "generic substitution permitted", "allowed (DAW 0)")
REFUSED = ("not permitted", "no", "prohibited", "do not substitute", "substitution not permitted", "substitution not allowed", "dispense as written", "DAW", "DAW 1",
           "brand substitution not permitted", "dispense as written (DAW 1)", "brand medically necessary")

# brand, generic, strength, form, code, how many, days, refills, directions, diagnosis, whether a controlled substance
AMERICA = (
    ("Eliquis", "apixaban", "5 mg", "tablet", "0003-0894-21", 60, 30, 5, "Take 1 tablet by mouth twice daily", "Unspecified atrial fibrillation", "I48.91", False),
    ("Januvia", "sitagliptin", "100 mg", "tablet", "0006-0277-31", 30, 30, 3, "Take 1 tablet by mouth once daily in the morning",
     "Type 2 diabetes mellitus without complications", "E11.9", False),
    ("Lyrica", "pregabalin", "75 mg", "capsule", "0071-1014-68", 180, 90, 1, "Take 1 capsule by mouth 2 times a day for nerve pain", "Postherpetic polyneuropathy",
     "B02.23", True),
    ("Vyvanse", "lisdexamfetamine", "30 mg", "capsule", "59417-103-10", 30, 30, 0, "Take 1 capsule by mouth every morning",
     "Attention-deficit hyperactivity disorder, combined type", "F90.2", True),
)
# generic, brand, strength, form, how many, repeats, directions
AUSTRALIA = (
    (("Atorvastatin", "Lipitor", "40 mg", "tablet", 30, 5, "Take ONE tablet at night"),
     ("Perindopril arginine", "Coversyl", "5 mg", "tablet", 30, 5, "Take ONE tablet in the morning")),
    (("Amoxicillin", "Amoxil", "500 mg", "capsule", 20, 0, "Take ONE capsule three times a day until finished"),),
    (("Escitalopram", "Lexapro", "10 mg", "tablet", 28, 5, "Take ONE tablet each morning with food"),
     ("Pantoprazole", "Somac", "20 mg", "tablet", 30, 2, "Take ONE tablet before breakfast")),
    (("Metformin", "Diaformin XR", "500 mg", "modified release tablet", 120, 5, "Take TWO tablets twice a day with meals"),),
)
COUNTS = {20: "twenty", 28: "twenty eight", 30: "thirty", 60: "sixty", 120: "one hundred twenty", 180: "one hundred eighty"}


def us_electronic(rng):
    """The print of a message to a pharmacy: three boxes for who, then label and value with dotted rules."""
    page = Sheet(rng, rng.choice(("sans", "condensed")), 21, margin=80)
    brand, generic, strength, form, code, count, days, refills, sig, diagnosis, icd, held = rng.choice(AMERICA)
    day, sex = people.some_day(rng, 2023, 2025), rng.choice("mf")
    who = folk.person(rng, "us", sex, (24, 80), 2023)
    doctor, way = folk.doctor(rng, "us", who.name), rng.choice(("us", "us-words"))
    date = lambda day: folk.show(day, way)
    npi_right, dea_right = rng.random() < 0.75, rng.random() < 0.75
    npi, dea = people.npi(rng, npi_right), people.dea(rng, doctor.split()[1], dea_right)
    shop = rng.choice((("Whitmer Drug", "77 Orchard Lane, Akron, OH 44308"), ("Bluff Street Pharmacy", "1410 Pine Bluff Road, Macon, GA 31201")))
    page.write(80, 76, "ELECTRONIC PRESCRIPTION", 30, True)
    page.flush(f"Message {folk.digits(rng, '8#######')}", 84, 18, ink=GREY)
    page.write(80, 118, f"NewRx   Date written: {date(day)}", 22)
    page.y, boxes = 164, []
    clinic = rng.choice(("Riverbend Internal Medicine", "Summit Neurology Group"))
    boxes.append(("PATIENT", [who.name, f"DOB: {folk.show(who.born, 'us')}   Sex: {sex.upper()}", who.street, who.town, f"Tel {who.phone}"]))
    boxes.append(("PRESCRIBER", [f"{doctor}, {rng.choice(('MD', 'DO'))}", clinic, f"NPI {npi}", *([f"DEA {dea}"] if held else []),
                                 f"Tel {folk.digits(rng, '(555) 016-####')}"]))
    boxes.append(("PHARMACY", [shop[0], *shop[1].split(", ", 1), f"NCPDP {folk.digits(rng, '36#####')}"]))
    width = (page.right - 80) / 3
    for place, (head, lines) in enumerate(boxes):
        x = 80 + place * width
        page.box(x, 164, x + width - 12, 164 + 38, fill=(40, 44, 52), outline=(40, 44, 52))
        page.write(x + 12, 170, head, 20, True, (255, 255, 255))
        page.box(x, 202, x + width - 12, 400)
        page.rows(lines, x + 12, width - 30, 212, 20)
    page.y = 430
    drug = f"{brand} ({generic}) {strength} {form}" if rng.random() < 0.5 else f"{generic} {strength} {form} ({brand})"
    refuse = rng.random() < 0.4
    allow = rng.choice(("0 - Substitution permitted", "Substitution allowed")) if not refuse else rng.choice(("1 - Dispense as written", "Not allowed (DAW 1)"))
    labels = rng.choice((("Medication", "NDC", "SIG", "Dispense", "Days supply", "Refills", "Substitution", "Diagnosis"),
                         ("Drug", "NDC", "Directions", "Quantity", "Day supply", "Refills authorized", "Generic substitution", "Dx")))
    values = (drug, code, sig, f"{count} ({COUNTS[count]}) {form}s", str(days), "0 (none)" if refills == 0 else str(refills), allow, f"{icd}  {diagnosis}")
    for label, value in zip(labels, values):
        page.write(96, page.y, label, bold=True)
        page.y = page.wrap(value, 400, page.right - 400, page.y, 24) + 10
        for at in range(80, page.right, 9):
            page.draw.line((at, page.y, at + 4, page.y), fill=RULE, width=1)
        page.y += 12
    page.write(96, page.y, "Coverage", bold=True)
    payer = f"BIN {folk.digits(rng, '61####')}   PCN {rng.choice(('ADV', 'MEDDPRIME'))}   Group RX{folk.digits(rng, '####')}   Member {folk.digits(rng, '7########')}"
    page.y = page.wrap(payer, 400, page.right - 400, page.y, 20) + 22
    page.write(96, page.y, "Note to pharmacist", bold=True)
    page.y = page.wrap(rng.choice(("Patient will call when ready.", "Please counsel on missed doses.")), 400, page.right - 400, page.y, 22) + 30
    page.line(f"Signed electronically by {doctor} on {date(day)}", 20)
    page.line("Paper copy for the record. Not valid for dispensing when presented by hand.", 18, ink=GREY)
    people.patient(page, who)
    page.day("patientDOB", who.born)
    page.know("patientAddress", who.address)
    page.day("datePrescribed", day)
    people.named(page, "prescriber", doctor, doctor, f"{doctor}, MD", f"{doctor}, DO")
    (page.know if npi_right else page.may)("prescriberNPI", npi)
    if held:
        (page.know if dea_right else page.may)("prescriberDEA", dea)
    page.know("pharmacy", shop[0], ", ".join(shop))
    named = (brand, generic, drug, f"{brand} ({generic})", f"{generic} ({brand})", f"{brand} {strength}", f"{generic} {strength}", f"{brand} ({generic}) {strength}")
    page.know("medication", *named)
    page.know("genericName", generic)
    page.know("brandName", brand)
    page.know("strength", strength)
    page.know("quantity", count)
    page.know("directions", sig)
    page.know("refills", refills)
    page.know("daysSupply", days)
    page.know("ndcNumber", code, "0" + code if code.startswith("0") else code.replace("59417-", "59417-0"))
    page.know("diagnosis", diagnosis)
    page.know("genericSubstitution", *(("not allowed", *REFUSED, allow) if refuse else ("allowed", *ALLOWED, allow)))
    return page


def au_benefit(rng):
    """A half sheet of a doctor's computer: boxes for the scheme, one or two items, repeats in words of their own."""
    page = Sheet(rng, "dejavu", 20, width=1000, height=1414, margin=70, paper=(252, 250, 240))
    items, day = rng.choice(AUSTRALIA), people.some_day(rng, 2023, 2025)
    who = folk.person(rng, "au", rng.choice("mf"), (19, 82), 2023)
    doctor = folk.doctor(rng, "au", who.name)
    date, refuse = lambda day: folk.show(day, "uk"), rng.random() < 0.5
    page.write(70, 62, f"Dr {doctor}", 26, True)
    page.write(70, 98, "MBBS FRACGP", 18)
    page.write(70, 124, rng.choice(("Foreshore Medical Centre", "Acacia Family Practice")), 20)
    page.write(70, 152, f"41 Foreshore Road, Bendigo VIC 3550   {folk.digits(rng, '(03) 5550 ####')}", 18)
    page.write(page.right, 66, f"Prescriber No. {folk.digits(rng, '#######')}", 18, anchor="ra")
    page.write(page.right, 96, f"Script No. {folk.digits(rng, '######')}", 18, anchor="ra")
    page.y = 176
    page.rule()
    above = lambda label, value, x, y, width: page.above(label, value, x, y, width, 15)
    above("Patient's name", who.name, 70, page.y, 480)
    above("Date of birth", date(who.born), 600, page.y, 320)
    page.y += 62
    above("Address", f"{who.street}, {who.town}", 70, page.y, 500)
    above("Medicare number", folk.digits(rng, "29## ##### #/1"), 600, page.y, 320)
    page.y += 70
    at = 70
    for word, on in (("PBS", True), ("RPBS", False)):
        at = page.tick(at, page.y, word, on)
    page.tick(at + 30, page.y, "Brand substitution not permitted", refuse)
    page.y += 42
    page.write(70, page.y, f"Date {date(day)}", bold=True)
    page.write(page.right, page.y, f"Items on this form: {len(items)}", 18, anchor="ra")
    page.y += 36
    page.rule()
    word = rng.choice(("Repeats", "Rpts"))
    for generic, brand, strength, form, count, repeats, sig in items:
        page.line(f"{generic} {strength} {form}" + (f" ({brand})" if refuse else ""), 23, True)
        page.line(sig, 21, x=96)
        page.line(f"Qty: {count}      {word}: {repeats}", 21, x=96)
        page.y += 26
    page.draw.line((70, page.y, page.right, page.y + 90), fill=RULE, width=3)
    page.y += 130
    page.write(70, page.y, "Prescriber's signature", 17, ink=GREY)
    page.signature(320, page.y, 220)
    page.y += 60
    page.wrap("I certify that I have received this medicine and that the information relating to entitlement is correct.", 70, 800, page.y, 16, ink=GREY)
    page.foot("Patient / pharmacist copy", "Best kept with the repeat authorisation")
    people.patient(page, who)
    page.day("patientDOB", who.born)
    page.know("patientAddress", who.address)
    page.day("datePrescribed", day)
    people.named(page, "prescriber", doctor, f"Dr {doctor}", f"{doctor} MBBS FRACGP", f"Dr {doctor} MBBS FRACGP")
    generic, brand, strength, form, count, repeats, sig = items[0]
    page.know("medication", generic, f"{generic} {strength} {form}", f"{generic} {strength}", f"{generic} ({brand})", brand,
              f"{generic} {strength} {form} ({brand})", f"{generic} {form}")
    page.know("genericName", generic, generic.split()[0])
    if refuse:
        page.know("brandName", brand, brand.split()[0])
        page.know("genericSubstitution", "not allowed", *REFUSED)
    else:
        page.may("genericSubstitution", "allowed", *ALLOWED)
    page.know("strength", strength)
    page.know("quantity", count)
    page.know("directions", sig)
    page.know("refills", repeats)
    return page


TEMPLATES = (us_electronic, au_benefit)
