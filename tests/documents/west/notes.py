"""Notes of visits: a practice system's progress note, an urgent care's in two columns, a family doctor's S-O-A-P, and a chart's office note by problem."""
import people
from paper import GREY, Page

from . import facts
from .discharges import block, record
from .stories import VISITS


def story(rng, page_of, clock, land="us"):
    """A page with the patient, the visit, its day, its time as `clock` shows it, and the clinician, who are told to it."""
    who, visit = facts.person(rng, land, 20, 80), rng.choice(VISITS)
    page, doctor, day = page_of(rng), facts.clinician(rng, who.name), people.some_day(rng, 2023, 2025)
    hour, minute = rng.randint(8, 16), rng.randint(10, 59)
    shown = f"{hour}:{minute}" if clock == 24 else f"{(hour - 1) % 12 + 1}:{minute} {'AM' if hour < 12 else 'PM'}"
    facts.named(page, who)
    page.know("patientDOB", who.born.isoformat())
    page.know("visitDate", day.isoformat())
    page.know("visitTime", f"{hour:02}:{minute}", shown, f"{hour}:{minute}", f"{hour:02}:{minute}:00")
    page.know("visitType", visit.kind, visit.kind.replace(" visit", ""))
    page.know("chiefComplaint", visit.complaint)
    page.know("historyOfPresentIllness", visit.history)
    page.know("reviewOfSystems", listed(visit.systems))
    page.know("physicalExam", listed(visit.exam))
    page.know("vitalSigns", ", ".join(f"{label}: {value}" for label, value in visit.vitals))
    page.know("followUp", visit.follow)
    return page, who, visit, day, shown, doctor


def listed(findings, mark=": ", between=". "):
    return between.join(f"{system}{mark}{text}" for system, text in findings) + "."


def weighed(page, visit, numbered=False):
    """Diagnoses and plans as they stand: apart, or both under each problem, where the whole is as right for either."""
    names, plans = [name for name, *_ in visit.problems], [plan for *_, plan in visit.problems]
    whole = " ".join(f"{name}. {plan}" for name, plan in zip(names, plans))
    coded = " ".join(f"{name} {code}. {plan}" for name, code, plan in visit.problems)
    page.know("assessment", ", ".join(names), *((whole, coded) if numbered else ()))
    page.know("plan", " ".join(plans), *((whole, coded) if numbered else ()))


def taken(page, visit):
    page.know("medications", ", ".join(f"{name} {how}" for name, how in visit.medicines))


def allergic(page, visit, none):
    """What stands there of allergies: each with what it does, or that there are none."""
    text = ", ".join(f"{thing} ({effect})" for thing, effect in visit.allergies) or none
    same = ("NKDA", "N.K.D.A.", "No known drug allergies") if none in ("NKDA", "N.K.D.A.", "No known drug allergies") else ()
    page.know("allergies", text, *(same if not visit.allergies else (", ".join(thing for thing, _ in visit.allergies),)))
    return text


def progress(rng):
    """A practice system's progress note: running headings in bold, values after colons, codes behind diagnoses."""
    page, who, visit, day, clock, doctor = story(rng, lambda r: Page(r, r.choice(("sans", "narrow")), 21, margin=80), 12)
    office, town = facts.elsewhere(rng, who)
    date = lambda value: f"{value:%m/%d/%Y}"
    number = record(page, rng, "000000")
    page.centre(rng.choice(("TRI-COUNTY FAMILY MEDICINE", "SAGE CREEK MEDICAL ASSOCIATES", "DELTA PRIMARY CARE LLC")), 24, True)
    page.centre(f"{office}, {town}    Tel: {facts.phone(rng)}", 17, ink=GREY)
    page.rule(width=3, gap=6)
    page.line(f"Progress Note: {doctor}, MD", 24, True)
    page.y += 6
    page.line(f"Patient: {who.last}, {who.first}      DOB: {date(who.born)}      MRN: {number}", bold=True)
    page.line(f"Date: {date(day)}      Time: {clock}      Visit Type: {visit.kind}")
    page.line(f"Address: {who.address}      Phone: {who.phone}", 18, ink=GREY)
    page.rule(gap=5)
    page.line("Subjective:", 23, True)
    inner(page, "Chief Complaints:", visit.complaint)
    inner(page, "HPI:", visit.history)
    inner(page, "Current Medications:", "; ".join(f"{name} {how}" for name, how in visit.medicines))
    inner(page, "Allergies:", allergic(page, visit, "N.K.D.A."))
    inner(page, "ROS:", listed(visit.systems))
    page.line("Objective:", 23, True)
    inner(page, "Vitals:", ", ".join(f"{label} {value}" for label, value in visit.vitals))
    inner(page, "Examination:", listed(visit.exam))
    page.line("Assessment:", 23, True)
    page.bullets([f"{name} - {code}" for name, code, _ in visit.problems], "1.", page.left + 30)
    page.y += 8
    page.line("Plan:", 23, True)
    page.bullets([plan for *_, plan in visit.problems], "1.", page.left + 30)
    page.y += 8
    page.pair("Follow Up:", visit.follow)
    page.y += 24
    page.line(f"Electronically signed by {doctor}, MD on {date(day)} at 05:{rng.randint(10, 59)} PM EST", 18)
    page.line("Sign off status: Completed", 18)
    page.write(page.left, page.image.height - 90, f"Patient: {who.last}, {who.first}   DOB: {date(who.born)}   Provider: {doctor}, MD", 14, ink=GREY)
    weighed(page, visit)
    taken(page, visit)
    facts.titled(page, "provider", doctor, "MD")
    return page


def inner(page, label, text):
    """A heading of the second order, its text below it and set in."""
    page.line(label, 20, True, x=page.left + 20)
    page.para(text, page.left + 44, gap=8)


def urgent(rng):
    """An urgent care's visit: on the left a shaded column of short facts, on the right the story."""
    page, who, visit, day, clock, doctor = story(rng, lambda r: Page(r, r.choice(("lato", "roboto")), 20, margin=60), 12)
    colour = rng.choice(((190, 60, 40), (30, 110, 160), (20, 130, 90)))
    number = record(page, rng, "UC-00000")
    name = rng.choice(("BlueDoor Urgent Care", "QuickPath Walk-In Clinic", "Summit Immediate Care"))
    page.write(page.left, 48, name, 34, True, colour)
    page.flush("Visit Note", 54, 26, ink=GREY)
    page.draw.rectangle((0, 110, 400, page.image.height), fill=(240, 242, 245))
    left, right, wide, body = 60, 430, 320, page.right - 430
    left_y = 134
    for title, lines in (("Patient name", [who.name]), ("DOB", [f"{who.born:%b} {who.born.day}, {who.born:%Y}"]), ("MRN", [number]), ("Date of visit", [f"{day:%b} {day.day}, {day:%Y}"]),
                         ("Time", [clock]), ("Type of visit", [visit.kind]), ("Provider", [f"{doctor}, PA-C"])):
        left_y = block(page, title, lines, left, left_y, wide, colour)
    page.draw.line((left, left_y, 370, left_y), fill=GREY, width=1)
    left_y = block(page, "Allergies", [allergic(page, visit, "NKDA")], left, left_y + 14, wide, colour)
    left_y = block(page, "Current medications", [f"{name} {how}" for name, how in visit.medicines], left, left_y, wide, colour)
    block(page, "Vital signs", [f"{label}  {value}" for label, value in visit.vitals], left, left_y, wide, colour)
    y = 134
    for title, lines in (("Reason for visit", [visit.complaint]), ("History of present illness", [visit.history]), ("Review of systems", [listed(visit.systems)]),
                         ("Physical exam", [f"{system}: {text}" for system, text in visit.exam]), ("Diagnosis", [f"{name} ({code})" for name, code, _ in visit.problems]),
                         ("Treatment plan", [plan for *_, plan in visit.problems]), ("Follow-up", [visit.follow])):
        y = block(page, title, lines, right, y, body, colour) + 8
    page.signature(right + 10, y + 40)
    page.write(right, y + 84, f"{doctor}, PA-C", 18, True)
    page.write(right, page.image.height - 80, f"{name}  |  open 8 to 8 every day  |  1 of 1", 15, ink=GREY)
    weighed(page, visit)
    taken(page, visit)
    facts.titled(page, "provider", doctor, "PA-C")
    return page


def soap(rng):
    """A Canadian family doctor's note: S, O, A and P alone as labels."""
    page, who, visit, day, clock, doctor = story(rng, lambda r: Page(r, r.choice(("serif", "typed", "condensed")), 21, margin=90), 24, "ca")
    number = record(page, rng, "00000")
    page.write(page.left, page.y, f"{who.last.upper()}, {who.first}", 24, True)
    page.flush(f"Chart # {number}", page.y + 4, 20)
    page.y += 38
    page.line(f"DOB {who.born:%Y-%m-%d}   Tel {who.phone}   {who.street}, {who.town}", 17 if page.family == "typed" else 19, ink=GREY)
    page.rule(width=1, gap=4)
    page.line(f"Encounter {day:%Y-%m-%d} {clock}     Type: {visit.kind}")
    page.line(f"Provider: Dr. {doctor}", bold=True)
    page.y += 8
    page.pair("CC: ", visit.complaint)
    page.pair("Meds: ", ", ".join(f"{name} {how}" for name, how in visit.medicines))
    page.pair("Allergies: ", allergic(page, visit, "NKDA"))
    page.y += 10
    page.pair("S: ", visit.history, tab=44)
    page.pair("ROS: ", listed(visit.systems))
    page.y += 10
    page.pair("O: ", ", ".join(f"{label} {value}" for label, value in visit.vitals), tab=44)
    page.pair("O/E: ", listed(visit.exam))
    page.y += 10
    page.pair("A: ", "; ".join(f"{name}" for name, *_ in visit.problems), tab=44)
    page.y += 10
    page.pair("P: ", " ".join(plan for *_, plan in visit.problems), tab=44)
    page.y += 10
    page.pair("F/U: ", visit.follow)
    page.y += 30
    page.line(f"[Signed on {day:%Y-%m-%d} by {doctor}]", 18, ink=GREY)
    weighed(page, visit)
    taken(page, visit)
    facts.titled(page, "provider", doctor, "MD")
    return page


def chart(rng):
    """A chart's office note: a table of vital signs, findings a line each, assessment and plan together by problem."""
    page, who, visit, day, clock, doctor = story(rng, lambda r: Page(r, r.choice(("sans", "dejavu")), r.choice((17, 20)), margin=80), 12)
    date = lambda value: f"{value.month}/{value.day}/{value:%Y}"
    number = record(page, rng, "E0000000")
    page.y -= 20
    page.flush(f"Printed {date(day)}", page.y, 15, ink=GREY)
    page.line(rng.choice(("Kirkwood Internal Medicine", "Lakehead Primary Care", "Brazos Valley Medical Group")), 24, True)
    page.rule((90, 90, 150), 3, 4)
    x = page.write(page.left, page.y, f"{who.first} {who.last}", 23, True)
    page.write(x + 30, page.y + 3, f"MRN: {number}    DOB: {date(who.born)}", 20)
    page.y += 36
    page.line(f"{visit.kind}   {date(day)}   {clock}")
    page.line(f"Provider: {doctor}, MD    Department: Internal Medicine")
    page.rule(gap=5)
    for title, text in (("CHIEF COMPLAINT", visit.complaint), ("HISTORY OF PRESENT ILLNESS", visit.history)):
        page.line(title, 19, True, (90, 90, 150))
        page.para(text, gap=10)
    page.line("CURRENT OUTPATIENT MEDICATIONS", 19, True, (90, 90, 150))
    page.bullets([f"{name} {how}" for name, how in visit.medicines])
    page.y += 10
    page.line("ALLERGIES", 19, True, (90, 90, 150))
    page.para(allergic(page, visit, "No known drug allergies"), gap=10)
    page.line("REVIEW OF SYSTEMS", 19, True, (90, 90, 150))
    for system, text in visit.systems:
        page.pair(f"{system}: ", text, bold=False)
    page.y += 8
    page.line("VITAL SIGNS", 19, True, (90, 90, 150))
    page.table([label for label, _ in visit.vitals], [[value for _, value in visit.vitals]], [1] * len(visit.vitals))
    page.line("PHYSICAL EXAM", 19, True, (90, 90, 150))
    for system, text in visit.exam:
        page.pair(f"{system}: ", text, bold=False)
    page.y += 8
    page.line("ASSESSMENT AND PLAN", 19, True, (90, 90, 150))
    for place, (name, code, plan) in enumerate(visit.problems, 1):
        page.line(f"{place}. {name} ({code})", bold=True)
        page.para(plan, page.left + 34, gap=6)
    page.y += 6
    page.line("FOLLOW-UP", 19, True, (90, 90, 150))
    page.para(visit.follow, gap=16)
    page.line(f"{doctor}, MD", bold=True)
    page.line(f"Note electronically signed {date(day)}", 16, ink=GREY)
    weighed(page, visit, True)
    taken(page, visit)
    facts.titled(page, "provider", doctor, "MD")
    return page


ALL = (progress, urgent, soap, chart)
