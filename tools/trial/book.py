"""What clients asked for and what they were told, to be held against what is stored afterwards."""
import threading
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

ACKNOWLEDGED, REFUSED, UNKNOWN = "acknowledged", "refused", "unknown"
# So many connections look at the same time.
LOOKING = 8


@dataclass
class Entry:
    """One thing that is to be stored once. Until an answer tells more, it may be stored or not."""

    surface: str
    kind: str
    key: str
    asked_at: float
    state: str = UNKNOWN
    told_at: float = 0.0
    expect: dict = field(default_factory=dict)


@dataclass
class Found:
    """How often an entry is stored, and what else is wrong with it. `count` is None where that cannot be told of one entry."""

    entry: Entry
    count: int | None
    fault: str = ""


@dataclass
class Balance:
    """The book, held against what is stored."""

    acknowledged: int = 0
    unknown: int = 0
    lost: int = 0
    doubled: int = 0
    faults: Counter = field(default_factory=Counter)


class Book:
    """All entries of one trial."""

    def __init__(self):
        self.lock = threading.Lock()
        self.entries = []

    def sent(self, surface, kind, key, **expect):
        """Notes what is about to be asked for."""
        entry = Entry(surface, kind, key, time.monotonic(), expect=expect)
        with self.lock:
            self.entries.append(entry)
        return entry

    @staticmethod
    def told(entry, answer, **expect):
        """Notes what was answered. A server that says that it failed may have done it all the same."""
        entry.told_at = time.monotonic()
        if answer.is_done:
            entry.state = ACKNOWLEDGED
            entry.expect.update(expect)
        elif answer.is_refused:
            entry.state = REFUSED

    def back_after(self, moment, surfaces):
        """When each surface had acknowledged something again that was asked for after `moment`; None where one has not."""
        with self.lock:
            entries = [one for one in self.entries if one.state == ACKNOWLEDGED and one.asked_at >= moment]
        first = {}
        for entry in entries:
            first[entry.surface] = min(first.get(entry.surface, entry.told_at), entry.told_at)
        return {name: first.get(name) for name in surfaces}

    def longest_pause(self, since, surfaces):
        """For how many seconds from `since` on any surface acknowledged nothing, at the longest."""
        with self.lock:
            told = [(one.surface, one.told_at) for one in self.entries if one.state == ACKNOWLEDGED and one.told_at > since]
        times = {name: sorted([since, *(at for surface, at in told if surface == name)]) for name in surfaces}
        return max(later - sooner for of_one in times.values() for sooner, later in zip(of_one, of_one[1:] or of_one))

    def balance(self, surfaces, open_client):
        """Asks for every entry. Totals are asked for first: looking at some entries sends them again."""
        balance = Balance()
        client = open_client()
        for surface in surfaces.values():
            for fault, lost, doubled in surface.totals(client, [e for e in self.entries if e.surface == surface.name]):
                balance.lost += lost
                balance.doubled += doubled
                if fault:
                    balance.faults[fault] += 1
        groups = defaultdict(list)
        for entry in self.entries:
            groups[(entry.surface, entry.kind, surfaces[entry.surface].group(entry))].append(entry)
        local = threading.local()

        def look(group):
            if not hasattr(local, "client"):
                local.client = open_client()
            (surface, _, _), entries = group
            return surfaces[surface].look(local.client, entries)

        with ThreadPoolExecutor(LOOKING) as pool:
            for found in pool.map(look, groups.items()):
                for one in found:
                    weigh(balance, one)
        return balance


def weigh(balance, found):
    """Adds what was found of one entry."""
    entry, count = found.entry, found.count
    name = f"{entry.surface} {entry.kind}"
    balance.acknowledged += entry.state == ACKNOWLEDGED
    balance.unknown += entry.state == UNKNOWN
    if found.fault:
        balance.faults[f"{name}: {found.fault}"] += 1
    if count is None:
        return
    if count == 0 and entry.state == ACKNOWLEDGED:
        balance.lost += 1
        balance.faults[f"{name}: acknowledged and not there, such as {entry.key} {entry.expect.get('id', '')}"] += 1
    elif count > 1:
        balance.doubled += 1
        balance.faults[f"{name}: there {count} times, such as {entry.key}"] += 1
    elif count == 1 and entry.state == REFUSED:
        balance.faults[f"{name}: refused and there all the same"] += 1


def between(name, stored, entries):
    """Holds a total against what was acknowledged and what may have been stored: the fault, how many are lost, how many too many."""
    least = sum(entry.state == ACKNOWLEDGED for entry in entries)
    most = least + sum(entry.state == UNKNOWN for entry in entries)
    if least <= stored <= most:
        return None, 0, 0
    return f"{name}: {stored} are stored, {least} were acknowledged and {most - least} more may be", max(0, least - stored), max(0, stored - most)
