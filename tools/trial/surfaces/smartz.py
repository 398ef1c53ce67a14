"""Smartz Connect: patients, and what nodes tell of pods. A node sends a batch until the server says that it has it."""
import datetime
import time

from ..book import ACKNOWLEDGED, Found, between
from ..processes import EMAIL, PASSWORD
from .surface import NotReady, Surface

BASE = "/smartz"
# So many readings a batch has.
READINGS = 10


def now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Smartz(Surface):
    name = "smartz"
    kinds = {"batch": 6, "patient": 4}
    reads = {"residents": 1, "alerts": 1}
    organisation = token = None

    def sign_in(self, client):
        account = {"email": EMAIL, "password": PASSWORD}
        board = self.need(client, "POST", f"{BASE}/dashboard/api/signin", account, headers={"Accept": "*/*"})["token"]
        self.board = {"Authorization": f"Bearer {board}"}
        if not self.organisation:
            self.found(client)
        form = {"grant_type": "client_credentials", "client_id": self.app["appId"], "client_secret": self.app["appKey"]}
        self.token = self.need(client, "POST", f"{BASE}/v1/token", form, headers={"x-sub-key": self.subscription})["access_token"]

    def found(self, client):
        """An organisation with an application and a node."""
        def made(path, body):
            return self.need(client, "POST", BASE + path, body, headers=self.board)

        self.organisation = made("/dashboard/api/organisations", {"name": "Trial House"})["id"]
        code = made(f"/dashboard/api/organisations/{self.organisation}/link-code", {})["linkCode"]
        self.subscription = made("/portal/api/subscriptions", {"productId": "smartz-api-product", "name": "trial"})["primaryKey"]
        self.app = made("/portal/api/applications", {"name": "trial", "type": "web", "linkCode": code})
        self.devices = f"/dashboard/api/organisations/{self.organisation}/devices"
        self.node = made(self.devices, {"type": "node", "serialNumber": "TRIAL-NODE"})["nodeKey"]

    @property
    def path(self):
        return f"{BASE}/v1/organisations/{self.organisation}"

    def headers(self):
        return {"x-sub-key": self.subscription, "Authorization": f"Bearer {self.token}"}

    def patient(self, hand):
        key = hand.key()
        entry = hand.sent(self, "patient", key)
        answer = self.ask(hand.client, "POST", f"{self.path}/patients", {"externalId": key, "firstName": "Trial", "lastName": key})
        hand.book.told(entry, answer, id=answer.json().get("id"))

    def look_patient(self, client, entry):
        answer = self.read_back(client, f"{self.path}/patients?externalId={entry.key}")
        return Found(entry, len(answer.json().get("items", [])))

    def pod(self, hand):
        """A pod of the hand's own, on a patient; its serial number and the next number of a reading."""
        if "pod" not in hand.own:
            serial = f"POD-{hand.key()}"
            pod = self.need(hand.client, "POST", BASE + self.devices, {"type": "pod", "serialNumber": serial}, headers=self.board)["id"]
            patient = self.need(hand.client, "POST", f"{self.path}/patients", {"firstName": "Trial", "lastName": serial})["id"]
            worn = self.ask(hand.client, "PUT", f"{BASE}/dashboard/api/devices/{pod}/patient", {"patientId": patient}, headers=self.board)
            if not worn.is_done:
                raise NotReady("the pod is on nobody")
            hand.own["pod"] = [serial, 1]
        return hand.own["pod"]

    def send(self, client, batch):
        return self.ask(client, "POST", f"{BASE}/gateway/v1/telemetry", batch, headers={"Authorization": f"Bearer {self.node}"})

    def batch(self, hand):
        pod = self.pod(hand)
        serial, first = pod
        pod[1] += READINGS
        readings = [{"podSerial": serial, "seq": first + at, "at": now(), "channel": "temperature", "value": 33.5} for at in range(READINGS)]
        batch = {"nodeId": "TRIAL-NODE", "readings": readings}
        entry = hand.sent(self, "batch", f"{serial} {first}", batch=batch)
        is_again = False
        while not hand.is_done:
            answer = self.send(hand.client, batch)
            hand.book.told(entry, answer)
            if entry.state == ACKNOWLEDGED:
                told = answer.json()
                new = told.get("accepted", 0)
                if new + told.get("duplicates", 0) != READINGS or not is_again and new != READINGS:
                    entry.expect["fault"] = f"it was answered with {told}"
                return
            is_again = True
            time.sleep(0.3)

    def look_batch(self, client, entry):
        """Sends it once more: the server must know all of it."""
        told = self.send(client, entry.expect["batch"]).json()
        new, known = told.get("accepted"), told.get("duplicates")
        if None in (new, known):
            return Found(entry, None, "it could not be sent again")
        fault = entry.expect.get("fault", "" if new in (0, READINGS) else "a part of a batch was there")
        return Found(entry, int(known == READINGS), fault)

    def totals(self, client, entries):
        """Each batch is one Observation."""
        path = "/fhir/Observation?identifier=urn:vendor:smartz:readings|&_summary=count"
        stored = self.read_back(client, path, self.trial.surfaces["fhir"].headers()).json().get("total", 0)
        return [between("smartz batches", stored, [entry for entry in entries if entry.kind == "batch"])]

    def residents(self, hand):
        self.ask(hand.client, "GET", f"{self.path}/patients?pageSize=20")

    def alerts(self, hand):
        self.ask(hand.client, "GET", f"{self.path}/alerts")
