"""Discharge summaries: a hospital system's, a Canadian hospital's letter to the family doctor, a typed one as federal hospitals keep, and a sheet for the patient."""
import datetime

import people
from paper import GREY, Page

from . import facts
from .stories import STAYS

HOUSES = ("St. Brendan Medical Center", "Mercy Lakes Regional Hospital", "Saguaro Valley Health System", "Northern Pines Hospital")


def story(rng, page_of, land="us"):
    """A page with the patient, the stay, its first and last day and the attending doctor, who are told to it."""
    who, stay = facts.person(rng, land, 45), rng.choice(STAYS)
    page, doctor = page_of(rng), facts.clinician(rng, who.name)
    last = people.some_day(rng, 2023, 2025)
    first = last - datetime.timedelta(days=stay.days)
    facts.named(page, who)
    page.know("patientDOB", who.born.isoformat())
    page.know("admissionDate", first.isoformat())
    page.know("dischargeDate", last.isoformat())
    page.know("primaryDiagnosis", stay.primary[0])
    page.know("secondaryDiagnoses", [name for name, _ in stay.secondary])
    page.know("procedures", list(stay.procedures))
    page.know("followUp", stay.follow)
    page.know("activityRestrictions", stay.activity)
    page.know("dietInstructions", stay.diet)
    page.know("disposition", stay.home)
    page.know("condition", stay.condition)
    page.know("vitalSignsAtDischarge", ", ".join(f"{label}: {value}" for label, value in stay.vitals))
    return page, who, stay, first, last, doctor


def record(page, rng, shape):
    """A record number of that shape, told and given."""
    text = "".join(str(rng.randint(1, 9)) if sign == "0" else sign for sign in shape)
    page.know("medicalRecordNumber", text)
    return text


def medicines(page, lines, *others):
    """The medicines as the lines say them."""
    page.know("dischargeMedications", ", ".join(lines), *(", ".join(other) for other in others))


def system(rng):
    """A hospital system's summary: problems with codes, medicines to start, change, continue and stop, values beside each other."""
    page, who, stay, first, last, doctor = story(rng, lambda r: Page(r, r.choice(("sans", "roboto", "lato")), r.choice((17, 20)), margin=85))
    house, day = rng.choice(HOUSES), lambda date: f"{date.month}/{date.day}/{date:%Y}"
    number = record(page, rng, "00000000")
    page.write(page.left, page.y, house, 24, True, (30, 80, 130))
    page.flush("Discharge Summary", page.y + 2, 22, True)
    page.y += 42
    page.rule((30, 80, 130), 3, 2)
    spread(page, (("Patient: ", f"{who.last}, {who.first}"), ("MRN: ", number), ("DOB: ", day(who.born))))
    spread(page, (("Admit date: ", day(first)), ("Discharge date: ", day(last)), ("LOS: ", f"{stay.days} days")))
    spread(page, (("Attending Provider: ", f"{doctor}, MD"), ("PCP: ", f"{facts.clinician(rng, who.name, doctor)}, NP")))
    page.rule(gap=4)
    page.heading("Discharge Diagnoses", ink=(30, 80, 130))
    page.pair("Principal Problem: ", f"{stay.primary[0]} ({stay.primary[1]})")
    page.line("Active Problems:", bold=True)
    page.bullets([f"{name} ({code})" for name, code in stay.secondary])
    page.heading("Procedures Performed This Admission", ink=(30, 80, 130))
    page.bullets(stay.procedures)
    page.heading("Hospital Course", ink=(30, 80, 130))
    page.para(stay.course)
    page.heading("Discharge Medication List", ink=(30, 80, 130))
    lines = []
    for status, title in (("NEW", "START taking these medications"), ("CHANGED", "CHANGE how you take these medications"), ("SAME", "CONTINUE taking these medications")):
        chosen = [f"{name} {how}" for name, how, what in stay.medicines if what == status]
        if chosen:
            page.line(title, 19, True)
            page.bullets(chosen)
            lines += chosen
    page.line("STOP taking these medications", 19, True)
    page.bullets([stay.stopped])
    page.heading("Discharge Exam", ink=(30, 80, 130))
    page.pair("Vitals: ", " | ".join(f"{label} {value}" for label, value in stay.vitals))
    page.heading("Discharge Plan", ink=(30, 80, 130))
    page.pairs((("Condition at discharge: ", stay.condition), ("Disposition: ", stay.home), ("Diet: ", stay.diet), ("Activity: ", stay.activity), ("Follow-up: ", stay.follow)), 250)
    page.y += 16
    page.line(f"Electronically signed by {doctor}, MD at {day(last)} 3:{rng.randint(10, 59)} PM", 17, ink=GREY)
    page.write(page.left, page.image.height - 90, f"{who.last}, {who.first} (MRN {number})", 15, ink=GREY)
    page.flush("Page 1 of 3", page.image.height - 90, 15, ink=GREY)
    medicines(page, lines)
    facts.titled(page, "attendingPhysician", doctor, "MD")
    return page


def spread(page, items):
    """Labels and values beside each other, without lines."""
    width = (page.right - page.left) // 3
    for place, (label, value) in enumerate(items):
        x = page.write(page.left + place * width * (1 if len(items) == 3 else 1.5), page.y, label, 18, ink=GREY)
        page.write(x + 4, page.y, value, 20)
    page.y += page.high() + 2


def letter(rng):
    """A Canadian hospital's letter to the family doctor, dictated, with headings in capitals within the text."""
    page, who, stay, first, last, doctor = story(rng, lambda r: Page(r, r.choice(("serif", "book")), 21, margin=120), "ca")
    street, town = facts.elsewhere(rng, who, facts.CANADA)
    family, day = facts.clinician(rng, who.name, doctor), lambda date: f"{date:%d-%b-%Y}"
    number = record(page, rng, "H0000000")
    page.centre(rng.choice(("RIVERBEND GENERAL HOSPITAL", "KINGSWAY DISTRICT HOSPITAL", "NORTH SHORE UNIVERSITY HOSPITAL")), 28, True)
    page.centre(f"General Internal Medicine, {street}, {town}", 17, ink=GREY)
    page.rule(width=1)
    page.line(f"{last + datetime.timedelta(days=1):%B} {(last + datetime.timedelta(days=1)).day}, {last + datetime.timedelta(days=1):%Y}")
    page.y += 8
    page.line(f"Dr. {family}")
    page.line("Family Physician")
    page.y += 12
    page.line(f"RE: {who.first} {who.last}      Chart No. {number}", bold=True)
    page.line(f"Date of birth: {day(who.born)}", bold=True)
    told = rng.random() < 0.5
    if not told:
        page.line(f"Admitted: {day(first)}      Discharged: {day(last)}", bold=True)
    page.y += 12
    page.line(f"Dear Dr. {family.split()[-1]},")
    page.y += 6
    when = f"was admitted to our ward on {day(first)} and discharged on {day(last)}" if told else "was on our ward as below"
    page.para(f"Thank you for taking over the care of this patient, who {when}.", gap=6)
    page.pair("MOST RESPONSIBLE DIAGNOSIS: ", stay.primary[0])
    page.pair("COMORBIDITIES: ", "; ".join(name for name, _ in stay.secondary))
    page.pair("INTERVENTIONS: ", "; ".join(stay.procedures))
    page.y += 6
    page.line("COURSE IN HOSPITAL", bold=True)
    page.para(stay.course, gap=8)
    page.line("MEDICATIONS ON DISCHARGE", bold=True)
    page.bullets([f"{name} {how}" for name, how, _ in stay.medicines], "1.")
    page.y += 6
    page.pair("VITALS ON DISCHARGE: ", ", ".join(f"{label} {value}" for label, value in stay.vitals))
    page.pair("CONDITION ON DISCHARGE: ", stay.condition)
    page.pair("DISCHARGED TO: ", stay.home)
    page.pair("ACTIVITY: ", stay.activity)
    page.pair("DIET: ", stay.diet)
    page.pair("FOLLOW-UP: ", stay.follow)
    page.y += 14
    page.line("Sincerely,")
    page.y += 34
    page.signature(page.left + 10, page.y)
    page.y += 44
    page.line(f"{doctor}, MD FRCPC", bold=True)
    page.line("Attending Physician")
    page.y += 8
    page.line(f"Dictated but not read.   cc: Dr. {facts.clinician(rng, who.name, doctor, family)}, Community Pharmacy", 16, ink=GREY)
    medicines(page, [f"{name} {how}" for name, how, _ in stay.medicines])
    facts.titled(page, "attendingPhysician", doctor, "MD FRCPC", "MD", "MD, FRCPC")
    return page


def typed(rng):
    """A federal hospital's: typed in capitals and columns of a terminal."""
    page, who, stay, first, last, doctor = story(rng, lambda r: Page(r, r.choice(("mono", "typed")), 19, margin=80))
    day, family, given = lambda date: f"{date:%b %d, %Y}".upper(), doctor.split()[-1].upper(), doctor.split()[0].upper()
    number = record(page, rng, "R-000000")
    page.line("LOCAL TITLE: DISCHARGE SUMMARY            STATUS: COMPLETED")
    page.line(f"DICT DATE: {day(last)}                   ENTRY DATE: {day(last + datetime.timedelta(days=2))}", ink=GREY)
    page.line("=" * int((page.right - page.left) / page.font().getlength("=")))
    page.line(f"NAME: {who.last.upper()},{who.first.upper()}")
    page.line(f"RECORD NO: {number}          DATE OF BIRTH: {day(who.born)}")
    page.line(f"DATE OF ADMISSION: {day(first)}")
    page.line(f"DATE OF DISCHARGE: {day(last)}")
    page.line(f"ATTENDING PHYSICIAN: {family},{given} MD")
    page.y += 12
    page.pair("PRINCIPAL DIAGNOSIS: ", f"{stay.primary[0].upper()} [{stay.primary[1]}]", bold=False)
    page.line("SECONDARY DIAGNOSES:")
    page.bullets([f"{name.upper()} [{code}]" for name, code in stay.secondary], "1.", page.left + 40)
    page.line("OPERATIONS/PROCEDURES:")
    page.bullets([name.upper() for name in stay.procedures], "1.", page.left + 40)
    page.y += 8
    page.line("HOSPITAL COURSE:")
    page.para(stay.course, gap=8)
    page.line("DISCHARGE MEDICATIONS:")
    lines = [f"{name.upper()} {how.upper()}" for name, how, _ in stay.medicines]
    page.bullets(lines, "1.", page.left + 40)
    page.y += 8
    page.pair("VITAL SIGNS AT DISCHARGE: ", "  ".join(f"{label} {value}" for label, value in stay.vitals).upper().replace("SPO2", "SpO2"), bold=False)
    for label, value in (("CONDITION ON DISCHARGE: ", stay.condition), ("DISPOSITION: ", stay.home), ("ACTIVITY: ", stay.activity), ("DIET: ", stay.diet), ("FOLLOW-UP: ", stay.follow)):
        page.pair(label, value.upper(), bold=False)
    page.y += 20
    page.line(f"/es/ {given} {family} MD")
    page.line("STAFF PHYSICIAN")
    page.line(f"Signed: {last:%m/%d/%Y} {rng.randint(10, 17)}:{rng.randint(10, 59)}")
    medicines(page, lines)
    facts.titled(page, "attendingPhysician", doctor, "MD")
    return page


def sheet(rng):
    """A sheet for the patient: a band of labels over values, a table of medicines, two columns of instructions."""
    page, who, stay, first, last, doctor = story(rng, lambda r: Page(r, r.choice(("dejavu", "condensed", "roboto")), 20, margin=75))
    day, colour = lambda date: f"{date:%B} {date.day}, {date:%Y}", rng.choice(((0, 95, 110), (110, 40, 90), (50, 90, 50)))
    number = record(page, rng, "M00-0000")
    page.draw.rectangle((0, 0, page.image.width, 96), fill=colour)
    page.write(page.left, 28, rng.choice(HOUSES), 28, True, (255, 255, 255))
    page.flush("Inpatient Discharge Summary", 32, 22, ink=(255, 255, 255))
    page.y = 116
    page.cells([[("PATIENT", who.name, 4), ("BIRTHDATE", day(who.born), 4), ("MEDICAL RECORD #", number, 3)],
                [("ADMITTED", day(first), 4), ("DISCHARGED", day(last), 4), ("ATTENDING PHYSICIAN", f"{doctor}, DO", 4)]])
    half = (page.right - page.left) // 2 - 20
    top = page.y
    left = block(page, "PRIMARY DIAGNOSIS", [stay.primary[0]], page.left, top, half, colour)
    left = block(page, "OTHER DIAGNOSES", [name for name, _ in stay.secondary], page.left, left, half, colour)
    right = block(page, "PROCEDURES", stay.procedures, page.left + half + 40, top, half, colour)
    right = block(page, "CONDITION", [stay.condition], page.left + half + 40, right, half, colour)
    page.y = max(left, right) + 4
    page.line("WHAT HAPPENED IN THE HOSPITAL", 18, True, colour)
    page.para(stay.course, gap=10)
    page.line("YOUR DISCHARGE MEDICATIONS", 18, True, colour)
    words = {"NEW": "New", "CHANGED": "Changed", "SAME": "Same as before"}
    page.table(("Medication", "How to take", "Status"), [(name, how, words[status]) for name, how, status in stay.medicines], (5, 6, 3))
    top = page.y
    left = block(page, "DIET", [stay.diet], page.left, top, half, colour)
    left = block(page, "ACTIVITY", [stay.activity], page.left, left, half, colour)
    right = block(page, "FOLLOW-UP", [stay.follow], page.left + half + 40, top, half, colour)
    right = block(page, "DISCHARGE DISPOSITION", [stay.home], page.left + half + 40, right, half, colour)
    page.y = max(left, right) + 4
    page.line("VITAL SIGNS AT DISCHARGE", 18, True, colour)
    x = page.left
    for label, value in stay.vitals:
        page.above(label, value, x, page.y, 180, 15)
        x += 190
    page.y += 90
    page.line("Call 911 for chest pain, trouble breathing or heavy bleeding. Questions after you leave: 555-0170.", 17, ink=GREY)
    medicines(page, [f"{name} {how}" for name, how, _ in stay.medicines], [f"{name} {how} {words[status]}" for name, how, status in stay.medicines])
    facts.titled(page, "attendingPhysician", doctor, "DO")
    return page


def block(page, title, lines, x, y, width, colour):
    """A title in capitals over its lines; gives where the next may begin."""
    page.write(x, y, title, 18, True, colour)
    y += 28
    for line in lines:
        y = page.wrap(line, x, width, y)
    return y + 12


ALL = (system, letter, typed, sheet)
