"""Discharge summaries of six hospitals."""
import datetime

import cases
import people
from paper import GREY, Page

HOSPITALS = ("St. Aldhelm Regional Hospital", "Bayview General Hospital", "Kaveri Institute of Medical Sciences", "Fernhill District Hospital",
             "Mercy Valley Medical Center", "Royal Eastmoor Infirmary")


class Summary:
    """One stay's facts."""

    def __init__(self, rng, land, pool):
        self.who, self.stay = people.person(rng, land, 19, 90), rng.choice(pool)
        self.doctor = people.doctor(rng, land, (self.who.name,))
        self.hospital, self.seat = rng.choice(HOSPITALS), people.place(rng, land)
        self.came = people.some_day(rng, 2023, 2025)
        self.went = self.came + datetime.timedelta(days=self.stay.days)
        if self.went.month != self.came.month:
            self.came, self.went = self.came.replace(day=14), self.came.replace(day=14) + datetime.timedelta(days=self.stay.days)
        self.mrn = rng.choice(("MRN", "", "H-", "00")) + people.number(rng, 6)
        self.named = "{} ({})".format(*self.stay.primary)
        self.others = [name for name, _ in self.stay.secondary]

    def vitals(self, join=", ", between=": "):
        return join.join(f"{name}{between}{value}" for name, value in self.stay.vitals)

    def tell(self, page, *without):
        """What every sheet says, but for the fields that this one does not show."""
        s = self.stay
        people.patient(page, self.who)
        medicines = ", ".join(f"{what} {often}" for what, often, _ in s.medicines)
        marked = (", ".join(f"{what} {often} {new}" for what, often, new in s.medicines), ", ".join(f"{new} {what} {often}" for what, often, new in s.medicines),
                  ", ".join(f"{what} {often} ({new})" for what, often, new in s.medicines))
        facts = {"patientDOB": (str(self.who.born),), "medicalRecordNumber": (self.mrn,), "admissionDate": (str(self.came),), "dischargeDate": (str(self.went),),
                 "primaryDiagnosis": (s.primary[0],), "secondaryDiagnoses": (self.others,), "procedures": (list(s.procedures),),
                 "attendingPhysician": (self.doctor, f"Dr. {self.doctor}", f"Dr {self.doctor}", f"{self.doctor}, MD", f"{self.doctor}, M.D."),
                 "dischargeMedications": (medicines, *marked), "followUp": (s.follow,), "activityRestrictions": (s.activity,), "dietInstructions": (s.diet,),
                 "disposition": (s.home,), "vitalSignsAtDischarge": (self.vitals(),), "condition": (s.condition,)}
        for field, value in facts.items():
            if field not in without:
                page.know(field, *value)


def american_report(rng, pool):
    """American hospital: labels in bold with colons, numbered lists, everything down one column."""
    s = Summary(rng, "us", pool)
    p = Page(rng, rng.choice(("serif", "sans")), 20)
    p.centre(s.hospital.upper(), 28, True)
    p.centre("DISCHARGE SUMMARY", 24, True)
    p.rule()
    half = (p.right - p.left) // 2
    for one, other in ((("Patient Name:", s.who.name), ("MRN:", s.mrn)), (("Date of Birth:", people.show(s.who.born, "us")), ("Attending Physician:", f"{s.doctor}, MD")),
                       (("Admission Date:", people.show(s.came, "us")), ("Discharge Date:", people.show(s.went, "us")))):
        top = p.y
        p.y = max(p.pair(*one, p.left, half - 20, y=top), p.pair(*other, p.left + half, half, y=top))
    p.rule()
    p.pair("Primary Diagnosis:", s.named)
    p.line("Secondary Diagnoses:", bold=True)
    p.bullets([f"{name} ({code})" for name, code in s.stay.secondary], "1.")
    p.line("Procedures Performed:", bold=True)
    p.bullets(s.stay.procedures, "1.")
    p.heading("Hospital Course:")
    p.para(s.stay.course, gap=8)
    p.line("Discharge Medications:", bold=True)
    p.bullets([f"{what} {often}" for what, often, _ in s.stay.medicines], "1.")
    p.y += 10
    for label, value in (("Condition at Discharge:", s.stay.condition), ("Vital Signs at Discharge:", s.vitals()), ("Disposition:", s.stay.home), ("Diet:", s.stay.diet),
                         ("Activity:", s.stay.activity), ("Follow-up:", s.stay.follow)):
        p.pair(label, value)
    p.signature(p.left + 30, p.y + 60)
    p.write(p.left, p.y + 105, f"Electronically signed by {s.doctor}, MD", 16, ink=GREY)
    s.tell(p)
    return p


def indian_summary(rng, pool):
    """Indian institute: a ruled table of particulars with colons between, medicines in a table with status."""
    s = Summary(rng, "in", pool)
    p = Page(rng, rng.choice(("dejavu", "lato")), 19, margin=75)
    p.centre(s.hospital, 30, True, (130, 20, 40))
    p.centre(f"{s.seat[0]}, {s.seat[1]}   Ph: {people.phone(rng, 'in')}", 16, ink=GREY)
    p.centre("DISCHARGE SUMMARY", 22, True)
    p.table(["Name of the Patient", s.who.name, "UHID / MRN", s.mrn],
            [["Date of Birth", people.show(s.who.born, "dashes"), "Consultant in Charge", f"Dr. {s.doctor}"],
             ["Date of Admission", people.show(s.came, "dashes"), "Date of Discharge", people.show(s.went, "dashes")]], (3, 4, 3, 4))
    p.heading("FINAL DIAGNOSIS", (240, 226, 228))
    p.para(f"{s.stay.primary[0]} [ICD-10: {s.stay.primary[1]}]")
    p.heading("COMORBIDITIES", (240, 226, 228))
    p.bullets(s.others)
    p.heading("PROCEDURES DONE", (240, 226, 228))
    p.bullets(s.stay.procedures)
    p.heading("COURSE IN THE HOSPITAL", (240, 226, 228))
    p.para(s.stay.course)
    p.heading("MEDICATIONS ON DISCHARGE", (240, 226, 228))
    p.table(["Medicine", "How often", "Status"], [list(row) for row in s.stay.medicines], (5, 5, 2))
    p.heading("CONDITION ON DISCHARGE", (240, 226, 228))
    p.para(s.stay.condition)
    p.para(f"Vitals at discharge: {s.vitals(' ', ' ')}")
    p.heading("ADVICE", (240, 226, 228))
    p.pairs((("Diet:", s.stay.diet), ("Activity:", s.stay.activity), ("Review:", s.stay.follow)), 130)
    p.stamp((s.hospital.split()[0].upper(), "MEDICAL RECORDS"), p.right - 360, min(p.y, 1560))
    s.tell(p, "disposition")
    return p


def letter_to_gp(rng, pool):
    """A letter to the family doctor: boxes above, sentences below, dates in words."""
    s = Summary(rng, "uk", pool)
    p = Page(rng, rng.choice(("book", "roboto")), 20)
    p.write(p.left, p.y, s.hospital, 28, True, (0, 70, 140))
    p.flush("Discharge letter", p.y + 6, 22)
    p.y += 60
    p.cells([[("Patient", s.who.name, 5), ("Date of birth", people.show(s.who.born, "words"), 4), ("Hospital number", s.mrn, 3)],
             [("Admitted", people.show(s.came, "words"), 4), ("Discharged", people.show(s.went, "words"), 4), ("Responsible consultant", f"Dr {s.doctor}", 4)]])
    p.line("Dear Colleague,")
    p.y += 8
    p.para(f"Your patient was under our care with the following. {s.stay.course}", gap=10)
    for label, value in (("Main diagnosis", s.stay.primary[0]), ("Other diagnoses", "; ".join(s.others)), ("Operations and procedures", "; ".join(s.stay.procedures)),
                         ("Medicines to take home", "; ".join(f"{what} {often}" for what, often, _ in s.stay.medicines)), ("Observations on discharge", s.vitals()),
                         ("Condition on discharge", s.stay.condition), ("Discharged to", s.stay.home), ("Diet", s.stay.diet), ("Activity", s.stay.activity),
                         ("Follow-up arrangements", s.stay.follow)):
        p.pair(label, value, tab=330)
        p.y += 5
    p.y += 20
    p.line("Yours sincerely,")
    p.signature(p.left + 10, p.y + 40)
    s.tell(p)
    return p


def two_columns(rng, pool):
    """A summary in two columns: particulars and instructions left, the illness right."""
    s = Summary(rng, "us", pool)
    p = Page(rng, rng.choice(("lato", "roboto")), 19, margin=65)
    p.draw.rectangle((0, 0, p.image.width, 90), fill=(24, 92, 88))
    p.write(p.left, 26, s.hospital, 30, True, (255, 255, 255))
    p.flush("Discharge Summary", 32, 24, False, (255, 255, 255))
    top, middle = 120, p.left + 440
    y = top
    for label, value in (("PATIENT", s.who.name), ("DATE OF BIRTH", people.show(s.who.born, "us-words")), ("MEDICAL RECORD NO.", s.mrn), ("ADMITTED", people.show(s.came, "us-words")),
                         ("DISCHARGED", people.show(s.went, "us-words")), ("ATTENDING", f"{s.doctor}, M.D."), ("DISCHARGED TO", s.stay.home), ("CONDITION", s.stay.condition),
                         ("DIET", s.stay.diet), ("ACTIVITY", s.stay.activity), ("FOLLOW-UP", s.stay.follow)):
        y = p.above(label, value, p.left, y, 390, ink=(24, 92, 88)) + 10
    p.draw.line((middle - 25, top, middle - 25, 1500), fill=(24, 92, 88), width=2)
    p.left, p.y = middle, top
    p.heading("Principal diagnosis")
    p.para(s.named)
    p.heading("Other diagnoses")
    p.bullets([f"{name} ({code})" for name, code in s.stay.secondary])
    p.heading("Procedures")
    p.bullets(s.stay.procedures)
    p.heading("Hospital course")
    p.para(s.stay.course)
    p.heading("Medications at discharge")
    p.bullets([f"{what} {often}" for what, often, _ in s.stay.medicines])
    p.heading("Vital signs at discharge")
    p.para(s.vitals(" | ", " "))
    s.tell(p)
    return p


def typed_form(rng, pool):
    """A district hospital's form in a typewriter face, numbered items, letters dotted out, ISO dates."""
    s = Summary(rng, "ke", pool)
    p = Page(rng, rng.choice(("mono", "mono", "narrow")), 18, margin=70)
    p.line(s.hospital.upper(), 24, True)
    p.line("PATIENT DISCHARGE FORM", 22, True)
    p.rule()
    items = (("1. Full name", s.who.name), ("2. D.O.B.", people.show(s.who.born, "iso")), ("3. Inpatient no.", s.mrn), ("4. Date admitted", people.show(s.came, "iso")),
             ("5. Date discharged", people.show(s.went, "iso")), ("6. Diagnosis", s.stay.primary[0]), ("7. Other conditions", ", ".join(s.others)),
             ("8. Procedures", ", ".join(s.stay.procedures)), ("9. Summary of treatment", s.stay.course),
             ("10. Drugs on discharge", ", ".join(f"{what} {often}" for what, often, _ in s.stay.medicines)), ("11. Vital signs", s.vitals()),
             ("12. State on discharge", s.stay.condition), ("13. Going to", s.stay.home), ("14. Diet", s.stay.diet), ("15. Restrictions", s.stay.activity),
             ("16. Next appointment", s.stay.follow), ("17. Doctor in charge", f"Dr. {s.doctor}"))
    for label, value in items:
        p.pair(label, value, tab=330, bold=False)
        p.y += 12
    p.rule()
    p.signature(p.left + 20, p.y + 40)
    p.stamp(("DISCHARGED", people.show(s.went, "capitals")), p.right - 380, p.y + 10)
    s.tell(p)
    return p


def australian_grid(rng, pool):
    """A state hospital's electronic summary: section bars, labels above values in boxes, medicines in a ruled table."""
    s = Summary(rng, "au", pool)
    p = Page(rng, rng.choice(("sans", "dejavu")), 19, margin=70)
    p.write(p.left, p.y, s.hospital, 26, True)
    p.bars(p.right - 260, p.y - 12)
    p.y += 42
    p.line("Electronic Discharge Summary", 22, ink=(60, 60, 120))
    bar = (224, 224, 240)
    p.heading("Patient and episode", bar)
    p.cells([[("Family name, given name", s.who.listed, 5), ("Birth date", people.show(s.who.born, "uk"), 3), ("URN", s.mrn, 3)],
             [("Admission date", people.show(s.came, "uk"), 3), ("Separation (discharge) date", people.show(s.went, "uk"), 3), ("Treating consultant", f"Dr {s.doctor}", 5)]])
    p.heading("Diagnoses and procedures", bar)
    p.pairs((("Principal diagnosis", s.named), ("Additional diagnoses", "; ".join(f"{a} ({b})" for a, b in s.stay.secondary)),
             ("Procedures", "; ".join(s.stay.procedures))), 280, 4)
    p.heading("Clinical synopsis", bar)
    p.para(s.stay.course)
    p.heading("Medications on discharge", bar)
    p.table(["Medication and dose", "Frequency", "Change"], [list(row) for row in s.stay.medicines], (5, 5, 2))
    p.heading("At discharge", bar)
    p.pairs((("Vital signs", s.vitals()), ("Condition", s.stay.condition), ("Destination", s.stay.home)), 280, 4)
    p.heading("Recommendations", bar)
    p.pairs((("Diet", s.stay.diet), ("Activity", s.stay.activity), ("Follow-up", s.stay.follow)), 280, 4)
    s.tell(p)
    return p


OPEN = tuple((draw, cases.OPEN_STAYS) for draw in (american_report, indian_summary, typed_form))
HELD = tuple((draw, cases.HELD_STAYS) for draw in (letter_to_gp, two_columns, australian_grid))
