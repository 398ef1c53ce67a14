"""FHIR: creates, versions, transactions, conditional creates, deletions."""
import time

from ..book import ACKNOWLEDGED, UNKNOWN, Found
from .surface import Surface

SYSTEM = "urn:example:trial"
FHIR = "application/fhir+json"
# So many Observations a transaction has, and so many versions one resource gets.
TOGETHER, VERSIONS = 5, 40


def identified(resource_type, key, **more):
    return {"resourceType": resource_type, "identifier": [{"system": SYSTEM, "value": key}], **more}


def observation(key, value):
    return identified(
        "Observation", key, status="final", code={"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
        effectiveDateTime="2026-01-02T03:04:05Z",
        valueQuantity={"value": value, "unit": "/min", "system": "http://unitsofmeasure.org", "code": "/min"})


def transaction(key, count):
    """A Bundle of Observations that are found by one key."""
    entries = [{"resource": observation(key, at), "request": {"method": "POST", "url": "Observation"}} for at in range(count)]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


class Fhir(Surface):
    name = "fhir"
    kinds = {"create": 5, "version": 4, "transaction": 2, "conditional": 2, "deletion": 1}
    reads = {"search": 3, "history": 1, "included": 1}

    def headers(self):
        return {"Authorization": f"Bearer {self.trial.token}"}

    def sign_in(self, client):
        self.trial.renew_token()

    def patient(self, key):
        return identified("Patient", key, name=[{"family": "Trial", "given": [key]}], birthDate="1970-01-02")

    def create(self, hand):
        key = hand.key()
        entry = hand.sent(self, "create", key)
        answer = self.ask(hand.client, "POST", "/fhir/Patient", self.patient(key), FHIR)
        hand.book.told(entry, answer, id=answer.json().get("id"))

    def look_create(self, client, entry):
        answer = self.read_back(client, f"/fhir/Patient?identifier={SYSTEM}|{entry.key}")
        found = [one["resource"] for one in answer.json().get("entry", [])]
        fault = "" if answer.is_done else f"the search answers {answer.status}"
        expected = entry.expect.get("id")
        if expected and found and found[0]["id"] != expected:
            fault = "it is there under another id than was told"
        return Found(entry, len(found), fault)

    look_conditional = look_create

    def version(self, hand):
        """The next version of a resource of the hand's own."""
        number, count = hand.own.get("version", (None, VERSIONS))
        if count >= VERSIONS:
            number = self.need(hand.client, "POST", "/fhir/Observation", observation(hand.key(), 0), media=FHIR)["id"]
            count = 0
        hand.own["version"] = (number, count + 1)
        entry = hand.sent(self, "version", number, value=count + 1)
        body = observation("of-a-counter", count + 1) | {"id": number}
        hand.book.told(entry, self.ask(hand.client, "PUT", f"/fhir/Observation/{number}", body, FHIR))

    def look(self, client, entries):
        return self.look_versions(client, entries) if entries[0].kind == "version" else super().look(client, entries)

    def look_versions(self, client, entries):
        answer = self.read_back(client, f"/fhir/Observation/{entries[0].key}/_history?_count=100")
        values = [one["resource"]["valueQuantity"]["value"] for one in answer.json().get("entry", [])]
        is_told = all(entry.state != UNKNOWN for entry in entries)
        fault = "" if values == sorted(values, reverse=True) or not is_told else "the versions are in another order than they were written in"
        return [Found(entry, values.count(entry.expect["value"]), fault) for entry in entries]

    def transaction(self, hand):
        key = hand.key()
        entry = hand.sent(self, "transaction", key)
        hand.book.told(entry, self.ask(hand.client, "POST", "/fhir", transaction(key, TOGETHER), FHIR))

    def look_transaction(self, client, entry):
        answer = self.read_back(client, f"/fhir/Observation?identifier={SYSTEM}|{entry.key}&_count=500&_elements=id")
        whole, rest = divmod(len(answer.json().get("entry", [])), entry.expect.get("count", TOGETHER))
        return Found(entry, whole, "a part of a transaction is there" if rest else "")

    def conditional(self, hand):
        """Creates once, however often it has to be asked for."""
        key = hand.key()
        entry = hand.sent(self, "conditional", key)
        headers = self.headers() | {"If-None-Exist": f"identifier={SYSTEM}|{key}"}
        while not hand.is_done:
            answer = self.ask(hand.client, "POST", "/fhir/Patient", self.patient(key), FHIR, headers)
            hand.book.told(entry, answer)
            if entry.state == ACKNOWLEDGED:
                return
            time.sleep(0.3)

    def deletion(self, hand):
        made = self.need(hand.client, "POST", "/fhir/Patient", {"resourceType": "Patient"}, media=FHIR)["id"]
        entry = hand.sent(self, "deletion", made)
        hand.book.told(entry, self.ask(hand.client, "DELETE", f"/fhir/Patient/{made}"))

    def look_deletion(self, client, entry):
        return Found(entry, int(self.read_back(client, f"/fhir/Patient/{entry.key}").status == 410))

    def search(self, hand):
        self.ask(hand.client, "GET", "/fhir/Observation?code=http://loinc.org|8867-4&_sort=-date&_count=20")

    def history(self, hand):
        number, _ = hand.own.get("version", (None, 0))
        if number:
            self.ask(hand.client, "GET", f"/fhir/Observation/{number}/_history?_count=10")

    def included(self, hand):
        self.ask(hand.client, "GET", "/fhir/Patient?family=Trial&birthdate=ge1950&_count=20")
