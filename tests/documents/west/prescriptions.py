"""Prescriptions: the print of an electronic one, a practice's pad, a Canadian fax with two medicines, and a hospital system's order."""
import people
from paper import GREY, Page

from . import facts

NO = ("not permitted", "no", "dispense as written", "DAW", "do not substitute", "brand medically necessary", "substitution not allowed", "no substitution")
YES = ("permitted", "yes", "substitution permitted", "substitution allowed", "may substitute")
PHARMACIES = (("Walgreens #10482", "4100 N Main St, Cedar Rapids, IA 52402"), ("Northgate Community Pharmacy", "230 Elm St, Nashua, NH 03060"),
              ("CVS/pharmacy #2271", "1955 E Speedway Blvd, Tucson, AZ 85719"), ("Bi-Mart Pharmacy 617", "4315 SE Woodstock Blvd, Portland, OR 97206"))
GROUPS = ("Kirkwood Internal Medicine PC", "Saguaro Family Practice", "Lakehead Primary Care Associates", "Brazos Valley Medical Group")


def substitution(page, allowed, *shown):
    page.know("genericSubstitution", "allowed" if allowed else "not allowed", *(YES if allowed else NO), *shown)


def registered(page, rng, name, wrong=0.1):
    """NPI and DEA number as they are to be printed; one with a wrong check digit may be read or left out."""
    npi_right, dea_right = rng.random() >= wrong, rng.random() >= wrong
    npi, dea = people.npi(rng, npi_right), people.dea(rng, name.split()[-1], dea_right)
    (page.know if npi_right else page.may)("prescriberNPI", npi)
    (page.know if dea_right else page.may)("prescriberDEA", dea)
    return npi, dea


def drug(page, item, both):
    """The medicine's truth: `both` where generic and brand stand beside each other, else the brand alone stands there."""
    names = (f"{item.generic} ({item.brand})", f"{item.brand} ({item.generic})")
    page.know("medication", item.generic if both else item.brand, item.brand, item.generic, *names, *(f"{name} {item.strength} {item.form}" for name in names),
              f"{item.brand} {item.strength} {item.form}", f"{item.generic} {item.strength} {item.form}", f"{item.brand} {item.form}", f"{item.generic} {item.form}")
    (page.know if both else page.may)("genericName", item.generic)
    (page.know if both else page.may)("brandName", item.brand)
    page.know("strength", item.strength)


def columns(page, left, right, tab, y):
    """Two blocks of labels and values beside each other."""
    middle, ends = (page.left + page.right) // 2 + 10, []
    for x, items in ((page.left, left), (middle, right)):
        at = y
        for label, value in items:
            page.write(x, at + 2, label, round(page.size * 0.82), ink=GREY)
            at = page.wrap(value, x + tab, middle - page.left - tab - 20, at) + 4
        ends.append(at)
    page.y = max(ends) + 6


def newrx(rng):
    """What a pharmacy's system prints of an electronic prescription."""
    page = Page(rng, rng.choice(("typed", "mono")), 19, margin=70)
    who, item = facts.person(rng, youngest=24), rng.choice(facts.DRUGS)
    doctor = facts.clinician(rng, who.name)
    day, refills, allowed = people.some_day(rng, 2023, 2025), rng.randint(0, 5), rng.random() < 0.7
    shop, where = rng.choice(PHARMACIES)
    office, town = facts.elsewhere(rng, who)
    npi, dea = registered(page, rng, doctor)
    slashed, bar = f"{day:%m/%d/%Y}", "-" * 200
    page.draw.rectangle((0, 40, page.image.width, 92), fill=(40, 44, 52))
    page.write(page.left, 52, "NEW RX  (ELECTRONIC)", 24, True, (255, 255, 255))
    page.flush(f"RxRef {people.number(rng, 9)}   Pg 1/1", 55, 19, ink=(255, 255, 255))
    page.y = 110
    page.line(f"RECEIVED {slashed} {rng.randint(8, 17):02}:{rng.randint(10, 59)}    QUEUE: DATA ENTRY    STATUS: NEW", ink=GREY)
    split = (("PRESCRIBER", f"{doctor}, MD"), ("NPI", npi), ("DEA", dea), ("CLINIC", rng.choice(GROUPS)), ("ADDR", f"{office} {town}"), ("PH", facts.phone(rng)))
    mine = (("PATIENT", f"{who.last.upper()}, {who.first.upper()}"), ("DOB", f"{who.born:%m/%d/%Y}"), ("SEX", rng.choice("MF")),
            ("ADDR", f"{who.street} {who.town}"), ("PH", who.phone))
    page.y += 14
    columns(page, split, mine, 140, page.y)
    dashes(page, bar)
    page.line("MEDICATION PRESCRIBED", bold=True)
    page.y += 4
    page.pairs((("Drug Description  : ", f"{item.brand} {item.strength} {item.form}"), ("Product Code (NDC): ", item.ndc)), 260)
    top = page.y
    for x, (label, value) in zip((0, 300, 620, 860), (("Qty", f"{item.count} {item.form.title()}"), ("Days Supply", str(item.days)), ("Refills", str(refills)), ("Written", slashed))):
        page.write(page.left + x, top, f"{label}: ", ink=GREY)
        page.write(page.left + x + 12 * (len(label) + 2), top, value, bold=True)
    page.y = top + page.high() + 6
    page.pair("SIG: ", item.sig.upper(), bold=True)
    page.pair("SUBST: ", "0 - SUBSTITUTION PERMITTED" if allowed else "1 - NOT ALLOWED BY PRESCRIBER", bold=False)
    page.pair("DX: ", f"{item.icd} {item.illness} (ICD10)", bold=False)
    page.pair("NOTE TO PHARMACIST: ", rng.choice(("NONE", "Please counsel on new start", "Cancel previous Rx for same drug")), bold=False)
    dashes(page, bar)
    page.pair("SENT TO: ", shop)
    page.line(f"{where}   NCPDP {people.number(rng, 7)}")
    page.y += 30
    page.line("*** END OF MESSAGE - transmitted by secure network, no signature required ***", 16, ink=GREY)
    truth(page, who, day, item.sig, item, refills)
    facts.titled(page, "prescriber", doctor, "MD")
    drug(page, item, False)
    page.know("ndcNumber", item.ndc)
    page.know("pharmacy", shop, f"{shop}, {where}")
    substitution(page, allowed, "0 - substitution permitted" if allowed else "1 - not allowed by prescriber")
    return page


def dashes(page, bar):
    """A rule of dashes, as line printers draw them."""
    font = page.font()
    count = int((page.right - page.left) / font.getlength("-"))
    page.y += 6
    page.line(bar[:count], ink=GREY)


def truth(page, who, day, sig, item, refills, days=True):
    """What all these forms say."""
    facts.named(page, who)
    page.know("patientDOB", who.born.isoformat())
    page.know("patientAddress", who.address)
    page.know("datePrescribed", day.isoformat())
    page.know("directions", sig, item.sig)
    page.know("quantity", item.count)
    page.know("refills", refills)
    (page.know if days else page.may)("daysSupply", item.days)
    page.know("diagnosis", item.illness, f"{item.icd} {item.illness}", f"{item.illness} ({item.icd})")


def letterhead(page, rng, who, mine, other):
    """Two doctors share the pad: the one who prescribes is ticked."""
    office, town = facts.elsewhere(rng, who)
    page.centre(f"{mine.split()[-1]} & {other.split()[-1]} Internal Medicine", 32, True, (20, 60, 110))
    page.centre(f"{office}, {town}", 18, ink=GREY)
    page.centre(f"Tel {facts.phone(rng)}     Fax {facts.phone(rng)}", 18, ink=GREY)
    top, shown = page.y + 8, [(mine, registered(page, rng, mine), True), (other, (people.npi(rng), people.dea(rng, other.split()[-1])), False)]
    rng.shuffle(shown)
    for x, (name, (npi, dea), on) in zip((page.left, page.left + 560), shown):
        page.tick(x, top, f"{name}, MD", on)
        page.write(x + 30, top + 28, f"NPI {npi}   DEA# {dea}", 18)
        page.write(x + 30, top + 52, f"Lic. {rng.choice('ACG')}{people.number(rng, 5)}", 18, ink=GREY)
    page.y = top + 84


def blank(page, label, value, x, y, width):
    """A label, and a value typed on the line after it."""
    start = page.write(x, y, label, 19, ink=GREY) + 10
    page.draw.line((start, y + 28, x + width, y + 28), fill=GREY, width=1)
    family, page.family = page.family, "mono"
    page.write(start + 8, y, value, 21, ink=(15, 15, 40))
    page.family = family


def pad(rng):
    """A practice's pad: half a sheet, typed on lines, refills and substitution ticked."""
    page = Page(rng, rng.choice(("serif", "book")), 22, height=930, margin=70, paper=rng.choice(((255, 255, 255), (232, 242, 250), (250, 247, 232))))
    who, item = facts.person(rng, youngest=24), rng.choice(facts.DRUGS + facts.CONTROLLED)
    mine = facts.clinician(rng, who.name)
    other = facts.clinician(rng, who.name, mine)
    day, refills, only = people.some_day(rng, 2023, 2025), 0 if item.schedule == "C-II" else rng.randint(1, 3), rng.random() < 0.5
    letterhead(page, rng, who, mine, other)
    page.rule(gap=4)
    y = page.y + 6
    blank(page, "Patient", who.name, page.left, y, 660)
    blank(page, "DOB", f"{who.born.month}/{who.born.day}/{who.born:%Y}", page.left + 680, y, 420)
    blank(page, "Address", who.address, page.left, y + 48, 800)
    blank(page, "Date", f"{day.month}/{day.day}/{day:%Y}", page.left + 820, y + 48, 280)
    page.write(page.left, y + 105, "R", 92, True)
    page.write(page.left + 52, y + 150, "x", 62, True)
    x, y, words = page.left + 150, y + 125, {20: "twenty", 30: "thirty", 60: "sixty", 90: "ninety"}
    family, page.family = page.family, "mono"
    shown = item.brand if only else item.generic.capitalize()
    page.write(x, y, f"{shown} {item.strength} {item.form[:3]}", 25, True)
    page.write(x, y + 52, f"Sig: {item.short}", 25)
    page.write(x, y + 104, f"Disp: #{item.count} ({words[item.count]})", 25)
    page.write(x, y + 156, f"Dx: {item.illness} {item.icd}", 22)
    page.family = family
    y, x = y + 222, page.left
    x = page.write(x, y, "Refill ", bold=True) + 12
    for count in range(6):
        x = page.tick(x, y, str(count), count == refills)
    page.tick(x + 30, y, "Brand medically necessary - do not substitute", only)
    page.tick(page.left, y + 46, "Label contents", True)
    page.signature(page.left + 640, y + 110)
    page.draw.line((page.left + 560, y + 150, page.right, y + 150), fill=page.ink, width=2)
    page.write(page.left + 560, y + 156, f"{mine}, MD", 20)
    page.write(page.left, y + 156, "Security features: void pantograph, coin-reactive ink", 15, ink=GREY)
    truth(page, who, day, item.short, item, refills, False)
    facts.titled(page, "prescriber", mine, "MD")
    brief(page, item, only)
    if only:
        substitution(page, False, "brand medically necessary - do not substitute")
    else:
        page.may("genericSubstitution", "allowed", *YES)
    return page


def brief(page, item, brand):
    """The truth where one name of the medicine stands there, and its form is cut short."""
    name = item.brand if brand else item.generic
    page.know("medication", name, f"{name} {item.strength}", f"{name} {item.strength} {item.form[:3]}", f"{name} {item.form[:3]}", f"{name} {item.strength} {item.form}")
    page.may("genericName", item.generic)
    page.may("brandName", item.brand)
    page.know("strength", item.strength)


def canada(rng):
    """A family health team's fax to a pharmacy, with two medicines; the first is asked for."""
    page = Page(rng, rng.choice(("condensed", "tight")), 22, margin=85)
    who, (item, second) = facts.person(rng, "ca", 24), rng.sample(facts.DRUGS, 2)
    doctor = facts.clinician(rng, who.name)
    day, repeats = people.some_day(rng, 2023, 2025, False), rng.sample(range(0, 5), 2)
    shop = rng.choice(("Shoppers Drug Mart #1147", "Rexall Pharmacy 8021", "Guardian Spadina Pharmacy", "London Drugs 44"))
    street, town = facts.elsewhere(rng, who, facts.CANADA)
    page.line(rng.choice(("PORTAGE FAMILY HEALTH TEAM", "KINGSWAY MEDICAL CENTRE", "RIVERBEND COMMUNITY CLINIC")), 30, True)
    page.line(f"{street}, {town}   T: {facts.phone(rng)}   F: {facts.phone(rng)}", 18, ink=GREY)
    page.rule(width=4)
    page.flush("PRESCRIPTION BY FAX - NOT VALID IF PHARMACY DIFFERS", page.y, 18, True)
    page.pair("Pharmacy: ", shop, width=520)
    page.y += 10
    top, ends = page.y, []
    for x, (label, value) in zip((0, 400, 610, 850), (("PATIENT", who.name), ("D.O.B.", f"{who.born:%Y-%b-%d}"), ("HCN", f"{people.number(rng, 4)} {people.number(rng, 3)} {people.number(rng, 3)} {rng.choice('ABGK')}P"),
                                                 ("RX DATE", f"{day:%Y-%b-%d}"))):
        ends.append(page.above(label, value, page.left + x, top, 390))
    page.y = max(ends) + 6
    page.y = page.above("HOME ADDRESS", who.address, page.left, page.y, 900) + 4
    page.rule(width=1)
    for number, (med, count) in enumerate(zip((item, second), repeats), 1):
        page.line(f"{number}.  {med.generic.upper()} {med.strength.upper()} {med.form.upper()}", 25, True)
        page.y += 4
        page.line(f"Sig: {med.short}", x=page.left + 50)
        page.line(f"Mitte: {med.count} {med.form}s      Duration: {med.days} days      Rpt: {count}", x=page.left + 50)
        page.line(f"Reason for use: {med.illness}", x=page.left + 50)
        page.line(f"Generic substitution: Yes      LU code: n/a      Dispense: {'blister pack' if med.days > 60 else 'vial'}", x=page.left + 50)
        page.y += 16
    page.line("--- 2 items in total, nothing follows ---", 18, ink=GREY)
    page.y += 60
    page.signature(page.left + 20, page.y)
    page.y += 50
    page.draw.line((page.left, page.y, page.left + 430, page.y), fill=page.ink, width=2)
    page.y += 6
    page.line(f"Dr. {doctor}, MD CCFP", bold=True)
    page.line(f"Licence # {people.number(rng, 5)}    Billing {people.number(rng, 6)}", 19)
    page.write(page.left, page.image.height - 120, "This fax is confidential. If you received it in error, call the clinic and shred all pages.", 16, ink=GREY)
    page.flush("1 of 1", page.image.height - 120, 16)
    truth(page, who, day, item.short, item, repeats[0])
    facts.titled(page, "prescriber", doctor, "MD CCFP", "MD", "MD, CCFP")
    brief(page, item, False)
    page.know("pharmacy", shop)
    substitution(page, True)
    return page


def order(rng):
    """An order as a hospital system prints it after a visit: few labels, running lines."""
    page = Page(rng, rng.choice(("sans", "lato", "roboto")), 21, margin=90)
    who, item = facts.person(rng, youngest=24), rng.choice(facts.DRUGS + facts.CONTROLLED[:1])
    doctor = facts.clinician(rng, who.name)
    day, refills, allowed = people.some_day(rng, 2023, 2025), rng.randint(1, 4), rng.random() < 0.6
    shop, where = rng.choice(PHARMACIES)
    npi, dea = registered(page, rng, doctor)
    date, born = f"{day.month}/{day.day}/{day:%Y}", f"{who.born.month}/{who.born.day}/{who.born:%Y}"
    page.line(f"{who.last}, {who.first}", 28, True)
    page.line(f"MRN: {people.number(rng, 8)}    DOB: {born}    {rng.choice(('Male', 'Female'))}", ink=GREY)
    page.line(f"{who.street}, {who.town}", ink=GREY)
    page.rule((60, 110, 160), 3)
    page.line("Outpatient Medication Detail", 25, True, (60, 110, 160))
    page.y += 12
    page.line(f"{item.generic} ({item.brand.upper()}) {item.strength} {item.form}", 24, True)
    heads = ("Disp", "Refills", "Days supply", "Start", "End")
    page.y += 4
    page.table(heads, [(f"{item.count} {item.form}", str(refills), str(item.days), date, "--")], (3, 2, 2, 3, 2), lines=False)
    page.pair("Sig - Route: ", f"{item.sig} - Oral", bold=True)
    page.pair("Class: ", "E-Prescribing", bold=True)
    page.pair("Ordering date: ", date, bold=True)
    page.pair("DAW: ", "No" if allowed else "Yes", bold=True)
    page.pair("NDC: ", item.ndc, bold=True)
    page.pair("Associated Diagnoses: ", f"{item.illness} [{item.icd}]", bold=True)
    page.y += 14
    page.line(f"E-Prescribing Status: Receipt confirmed by pharmacy ({date} {rng.randint(1, 5)}:{rng.randint(10, 59)} PM)", 19, ink=GREY)
    page.rule()
    page.line("Ordering and Authorizing Provider", bold=True, ink=(60, 110, 160))
    page.line(f"{doctor}, DO")
    page.line(f"NPI: {npi}        DEA #: {dea}")
    page.y += 10
    page.line("Pharmacy", bold=True, ink=(60, 110, 160))
    page.line(shop)
    page.line(where)
    page.write(page.left, page.image.height - 110, f"Printed by {facts.clinician(rng, who.name, doctor)}, RN at {date} 4:{rng.randint(10, 59)} PM", 16, ink=GREY)
    page.flush("Page 1 of 1", page.image.height - 110, 16, ink=GREY)
    truth(page, who, day, item.sig, item, refills)
    page.forms["directions"].append(f"{item.sig} - Oral")
    facts.titled(page, "prescriber", doctor, "DO")
    drug(page, item, True)
    page.know("ndcNumber", item.ndc)
    page.know("pharmacy", shop, f"{shop}, {where}")
    substitution(page, allowed)
    return page


ALL = (newrx, pad, canada, order)
