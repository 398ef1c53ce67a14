"""Vaccinations: a state register's record, a pharmacy's administration record, a bilingual provincial receipt, and a clinic's summary in lines."""
import datetime

import people
from paper import GREY, Page

from . import facts

SITES = (("LD", "left deltoid", ("L deltoid", "left arm", "LA", "L arm")), ("RD", "right deltoid", ("R deltoid", "right arm", "RA", "R arm")))
STORES = ("Hy-Vee Pharmacy #1066", "Prairie Street Pharmacy", "Fred Meyer Pharmacy 0153", "Wegmans Pharmacy 087")


def lot(rng, item):
    return item.lot.format(people.number(rng, 3))


def said(page, item, *shown):
    """The vaccine's name is right as kind, as brand, or as both."""
    page.know("vaccineName", shown[0] if shown else item.kind, item.kind, item.brand, f"{item.kind} ({item.brand})", f"{item.brand} ({item.kind})", *shown)


def group(item):
    """What a register calls vaccines against the same."""
    return item.kind.split(" MDCK")[0].split(" recombinant")[0].split(",")[0]


def rows(rng, who, last):
    """A few doses of two vaccines, and where each was given, oldest first."""
    found, place = [], rng.sample(("Linn County Public Health", "Kirkwood Family Clinic", "St. Brendan Medical Center"), 2)
    for item in rng.sample(facts.VACCINES, 2):
        day = last - datetime.timedelta(days=rng.randint(900, 1400))
        for number in range(1, rng.randint(1, item.doses) + 1):
            found.append((item, number, day, lot(rng, item), rng.choice(SITES), rng.choice(place)))
            day += datetime.timedelta(days=rng.randint(185, 200))
    return found


def register(rng):
    """A state's register: a sheet across, a row a dose, then what is due. Any row's value is right."""
    page = Page(rng, rng.choice(("tight", "narrow")), 20, width=1754, height=1240, margin=70)
    who, last = facts.person(rng, youngest=19), people.some_day(rng, 2024, 2025)
    given = rows(rng, who, last)
    state = rng.choice(("Iowa", "Oregon", "Minnesota", "Arizona"))
    page.centre(f"{state} Department of Public Health", 26, True)
    page.centre("OFFICIAL IMMUNIZATION RECORD", 22, True)
    page.y += 10
    page.cells([[("Client Name (Last, First MI)", f"{who.last}, {who.first}", 5), ("Birth Date", f"{who.born:%m/%d/%Y}", 3), ("Gender", rng.choice(("Male", "Female")), 2),
                 ("SIIS ID", people.number(rng, 8), 3), ("Report Date", f"{last:%m/%d/%Y}", 3)]])
    heads = ("Vaccine Group", "Date Given", "Series", "Vaccine [CVX]", "Trade Name", "Mfr", "Lot #", "Route", "Body Site", "Provider of Record")
    lines = [(group(item), f"{day:%m/%d/%Y}", f"{number} of {item.doses}", f"{item.kind} [{item.code}]", item.brand, item.maker, batch, item.short, site[0], place)
             for item, number, day, batch, site, place in given]
    page.table(heads, lines, (13, 11, 7, 22, 13, 15, 9, 7, 8, 24), size=18)
    page.line("Vaccines Recommended by Selected Tracking Schedule", bold=True)
    due = sorted(last + datetime.timedelta(days=rng.randint(20, 400)) for _ in range(2))
    page.table(("Vaccine Group", "Recommended Date", "Status"), [("Influenza", f"{due[0]:%m/%d/%Y}", "Due"), ("COVID-19", f"{due[1]:%m/%d/%Y}", "Due later")], (3, 3, 6), size=18)
    page.line("This record is valid only with the seal of the department. Doses in the table above were reported by the providers named.", 16, ink=GREY)
    page.write(page.left, page.image.height - 80, f"Page 1 of 1     Run {last:%m/%d/%Y} 09:{rng.randint(10, 59)}", 15, ink=GREY)
    page.stamp((state.upper(), "STATE REGISTER", "CERTIFIED"), page.right - 400, page.image.height - 230)
    facts.named(page, who)
    page.know("dateOfBirth", who.born.isoformat())
    any_of(page, "vaccineName", [form for item, *_ in given for form in (item.kind, item.brand, group(item), f"{item.kind} ({item.brand})", f"{item.kind} {item.code}", f"{item.brand} ({item.kind})")])
    any_of(page, "manufacturer", [item.maker for item, *_ in given])
    any_of(page, "vaccinationDate", [day.isoformat() for _, _, day, *_ in given])
    any_of(page, "doseNumber", [number for _, number, *_ in given])
    any_of(page, "lotNumber", [batch for _, _, _, batch, *_ in given])
    any_of(page, "routeOfAdministration", [form for item, *_ in given for form in (item.route, item.short)])
    any_of(page, "injectionSite", [form for row in given for form in (row[4][1], row[4][0], *row[4][2])])
    any_of(page, "healthcareProvider", [row[5] for row in given])
    any_of(page, "nextDueDate", [day.isoformat() for day in due])
    return page


def any_of(page, field, values):
    page.know(field, values[0], *[value for value in values[1:] if value != values[0]])


def answers(page, rng):
    """The questions before a vaccination, with boxes."""
    for text in ("Are you sick today?", "Do you have allergies to medicines, food, latex or a vaccine component?", "Have you ever had a serious reaction after a vaccine?",
                 "Do you have a long-term health problem such as asthma or diabetes?", "Are you pregnant or could you become so next month?"):
        page.write(page.left, page.y, text, 18)
        x = page.tick(page.right - 220, page.y - 2, "Yes", False)
        page.tick(x, page.y - 2, "No", True)
        page.y += 30


def administered(rng):
    """A pharmacy's administration record and consent: questions, then a box for the pharmacy's use."""
    page = Page(rng, rng.choice(("sans", "dejavu")), 20, margin=75)
    who, item, day = facts.person(rng, youngest=19), rng.choice(facts.VACCINES), people.some_day(rng, 2024, 2025)
    store, giver = rng.choice(STORES), facts.clinician(rng, who.name)
    site, batch, number = rng.choice(SITES), lot(rng, item), rng.randint(1, item.doses)
    expires, due = people.some_day(rng, day.year + 1, day.year + 2), day + datetime.timedelta(days=item.again)
    page.write(page.left, page.y, store, 28, True, (150, 25, 35))
    page.flush("VACCINE ADMINISTRATION RECORD", page.y + 6, 22, True)
    page.y += 44
    page.line("Informed Consent for Vaccination", 18, ink=GREY)
    page.heading("SECTION A   Please print clearly", bar=(228, 228, 232))
    page.cells([[("Patient Name", who.name, 5), ("Date of Birth", f"{who.born:%m/%d/%Y}", 3), ("Age", str(day.year - who.born.year - ((day.month, day.day) < (who.born.month, who.born.day))), 1), ("Phone", who.phone, 3)],
                [("Home Address", who.address, 7), ("Primary Care Provider", f"Dr. {facts.clinician(rng, who.name, giver)}", 5)]])
    page.heading("SECTION B   Screening", bar=(228, 228, 232))
    answers(page, rng)
    page.heading("SECTION C", bar=(228, 228, 232))
    page.para("I have read, or had explained to me, the Vaccine Information Statement and had my questions answered. I ask that the vaccine below be given to me.", size=18)
    page.y += 60
    page.signature(page.left + 60, page.y - 26)
    page.draw.line((page.left, page.y + 20, page.left + 480, page.y + 20), fill=page.ink, width=2)
    page.write(page.left, page.y + 24, "Patient signature", 15, ink=GREY)
    page.y += 60
    page.heading("SECTION D   PHARMACY USE ONLY", bar=(205, 215, 228))
    page.cells([[("Vaccine", f"{item.brand} ({item.kind})", 6), ("Manufacturer", item.maker, 4), ("Dose # in series", str(number), 2)],
                [("Lot #", batch, 3), ("Exp. Date", f"{expires:%m/%d/%Y}", 3), ("VIS Published", f"{item.sheet:%m/%d/%Y}", 3), ("Date Administered", f"{day:%m/%d/%Y}", 3)]], 10)
    x = page.write(page.left, page.y, "Site: ", bold=True) + 8
    for other in SITES:
        x = page.tick(x, page.y, other[1].title(), other is site)
    x = page.write(x + 60, page.y, "Route: ", bold=True) + 8
    for short in ("IM", "SC", "IN"):
        x = page.tick(x, page.y, short, short == item.short)
    page.y += 44
    page.pair("Administering Immunizer: ", f"{giver}, PharmD")
    page.pair("Next dose due on or after: ", f"{due:%m/%d/%Y}")
    page.write(page.left, page.image.height - 90, "White copy: pharmacy     Yellow copy: patient     Form 2210-W rev. 4", 15, ink=GREY)
    facts.named(page, who)
    page.know("dateOfBirth", who.born.isoformat())
    said(page, item, f"{item.brand} ({item.kind})")
    dose(page, item, day, batch, site)
    page.know("doseNumber", number)
    facts.titled(page, "administrator", giver, "PharmD")
    page.know("healthcareProvider", store)
    page.know("nextDueDate", due.isoformat())
    page.know("visDate", item.sheet.isoformat())
    page.know("vaccineExpiration", expires.isoformat())
    return page


def dose(page, item, day, batch, site):
    """What every record says of a dose."""
    page.know("manufacturer", item.maker, *item.makers)
    page.know("vaccinationDate", day.isoformat())
    page.know("lotNumber", batch)
    page.know("routeOfAdministration", item.route, item.short)
    page.know("injectionSite", site[1], site[0], *site[2])


def squares(page, x, y, side=29, cell=7):
    """The look of a QR code; it holds nothing."""
    for row in range(side):
        for column in range(side):
            corner = (row < 7 or row > side - 8) and column < 7 or row < 7 and column > side - 8
            r, c = (row if row < 7 else row - side + 7), (column if column < 7 else column - side + 7)
            dark = (r in (0, 6) or c in (0, 6) or (2 <= r <= 4 and 2 <= c <= 4)) if corner else page.rng.random() < 0.5
            if dark:
                page.draw.rectangle((x + column * cell, y + row * cell, x + column * cell + cell - 1, y + row * cell + cell - 1), fill=page.ink)


def receipt(rng):
    """A province's receipt: labels in English and French, a square code."""
    page = Page(rng, rng.choice(("lato", "roboto")), 23, margin=110)
    who, item, day = facts.person(rng, "ca"), rng.choice(facts.VACCINES), people.some_day(rng, 2024, 2025, False)
    province, french = rng.choice((("Ontario", "Ontario"), ("New Brunswick", "Nouveau-Brunswick"), ("Manitoba", "Manitoba")))
    giver, batch, site, number = facts.clinician(rng, who.name), lot(rng, item), rng.choice(SITES), rng.randint(1, item.doses)
    house = rng.choice(("Sudbury & Districts Health Unit", "Bloor West Vaccination Clinic", "Riverbend Public Health Office"))
    page.write(page.left, page.y, "Ministry of Health   |   Ministère de la Santé", 24, True)
    page.flush(province if province == french else f"{province} / {french}", page.y, 24, ink=GREY)
    page.y += 50
    page.rule((20, 120, 80), 5)
    page.line("Vaccination receipt", 34, True)
    page.line("Récépissé de vaccination", 26, ink=GREY)
    page.y += 24
    top = page.y
    squares(page, page.right - 220, top)
    side = {"left deltoid": "deltoïde gauche", "right deltoid": "deltoïde droit"}[site[1]]
    way = {"intramuscular": "intramusculaire", "subcutaneous": "sous-cutanée"}[item.route]
    lines = (("Name / Nom", who.name), ("Date of Birth / Date de naissance", f"{who.born:%Y-%m-%d}"), ("Date", f"{day:%Y-%m-%d}, {rng.randint(9, 11)}:{rng.randint(10, 59)} a.m."),
             ("Agent", item.kind), ("Product Name / Nom du produit", item.brand), ("Manufacturer / Fabricant", item.maker), ("Lot", batch),
             ("Dose number / Numéro de dose", str(number)), ("Route / Voie d'administration", f"{item.route.title()} / {way}"),
             ("Site / Site d'injection", f"{site[1].capitalize()} / {side}"), ("You were vaccinated by / Vous avez été vacciné(e) par", f"{giver}, RN"),
             ("Authorized Organization / Organisme agréé", house))
    for label, value in lines:
        page.y = page.above(label, value, page.left, page.y, 760, 17) + 12
    page.rule()
    page.para("Keep this receipt with your health records. Conservez ce récépissé avec vos dossiers médicaux.", size=18)
    page.para("Questions? 1-888-555-0133", size=18)
    facts.named(page, who)
    page.know("dateOfBirth", who.born.isoformat())
    said(page, item)
    dose(page, item, day, batch, site)
    page.forms["routeOfAdministration"].append(f"{item.route} / {way}")
    page.forms["injectionSite"].append(f"{site[1]} / {side}")
    page.know("doseNumber", number)
    facts.titled(page, "administrator", giver, "RN")
    page.know("healthcareProvider", house)
    return page


def summary(rng):
    """A clinic's immunization entry in running lines, as a chart prints it."""
    page = Page(rng, rng.choice(("serif", "sans")), 22, margin=100)
    who, item, day = facts.person(rng, youngest=19), rng.choice(facts.VACCINES), people.some_day(rng, 2024, 2025, False)
    giver, batch, site, number = facts.clinician(rng, who.name), lot(rng, item), rng.choice(SITES), rng.randint(1, item.doses)
    expires = people.some_day(rng, day.year + 1, day.year + 1, False)
    clinic = rng.choice(("Lakehead Primary Care Associates", "Tidewater Travel Medicine", "Old Mill Pediatrics & Family Health"))
    way = lambda date: f"{date:%b} {date.day}, {date:%Y}"
    page.line(clinic, 26, True)
    page.line("Certificate of Immunization", 24)
    page.rule(width=3)
    page.para(f"This is to certify that the person named here was immunized at {clinic} on the date shown.", gap=14)
    page.y += 6
    page.line(f"Name: {who.name}     Born: {way(who.born)}     Chart no. {people.number(rng, 6)}", bold=True)
    page.y += 14
    page.line(f"{way(day)}    {item.kind} ({item.brand}), dose #{number}, {item.short}, {site[1]}")
    page.line(f"Mfg: {item.maker}    Lot no.: {batch}    Expires: {way(expires)}")
    page.line(f"VIS given, edition dated {way(item.sheet)}")
    page.line(f"Administered by: {giver}, LPN")
    page.y += 14
    page.line("Patient observed 15 minutes after injection, no reaction. Copy sent to the state register.", 20)
    page.y += 80
    page.signature(page.left + 10, page.y)
    page.y += 50
    page.draw.line((page.left, page.y, page.left + 400, page.y), fill=page.ink, width=2)
    page.line("Authorized signature", 16, ink=GREY)
    page.stamp((clinic.split()[0].upper(), "IMMUNIZATION", "CLINIC"), page.right - 380, page.y - 120, (40, 60, 140))
    facts.named(page, who)
    page.know("dateOfBirth", who.born.isoformat())
    said(page, item, f"{item.kind} ({item.brand})")
    dose(page, item, day, batch, site)
    page.know("doseNumber", number)
    facts.titled(page, "administrator", giver, "LPN")
    page.know("healthcareProvider", clinic)
    page.know("visDate", item.sheet.isoformat())
    page.know("vaccineExpiration", expires.isoformat())
    return page


ALL = (register, administered, receipt, summary)
