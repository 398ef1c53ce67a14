"""ImageMedix: patients, notes on them, scans that are analysed."""
from ..book import ACKNOWLEDGED, Found
from ..pictures import head, marked
from ..processes import EMAIL, PASSWORD
from ..wire import multipart
from .surface import Surface

BASE = "/imagemedix/api"
# So many notes one patient gets.
NOTES = 30


class ImageMedix(Surface):
    name = "imagemedix"
    kinds = {"patient": 6, "note": 6, "scan": 1}
    reads = {"worklist": 1, "people": 1}
    token = None

    def sign_in(self, client):
        self.token = self.need(client, "POST", f"{BASE}/auth/login", {"email": EMAIL, "password": PASSWORD})["token"]

    def headers(self):
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def add(self, hand, key):
        body = {"patientId": key, "name": f"Trial {key}", "dateOfBirth": "1960-05-06", "gender": "female"}
        return self.ask(hand.client, "POST", f"{BASE}/patients", body)

    def patient(self, hand):
        key = hand.key()
        entry = hand.sent(self, "patient", key)
        answer = self.add(hand, key)
        hand.book.told(entry, answer, id=answer.json().get("_id"))

    def look_patient(self, client, entry):
        found = self.read_back(client, f"{BASE}/patients?search={entry.key}").json()
        return Found(entry, found.get("totalPatients", 0))

    def note(self, hand):
        patient, count = hand.own.get("patient", (None, NOTES))
        if count >= NOTES:
            answer = self.add(hand, hand.key())
            if not answer.is_done:
                return
            patient, count = answer.json()["_id"], 0
        hand.own["patient"] = (patient, count + 1)
        entry = hand.sent(self, "note", hand.key(), patient=patient)
        hand.book.told(entry, self.ask(hand.client, "POST", f"{BASE}/patients/{patient}/notes", {"content": entry.key}))

    def group(self, entry):
        return entry.expect["patient"] if entry.kind == "note" else entry.key

    def look(self, client, entries):
        if entries[0].kind != "note":
            return super().look(client, entries)
        patient = self.read_back(client, f"{BASE}/patients/{entries[0].expect['patient']}").json()
        notes = [note["content"] for note in patient.get("notes", [])]
        return [Found(entry, notes.count(entry.key)) for entry in entries]

    def scan(self, hand):
        key = hand.key()
        entry = hand.sent(self, "scan", key)
        form, media = multipart({"patientId": key, "patientName": "Trial"}, "image", marked(head(), key))
        answer = self.ask(hand.client, "POST", f"{BASE}/scans", form, media)
        hand.book.told(entry, answer, id=answer.json().get("_id"))

    def look_scan(self, client, entry):
        found = self.read_back(client, f"{BASE}/scans?patientId={entry.key}").json()
        states = [scan["status"] for scan in found.get("scans", [])]
        fault = "" if set(states) <= {"completed", "failed"} else f"its analysis did not end: {', '.join(states)}"
        return Found(entry, found.get("totalScans", 0), fault)

    def unsettled(self, client, entries):
        waiting = []
        for entry in entries:
            if entry.kind == "scan" and entry.state == ACKNOWLEDGED:
                state = self.read_back(client, f"{BASE}/scans/{entry.expect['id']}/status").json().get("status")
                if state not in ("completed", "failed"):
                    waiting.append(entry)
        return waiting

    def worklist(self, hand):
        self.ask(hand.client, "GET", f"{BASE}/scans?page=1&limit=10")

    def people(self, hand):
        self.ask(hand.client, "GET", f"{BASE}/patients?page=1&limit=10&search=Trial")
