"""The machine's clock jumps: half an hour ahead, and back again, for the server and for its Postgres."""
import datetime
import pathlib
import shutil
import struct
import subprocess
import time

from trial.postgres import Cluster
from trial.trial import Trial

from .outcome import Outcome, under_load

JUMP_S = 1800
SOURCE = pathlib.Path(__file__).parent / "clock.c"


def clock(folder, _):
    """Both tell the time by a library that is loaded before others."""
    compiler = shutil.which("cc")
    if not compiler:
        return Outcome("clock jump", skipped="there is no C compiler to make the library with that moves the clock")
    folder = pathlib.Path(folder)
    library, moved = folder / "clock.so", folder / "moved"
    subprocess.run([compiler, "-O2", "-Wall", "-Werror", "-shared", "-fPIC", "-o", library, SOURCE], check=True)
    library.chmod(0o755)
    moved.write_bytes(struct.pack("l", 0))
    moved.chmod(0o644)
    with_clock = {"LD_PRELOAD": str(library), "CLOCK_MOVED_BY": str(moved)}
    cluster = Cluster(folder / "postgres", settings=with_clock).make()
    trial = Trial(folder, settings={"DATABASE_URL": cluster.url, **with_clock})
    told = []

    def set_to(seconds):
        def jump():
            with moved.open("r+b") as file:
                file.write(struct.pack("l", seconds))
            time.sleep(0.2)
            told.append((seconds, ahead(trial), float(cluster.sql("SELECT extract(epoch FROM now())")) - time.time()))
            time.sleep(4)
            return time.monotonic()
        return jump

    try:
        trial.start()
        outcome = under_load("clock jump", trial, [set_to(JUMP_S), set_to(0)])
        if any(abs(server - seconds) > 30 or abs(database - seconds) > 30 for seconds, server, database in told):
            outcome.faults.append(f"the clock did not move as it was told to: {told}")
        return outcome
    finally:
        trial.close()
        cluster.stop()


def ahead(trial):
    """By how many seconds the server's clock is ahead, as a resource that is written now tells; far off where none is written."""
    fhir, client = trial.surfaces["fhir"], trial.client()
    answer = client.ask("POST", "/fhir/Basic", {"resourceType": "Basic", "code": {"text": "clock"}}, fhir.headers(), "application/fhir+json")
    client.close()
    written = answer.json().get("meta", {}).get("lastUpdated")
    return datetime.datetime.fromisoformat(written).timestamp() - time.time() if written else float("inf")
