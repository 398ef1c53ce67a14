"""kill -9 of the server, of a worker, of Postgres."""
import os
import signal
import time

from trial.processes import children
from trial.trial import Trial

from .outcome import under_load

# So often the server and the worker are killed.
ROUNDS = 3


def app(folder, _):
    """The server with its private Postgres is killed, and started again."""
    trial = Trial(folder).start()
    try:
        def kill():
            moment = time.monotonic()
            trial.server.kill()
            trial.server.start()
            return moment

        return under_load("kill -9 app", trial, [kill] * ROUNDS)
    finally:
        trial.close()


def worker(folder, _):
    """A worker beside the server is killed while there is much for it to do."""
    trial = Trial(folder).start()
    try:
        trial.surfaces["imagemedix"].kinds = {"scan": 2, "patient": 1}
        trial.surfaces["hemato"].kinds = {"review": 2, "study": 1}
        beside = trial.other()
        beside.start()

        def kill():
            time.sleep(1)
            moment = time.monotonic()
            beside.kill()
            beside.start()
            return moment

        outcome = under_load("kill -9 worker", trial, [kill] * ROUNDS, rate=30.0, warm_s=5)
        if not beside.is_running:
            outcome.faults.append(f"the worker does not run: {beside.tail(3)}")
        return outcome
    finally:
        trial.close()


def postgres(folder, _):
    """The private Postgres is killed, then one of its processes alone, which has it end all others."""
    trial = Trial(folder).start()
    try:
        def kill():
            moment = time.monotonic()
            os.kill(trial.server.postgres_pid(), signal.SIGKILL)
            return moment

        def kill_one():
            moment = time.monotonic()
            serving = [pid for pid in children(trial.server.postgres_pid()) if b"hygeia hygeia" in command(pid)]
            os.kill(serving[0], signal.SIGKILL)
            return moment

        return under_load("kill -9 Postgres", trial, [kill, kill_one, kill])
    finally:
        trial.close()


def command(pid):
    """How a process is called."""
    with open(f"/proc/{pid}/cmdline", "rb") as line:
        return line.read()
