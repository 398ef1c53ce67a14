"""Those whom the server calls take the connection and say nothing for a while: a mail server, a sign-in provider, webhooks."""
import re
import time
import urllib.parse
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from trial.book import ACKNOWLEDGED
from trial.processes import EMAIL
from trial.receivers import MailServer, Receiver, certificates
from trial.trial import Trial

from .outcome import concluded

# So long a receiver is slow, and so long all of what waited may take to come afterwards.
SLOW_S, AFTER_S = 30, 90
# Whoever only waits for an answer to a form is not to notice.
PROMPT_S, BOUNDED_S = 5, 30


def slow_for_a_while(name, trial, receiver, meanwhile):
    """Clients write while the receiver is slow, and `meanwhile` runs; the outcome, with a fault where clients had to wait."""
    with trial.crew(rate=40):
        time.sleep(2)
        receiver.is_slow = True
        begun = time.monotonic()
        faults = meanwhile()
        time.sleep(max(0.0, begun + SLOW_S - time.monotonic()))
        receiver.is_slow = False
        back = trial.wait_until_back(time.monotonic())
        time.sleep(2)
    outcome = concluded(name, trial, back)
    outcome.faults += faults
    if outcome.p99_ms > 1000 * PROMPT_S:
        outcome.faults.append(f"clients who had nothing to do with it waited {outcome.p99_ms:.0f} ms (p99)")
    return outcome


def wait_for(has_come, seconds=AFTER_S):
    """Until it is so: how long that took, None where it never was."""
    begun = time.monotonic()
    while time.monotonic() < begun + seconds:
        if has_come():
            return time.monotonic() - begun
        time.sleep(0.2)
    return None


def smtp(folder, _):
    """Mails that people asked for while the mail server was slow come once, each."""
    mails = MailServer()
    trial = Trial(folder, settings={"HYGEIA_SMTP_URL": f"smtp://127.0.0.1:{mails.port}?tls=none", "HYGEIA_MAIL_FROM": "trial@example.org"})
    asked = []
    try:
        trial.start()

        def ask():
            for _ in range(10):
                asked.append(ask_reset(trial))
            return [f"asking for a mail was answered {one}" for one in asked if one]

        outcome = slow_for_a_while("slow SMTP", trial, mails, ask)
        wanted = asked.count(None)
        took = wait_for(lambda: len(set(mails.numbers())) >= wanted)
        time.sleep(3)
        counts = Counter(mails.numbers())
        outcome.acknowledged += wanted
        outcome.lost += max(0, wanted - len(counts))
        outcome.doubled += sum(count - 1 for count in counts.values())
        outcome.notes.append(f"{wanted} mails asked for, {len(counts)} came, {mails.tried} connections; all there {shown(took)} after it was well")
        return weighed(outcome)
    finally:
        trial.close()
        mails.close()


def shown(seconds):
    return "never" if seconds is None else f"{seconds:.0f} s"


def weighed(outcome):
    """What was lost or doubled outside the book is a fault, too."""
    if (outcome.lost or outcome.doubled) and not outcome.faults:
        outcome.faults.append(f"{outcome.lost} lost, {outcome.doubled} doubled")
    return outcome


def ask_reset(trial):
    """Asks for a mail on the page; None where it is promised, else what was answered."""
    client = trial.client()
    page = client.ask("GET", "/reset")
    cookie = page.headers.get("set-cookie", "").split(";")[0]
    proof = re.search(rb'name="form" value="([^"]+)"', page.body)
    if not proof:
        return f"{page.status} without a form"
    form = urllib.parse.urlencode({"form": proof.group(1).decode(), "email": EMAIL}).encode()
    answer = client.ask("POST", "/reset", form, {"Cookie": cookie}, "application/x-www-form-urlencoded")
    client.close()
    if answer.seconds > PROMPT_S:
        return f"after {answer.seconds:.0f} s"
    return None if answer.is_done else f"{answer.status} {answer.fault}"


def oidc(folder, _):
    """Who wants to sign in by a slow provider is told so in bounded time, nobody else notices, and afterwards it works."""
    provider = Receiver()
    base = f"http://{provider.place}"
    provider.documents = {
        "/.well-known/openid-configuration": {
            "issuer": base, "authorization_endpoint": f"{base}/authorize", "token_endpoint": f"{base}/token", "jwks_uri": f"{base}/keys",
            "response_types_supported": ["code"], "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"]},
        "/keys": {"keys": []}}
    named = {"ISSUER": base, "CLIENT_ID": "trial", "CLIENT_SECRET": "a secret of the trial"}
    settings = {f"HYGEIA_OIDC_TRIAL_{name}": value for name, value in named.items()}
    trial = Trial(folder, settings=settings | {"HYGEIA_EGRESS_ALLOW": provider.place})
    waits = []

    def begin(_):
        client = trial.client()
        answer = client.ask("GET", "/login/oidc/trial")
        client.close()
        return answer

    def sign_in():
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(begin, range(8)))
        waits.extend(answer.seconds for answer in answers)
        statuses = Counter(answer.status for answer in answers)
        slow = [f"who began to sign in waited {max(waits):.0f} s"] if max(waits) > BOUNDED_S else []
        odd = [f"who began to sign in was told {status} ({count} times)" for status, count in statuses.items() if status in (0, 500)]
        return slow + odd

    try:
        trial.start()
        outcome = slow_for_a_while("slow OIDC", trial, provider, sign_in)
        took = wait_for(lambda: begin(0).status in (302, 303))
        if took is None:
            outcome.faults.append("signing in did not work again")
        outcome.notes.append(f"while it was slow a refusal took {min(waits):.1f} to {max(waits):.1f} s; signing in worked again after {shown(took)}")
        return outcome
    finally:
        trial.close()
        provider.close()


def webhook(folder, _):
    """Webhooks of ImageMedix, callbacks of Hemato, notifications of FHIR: whatever was acknowledged is told, and under one number."""
    authority, certificate = certificates(folder)
    hooks, plain = Receiver(certificate), Receiver()
    places = f"{hooks.place},{plain.place}"
    trial = Trial(folder, settings={"HYGEIA_EGRESS_ALLOW": places, "HYGEIA_EXTRA_CA": str(authority)})
    try:
        trial.start()
        trial.callback = f"{hooks.url}/callback"
        subscribe(trial, hooks, plain)
        trial.surfaces["imagemedix"].kinds = {"scan": 1, "patient": 5}
        trial.surfaces["hemato"].kinds = {"review": 1, "study": 9}

        def together():
            plain.is_slow = True
            time.sleep(SLOW_S - 1)
            plain.is_slow = False
            return []

        outcome = slow_for_a_while("slow webhooks", trial, hooks, together)
        took = wait_for(lambda: not untold(trial, hooks, plain)[0])
        missing, doubled = untold(trial, hooks, plain)
        outcome.lost += len(missing)
        outcome.doubled += doubled
        outcome.faults += [f"not told within {AFTER_S} s: {what} ({count} times)" for what, count in Counter(what for what, _ in missing).items()]
        outcome.notes.append(
            f"{len(hooks.taken)} webhooks and callbacks, {len(plain.taken)} notifications taken of {hooks.tried + plain.tried} tries; "
            f"all there {shown(took)} after they were well")
        return weighed(outcome)
    finally:
        trial.close()
        hooks.close()
        plain.close()


def subscribe(trial, hooks, plain):
    """A webhook for scans, a Subscription for Patients."""
    client, fhir, scans = trial.client(), trial.surfaces["fhir"], trial.surfaces["imagemedix"]
    hook = {"url": f"{hooks.url}/webhook", "events": ["scan.uploaded", "scan.analyzed", "scan.failed"]}
    scans.need(client, "POST", "/imagemedix/api/webhooks", hook)
    wanted = {
        "resourceType": "Subscription", "status": "requested", "reason": "trial", "criteria": "Patient?family=Trial",
        "channel": {"type": "rest-hook", "endpoint": f"{plain.url}/fhir", "payload": "application/fhir+json"}}
    made = fhir.need(client, "POST", "/fhir/Subscription", wanted, media="application/fhir+json")["id"]
    is_active = wait_for(lambda: fhir.need(client, "GET", f"/fhir/Subscription/{made}")["status"] == "active", 20)
    if is_active is None:
        raise RuntimeError("the Subscription did not become active")
    client.close()


def untold(trial, hooks, plain):
    """What was acknowledged and not told, and how much was told under more than one number."""
    events = {}
    for path, body in hooks.bodies():
        if path == "/webhook":
            kind = "over" if body["event"] in ("scan.analyzed", "scan.failed") else body["event"]
            events.setdefault((kind, body["data"]["scanId"]), set()).add(body["id"])
    callbacks = {path.rsplit("/", 1)[1] for path, _ in hooks.bodies() if path.startswith("/callback/")}
    notified = {path.split("/Patient/")[1].split("/")[0] for path, _, _ in list(plain.taken) if "/Patient/" in path}
    missing = []
    for entry in list(trial.book.entries):
        if entry.state != ACKNOWLEDGED:
            continue
        told = {
            ("imagemedix", "scan"): lambda e: all((kind, e.expect["id"]) in events for kind in ("scan.uploaded", "over")),
            ("hemato", "review"): lambda e: e.key in callbacks,
            ("fhir", "create"): lambda e: e.expect["id"] in notified,
        }.get((entry.surface, entry.kind))
        if told and not told(entry):
            missing.append((f"{entry.surface} {entry.kind}", entry.key))
    return missing, sum(len(numbers) - 1 for numbers in events.values())
