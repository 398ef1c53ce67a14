"""Counts how a running server reads documents: `measure.py SERVER_URL FOLDER OUT`, FOLDER as draw.py fills it.

Signs in with ADMIN_EMAIL and ADMIN_PASSWORD, makes a project and a key, posts each page with its kind as hint, and prints, by half and
difficulty, by kind and by template, how many of the fields that stand on the pages were answered right, wrong or not at all, what was
answered that does not stand there, and how long it took. OUT/faults.jsonl gets each fault of the open half; of the held half only counts
are told. OUT/answers.jsonl keeps the answers: with it there, only pages without one are asked again. Needs nothing but Python.
"""
import collections
import json
import math
import os
import pathlib
import re
import statistics
import sys
import time
import unicodedata
import urllib.error
import urllib.request
import uuid

PROSE = {"directions", "followUp", "activityRestrictions", "dietInstructions", "historyOfPresentIllness", "reviewOfSystems", "physicalExam", "assessment", "plan",
         "medications", "dischargeMedications", "chiefComplaint", "primaryDiagnosis", "secondaryDiagnoses", "procedures", "diagnosis", "disposition"}
VITALS = {"vitalSigns", "vitalSignsAtDischarge"}
DIAGNOSES = {"assessment", "primaryDiagnosis", "secondaryDiagnoses", "diagnosis"}
ICD = re.compile(r"[\[(]?(?:ICD-?10:?\s*)?\b[A-TV-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?\b[\])]?")


def plain(value):
    """Letters, digits and what tells numbers apart; case, spaces and other marks do not count."""
    text = unicodedata.normalize("NFKC", str(value)).casefold()
    return re.sub(r"[^a-z0-9./%-]|(?<!\d)[./%-]|[.-](?!\d)|/(?!\d)", "", text)


def numbers(value):
    return re.findall(r"\d+(?:[./]\d+)*", str(value))


def distance(one, other):
    """How many letters have to be changed."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (a != b))
    return row[-1]


def same(field, got, want):
    """Prose may differ in one letter of forty, never in a number; vital signs in labels and order; all else not at all."""
    if isinstance(want, list):
        return isinstance(got, list) and len(got) == len(want) and all(same(field, a, b) for a, b in zip(got, want))
    if isinstance(want, int):
        return not isinstance(got, bool) and isinstance(got, (int, float)) and got == want
    if isinstance(got, (list, dict)):
        return False
    if field in VITALS:
        got, want = (sorted(numbers(re.sub(r"(?i)sp\s?[o0]2|\bo2", "", text))) for text in (str(got), want))
        return got == want
    if field in DIAGNOSES:
        got, want = ICD.sub("", str(got)), ICD.sub("", want)
    a, b = plain(got), plain(want)
    if field not in PROSE:
        return a == b
    if field in ("assessment", "plan", "medications", "dischargeMedications"):
        a, b = (plain(re.sub(r"(?:^|(?<=[\s,;.]))\d{1,2}[.)]\s+", " ", str(x))) for x in (got, want))
        a, b = a.replace("and", ""), b.replace("and", "")
    return a == b or (numbers(a) == numbers(b) and distance(a, b) <= len(b) // 40)


def right(truth, field, got):
    wanted = [truth["fields"].get(field, truth["may"].get(field)), *truth["forms"].get(field, [])]
    return any(same(field, got, want) for want in wanted)


class Server:
    """SmartScan's API of one server, with a key of its own."""

    def __init__(self, url):
        self.base = url.rstrip("/") + "/smartscan"
        token = self.ask("/api/auth/login", {"email": os.environ["ADMIN_EMAIL"], "password": os.environ["ADMIN_PASSWORD"]})["token"]
        bearer = {"Authorization": f"Bearer {token}"}
        project = self.ask("/api/projects", {"name": "documents"}, bearer)["project"]["id"]
        self.key = self.ask("/api/api-keys/generate", {"project_id": project, "name": "documents"}, bearer)["api_key"]["key"]

    def ask(self, path, body, headers=None):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json", **(headers or {})})
        try:
            with urllib.request.urlopen(request, timeout=180) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            return json.load(refused)

    def read(self, picture, kind):
        """The answer for one picture, and how many seconds it took."""
        mark = uuid.uuid4().hex
        part = lambda name, more="": f'--{mark}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode()
        body = (part("device_type") + kind.encode() + b"\r\n" + part("image", '; filename="page.jpg"') + picture + f"\r\n--{mark}--\r\n".encode())
        for _ in range(5):
            begun = time.monotonic()
            answer = self.ask("/api/v1/extract-medical-data", body, {"Content-Type": f"multipart/form-data; boundary={mark}", "X-API-Key": self.key})
            took = time.monotonic() - begun
            if answer.get("error_code") != "SERVICE_UNAVAILABLE":
                break
            time.sleep(answer.get("retryAfter", 2))
        return answer, took


def judge(truth, answer):
    """Each field's outcome: (field, right, wrong, missing or invented, what stands there, what was answered)."""
    got = (answer.get("data") or {}).get("extracted_data") or {}
    for field, want in truth["fields"].items():
        if got.get(field) in (None, "", []):
            yield field, "missing", want, answer.get("error_code")
        else:
            yield field, "right" if right(truth, field, got[field]) else "wrong", want, got[field]
    for field in got.keys() - truth["fields"].keys():
        if got[field] not in (None, "", []) and not (field in truth["may"] and right(truth, field, got[field])):
            yield field, "invented", truth["may"].get(field), got[field]


def interval(right, of):
    """Wilson's interval of 95 % for a share, in per cent."""
    if not of:
        return 0.0, 100.0
    z, share = 1.96, right / of
    middle, half = share + z * z / (2 * of), z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return tuple(100 * (middle + side) / (1 + z * z / of) for side in (-half, half))


def table(title, counts):
    print(f"\n{title:58}right   of      %   interval    wrong missing invented")
    for name in sorted(counts):
        c = counts[name]
        of = c["right"] + c["wrong"] + c["missing"]
        low, high = interval(c["right"], of)
        print(f"{name:56}{c['right']:7}{of:5}{100 * c['right'] / max(1, of):7.1f}  {low:5.1f}-{high:5.1f}{c['wrong']:7}{c['missing']:8}{c['invented']:9}")


def answers(url, pages, kept):
    """The answer and the seconds of each page, asked or kept."""
    known = {}
    if kept.exists():
        known = {row["page"]: row for row in map(json.loads, kept.read_text().splitlines())}
    server = None
    for path, truth in pages:
        if path.stem not in known:
            server = server or Server(url)
            answer, took = server.read(path.with_suffix(".jpg").read_bytes(), truth["kind"])
            known[path.stem] = {"page": path.stem, "seconds": took, "answer": answer}
            if answer.get("error_code") != "SERVICE_UNAVAILABLE":
                with kept.open("a") as file:
                    file.write(json.dumps(known[path.stem], ensure_ascii=False) + "\n")
        yield path.stem, truth, known[path.stem]["answer"], known[path.stem]["seconds"]


def main():
    folder, out = pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    out.mkdir(parents=True, exist_ok=True)
    pages = sorted(((path, json.loads(path.read_text())) for path in folder.glob("*.json")),
                   key=lambda page: (page[1]["half"] == "held", page[0].suffixes[-2], page[1]["difficulty"] == "hard", page[0]))
    whole, kinds, templates, fields = (collections.defaultdict(collections.Counter) for _ in range(4))
    seconds, inside, refused, faults = [], [], collections.Counter(), []
    for page, truth, answer, took in answers(sys.argv[1], pages, out / "answers.jsonl"):
        seconds.append(took)
        inside.append((answer.get("data") or {}).get("processing_time_ms") or 1000 * took)
        place = f"{truth['half']} {truth['difficulty']}"
        if not answer.get("success"):
            refused[f"{place} {answer.get('error_code')}"] += 1
        for field, outcome, want, got in judge(truth, answer):
            for counts, name in ((whole, place), (kinds, f"{place} {truth['kind']}"), (templates, f"{truth['kind']} {truth['template']} {place}"),
                                 (fields, f"{truth['half']} {truth['kind']} {field}")):
                counts[name][outcome] += 1
            if outcome != "right" and truth["half"] == "open":
                faults.append({"page": page, "field": field, "outcome": outcome, "stands": want, "answered": got})
    for title, counts in (("half and difficulty", whole), ("kind", kinds), ("template", templates), ("field", fields)):
        table(title, counts)
    print(f"\n{len(seconds)} pages, refused: {dict(refused) or 'none'}; p50 {statistics.median(seconds):.2f} s, "
          f"p95 {sorted(seconds)[int(len(seconds) * 0.95)]:.2f} s; inside the server p50 {statistics.median(inside):.0f} ms")
    (out / "faults.jsonl").write_text("".join(json.dumps(fault, ensure_ascii=False) + "\n" for fault in faults))


if __name__ == "__main__":
    main()
