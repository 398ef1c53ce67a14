"""Prescriptions of six practices. A sheet with one medicine, or more where the first is what a prescription of one says."""
import people
from facts_drugs import DRUGS
from paper import GREY, Page

CLINICS = ("Riverside Family Practice", "Harbor Internal Medicine Associates", "Oakfield Medical Centre", "Sunrise Polyclinic",
           "Northgate Surgery", "St. Brendan's Outpatient Clinic", "Lakeview Primary Care")
PHARMACIES = ("Walgreens Pharmacy", "Boots Pharmacy", "Apollo Pharmacy", "Rite Aid Pharmacy", "Chemist Warehouse", "Shoppers Drug Mart", "Goodlife Pharmacy")
WORDS = {7: "seven", 10: "ten", 14: "fourteen", 21: "twenty-one", 28: "twenty-eight", 30: "thirty", 42: "forty-two", 56: "fifty-six", 60: "sixty", 84: "eighty-four", 90: "ninety"}


class Order:
    """One prescription's facts, drawn once for whatever sheet prints them."""

    def __init__(self, rng, land, days=(7, 10, 14, 28, 30), coded=False):
        self.rng = rng
        self.who = people.person(rng, land)
        self.doctor = people.doctor(rng, land, (self.who.name,))
        self.clinic, self.seat = rng.choice(CLINICS), people.place(rng, land)
        self.pharmacy = rng.choice(PHARMACIES)
        self.day = people.some_day(rng, 2023, 2025)
        drugs = [drug for drug in DRUGS if drug[8]] if coded else DRUGS
        (self.generic, self.brand, self.strength, self.form, self.sig, self.daily, self.icd, self.diagnosis, self.ndc) = rng.choice(drugs)
        self.days = 10 if "Acute" in self.diagnosis else rng.choice(days)
        self.count = self.days * self.daily
        self.refills = 0 if self.generic == "Methylphenidate" or "Acute" in self.diagnosis else rng.choice((0, 1, 2, 3, 5, 11))
        self.npi, self.dea = people.npi(rng), people.dea(rng, self.doctor.split()[1])

    def tell(self, page, names=("generic",)):
        """What every sheet of ours says: who, which medicine, how much, how."""
        people.patient(page, self.who)
        page.know("patientDOB", str(self.who.born))
        page.know("datePrescribed", str(self.day))
        both = {"generic": self.generic, "brand": self.brand}
        page.know("medication", both[names[0]], *(both[name] for name in names[1:]))
        for name, field in (("generic", "genericName"), ("brand", "brandName")):
            (page.know if name in names and len(names) == 2 else page.may)(field, both[name])
        page.know("strength", self.strength)
        page.know("quantity", self.count)
        page.know("directions", self.sig)
        page.may("daysSupply", self.days)
        page.may("refills", self.refills)


def us_pad(rng):
    """American pad: letterhead in the middle, labels left, DEA and NPI under the name, a box for dispensing as written."""
    o = Order(rng, "us", coded=True)
    p = Page(rng, rng.choice(("serif", "book")), 22, 1100, 1420)
    p.centre(o.clinic.upper(), 34, True)
    p.centre(f"{o.doctor}, M.D.", 24, True)
    p.centre(f"{o.seat[0]}, {o.seat[1]}   Tel {people.phone(rng, 'us')}", 18, ink=GREY)
    p.centre(f"NPI: {o.npi}      DEA No. {o.dea}", 19)
    p.rule(p.ink, 3)
    p.write(p.left, p.y, f"Patient Name: {o.who.name}")
    p.flush(f"Date: {people.show(o.day, 'us')}", p.y)
    p.y += 40
    p.write(p.left, p.y, f"Address: {o.who.address}")
    p.y += 40
    p.line(f"DOB: {people.show(o.who.born, 'us')}      Phone: {o.who.phone}")
    p.y += 30
    p.line("Rx", 60, True)
    p.line(f"{o.brand} ({o.generic}) {o.strength} {o.form}s", 26, True, x=p.left + 60)
    p.line(f"Sig: {o.sig}", x=p.left + 60)
    p.line(f"Disp: #{o.count} ({WORDS.get(o.count, 'as written')})", x=p.left + 60)
    p.line(f"Refills: {o.refills}", x=p.left + 60)
    p.line(f"NDC: {o.ndc}", x=p.left + 60)
    p.line(f"Dx: {o.diagnosis} ({o.icd})", x=p.left + 60)
    p.y += 70
    allowed = rng.random() < 0.5
    p.tick(p.tick(p.left, p.y, "Substitution permitted", allowed), p.y, "Dispense as written", not allowed)
    p.signature(p.right - 300, p.y + 130)
    p.write(p.right - 320, p.y + 165, "Signature of prescriber", 16, ink=GREY)
    o.tell(p, ("brand", "generic"))
    people.named(p, "prescriber", o.doctor, f"{o.doctor}, M.D.")
    p.know("prescriberNPI", o.npi)
    p.know("prescriberDEA", o.dea)
    p.know("patientAddress", o.who.address)
    p.know("refills", o.refills)
    p.know("ndcNumber", o.ndc)
    p.know("diagnosis", o.diagnosis)
    p.know("genericSubstitution", "allowed" if allowed else "not allowed")
    return p


def uk_form(rng):
    """British form: small labels over values in boxes, the day before the month, the age beside, no refills."""
    o = Order(rng, "uk", (28, 56, 84))
    p = Page(rng, rng.choice(("sans", "roboto")), 22, 1100, 1500, paper=(244, 250, 240))
    p.line("NHS PRESCRIPTION", 28, True, ink=(20, 90, 60))
    p.cells([[("Surname and forename", o.who.listed, 6), ("D.o.B.", people.show(o.who.born, "uk"), 3), ("Sex", rng.choice("MF"), 1)],
             [("Address", o.who.address, 7), ("NHS No.", f"{people.number(rng, 3)} {people.number(rng, 3)} {people.number(rng, 4)}", 4)]])
    p.write(p.left, p.y, "Number of days' treatment", 17, ink=GREY)
    p.line(str(o.days), x=p.left + 250)
    p.y += 25
    p.line(f"{o.generic} {o.strength} {o.form}s", 25, True)
    p.line(o.sig)
    p.line(f"Supply: {o.count} {o.form}s")
    p.y += 50
    p.write(p.right - 330, p.y, "[End of prescription]", 17, ink=GREY)
    p.y += 60
    p.signature(p.left + 40, p.y + 25)
    p.y += 75
    p.cells([[("Signature of prescriber", "", 5), ("Date", people.show(o.day, "uk"), 3)],
             [("Prescriber", f"Dr {o.doctor}", 5), ("Practice", f"{o.clinic}, {o.seat[0]}, {o.seat[1]}", 6)]])
    p.stamp((o.pharmacy.split()[0].upper(), "DISPENSED"), p.left + 560, p.y + 40)
    o.tell(p)
    people.named(p, "prescriber", o.doctor, f"Dr {o.doctor}")
    p.know("patientAddress", o.who.address)
    p.know("daysSupply", o.days)
    return p


def indian_letter(rng):
    """Indian outpatient sheet: two-sided letterhead, numbered medicines with the dose as 1-0-1, diagnosis above."""
    o = Order(rng, "in", (7, 10, 14, 30))
    p = Page(rng, rng.choice(("lato", "dejavu")), 21)
    p.write(p.left, p.y, f"Dr. {o.doctor}", 30, True, (20, 60, 130))
    p.flush(o.clinic, p.y, 26, True, (20, 60, 130))
    p.y += 42
    p.write(p.left, p.y, "MBBS, MD (General Medicine)", 18)
    p.flush(o.seat[0], p.y, 18)
    p.y += 26
    p.write(p.left, p.y, f"Reg. No. MMC/{people.number(rng, 5)}", 18)
    p.flush(o.seat[1], p.y, 18)
    p.y += 26
    p.rule((20, 60, 130), 4)
    p.write(p.left, p.y, f"Name of Patient : {o.who.name}")
    p.flush(f"Date : {people.show(o.day, 'dashes')}", p.y)
    p.y += 36
    p.write(p.left, p.y, f"Date of Birth : {people.show(o.who.born, 'hyphens')}")
    p.flush(f"Mobile : {o.who.phone}", p.y)
    p.y += 50
    p.line(f"Diagnosis : {o.diagnosis}")
    p.y += 24
    p.line("Rx", 44, True)
    p.table(["Medicine", "Strength", "Directions", "Days", "Qty"], [[o.generic, o.strength, o.sig, str(o.days), str(o.count)]], (4, 2, 6, 1, 1), rng.random() < 0.5)
    p.y += 20
    p.line("Advice: plenty of fluids. Review after the course is finished.", 19)
    p.signature(p.right - 280, p.y + 100)
    p.write(p.right - 290, p.y + 140, f"Dr. {o.doctor}", 19)
    o.tell(p)
    people.named(p, "prescriber", o.doctor, f"Dr. {o.doctor}")
    p.know("daysSupply", o.days)
    p.know("diagnosis", o.diagnosis)
    return p


def pharmacy_fax(rng):
    """A refill request as pharmacies fax it: capitals in a typewriter face, two columns, the medicine in a block of labels."""
    o = Order(rng, "us", (30, 90), coded=True)
    good = rng.random() < 0.5
    o.npi = people.npi(rng, good)
    p = Page(rng, rng.choice(("mono", "mono", "narrow")), 20)
    p.centre("ELECTRONIC PRESCRIPTION - FAX COPY", 26, True)
    p.rule()
    half, top = (p.right - p.left) // 2, p.y
    y = top
    for label, value in (("PATIENT:", o.who.name.upper()), ("BIRTH DATE:", people.show(o.who.born, "us")), ("ADDRESS:", o.who.address.upper())):
        y = p.pair(label, value, p.left, half - 25, 160, y)
    z = top
    for label, value in (("PRESCRIBER:", f"{o.doctor.upper()} MD"), ("NPI:", o.npi), ("DEA:", o.dea), ("CLINIC:", o.clinic.upper())):
        z = p.pair(label, value, p.left + half, half, 165, z)
    p.y = max(y, z)
    p.rule()
    store = f"{o.pharmacy} #{people.number(rng, 4)}"
    p.pair("SEND TO PHARMACY:", store.upper())
    p.pair("WRITTEN DATE:", people.show(o.day, "us-brief").upper())
    p.rule()
    p.pairs((("DRUG:", f"{o.generic.upper()} {o.strength.upper()} {o.form.upper()}"), ("QTY:", f"{o.count} {o.form.upper()}S"), ("DAYS SUPPLY:", str(o.days)),
             ("SIG:", o.sig.upper()), ("REFILLS:", str(o.refills)), ("DIAGNOSIS:", f"{o.icd} {o.diagnosis.upper()}"),
             ("SUBSTITUTION:", "PERMITTED (DAW 0)")), 200)
    p.rule()
    p.line("THIS MESSAGE IS CONFIDENTIAL. IF RECEIVED IN ERROR CALL THE SENDER.", 15)
    o.tell(p)
    people.named(p, "prescriber", o.doctor, f"{o.doctor} MD")
    (p.know if good else p.may)("prescriberNPI", o.npi)
    for field, value in (("prescriberDEA", o.dea), ("patientAddress", o.who.address), ("daysSupply", o.days), ("refills", o.refills),
                         ("diagnosis", o.diagnosis), ("genericSubstitution", "allowed")):
        p.know(field, value)
    p.know("pharmacy", o.pharmacy, store)
    return p


def canadian_letter(rng):
    """Canadian clinic: sentences of a letter, repeats in words, ISO dates, the pharmacy addressed above."""
    o = Order(rng, "ca", (30, 90))
    o.refills = rng.choice((1, 2, 3))
    p = Page(rng, rng.choice(("roboto", "serif")), 23)
    p.flush(o.clinic, p.y, 28, True)
    p.y += 40
    p.flush(f"{o.seat[0]}, {o.seat[1]}", p.y, 18, ink=GREY)
    p.y += 60
    p.line(f"Prescribed on {people.show(o.day, 'iso')}")
    p.line(f"To: {o.pharmacy}")
    p.y += 30
    p.line(f"Re: {o.who.name}, born {people.show(o.who.born, 'iso')}", bold=True)
    p.line(f"of {o.who.address}")
    p.y += 30
    p.line("Please dispense:")
    p.y += 12
    p.line(f"{o.generic} {o.strength} {o.form}s", 26, True, x=p.left + 40)
    p.line(f"Directions: {o.sig}", x=p.left + 40)
    p.line(f"Mitte: {o.count}", x=p.left + 40)
    p.line(f"Repeats: {o.refills}", x=p.left + 40)
    p.line(f"Indication: {o.diagnosis}", x=p.left + 40)
    p.line("No substitution.", x=p.left + 40)
    p.y += 60
    p.signature(p.left + 20, p.y + 20)
    p.y += 60
    p.line(f"Dr. {o.doctor}, CCFP")
    p.line(f"CPSO {people.number(rng, 6)}", 18, ink=GREY)
    o.tell(p)
    people.named(p, "prescriber", o.doctor, f"Dr. {o.doctor}, CCFP")
    for field, value in (("patientAddress", o.who.address), ("pharmacy", o.pharmacy), ("refills", o.refills), ("diagnosis", o.diagnosis), ("genericSubstitution", "not allowed")):
        p.know(field, value)
    return p


def hospital_grid(rng):
    """A hospital's computer form: bands of colour, labels above values in a grid, the prescriber's numbers at the foot."""
    o = Order(rng, "us", (14, 30, 90))
    p = Page(rng, rng.choice(("lato", "sans")), 21)
    p.draw.rectangle((0, 0, p.image.width, 95), fill=(32, 78, 120))
    p.write(p.left, 30, o.clinic, 32, True, (255, 255, 255))
    p.flush("PRESCRIPTION ORDER", 38, 22, True, (255, 255, 255))
    p.y = 125
    p.heading("Patient", (222, 232, 242))
    p.cells([[("Last name, first name", o.who.listed, 5), ("Date of birth (MM/DD/YYYY)", people.show(o.who.born, "us"), 4), ("MRN", people.number(rng, 8), 3)],
             [("Street address", o.who.street, 5), ("City, state, ZIP", o.who.town, 4), ("Phone", o.who.phone, 3)]])
    p.heading("Medication", (222, 232, 242))
    p.cells([[("Brand name", o.brand, 4), ("Generic name", o.generic, 4), ("Strength", o.strength, 2), ("Form", o.form, 2)],
             [("Instructions to patient", o.sig, 1)],
             [("Quantity to dispense", str(o.count), 3), ("Days' supply", str(o.days), 3), ("Number of refills", str(o.refills), 3), ("Generic allowed?", "Yes", 3)],
             [("Reason for medication", f"{o.diagnosis} - {o.icd}", 1)]])
    p.heading("Prescriber", (222, 232, 242))
    p.cells([[("Ordering provider", f"{o.doctor}, DO", 5), ("NPI", o.npi, 3), ("DEA", o.dea, 3), ("Date ordered", people.show(o.day, "us"), 3)]])
    p.signature(p.left + 30, p.y + 40)
    p.write(p.left, p.y + 80, "Electronically signed", 16, ink=GREY)
    p.bars(p.right - 280, p.y + 30)
    o.tell(p, ("brand", "generic"))
    people.named(p, "prescriber", o.doctor, f"{o.doctor}, DO")
    for field, value in (("prescriberNPI", o.npi), ("prescriberDEA", o.dea), ("patientAddress", o.who.address), ("daysSupply", o.days),
                         ("refills", o.refills), ("diagnosis", o.diagnosis), ("genericSubstitution", "allowed")):
        p.know(field, value)
    return p


OPEN = (us_pad, indian_letter, pharmacy_fax)
HELD = (uk_form, canadian_letter, hospital_grid)
