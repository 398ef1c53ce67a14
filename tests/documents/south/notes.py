"""Clinical notes of Britain, the United States, Canada, India and Australia."""
import datetime

import people
from paper import GREY, RULE
from south import folk, visits
from south.sheet import Sheet


def tell(page, visit, who, day, doctor, shown, number=None):
    """What every one of these notes tells."""
    people.patient(page, who)
    page.day("patientDOB", who.born)
    page.day("visitDate", day)
    people.named(page, "provider", doctor, shown, doctor)
    if number:
        page.know("medicalRecordNumber", number)
    page.know("chiefComplaint", visit.complaint)
    page.know("historyOfPresentIllness", visit.story)
    page.know("physicalExam", visit.exam)
    page.know("assessment", visit.diagnosis)
    page.know("plan", visit.plan)
    page.know("allergies", visit.allergies)
    page.know("followUp", visit.review)


def uk_consultation(rng):
    """A record printed from a practice's computer: the patient in a bar, the consultation's items below one another."""
    page, visit = Sheet(rng, "open", 19, margin=75), rng.choice(visits.BRITAIN)
    day, who = people.some_day(rng, 2023, 2025), folk.person(rng, "uk", visit.sex, visit.ages, 2023)
    doctor, time, date = folk.doctor(rng, "uk", who.name), folk.clock(rng), lambda day: folk.show(day, "au")
    nhs = folk.digits(rng, "94# ### ####")
    page.write(75, 62, rng.choice(("Priory Fields Surgery", "Tollgate Medical Practice")), 24, True)
    page.flush("12 Priory Close, Hereford HR4 9BW   01632 960200", 66, 18, ink=GREY)
    page.box(75, 108, page.right, 196, fill=(0, 74, 138), outline=(0, 74, 138))
    title = {"m": "Mr", "f": "Mrs"}[visit.sex]
    page.write(92, 116, f"{who.last.upper()}, {who.first} ({title})", 26, True, (255, 255, 255))
    at = 92
    for label, value in (("Born", f"{date(who.born)} ({folk.age(who.born, day)}y)"), ("Gender", {"m": "Male", "f": "Female"}[visit.sex]), ("NHS No.", nhs)):
        at = page.write(page.write(at, 158, label, 18, ink=(190, 214, 238)) + 8, 156, value, 20, True, (255, 255, 255)) + 46
    way = rng.choice(("Face to face consultation", "GP surgery consultation", "Home visit"))
    page.y = 216
    page.box(75, 212, page.right, 286, fill=(232, 238, 244), outline=(232, 238, 244))
    page.write(92, 218, f"{date(day)}  {time}", 22, True)
    page.write(420, 218, way, 22)
    page.write(92, 250, f"Dr {doctor}, {rng.choice(('GP Partner', 'Salaried GP', 'GP Registrar'))}", 20)
    page.y = 306
    bp, *_, air = folk.rest(rng)
    signs = [("BP", f"{bp} mmHg"), ("Pulse", f"{rng.randint(*visit.pulse)} bpm"), ("Temperature", f"{rng.randint(*visit.heat) / 10:.1f} °C"), ("SpO2", f"{air} %")]
    heads = rng.choice((("Presenting complaint", "History", "Examination", "Medication", "Follow up"),
                        ("Reason for encounter", "History", "Examination", "Medication", "Follow-up")))
    items = [(heads[0], [visit.complaint]), (heads[1], [visit.story]), ("Observations", [", ".join(f"{a} {b}" for a, b in signs)]), (heads[2], [visit.exam]),
             ("Social", [visit.life]), ("Diagnosis", [visit.diagnosis]),
             (heads[3], visit.medicines), ("Allergies", [visit.allergies]), ("Tests requested", [visit.tests]), ("Plan", [visit.plan]), (heads[4], [visit.review])]
    for head, lines in items:
        page.write(75, page.y, head, bold=True, ink=(0, 74, 138))
        page.y = page.rows(lines, 330, page.right - 330, page.y) + 12
    page.rule()
    page.line("Past problems", bold=True)
    for problem in visit.past.split("; "):
        page.line(f"{date(people.some_day(rng, 2008, 2019))}    {problem}", 18, ink=GREY)
    page.y += 10
    page.line("Recalls", bold=True)
    page.line(f"Medication review due {date(day + datetime.timedelta(days=182))}", 19, ink=GREY)
    page.foot("Printed by reception. Confidential: personal data", "Page 1 of 1")
    tell(page, visit, who, day, doctor, f"Dr {doctor}")
    page.may("medicalRecordNumber", nhs)
    page.clock("visitTime", time)
    page.know("visitType", way, way.replace(" consultation", ""))
    page.know("medications", "; ".join(visit.medicines))
    page.signs("vitalSigns", signs)
    return page


def us_visit(rng):
    """A visit note with a shaded column at the left for who, vitals, allergies and medicines."""
    page, visit = Sheet(rng, "lato", 21, margin=70), rng.choice(visits.AMERICA)
    day, who = people.some_day(rng, 2023, 2025), folk.person(rng, "us", visit.sex, visit.ages, 2023)
    doctor, time, number = folk.doctor(rng, "us", who.name), folk.clock(rng), folk.digits(rng, "#7####")
    degree, date = rng.choice(("MD", "DO", "FNP-C")), lambda day: folk.show(day, "us")
    green = (28, 96, 84)
    page.box(0, 0, 400, 1754, fill=(236, 242, 240), outline=(236, 242, 240))
    hour, minute = (int(part) for part in time.split(":"))
    half = f"{(hour - 1) % 12 + 1}:{minute:02} {'AM' if hour < 12 else 'PM'}"
    bp, _, breaths, _, air = folk.rest(rng)
    signs = [("BP", bp), ("Pulse", str(rng.randint(*visit.pulse))), ("Resp", breaths), ("Temp", f"{rng.randint(974, 988) / 10:.1f} F"), ("SpO2", f"{air}%"),
             ("Ht", f"{rng.randint(60, 73)} in"), ("Wt", f"{rng.randint(128, 236)} lb")]

    def side(head, lines, y, mark=""):
        page.write(36, y, head.upper(), 18, True, green)
        return page.rows([mark + line for line in lines], 36, 344, y + 30) + 22

    y = side("Patient", [who.name], 150)
    y = side("Date of birth", [f"{date(who.born)} ({folk.age(who.born, day)} yo {visit.sex.upper()})"], y)
    y = side("MRN", [number], y)
    y = side("Vitals", [f"{a}: {b}" for a, b in signs], y)
    y = side("Allergies", [visit.allergies], y)
    y = side(rng.choice(("Current medications", "Medications")), visit.medicines, y)
    y = side("Past history", visit.past.split("; "), y)
    y = side("Social history", [visit.life], y)
    side("Insurance", [rng.choice(("Blue Ridge PPO", "Statewide Medicaid"))], y)
    page.left, page.y = 436, 64
    page.write(36, 62, rng.choice(("Cedar Fork", "Three Creeks")), 32, True, green)
    page.write(36, 102, "Family Medicine", 22, ink=green)
    way = rng.choice(("Office Visit", "Established Patient Visit"))
    page.line(way, 34, True)
    page.line(f"{date(day)}  {half}    {doctor}, {degree}", 22, ink=GREY)
    page.y += 16
    words = rng.choice((("Chief Complaint", "HPI", "ROS", "Physical Exam", "Assessment", "Plan", "Return to office"),
                        ("Reason for Visit", "History of Present Illness", "Review of Systems", "Exam", "Assessment", "Plan", "Follow-up")))
    told = list(zip(words, (visit.complaint, visit.story, visit.systems, visit.exam, visit.diagnosis, visit.plan, visit.review)))
    for head, text in [*told[:4], ("Results", visit.tests), *told[4:]]:
        page.write(436, page.y, head, 24, True, green)
        page.y += 36
        page.draw.line((436, page.y, page.right, page.y), fill=RULE, width=1)
        page.y = page.wrap(text, 436, page.right - 436, page.y + 8) + 20
    page.signature(450, page.y + 16)
    page.write(436, page.y + 60, f"Electronically signed by {doctor}, {degree}", 19)
    page.write(436, page.y + 88, f"{folk.digits(rng, '(555) 016-####')} office   {folk.digits(rng, '(555) 016-####')} fax", 18, ink=GREY)
    tell(page, visit, who, day, doctor, f"{doctor}, {degree}", number)
    page.clock("visitTime", time)
    page.know("visitType", way)
    page.know("reviewOfSystems", visit.systems)
    page.know("medications", "; ".join(visit.medicines))
    page.signs("vitalSigns", signs)
    return page


def ca_grid(rng):
    """Boxes for who and when, then S, O, A and P in a grid with the letter at the left."""
    page, visit = Sheet(rng, "narrow", 24, margin=80), rng.choice(visits.CANADA)
    day = people.some_day(rng, 2023, 2025)
    who, time, number = folk.person(rng, "ca", visit.sex, visit.ages, day.year), folk.clock(rng), folk.digits(rng, "#####")
    doctor, date = folk.doctor(rng, "ca", who.name), lambda day: folk.show(day, "iso")
    page.line(rng.choice(("Kestrel Bay Walk-in and Family Practice", "Assiniboine Crossing Medical Clinic")), 34, True)
    page.line("Unit 4, 220 Lakeshore Drive     T 204-555-0110     F 204-555-0111", 20, ink=GREY)
    page.y += 12
    page.cells([[("Patient (last, first)", f"{who.last}, {who.first}", 4), ("DOB yyyy-mm-dd", date(who.born), 2), ("Sex", visit.sex.upper(), 0.8),
                 ("Chart #", number, 1.6)],
                [("Date of service", date(day), 2), ("Time", time, 1.2), ("Provider", f"Dr. {doctor}", 3), ("PHN", folk.digits(rng, "9### ### ###"), 2.2)]])
    way = rng.choice(("Walk-in", "Booked", "Home"))
    page.ticks("Visit type:", ("Walk-in", "Booked", "Phone", "Home"), (way,))
    page.y += 8
    bp, _, breaths, _, air = folk.rest(rng, visit.ages[1] < 16)
    signs = [("BP", bp), ("HR", str(rng.randint(*visit.pulse))), ("RR", breaths), ("T", f"{rng.randint(*visit.heat) / 10:.1f}"), ("O2 sat", f"{air}%")]
    cells = (("S", (("CC:", visit.complaint), ("HPI:", visit.story), ("ROS:", visit.systems), ("Allergies:", visit.allergies), ("PMHx:", visit.past),
                    ("Social:", visit.life), ("Current meds:", "; ".join(visit.medicines)))),
             ("O", (("V/S:", "  ".join(f"{a} {b}" for a, b in signs)), ("Exam:", visit.exam))), ("A", (("", visit.diagnosis),)),
             ("P", (("", visit.plan), ("Labs:", visit.tests), ("F/U:", visit.review))))
    for letter, items in cells:
        top, page.y = page.y, page.y + 10
        for head, text in items:
            page.y = page.mixed([(head, True), (text, False)], 170, page.right - 185) + 8
        page.y = max(page.y, top + 84) + 6
        page.write(116, top + 18, letter, 44, True, anchor="ma")
        page.box(80, top, 152, page.y)
        page.box(152, top, page.right, page.y)
    page.y += 30
    page.signature(120, page.y + 10)
    page.write(420, page.y, f"Dr. {doctor}, CCFP     Billing no. {folk.digits(rng, '#####')}", 20)
    page.foot("Form KB-07 progress note", f"Chart {number}")
    tell(page, visit, who, day, doctor, f"Dr. {doctor}", number)
    page.forms["plan"] += [f"{visit.plan} Labs: {visit.tests}", f"{visit.plan} {visit.tests}"]
    page.clock("visitTime", time)
    page.know("visitType", way, f"{way} visit")
    page.know("reviewOfSystems", visit.systems)
    page.know("medications", "; ".join(visit.medicines))
    page.signs("vitalSigns", signs)
    return page


def in_opd(rng):
    """A consultant's paper with abbreviations for labels and a table under Rx."""
    page, visit = Sheet(rng, "dejavu", 20, margin=85), rng.choice(visits.INDIA)
    day, who = people.some_day(rng, 2023, 2025), folk.person(rng, "in", visit.sex, visit.ages, 2023)
    doctor, time, number = folk.doctor(rng, "in", who.name), folk.clock(rng, 9, 19), folk.digits(rng, "SJ/24/0####")
    way, red = rng.choice(("uk", "slashed", "hyphens")), (150, 24, 30)
    date = lambda day: folk.show(day, way)
    page.write(85, 78, f"Dr. {doctor}", 30, True, red)
    page.write(85, 120, f"M.B.B.S., M.D. (General Medicine)   Reg. No. {folk.digits(rng, '8####')}", 18)
    page.write(page.right, 78, rng.choice(("Sanjeevani Jyoti Clinic", "Sahyadri Janata Polyclinic")), 24, True, anchor="ra")
    page.write(page.right, 112, "Hill Road, Nashik 422002", 18, anchor="ra")
    page.write(page.right, 138, "Mon-Sat 9 am to 1 pm, 5 pm to 9 pm", 16, ink=GREY, anchor="ra")
    page.y = 158
    page.rule(ink=red, width=4)
    title = {"m": "Mr.", "f": "Mrs."}[visit.sex]
    page.write(85, page.y, f"Pt. Name: {title} {who.name}", bold=True)
    page.write(780, page.y, f"Date: {date(day)}  {time}")
    page.y += 32
    page.write(85, page.y, f"DOB: {date(who.born)}    Age/Sex: {folk.age(who.born, day)} Y / {visit.sex.upper()}")
    page.write(780, page.y, f"UHID: {number}")
    page.y += 32
    kind = "Follow-up" if visit.complaint.startswith("Follow") else "New case"
    page.write(85, page.y, f"Ph: {who.phone}")
    page.write(780, page.y, f"Visit: {kind}")
    page.y += 24
    page.rule(ink=red)
    bp, _, breaths, _, air = folk.rest(rng)
    signs = [("BP", f"{bp} mm Hg"), ("PR", f"{rng.randint(*visit.pulse)}/min"), ("RR", f"{breaths}/min"), ("Temp", f"{rng.randint(*visit.heat) / 10:.1f} C"),
             ("SpO2", f"{air}%"), ("Wt", f"{rng.randint(46, 88)} kg")]
    dx = rng.choice(("Prov. Diagnosis", "Dx", "Imp."))
    for head, text in (("C/O", visit.complaint), ("HOPI", visit.story), ("Past H/o", visit.past), ("Personal H/o", visit.life), ("Drug allergy", visit.allergies),
                       ("Vitals", "  ".join(f"{a} {b}" for a, b in signs)), ("O/E", visit.exam), ("Inv.", visit.tests), (dx, visit.diagnosis)):
        page.write(85, page.y, f"{head}:", bold=True, ink=red)
        page.y = page.wrap(text, 300, page.right - 300, page.y) + 10
    page.y += 10
    page.write(85, page.y, "Rx", 40, True, red)
    page.y += 58
    page.y = page.grid(85, page.right - 85, page.y, ("Medicine", "Dose", "When", "Duration"), visit.medicines, (4, 1.4, 1.8, 1.4), lines=rng.random() < 0.5) + 10
    for head, text in ((rng.choice(("Adv", "Advice")), visit.plan), (rng.choice(("Review", "Next visit")), visit.review)):
        page.write(85, page.y, f"{head}:", bold=True, ink=red)
        page.y = page.wrap(text, 300, page.right - 300, page.y) + 10
    page.signature(900, page.y + 40)
    page.write(900, page.y + 84, "Signature", 17, ink=GREY)
    page.foot("Not valid for medico-legal purpose. Subject to Nashik jurisdiction.")
    tell(page, visit, who, day, doctor, f"Dr. {doctor}", number)
    page.forms["patientName"] += [f"{title} {who.name}"]
    page.clock("visitTime", time)
    page.know("visitType", kind, kind.replace(" case", ""))
    page.medicines("medications", visit.medicines, 3)
    page.forms["medications"] += ["; ".join(f"{name} {dose}" for name, dose, *_ in visit.medicines)]
    page.signs("vitalSigns", signs)
    return page


def au_emergency(rng):
    """An emergency department's record: triage, one row of observations under its heads, headings with lines between."""
    page, visit = Sheet(rng, "tight", 24, margin=80), rng.choice(visits.AUSTRALIA)
    day = people.some_day(rng, 2023, 2025)
    who, number = folk.person(rng, "au", visit.sex, visit.ages, day.year), folk.digits(rng, "15#####")
    doctor, date = folk.doctor(rng, "au", who.name), lambda day: folk.show(day, "uk")
    nurse = folk.doctor(rng, "au", who.name, doctor)
    hour, minute = rng.randint(13, 22), rng.randint(0, 29)
    come, time = f"{hour}:{minute:02}", f"{hour}:{minute + rng.randint(12, 30):02}"
    page.box(80, 70, page.right, 150, fill=(52, 30, 84), outline=(52, 30, 84))
    page.write(100, 82, "EMERGENCY DEPARTMENT", 34, True, (255, 255, 255))
    page.write(page.right - 20, 92, rng.choice(("Brackwater Base Hospital", "Yarrabilla District Hospital")), 26, ink=(255, 255, 255), anchor="ra")
    page.write(80, 166, "Medical Clinical Record", 26, True)
    page.y = 208
    third = (page.right - 80) / 3
    above = lambda place, label, value, y, wide=1: page.above(label, value, 80 + third * place, y, third * wide - 20, 18)
    above(0, "Surname", who.last.upper(), 208)
    above(1, "Given names", who.first, 208)
    above(2, "UR number", number, 208)
    above(0, "Date of birth", f"{date(who.born)}  ({folk.age(who.born, day)} yrs)", 276)
    above(1, "Sex", {"m": "Male", "f": "Female"}[visit.sex], 276)
    above(2, "Arrived", f"{date(day)}  {come}", 276)
    above(0, "Triage", f"ATS {rng.choice('345')}, RN {nurse}", 344)
    above(1, "Seen by doctor at", time, 344)
    above(2, "Doctor", f"Dr {doctor}", 344)
    page.y = 412
    page.rule(ink=(52, 30, 84), width=3)
    bp, _, breaths, _, air = folk.rest(rng, visit.ages[1] < 16)
    signs = [("HR", str(rng.randint(*visit.pulse))), ("BP", bp), ("RR", breaths), ("SpO2", f"{air}%"), ("Temp", f"{rng.randint(*visit.heat) / 10:.1f}")]
    heads = rng.choice((("Presenting problem", "HPC", "Usual medications", "Allergies / ADRs", "Examination", "Impression", "Management plan", "Follow-up"),
                        ("Presenting complaint", "History of presenting complaint", "Current medications", "Allergies", "On examination", "Diagnosis", "Plan",
                         "Follow up")))

    def item(head, text, width=page.right - 80):
        page.write(80, page.y, head, 22, True, (52, 30, 84))
        page.y = page.wrap(text, 80, width, page.y + 32) + 14

    item(heads[0], visit.complaint)
    item(heads[1], visit.story)
    item("Past history", visit.past)
    item("Social", visit.life)
    top = page.y
    item(heads[2], "; ".join(visit.medicines), 640)
    bottom, page.y = page.y, top
    page.write(760, top, heads[3], 22, True, (52, 30, 84))
    page.wrap(visit.allergies, 760, page.right - 760, top + 32)
    page.y = bottom
    page.write(80, page.y, "Observations", 22, True, (52, 30, 84))
    page.y = page.grid(80, page.right - 80, page.y + 34, [a for a, _ in signs], [[b for _, b in signs]], (1,) * len(signs), lines=True, shade=(234, 230, 242)) + 8
    item(heads[4], visit.exam)
    item("Investigations", visit.tests)
    item(heads[5], visit.diagnosis)
    item(heads[6], visit.plan)
    item(heads[7], visit.review)
    page.y += 10
    page.signature(90, page.y + 20)
    page.write(380, page.y + 8, f"{doctor}, Registrar    Pager {folk.digits(rng, '6##')}", 21)
    page.foot("ED 114 (reviewed annually)", f"UR {number}   1/1")
    tell(page, visit, who, day, doctor, f"Dr {doctor}", number)
    page.clock("visitTime", time, come)
    page.may("visitType", "Emergency Department", "Emergency", "ED", "emergency visit", "Emergency department visit")
    (page.may if visit.medicines[0].startswith("Nil") else page.know)("medications", "; ".join(visit.medicines), "Nil", "None")
    page.signs("vitalSigns", signs)
    return page


TEMPLATES = (uk_consultation, us_visit, ca_grid, in_opd, au_emergency)
