"""Two servers on one Postgres behind a balancer are restarted one after the other, under load. No request may fail."""
import pathlib
import secrets
import time

from trial.balancer import Balancer
from trial.postgres import Cluster
from trial.processes import Process, free_port
from trial.trial import Trial

from .outcome import concluded

# How long the two of an old and a new version serve together.
TOGETHER_S = 4
ROUNDS = 2


def rolling(folder, options):
    """SIGTERM to one, a new one in its place, then the other. With `--old BIN` they begin as that program: the schema is migrated and the
    two versions serve together."""
    folder = pathlib.Path(folder)
    cluster = Cluster(folder / "postgres").make()
    ports = [free_port(), free_port()]
    balancer = Balancer(ports)
    settings = {
        "DATABASE_URL": cluster.url, "HYGEIA_AUDIT_KEY": secrets.token_hex(32), "HYGEIA_PUBLIC_URL": f"http://127.0.0.1:{balancer.port}"}
    trial = Trial(folder, settings)
    old = pathlib.Path(options.old).resolve() if options.old else trial.program
    servers = [Process(old, folder, settings, port=port, name=f"serve-{at}") for at, port in enumerate(ports)]
    trial.server, trial.port = servers[0], balancer.port
    trial.others.append(servers[1])
    try:
        for server in servers:
            server.start()
            balancer.open(server.port)
        trial.enter()
        notes = [f"migrated: {migrated(trial, settings)}"] if options.old else []
        with trial.crew(rate=60, each=3, reads=0.3):
            time.sleep(3)
            for _ in range(1 if options.old else ROUNDS):
                for server in servers:
                    notes += replaced(server, trial.program, balancer)
                    time.sleep(TOGETHER_S)
        outcome = concluded("old and new together" if options.old else "rolling restart", trial)
        outcome.faults += [f"the balancer had no answer: {why} ({count} times)" for why, count in balancer.failed.items()]
        if outcome.unanswered or outcome.errors or outcome.refused:
            put_off = "; ".join(f"{what} ({count} times)" for what, count in trial.tally.put_off.items())
            outcome.faults.append(f"{outcome.unanswered + outcome.errors + outcome.refused} requests failed; put off: {put_off or 'none'}")
        outcome.notes += [*notes, f"answered by each server: {', '.join(map(str, balancer.answered.values()))}"]
        return outcome
    finally:
        trial.close()
        balancer.end()
        cluster.stop()


def replaced(server, program, balancer):
    """Takes a server out, tells it to end while it has requests, and puts a new one in its place."""
    balancer.close(server.port)
    busy, begun = balancer.backends[server.port].busy, time.monotonic()
    status = server.stop()
    ended_s = time.monotonic() - begun
    server.program = program
    ready_s = server.start()
    balancer.open(server.port)
    return [f"a server ended with {status} after {ended_s:.1f} s, with {busy} requests under way; its successor was ready after {ready_s:.1f} s"]


def migrated(trial, settings):
    """Brings the schema up to date while the old ones serve, as an upgrade does."""
    migrate = Process(trial.program, trial.folder, settings, "migrate")
    migrate.start(is_awaited=False)
    status = migrate.process.wait(300)
    if status:
        raise RuntimeError(f"migrate: {migrate.tail()}")
    return migrate.tail(2)
