"""Vaccination records of six issuers, each of one vaccine or with the one that counts marked by being alone."""
import people
from facts_drugs import VACCINES
from paper import GREY, Page

CLINICS = ("City Medical Center", "Harbour Travel Clinic", "Greenfield Community Health", "Meadowbank Children's Clinic", "Westgate Pharmacy Vaccination Hub",
           "County Public Health Department")
ARMS = ("left deltoid", "right deltoid")


class Shot:
    """One vaccination's facts."""

    def __init__(self, rng, land):
        self.who = people.person(rng, land, 6, 80)
        self.giver = people.doctor(rng, land, (self.who.name,))
        self.clinic, self.seat = rng.choice(CLINICS), people.place(rng, land)
        (self.name, self.names, self.maker, self.makers, self.cvx, self.route, self.way, self.volume, self.sheet) = rng.choice(VACCINES)
        self.day = people.some_day(rng, 2024, 2025)
        self.due = people.some_day(rng, 2026, 2027)
        self.expires = people.some_day(rng, 2026, 2026)
        self.lot = "".join(rng.choice("ABCDEFGHJKLMNPRTUWXY") for _ in range(2)) + people.number(rng, 4) + rng.choice(("", "A", "B", "C"))
        self.dose = rng.choice((1, 2, 3))
        self.site = rng.choice(ARMS)

    def tell(self, page):
        people.patient(page, self.who)
        page.know("dateOfBirth", str(self.who.born))
        page.know("vaccineName", self.name, *self.names)
        page.know("vaccinationDate", str(self.day))
        page.know("lotNumber", self.lot)

    def rest(self, page, *fields):
        """The fields of that names which the sheet also shows."""
        values = {"manufacturer": (self.maker, *self.makers), "administrator": (self.giver, f"Dr. {self.giver}", f"Dr {self.giver}"),
                  "healthcareProvider": (self.clinic, f"{self.clinic}, {self.seat[0]}, {self.seat[1]}"), "doseNumber": (self.dose,),
                  "routeOfAdministration": (self.route, self.way), "injectionSite": (self.site,), "nextDueDate": (str(self.due),),
                  "visDate": (self.sheet,), "vaccineExpiration": (str(self.expires),)}
        for field in fields:
            page.know(field, *values[field])


def record_sheet(rng):
    """American record of administration: labels left of values, the sheet of information and its date."""
    s = Shot(rng, "us")
    p = Page(rng, rng.choice(("sans", "lato")), 23)
    p.centre("Vaccine Administration Record", 34, True)
    p.centre(f"{s.clinic} \u2022 {s.seat[0]}, {s.seat[1]}", 19, ink=GREY)
    p.rule()
    p.pairs((("Patient Name:", s.who.name), ("Date of Birth:", people.show(s.who.born, "us")), ("Address:", s.who.address)), 330, 4)
    p.heading("Vaccine given", (228, 236, 244))
    p.pairs((("Vaccine:", s.name), ("CVX Code:", s.cvx), ("Manufacturer:", s.maker), ("Lot Number:", s.lot), ("Expiration Date:", people.show(s.expires, "us")),
             ("Dose Number:", str(s.dose)), ("Route:", s.route.capitalize()), ("Site:", s.site.capitalize()), ("Date Administered:", people.show(s.day, "us")),
             ("Administered By:", f"{s.giver}, RN"), ("Facility:", s.clinic), ("VIS Date:", people.show(people.datetime.date.fromisoformat(s.sheet), "us")),
             ("Next Dose Due:", people.show(s.due, "us"))), 330, 4)
    p.signature(p.left + 20, p.y + 60)
    p.stamp((s.clinic.split()[0].upper(), people.show(s.day, "capitals")), p.right - 360, p.y + 50)
    s.tell(p)
    s.rest(p, "manufacturer", "healthcareProvider", "doseNumber", "routeOfAdministration", "injectionSite", "nextDueDate", "visDate", "vaccineExpiration")
    people.named(p, "administrator", s.giver, f"{s.giver}, RN")
    return p


def wallet_card(rng):
    """A card for the wallet: a table of one row, tiny labels, the name in three boxes."""
    s = Shot(rng, "us")
    p = Page(rng, rng.choice(("sans", "narrow")), 21, 1250, 820, 55)
    p.line("Vaccination Record Card", 38, True)
    p.para("Please keep this record card, which includes medical information about the vaccines you have received.", size=17, gap=8)
    p.cells([[("Last Name", s.who.last, 4), ("First Name", s.who.first, 4), ("Date of birth", people.show(s.who.born, "us"), 3)]])
    ordinal = {1: "1st", 2: "2nd", 3: "3rd"}[s.dose]
    p.table(["Dose", "Vaccine", "Manufacturer", "Lot number", "Date", "Clinic site"],
            [[f"{ordinal} Dose", s.names[0], s.maker, s.lot, people.show(s.day, "us-short"), s.clinic]], (2, 5, 4, 3, 3, 5))
    p.line("Return for your next dose on: " + people.show(s.due, "us"), 19)
    s.tell(p)
    p.know("vaccineName", s.names[0], s.name)
    s.rest(p, "manufacturer", "healthcareProvider", "doseNumber", "nextDueDate")
    return p


def travel_certificate(rng):
    """International certificate: a sentence with the name and birth in it, then boxes, month in words."""
    s = Shot(rng, "uk")
    p = Page(rng, rng.choice(("serif", "book")), 23, paper=(255, 250, 228))
    p.centre("INTERNATIONAL CERTIFICATE OF VACCINATION", 32, True, (120, 80, 20))
    p.centre("OR PROPHYLAXIS", 26, True, (120, 80, 20))
    p.y += 30
    p.para(f"This is to certify that {s.who.name}, date of birth {people.show(s.who.born, 'words')}, nationality British, "
           "whose signature follows, has on the date indicated been vaccinated.", gap=20)
    p.signature(p.left + 200, p.y + 20)
    p.y += 70
    p.cells([[("Vaccine or prophylaxis", s.name, 5), ("Date", people.show(s.day, "words"), 4)],
             [("Manufacturer and batch no.", f"{s.maker}, {s.lot}", 5), ("Route", s.way, 2), ("Dose", f"{s.dose} of 3", 2)],
             [("Supervising clinician", f"Dr {s.giver}", 5), ("Certificate expires / next dose due", people.show(s.due, "words"), 4)],
             [("Administering centre", f"{s.clinic}, {s.seat[0]}, {s.seat[1]}", 1)]])
    p.stamp(("OFFICIAL STAMP", s.seat[1].split()[0].upper()), p.left + 500, p.y + 60)
    s.tell(p)
    s.rest(p, "manufacturer", "healthcareProvider", "routeOfAdministration", "doseNumber", "nextDueDate")
    people.named(p, "administrator", s.giver, f"Dr {s.giver}")
    return p


def registry_print(rng):
    """What an immunisation register prints: two columns of labels above values, ISO dates, long official wording."""
    s = Shot(rng, "au")
    p = Page(rng, rng.choice(("roboto", "dejavu")), 21)
    p.line("IMMUNISATION HISTORY STATEMENT", 30, True, (0, 84, 100))
    p.line(f"Issued {people.show(s.day + people.datetime.timedelta(days=2), 'iso')} by the Immunisation Register", 17, ink=GREY)
    p.rule((0, 84, 100), 4)
    half = (p.right - p.left) // 2
    left = (("Name", s.who.name), ("Date of birth", people.show(s.who.born, "iso")), ("Vaccine", s.name), ("Batch number", s.lot), ("Dose", str(s.dose)))
    right = (("Date given", people.show(s.day, "iso")), ("Vaccine brand manufacturer", s.maker), ("Immunisation provider", s.clinic),
             ("Given by", s.giver), ("Next immunisation due", people.show(s.due, "iso")))
    for one, other in zip(left, right):
        p.y = max(p.above(*one, p.left, p.y, half - 30), p.above(*other, p.left + half, p.y, half - 10)) + 14
    p.rule()
    p.para("Route and site of administration are kept by the provider. For advice call your clinic.", size=17)
    p.bars(p.left, p.y + 30)
    s.tell(p)
    s.rest(p, "manufacturer", "healthcareProvider", "administrator", "doseNumber", "nextDueDate")
    return p


def child_book(rng):
    """A leaf of a child's health book: lines of dots between label and value, the batch's expiry, consent ticked."""
    s = Shot(rng, "ke")
    s.who.born = people.some_day(rng, 2019, 2022)
    p = Page(rng, rng.choice(("book", "lato")), 22, 1000, 1400, paper=(236, 246, 252))
    p.centre("CHILD HEALTH & IMMUNIZATION CARD", 27, True)
    p.centre(f"Health facility: {s.clinic}", 20)
    p.y += 25
    for label, value in (("Child's name", s.who.name), ("Born on", people.show(s.who.born, "uk")), ("Vaccine given", s.name), ("Made by", s.maker), ("Batch no.", s.lot),
                         ("Batch expiry", people.show(s.expires, "uk")), ("Given on", people.show(s.day, "uk")), ("Dose no.", str(s.dose)), ("Route", s.way),
                         ("Site", s.site), ("Vaccinator", s.giver), ("Date of next visit", people.show(s.due, "uk"))):
        end = p.write(p.left, p.y, label)
        start = p.left + 300
        p.write(end + 4, p.y, "." * max(0, int((start - end - 12) / p.font().getlength("."))), ink=GREY)
        p.y = p.wrap(value, start) + 8
    p.y += 20
    p.tick(p.left, p.y, "Consent of parent or guardian obtained", True)
    p.signature(p.left + 30, p.y + 110)
    s.tell(p)
    s.rest(p, "manufacturer", "healthcareProvider", "administrator", "doseNumber", "routeOfAdministration", "injectionSite", "nextDueDate", "vaccineExpiration")
    return p


def pharmacy_slip(rng):
    """A pharmacy's slip in a typewriter face: inline label: value pairs, several to the line."""
    s = Shot(rng, "ca")
    p = Page(rng, rng.choice(("mono", "narrow")), 20, 1000, 1200, 60)
    p.line(s.clinic.upper(), 28, True)
    p.line(f"{s.seat[0]}, {s.seat[1]}  TEL {people.phone(rng, 'ca')}", 17)
    p.rule()
    p.line("PROOF OF VACCINATION", 24, True)
    p.line(f"Client: {s.who.listed}   DOB: {people.show(s.who.born, 'iso')}")
    p.line(f"Product: {s.name}")
    p.line(f"Mfr: {s.maker}   Lot: {s.lot}")
    p.line(f"Exp: {people.show(s.expires, 'dashes')}   Vol: {s.volume}")
    p.line(f"Route: {s.way}   Site: {s.site}")
    p.line(f"Dose #: {s.dose}   Given: {people.show(s.day, 'dashes')} {rng.randint(9, 11)}:{rng.randint(10, 59)}")
    p.line(f"Immunizer: {s.giver}, RPh")
    p.line(f"Next due: {people.show(s.due, 'dashes')}")
    p.rule()
    p.para("Wait 15 minutes before you leave. Sore arm, fever and tiredness may follow and pass in a day or two.", size=17)
    s.tell(p)
    s.rest(p, "manufacturer", "healthcareProvider", "doseNumber", "routeOfAdministration", "injectionSite", "nextDueDate", "vaccineExpiration")
    people.named(p, "administrator", s.giver, f"{s.giver}, RPh")
    return p


OPEN = (record_sheet, travel_certificate, pharmacy_slip)
HELD = (wallet_card, registry_print, child_book)
