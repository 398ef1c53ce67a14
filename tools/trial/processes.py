"""Servers that are started for a trial, each in an empty folder, and what they take."""
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

from .wire import Client

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
EMAIL, PASSWORD = "admin@example.org", "an administrator's pass phrase"
# A first start makes a cluster and runs all migrations.
START_S = 240


def binary():
    """The program: HYGEIA_BIN, or the release build."""
    path = pathlib.Path(os.environ.get("HYGEIA_BIN", ROOT / "target/release/hygeia")).resolve()
    if not path.exists():
        sys.exit(f"there is no {path}: make build, or say HYGEIA_BIN")
    return path


def free_port():
    """A port that nothing listens at just now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def environment(settings):
    """This process' environment without settings of a server's, and with these."""
    ours = ("HYGEIA_", "DATABASE_URL", "ADMIN_", "PG", "RUST_LOG")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)} | settings


class Process:
    """`serve` or `worker`, which can be killed and started again."""

    def __init__(self, program, folder, settings, command="serve", port=None, name=None):
        self.program, self.folder, self.command, self.port = program, pathlib.Path(folder), command, port
        self.settings = {
            "HYGEIA_DATA_DIR": f"{folder}/data", "HYGEIA_LIMITS": "off", "RUST_LOG": "warn,hygeia=info,ort=error",
            "ADMIN_EMAIL": EMAIL, "ADMIN_PASSWORD": PASSWORD, **settings}
        if port:
            self.settings["HYGEIA_BIND"] = f"127.0.0.1:{port}"
            self.settings.setdefault("HYGEIA_PUBLIC_URL", f"http://127.0.0.1:{port}")
        self.log = self.folder / f"{name or command}.log"
        self.process = None

    def start(self, is_awaited=True):
        """Starts it; with `is_awaited`, returns when it is ready, with how many seconds that took."""
        begun = time.monotonic()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [self.program, self.command], env=environment(self.settings), stdout=log, stderr=log)
        if is_awaited and self.port:
            try:
                self.wait_until_ready()
            except RuntimeError:
                self.kill()
                raise
        return time.monotonic() - begun

    def wait_until_ready(self, seconds=START_S):
        """Until `/readyz` says so."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            client = Client(self.port, patience_s=5)
            if client.ask("GET", "/readyz").status == 200:
                client.close()
                return
            client.close()
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError(f"{self.command} did not get ready; its log ends with\n{self.tail()}")

    def kill(self):
        """Ends it at once, as a power cut does."""
        self.process.kill()
        self.process.wait()

    def stop(self, seconds=30):
        """Tells it to end, and waits; the exit status, which is None where it had to be killed."""
        if self.process is None or self.process.poll() is not None:
            return self.process and self.process.returncode
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            return None

    @property
    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def admin(self, *words, is_checked=True):
        """Runs `hygeia admin`; what it prints."""
        done = subprocess.run([self.program, "admin", *words], env=environment(self.settings), capture_output=True, text=True)
        if is_checked and done.returncode:
            raise RuntimeError(f"admin {' '.join(words)}: {done.stderr.strip()[-500:]}")
        return done

    def tail(self, lines=15):
        """The end of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def memory_mb(self):
        """VmRSS; 0 where it does not run."""
        try:
            with open(f"/proc/{self.process.pid}/status") as status:
                return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))
        except (OSError, StopIteration):
            return 0.0

    def postgres_pid(self):
        """The process of the private Postgres."""
        return int((self.folder / "data/postgres/postmaster.pid").read_text().split()[0])


def children(pid):
    """The processes that a process started."""
    tasks = pathlib.Path(f"/proc/{pid}/task")
    return [int(child) for task in tasks.glob("*/children") for child in task.read_text().split()]
