"""The disk is full: that of the database and of what comes in, or that of the log."""
import contextlib
import os
import pathlib
import shutil
import subprocess
import time

from trial.postgres import programs
from trial.processes import environment
from trial.trial import Trial

from .outcome import Outcome, under_load

SIZE_MB, LOG_MB = 600, 4
# So little is left at first, and so long nothing is.
LEFT_BYTES, FULL_S = 3 << 20, 12


@contextlib.contextmanager
def small_disk(folder, size_mb):
    """A file system in memory for as long as it is used; None where none can be had."""
    small = pathlib.Path(folder) / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size_mb}m,mode=0755", "tmpfs", small], capture_output=True)
    try:
        yield small if mounted.returncode == 0 else None
    finally:
        if mounted.returncode == 0:
            subprocess.run(["umount", "-l", small])


def nothing():
    """What happens while there is no room but for clients who write."""


def without(name):
    return Outcome(name, skipped="no small file system can be mounted here: that takes root")


def disk(folder, _):
    """A file takes what is free where the data folder and incoming files are, and goes again; the second time the log of changes has to grow."""
    with small_disk(folder, SIZE_MB) as small:
        if small is None:
            return without("disk full")
        coming = small / "coming"
        coming.mkdir(mode=0o777)
        trial = Trial(small, settings={"TMPDIR": str(coming)})
        # What the server says is wanted most when it can write nowhere else.
        trial.server.log = small.parent / "serve.log"
        return filled("disk full", trial, small, [nothing, lambda: next_log(small / "data/postgres-socket")])


def log(folder, _):
    """The same of what the server's log is written to, and of nothing else."""
    with small_disk(folder, LOG_MB) as small:
        if small is None:
            return without("disk of the log full")
        trial = Trial(folder)
        trial.server.log = small / "serve.log"
        outcome = filled("disk of the log full", trial, small, [nothing])
        if outcome.unanswered:
            outcome.faults.append(f"{outcome.unanswered} requests had no answer, although nothing but the log had no room")
        shutil.copy(trial.server.log, folder)
        return outcome


def filled(name, trial, small, rounds):
    """Fills the file system once a round; a round's function is called while nothing is free."""
    seen, ended = [], []

    def fill(happens):
        def inject():
            begun, before = time.monotonic(), len(trial.book.entries)
            full(small, begun, happens)
            states = [entry.state for entry in trial.book.entries[before:]]
            seen.append(f"while it was full, {len(states)} writes were tried, {states.count('acknowledged')} acknowledged")
            if not trial.server.is_running:
                ended.append(f"the server ended by itself with {trial.server.process.returncode}")
                trial.server.start()
            return time.monotonic()
        return inject

    try:
        trial.start()
        outcome = under_load(name, trial, [fill(happens) for happens in rounds], warm_s=4, calm_s=5)
        outcome.notes += seen
        outcome.faults += ended
        return outcome
    finally:
        trial.close()


def full(small, begun, happens):
    """Nothing is free for a while; then what was taken is."""
    filler, has_happened = small / "filler", False
    with filler.open("wb") as file:
        while (gone := time.monotonic() - begun) < FULL_S:
            take_all_but(small, file, LEFT_BYTES if gone < 2 else 0)
            if gone > FULL_S / 2 and not has_happened:
                happens()
                has_happened = True
            time.sleep(0.2)
    filler.unlink()


def take_all_but(folder, file, left_bytes):
    """Grows a file by what is free in its file system, but for so many bytes."""
    there = os.statvfs(folder)
    free = there.f_bavail * there.f_frsize - left_bytes
    try:
        if free > 0:
            os.posix_fallocate(file.fileno(), os.fstat(file.fileno()).st_size, free)
    except OSError:
        # Somebody else has taken some of it meanwhile.
        pass


def next_log(socket):
    """Has Postgres begin files of its write-ahead log that are not there yet: without room it ends itself."""
    switch = [programs() / "psql", "-h", socket, "-p", "5432", "-U", "hygeia", "-d", "hygeia"]
    for _ in range(6):
        subprocess.run([*switch, "-qc", "SELECT pg_switch_wal()"], env=environment({}), capture_output=True, timeout=10)
