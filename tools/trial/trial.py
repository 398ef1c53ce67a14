"""A server with clients of all surfaces, and what becomes of it all."""
import pathlib
import time

from .book import Book
from .crew import Crew
from .processes import Process, binary, free_port
from .surfaces import ALL
from .wire import Client, Tally

# What takes its time has so long to end.
SETTLE_S = 90
# A surface that takes no writes for so long is not back.
BACK_S = 60


class Trial:
    """Servers on one database, the surfaces that clients use, their book and their tally."""

    def __init__(self, folder, settings=None, program=None):
        self.folder = pathlib.Path(folder)
        self.program, self.settings = program or binary(), settings or {}
        self.book, self.tally, self.port = Book(), Tally(), free_port()
        self.seed, self.token, self.callback = f"{time.time_ns()}", None, None
        self.server = Process(self.program, self.folder, self.settings, port=self.port)
        self.others = []
        self.surfaces = {}

    def start(self):
        """Starts the server, and signs in everywhere."""
        self.server.start()
        return self.enter()

    def enter(self):
        """Signs in everywhere."""
        self.surfaces = {kind.name: kind(self) for kind in ALL}
        self.sign_in()
        return self

    def sign_in(self):
        client = Client(self.port)
        for surface in self.surfaces.values():
            surface.sign_in(client)
        client.close()

    def renew_token(self):
        self.token = self.server.admin("token", "--scope", "system/*.cruds").stdout.split()[-1]

    def other(self, command="worker", **more):
        """Another process on the same database."""
        process = Process(self.program, self.folder, more.pop("settings", self.settings), command, **more)
        self.others.append(process)
        return process

    def client(self):
        return Client(self.port)

    def crew(self, **more):
        return Crew(self, **more)

    def wait_until_back(self, moment, seconds=BACK_S):
        """Until each surface has acknowledged something that was asked for after `moment`: seconds that took, and who has not."""
        until = moment + seconds
        while True:
            back = self.book.back_after(moment, self.surfaces)
            away = [name for name, at in back.items() if at is None]
            if not away:
                return max(back.values()) - moment, []
            if time.monotonic() > until:
                return None, away
            time.sleep(0.1)

    def settle(self, seconds=SETTLE_S):
        """Until slow work is done: how many things are not."""
        client, until = self.client(), time.monotonic() + seconds
        waiting = list(self.book.entries)
        while waiting and time.monotonic() < until:
            waiting = [one for surface in self.surfaces.values()
                       for one in surface.unsettled(client, [e for e in waiting if e.surface == surface.name])]
            if waiting:
                time.sleep(0.5)
        client.close()
        return len(waiting)

    def balance(self):
        return self.book.balance(self.surfaces, self.client)

    def audit_fault(self):
        """What is wrong with the audit trail, if anything is."""
        done = self.server.admin("verify-audit", is_checked=False)
        return None if done.returncode == 0 else f"verify-audit: {(done.stdout + done.stderr).strip()[-300:]}"

    def close(self):
        for process in [*self.others, self.server]:
            process.stop()
