"""Certificates of vaccination: the Union's, the World Health Organization's, India's, and records of a travel clinic and of the Gulf."""
from datetime import timedelta

import cv2
import numpy as np
from PIL import Image

from people import number, show, some_day
from world.folk import called, colleague, doctor, folk
from world.sheet import GREY, RULE, Sheet

# kind of vaccine, product, holder of the authorisation, other names of the holder, doses in the series
UNION = (
    ("SARS-CoV-2 mRNA vaccine", "Comirnaty", "Biontech Manufacturing GmbH", ("BioNTech", "Pfizer-BioNTech", "Biontech"), 2),
    ("SARS-CoV-2 mRNA vaccine", "Spikevax", "Moderna Biotech Spain S.L.", ("Moderna", "Moderna Biotech Spain"), 2),
    ("COVID-19 vaccines", "Vaxzevria", "AstraZeneca AB", ("AstraZeneca",), 2),
    ("COVID-19 vaccines", "Jcovden", "Janssen-Cilag International", ("Janssen",), 1),
)
STATES = (("NL", "Ministry of Health Welfare and Sport"), ("IE", "Health Service Executive"), ("MT", "Ministry for Health"))


def lot(rng):
    return rng.choice(("AB", "EW", "FK", "U3", "W2")) + number(rng, 4) + rng.choice(("", "A", "C", "L"))


def know_person(page, who):
    called(page, who)
    page.know("dateOfBirth", who.born.isoformat())


def square(page, text, x, y, side):
    """A real QR code that holds `text`, which is no certificate."""
    code = cv2.QRCodeEncoder.create().encode(text)
    picture = Image.fromarray(np.asarray(code)).resize((side, side), Image.NEAREST)
    page.image.paste(picture.convert("RGB"), (x, y))


def eu_certificate(rng):
    """The European Union's certificate as printed to be folded: a QR code and the holder above, labels in two lines below."""
    page = Sheet(rng, rng.choice(("roboto", "sans", "light")), 21, margin=80)
    who = folk(rng, "eu", 80, 25)
    kind, product, holder, others, doses = rng.choice(UNION)
    dose = rng.randint(1, doses)
    state, issuer = rng.choice(STATES)
    when = some_day(rng, 2021, 2022)
    blue = (0, 51, 153)
    page.draw.rectangle((40, 24, page.image.width - 40, 118), fill=blue)
    page.write(80, 38, "EU DIGITAL COVID CERTIFICATE", 34, True, (255, 221, 0))
    page.write(1160, 42, state, 30, True, (255, 255, 255), "ra")
    square(page, f"TEST ONLY {number(rng, 40)}", 80, 160, 400)
    page.write(540, 165, "Vaccination Certificate", 30, True, blue)
    code = f"URN:UVCI:01:{state}:{number(rng, 8)}{rng.choice('ABCDEFGH')}{number(rng, 6)}#{rng.choice('KLMN')}"
    y = 230
    for label, value in (("Surname(s) and forename(s)", f"{who.last} {who.first}"), ("Date of birth (YYYY-MM-DD)", who.born.isoformat()), ("Unique certificate identifier", code)):
        y = page.above(label, value, 540, y, 620, 17) + 12
    page.write(80, 590, "This certificate is not a travel document. The scientific evidence on vaccination continues to evolve.", 17, ink=GREY)
    page.write(80, 616, "Before travelling, check the public health measures that apply at the point of destination.", 17, ink=GREY)
    page.draw.line((80, 660, 1160, 660), fill=blue, width=3)
    rows = (("Disease or agent targeted", "Ziekte of verwekker", "COVID-19"), ("Vaccine/prophylaxis", "Vaccin/profylaxe", kind), ("Vaccine medicinal product", "Vaccin", product),
            ("Vaccine marketing authorisation holder or manufacturer", "Vergunninghouder of fabrikant", holder),
            ("Number in a series of vaccinations/doses and the overall number of doses", "Nummer in een reeks en totaal aantal doses", f"{dose} / {doses}"),
            ("Date of vaccination (YYYY-MM-DD)", "Vaccinatiedatum", when.isoformat()), ("Member State of vaccination", "Lidstaat van vaccinatie", state),
            ("Certificate issuer", "Afgever van het certificaat", issuer))
    y = 690
    for label, dutch, value in rows:
        end = page.wrap(label, 80, 560, y, 20)
        if state == "NL":
            page.write(80, end - 3, dutch, 17, ink=GREY)
        page.wrap(value, 700, 460, y, 22, True)
        y = end + 40
    know_person(page, who)
    page.know("vaccineName", product, kind, f"{kind} ({product})", f"{product} ({kind})", f"{kind} {product}", "COVID-19 vaccine", "COVID-19", f"COVID-19 {product}", "COVID-19 mRNA vaccine")
    page.know("manufacturer", holder, *others)
    page.know("vaccinationDate", when.isoformat())
    page.know("doseNumber", dose)
    page.may("healthcareProvider", issuer)
    return page


# against what, product, manufacturer, other names, how long it is valid
YELLOW = (("Yellow fever", "Stamaril", "Sanofi Pasteur", ("Sanofi",), "for life"), ("Yellow fever", "YF-Vax", "Sanofi Pasteur", ("Sanofi",), "for life"),
          ("Meningococcal ACWY", "Menveo", "GlaxoSmithKline", ("GSK",), "for 5 years"), ("Polio", "bOPV", "Serum Institute of India", ("Serum Institute",), "for 12 months"))


def who_booklet(rng):
    """The yellow booklet of the World Health Organization: the person stands in a sentence, the dose in a row of a wide table."""
    page = Sheet(rng, rng.choice(("serif", "book")), 22, 1754, 1240, 70, paper=(255, 243, 190))
    land = rng.choice(("ng", "ke", "za", "ph"))
    who = folk(rng, land, 70, 20)
    by = colleague(rng, land, who)
    disease, product, maker, others, valid = rng.choice(YELLOW)
    when, batch = some_day(rng, 2021, 2024), lot(rng)
    page.centre("INTERNATIONAL CERTIFICATE OF VACCINATION OR PROPHYLAXIS", 30, True)
    page.centre("International Health Regulations (2005)", 20)
    page.y += 24
    nation = {"ng": "Nigerian", "ke": "Kenyan", "za": "South African", "ph": "Filipino"}[land]
    who_lines(page, (("This is to certify that [name]", f"{who.name}", 640), ("date of birth", show(who.born, "words"), 330), ("sex", who.sex, 60)),
              (("nationality", nation, 330), ("national identification document, if applicable", f"{rng.choice('ABKP')}{number(rng, 8)}", 330)),
              (("whose signature follows", "", 420),))
    page.signature(420, page.y - 40)
    page.line("has on the date indicated been vaccinated or received prophylaxis against")
    page.line(f"[name of disease or condition]:   {disease.upper()}", bold=True)
    page.line("in accordance with the International Health Regulations.")
    page.y += 24
    place = {"ng": "Port Health Services Apapa", "ke": "Mombasa Port Clinic", "za": "Travel Clinic Umhlanga", "ph": "Bureau of Quarantine Cebu"}[land]
    job = rng.choice(("Medical Officer", "Public Health Nurse"))
    who_row(page, (f"{disease} ({product})", show(when, "words"), f"{by.name}, {job}", f"{maker} Batch {batch}", f"from {show(when + timedelta(days=10), 'words')} {valid}", place))
    page.write(70, 1170, "This certificate is valid only if the vaccine or prophylaxis used has been approved by the World Health Organization.", 17, ink=GREY)
    know_person(page, who)
    page.know("vaccineName", f"{disease} ({product})", disease, product, f"{disease} vaccine")
    page.know("manufacturer", maker, *others)
    page.know("vaccinationDate", when.isoformat())
    page.know("lotNumber", batch)
    doctor(page, "administrator", by, by.name, f"{by.name}, {job}", f"{by.name} {job}")
    page.know("healthcareProvider", place)
    return page


def who_lines(page, *lines):
    """Words of the form, each followed by what was filled in over a dotted line of some width."""
    for parts in lines:
        x = page.left
        for label, value, width in parts:
            x = page.write(x, page.y, label) + 10
            page.write(x + 8, page.y - 4, value, 24, True, (30, 40, 110))
            for at in range(int(x), int(x) + width, 8):
                page.draw.rectangle((at, page.y + 27, at + 2, page.y + 28), fill=GREY)
            x += width + 14
        page.y += 50


def who_row(page, row):
    page.table(("Vaccine or prophylaxis", "Date", "Signature and professional status of supervising clinician", "Manufacturer and batch no. of vaccine or prophylaxis",
                "Certificate valid", "Official stamp of the administering centre"), [row, ("",) * 6, ("",) * 6], (16, 14, 20, 20, 16, 18), True, 20)


# product, kind, manufacturer, other names, days to the next dose
BENEFIT = (
    ("COVISHIELD", "COVID-19 vaccine, non-replicating viral vector", "Serum Institute of India Pvt. Ltd.", ("Serum Institute of India", "Serum Institute of India Pvt Ltd"), 84),
    ("COVAXIN", "COVID-19 vaccine, inactivated virus", "Bharat Biotech International Ltd.", ("Bharat Biotech", "Bharat Biotech International"), 28),
)


def in_beneficiary(rng):
    """India's certificate: a ministry's heading, sections of labels at the left and values at the right without lines; date and batch share one."""
    page = Sheet(rng, rng.choice(("roboto", "sans", "dejavu")), 22, margin=110)
    who = folk(rng, "in", 75, 20)
    by = colleague(rng, "in", who)
    product, kind, maker, others, days = rng.choice(BENEFIT)
    when, batch = some_day(rng, 2021, 2022), f"{number(rng, 4)}{rng.choice('ZMH')}{number(rng, 3)}"
    dose = rng.randint(1, 2)
    site = rng.choice(("Primary Health Centre Hadapsar", "Community Hall Vaccination Centre Ward 12", "District Hospital Mysuru"))
    page.centre("Ministry of Health & Family Welfare", 26, True)
    page.centre("Government of India", 20)
    page.rule((230, 120, 30), 4)
    page.centre(f"{'Provisional ' if dose == 1 else ''}Certificate for COVID-19 Vaccination", 30, True, (0, 90, 60))
    page.centre(f"Issued in India after dose {dose}" if rng.random() < 0.5 else "Issued in India by the vaccination programme", 18, ink=GREY)
    page.y += 20
    facts = {"Vaccine Name": product, "Vaccine Type": kind, "Manufacturer": maker, "Dose Number": f"{dose}/2", "Date of Dose": f"{show(when, 'dashes').replace('-', ' ')} (Batch no. {batch})"}
    later = when + timedelta(days=days)
    if dose == 1:
        facts["Next due date"] = f"On or after {show(later, 'dashes').replace('-', ' ')}"
    facts |= {"Vaccinated by": by.name, "Vaccination at": f"{site}, {who.town.rsplit(' ', 1)[0]}, India"}
    for title, rows in (("Beneficiary Details", {"Beneficiary Name": who.name, "Date of Birth": show(who.born, "dashes").replace("-", " "), "Gender": "Female" if who.sex == "F" else "Male",
                                                 "ID Verified": f"Aadhaar # XXXXXXXX{number(rng, 4)}", "Beneficiary Reference ID": number(rng, 14)}), ("Vaccination Details", facts)):
        page.line(title, 25, True, (20, 60, 140))
        page.y += 8
        for label, value in rows.items():
            page.pair(label, value, tab=380, bold=False)
            page.y += 9
        page.y += 18
    square(page, f"NOT A CERTIFICATE {number(rng, 20)}", 890, 1380, 240)
    page.wrap("In case of any adverse event contact the nearest public health centre, health care worker or the helpline.", 110, 700, 1400, 19)
    know_person(page, who)
    page.know("vaccineName", product, kind, f"{product} ({kind})", f"{product} {kind}", f"{kind} ({product})", "COVID-19 vaccine", "COVID-19")
    for field, value, forms in (("manufacturer", maker, others), ("vaccinationDate", when.isoformat(), ()), ("lotNumber", batch, ()), ("doseNumber", dose, ())):
        page.know(field, value, *forms)
    if dose == 1:
        page.know("nextDueDate", later.isoformat())
    doctor(page, "administrator", by, by.name)
    page.know("healthcareProvider", facts["Vaccination at"], site, f"{site}, {who.town.rsplit(' ', 1)[0]}")
    return page


# what it is against, product, manufacturer, other names, route as printed, route, and for each dose the days to the next
TRAVEL = (
    ("Hepatitis A", "Havrix Monodose", "GlaxoSmithKline", ("GSK",), "IM", "intramuscular", (182, 9131)),
    ("Typhoid", "Typhim Vi", "Sanofi", ("Sanofi Pasteur",), "i.m.", "intramuscular", (1096,)),
    ("Japanese encephalitis", "Ixiaro", "Valneva", (), "IM", "intramuscular", (28, 365)),
    ("Rabies", "Rabipur", "Bavarian Nordic", (), "Intramuscular", "intramuscular", (7, 21)),
    ("Tick-borne encephalitis", "TicoVac", "Pfizer", (), "IM", "intramuscular", (60, 182)),
)
ARMS = (("L deltoid", "left deltoid"), ("R deltoid", "right deltoid"), ("Left upper arm", "left upper arm"), ("Right deltoid", "right deltoid"))


def uk_travel_clinic(rng):
    """England: a travel clinic's record in boxes with the label over the value, a barcode and a tick for consent."""
    page = Sheet(rng, rng.choice(("lato", "sans", "slim")), 22, 1240, 1000, 70)
    who = folk(rng, "uk", 70, 20)
    by = colleague(rng, "uk", who)
    disease, product, maker, others, printed, route, days = rng.choice(TRAVEL)
    shown_arm, arm = rng.choice(ARMS)
    when, dose, batch = some_day(rng, 2022, 2024), rng.randint(1, len(days)), lot(rng)
    ends, later = some_day(rng, 2025, 2027), when + timedelta(days=days[dose - 1])
    way = "uk" if later.day > 12 else "dashes"
    clinic = rng.choice(("Compass Travel Health", "Meridian Pharmacy Vaccination Service"))
    page.write(70, 60, clinic, 32, True, (0, 100, 120))
    page.write(70, 104, f"{by.address}   Tel {by.phone}", 18)
    page.bars(880, 66)
    page.y = 150
    page.line("RECORD OF VACCINE GIVEN", 22, True)
    nurse = rng.choice(("RN", "MRPharmS"))
    page.cells(((("NAME", who.name, 5), ("D.O.B.", show(who.born, way), 3), ("REF", number(rng, 6), 2)),
                (("VACCINE", f"{disease} ({product})", 5), ("MANUFACTURER", maker, 3), ("DOSE", f"{dose} of {3 if disease[:3] in ('Rab', 'Tic') else len(days)}", 2)),
                (("DATE GIVEN", show(when, way), 3), ("BATCH NO.", batch, 3), ("EXPIRY", show(ends, way), 3)),
                (("ROUTE", printed, 3), ("SITE", shown_arm, 3), ("NEXT DOSE DUE", show(later, way), 3)),
                (("GIVEN BY", f"{by.name} {nurse}", 5), ("SIGNED", "", 3))))
    page.signature(860, page.y - 45, 200)
    page.tick(70, page.y + 10, "Consent obtained", True)
    page.tick(400, page.y + 10, "Patient leaflet given", True)
    page.tick(760, page.y + 10, "Observed for 15 minutes", rng.random() < 0.5)
    page.write(70, 930, "Keep this card with your passport. It does not replace the international certificate.", 17, ink=GREY)
    know_person(page, who)
    page.know("vaccineName", f"{disease} ({product})", disease, product, f"{disease} vaccine")
    page.know("manufacturer", maker, *others)
    for field, day in (("vaccinationDate", when), ("vaccineExpiration", ends), ("nextDueDate", later)):
        page.know(field, day.isoformat())
    page.know("lotNumber", batch)
    page.know("doseNumber", dose)
    page.know("routeOfAdministration", route, printed)
    page.know("injectionSite", arm, shown_arm)
    doctor(page, "administrator", by, by.name, f"{by.name} {nurse}", f"{by.name}, {nurse}")
    page.know("healthcareProvider", clinic)
    return page


def ae_register(rng):
    """The Gulf: a register with a row for each dose; of what differs the last dose is meant, and any other row is as right."""
    page = Sheet(rng, rng.choice(("sans", "condensed", "roboto")), 20, 1754, 1100, 70)
    who = folk(rng, "ae", 60, 20)
    by = colleague(rng, "ae", who)
    name, product, maker, gaps = rng.choice((("Hepatitis B", "Engerix-B", "GlaxoSmithKline", (0, 30, 182)), ("HPV", "Gardasil 9", "MSD", (0, 61, 182)), ("Hepatitis A and B", "Twinrix", "GlaxoSmithKline", (0, 30, 182))))
    first = some_day(rng, 2021, 2023)
    days = [first + timedelta(days=gap) for gap in gaps[:rng.randint(1, 3)]]
    lots = [lot(rng) for _ in days]
    ends = [some_day(rng, 2025, 2027) for _ in days]
    centre = rng.choice(("Al Barari Primary Healthcare Centre", "Marina Family Medical Centre"))
    page.write(70, 60, centre, 30, True, (120, 20, 50))
    page.write(70, 102, f"{by.address}, United Arab Emirates", 18)
    page.flush("IMMUNIZATION RECORD", 66, 26, True)
    page.y = 150
    for left, right in ((("Full Name", who.name), ("Date of Birth", show(who.born, "capitals"))), (("Emirates ID", f"784-{who.born.year}-{number(rng, 7)}-{rng.randint(0, 9)}"), ("File No.", number(rng, 7))),
                        (("Vaccine", f"{name} ({product})"), ("Manufacturer", maker))):
        top = page.y
        page.pair(f"{left[0]} :", left[1], tab=190)
        page.pair(f"{right[0]} :", right[1], x=950, tab=190, y=top)
    page.y += 20
    rows = [(str(n), show(day, "capitals"), batch, show(end, "capitals"), "IM", "Left deltoid", f"Dr. {by.name}")
            for n, (day, batch, end) in enumerate(zip(days, lots, ends), 1)]
    page.table(("Dose No.", "Date Given", "Batch / Lot", "Expiry Date", "Route", "Site", "Administered By"), rows, (9, 15, 15, 15, 9, 15, 24), rng.random() < 0.6)
    page.stamp(("IMMUNIZED", "MOHAP", "clinic use"), 1300, page.y + 60)
    page.write(70, 1040, "Computer generated. Valid with the stamp of the centre only.", 17, ink=GREY)
    know_person(page, who)
    page.know("vaccineName", f"{name} ({product})", name, product, f"{name} vaccine")
    page.know("manufacturer", maker, *(("Merck",) if maker == "MSD" else ("GSK",)))
    for field, values in (("vaccinationDate", [day.isoformat() for day in days]), ("lotNumber", lots), ("vaccineExpiration", [day.isoformat() for day in ends]),
                          ("doseNumber", list(range(1, len(days) + 1)))):
        page.know(field, values[-1], *values[:-1])
    page.know("routeOfAdministration", "intramuscular", "IM")
    page.know("injectionSite", "left deltoid")
    doctor(page, "administrator", by, f"Dr. {by.name}")
    page.know("healthcareProvider", centre)
    return page


TEMPLATES = (eu_certificate, who_booklet, in_beneficiary, uk_travel_clinic, ae_register)
