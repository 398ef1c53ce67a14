"""Hemato: studies with tags, and whole ones with a file, a task and a report."""
import hashlib

from ..book import ACKNOWLEDGED, Found
from ..pictures import marked, smear
from ..processes import EMAIL, PASSWORD
from .surface import Surface

BASE = "/hemato"
OVER = ("ready", "failed")


class Hemato(Surface):
    name = "hemato"
    kinds = {"study": 12, "review": 1}
    reads = {"studies": 1}
    token = None

    def sign_in(self, client):
        login = {"user": EMAIL, "pass_hash": hashlib.sha256(PASSWORD.encode()).hexdigest()}
        self.token = self.need(client, "POST", f"{BASE}/auth/login", login)["results"]["token"]["HY_APP_AUTH_v1"]

    def headers(self):
        return {"Authorization": self.token} if self.token else {}

    def study(self, hand):
        key = hand.key()
        entry = hand.sent(self, "study", key)
        answer = self.ask(hand.client, "POST", f"{BASE}/pbs", {"tags": {"trial": key}})
        hand.book.told(entry, answer, id=answer.json().get("results", {}).get("pbs_study_id"))

    def look_study(self, client, entry):
        answer = self.read_back(client, f"{BASE}/pbs?tag=trial:{entry.key}")
        studies = answer.json().get("results", {}).get("studies", [])
        return Found(entry, len(studies))

    def review(self, hand):
        """A study with a file is reviewed: that is what is booked, by the study."""
        made = self.need(hand.client, "POST", f"{BASE}/pbs", {})["results"]["pbs_study_id"]
        picture = marked(smear(), made)
        self.need(hand.client, "POST", f"{BASE}/pbs/{made}/files", picture, media="image/png")
        entry = hand.sent(self, "review", made)
        body = {"diagnostic_tasks": ["pbs_v1"]}
        if self.trial.callback:
            body["callback_url"] = f"{self.trial.callback}/{made}"
        hand.book.told(entry, self.ask(hand.client, "POST", f"{BASE}/pbs/{made}/tasks", body))

    def state(self, client, study):
        return self.read_back(client, f"{BASE}/pbs/{study}/status").json().get("results", {}).get("report_status")

    def look_review(self, client, entry):
        state = self.state(client, entry.key)
        if entry.state != ACKNOWLEDGED:
            return Found(entry, None)
        if state == "created":
            return Found(entry, 0)
        report = self.read_back(client, f"{BASE}/pbs/{entry.key}/report").json().get("results", {})
        files, versions = report.get("file_ids", [""]), report.get("versions", [1])
        fault = "" if state in OVER else f"its review did not end: {state}"
        return Found(entry, max(len(versions), len(files)) if state == "ready" else 1, fault)

    def unsettled(self, client, entries):
        reviews = [entry for entry in entries if entry.kind == "review" and entry.state == ACKNOWLEDGED]
        return [entry for entry in reviews if self.state(client, entry.key) not in OVER]

    def studies(self, hand):
        self.ask(hand.client, "GET", f"{BASE}/pbs?limit=20")
