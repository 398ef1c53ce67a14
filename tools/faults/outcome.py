"""What came of a fault."""
import time
from dataclasses import dataclass, field

from trial.figures import middle

TITLES = ["fault", "acknowledged", "lost", "doubled", "not told", "put off", "other errors", "no answer", "p99 ms", "back after s", "found"]


@dataclass
class Outcome:
    """One line of the table, and what is wrong. `skipped` says why it was not run."""

    name: str
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    unknown: int = 0
    refused: int = 0
    errors: int = 0
    unanswered: int = 0
    p99_ms: float = 0.0
    back_s: float | None = None
    faults: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    skipped: str | None = None

    def row(self):
        if self.skipped:
            return [self.name, *["-"] * (len(TITLES) - 2), "not run"]
        back = "-" if self.back_s is None else f"{self.back_s:.1f}"
        found = len(self.faults) or "nothing"
        return [self.name, self.acknowledged, self.lost, self.doubled, self.unknown, self.refused, self.errors, self.unanswered,
                f"{self.p99_ms:.0f}", back, found]


def concluded(name, trial, back=(None, []), settle_s=None):
    """Waits for slow work, holds the book against the store, and verifies the audit trail."""
    outcome = Outcome(name, back_s=back[0])
    outcome.faults += [f"{surface} took no write any more" for surface in back[1]]
    left = trial.settle(settle_s) if settle_s else trial.settle()
    balance = trial.balance()
    outcome.acknowledged, outcome.lost, outcome.doubled = balance.acknowledged, balance.lost, balance.doubled
    outcome.unknown = balance.unknown
    if left:
        outcome.faults.append(f"slow work of {left} things did not end")
    outcome.faults += [f"{fault} ({count} times)" for fault, count in balance.faults.most_common(12)]
    outcome.faults += [f"answered {fault} ({count} times)" for fault, count in trial.tally.wrong.most_common(12)]
    tally = trial.tally
    outcome.refused = sum(tally.put_off.values())
    outcome.unanswered = tally.count(lambda status: status == 0)
    outcome.errors = sum(tally.wrong.values())
    outcome.p99_ms = 1000 * middle([one for seconds in tally.seconds.values() for one in seconds], 0.99)
    audit = trial.audit_fault()
    if audit:
        outcome.faults.append(audit)
    return outcome


def under_load(name, trial, injects, warm_s=3.0, calm_s=3.0, settle_s=None, rate=60.0):
    """Injects each fault in turn while clients write; each tells from when on writes count as those after it."""
    back, away = 0.0, []
    with trial.crew(rate=rate):
        time.sleep(warm_s)
        for inject in injects:
            moment = inject()
            _, gone = trial.wait_until_back(moment)
            away += [surface for surface in gone if surface not in away]
            time.sleep(calm_s)
            # What is asked for just before a fault is felt may still be done: the longest pause tells more than the first success.
            back = max(back, trial.book.longest_pause(moment, trial.surfaces))
    return concluded(name, trial, (None if away else back, away), settle_s)
