"""Vaccine certificates: an employer's record in the United States and a travel clinic's certificate in Kenya. Products, codes and dates of information sheets are real."""
import datetime

import people
from paper import GREY
from south import folk
from south.sheet import Sheet

# name, product, maker, code, route, dose of, days to the next, information sheet
AMERICA = (
    ("Tdap", "Boostrix", "GlaxoSmithKline", "115", "IM", 1, 3652, (2021, 8, 6)),
    ("Hepatitis B", "Heplisav-B", "Dynavax", "189", "IM", 1, 28, (2023, 5, 12)),
    ("MMR", "M-M-R II", "Merck", "03", "SC", 2, None, (2021, 8, 6)),
    ("Hepatitis A", "Havrix", "GlaxoSmithKline", "52", "IM", 1, 183, (2021, 10, 15)),
)
# disease, product, maker, how given, dose, days to the booster
KENYA = (
    ("Yellow fever", "Stamaril", "Sanofi Pasteur", "SC", 1, None), ("Typhoid", "Typhim Vi", "Sanofi Pasteur", "IM", 1, 1096),
         ("Meningococcal ACWY", "Nimenrix", "Pfizer", "IM", 1, 1826),
    ("Hepatitis A", "Avaxim", "Sanofi Pasteur", "IM", 2, None), ("Rabies", "Verorab", "Sanofi Pasteur", "IM", 3, 365),
)
ROUTES = {"IM": ("intramuscular", "IM", "I.M.", "intramuscular (IM)", "IM (intramuscular)"),
          "SC": ("subcutaneous", "SC", "S.C.", "SQ", "subcut", "subcutaneous (SC)", "SC (subcutaneous)")}


def ordinal(count):
    return {1: "1st", 2: "2nd", 3: "3rd"}[count]


def us_employee(rng):
    """An occupational health record: boxes with small labels, ticks for route and site, a consent."""
    page = Sheet(rng, "roboto", 22, margin=80)
    name, product, maker, code, route, dose, later, sheet = rng.choice(AMERICA)
    day = people.some_day(rng, 2023, 2024)
    if day < datetime.date(2023, 6, 1):
        day = day.replace(year=2024)
    who = folk.person(rng, "us", rng.choice("mf"), (21, 66), 2023)
    nurse = folk.doctor(rng, "us", who.name)
    clinic, date = rng.choice(("Hartwell County Employee Health", "Twin Forks Occupational Health Clinic")), lambda day: folk.show(day, "us")
    lot, ends = folk.digits(rng, rng.choice(("X3##7", "9K#B#", "U02####"))), people.some_day(rng, 2026, 2027)
    title = rng.choice(("RN", "LPN", "PharmD"))
    page.write(80, 74, clinic, 30, True, (120, 40, 20))
    page.write(80, 116, "Record of Immunization", 24)
    page.flush(f"Form EH-22   Badge {folk.digits(rng, '#####')}", 84, 18, ink=GREY)
    page.y = 170
    page.cells([[("Employee name", who.name, 3), ("Date of birth", date(who.born), 1.6), ("Department", rng.choice(("Radiology", "Dietary", "Pharmacy")), 1.6)],
                [("Vaccine", f"{name} ({product})", 3), ("CVX", code, 0.8), ("Manufacturer", maker, 2)],
                [("Date given", date(day), 1.6), ("Lot no.", lot, 1.6), ("Expiration date", date(ends), 1.6), ("Dose in series", str(dose), 1.4)]])
    page.y += 6
    site = rng.choice(("L deltoid", "R deltoid") if route == "IM" else ("L upper arm", "R upper arm"))
    page.ticks("Route", ("IM", "SC", "ID", "PO"), (route,), tab=120)
    page.ticks("Site", ("L deltoid", "R deltoid") + (("L upper arm", "R upper arm") if route == "SC" else ("L thigh", "R thigh")), (site,), tab=120)
    page.y += 10
    vis = datetime.date(*sheet)
    page.pair("VIS edition date:", date(vis))
    page.y += 6
    page.pair("VIS given to employee:", date(day), bold=True)
    page.y += 6
    page.pair("Administered by:", f"{nurse}, {title}")
    page.y += 6
    if later:
        page.pair("Next dose due:", date(day + datetime.timedelta(days=later)))
    page.rule()
    page.line("Screening on the day of vaccination", bold=True)
    for question in ("Feeling ill or feverish today", "Serious reaction to a vaccine before", "Allergy to yeast, latex or neomycin",
                     "Pregnant, or may be in the next month"):
        page.write(100, page.y, question)
        page.tick(page.tick(700, page.y, "Yes", False), page.y, "No", True)
        page.y += 36
    page.rule()
    page.tick(80, page.y, "I have read the information sheet and consent to this vaccination.", True)
    page.y += 44
    page.tick(80, page.y, "I decline this vaccination.", False)
    page.y += 70
    page.signature(90, page.y)
    page.write(80, page.y + 40, "Employee signature", 17, ink=GREY)
    page.signature(620, page.y)
    page.write(620, page.y + 40, "Signature of person giving vaccine", 17, ink=GREY)
    page.foot("Keep in the employee health file for 30 years", "EH-22")
    people.patient(page, who)
    page.day("dateOfBirth", who.born)
    page.know("vaccineName", f"{name} ({product})", name, product, f"{product} ({name})", f"{name} {code}")
    page.know("manufacturer", maker)
    page.day("vaccinationDate", day)
    page.know("lotNumber", lot)
    people.named(page, "administrator", nurse, f"{nurse}, {title}", nurse)
    page.know("healthcareProvider", clinic)
    page.know("doseNumber", dose)
    page.know("routeOfAdministration", *ROUTES[route])
    side, place = site.split(" ", 1)
    page.know("injectionSite", f"{'left' if side == 'L' else 'right'} {place}", site)
    if later:
        page.day("nextDueDate", day + datetime.timedelta(days=later))
    page.day("visDate", vis)
    page.day("vaccineExpiration", ends)
    return page


def ke_travel(rng):
    """A landscape certificate: a sentence names the traveller, a table of one row the vaccine."""
    page = Sheet(rng, "book", 23, width=1754, height=1240, margin=110, paper=(253, 249, 226))
    name, product, maker, route, dose, later = rng.choice(KENYA)
    day, sex = people.some_day(rng, 2023, 2025), rng.choice("mf")
    who = folk.person(rng, "ke", sex, (19, 70), 2023)
    doctor = folk.doctor(rng, "ke", who.name)
    clinic = rng.choice(("Rift Gate Travel Clinic", "Oginga Street Travel Health Centre"))
    lot, ends, date = folk.digits(rng, rng.choice(("R2##1V", "W1A####", "U4B##1M"))), people.some_day(rng, 2026, 2027), lambda day: folk.show(day, "spaced")
    page.box(50, 50, 1704, 1190, outline=(150, 120, 30), width=5)
    page.centre("CERTIFICATE OF VACCINATION", 40, True, (110, 84, 10))
    page.centre(clinic, 30, True)
    page.centre("Oginga Street, Eldoret 30100, Kenya    +254 53 555 480", 20, ink=GREY)
    page.y += 20
    serial = folk.digits(rng, "KE-#######")
    parts = [("This is to certify that", False), (who.name.upper(), True), (f"{'(male)' if sex == 'm' else '(female)'}, date of birth", False),
             (date(who.born), True),
             ("nationality Kenyan, passport or identity number", False), (folk.digits(rng, "A0######") + ",", True),
             ("whose signature follows, has on the date shown been vaccinated against", False), (name + ".", True)]
    page.y = page.mixed(parts, size=26) + 26
    page.signature(320, page.y)
    page.write(110, page.y - 6, "Signature of holder", 20)
    page.y += 54
    heads = rng.choice((("Vaccine", "Dose", "Date", "Manufacturer", "Batch No.", "Expiry", "Route / site"),
                        ("Vaccine given", "Dose no.", "Date given", "Maker", "Lot No.", "Exp. date", "Route / site")))
    limb = rng.choice(("left deltoid", "right deltoid") if route == "IM" else ("left upper arm", "right upper arm"))
    row = (f"{name} ({product})", ordinal(dose), date(day), maker, lot, date(ends), f"{route}, {limb}")
    page.y = page.grid(110, page.right - 110, page.y, heads, [row, [""] * 7, [""] * 7], (2.6, 1.1, 1.7, 1.9, 1.4, 1.7, 1.9), 22, lines=True,
                       shade=(240, 230, 190)) + 20
    if later:
        page.pair("Booster due on:", date(day + datetime.timedelta(days=later)))
    elif name == "Yellow fever":
        page.pair("Valid from:", f"{date(day + datetime.timedelta(days=10))} for the life of the person vaccinated")
    else:
        page.line("Course complete. No further dose is required.")
    page.y += 22
    page.pair("Vaccinated by:", f"{doctor}, Registered Clinical Officer")
    page.y += 30
    page.stamp(("TRAVEL CLINIC", "ELDORET", "OFFICIAL"), 1180, page.y - 60, (30, 60, 140))
    page.signature(330, page.y + 20)
    page.write(110, page.y + 8, "Supervising clinician", 20)
    page.write(110, 1140, f"Certificate no. {serial}. Any amendment or erasure makes this certificate void.", 17, ink=GREY)
    people.patient(page, who)
    page.day("dateOfBirth", who.born)
    page.know("vaccineName", f"{name} ({product})", name, product, f"{product} ({name})")
    page.know("manufacturer", maker)
    page.day("vaccinationDate", day)
    page.know("lotNumber", lot)
    people.named(page, "administrator", doctor, doctor, f"{doctor}, Registered Clinical Officer")
    page.know("healthcareProvider", clinic)
    page.know("doseNumber", dose)
    page.know("routeOfAdministration", *ROUTES[route])
    page.know("injectionSite", limb)
    page.day("vaccineExpiration", ends)
    if later:
        page.day("nextDueDate", day + datetime.timedelta(days=later))
    return page


TEMPLATES = (us_employee, ke_travel)
