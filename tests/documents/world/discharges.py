"""Discharge papers of England, India and Ireland."""
from datetime import timedelta

from people import number, show, some_day
from world.folk import called, colleague, doctor, folk, joined, nhs_number
from world.sheet import GREY, RULE, Sheet
from world.stays import BRITISH_STAYS, INDIAN_STAYS, IRISH_STAYS, KIWI_STAYS


def common(page, stay, who, came, left):
    """What every one of these papers says, whatever it looks like."""
    called(page, who)
    page.know("patientDOB", who.born.isoformat())
    page.know("admissionDate", came.isoformat())
    page.know("dischargeDate", left.isoformat())
    page.know("primaryDiagnosis", stay.primary[0])
    page.know("secondaryDiagnoses", [name for name, _ in stay.others])
    page.know("procedures", list(stay.done))
    page.know("followUp", stay.follow)
    page.know("activityRestrictions", stay.activity)
    page.know("dietInstructions", stay.diet)
    page.know("disposition", stay.home)
    page.know("condition", stay.condition)
    page.know("vitalSignsAtDischarge", ", ".join(f"{name}: {value}" for name, value in stay.vitals))
    texts = joined(stay.medicines, (0, 1, 3), (0, 1, 2, 3), (0, 1, 2, 3, 4), (0, 1, 3, 4), (0, 1))
    page.know("dischargeMedications", *texts[:-1])


def days_of(rng, stay, way):
    came = some_day(rng, 2022, 2024).replace(day=rng.randint(13, 20))
    left = came + timedelta(days=stay.days)
    return came, left, show(came, way), show(left, way)


def uk_gp_letter(rng):
    """England: the electronic letter to the surgery, sections with grey bars, two columns of details at the top, small type."""
    page = Sheet(rng, rng.choice(("sans", "roboto", "condensed")), 19, margin=75)
    stay = rng.choice(BRITISH_STAYS)
    who, when = folk(rng, "uk", 84, 48, "M"), "uk" if rng.random() < 0.5 else "dashes"
    by = colleague(rng, "uk", who)
    gp = colleague(rng, "uk", who, by)
    came, left, came_text, left_text = days_of(rng, stay, when)
    page.write(75, 60, rng.choice(("Wold Valley University Hospitals", "Severn Moor Teaching Hospitals")), 27, True, (0, 70, 140))
    page.write(75, 94, "NHS Foundation Trust", 18, ink=(0, 70, 140))
    page.flush("Discharge Summary", 60, 30, True)
    page.flush("Inpatient - sent electronically to GP", 98, 17, ink=GREY)
    page.y = 138
    unit = number(rng, 7)
    side = uk_details(page, who, unit, gp, by, (came_text, left_text, stay.home))
    page.y = side
    uk_sections(page, stay)
    page.rule()
    page.write(75, page.y, f"Completed by: {gp.first[0]}. {by.first[0]}. Marsh (Foundation Doctor)   Bleep {number(rng, 4)}", 17, ink=GREY)
    page.write(75, 1690, f"{who.last.upper()}, {who.first}   Hospital No {unit}", 17, ink=GREY)
    page.flush("Page 1 of 1", 1690, 17, ink=GREY)
    common(page, stay, who, came, left)
    page.know("medicalRecordNumber", unit)
    doctor(page, "attendingPhysician", by, f"Dr {by.name}")
    return page


def uk_details(page, who, unit, gp, by, stay):
    """Two columns, each with its labels at the left; gives where the next may begin."""
    came, left, home = stay
    nhs = nhs_number(page.rng)
    columns = ((75, "Patient details", (("Name", f"{who.last.upper()}, {who.first} ({who.title})"), ("Date of birth", show(who.born, "uk")), ("NHS number", nhs), ("Hospital no", unit),
                                        ("Address", who.address))),
               (640, "Admission and discharge", (("Admitted", came), ("Discharged", left), ("Consultant", f"Dr {by.name}"), ("Discharged to", home), ("GP", f"Dr {gp.name}"))))
    ends = []
    for x, title, rows in columns:
        y = page.y
        page.draw.rectangle((x, y, x + 525, y + 28), fill=(225, 230, 236))
        page.write(x + 8, y + 2, title, bold=True)
        y += 36
        for label, value in rows:
            page.write(x + 8, y, label, 17, ink=GREY)
            y = page.wrap(value, x + 160, 360, y) + 2
        ends.append(y)
    return max(ends) + 6


def uk_bar(page, title):
    page.y += 6
    page.draw.rectangle((75, page.y, page.right, page.y + 28), fill=(225, 230, 236))
    page.write(83, page.y + 2, title, bold=True)
    page.y += 36


def uk_sections(page, stay):
    left = page.left
    uk_bar(page, "Diagnoses")
    page.left = 83
    page.pair("Primary diagnosis", f"{stay.primary[0]} ({stay.primary[1]})", tab=240, bold=False, ink=GREY)
    page.write(83, page.y, "Secondary diagnoses", ink=GREY)
    for name, code in stay.others:
        page.y = page.wrap(f"{name} ({code})", 83 + 240)
    page.left = left
    uk_bar(page, "Procedures")
    page.bullets(stay.done)
    uk_bar(page, "Clinical summary")
    page.para(stay.course, 83)
    uk_bar(page, "Medications on discharge")
    page.table(("Medication", "Dose", "Route", "Frequency", "Status"), list(stay.medicines), (26, 18, 12, 34, 16))
    if stay.stopped:
        page.pair("Medicines stopped:", stay.stopped, x=83)
    page.pair("Allergies:", page.rng.choice(("No known drug allergies", "Penicillin - rash", "Trimethoprim - vomiting")), x=83)
    uk_bar(page, "At discharge")
    page.pair("Observations:", "   ".join(f"{name} {value}" for name, value in stay.vitals), x=83)
    page.pair("Condition:", stay.condition, x=83)
    uk_bar(page, "Plan and advice")
    page.pair("Follow-up:", stay.follow, x=83)
    page.pair("Activity:", stay.activity, x=83)
    page.pair("Diet:", stay.diet, x=83)


def in_corporate(rng):
    """India: a corporate hospital's summary, boxed details in capitals, capital headings, a medicine table with numbers."""
    page = Sheet(rng, rng.choice(("serif", "sans", "book")), 20, margin=80)
    stay = rng.choice(INDIAN_STAYS)
    who = folk(rng, "in", 78, 45)
    by = colleague(rng, "in", who)
    came, left, came_text, left_text = days_of(rng, stay, rng.choice(("dashes", "hyphens")))
    page.centre(rng.choice(("SURYODAYA MULTISPECIALITY HOSPITAL", "GREEN VALLEY HOSPITALS & RESEARCH CENTRE")), 30, True, (120, 20, 40))
    page.centre(f"{by.address}  |  24 x 7 Emergency  |  NABH Accredited", 17)
    page.rule((120, 20, 40), 3, 6)
    page.centre("DISCHARGE SUMMARY", 25, True)
    page.y += 6
    uhid = f"{rng.choice(('SMH', 'GVH'))}.{number(rng, 8)}"
    age = came.year - who.born.year - ((came.month, came.day) < (who.born.month, who.born.day))
    rows = (("PATIENT NAME", f"{who.title}. {who.name.upper()}", "UHID", uhid),
            ("AGE / SEX", f"{age} Yrs / {'Female' if who.sex == 'F' else 'Male'}", "D.O.B.", show(who.born, "hyphens")),
            ("D.O.A.", f"{came_text}  {rng.randint(10, 12)}:{rng.randint(10, 59)}", "D.O.D.", f"{left_text}  {rng.randint(13, 17)}:{rng.randint(10, 59)}"),
            ("CONSULTANT", f"Dr. {by.name}", "WARD / BED", f"{rng.randint(2, 6)}F-{number(rng, 3)}"))
    in_boxes(page, rows)
    in_sections(page, stay, by)
    common(page, stay, who, came, left)
    page.know("medicalRecordNumber", uhid)
    doctor(page, "attendingPhysician", by, f"Dr. {by.name}")
    return page


def in_boxes(page, rows):
    edges = (80, 250, 640, 800, page.right)
    for row in rows:
        for at, text in enumerate(row):
            page.write(edges[at] + 10, page.y + 6, text, 18, at % 2 == 0)
            page.draw.rectangle((edges[at], page.y, edges[at + 1], page.y + 38), outline=RULE, width=1)
        page.y += 38
    page.y += 8


def in_sections(page, stay, by):
    line = lambda title: (page.heading(title), setattr(page, "y", page.y - 4))
    line("FINAL DIAGNOSIS:")
    page.para(f"{stay.primary[0].upper()} [{stay.primary[1]}]", page.left + 30)
    line("ASSOCIATED CONDITIONS:")
    page.bullets([f"{name} [{code}]" for name, code in stay.others], "1.", page.left + 30)
    line("PROCEDURES DONE:")
    page.bullets(stay.done, "1.", page.left + 30)
    line("COURSE IN THE HOSPITAL:")
    page.para(stay.course, page.left + 30)
    page.y += 6
    page.pair("CONDITION AT DISCHARGE:", stay.condition)
    page.pair("VITALS AT DISCHARGE:", ", ".join(f"{name}: {value}" for name, value in stay.vitals))
    page.pair("DISCHARGED TO:", stay.home)
    line("TREATMENT ADVISED ON DISCHARGE:")
    page.table(("S.No", "Drug", "Dose", "Route", "Frequency & Duration"), [(str(n), *row[:4]) for n, row in enumerate(stay.medicines, 1)], (7, 30, 14, 12, 37), True, 19)
    page.pair("DIET:", stay.diet)
    page.pair("ACTIVITY:", stay.activity)
    page.pair("REVIEW:", stay.follow)
    page.y += 6
    page.para("In case of fever, bleeding, breathlessness or severe pain report to the Emergency at once.", size=18)
    page.signature(840, page.y + 60)
    page.flush(f"Dr. {by.name}", page.y + 105, bold=True)
    page.flush("Signature of the treating consultant", page.y + 132, 17, ink=GREY)
    page.write(80, page.y + 105, "I have understood the advice given.", 17)
    page.write(80, page.y + 132, "Signature of patient / attendant", 17, ink=GREY)


def ie_prose_letter(rng):
    """Ireland: a typed letter between doctors; dates and advice stand in sentences, a few words in bold begin paragraphs."""
    page = Sheet(rng, rng.choice(("serif", "book", "light")), 22, margin=120)
    stay = rng.choice(IRISH_STAYS)
    who = folk(rng, "ie", 82, 50, "F")
    by = colleague(rng, "ie", who)
    gp = colleague(rng, "ie", who, by)
    came, left, came_text, left_text = days_of(rng, stay, "words")
    chart = number(rng, 6)
    page.centre(rng.choice(("St Gobnait's University Hospital", "Mercy General Hospital Ardmore")), 30, True)
    page.centre(f"Department of Medicine, {by.town}", 19)
    page.rule(GREY)
    for text in (f"Dr {gp.name}", "Main Street Medical Centre", gp.town):
        page.line(text)
    page.flush(show(left + timedelta(days=2), "words"), page.y - page.high() * 3)
    page.y += 14
    page.line(f"Re: {who.title} {who.name}, DOB {show(who.born, 'uk')}, {who.address}", bold=True, size=21)
    page.line(f"Chart No: {chart}", bold=True, size=21)
    page.y += 10
    page.line(f"Dear Dr {gp.last},")
    page.y += 8
    page.para(f"Thank you for referring {who.title} {who.last}, who was admitted under my care on {came_text} and discharged on {left_text} to {stay.home}.", gap=12)
    ie_middle(page, stay)
    page.line("Yours sincerely,")
    page.signature(130, page.y + 40)
    page.y += 84
    page.line(f"Dr {by.name}", bold=True)
    page.line("Consultant Physician")
    page.write(120, 1680, "Dictated but not signed in person. Private and confidential.", 17, ink=GREY)
    common(page, stay, who, came, left)
    page.know("medicalRecordNumber", chart)
    doctor(page, "attendingPhysician", by, f"Dr {by.name}")
    ie_forms(page, stay)
    return page


def ie_middle(page, stay):
    page.pair("Principal diagnosis:", f"{stay.primary[0]}.")
    page.pair("Other diagnoses:", "; ".join(name for name, _ in stay.others) + ".")
    page.pair("Procedures:", "; ".join(stay.done) + ".")
    page.y += 8
    page.para(stay.course + ".", gap=12)
    vital = ", ".join(f"{name} {value}" for name, value in stay.vitals[:-1]) + f" and {stay.vitals[-1][0]} {stay.vitals[-1][1]}"
    page.para(f"On the day of discharge her condition was {stay.condition}, with {vital}.", gap=12)
    page.pair("Medications on discharge:", "; ".join(f"{name} {dose} {often}" for name, dose, _, often, _ in stay.medicines) + ".")
    page.y += 8
    page.para(f"For diet she was advised {stay.diet}. As regards activity she was advised {stay.activity}.", gap=12)
    page.pair("Follow-up:", f"{stay.follow}.")
    page.y += 14


def ie_forms(page, stay):
    """What a sentence says may be answered with more or fewer of its words."""
    diet, activity = stay.diet, stay.activity
    for field, words, opening in (("dietInstructions", diet, "For diet"), ("activityRestrictions", activity, "As regards activity")):
        page.know(field, words, words.removeprefix("a "), f"advised {words}", f"she was advised {words}", f"{opening} she was advised {words}")
    home = stay.home
    page.know("disposition", home, f"to {home}", f"discharged to {home}", home.removeprefix("a "), home.split(" in ")[0])


def nz_transfer(rng):
    """New Zealand: a transfer of care; labels over their values in a row at the top, then two columns side by side."""
    page = Sheet(rng, rng.choice(("lato", "dejavu", "slim")), 20, margin=70)
    stay = rng.choice(KIWI_STAYS)
    who = folk(rng, "nz", 86, 60) if stay.days > 3 else folk(rng, "nz", 45, 22, "F")
    by = colleague(rng, "nz", who)
    came, left, came_text, left_text = days_of(rng, stay, rng.choice(("words", "dashes")))
    nhi = "".join(rng.choice("ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(3)) + number(rng, 4)
    page.write(70, 56, rng.choice(("Rimu Coast District Hospital", "Southern Bays Hospital")), 27, True, (0, 90, 110))
    page.flush("TRANSFER OF CARE", 52, 26, True)
    page.flush(f"General Medicine  Ph {by.phone}", 88, 17, ink=GREY)
    page.y = 126
    rows = ((("Patient", who.name, 300), ("DOB", show(who.born, "dashes"), 190), ("NHI", nhi, 150), ("Address", who.address, 420)),
            (("Date admitted", came_text, 300), ("Date discharged", left_text, 340), ("Senior medical officer", f"Dr {by.name}", 400)))
    for row in rows:
        x, ends = 70, []
        for label, value, width in row:
            ends.append(page.above(label, value, x, page.y, width - 12, 16))
            x += width
        page.y = max(ends) + 6
    page.rule((0, 90, 110), 3)
    nz_columns(page, stay)
    page.write(70, 1690, f"{who.name}  {nhi}", 17, ink=GREY)
    page.flush("Copy to: patient, general practice     Page 1/1", 1690, 17, ink=GREY)
    common(page, stay, who, came, left)
    page.know("medicalRecordNumber", nhi)
    doctor(page, "attendingPhysician", by, f"Dr {by.name}")
    return page


def nz_columns(page, stay):
    """What happened at the left, what is to be done at the right."""
    top = page.y
    left = (("Principal Diagnosis", (f"{stay.primary[0]} ({stay.primary[1]})",)), ("Comorbidities", [f"{name} ({code})" for name, code in stay.others]), ("Procedures", stay.done),
            ("Hospital Course", (stay.course,)), ("Observations at Discharge", ("  ".join(f"{name} {value}" for name, value in stay.vitals),)), ("Condition at Discharge", (stay.condition,)))
    right = (("Discharge Medications", [f"{name} {dose} {often} - {change}" for name, dose, _, often, change in stay.medicines]), ("Discharge Destination", (stay.home,)),
             ("Activity", (stay.activity,)), ("Diet", (stay.diet,)), ("Follow-up", (stay.follow,)))
    ends = []
    for x, parts in ((70, left), (650, right)):
        y = top
        for title, lines in parts:
            page.write(x, y, title, 21, True, (0, 90, 110))
            y += 32
            for line in lines:
                y = page.wrap(line, x, 515, y) + 4
            y += 18
        ends.append(y)
    page.draw.line((620, top, 620, max(ends)), fill=RULE, width=2)
    page.y = max(ends)


TEMPLATES = (uk_gp_letter, in_corporate, ie_prose_letter, nz_transfer)
