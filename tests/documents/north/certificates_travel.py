"""Certificates of vaccination for travellers: a clinic's letter, the yellow booklet, what portals of India and the Gulf print, the European Union's."""

from .facts import BRITISH, EUROPEAN, GULF, INDIAN, YELLOW, makers, names, routes, shot, sites
from .kit import Sheet, apart, by, digits, on, soul, staff, until_month, whose


def travel_letter(rng):
    """A letter in sentences, of a travel clinic in Britain or South Africa."""
    land = rng.choice(("uk", "za"))
    page = Sheet(rng, rng.choice(("serif", "book")), 23, height=1500, margin=130)
    clinic, street, call = {
        "uk": (rng.choice(("Marlowe Travel Health", "Fellside Overseas Vaccination Clinic")), "14 Corn Exchange, Hereford HR1 2AA", "Tel 01632 960 412"),
        "za": (rng.choice(("Kloofnek Travel Clinic", "Highveld Travel & Vaccination Centre")), "22 Kingsway, Durban 4001", "Tel 031 555 0142"),
    }[land]
    who, v = soul(rng, land), rng.choice(BRITISH)
    s, nurse = shot(rng, v), staff(rng, land, who.name)
    page.write(page.left, page.y, clinic, 36, True, (20, 70, 80))
    page.y += 52
    page.line(f"{street}  |  {call}  |  Practice no. {digits(rng, 7)}", 17, ink=(90, 90, 90))
    page.rule((20, 70, 80), 3)
    page.y += 30
    sent = apart(rng, s.day, 0, 25)
    page.flush(f"{sent.day} {sent:%B %Y}", page.y)
    page.y += 60
    page.line(rng.choice(("TO WHOM IT MAY CONCERN", "Proof of immunisation")), bold=True)
    page.y += 14
    ordinal = ("first", "second", "third")[s.number - 1]
    month = f"{s.ends:%m/%Y}"
    page.para(
        f"This is to confirm that {who.title(rng)} {who.name}, born on {who.born.day} {who.born:%B %Y}, holder of passport {rng.choice('ABCM')}{digits(rng, 8)}, "
        f"was immunised against {v.name.lower() if v.name[1:] == v.name[1:].lower() else v.name} at this clinic on {s.day.day} {s.day:%B %Y}. "
        f"The {ordinal} dose of {v.brand} ({v.maker}, batch {s.lot}, expiry {month}) was given by {v.route} injection into the {s.site}.",
        gap=18,
    )
    if v.doses > s.number or v.doses == 1:
        words = "A booster is recommended" if v.doses == 1 else rng.choice(("The next dose is due", "The next dose of the course falls due"))
        page.para(f"{words} on {s.due.day} {s.due:%B %Y}. No reaction was seen in the fifteen minutes that followed.", gap=18)
        on(page, nextDueDate=s.due)
    page.para("Please keep this letter with your travel papers. It is not a prescription and it does not replace the international certificate.", gap=50)
    page.line("Yours faithfully")
    page.signature(page.left + 10, page.y + 36)
    page.y += 90
    degree = rng.choice(("RGN", "RN, Dip Travel Med", "Sister in charge"))
    page.line(f"{nurse}, {degree}")
    page.line("Vaccinator", 19, ink=(90, 90, 90))
    page.stamp((clinic.split()[0].upper(), "TRAVEL CLINIC", "ENTERED"), page.right - 360, page.y - 160, (40, 60, 140))
    whose(page, who)
    on(page, dateOfBirth=who.born, vaccinationDate=s.day)
    until_month(page, "vaccineExpiration", s.ends, month)
    names(page, v, shown=v.brand)
    makers(page, v)
    routes(page, v.route)
    sites(page, s)
    page.know("lotNumber", s.lot)
    page.know("doseNumber", s.number)
    page.know("healthcareProvider", clinic)
    by(page, "administrator", nurse, f"{nurse}, {degree}", f"{nurse} ({degree})")
    return page


def yellow_booklet(rng):
    """Two pages of a booklet side by side: whose it is, and the table with its entry for yellow fever."""
    land = rng.choice(("za", "ae", "eu"))
    page = Sheet(rng, "serif", 20, width=1700, height=1080, margin=60, paper=(255, 247, 205))
    who, v = soul(rng, land), rng.choice(YELLOW)
    s, doctor = shot(rng, v), staff(rng, land, who.name)
    centre = {"za": "Umhlanga Travel Medicine Centre", "ae": "Al Noor Port Health Centre", "eu": "Institute of Tropical Medicine, Ghent Road"}[land]
    start = apart(rng, s.day, 10, 10) if s.day.day in range(13, 19) else None
    way = rng.choice(("{0.day} {0:%b} {0:%Y}", "{0:%d} {0:%B} {0:%Y}", "{0:%d}.{0:%m}.{0:%Y}"))
    page.draw.line((700, 40, 700, 1040), fill=(190, 180, 130), width=2)
    page.write(60, 60, "INTERNATIONAL CERTIFICATE", 28, True)
    page.write(60, 98, "of vaccination or prophylaxis", 24)
    page.y = 170
    for label, value in (
        ("This is to certify that [name]", who.name),
        ("date of birth", way.format(who.born)),
        ("sex", "F" if who.woman else "M"),
        ("nationality", {"za": "South African", "ae": "Emirati", "eu": "Belgian"}[land]),
        ("national identification document, if any", f"{rng.choice('AEP')}{digits(rng, 8)}"),
    ):
        page.write(60, page.y, label, 17, ink=(110, 100, 70))
        page.write(76, page.y + 24, value, 24, True)
        page.dotted(60, page.y + 58, 660)
        page.y += 92
    page.write(60, page.y, "whose signature follows", 17, ink=(110, 100, 70))
    page.signature(120, page.y + 60)
    page.wrap(
        f"has on the date shown been vaccinated or has received prophylaxis against: {v.name.upper() if rng.random() < 0.5 else v.name}",
        60,
        600,
        page.y + 130,
        20,
    )
    page.left, page.right, page.y = 740, 1650, 70
    page.write(740, page.y, f"No. {rng.choice('YFC')}{digits(rng, 6)}", 20, ink=(150, 30, 30))
    page.y += 50
    valid = f"from {way.format(start)} until life of person vaccinated" if start else "life of person vaccinated"
    page.table(
        [
            "Vaccine or prophylaxis",
            "Date",
            "Signature and status of supervising clinician",
            "Manufacturer and batch no.",
            "Certificate valid",
            "Official stamp",
        ],
        [
            [v.name, way.format(s.day), f"Dr {doctor}", f"{v.maker} {v.brand} {s.lot}" if rng.random() < 0.4 else f"{v.maker} Batch {s.lot}", valid, centre],
            ["", "", "", "", "", ""],
            ["", "", "", "", "", ""],
        ],
        (17, 15, 20, 19, 18, 20),
        size=18,
    )
    page.y += 30
    page.para(
        "This certificate is valid only if the vaccine used has been approved by the World Health Organization. It must be signed by hand by the clinician; "
        "an accepted stamp is no substitute for the signature.",
        740,
        16,
    )
    page.stamp(("PORT HEALTH", "APPROVED", f"{s.day:%Y}"), 1180, 700, (120, 40, 120))
    whose(page, who)
    on(page, dateOfBirth=who.born, vaccinationDate=s.day)
    names(page, v)
    makers(page, v)
    page.forms["manufacturer"].append(f"{v.maker} {v.brand}")
    page.know("lotNumber", s.lot)
    page.know("healthcareProvider", centre)
    by(page, "administrator", doctor, f"Dr {doctor}")
    return page


def portal_print(rng):
    """What a government's portal prints, label at the left, of India or the Gulf."""
    land = rng.choice(("in", "ae"))
    page = Sheet(rng, rng.choice(("lato", "roboto", "dejavu")), 21, height=1500, margin=110)
    who, v = soul(rng, land), rng.choice(INDIAN if land == "in" else GULF)
    s, giver = shot(rng, v, first=2021 if v.name.startswith("COV") else 2023), staff(rng, land, who.name)
    where = rng.choice(
        ("Primary Health Centre Wadgaon", "District Hospital Kozhikode", "UPHC Ashok Vihar")
        if land == "in"
        else ("Al Safa Primary Health Centre", "Khalifa Street Clinic")
    )
    page.draw.rectangle((0, 0, 1240, 22), fill=(240, 140, 30) if land == "in" else (0, 110, 70))
    page.draw.rectangle((0, 1478, 1240, 1500), fill=(20, 130, 60) if land == "in" else (170, 30, 40))
    page.centre("Ministry of Health & Family Welfare" if land == "in" else "Ministry of Health and Prevention", 26, True)
    page.centre("Final Certificate for Vaccination" if land == "in" and s.number == v.doses else "Vaccination Certificate", 34, True, (30, 60, 120))
    page.y += 26
    tab, gap = rng.choice(((360, 6), (420, 10)))
    way = rng.choice(("{0:%d} {0:%b} {0:%Y}", "{0:%d}-{0:%m}-{0:%Y}", "{0:%d} {0:%B} {0:%Y}"))
    page.line("Beneficiary details" if land == "in" else "Person", bold=True, ink=(240, 120, 20) if land == "in" else (0, 110, 70))
    page.pairs(
        [
            ("Beneficiary Name" if land == "in" else "Full Name", who.name),
            ("Date of Birth", way.format(who.born)),
            ("Gender", "Female" if who.woman else "Male"),
            (
                "ID Verified" if land == "in" else "National ID",
                f"Aadhaar # XXXXXXXX{digits(rng, 4)}" if land == "in" else f"784-{who.born.year}-{digits(rng, 7)}-{digits(rng, 1)}",
            ),
            ("Unique Health ID (UHID)" if land == "in" else "Health file no.", f"{digits(rng, 2)}-{digits(rng, 4)}-{digits(rng, 4)}-{digits(rng, 4)}"),
        ],
        tab,
        gap,
    )
    page.rule(gap=16)
    page.line("Vaccination details" if land == "in" else "Dose", bold=True, ink=(240, 120, 20) if land == "in" else (0, 110, 70))
    due = v.doses > s.number
    items = [
        ("Vaccine Name", v.name if land == "in" else f"{v.name} ({v.brand})"),
        ("Manufacturer", v.maker),
        (rng.choice(("Dose Number", "Dose no. / total")), f"{s.number}/{v.doses}"),
        ("Date of Dose" if land == "in" else "Administered on", f"{way.format(s.day)}"),
        (rng.choice(("Batch Number", "Batch No.", "Lot no.")), s.lot),
    ]
    items += [("Next Due Date" if rng.random() < 0.5 else "Next dose due on", way.format(s.due))] if due else []
    items += [("Vaccinated By", giver), ("Vaccination at" if land == "in" else "Facility", where)]
    if land == "in":
        items[1:1] = [("Vaccine Type", "Inactivated" if v.name == "COVAXIN" else "Non-replicating viral vector")] if v.name.startswith("COV") else []
    page.pairs(items, tab, gap)
    page.y += 40
    page.blocks(page.left, page.y, 200)
    page.wrap(
        "Scan to check this certificate. In case of any adverse events, visit the nearest public health centre or call the helpline."
        if land == "in"
        else "This is a computer made certificate and needs no signature. Scan the code to check it.",
        page.left + 240,
        700,
        page.y + 20,
        19,
    )
    whose(page, who)
    on(page, dateOfBirth=who.born, vaccinationDate=s.day)
    if due:
        on(page, nextDueDate=s.due)
    names(page, v, shown=items[0][1])
    makers(page, v)
    page.know("lotNumber", s.lot)
    page.know("doseNumber", s.number)
    page.know("healthcareProvider", where)
    by(page, "administrator", giver)
    return page


def union_certificate(rng):
    """Long labels over their values, with the sheet of the earlier doses below, as member states of the European Union print."""
    page = Sheet(rng, rng.choice(("sans", "dejavu")), 22, height=1560, margin=90)
    who, v = soul(rng, "eu"), rng.choice(EUROPEAN)
    s, giver = shot(rng, v, first=2024, number=v.doses), staff(rng, "eu", who.name)
    centre, state = rng.choice(
        (
            ("Impfzentrum Messe Nord", "Germany (DE)"),
            ("GGD Vaccination Centre Utrecht", "Netherlands (NL)"),
            ("Lee Valley Vaccination Centre", "Ireland (IE)"),
            ("Centro Vaccinale San Marco", "Italy (IT)"),
        )
    )
    plain = rng.random() < 0.5
    when = "{0:%Y}-{0:%m}-{0:%d}" if plain else "{0:%d}.{0:%m}.{0:%Y}"
    custom = "YYYY-MM-DD" if plain else "DD.MM.YYYY"
    page.box(page.left, page.y, 1060, 120, (20, 50, 140), (20, 50, 140))
    page.write(page.left + 24, page.y + 18, "DIGITAL VACCINATION CERTIFICATE", 32, True, (255, 255, 255))
    page.write(page.left + 24, page.y + 68, f"Member State of vaccination: {state}", 20, ink=(235, 220, 120))
    top = page.y + 150
    y = top
    for label, value in (
        ("Surname(s) and forename(s)", f"{who.last} {who.first}"),
        (f"Date of birth ({custom})", when.format(who.born)),
        ("Unique certificate identifier", f"URN:UVCI:01:{state[-3:-1]}:{digits(rng, 8)}#{rng.choice('ABKX')}"),
    ):
        y = page.above(label, value, page.left, y, 640, 17) + 8
    page.blocks(page.right - 220, top, 225)
    page.y = max(y, top + 240)
    page.rule((20, 50, 140), 2)
    middle, y = page.left + 540, page.y
    left = [
        ("Disease or agent targeted", "COVID-19"),
        ("Vaccine / prophylaxis", v.name),
        ("Vaccine medicinal product", v.brand),
        ("Marketing authorisation holder or manufacturer", v.maker),
        ("Batch number", s.lot),
    ]
    right = [
        ("Number in a series of doses / overall number of doses", f"{s.number} / {v.doses}"),
        (f"Date of vaccination ({custom})", when.format(s.day)),
        ("Vaccination centre", centre),
        ("Vaccinating health professional", giver),
        ("Certificate issuer", f"Ministry of Health, {state[:-5]}"),
    ]
    ends = []
    for x, items in ((page.left, left), (middle, right)):
        at = y
        for label, value in items:
            at = page.above(label, value, x, at, 500, 17) + 14
        ends.append(at)
    page.y = max(ends) + 10
    page.line("Earlier doses", bold=True)
    days = sorted(apart(rng, s.day, -700, -200) for _ in range(v.doses - 1))
    page.table(["Dose", "Date", "Product"], [[f"{i + 1} / {v.doses}", when.format(d), v.brand] for i, d in enumerate(days)], (15, 25, 40))
    page.para(
        "This certificate is not a travel document. The evidence on vaccination and on the virus evolves; check the rules of the place of destination before travel.",
        size=16,
    )
    whose(page, who)
    on(page, dateOfBirth=who.born, vaccinationDate=s.day)
    names(page, v, shown=v.brand)
    page.forms["vaccineName"] += ["COVID-19", "COVID-19 vaccine", f"COVID-19 ({v.brand})", f"COVID-19 vaccine ({v.brand})"]
    makers(page, v)
    page.know("lotNumber", s.lot)
    page.know("doseNumber", s.number)
    page.know("healthcareProvider", centre)
    by(page, "administrator", giver)
    return page


ALL = (travel_letter, yellow_booklet, portal_print, union_certificate)
