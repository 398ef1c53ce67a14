"""The disk is full: that of the database and of what comes in."""
import os
import pathlib
import subprocess
import time

from trial.trial import Trial

from .outcome import Outcome, under_load

SIZE_MB = 600
# So little is left, and so long.
LEFT_BYTES, FULL_S = 3 << 20, 12


def disk(folder, _):
    """A file system in memory holds the data folder; a file takes what is free of it, and goes again."""
    small = pathlib.Path(folder) / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m,mode=0755", "tmpfs", small], capture_output=True, text=True)
    if mounted.returncode:
        return Outcome("disk full", skipped=f"no small file system can be mounted here: {mounted.stderr.strip()}")
    try:
        return filled(small)
    finally:
        subprocess.run(["umount", "-l", small])


def filled(small):
    (small / "coming").mkdir(mode=0o777)
    trial = Trial(small, settings={"TMPDIR": str(small / "coming")})
    # What the server says is wanted most when it can write nowhere else.
    trial.server.log = small.parent / "serve.log"
    trial.start()
    seen = []

    def fill():
        before = len(trial.book.entries)
        filler = small / "filler"
        begun = time.monotonic()
        with filler.open("wb") as file:
            # What is written meanwhile has what was left: nothing is free for most of the time.
            while time.monotonic() - begun < FULL_S:
                take_all_but(small, file, LEFT_BYTES if time.monotonic() - begun < 2 else 0)
                time.sleep(0.2)
        filler.unlink()
        states = [entry.state for entry in trial.book.entries[before:]]
        seen.append(f"while it was full, {len(states)} writes were tried, {states.count('acknowledged')} acknowledged")
        if not trial.server.is_running:
            seen.append("the server ended, and was started again")
            trial.server.start()
        return time.monotonic()

    try:
        outcome = under_load("disk full", trial, [fill], warm_s=4, calm_s=5)
        outcome.notes += seen
        return outcome
    finally:
        trial.close()


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
