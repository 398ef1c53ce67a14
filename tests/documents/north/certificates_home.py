"""Certificates of vaccination for everyday: a pharmacy's slip, a register's extract, a form of staff health."""

import datetime

from .facts import AMERICAN, AUSTRALIAN, BRIEF, makers, names, routes, shot, sites
from .kit import Sheet, a_day, by, digits, on, soul, staff, whose


def chemist_slip(rng):
    """A narrow slip that a chain's till prints, with short labels, in the United States or Canada."""
    land = rng.choice(("us", "ca"))
    page = Sheet(rng, rng.choice(("mono", "typed")), 21, width=760, height=1420, margin=48)
    who, v = soul(rng, land), rng.choice(AMERICAN)
    s, chemist = shot(rng, v, first=2024), staff(rng, land, who.name)
    chain = rng.choice({"us": ("Corner Drug Pharmacy", "Beacon Pharmacy", "Freshway Pharmacy"), "ca": ("Maple Drug Mart", "Northgate Pharmacy")}[land])
    store = digits(rng, 4)
    when = {"us": "{0:%m}/{0:%d}/{0:%y}", "ca": "{0:%Y}-{0:%m}-{0:%d}"}[land]
    page.centre(chain.upper(), 30, True)
    page.centre(f"Store #{store}   Ph {digits(rng, 3)}-555-{digits(rng, 4)}", 17)
    page.centre(rng.choice(("IMMUNIZATION RECORD", "VACCINE ADMINISTRATION RECORD", "YOUR SHOT RECORD")), 22, True)
    page.line("-" * 40, 20)
    degree = rng.choice(("RPh", "PharmD"))
    brief, side = BRIEF[v.route], s.side[0].upper()
    place = f"{side} DELT" if s.muscle == "deltoid" else f"{side} UPPER ARM"
    rows = [
        ("Pt", f"{who.last.upper()}, {who.first.upper()}"),
        ("DOB", f"{who.born:%m/%d/%Y}" if land == "us" else when.format(who.born)),
        None,
        ("Vacc", v.name),
        ("Brand", v.brand),
        ("Mfr" if rng.random() < 0.5 else "Mfg", v.maker),
        ("Lot", s.lot),
        ("Exp", when.format(s.ends)),
        ("CVX", v.cvx),
        None,
        ("Dt given" if rng.random() < 0.5 else "Admin date", when.format(s.day)),
        ("Dose", f"{s.number} of {v.doses}" if v.doses > 1 else f"{v.volume}"),
        ("Rte", brief),
        ("Site", place),
        ("VIS dt", when.format(datetime.date.fromisoformat(v.sheet))),
        ("Adm by", f"{chemist}, {degree}"),
    ]
    due = v.doses > s.number and rng.random() < 0.8
    if due:
        rows += [None, (rng.choice(("Next dose", "Return on")), when.format(s.due))]
    for row in rows:
        if row is None:
            page.line("-" * 40, 20)
            continue
        page.pair(f"{row[0]}:", row[1], tab=170, bold=False)
    page.line("-" * 40, 20)
    page.para(rng.choice(("Bring this slip to your doctor. Wait 15 min in store.", "Consent on file. Reported to the registry.")), size=18, gap=14)
    page.bars(page.left + 120, page.y, 420, 60)
    page.image = page.image.crop((0, 0, 760, int(page.y + 110)))
    whose(page, who)
    on(page, dateOfBirth=who.born, vaccinationDate=s.day, vaccineExpiration=s.ends, visDate=datetime.date.fromisoformat(v.sheet))
    if due:
        on(page, nextDueDate=s.due)
    names(page, v)
    makers(page, v)
    routes(page, v.route)
    sites(page, s)
    page.know("lotNumber", s.lot)
    if v.doses > 1:
        page.know("doseNumber", s.number)
    page.know("healthcareProvider", chain, f"{chain} #{store}", f"{chain} Store #{store}")
    by(page, "administrator", chemist, f"{chemist}, {degree}")
    return page


def register_extract(rng):
    """A register's extract with a row a dose, of an American state or of Australia."""
    land = rng.choice(("us", "au"))
    page = Sheet(rng, rng.choice(("narrow", "cond")), 18, width=1754, height=1080, margin=70)
    who, pool = soul(rng, land, 1988, 2015), AMERICAN if land == "us" else AUSTRALIAN
    british = land == "au"
    vaccines = rng.sample(pool, 4)
    shots = [shot(rng, v, first=2021 + i, last=2021 + i) for i, v in enumerate(vaccines)]
    givers = [staff(rng, land, who.name) for _ in shots]
    where = rng.choice(("Ridgeview Family Practice", "Stonebridge Pediatrics") if land == "us" else ("Wirraway Medical Centre", "Yarrabee Family Clinic"))
    when = "{0:%m}/{0:%d}/{0:%Y}" if land == "us" else rng.choice(("{0:%d}/{0:%m}/{0:%Y}", "{0:%d} {0:%b} {0:%Y}"))
    page.draw.rectangle((0, 0, 1754, 96), fill=(32, 62, 110) if land == "us" else (0, 98, 88))
    page.write(70, 28, "Certificate of Immunization Status" if land == "us" else "Immunisation history statement", 34, True, (255, 255, 255))
    page.write(
        1684,
        36,
        rng.choice(("STATE IMMUNIZATION INFORMATION SYSTEM", "DEPARTMENT OF HEALTH")) if land == "us" else "National register of immunisation",
        19,
        ink=(230, 230, 230),
        anchor="ra",
    )
    page.y = 122
    x = page.left
    for label, value in (
        ("Client name" if land == "us" else "For", who.name),
        ("Birth date" if land == "us" else "Date of birth", when.format(who.born)),
        ("Client ID" if land == "us" else "Individual healthcare identifier", digits(rng, 9)),
        ("Provider of record" if land == "us" else "Provider", where),
    ):
        page.write(x, page.y, label, 15, ink=(100, 100, 100))
        page.write(x, page.y + 22, value, 21, True)
        x += 400
    page.y = 210
    heads = [
        "Immunisation" if british else "Vaccine (trade name)",
        "Date given",
        "Dose",
        "Manufacturer",
        "Batch no." if british else "Lot #",
        "Route",
        "Site",
        "Given by",
    ]
    rows = [
        [
            f"{v.name} ({v.brand})",
            when.format(s.day),
            str(s.number),
            v.maker,
            s.lot,
            BRIEF[v.route],
            s.site.capitalize() if british else f"{s.side[0].upper()} {s.muscle}",
            g,
        ]
        for v, s, g in zip(vaccines, shots, givers)
    ]
    page.table(heads, rows, (34, 13, 6, 20, 12, 8, 15, 19), size=17)
    printed = a_day(rng, 2026, 2026)
    page.line(f"{'Printed' if land == 'us' else 'Statement produced'} {when.format(printed)}", 16)
    page.para(
        "This list holds what was reported to the register. Doses that were given abroad may not be shown."
        if british
        else "Valid doses only. History may be incomplete; see your provider. Not for resale.",
        size=16,
    )
    whose(page, who)
    on(page, dateOfBirth=who.born)
    shots.reverse()
    givers.reverse()
    page.know("vaccinationDate", *(s.day.isoformat() for s in shots))
    names(page, *(s.vaccine for s in shots))
    makers(page, *(s.vaccine for s in shots))
    routes(page, *dict.fromkeys(s.vaccine.route for s in shots))
    sites(page, *shots)
    page.know("lotNumber", *(s.lot for s in shots))
    page.know("doseNumber", *(s.number for s in shots))
    page.know("healthcareProvider", where)
    page.know("administrator", *givers)
    return page


def ticked(page, x, label, options, chosen, tab=230):
    """A label and boxes, those of `chosen` crossed."""
    page.write(x, page.y, label, bold=True)
    at = x + tab
    for option in options:
        at = page.tick(at, page.y - 2, option, option == chosen)
    page.y += 46


def staff_health(rng):
    """A form with boxes to tick, of a hospital's occupational health."""
    land = rng.choice(("us", "ca", "au"))
    page = Sheet(rng, rng.choice(("sans", "roboto", "lato")), 20, height=1500, margin=85)
    who = soul(rng, land, 1962, 2001)
    choices = [
        v
        for v in (AUSTRALIAN[:4] if land == "au" else AMERICAN)
        if v.name in ("Hepatitis B", "MMR", "Varicella", "Tdap", "Influenza", "Pneumococcal", "Human papillomavirus")
    ]
    v = rng.choice(choices)
    s, nurse = shot(rng, v), staff(rng, land, who.name)
    house = rng.choice(
        {
            "us": ("St. Brendan Medical Center", "Lakewood Regional Hospital"),
            "ca": ("Frontenac General Hospital",),
            "au": ("Coorong Base Hospital", "Mount Arden Health"),
        }[land]
    )
    when = {"us": "{0:%m}/{0:%d}/{0:%Y}", "ca": "{0:%Y}/{0:%m}/{0:%d}", "au": "{0:%d}/{0:%m}/{0:%Y}"}[land]
    custom = {"us": "mm/dd/yyyy", "ca": "yyyy/mm/dd", "au": "dd/mm/yyyy"}[land]
    page.write(page.left, page.y, house, 30, True)
    page.flush("OCCUPATIONAL HEALTH", page.y + 4, 22, True, (170, 60, 40))
    page.y += 46
    page.line("Staff vaccination consent and record" if rng.random() < 0.5 else "Employee Vaccine Administration Record", 24)
    page.rule((170, 60, 40), 3)
    page.cells(
        [
            [("Employee surname", who.last, 3), ("Given name", who.first, 3), (f"Birth date ({custom})", when.format(who.born), 3)],
            [("Employee no.", digits(rng, 6), 2), ("Unit", rng.choice(("4 West", "Theatre", "Emergency", "Renal")), 2), ("Supervisor ext.", digits(rng, 4), 2)],
        ]
    )
    page.heading("A. Screening", (238, 232, 226))
    for question in ("Fever or infection today?", "Severe reaction to an earlier vaccine?", "Pregnant?"):
        page.write(page.left, page.y, question)
        page.tick(page.tick(page.left + 560, page.y - 2, "Yes", False), page.y - 2, "No", True)
        page.y += 40
    page.tick(page.left, page.y, "I have read the information and agree to be vaccinated.", True)
    page.y += 54
    page.heading("B. Vaccine given", (238, 232, 226))
    options = [c.name for c in choices]
    ticked(page, page.left, "Vaccine", options, v.name, 150)
    page.cells([[("Brand", v.brand, 3), ("Manufacturer", v.maker, 4), ("Lot / batch", s.lot, 3), ("Expiry", f"{s.ends:%d-%b-%Y}".upper(), 3)]])
    ticked(page, page.left, "Dose", ["1", "2", "3", "Booster"], str(s.number), 150)
    ticked(page, page.left, "Route", ["IM", "SC", "ID", "Oral"], BRIEF[v.route], 150)
    spots = ["L deltoid", "R deltoid", "L upper arm", "R upper arm"]
    ticked(page, page.left, "Site", spots, f"{s.side[0].upper()} {s.muscle}", 150)
    page.cells(
        [
            [
                (f"Date given ({custom})", when.format(s.day), 3),
                ("Time", f"{rng.randint(8, 15):02}:{rng.choice(('05', '20', '35', '50'))}", 2),
                ("Vaccinator (print)", nurse + ", RN", 4),
            ],
            [
                (
                    "Next dose due" if v.doses > s.number or v.doses == 1 else "Series",
                    when.format(s.due) if v.doses > s.number or v.doses == 1 else "Complete",
                    3,
                ),
                ("Vaccinator signature", "", 5),
            ],
        ]
    )
    page.signature(page.left + 560, page.y - 50, 180)
    page.line(f"Form OH-{digits(rng, 3)} rev. 7  -  White: employee file   Yellow: employee", 15, ink=(110, 110, 110))
    whose(page, who)
    on(page, dateOfBirth=who.born, vaccinationDate=s.day, vaccineExpiration=s.ends)
    if v.doses > s.number or v.doses == 1:
        on(page, nextDueDate=s.due)
    names(page, v)
    makers(page, v)
    routes(page, v.route)
    sites(page, s)
    page.know("lotNumber", s.lot)
    page.know("doseNumber", s.number)
    page.know("healthcareProvider", house, f"{house} Occupational Health")
    by(page, "administrator", nurse, f"{nurse}, RN")
    return page


ALL = (chemist_slip, register_extract, staff_health)
