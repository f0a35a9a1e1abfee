"""Starts `winrmd try` and looks at what is left of it."""

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import time

import paths
from service import scratch_folder, until
from wsman import Client


def descendants(pid):
    """All living processes below this one."""
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(OSError, IndexError):
                stat = pathlib.Path("/proc", entry, "stat").read_text(encoding="utf-8", errors="replace")
                parents[int(entry)] = int(stat.rsplit(")", 1)[1].split()[1])
    found, front = set(), {pid}
    while front:
        front = {child for child, parent in parents.items() if parent in front} - found
        found |= front
    return found


def alive(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


class Try:
    """One `winrmd try --json`. Its temporary files go to a folder of their own, so that leftovers are seen."""

    def __init__(self, folder, *arguments, winrmd=None):
        self.folder = folder
        os.chmod(folder, 0o1777)
        begin = time.monotonic()
        self.process = subprocess.Popen([winrmd or paths.WINRMD, "try", "--json", *arguments], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
                                        env={**os.environ, "TMPDIR": str(folder)})
        line = self.process.stdout.readline()
        self.seconds = time.monotonic() - begin
        if not line:
            raise AssertionError(f"winrmd try did not start: {self.process.communicate()[1]}")
        self.said = json.loads(line)
        self.url, self.https_url, self.ca = self.said["url"], self.said["https_url"], self.said["ca"]
        self.users = self.said["users"]
        self.seen = set()

    def client(self, number=0, *, tls=False, **rest):
        user = self.users[number]
        where = {"url": self.https_url, "ca": self.ca} if tls else {"url": self.url}
        return Client(user=user["name"], password=user["password"], **where, **rest)

    def processes(self):
        self.seen |= descendants(self.process.pid)
        return descendants(self.process.pid)

    def stop(self, how=signal.SIGTERM):
        """Ends it and returns its exit status; nothing may be left."""
        self.processes()
        if self.process.poll() is None:
            self.process.send_signal(how)
        output, self.errors = self.process.communicate(timeout=20)
        assert output == "", "it said more than one line"
        left = [pid for pid in self.seen if alive(pid)]
        assert not left, f"processes are left: {left}"
        assert os.listdir(self.folder) == [], f"files are left: {os.listdir(self.folder)}"
        return self.process.returncode


@contextlib.contextmanager
def try_out(*arguments, **rest):
    with scratch_folder() as folder:
        running = Try(folder, *arguments, **rest)
        try:
            yield running
        finally:
            if running.process.poll() is None:
                assert running.stop() == 0


def wait_until_gone(pids):
    until("all processes are gone", lambda: not any(alive(pid) for pid in pids))
