"""Prescriptions of Britain, India, Australia, South Africa and the Gulf: a green form, an out-patients' sheet, a form with repeats, a hospital's grid."""

from .drugs import AFRICA, AUSTRALIA, GULF, INDIA, UK, directions, medicine, spelt, swap
from .kit import Sheet, a_day, by, digits, on, soul, staff, whose

GREEN = (26, 96, 62)


def green_form(rng):
    """The green form of British surgeries, with its boxes and the pharmacy's stamp."""
    page = Sheet(rng, rng.choice(("narrow", "sans", "cond")), 20, width=940, height=1400, margin=50, paper=(222, 241, 226))
    who, drugs = soul(rng, "uk"), rng.sample(UK, rng.choice((1, 2, 3)))
    days = drugs[0].days
    doctor, day = staff(rng, "uk", who.name), a_day(rng, 2023, 2025)
    shop = rng.choice(("Wyre Street Pharmacy", "Castlegate Chemists", "Allardyce Pharmacy"))
    surgery = rng.choice(("The Limes Surgery", "Riverbank Medical Practice", "Old Forge Health Centre"))
    page.box(50, 50, 330, 190, GREEN)
    page.write(60, 56, "Pharmacy Stamp", 15, ink=GREEN)
    page.write(76, 100, shop, 20, ink=(60, 40, 130))
    page.write(76, 128, f"{rng.randint(2, 80)} High Street", 18, ink=(60, 40, 130))
    page.write(76, 152, rng.choice(("Taunton TA1 3PX", "Kendal LA9 4DQ")), 18, ink=(60, 40, 130))
    page.box(380, 50, 140, 190, GREEN)
    page.write(390, 56, "Age", 15, ink=GREEN)
    page.write(390, 80, f"{day.year - who.born.year - ((day.month, day.day) < (who.born.month, who.born.day))}yrs", 20)
    page.write(390, 134, "D.o.B", 15, ink=GREEN)
    page.write(390, 158, f"{who.born:%d/%m/%Y}" if rng.random() < 0.6 else f"{who.born:%d.%m.%Y}", 20)
    page.box(520, 50, 370, 190, GREEN)
    page.write(530, 56, "Title, Forename, Surname & Address", 15, ink=GREEN)
    for row, text in enumerate((f"{who.title(rng)} {who.name}", who.street, who.town)):
        page.write(530, 84 + row * 30, text, 20)
    page.write(60, 252, "Number of days' treatment", 15, ink=GREEN)
    page.write(60, 270, "N.B. Ensure dose is stated", 13, ink=GREEN)
    page.box(290, 248, 90, 44, GREEN)
    page.write(335, 257, str(days), 22, anchor="ma")
    page.write(530, 254, f"NHS Number: {digits(rng, 3)} {digits(rng, 3)} {digits(rng, 4)}", 17)
    page.box(50, 300, 840, 620, GREEN)
    page.y = 322
    unit, brief = lambda d: "capsule" if "capsule" in d.form else "tablet", rng.random() < 0.6
    for d in drugs:
        page.line(f"{d.generic} {d.strength} {d.form}", bold=rng.random() < 0.5, x=90)
        page.line(d.words, x=90)
        page.line(f"{d.quantity} {unit(d)}" if brief else f"Supply {d.quantity} {unit(d)}s", x=90)
        page.y += 34
    page.line("- - - - - No more items on this prescription - - - - -", 17, x=90)
    page.y = 935
    page.box(50, 930, 560, 100, GREEN)
    page.write(60, 936, "Signature of Prescriber", 15, ink=GREEN)
    page.signature(150, 985)
    page.box(610, 930, 280, 100, GREEN)
    page.write(620, 936, "Date", 15, ink=GREEN)
    page.write(640, 972, f"{day:%d/%m/%Y}" if rng.random() < 0.6 else f"{day:%d} {day:%b} {day:%Y}", 22)
    page.box(50, 1040, 840, 150, GREEN)
    page.write(60, 1046, "For dispenser. No. of Prescns. on form", 15, ink=GREEN)
    page.write(480, 1048, str(len(drugs)), 18)
    initials = doctor[0]
    for row, text in enumerate(
        (f"Dr {doctor}     {digits(rng, 6)}", surgery, f"Mill Lane, {rng.choice(('Ludlow SY8 2AB', 'Perth PH1 5QA'))}     01632 960 {digits(rng, 3)}")
    ):
        page.write(300, 1076 + row * 34, text, 19)
    page.write(60, 1200, f"FP10SS  {digits(rng, 11)}", 17, ink=GREEN)
    page.wrap("Patients - please read the notes overleaf", 560, 330, 1200, 15, ink=GREEN)
    whose(page, who)
    on(page, patientDOB=who.born, datePrescribed=day)
    page.know("patientAddress", f"{who.street}, {who.town}")
    page.know("pharmacy", shop)
    by(page, "prescriber", doctor, f"Dr {initials} {doctor.split()[1]}")
    medicine(page, drugs[0])
    directions(page, drugs[0].words)
    page.know("quantity", drugs[0].quantity)
    page.know("daysSupply", days)
    return page


def outpatient_sheet(rng):
    """An Indian doctor's sheet: degrees at the left, clinic at the right, the medicines numbered with their 1-0-1."""
    page = Sheet(rng, rng.choice(("dejavu", "lato", "book")), 20, height=1500, margin=90)
    who, picked = soul(rng, "in"), rng.sample(INDIA, rng.choice((1, 2, 3)))
    doctor, day = staff(rng, "in", who.name), a_day(rng, 2023, 2025)
    clinic = rng.choice(("Sanjeevani Polyclinic", "Shree Ganesh Hospital", "Arogya Multispeciality Clinic"))
    degree = rng.choice(("MBBS, MD (Medicine)", "MBBS, DNB", "MBBS, MD, DM"))
    page.write(90, 80, f"Dr. {doctor}", 28, True, (130, 20, 40))
    page.write(90, 120, degree, 18)
    page.write(90, 146, f"Reg. No. {rng.choice(('MMC', 'KMC', 'DMC'))} {digits(rng, 5)}", 18)
    page.flush(clinic, 82, 24, True)
    page.flush("12 Ring Road, Nashik 422001", 120, 18)
    page.flush("Timings 10 am - 1 pm, 6 pm - 9 pm", 146, 18)
    page.draw.line((90, 184, 1150, 184), fill=(130, 20, 40), width=3)
    way = rng.choice(("{0:%d}/{0:%m}/{0:%Y}", "{0:%d}-{0:%b}-{0:%Y}", "{0:%d}-{0:%m}-{0:%y}"))
    page.y = 204
    page.write(90, page.y, f"{rng.choice(('Patient Name', 'Pt', 'Name'))}: {who.title(rng)}. {who.name}", 20)
    page.flush(f"Date: {way.format(day)}", page.y, 20)
    page.y += 34
    page.write(
        90,
        page.y,
        f"DOB: {who.born:%d/%m/%Y}    Sex: {'F' if who.woman else 'M'}    Wt: {rng.randint(48, 88)} kg    BP: {rng.randint(112, 148)}/{rng.randint(68, 92)} mmHg",
        20,
    )
    page.y += 34
    page.write(90, page.y, f"Address: {who.street}, {who.town}", 20)
    page.y += 50
    page.write(90, page.y, f"{rng.choice(('Diagnosis', 'Dx', 'Imp'))}: {picked[0].illness}", 20, True)
    page.y += 56
    page.write(90, page.y, "\u211e" if page.family in ("dejavu", "book") else "Rx", 44, True)
    page.y += 66
    tables = rng.random() < 0.5
    upper = rng.random() < 0.5
    names = [d.brand.upper() if upper else d.brand for d in picked]
    if tables:
        page.table(
            ["", "Medicine", "Dosage", "Days", "Qty"],
            [
                [f"{n}.", f"{d.form} {name} ({d.generic} {d.strength})", d.words, str(d.days), str(d.quantity)]
                for n, (d, name) in enumerate(zip(picked, names), 1)
            ],
            (6, 46, 30, 10, 10),
            size=19,
        )
    else:
        for n, (d, name) in enumerate(zip(picked, names), 1):
            page.line(f"{n}) {d.form} {name}", 22, True)
            page.line(f"{d.generic} {d.strength}", 17, ink=(90, 90, 90), x=126)
            page.line(f"{d.words}   x {d.days} days", x=126)
            page.line(f"Qty: {d.quantity} ({spelt(d.quantity)})", x=126)
            page.y += 18
    page.y += 20
    page.line("Adv: plenty of fluids, review with reports.", 19)
    page.line("Review after 2 weeks or SOS.", 19)
    page.signature(900, page.y + 40, 190)
    page.write(900, page.y + 84, f"Dr. {doctor}", 18)
    page.stamp((clinic.split()[0].upper(), "CONSULTANT"), 110, page.y + 30, (50, 50, 150))
    page.write(620, 1450, "Not valid for medico-legal purposes", 15, ink=(120, 120, 120), anchor="ma")
    d = picked[0]
    whose(page, who)
    on(page, patientDOB=who.born, datePrescribed=day)
    page.know("patientAddress", f"{who.street}, {who.town}")
    by(page, "prescriber", doctor, f"Dr. {doctor}, {degree}", f"{doctor}, {degree}")
    medicine(page, d, "brand first", *(f"{d.form} {x}" for x in (d.brand, d.brand.rstrip("0123456789 "))), d.brand.rstrip("0123456789 "))
    directions(page, d.words, d.terse, f"{d.words} x {d.days} days", f"{d.words} for {d.days} days")
    page.know("quantity", d.quantity)
    (page.know if tables else page.may)("daysSupply", d.days)
    page.know("diagnosis", d.illness)
    return page


def repeat_form(rng):
    """A form of Australia or South Africa with numbers of insurance, columns for quantity and repeats, and boxes."""
    land = rng.choice(("au", "za"))
    page = Sheet(
        rng, rng.choice(("sans", "cond", "roboto")), 20, width=1240, height=1080, margin=80, paper=(255, 255, 255) if land == "za" else (250, 250, 240)
    )
    who, picked = soul(rng, land), rng.sample(AUSTRALIA if land == "au" else AFRICA, rng.choice((1, 2)))
    doctor, day = staff(rng, land, who.name), a_day(rng, 2023, 2025)
    clinic = rng.choice(
        ("Bluegum Road Medical Centre", "Penrose Family Practice") if land == "au" else ("Constantia Medical Suites", "Dr's Rooms, Lynnwood Mediclinic")
    )
    way = "{0:%d}/{0:%m}/{0:%Y}" if land == "au" else rng.choice(("{0:%Y}/{0:%m}/{0:%d}", "{0:%d} {0:%B} {0:%Y}"))
    page.write(80, 60, f"Dr {doctor}", 26, True)
    page.write(80, 96, clinic, 20)
    page.write(80, 124, "6 Kensington Parade, Mildura VIC 3500" if land == "au" else "41 Atterbury Road, Tshwane 0081", 18)
    page.flush(f"Prescriber no. {digits(rng, 7)}" if land == "au" else f"Practice No. {digits(rng, 7)}", 64, 19)
    page.flush("Phone (03) 5550 " + digits(rng, 4) if land == "au" else f"HPCSA MP{digits(rng, 6)}", 94, 19)
    page.y = 150
    page.rule(gap=2)
    page.y = 172
    first = "Medicare No." if land == "au" else "Medical aid / No."
    page.cells(
        [
            [
                ("Patient's full name" if land == "au" else "Patient", f"{who.name}", 4),
                ("Birth date" if land == "au" else "D.O.B.", way.format(who.born), 3),
                (first, f"{digits(rng, 4)} {digits(rng, 5)} {digits(rng, 1)}" if land == "au" else f"Protea Health {digits(rng, 8)}", 3),
            ],
            [
                ("Patient's address" if land == "au" else "Address", f"{who.street}, {who.town}", 7),
                ("Date" if land == "au" else "Date of script", way.format(day), 3),
            ],
        ]
    )
    free = rng.random() < 0.5
    if land == "au":
        at = page.tick(80, page.y, "PBS", True)
        at = page.tick(at, page.y, "RPBS", False)
        page.tick(at + 60, page.y, "Brand substitution not permitted", not free)
    else:
        at = page.write(80, page.y, "Generic substitution:") + 20
        at = page.tick(at, page.y, "Yes", free)
        page.tick(at, page.y, "No", not free)
    page.y += 52
    style = rng.choice(("generic", "both", "brand first")) if free else "brand"
    shown = {"generic": "{0.generic}", "both": "{0.generic} ({0.brand})", "brand first": "{0.brand} ({0.generic})", "brand": "{0.brand}"}[style]
    times = [rng.choice((1, 2, 5)) if d.days > 7 else 0 for d in picked]
    names = [f"{shown.format(d)} {d.strength} {d.form}" for d in picked]
    if land == "au":
        page.table(
            ["Item", "Directions", "Qty", "Rpts"], [[name, d.words, str(d.quantity), str(t)] for name, d, t in zip(names, picked, times)], (40, 40, 9, 9)
        )
    else:
        page.table(
            ["ICD-10", "Medicine", "Directions", "Quantity", "Repeats"],
            [[f"{d.code} {d.illness}", name, d.words, str(d.quantity), str(t)] for name, d, t in zip(names, picked, times)],
            (24, 30, 32, 12, 12),
        )
    page.y += 30
    page.signature(110, page.y + 20)
    page.write(80, page.y + 62, "Doctor's signature", 15, ink=(110, 110, 110))
    page.write(520, page.y + 62, "Patient's or agent's signature", 15, ink=(110, 110, 110))
    page.write(
        80,
        1030,
        "I certify that I have received these medicines and that what I state about my entitlement is not false."
        if land == "au"
        else "E&OE. Valid for six months from the date of issue.",
        14,
        ink=(120, 120, 120),
    )
    d = picked[0]
    whose(page, who)
    on(page, patientDOB=who.born, datePrescribed=day)
    page.know("patientAddress", f"{who.street}, {who.town}")
    by(page, "prescriber", doctor)
    medicine(page, d, style)
    directions(page, d.words)
    page.know("quantity", d.quantity)
    page.know("refills", times[0])
    swap(page, free, told=land == "za" or not free)
    if land == "za":
        page.know("diagnosis", d.illness)
    return page


def hospital_grid(rng):
    """A hospital of the Gulf: cells for the patient, diagnoses with codes, a row a medicine with generic name and brand."""
    page = Sheet(rng, rng.choice(("sans", "roboto", "narrow")), 18, width=1600, height=1130, margin=60)
    who, picked = soul(rng, "ae"), rng.sample(GULF, rng.choice((1, 2, 3)))
    doctor, day = staff(rng, "ae", who.name), a_day(rng, 2023, 2025)
    house = rng.choice(("Gulf Crescent Hospital", "Al Rayyan Specialty Hospital", "Marina Bay Medical Centre"))
    way = rng.choice(("{0:%d}-{0:%b}-{0:%Y}", "{0:%d}/{0:%m}/{0:%Y}"))
    page.write(60, 50, house, 30, True, (0, 90, 110))
    page.flush("e-PRESCRIPTION", 54, 26, True, (0, 90, 110))
    page.write(60, 92, "P.O. Box 11820, Dubai, U.A.E.   Tel +971 4 555 0199", 16)
    page.y = 126
    page.cells(
        [
            [
                ("Patient Name", who.name, 4),
                ("Date of Birth", way.format(who.born), 2),
                ("Gender", "Female" if who.woman else "Male", 2),
                ("MRN", digits(rng, 7), 2),
            ],
            [
                ("Address", f"{who.street}, {who.town}", 4),
                ("Emirates ID", f"784-{who.born.year}-{digits(rng, 7)}-{digits(rng, 1)}", 3),
                ("Insurance", rng.choice(("Daman Basic", "NextCare GN", "Self pay")), 3),
            ],
            [("Physician", f"Dr. {doctor}", 4), ("License No.", f"DHA-P-{digits(rng, 7)}", 3), ("Prescription Date", f"{way.format(day)}", 3)],
        ]
    )
    page.line("Diagnosis", bold=True, ink=(0, 90, 110))
    page.table(
        ["Type", "ICD-10", "Description"], [["Principal" if n == 0 else "Secondary", d.code, d.illness] for n, d in enumerate(picked)], (14, 12, 60), size=17
    )
    page.line("Medications", bold=True, ink=(0, 90, 110))
    times = [0 if d.days < 28 else rng.choice((0, 1, 2)) for d in picked]
    page.table(
        [
            "S.No",
            "Generic Name",
            "Brand Name",
            "Strength",
            "Form",
            "Route",
            rng.choice(("Directions", "Instructions", "Dose & Frequency")),
            rng.choice(("Days", "No. of days")),
            rng.choice(("Qty", "Total")),
            rng.choice(("Refill", "Refills")),
        ],
        [
            [str(n), d.generic, d.brand, d.strength, d.form, "Oral", d.words, str(d.days), str(d.quantity), str(t) if t else rng.choice(("0", "Nil"))]
            for n, (d, t) in enumerate(zip(picked, times), 1)
        ],
        (6, 18, 14, 11, 9, 8, 26, 7, 7, 8),
        size=17,
    )
    page.para("Allergies: No known drug allergies", size=17)
    pharmacy = rng.random() < 0.6
    shop = f"{house.split()[0]} Crescent Pharmacy" if house.startswith("Gulf") else "Al Manara Pharmacy"
    if pharmacy:
        page.pair("Dispensing pharmacy:", shop)
    page.y += 20
    page.signature(80, page.y + 20)
    page.write(60, page.y + 60, "Physician signature and stamp", 15, ink=(110, 110, 110))
    page.stamp((f"Dr. {doctor}", "Consultant"), 460, page.y - 10, (30, 60, 150))
    page.flush(f"Printed {way.format(day)}  Page 1 of 1", 1080, 14, ink=(120, 120, 120))
    d = picked[0]
    whose(page, who)
    on(page, patientDOB=who.born, datePrescribed=day)
    page.know("patientAddress", f"{who.street}, {who.town}")
    by(page, "prescriber", doctor)
    medicine(page, d, "both")
    directions(page, d.words, f"{d.words} oral", f"oral {d.words}")
    page.know("quantity", d.quantity)
    page.know("refills", times[0])
    page.know("daysSupply", d.days)
    page.know("diagnosis", d.illness, ", ".join(each.illness for each in picked))
    if pharmacy:
        page.know("pharmacy", shop)
    return page


ALL = (green_form, outpatient_sheet, repeat_form, hospital_grid)
