"""Clinical notes of six practices."""
import cases
import people
from paper import GREY, Page

PRACTICES = ("Birchwood Family Health", "Quayside Medical Group", "Highland Internal Medicine", "Parkside Clinic", "Saltmarsh Community Clinic")


class Note:
    """One visit's facts."""

    def __init__(self, rng, land, pool):
        self.who, self.visit = people.person(rng, land, 18, 85), rng.choice(pool)
        self.doctor = people.doctor(rng, land, (self.who.name,))
        self.practice, self.seat = rng.choice(PRACTICES), people.place(rng, land)
        self.day = people.some_day(rng, 2023, 2025)
        self.hour, self.minute = rng.randint(8, 17), rng.choice((0, 5, 10, 15, 20, 30, 40, 45))
        self.mrn = rng.choice(("MRN", "", "P-", "00")) + people.number(rng, 6)

    @property
    def clock(self):
        return f"{self.hour:02}:{self.minute:02}"

    @property
    def twelve(self):
        return f"{(self.hour - 1) % 12 + 1}:{self.minute:02} {'AM' if self.hour < 12 else 'PM'}"

    def vitals(self, join=", ", between=": "):
        return join.join(f"{name}{between}{value}" for name, value in self.visit.vitals)

    def diagnoses(self, join="; ", coded=True):
        return join.join(f"{name} ({code})" if coded else name for name, code in self.visit.assessment)

    def tell(self, page, *without):
        """What every sheet says, but for the fields that this one does not show."""
        v = self.visit
        people.patient(page, self.who)
        facts = {"patientDOB": (str(self.who.born),), "medicalRecordNumber": (self.mrn,), "visitDate": (str(self.day),), "visitTime": (self.clock,),
                 "provider": (self.doctor, f"Dr. {self.doctor}", f"Dr {self.doctor}", f"{self.doctor}, MD", f"{self.doctor}, FNP-C"),
                 "visitType": (v.kind,), "chiefComplaint": (v.complaint,),
                 "historyOfPresentIllness": (v.history,), "reviewOfSystems": (v.systems,), "physicalExam": (v.exam,), "vitalSigns": (self.vitals(),),
                 "assessment": (self.diagnoses(coded=False),), "plan": ("; ".join(v.plan),), "medications": (", ".join(v.medicines),),
                 "allergies": v.allergies, "followUp": (v.follow,)}
        for field, value in facts.items():
            if field not in without:
                page.know(field, *value)


def soap(rng, pool):
    """S, O, A, P with the usual headings in bold, particulars on two lines above."""
    n = Note(rng, "us", pool)
    p = Page(rng, rng.choice(("sans", "roboto")), 21)
    p.line(n.practice, 28, True)
    p.line("Progress Note", 22)
    p.rule()
    p.write(p.left, p.y, f"Patient: {n.who.name}")
    p.flush(f"DOB: {people.show(n.who.born, 'us')}   MRN: {n.mrn}", p.y)
    p.y += 34
    p.write(p.left, p.y, f"Date of Visit: {people.show(n.day, 'us')}   Time: {n.twelve}")
    p.flush(f"Visit Type: {n.visit.kind}", p.y)
    p.y += 34
    p.line(f"Provider: {n.doctor}, MD")
    p.rule()
    p.heading("SUBJECTIVE", (236, 236, 236))
    p.pair("Chief Complaint:", n.visit.complaint)
    p.pair("HPI:", n.visit.history)
    p.pair("ROS:", n.visit.systems)
    p.pair("Current Medications:", ", ".join(n.visit.medicines))
    p.pair("Allergies:", n.visit.allergies[0])
    p.heading("OBJECTIVE", (236, 236, 236))
    p.pair("Vitals:", n.vitals())
    p.pair("Physical Exam:", n.visit.exam)
    p.heading("ASSESSMENT", (236, 236, 236))
    p.bullets([f"{name} ({code})" for name, code in n.visit.assessment], "1.")
    p.heading("PLAN", (236, 236, 236))
    p.bullets(n.visit.plan, "1.")
    p.pair("Follow-up:", n.visit.follow)
    p.signature(p.left + 20, p.y + 60)
    n.tell(p)
    return p


def paragraphs(rng, pool):
    """Headings on their own lines in capitals, paragraphs below, serif, the date in words."""
    n = Note(rng, "ca", pool)
    p = Page(rng, rng.choice(("serif", "book")), 21)
    p.centre(n.practice, 30, True)
    p.centre(f"{n.seat[0]}, {n.seat[1]}", 17, ink=GREY)
    p.rule()
    p.pairs((("Name:", n.who.listed), ("Date of birth:", people.show(n.who.born, "us-words")), ("Chart number:", n.mrn),
             ("Seen on:", f"{people.show(n.day, 'us-words')} at {n.clock}"), ("Seen by:", f"Dr. {n.doctor}"), ("Type of visit:", n.visit.kind)), 220)
    p.rule()
    for head, text in (("REASON FOR VISIT", n.visit.complaint), ("HISTORY OF PRESENT ILLNESS", n.visit.history), ("REVIEW OF SYSTEMS", n.visit.systems), ("ALLERGIES", n.visit.allergies[0]),
                       ("MEDICATIONS", "; ".join(n.visit.medicines)), ("VITAL SIGNS", n.vitals("; ", " ")), ("PHYSICAL EXAMINATION", n.visit.exam), ("IMPRESSION", n.diagnoses()),
                       ("PLAN", ". ".join(n.visit.plan) + "."), ("FOLLOW-UP", n.visit.follow)):
        p.heading(head)
        p.para(text)
    n.tell(p)
    return p


def boxed_chart(rng, pool):
    """A chart page: particulars in boxes, vital signs in a table of their own, sections labelled above."""
    n = Note(rng, "uk", pool)
    p = Page(rng, rng.choice(("lato", "dejavu")), 20, margin=75)
    p.write(p.left, p.y, "CLINICAL NOTE", 28, True, (70, 40, 110))
    p.flush(n.practice, p.y + 4, 22)
    p.y += 52
    p.cells([[("Patient name", n.who.name, 5), ("Date of birth", people.show(n.who.born, "uk"), 3), ("Record no.", n.mrn, 3)],
             [("Visit date", people.show(n.day, "uk"), 3), ("Visit time", n.clock, 2), ("Clinician", f"Dr {n.doctor}", 4), ("Type of encounter", n.visit.kind, 3)]])
    p.table([name for name, _ in n.visit.vitals], [[value for _, value in n.visit.vitals]], [1] * len(n.visit.vitals))
    p.cells([[("Presenting complaint", n.visit.complaint, 1)], [("History of presenting illness", n.visit.history, 1)], [("Review of systems", n.visit.systems, 1)],
             [("Examination", n.visit.exam, 1)], [("Assessment", n.diagnoses(), 1)], [("Plan", "; ".join(n.visit.plan), 1)],
             [("Current medications", ", ".join(n.visit.medicines), 1), ("Allergies", n.visit.allergies[0], 1)], [("Follow-up", n.visit.follow, 1)]])
    n.tell(p)
    return p


def side_by_side(rng, pool):
    """History left, findings right, in small type."""
    n = Note(rng, "us", pool)
    p = Page(rng, rng.choice(("roboto", "sans")), 18, margin=60)
    p.line(n.practice, 26, True)
    p.line(f"{n.seat[0]}, {n.seat[1]}", 15, ink=GREY)
    p.rule()
    p.cells([[("Patient", n.who.listed, 4), ("DOB (MM/DD/YYYY)", people.show(n.who.born, "us"), 3), ("MRN", n.mrn, 2), ("Date of service", people.show(n.day, "us"), 3),
              ("Time", n.twelve, 2)],
             [("Provider", f"{n.doctor}, FNP-C", 4), ("Encounter type", n.visit.kind, 4)]])
    top, half = p.y, (p.right - p.left) // 2
    columns = ((("Chief complaint", n.visit.complaint), ("History of present illness", n.visit.history), ("Review of systems", n.visit.systems),
                ("Medications", "; ".join(n.visit.medicines)), ("Allergies", n.visit.allergies[0])),
               (("Vital signs", n.vitals(", ", " ")), ("Physical exam", n.visit.exam), ("Assessment", n.diagnoses()), ("Plan", "; ".join(n.visit.plan)), ("Follow-up", n.visit.follow)))
    for number, column in enumerate(columns):
        x, y = p.left + number * half, top
        for label, text in column:
            p.write(x, y, label, bold=True, ink=(20, 70, 130))
            y = p.wrap(text, x, half - 35, y + p.high()) + 16
    p.draw.line((p.left + half - 18, top, p.left + half - 18, top + 620), fill=GREY, width=2)
    n.tell(p)
    return p


def dictated(rng, pool):
    """A dictated note in a typewriter face: labels inline in capitals, nothing ruled."""
    n = Note(rng, "us", pool)
    p = Page(rng, rng.choice(("mono", "narrow")), 19, margin=85)
    p.line(f"{n.practice.upper()} -- CLINIC NOTE", 22, True)
    p.y += 14
    p.line(f"PATIENT: {n.who.listed}")
    p.line(f"DOB: {people.show(n.who.born, 'dashes').upper()}    MEDICAL RECORD #: {n.mrn}")
    p.line(f"DATE: {people.show(n.day, 'dashes').upper()}    TIME: {n.clock}")
    p.line(f"PHYSICIAN: {n.doctor}, MD")
    p.line(f"VISIT: {n.visit.kind}")
    p.y += 14
    for label, text in (("CC", n.visit.complaint), ("HISTORY", n.visit.history), ("ROS", n.visit.systems), ("MEDS", ", ".join(n.visit.medicines)), ("ALLERGIES", n.visit.allergies[0]),
                        ("VS", n.vitals(", ", " ")), ("EXAM", n.visit.exam), ("ASSESSMENT", n.diagnoses()), ("PLAN", "; ".join(n.visit.plan)), ("RETURN", n.visit.follow)):
        p.para(f"{label}: {text}", gap=10)
    p.y += 20
    p.line(f"Dictated but not read. {people.number(rng, 5)}", 15, ink=GREY)
    n.tell(p)
    return p


def printed_record(rng, pool):
    """What a record system prints: a shaded band of particulars, headings with bullets below, a footer."""
    n = Note(rng, "au", pool)
    p = Page(rng, rng.choice(("dejavu", "lato")), 20, margin=80)
    p.draw.rectangle((0, 40, p.image.width, 190), fill=(232, 240, 228))
    p.write(p.left, 55, n.who.name, 28, True)
    p.write(p.left, 98, f"Born {people.show(n.who.born, 'words')}   File no. {n.mrn}", 19)
    p.write(p.left, 132, f"Encounter: {people.show(n.day, 'words')}, {n.clock}   {n.visit.kind}", 19)
    p.flush(n.practice, 60, 22, True)
    p.flush(f"Recorded by Dr {n.doctor}", 98, 19)
    p.y = 220
    for head, items in (("Reason for contact", (n.visit.complaint,)), ("History", (n.visit.history,)), ("Systems review", (n.visit.systems,)),
                        ("Observations", tuple(f"{a} {b}" for a, b in n.visit.vitals)), ("Examination findings", (n.visit.exam,)),
                        ("Diagnosis", tuple(f"{a} ({b})" for a, b in n.visit.assessment)), ("Management plan", n.visit.plan), ("Current medicines", n.visit.medicines),
                        ("Allergies and adverse reactions", (n.visit.allergies[0],)), ("Review", (n.visit.follow,))):
        p.heading(head, ink=(50, 100, 40))
        p.bullets(items)
    p.write(p.left, p.image.height - 70, "Printed from the practice record. Page 1 of 1", 15, ink=GREY)
    n.tell(p)
    return p


OPEN = tuple((draw, cases.OPEN_VISITS) for draw in (soap, boxed_chart, dictated))
HELD = tuple((draw, cases.HELD_VISITS) for draw in (paragraphs, side_by_side, printed_record))
