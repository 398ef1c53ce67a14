"""A Postgres of ours beside the servers, as a deployment has one: started, stopped, copied and promoted with its own programs."""
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import time

from .processes import children, environment, free_port


def programs():
    """The folder of `initdb` and the others."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if not on_path:
        raise RuntimeError("there is no initdb: install Postgres (tools/set-up)")
    return pathlib.Path(on_path).resolve().parent


class Cluster:
    """A cluster in a folder of its own. Postgres refuses to run as root: then it runs as `postgres`, or as `nobody`."""

    def __init__(self, folder, extra=(), settings=None):
        self.folder, self.port, self.bin = pathlib.Path(folder), free_port(), programs()
        self.extra, self.settings = list(extra), settings or {}
        self.owner = None
        if os.geteuid() == 0:
            users = [user.pw_name for user in pwd.getpwall()]
            self.owner = "postgres" if "postgres" in users else "nobody"
        self.folder.mkdir(parents=True)
        if self.owner:
            shutil.chown(self.folder, self.owner)

    def run(self, program, *words, is_checked=True):
        """Runs one of Postgres' programs as the owner."""
        log = (self.folder.parent / f"{self.folder.name}.log").open("ab")
        with log:
            return subprocess.run(
                [self.bin / program, *map(str, words)], user=self.owner, cwd="/", env=environment(self.settings), stdout=log, stderr=log,
                stdin=subprocess.DEVNULL, check=is_checked)

    @property
    def data(self):
        return self.folder / "data"

    @property
    def place(self):
        return f"127.0.0.1:{self.port}"

    @property
    def url(self):
        return f"postgres://hygeia@{self.place}/hygeia"

    def make(self):
        """A new cluster with the database, started."""
        self.run("initdb", "-D", self.data, "-U", "hygeia", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums")
        self.start()
        self.run("createdb", "-h", "127.0.0.1", "-p", self.port, "-U", "hygeia", "hygeia")
        return self

    def copy(self, folder):
        """A standby of it, started, which every commit waits for from then on."""
        standby = Cluster(folder, self.extra, self.settings)
        standby.run("pg_basebackup", "-D", standby.data, "-R", "-X", "stream", "-c", "fast", "-C", "-S", "standby",
                    "-h", "127.0.0.1", "-p", self.port, "-U", "hygeia")
        standby.start()
        self.sql("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.sql("SELECT pg_reload_conf()")
        for _ in range(100):
            if "sync" in self.sql("SELECT sync_state FROM pg_stat_replication").split():
                return standby
            time.sleep(0.1)
        raise RuntimeError("the standby does not follow")

    def options(self):
        words = ["-p", str(self.port), "-c", "listen_addresses=127.0.0.1", "-k", str(self.folder), "-c", "max_wal_senders=4"]
        for setting in self.extra:
            words += ["-c", setting]
        return " ".join(words)

    def start(self):
        self.run("pg_ctl", "-D", self.data, "-w", "-l", self.folder / "server.log", "-o", self.options(), "start")

    def restart(self, mode="fast"):
        self.run("pg_ctl", "-D", self.data, "-w", "-l", self.folder / "server.log", "-o", self.options(), "-m", mode, "restart")

    def promote(self):
        self.run("pg_ctl", "-D", self.data, "-w", "promote")

    def stop(self):
        self.run("pg_ctl", "-D", self.data, "-w", "-m", "immediate", "stop", is_checked=False)

    def kill(self):
        """Ends all of its processes at once."""
        pid = int((self.data / "postmaster.pid").read_text().split()[0])
        # The first one last: the others would be started again.
        os.kill(pid, signal.SIGSTOP)
        for one in [*children(pid), pid]:
            try:
                os.kill(one, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def sql(self, text):
        """What a statement gives, a line a row."""
        command = ["psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", "hygeia", "-d", "hygeia", "-qAtc", text]
        return subprocess.run(command, env=environment({}), capture_output=True, text=True, check=True).stdout.strip()
