"""Discharge summaries of Australia, the United States, Ireland, Kenya and Singapore."""
import people
from paper import GREY, RULE
from south import folk, stays
from south.sheet import Sheet


def tell(page, stay, who, admitted, left, doctor, shown, number):
    """What every one of these summaries tells."""
    people.patient(page, who)
    page.day("patientDOB", who.born)
    page.know("medicalRecordNumber", number)
    page.day("admissionDate", admitted)
    page.day("dischargeDate", left)
    people.named(page, "attendingPhysician", doctor, shown, doctor)
    page.know("primaryDiagnosis", stay.main)
    page.know("secondaryDiagnoses", list(stay.others))
    page.know("procedures", list(stay.done))
    page.know("followUp", stay.review)
    page.know("activityRestrictions", stay.activity)
    page.know("dietInstructions", stay.diet)
    page.know("condition", stay.condition)
    page.know("disposition", stay.home)


def au_separation(rng):
    """A sticker in the corner, headings in a column of their own, the medicines in a table within."""
    page, stay = Sheet(rng, "carlito", 23, margin=85), rng.choice(stays.AUSTRALIA)
    admitted, left = folk.stay(rng, stay.nights)
    who = folk.person(rng, "au", stay.sex, stay.ages, 2024)
    doctor = folk.doctor(rng, "au", who.name)
    gp = folk.doctor(rng, "au", who.name, doctor)
    writer = folk.doctor(rng, "au", who.name, doctor, gp)
    number, date = folk.digits(rng, "04#####"), lambda day: folk.show(day, "au")
    page.write(85, 80, rng.choice(("Brackwater Base Hospital", "Mount Ferrand Hospital")), 36, True, (0, 84, 96))
    page.write(85, 128, "Southern Rivers Local Health Network", 22, ink=GREY)
    page.write(85, 176, "Discharge Summary", 32, True)
    page.write(85, 222, f"Prepared {date(left)} for Dr {gp}, general practitioner", 19, ink=GREY)
    page.box(680, 70, page.right, 258)
    page.write(694, 80, f"UR No. {number}", 22, True)
    page.bars(950, 82, 180, 30)
    page.write(694, 116, f"{who.last.upper()}, {who.first}", 26, True)
    page.write(1100, 120, stay.sex.upper(), 22)
    page.write(694, 152, f"DOB {date(who.born)}    {folk.age(who.born, admitted)}y")
    page.write(694, 184, who.street, 20)
    page.write(694, 210, who.town, 20)
    page.y = 278
    page.cells([[("Admitted", date(admitted), 2), ("Separated", date(left), 2), ("LOS", f"{(left - admitted).days} days", 1.2), ("Unit", stay.ward, 2.6),
                 ("Consultant", f"Dr {doctor}", 3)]])
    heads = rng.choice((("Principal diagnosis", "Additional diagnoses", "Procedures", "Discharge destination"),
                        ("Primary diagnosis", "Comorbidities and complications", "Procedures and interventions", "Discharged to")))
    prose = lambda text: lambda x, width, y: page.wrap(text, x, width, y)
    page.beside(heads[0], prose(stay.main))
    page.beside(heads[1], lambda x, width, y: page.rows(stay.others, x, width, y))
    page.beside(heads[2], lambda x, width, y: page.rows(stay.done, x, width, y))
    page.beside("Progress in hospital", prose(stay.course))
    table = lambda x, width, y: page.grid(x, width, y, ("Medicine", "Dose", "Route", "Frequency", "Duration"), stay.medicines, (3, 2, 1.7, 2.4, 1.4), 20,
                                          shade=(226, 240, 241))
    page.beside("Medicines on discharge", table)
    found = [("CRP mg/L", folk.digits(rng, "1##"), folk.digits(rng, "2#")), ("Haemoglobin g/L", folk.digits(rng, "13#"), folk.digits(rng, "12#")),
             ("Creatinine umol/L", folk.digits(rng, "11#"), folk.digits(rng, "9#"))]
    page.beside("Results", lambda x, width, y: page.grid(x, width * 0.7, y, ("Test", date(admitted), date(left)), found, (2, 1, 1), 19))
    if stay.stopped:
        page.beside("Medicines ceased", prose(stay.stopped))
    bp, pulse, breaths, heat, air = folk.rest(rng)
    signs = [("BP", bp), ("HR", pulse), ("RR", breaths), ("Temp", f"{heat}°C"), ("SpO2", f"{air}%")]
    page.beside("Observations at discharge", prose(",  ".join(f"{a} {b}" for a, b in signs)))
    page.beside("Condition at discharge", prose(stay.condition))
    page.beside(heads[3], prose(stay.home))
    page.beside("Activity", prose(stay.activity))
    page.beside("Diet", prose(stay.diet))
    page.beside("Follow-up", prose(stay.review))
    page.y += 12
    page.write(85, page.y, f"Completed by {writer}, Intern    Pager {folk.digits(rng, '4##')}", 20)
    page.signature(760, page.y + 16)
    page.foot("MR 030  v6", "Page 1 of 1")
    tell(page, stay, who, admitted, left, doctor, f"Dr {doctor}", number)
    page.medicines("dischargeMedications", stay.medicines, 4)
    page.signs("vitalSignsAtDischarge", signs)
    return page


def us_dictated(rng):
    """A dictated report in typewriter type under a head of numbers, signed by who spoke it."""
    page, stay = Sheet(rng, "mono", 20, margin=90), rng.choice(stays.AMERICA)
    admitted, left = folk.stay(rng, stay.nights)
    who, doctor = folk.person(rng, "us", stay.sex, stay.ages, 2024), folk.doctor(rng, "us")
    first, last = doctor.split()
    number, date = folk.digits(rng, "M000######"), lambda day: folk.show(day, "brief")
    turned = f"{last},{first}".upper() + " MD"
    page.centre(rng.choice(("HARTWELL COUNTY MEMORIAL HOSPITAL", "TWIN FORKS REGIONAL MEDICAL CENTER")), 24, True)
    page.centre("1200 RIVERVIEW PARKWAY   *   HEALTH INFORMATION MANAGEMENT", 17)
    page.rule(ink=page.ink)
    rows = ((f"PATIENT: {who.last.upper()},{who.first.upper()}", f"UNIT/MR #: {number}"),
            (f"DOB: {folk.show(who.born, 'us')}   AGE/SX: {folk.age(who.born, left)}/{stay.sex.upper()}", f"ACCT #: {folk.digits(rng, 'V0004#######')}"),
            (f"ADMIT DATE: {date(admitted)}", f"DISCH DATE: {date(left)}"), (f"ATTENDING: {turned}", f"LOCATION: {stay.ward}"))
    for one, other in rows:
        page.write(90, page.y, one)
        page.write(710, page.y, other)
        page.y += 30
    page.rule(ink=page.ink)
    page.centre("DISCHARGE SUMMARY", 22, True)
    page.y += 8
    told = rng.choice((("PRINCIPAL DIAGNOSIS", "SECONDARY DIAGNOSES", "PROCEDURES PERFORMED", "MEDICATIONS ON DISCHARGE", "FOLLOW UP"),
                       ("FINAL DIAGNOSIS", "OTHER DIAGNOSES", "OPERATIONS AND PROCEDURES", "DISCHARGE MEDICATIONS", "FOLLOWUP INSTRUCTIONS")))

    def item(head, text):
        page.run(f"{head}:", text.upper() if loud else text, 12)

    def items(head, texts):
        page.line(f"{head}:", bold=True)
        for place, text in enumerate(texts, 1):
            page.y = page.wrap(f"{place}.  {text.upper() if loud else text}", 130)
        page.y += 12

    loud = rng.random() < 0.5
    item("ADMITTING DIAGNOSIS", stay.first)
    item(told[0], stay.main)
    items(told[1], stay.others)
    items(told[2], stay.done)
    item("HOSPITAL COURSE", stay.course)
    white, red, kidney, salt = (folk.digits(rng, pattern) for pattern in ("7.#", "12.#", "1.#", "4.#"))
    item("LABORATORY DATA", f"White count {white}, hemoglobin {red}, creatinine {kidney}, potassium {salt} on {date(left)}.")
    items(told[3], [" ".join(row) for row in stay.medicines])
    bp, pulse, breaths, _, air = folk.rest(rng)
    signs = [("T", f"{rng.randint(972, 988) / 10:.1f}"), ("P", pulse), ("R", breaths), ("BP", bp), ("O2 sat", f"{air}%")]
    item("VITAL SIGNS AT DISCHARGE", "  ".join(f"{a} {b}" for a, b in signs))
    item("CODE STATUS", "Full code")
    item("CONDITION ON DISCHARGE", stay.condition)
    item("DISPOSITION", stay.home)
    item("DIET", stay.diet)
    item("ACTIVITY", stay.activity)
    item(told[4], stay.review)
    item("RETURN TO EMERGENCY DEPARTMENT FOR", "Chest pain, fever over 101, fainting or any new weakness.")
    page.y += 14
    page.line(f"<Electronically signed by {first} {last}, MD>")
    page.line(f"DD: {date(left)} {rng.randint(8, 18):02}{rng.randint(0, 59):02}   DT: {date(left)}   JOB: {folk.digits(rng, '2#####')}   TRANS: KLM", 17)
    page.foot("REPORT STATUS: SIGNED", "PAGE 1 OF 1")
    tell(page, stay, who, admitted, left, doctor, f"{doctor}, MD", number)
    page.forms["attendingPhysician"] += [turned, f"{last}, {first}"]
    page.medicines("dischargeMedications", stay.medicines, 4)
    page.signs("vitalSignsAtDischarge", signs)
    return page


def ie_letter(rng):
    """A letter to the general practitioner: who and when stand in its sentences."""
    page, stay = Sheet(rng, "serif", 25, margin=120), rng.choice(stays.IRELAND)
    admitted, left = folk.stay(rng, stay.nights)
    who = folk.person(rng, "ie", stay.sex, stay.ages, 2024)
    surgeon = stay.done[0].startswith("Lap")
    doctor = folk.doctor(rng, "ie", who.name)
    gp = folk.doctor(rng, "ie", who.name, doctor)
    woman = doctor.split()[0] in folk.LANDS["ie"][1]
    shown, number = f"{('Ms' if woman else 'Mr') if surgeon else 'Prof'} {doctor}", folk.digits(rng, "7######")
    he, man, title = ("He", "man", "Mr") if stay.sex == "m" else ("She", "woman", "Ms")
    date = lambda day: folk.show(day, "ordinal")
    page.centre(rng.choice(("Corrib Mount University Hospital", "St Finbarr's General Hospital")), 36, True, (20, 74, 60))
    page.centre("Old Dublin Road    Tel (091) 555 200    Fax (091) 555 201", 20, ink=GREY)
    page.rule(ink=(20, 74, 60), width=3)
    page.line(f"Dr {gp}")
    page.line("The Medical Centre, Main Street")
    page.y += 12
    page.line(f"Dictated {date(left)}", 21, ink=GREY)
    page.y += 12
    page.y = page.wrap(f"Re: {title} {who.name},  DOB {folk.show(who.born, 'uk')},  MRN {number}", bold=True)
    page.line(f"{who.street}, {who.town}")
    page.y += 12
    page.line(f"Dear Dr {gp.split()[1]},")
    page.y += 10
    page.para(f"Thank you for taking over the care of this {folk.age(who.born, admitted)}-year-old {man}, who was admitted to {stay.ward} under the care of {shown} "
              f"on {date(admitted)} and discharged on {date(left)}.", gap=14)
    page.run("Diagnosis:", stay.main)
    page.run("Other diagnoses:", "; ".join(stay.others))
    page.run("Procedure:" if len(stay.done) == 1 else "Procedures:", "; ".join(stay.done), 14)
    page.para(stay.course.format(He=he), gap=10)
    bp, pulse, _, heat, air = folk.rest(rng)
    signs = [("blood pressure", bp), ("pulse", pulse), ("temperature", f"{heat} °C"), ("oxygen saturation", f"{air}%")]
    told = ", ".join(f"{a} {b}" for a, b in signs[:-1]) + f" and {signs[-1][0]} {signs[-1][1]} on air"
    page.para(f"{he} was {stay.condition} on discharge: {told}. {he} went {stay.home}.", gap=14)
    page.run("Bloods on discharge:", f"Hb 13.{rng.randint(0, 9)}, WCC {rng.randint(6, 10)}.{rng.randint(0, 9)}, CRP {rng.randint(3, 19)}, creatinine {rng.randint(64, 98)}.", 12)
    page.line("Discharge prescription", bold=True)
    page.bullets([" ".join(part for part in row if part) for row in stay.medicines], rng.choice(("\u2022", "-")))
    page.y += 12
    page.run("Activity:", stay.activity)
    page.run("Diet:", stay.diet)
    page.run("Follow-up:", stay.review, 16)
    page.line("Yours sincerely,")
    page.signature(130, page.y + 24)
    page.y += 66
    page.line(f"Dr {folk.doctor(rng, 'ie', doctor, gp, who.name)}, Senior House Officer to {shown}", 22)
    page.y += 8
    page.line("cc  Medical records;  patient", 20, ink=GREY)
    page.foot("Private and confidential", "HSE West 114")
    tell(page, stay, who, admitted, left, doctor, shown, number)
    page.forms["patientName"] += [f"{title} {who.name}"]
    for field in ("condition", "disposition"):
        page.may(field, page.truth.pop(field), *(("well on discharge", "stable on discharge") if field == "condition" else ("home", f"went {stay.home}")))
    page.medicines("dischargeMedications", stay.medicines, 4)
    page.signs("vitalSignsAtDischarge", signs)
    return page


def ke_dotted(rng):
    """A printed form filled in upon dotted lines, boxes ticked, stamped."""
    page, stay = Sheet(rng, "condensed", 21, margin=85, ink=(26, 28, 60)), rng.choice(stays.KENYA)
    admitted, left = folk.stay(rng, stay.nights)
    who, number, date = folk.person(rng, "ke", stay.sex, stay.ages, 2024), folk.digits(rng, "2####/") + f"{admitted:%y}", lambda day: folk.show(day, "uk")
    doctor = folk.doctor(rng, "ke", who.name)
    page.centre("REPUBLIC OF KENYA  \u2014  MINISTRY OF HEALTH", 20)
    page.centre(rng.choice(("KAPSORO COUNTY REFERRAL HOSPITAL", "MBOONI LEVEL 5 HOSPITAL")), 30, True)
    page.centre("P.O. Box 412   Tel. +254 53 555 120", 18)
    page.centre("IN-PATIENT DISCHARGE SUMMARY", 26, True)
    page.y += 14
    middle, whole = 640, page.right - 85
    lines = ((("Patient's name", who.name, 85, 700), ("Sex", {"m": "Male", "f": "Female"}[stay.sex], 800, page.right - 800)),
             (("Date of birth", date(who.born), 85, 380), ("Age", f"{folk.age(who.born, admitted)} yrs", 480, 200), ("IP No.", number, 700, page.right - 700)),
             (("Ward", stay.ward, 85, 430), ("Next of kin", folk.doctor(rng, "ke", doctor, who.name), middle, page.right - middle)),
             (("D.O.A.", date(admitted), 85, 380), ("D.O.D.", date(left), 480, 350)),
             (("Consultant in charge", f"Dr. {doctor}", 85, whole),))
    for row in lines:
        for label, value, x, width in row:
            end = page.dotted(label, value, x, width, page.y)
        page.y = end
    page.y += 4
    page.y = page.dotted("Impression on admission", stay.first, 85, whole, page.y)
    page.y = page.dotted("Final diagnosis", stay.main, 85, whole, page.y)
    page.y = page.dotted("Other conditions", "; ".join(stay.others), 85, whole, page.y)
    page.y = page.dotted("Procedures done", "; ".join(stay.done), 85, whole, page.y) + 4
    page.line("Summary of management", bold=True)
    page.para(stay.course, gap=12)
    page.line("Investigations", bold=True)
    page.y = page.grid(85, whole, page.y, ("Date", "Hb", "WBC", "Platelets", "Creatinine"),
                       [(date(admitted), folk.digits(rng, "7.#"), folk.digits(rng, "12.#"), folk.digits(rng, "1##"), folk.digits(rng, "11#")),
                        (date(left), folk.digits(rng, "9.#"), folk.digits(rng, "7.#"), folk.digits(rng, "2##"), folk.digits(rng, "8#"))], (2, 1, 1, 1.2, 1.2),
                       lines=True)
    page.line("Treatment on discharge", bold=True)
    page.y = page.grid(85, whole, page.y, ("Drug", "Dose", "Route", "Freq.", "Duration"), stay.medicines, (4, 2, 1, 1, 1.3), lines=True)
    bp, pulse, breaths, heat, air = folk.rest(rng)
    signs = [("BP", bp), ("PR", pulse), ("RR", breaths), ("Temp", f"{heat} C"), ("SPO2", f"{air}%")]
    page.y = page.dotted("Vitals on discharge", "   ".join(f"{a} {b}" for a, b in signs), 85, whole, page.y) + 6
    page.ticks("Condition on discharge:", ("Recovered", "Improved", "Unchanged", "Died"), (stay.condition,), tab=290)
    page.ticks("Discharged to:", ("Home", "Other facility", "Absconded"), (stay.home,), tab=290)
    page.y += 6
    page.y = page.dotted("Activity", stay.activity, 85, whole, page.y)
    page.y = page.dotted("Diet", stay.diet, 85, whole, page.y)
    page.y = page.dotted("T.C.A. (review)", stay.review, 85, whole, page.y) + 24
    page.write(85, page.y, f"Medical officer: {folk.doctor(rng, 'ke', doctor, who.name)}")
    page.signature(560, page.y + 10, 190)
    page.stamp(("MEDICAL RECORDS", "DISCHARGED"), 820, page.y - 4, (60, 50, 150))
    page.foot("CRH/MR/12", "Original to patient, copy to file")
    tell(page, stay, who, admitted, left, doctor, f"Dr. {doctor}", number)
    page.medicines("dischargeMedications", stay.medicines, 4)
    page.signs("vitalSignsAtDischarge", signs)
    return page


def sg_inpatient(rng):
    """Pairs that meet at colons in two columns, grey bars, a table of medicines without lines."""
    page, stay = Sheet(rng, "open", 19, margin=80), rng.choice(stays.SINGAPORE)
    admitted, left = folk.stay(rng, stay.nights)
    last, first = rng.choice(folk.SINGAPORE[stay.sex])
    name, date = f"{last} {first}".strip(), lambda day: folk.show(day, "spaced")
    who, number = people.Person(first, last, people.some_day(rng, 2024 - stay.ages[1], 2023 - stay.ages[0]), "", "", ""), folk.digits(rng, "HR2#######")
    doctor = rng.choice(("Chua Kok Seng", "Rajaratnam Deepa", "Goh Hui Min", "Lau Teck Wah"))
    page.box(80, 80, 140, 140, fill=(196, 32, 60), outline=(196, 32, 60))
    page.write(158, 82, rng.choice(("Kallang Bay Hospital", "Seletar Hills General Hospital")), 32, True)
    page.write(158, 126, "A member of the Straits Health Cluster", 17, ink=GREY)
    page.flush("INPATIENT DISCHARGE SUMMARY", 92, 24, True)
    page.y = 176
    pairs = ((("Name", name.upper()), ("Admission Date", date(admitted))),
             (("NRIC", f"SXXXX{folk.digits(rng, '###')}{rng.choice('ABCDEFGHIZJ')}"), ("Discharge Date", date(left))),
             (("MRN", number), ("Class", rng.choice(("A1", "B2", "C")))),
             (("Date of Birth", date(who.born)), ("Ward / Bed", f"{stay.ward} / {rng.randint(2, 40)}")),
             (("Sex / Age", f"{stay.sex.upper()} / {folk.age(who.born, admitted)}"), ("Principal Doctor", f"Dr {doctor}")))
    for one, other in pairs:
        page.y = max(page.colon(*one, 80, 150, 540, page.y), page.colon(*other, 660, 180, page.right - 660, page.y))
    page.y += 14
    grey = (224, 226, 232)

    def bar(text):
        page.band(text, grey, page.ink, 20)

    bar("DIAGNOSIS")
    page.y = page.colon("Primary Diagnosis", stay.main, 92, 220, 960, page.y)
    page.y = page.colon("Secondary Diagnosis", stay.others[0], 92, 220, 960, page.y)
    for other in stay.others[1:]:
        page.y = page.wrap(other, 92 + 236, 700) + 3
    page.y = page.colon("Procedures", stay.done[0], 92, 220, 960, page.y)
    for other in stay.done[1:]:
        page.y = page.wrap(other, 92 + 236, 700) + 3
    page.y = page.colon("Drug Allergy", rng.choice(("No known drug allergy", "Aspirin (angioedema)")), 92, 220, 960, page.y)
    page.y += 8
    bar("CLINICAL SUMMARY")
    page.para(stay.course, 92, gap=12)
    bar("SIGNIFICANT INVESTIGATIONS")
    tests = [("Hb (g/dL)", folk.digits(rng, "14.#"), folk.digits(rng, "13.#"), "12.0 - 16.0"), ("WBC (x10^9/L)", folk.digits(rng, "3.#"), folk.digits(rng, "6.#"), "4.0 - 10.0"),
             ("ALT (U/L)", folk.digits(rng, "1##"), folk.digits(rng, "6#"), "10 - 55")]
    page.y = page.grid(80, page.right - 80, page.y, ("Test", f"{admitted:%d %b}", f"{left:%d %b}", "Reference"), tests, (3, 1.5, 1.5, 2))
    bar("DISCHARGE MEDICATIONS")
    page.y = page.grid(80, page.right - 80, page.y, ("S/N", "Medication", "Dose", "Frequency", "Duration"),
                       [(str(place), *row) for place, row in enumerate(stay.medicines, 1)], (0.6, 4.5, 1.6, 1.8, 1.5), shade=(240, 240, 244))
    page.y += 8
    bar("DISCHARGE PLAN")
    bp, pulse, breaths, heat, air = folk.rest(rng)
    signs = [("BP", bp), ("HR", pulse), ("RR", breaths), ("T", heat), ("SpO2", f"{air}%")]
    for label, value in (("Vitals on Discharge", "  ".join(f"{a} {b}" for a, b in signs)), ("Condition", stay.condition), ("Discharged To", stay.home),
                         ("Diet", stay.diet), ("Activity", stay.activity), ("Follow-up", stay.review)):
        page.y = page.colon(label, value, 92, 220, 960, page.y)
    page.y = page.colon("Return Advice", "Come back at once for bleeding, persistent vomiting or fever above 38.5.", 92, 220, 960, page.y)
    page.y += 22
    page.write(80, page.y, f"Prepared by: {rng.choice(('Yeo Jun Hao', 'Farah Binte Osman'))} (MCR {folk.digits(rng, 'M#####')}B), House Officer", 18)
    page.foot("This is a computer generated document. No signature is required.", "Page 1 / 1")
    tell(page, stay, who, admitted, left, doctor, f"Dr {doctor}", number)
    page.know("patientName", name, f"{first} {last}".strip(), f"{last}, {first}")
    page.medicines("dischargeMedications", stay.medicines, 3)
    page.signs("vitalSignsAtDischarge", signs)
    return page


TEMPLATES = (au_separation, us_dictated, ie_letter, ke_dotted, sg_inpatient)
