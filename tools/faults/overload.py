"""Ten times as many requests as the server can take: who is taken waits for a bounded time, the others are told when to come again."""
import asyncio
import json
import secrets
import time
from collections import Counter
from dataclasses import dataclass

from trial.book import REFUSED
from trial.figures import middle
from trial.surfaces.fhir import FHIR, transaction
from trial.trial import Trial
from trial.wire import Answer, multipart, wrong

from .outcome import concluded

TIMES = 10
# How long nothing is measured, then how much the server can take, and how long there is too much.
WARM_S, MEASURED_S, TOO_MUCH_S = 2, 6, 12
# So often it is tried with more, where it was not too much.
TRIES = 3
# The most that is offered in a second: whoever offers it takes the same cores.
MOST_A_SECOND = 600
# Clients wait longer than the server lets anybody wait.
PATIENCE_S = 60
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
    # Ten seconds for a connection to the database, and the work.
    bound_s = 15

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
    # Half a minute for a turn of the models, and the work.
    bound_s = 35

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
    await one_after_another(trial, kind, WARM_S)
    able = await one_after_another(trial, kind, MEASURED_S)
    for _ in range(TRIES):
        flood = await flooded(trial, kind, min(MOST_A_SECOND, TIMES * able))
        if flood.is_too_much or flood.offered_a_second >= MOST_A_SECOND:
            break
        # It was able to do more than was measured.
        able = len(flood.taken) / flood.lasted_s
    return flood.faults(kind.name, kind.bound_s), flood.told(kind.name, able), 1000 * middle(flood.taken or [0.0], 0.99)


@dataclass
class Flood:
    """Too much, and what became of it."""

    answers: list
    reads: list
    lasted_s: float

    @property
    def taken(self):
        """How long those waited whose request was done."""
        return [answer.seconds for answer in self.answers if answer.is_done]

    @property
    def offered_a_second(self):
        return len(self.answers) / TOO_MUCH_S

    @property
    def is_too_much(self):
        """Whether the server could not do it all while it came."""
        return len(self.taken) < len(self.answers) or self.lasted_s > 1.5 * TOO_MUCH_S

    def faults(self, name, bound_s):
        found = [f"{name}: {what} ({count} times)" for what, count in Counter(filter(None, map(odd, self.answers))).items()]
        if not self.is_too_much:
            found.append(f"{name}: {self.offered_a_second:.0f} a second were not too much: that is all that this machine can offer")
        if not self.taken:
            found.append(f"{name}: nobody was taken")
        elif max(self.taken) > bound_s:
            found.append(f"{name}: who was taken waited up to {max(self.taken):.1f} s")
        return found

    def told(self, name, able):
        statuses = Counter(answer.status for answer in self.answers)
        counts = ", ".join(f"{count} x {status or 'no answer'}" for status, count in sorted(statuses.items()))
        p50, p99 = (1000 * middle(self.taken, share) for share in (0.5, 0.99))
        put_off = 1000 * middle([answer.seconds for answer in self.answers if answer.is_put_off], 0.99)
        slowest = 1000 * max((answer.seconds for answer in self.reads), default=float("nan"))
        return (f"{name}: takes {able:.1f} a second; offered {self.offered_a_second:.0f} a second for {TOO_MUCH_S} s: {counts}; who was taken "
                f"waited p50 {p50:.0f} ms, p99 {p99:.0f} ms, who was put off p99 {put_off:.0f} ms; {len(self.reads)} reads meanwhile took up to "
                f"{slowest:.0f} ms, {sum(answer.is_done for answer in self.reads)} of them done")


async def flooded(trial, kind, rate):
    """Offers so many a second while somebody reads."""
    reads, begun = [], time.monotonic()
    reader = asyncio.create_task(read_on(trial, reads))
    answers = await offered_at(trial, kind, rate)
    reader.cancel()
    return Flood(answers, reads, time.monotonic() - begun)


def odd(answer):
    """What is wrong with an answer to one of too many."""
    return "no answer" if answer.status == 0 else wrong(answer)


async def one_after_another(trial, kind, seconds, at_once=16):
    """How many a second are done for clients that wait for each answer."""
    begun, done = time.monotonic(), 0

    async def client():
        nonlocal done
        while time.monotonic() < begun + seconds:
            done += (await sent(trial, kind)).is_done

    await asyncio.gather(*(client() for _ in range(at_once)))
    return done / (time.monotonic() - begun)


async def offered_at(trial, kind, rate):
    """Sends so many a second, whatever becomes of those before; all answers."""
    begun, tasks = time.monotonic(), []
    while (gone := time.monotonic() - begun) < TOO_MUCH_S:
        while len(tasks) < gone * rate:
            tasks.append(asyncio.create_task(sent(trial, kind)))
        await asyncio.sleep(0.005)
    return await asyncio.gather(*tasks)


async def sent(trial, kind):
    """One request on a connection of its own."""
    entry, body = kind.body(trial.book)
    answer = await ask(trial.port, "POST", kind.path, kind.headers, body)
    trial.tally.note(kind.surface.name, kind.name, answer)
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
