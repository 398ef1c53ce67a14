"""Clients that work at the same time, each on a connection of its own."""
import random
import string
import threading
import time

from .surfaces.surface import NotReady
from .wire import Client


class Hand(threading.Thread):
    """One client of one surface that does one thing after another."""

    def __init__(self, trial, surface, seed, every_s, reads=0.0):
        super().__init__(daemon=True)
        self.trial, self.surface, self.every_s, self.reads = trial, surface, every_s, reads
        self.book, self.random = trial.book, random.Random(seed)
        self.client = Client(trial.port, trial.tally)
        self.own, self.is_done, self.error = {}, False, None

    def key(self):
        """A name that nothing else has; of letters alone, so that nobody takes it for a number of somebody."""
        return "".join(self.random.choices(string.ascii_lowercase, k=20))

    def sent(self, surface, kind, key, **expect):
        return self.book.sent(surface.name, kind, key, **expect)

    def run(self):
        try:
            due = time.monotonic() + self.random.random() * self.every_s
            while not self.is_done:
                time.sleep(max(0.0, due - time.monotonic()))
                due = max(due + self.every_s, time.monotonic() - self.every_s)
                self.step()
        except Exception as error:  # It is told by whoever waits for the crew.
            self.error = error
        self.client.close()

    def step(self):
        kinds = self.surface.reads if self.random.random() < self.reads else self.surface.kinds
        kind = self.random.choices(list(kinds), list(kinds.values()))[0]
        try:
            getattr(self.surface, kind)(self)
        except NotReady:
            # Whoever is told that it does not work waits a moment.
            time.sleep(0.2)


class Crew:
    """Clients of all surfaces, with as many requests a second in all as `rate`."""

    def __init__(self, trial, rate=60.0, each=2, reads=0.0):
        surfaces = list(trial.surfaces.values())
        count = each * len(surfaces)
        self.hands = [
            Hand(trial, surface, f"{trial.seed} {surface.name} {at}", count / rate, reads) for surface in surfaces for at in range(each)]

    def __enter__(self):
        for hand in self.hands:
            hand.start()
        return self

    def __exit__(self, *_):
        for hand in self.hands:
            hand.is_done = True
        for hand in self.hands:
            hand.join(90)
        stuck = [hand.surface.name for hand in self.hands if hand.is_alive()]
        if stuck:
            raise RuntimeError(f"clients of {', '.join(stuck)} did not end")
        for hand in self.hands:
            if hand.error:
                raise hand.error
