"""A Postgres beside the server is restarted; it is lost, and its standby takes over."""
import pathlib
import time

from trial.postgres import Cluster
from trial.trial import Trial

from .outcome import under_load


def restart(folder, _):
    """`pg_ctl restart`: in order, and without a shutdown."""
    cluster = Cluster(pathlib.Path(folder) / "postgres").make()
    trial = Trial(folder, settings={"DATABASE_URL": cluster.url})
    try:
        trial.start()

        def again(mode):
            def restarted():
                moment = time.monotonic()
                cluster.restart(mode)
                return moment
            return restarted

        return under_load("Postgres restart", trial, [again("fast"), again("immediate"), again("fast")])
    finally:
        trial.close()
        cluster.stop()


def failover(folder, _):
    """All of the primary is killed and stays away; the standby that every commit waited for is promoted. The server knows both places."""
    first = Cluster(pathlib.Path(folder) / "first").make()
    second = first.copy(pathlib.Path(folder) / "second")
    url = f"postgres://hygeia@{first.place},{second.place}/hygeia?target_session_attrs=read-write"
    trial = Trial(folder, settings={"DATABASE_URL": url})
    try:
        trial.start()

        def lose():
            moment = time.monotonic()
            first.kill()
            second.promote()
            return moment

        outcome = under_load("Postgres fail-over", trial, [lose], calm_s=6)
        if second.sql("SELECT pg_is_in_recovery()") != "f":
            outcome.faults.append("the standby was not promoted")
        return outcome
    finally:
        trial.close()
        second.stop()
        first.stop()
