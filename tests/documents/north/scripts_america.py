"""Prescriptions of the United States and Canada: a small pad, a chart's print and a fax to a pharmacy."""

from people import dea, npi

from .drugs import CANADA, US, directions, medicine, spelt, swap
from .kit import Sheet, a_day, by, digits, on, soul, staff, whose


def numbers(page, rng, doctor, right=0.75):
    """A prescriber's two numbers; a wrong check digit may be answered as it stands or left out."""
    told = {}
    for field, make in (("prescriberNPI", lambda ok: npi(rng, ok)), ("prescriberDEA", lambda ok: dea(rng, doctor.split()[-1], ok))):
        good = rng.random() < right
        told[field] = make(good)
        (page.know if good else page.may)(field, told[field])
    return told["prescriberNPI"], told["prescriberDEA"]


def small_pad(rng):
    """A sheet of an American doctor's pad: lines, the big Rx, refills and substitution to be ticked."""
    page = Sheet(rng, rng.choice(("serif", "lato")), 21, width=1000, height=800, margin=50, ink=(18, 32, 70), paper=(250, 252, 255))
    who, d = soul(rng, "us"), rng.choice(US)
    doctor, day = staff(rng, "us", who.name), a_day(rng, 2023, 2025)
    degree, field = rng.choice((("MD", "Internal Medicine"), ("DO", "Family Medicine"), ("NP", "Adult Primary Care")))
    street = rng.choice(("880 Commerce Blvd, Suite 210", "17 Orchard Plaza"))
    number, licence = numbers(page, rng, doctor)
    page.centre(f"{doctor}, {degree}", 28, True)
    page.centre(field, 19)
    page.centre(f"{street}, Wichita, KS 67202    Tel (555) 014-{digits(rng, 4)}", 17)
    page.write(50, page.y, f"DEA # {licence}", 18)
    page.flush(f"NPI # {number}", page.y, 18)
    page.y += 36
    page.draw.line((50, page.y, 950, page.y), fill=page.ink, width=2)
    page.y += 16
    short = rng.choice(("{0:%m}/{0:%d}/{0:%Y}", "{0.month}/{0.day}/{0:%y}"))
    whole = f"{who.street}, {who.town}"
    for left, right in (
        ((rng.choice(("Name", "For", "Patient")), who.name), ("DOB", short.format(who.born) if "Y" in short else f"{who.born:%m/%d/%Y}")),
        (("Address", whole), ("Date", short.format(day))),
    ):
        for (label, value), x, end in ((left, 50, 640), (right, 665, 950)):
            at = page.write(x, page.y, label, 18) + 12
            page.write(at + 6, page.y - 3, value, 20, ink=(25, 25, 25))
            page.draw.line((at, page.y + 25, end, page.y + 25), fill=(120, 130, 160), width=1)
        page.y += 44
    page.write(60, page.y, "Rx", 62, True)
    shows = rng.choice(("generic", "brand", "both")) if not d.controlled else "generic"
    name = {"generic": d.generic, "brand": d.brand, "both": f"{d.generic} ({d.brand})"}[shows]
    plural = f"{d.form}s"
    for row, text in enumerate(
        (
            f"{name} {d.strength} {rng.choice((d.form, plural))}",
            f"Sig: {d.terse}",
            rng.choice((f"Disp: #{d.quantity}", f"Disp: #{d.quantity} ({spelt(d.quantity)})")),
        )
    ):
        page.write(190, page.y + 8 + row * 42, text, 23, ink=(25, 25, 25))
    page.y += 152
    named = rng.random() < 0.5
    if named:
        page.write(190, page.y, f"Dx: {d.illness}  {d.code}", 21, ink=(25, 25, 25))
    page.y += 48
    count = 0 if d.controlled else rng.choice((0, 1, 2, 3, 5))
    at = page.write(50, page.y, "Refills", 19) + 20
    for option in (0, 1, 2, 3, 4, 5):
        at = page.tick(at, page.y - 3, str(option), option == count)
    free = rng.random() < 0.5
    page.y += 46
    at = page.tick(50, page.y, "May substitute", free)
    page.tick(at + 20, page.y, "Dispense as written", not free)
    page.y += 90
    page.draw.line((520, page.y, 950, page.y), fill=page.ink, width=2)
    page.signature(600, page.y - 22)
    page.write(735, page.y + 6, "Signature", 15, anchor="ma")
    page.write(50, page.y + 6, "Security paper: void if copied", 14, ink=(130, 140, 170))
    whose(page, who)
    on(page, patientDOB=who.born, datePrescribed=day)
    page.know("patientAddress", whole)
    by(page, "prescriber", doctor, f"{doctor}, {degree}")
    medicine(page, d, shows)
    directions(page, d.terse)
    page.know("quantity", d.quantity)
    page.know("refills", count)
    swap(page, free)
    if "days" in d.terse:
        page.may("daysSupply", d.days)
    if named:
        page.know("diagnosis", d.illness)
    return page


def chart_print(rng):
    """What an American chart prints for a discharged or seen patient: two blocks at the top, the order in a list, the pharmacy below."""
    page = Sheet(rng, rng.choice(("roboto", "sans", "lato")), 19, height=1500, margin=80)
    who, picked = soul(rng, "us"), rng.sample([d for d in US if d.ndc], rng.choice((1, 2)))
    doctor, day = staff(rng, "us", who.name), a_day(rng, 2023, 2025)
    clinic = rng.choice(("Cascade Valley Clinic", "Harborview Heart Associates", "Northfield Primary Care"))
    shop = rng.choice(("Beacon Pharmacy", "Corner Drug Pharmacy", "Prairie Mail Pharmacy"))
    number, licence = numbers(page, rng, doctor)
    page.write(80, 80, clinic, 26, True)
    page.write(80, 116, "4100 Lakeside Pkwy, Rochester, MN 55901", 16)
    page.write(80, 140, f"Phone: 555-013-{digits(rng, 4)}   Fax: 555-013-{digits(rng, 4)}", 16)
    page.flush("Outpatient Medication Order", 84, 22, True, (70, 70, 70))
    page.flush(f"Rx #: {digits(rng, 8)}", 116, 16)
    page.y = 186
    page.draw.rectangle((80, 180, 1160, 183), fill=(80, 120, 60))
    top = 200
    at = top
    for label, value in (
        ("Patient:", who.name),
        ("DOB:", f"{who.born:%m/%d/%Y} ({day.year - who.born.year - ((day.month, day.day) < (who.born.month, who.born.day))} yrs)"),
        ("Sex:", "Female" if who.woman else "Male"),
        ("Address:", f"{who.street}, {who.town}"),
    ):
        at = page.pair(label, value, 80, 520, 110, at)
    low, at = at, top
    for label, value in (("Ordering provider:", f"{doctor}, MD"), ("NPI:", number), ("DEA:", licence), ("Order date:", f"{day:%B} {day.day}, {day.year}")):
        at = page.pair(label, value, 640, 520, 190, at)
    page.y = max(low, at) + 14
    first = None
    for n, d in enumerate(picked, 1):
        page.heading(f"Medication {n} of {len(picked)}" if len(picked) > 1 else "Medication", (228, 238, 222))
        style = rng.choice(("brand first", "both"))
        name = f"{d.brand} ({d.generic.lower()})" if style == "brand first" else f"{d.generic.lower()} ({d.brand})"
        page.line(f"{name} {d.strength} {d.form}", 23, True)
        count, free = rng.choice((0, 1, 3, 11) if d.days == 30 else (0, 1, 3)), rng.random() < 0.6
        sig, supply = d.words, rng.random() < 0.6
        page.pairs(
            [
                ("Sig:", f"{sig}."),
                (rng.choice(("Dispense:", "Disp:", "Quantity:")), f"{d.quantity} {d.form}" + ("s" if rng.random() < 0.5 else "")),
                ("Refill:" if rng.random() < 0.5 else "Refills:", str(count)),
            ]
            + ([("Days supply:", str(d.days))] if supply else [])
            + [
                ("NDC:", d.ndc),
                ("Substitution:", "Allowed" if free else "Not allowed (DAW 1)"),
                ("Indication:" if rng.random() < 0.5 else "Associated diagnosis:", f"{d.illness} [{d.code}]"),
            ],
            230,
            2,
        )
        page.y += 8
        first = first or (d, style, count, free, sig, supply)
    page.heading("Send to pharmacy", (228, 238, 222))
    page.line(f"{shop}   -   1212 E Main St, Rochester, MN 55904", 18)
    page.line("Electronically signed; no signature needed. Confidential health information.", 14, ink=(120, 120, 120))
    d, style, count, free, sig, supply = first
    whose(page, who)
    on(page, patientDOB=who.born, datePrescribed=day)
    page.know("patientAddress", f"{who.street}, {who.town}")
    by(page, "prescriber", doctor, f"{doctor}, MD")
    page.know("pharmacy", shop)
    medicine(page, d, style)
    directions(page, sig)
    page.know("quantity", d.quantity)
    page.know("refills", count)
    if supply:
        page.know("daysSupply", d.days)
    page.know("ndcNumber", d.ndc)
    page.know("diagnosis", d.illness)
    swap(page, free)
    return page


def fax_order(rng):
    """A Canadian clinic's fax to a pharmacy, the order in running lines."""
    page = Sheet(rng, rng.choice(("mono", "typed", "serif")), 20, width=1240, height=1300, margin=95)
    who, d = soul(rng, "ca"), rng.choice(CANADA)
    doctor, day = staff(rng, "ca", who.name), a_day(rng, 2023, 2025)
    clinic = rng.choice(("Cataraqui Family Health Team", "Bow River Medical Clinic", "Fundy Shore Health Centre"))
    shop = rng.choice(("Northgate Pharmacy", "Maple Drug Mart", "Lakeside IDA Pharmacy"))
    way = rng.choice(("{0:%Y}-{0:%b}-{0:%d}", "{0:%b} {0:%d}, {0:%Y}", "{0:%Y}/{0:%m}/{0:%d}"))
    page.line(clinic, 28, True)
    page.line(f"55 Wellington Row  Tel 613-555-{digits(rng, 4)}  Fax 613-555-{digits(rng, 4)}", 17)
    page.rule()
    page.line("PRESCRIPTION BY FAX", 26, True)
    page.y += 10
    page.pairs(
        [
            ("TO:", f"{shop}"),
            ("FAX:", f"613-555-{digits(rng, 4)}"),
            ("FROM:", f"Dr. {doctor}, CPSO {digits(rng, 5)}"),
            ("DATE:", way.format(day)),
            ("PAGES:", "1"),
        ],
        130,
    )
    page.rule()
    page.pairs(
        [
            ("RE:", f"{who.last.upper()}, {who.first}   (born {way.format(who.born)})   HC# {digits(rng, 4)} {digits(rng, 3)} {digits(rng, 3)}"),
            ("ADDR:", f"{who.street}, {who.town}"),
        ],
        130,
    )
    page.y += 24
    brand = rng.random() < 0.4
    name = f"{d.brand} (no substitution)" if brand else f"{d.generic}"
    count = rng.choice((0, 1, 2, 3))
    words = rng.random() < 0.5
    sig = d.words if words else d.terse
    page.line(f"Rx:  {name} {d.strength} {d.form}", 22, True)
    page.line(f"Sig: {sig}")
    unit = d.form + "s"
    supply = rng.random() < 0.5
    page.line(f"Mitte: {d.quantity} ({spelt(d.quantity)}) {unit}" + (f"  = {d.days} days supply" if supply else ""))
    page.line(rng.choice((f"Repeats: {count}", f"Repeat x {count}")) if count else rng.choice(("Repeats: none", "No repeats")))
    named = rng.random() < 0.7
    if named:
        page.line(f"Indication: {d.illness}")
    page.y += 24
    page.para(
        "The prescriber certifies that this fax is the original prescription, that only the pharmacy named above gets it, and that it will not be used again.",
        size=16,
        gap=60,
    )
    page.signature(page.left + 20, page.y)
    page.y += 44
    page.line(f"{doctor}, MD, CCFP")
    page.line("This message is confidential. If you received it in error, call the clinic and destroy it.", 14, ink=(110, 110, 110))
    whose(page, who)
    on(page, patientDOB=who.born, datePrescribed=day)
    page.know("patientAddress", f"{who.street}, {who.town}")
    by(page, "prescriber", doctor, f"{doctor}, MD, CCFP", f"{doctor}, MD")
    page.know("pharmacy", shop)
    medicine(page, d, "brand" if brand else "generic")
    directions(page, sig)
    page.know("quantity", d.quantity)
    page.know("refills", count)
    if supply:
        page.know("daysSupply", d.days)
    if brand:
        swap(page, False)
    if named:
        page.know("diagnosis", d.illness)
    return page


ALL = (small_pad, chart_print, fax_order)
