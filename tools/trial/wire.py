"""A client's connection to a server. What was sent once is never sent again by itself: whoever wants that says so."""
import http.client
import json
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field

# Nobody waits longer for an answer.
PATIENCE_S = 60


@dataclass
class Answer:
    """What came back; the status is 0 where nothing did."""

    status: int
    headers: dict = field(default_factory=dict)
    body: bytes = b""
    seconds: float = 0.0
    fault: str = ""

    @property
    def is_done(self):
        """Whether it says that all of it was done."""
        return 200 <= self.status < 300

    @property
    def is_refused(self):
        """Whether it says that nothing was done, nor will be."""
        return 400 <= self.status < 500

    @property
    def is_put_off(self):
        """Whether it says that the server cannot answer now, and when to come again. Two vendors' tables of statuses have no 503: there it
        is a 500 (contract R1)."""
        return self.status in (429, 500, 503) and "retry-after" in self.headers

    def json(self):
        """Its body, or an empty object where that is no JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return {}


class Tally:
    """What all clients together were answered, by surface."""

    def __init__(self):
        self.lock = threading.Lock()
        self.seconds = defaultdict(list)
        self.statuses = defaultdict(Counter)
        # Answers that ask to come again later.
        self.put_off = Counter()
        # Answers that no server may give to these clients, whatever happens to it, with how often they came.
        self.wrong = Counter()

    def note(self, surface, what, answer):
        with self.lock:
            self.statuses[surface][answer.status] += 1
            if answer.is_put_off:
                self.put_off[f"{surface} {what}: {answer.status}"] += 1
            if answer.is_done:
                self.seconds[surface].append(answer.seconds)
            fault = wrong(answer)
            if fault:
                self.wrong[f"{surface} {what}: {fault}"] += 1

    def count(self, of):
        """How many answers had a status of which `of` is true."""
        with self.lock:
            return sum(count for counts in self.statuses.values() for status, count in counts.items() if of(status))


def wrong(answer):
    """What is wrong with an answer to a request that was right; nothing where a server may say so while something is out of order."""
    if answer.status in (0, 409) or answer.is_done or answer.is_put_off:
        return None
    if answer.status in (429, 503):
        return f"{answer.status} without Retry-After"
    return f"{answer.status} {answer.body[:160].decode('utf-8', 'replace')}"


class Client:
    """One connection, for one thread. `port` is looked at for each new connection."""

    def __init__(self, port, tally=None, patience_s=PATIENCE_S):
        self.port, self.tally, self.patience_s = port, tally, patience_s
        self.connection = None

    def ask(self, method, path, body=None, headers=None, media="application/json", surface=None):
        """Sends a request; objects are sent as JSON."""
        headers = dict(headers or {})
        if body is not None:
            headers.setdefault("Content-Type", media)
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
        begun = time.monotonic()
        try:
            answer = self.exchange(method, path, body, headers)
        except (OSError, http.client.HTTPException) as fault:
            self.close()
            answer = Answer(0, fault=f"{type(fault).__name__}: {fault}")
        answer.seconds = time.monotonic() - begun
        if self.tally and surface:
            # Neither ids nor searches: one line for what is the same.
            self.tally.note(surface, f"{method} {pattern(path)}", answer)
        return answer

    def exchange(self, method, path, body, headers):
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.patience_s)
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read()
        named = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, named, text)

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def pattern(path):
    """A path without what is one thing's own."""
    parts = path.partition("?")[0].split("/")
    return "/".join("*" if len(part) > 22 else part for part in parts)


def multipart(fields, file_field, content, name="picture.png", media="image/png"):
    """A form with one file: its bytes and its media type."""
    mark = "part-of-a-form"
    lines = [f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n' for key, value in fields.items()]
    lines.append(f'--{mark}\r\nContent-Disposition: form-data; name="{file_field}"; filename="{name}"\r\nContent-Type: {media}\r\n\r\n')
    return "".join(lines).encode() + content + f"\r\n--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"
