"""Ten times as many requests as the server can take: who is taken waits for a bounded time, the others are told when to come again."""
import asyncio
import json
import secrets
import time
from collections import Counter

from trial.book import REFUSED
from trial.figures import middle
from trial.surfaces.fhir import FHIR, transaction
from trial.trial import Trial
from trial.wire import Answer, multipart, wrong

from .outcome import concluded

TIMES = 10
# How long it is measured how much the server can take, and how long there is too much.
MEASURED_S, TOO_MUCH_S = 6, 12
# The most that is offered in a second: whoever offers it takes the same cores.
MOST_A_SECOND = 600
# Who is taken has the answer by then.
BOUND_S = 15
PATIENCE_S = 40
# So many Observations one transaction has: what a request costs is to be much more than what sending it costs.
TOGETHER = 100


def overload(folder, _):
    """Transactions of FHIR, then pictures of displays. Somebody who only reads is there all the time."""
    trial = Trial(folder).start()
    try:
        seen = [asyncio.run(too_much(trial, kind)) for kind in (Transactions(trial), Pictures(trial))]
        outcome = concluded("10 x overload", trial)
        outcome.p99_ms = max(p99 for _, _, p99 in seen)
        for faults, note, _ in seen:
            outcome.faults += faults
            outcome.notes.append(note)
        return outcome
    finally:
        trial.close()


class Transactions:
    name = "transactions"

    def __init__(self, trial):
        self.surface = trial.surfaces["fhir"]
        self.path, self.headers = "/fhir", self.surface.headers() | {"Content-Type": FHIR}

    def body(self, book):
        key = secrets.token_hex(8)
        entry = book.sent("fhir", "transaction", key, count=TOGETHER)
        return entry, json.dumps(transaction("A-KEY", TOGETHER)).replace("A-KEY", key).encode()

    def told(self, answer):
        return {}


class Pictures:
    name = "pictures"

    def __init__(self, trial):
        self.surface = trial.surfaces["smartscan"]
        self.form, media = multipart({"device_type": "blood-pressure"}, "image", self.surface.display)
        self.path, self.headers = "/smartscan/api/v1/extract-medical-data", {"X-API-Key": self.surface.key, "Content-Type": media}

    def body(self, book):
        return book.sent("smartscan", "picture", secrets.token_hex(8)), self.form

    def told(self, answer):
        return {"id": answer.json().get("data", {}).get("task_id")}


async def too_much(trial, kind):
    """What the server can take, then ten times that: faults, what is to be told, and the p99 of who was taken, in milliseconds."""
    done = await one_after_another(trial, kind)
    rate = min(MOST_A_SECOND, TIMES * done / MEASURED_S)
    reads = []
    reader = asyncio.create_task(read_on(trial, reads))
    answers, offered = await offered_at(trial, kind, rate)
    reader.cancel()
    taken = [answer.seconds for answer in answers if answer.is_done]
    statuses = Counter(answer.status for answer in answers)
    faults = [f"{kind.name}: {what} ({count} times)" for what, count in Counter(filter(None, map(odd, answers))).items()]
    if not taken:
        faults.append(f"{kind.name}: nobody was taken")
    elif max(taken) > BOUND_S:
        faults.append(f"{kind.name}: who was taken waited up to {max(taken):.1f} s")
    if rate < TIMES * done / MEASURED_S:
        faults.append(f"{kind.name}: {TIMES} times {done / MEASURED_S:.0f} a second cannot be offered from this machine")
    p50, p99 = (1000 * middle(taken, share) for share in (0.5, 0.99))
    told = ", ".join(f"{count} x {status or 'no answer'}" for status, count in sorted(statuses.items()))
    slowest = 1000 * max((answer.seconds for answer in reads), default=float("nan"))
    note = (f"{kind.name}: takes {done / MEASURED_S:.1f} a second; offered {offered / TOO_MUCH_S:.0f} a second for {TOO_MUCH_S} s: {told}; "
            f"who was taken waited p50 {p50:.0f} ms, p99 {p99:.0f} ms; {len(reads)} reads meanwhile took up to {slowest:.0f} ms, "
            f"{sum(answer.is_done for answer in reads)} of them done")
    return faults, note, p99 if taken else 0.0


def odd(answer):
    """What is wrong with an answer to one of too many."""
    return "no answer" if answer.status == 0 else wrong(answer)


async def one_after_another(trial, kind, at_once=8):
    """How many are done by a few clients that wait for each answer."""
    until, done = time.monotonic() + MEASURED_S, 0

    async def client():
        nonlocal done
        while time.monotonic() < until:
            done += (await sent(trial, kind)).is_done

    await asyncio.gather(*(client() for _ in range(at_once)))
    return done


async def offered_at(trial, kind, rate):
    """Sends so many a second, whatever becomes of those before: all answers, and how many were sent."""
    begun, tasks = time.monotonic(), []
    while (gone := time.monotonic() - begun) < TOO_MUCH_S:
        while len(tasks) < gone * rate:
            tasks.append(asyncio.create_task(sent(trial, kind)))
        await asyncio.sleep(0.005)
    return await asyncio.gather(*tasks), len(tasks)


async def sent(trial, kind):
    """One request on a connection of its own."""
    entry, body = kind.body(trial.book)
    answer = await ask(trial.port, "POST", kind.path, kind.headers, body)
    trial.book.told(entry, answer, **kind.told(answer))
    if answer.is_put_off:
        # Nothing was lost on the way here: the server says that it does not do it.
        entry.state = REFUSED
    return answer


async def read_on(trial, answers):
    """Somebody who reads five times a second, until it is cancelled."""
    headers = trial.surfaces["fhir"].headers()
    while True:
        answers.append(await ask(trial.port, "GET", "/fhir/Patient?_count=1", headers, b""))
        await asyncio.sleep(0.2)


async def ask(port, method, path, headers, body):
    """An answer, by a connection that ends with it."""
    begun = time.monotonic()
    try:
        answer = await asyncio.wait_for(exchange(port, method, path, headers, body), PATIENCE_S)
    except (OSError, EOFError, ValueError, asyncio.TimeoutError) as fault:
        answer = Answer(0, fault=f"{type(fault).__name__}: {fault}")
    answer.seconds = time.monotonic() - begun
    return answer


async def exchange(port, method, path, headers, body):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        await writer.drain()
        head = await reader.readuntil(b"\r\n\r\n")
        first, *rest = head.decode("latin-1").split("\r\n")
        named = dict((name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in rest if line))
        return Answer(int(first.split(" ")[1]), named, await reader.read())
    finally:
        writer.close()
