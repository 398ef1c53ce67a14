"""What all surfaces have in common."""
from ..book import Found
from ..wire import Answer


class NotReady(Exception):
    """A step before a write was not answered: there is nothing to book."""


class Surface:
    """One API. Its kinds of writes are methods of these names, with how often each comes; so are its reads."""

    name = ""
    kinds = {}
    reads = {}

    def __init__(self, trial):
        self.trial = trial

    def sign_in(self, client):
        """Gets credentials; again where those from before are old."""

    def headers(self):
        """The credentials."""
        return {}

    def ask(self, client, method, path, body=None, media="application/json", headers=None) -> Answer:
        """Asks as somebody who signed in."""
        return client.ask(method, path, body, headers or self.headers(), media, surface=self.name)

    def need(self, client, method, path, body=None, **more):
        """What comes before a write.

        Raises NotReady where it is not done.
        """
        answer = self.ask(client, method, path, body, **more)
        if not answer.is_done:
            raise NotReady(f"{method} {path}: {answer.status} {answer.fault}{answer.body[:200].decode('utf-8', 'replace')}")
        return answer.json()

    def group(self, entry):
        """Entries of the same kind and group are looked at together."""
        return entry.key

    def look(self, client, entries):
        """What is stored of entries of one group."""
        return [self.look_at(client, entry) for entry in entries]

    def look_at(self, client, entry) -> Found:
        return getattr(self, f"look_{entry.kind}")(client, entry)

    def totals(self, client, entries):
        """What can only be told of all together: a fault or None, how many are lost, how many too many."""
        return []

    def unsettled(self, client, entries):
        """The entries that slow work is not done with."""
        return []

    def read_back(self, client, path, headers=None):
        """A look at what is stored; tried again where the server is not back yet."""
        for _ in range(5):
            answer = client.ask("GET", path, None, headers or self.headers())
            if answer.status and answer.status not in (429, 503):
                break
        return answer
