"""Notes of visits in England, Singapore, Nigeria and South Africa."""
from people import number, show, some_day
from world.folk import called, colleague, doctor, folk, nhs_number
from world.sheet import GREY, RULE, Sheet
from world.visits import LETTER_VISITS, POLYCLINIC_VISITS, SURGERY_VISITS, WARD_VISITS


def common(page, visit, who, when, hour):
    """What every one of these notes says, whatever it looks like."""
    called(page, who)
    page.know("patientDOB", who.born.isoformat())
    page.know("visitDate", when.isoformat())
    page.know("visitTime", f"{hour[0]:02}:{hour[1]:02}", f"{hour[0]}:{hour[1]:02}", f"{hour[0]:02}h{hour[1]:02}", f"{hour[0]:02}{hour[1]:02}hrs",
              f"{(hour[0] - 1) % 12 + 1}:{hour[1]:02} {'AM' if hour[0] < 12 else 'PM'}")
    page.know("visitType", visit.kind)
    page.know("chiefComplaint", visit.complaint)
    page.know("historyOfPresentIllness", visit.history)
    if visit.systems:
        page.know("reviewOfSystems", visit.systems)
    page.know("physicalExam", visit.exam)
    page.know("vitalSigns", ", ".join(f"{name}: {value}" for name, value in visit.vitals))
    page.know("assessment", "; ".join(name for name, _ in visit.found))
    page.know("plan", "; ".join(visit.plan))
    page.know("medications", ", ".join(visit.medicines))
    page.know("allergies", visit.allergies)
    page.know("followUp", visit.follow)


def uk_record_print(rng):
    """England: a consultation printed from a surgery's record, a banner of the patient, headings in a column at the left, small type."""
    page = Sheet(rng, rng.choice(("sans", "dejavu", "slim")), 19, margin=70)
    visit = rng.choice(SURGERY_VISITS)
    who = folk(rng, "uk")
    by = colleague(rng, "uk", who)
    when, hour = some_day(rng, 2022, 2024), (rng.randint(8, 17), rng.randint(10, 59))
    practice = rng.choice(("Harbourside Medical Group", "The Limes Surgery", "Castle Gate Practice"))
    page.flush(f"Printed {show(when, 'dashes')}", 60, 17, ink=GREY)
    page.write(70, 56, practice, 24, True)
    nhs, local = nhs_number(rng), number(rng, 5)
    page.draw.rectangle((70, 100, page.right, 178), fill=(36, 74, 120))
    page.write(84, 108, f"{who.last.upper()}, {who.first} ({who.title})", 23, True, (255, 255, 255))
    for x, label, value in ((84, "Born", show(who.born, "dashes")), (330, "Gender", "Female" if who.sex == "F" else "Male"), (560, "NHS No.", nhs), (860, "Patient No.", local)):
        end = page.write(x, 144, label, 17, ink=(200, 214, 232))
        page.write(end + 10, 142, value, 19, ink=(255, 255, 255))
    page.y = 204
    page.draw.rectangle((70, page.y, page.right, page.y + 60), fill=(232, 236, 240))
    page.write(80, page.y + 4, f"{show(when, 'dashes')} {hour[0]:02}:{hour[1]:02}", bold=True)
    page.write(330, page.y + 4, f"Dr {by.name}", bold=True)
    page.write(80, page.y + 32, f"Location: {practice}", 17)
    page.write(560, page.y + 32, f"Type: {visit.kind}", 17)
    page.y += 78
    uk_rows(page, visit)
    page.write(70, 1700, "Confidential: personal data of a patient. Confirmed and filed electronically.", 17, ink=GREY)
    common(page, visit, who, when, hour)
    page.know("medicalRecordNumber", local, nhs)
    doctor(page, "provider", by, f"Dr {by.name}")
    return page


def uk_rows(page, visit):
    rows = [("Reason", visit.complaint), ("History", visit.history), ("Observations", "  ".join(f"{name} {value}" for name, value in visit.vitals)), ("Examination", visit.exam),
            ("Diagnosis", "\n".join(f"{name} [{code}]" for name, code in visit.found)), ("Plan", "\n".join(visit.plan)), ("Medication", "\n".join(visit.medicines)),
            ("Allergies", visit.allergies), ("Follow up", visit.follow)]
    for label, text in rows:
        page.write(80, page.y, label, bold=True, ink=(36, 74, 120))
        for part in text.split("\n"):
            page.y = page.wrap(part, 250, page.right - 260)
        page.y += 12
        page.draw.line((70, page.y - 5, page.right, page.y - 5), fill=(220, 222, 226), width=1)


def sg_two_columns(rng):
    """Singapore: a shaded column of who, allergies, medicines and measurements, beside it S, O, A and P."""
    page = Sheet(rng, rng.choice(("roboto", "lato", "sans")), 20, margin=60)
    visit = rng.choice(POLYCLINIC_VISITS)
    who = folk(rng, "sg")
    by = colleague(rng, "sg", who)
    when, hour = some_day(rng, 2022, 2024), (rng.randint(8, 16), rng.randint(10, 59))
    page.write(60, 50, rng.choice(("Kallang Riverside Polyclinic", "Tampines Central Family Clinic")), 28, True, (0, 110, 100))
    page.write(60, 90, "CONSULTATION NOTE", 20, True, GREY)
    page.draw.rectangle((60, 130, 420, 1640), fill=(234, 243, 241))
    local = f"{number(rng, 7)}{rng.choice('ABCDEFGZ')}"
    y = 146
    items = (("PATIENT", f"{who.last.upper()} {who.first.upper()}"), ("DATE OF BIRTH", show(who.born, "capitals")), ("MRN", local), ("VISIT DATE", show(when, "capitals")),
             ("TIME", f"{hour[0]:02}:{hour[1]:02}"), ("VISIT TYPE", visit.kind), ("SEEN BY", f"Dr {by.last} {by.first}"), ("ALLERGIES", visit.allergies))
    for label, value in items:
        y = page.above(label, value, 76, y, 330) + 8
    for label, values in (("CURRENT MEDICATIONS", visit.medicines), ("VITAL SIGNS", [f"{name}  {value}" for name, value in visit.vitals])):
        page.write(76, y, label, 16, ink=GREY)
        y += 21
        for value in values:
            y = page.wrap(value, 76, 330, y)
        y += 16
    sg_soap(page, visit)
    common(page, visit, who, when, hour)
    page.know("medicalRecordNumber", local)
    doctor(page, "provider", by, f"Dr {by.last} {by.first}")
    page.write(60, 1680, "This note was generated by the clinic system and needs no signature.", 17, ink=GREY)
    return page


def sg_soap(page, visit):
    page.left, page.y = 460, 140
    wide = page.rng.random() < 0.5
    heads = ("SUBJECTIVE", "OBJECTIVE", "ASSESSMENT", "PLAN") if wide else ("S", "O", "A", "P")
    parts = (((("Chief complaint", visit.complaint), ("HPI", visit.history), ("ROS", visit.systems), ("Social", page.rng.choice(("Non-smoker, works as a taxi driver", "Lives with spouse, retired teacher")))),), ((("Physical examination", visit.exam),),))
    for head, (rows,) in zip(heads, parts):
        page.line(head, 24, True, (0, 110, 100))
        for label, value in rows:
            page.pair(f"{label}:", value)
            page.y += 8
        page.y += 14
    page.line(heads[2], 24, True, (0, 110, 100))
    page.bullets([f"{name} ({code})" for name, code in visit.found], "1.", 470)
    page.y += 20
    page.line(heads[3], 24, True, (0, 110, 100))
    page.bullets(visit.plan, "-", 470)
    page.y += 20
    page.pair("Follow-up:", visit.follow)


def ng_clerking(rng):
    """Nigeria: an outpatient card typed with the abbreviations of the ward, a heavy frame, one label a line."""
    page = Sheet(rng, rng.choice(("mono", "serif", "book")), 21, margin=90)
    visit = rng.choice(WARD_VISITS)
    land = rng.choice(("ng", "ng", "ke"))
    who = folk(rng, land, sex="M" if "Scrotum" in visit.exam else None)
    by = colleague(rng, land, who)
    when, hour = some_day(rng, 2022, 2024), (rng.randint(8, 15), rng.randint(10, 59))
    page.centre(rng.choice(("ST. JUDE SPECIALIST HOSPITAL", "UNITY TEACHING HOSPITAL")), 29, True)
    page.centre(f"{who.town.upper()}   OUT-PATIENT CARD", 20)
    page.draw.rectangle((60, 60, page.image.width - 60, 1694), outline=page.ink, width=3)
    page.y += 6
    local = f"{rng.choice(('SJ', 'UTH'))}/{number(rng, 4)}/{when:%y}"
    age = when.year - who.born.year - ((when.month, when.day) < (who.born.month, who.born.day))
    for left, right in ((("SURNAME", who.last.upper()), ("OTHER NAMES", who.first.upper())), (("DOB", show(who.born, "hyphens")), ("AGE/SEX", f"{age}/{who.sex}")),
                        (("HOSP. NO", local), ("VISIT TYPE", visit.kind)), (("DATE", show(when, "hyphens")), ("TIME", f"{hour[0]:02}{hour[1]:02}hrs"))):
        top = page.y
        page.pair(f"{left[0]}:", left[1], tab=150)
        page.pair(f"{right[0]}:", right[1], x=640, tab=205, y=top)
    page.rule(page.ink)
    rows = (("PC", visit.complaint), ("HPC", visit.history), ("ROS", visit.systems),
            ("PMHx", page.rng.choice(("Not a known diabetic or asthmatic. No previous surgery.", "Appendicectomy 2009. No transfusion."))),
            ("FSHx", page.rng.choice(("Married, trader, does not drink or smoke.", "Civil servant, takes alcohol socially."))), ("ALLERGIES", visit.allergies), ("O/E", visit.exam),
            ("VITALS", "; ".join(f"{name} {value}" for name, value in visit.vitals)), ("IMP", "; ".join(f"{name} ({code})" for name, code in visit.found)),
            ("PLAN", " ".join(f"{n}) {text}" for n, text in enumerate(visit.plan, 1))), ("DRUGS", "; ".join(visit.medicines)), ("TCA" if land == "ke" else "F/U", visit.follow))
    for label, text in rows:
        page.pair(f"{label}:", text, tab=150)
        page.y += 8
    page.signature(140, page.y + 60)
    page.write(100, page.y + 110, f"Dr. {by.name}", bold=True)
    page.write(100, page.y + 142, "Senior Registrar", 18)
    common(page, visit, who, when, hour)
    page.know("medicalRecordNumber", local)
    doctor(page, "provider", by, f"Dr. {by.name}")
    return page


def za_letter(rng):
    """South Africa: a specialist's letter; the visit is told in sentences, with only a few words set in front."""
    page = Sheet(rng, rng.choice(("book", "serif", "light")), 21, margin=115)
    visit = rng.choice(LETTER_VISITS)
    who = folk(rng, "za", 80, 45, "M")
    by = colleague(rng, "za", who)
    to = colleague(rng, "za", who, by)
    when, hour = some_day(rng, 2022, 2024), (rng.randint(8, 15), rng.randint(10, 59))
    page.write(115, 80, f"Dr {by.name}", 30, True)
    page.write(115, 122, "MBChB (UKZN), FCP (SA)   Specialist Physician", 18)
    page.write(115, 148, f"Pr. No. {number(rng, 7)}   Suite {rng.randint(2, 40)}, {by.address}   Tel {by.phone}", 18)
    page.y = 176
    page.rule(page.ink)
    page.line(show(when, "words"))
    page.y += 10
    page.line(f"Dear Dr {to.last}")
    page.y += 6
    local = f"{who.last[:3].upper()}{number(rng, 4)}"
    page.line(f"RE: {who.title.upper()} {who.name.upper()}  -  DATE OF BIRTH {show(who.born, 'words').upper()}  -  FILE {local}", 19, True)
    page.y += 8
    za_body(page, visit, who, when, hour)
    page.line("Kind regards")
    page.signature(125, page.y + 40)
    page.y += 84
    page.line(f"Dr {by.name}", bold=True)
    common(page, visit, who, when, hour)
    za_forms(page, visit)
    page.know("medicalRecordNumber", local)
    doctor(page, "provider", by, f"Dr {by.name}", f"Dr {by.name}, MBChB (UKZN), FCP (SA)")
    return page


def za_body(page, visit, who, when, hour):
    page.para(f"Thank you for asking me to see {who.title} {who.last}, who came for a {visit.kind} on {show(when, 'words')} at {hour[0]:02}h{hour[1]:02}.", gap=12)
    page.pair("Presenting complaint:", f"{visit.complaint[0].upper()}{visit.complaint[1:]}.")
    page.pair("History:", f"{visit.history}.")
    page.pair("Past history:", page.rng.choice(("Cataract operation in 2016.", "Tuberculosis treated in 1998, no operations.")))
    page.pair("Habits:", page.rng.choice(("Stopped smoking ten years ago.", "Never smoked, two beers at weekends.")))
    page.pair("Allergies:", f"{visit.allergies[0].upper()}{visit.allergies[1:]}.")
    page.pair("Present medication:", "; ".join(visit.medicines) + ".")
    page.y += 10
    vital = ", ".join(f"{name} {value}" for name, value in visit.vitals[:-1]) + f" and {visit.vitals[-1][0]} {visit.vitals[-1][1]}"
    page.pair("Examination:", f"{visit.exam[0].upper()}{visit.exam[1:]}.")
    page.para(f"Measured today: {vital}.", gap=10)
    page.pair("Assessment:", "; ".join(f"{name} ({code})" for name, code in visit.found) + ".")
    page.pair("Plan:", "; ".join(visit.plan) + ".")
    page.y += 10
    page.para(f"{visit.follow}.", gap=16)


def za_forms(page, visit):
    """What stands in a sentence may be answered with more or fewer of its words."""
    vital = ", ".join(f"{name} {value}" for name, value in visit.vitals[:-1]) + f" and {visit.vitals[-1][0]} {visit.vitals[-1][1]}"
    page.know("physicalExam", visit.exam, f"{visit.exam}. Measured today: {vital}", f"{visit.exam}. {vital}")
    page.know("followUp", visit.follow, visit.follow.removeprefix("I shall "), visit.follow.removeprefix("I shall see him again "))
    page.know("visitType", visit.kind, visit.kind.removesuffix(" visit"), f"a {visit.kind}", f"came for a {visit.kind}")


TEMPLATES = (uk_record_print, sg_two_columns, ng_clerking, za_letter)
