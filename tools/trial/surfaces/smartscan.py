"""SmartScanPro: face scans, and pictures of displays."""
from ..book import ACKNOWLEDGED, Found, between
from ..processes import EMAIL, PASSWORD, ROOT
from ..wire import multipart
from .surface import Surface

BASE = "/smartscan/api"
DISPLAY = ROOT / "tests/it/fixtures/displays/blood-pressure.png"


class SmartScan(Surface):
    name = "smartscan"
    kinds = {"scan": 12, "picture": 1}
    reads = {"values": 1, "account": 1}
    key = token = None

    def sign_in(self, client):
        self.token = self.need(client, "POST", f"{BASE}/auth/login", {"email": EMAIL, "password": PASSWORD})["token"]
        if not self.key:
            project = self.need(client, "POST", f"{BASE}/projects", {"name": "trial"})["project"]["id"]
            self.key = self.need(client, "POST", f"{BASE}/api-keys/generate", {"project_id": project})["api_key"]["key"]
        self.display = DISPLAY.read_bytes()

    def headers(self):
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def scan(self, hand):
        session = self.need(hand.client, "POST", f"{BASE}/face-scan/session")["session"]["id"]
        consent = {"session_id": session, "jurisdiction": "eu", "consent_text": "I agree."}
        self.need(hand.client, "POST", f"{BASE}/face-scan/consent", consent)
        vitals = {"heart_rate": hand.random.randint(55, 95), "spo2": 98, "systolic_bp": 120, "diastolic_bp": 78}
        entry = hand.sent(self, "scan", session)
        body = {"session_id": session, "vitals": vitals, "quality": 0.9, "save": True}
        answer = self.ask(hand.client, "POST", f"{BASE}/face-scan/results", body)
        hand.book.told(entry, answer, id=answer.json().get("result_id"))

    def look_scan(self, client, entry):
        answer = self.read_back(client, f"{BASE}/face-scan/session/{entry.key}")
        results = answer.json().get("session", {}).get("result_ids", [])
        expected = entry.expect.get("id")
        fault = "the session has another result than was told" if expected and results and expected not in results else ""
        return Found(entry, len(results), fault)

    def picture(self, hand):
        entry = hand.sent(self, "picture", hand.key())
        form, media = multipart({"device_type": "blood-pressure"}, "image", self.display)
        answer = self.ask(hand.client, "POST", f"{BASE}/v1/extract-medical-data", form, media, {"X-API-Key": self.key})
        hand.book.told(entry, answer, id=answer.json().get("data", {}).get("task_id"))

    def look_picture(self, client, entry):
        if entry.state != ACKNOWLEDGED:
            return Found(entry, None)
        answer = self.read_back(client, f"{BASE}/extractions/{entry.expect['id']}/fhir")
        return Found(entry, int(answer.is_done))

    def totals(self, client, entries):
        path = "/fhir/Task?identifier=urn:vendor:smartscan:extraction|&_summary=count"
        stored = self.read_back(client, path, self.trial.surfaces["fhir"].headers()).json().get("total", 0)
        return [between("smartscan pictures", stored, [entry for entry in entries if entry.kind == "picture"])]

    def values(self, hand):
        self.ask(hand.client, "GET", f"{BASE}/face-scan/history/heart_rate?period=1d")

    def account(self, hand):
        self.ask(hand.client, "GET", f"{BASE}/auth/me")
