"""Starts and stops the real service (`winrmd --config`) for tests, and looks at its processes, log and audit."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import paths
import settings
from wsman import Client

UNPRIVILEGED = "nobody"


def until(what, condition, *, timeout=10.0, pause=0.01):
    """Asks `condition` again until it says something true, which is returned."""
    deadline = time.monotonic() + timeout
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {timeout} s")
        time.sleep(pause)


def gone(pid):
    """Reaped, or dead and not yet reaped."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rsplit(")", 1)[1].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def read_json_lines(path):
    try:
        text = pathlib.Path(path).read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    # A line that is being written is left for the next look.
    return [json.loads(line) for line in text.split("\n")[:-1] if line.startswith("{")]


def make_certificate(folder):
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-days", "2",
                    "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return certificate, key


class Service:
    """`users`: as for settings.user_file. `privileged`: keep root; otherwise root becomes `nobody` first. `tls`: True, or
    (certificate, key). `listener`, `https`: more for both listeners, for the one with TLS. `login`: the table of that
    name. `environment`: variables the service is started with."""

    def __init__(self, folder, users, applications, *, limits=None, accounts=None, tls=False, privileged=False,
                 listener=None, https=None, login=None, environment=None):
        self.folder = pathlib.Path(folder)
        self.users = users
        self.privileged = privileged
        self.environment = environment
        self.log_file = self.folder / "log"
        self.audit_file = self.folder / "audit"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/wsman"
        text = settings.listener(self.port, **(listener or {}))
        self.certificate = None
        if tls:
            self.certificate, key = make_certificate(self.folder) if tls is True else tls
            self.tls_port = free_port()
            self.https_url = f"https://localhost:{self.tls_port}/wsman"
            text += settings.listener(self.tls_port, tls=(self.certificate, key), **{**(listener or {}), **(https or {})})
        text = f"user_file = {settings.toml(self.folder / 'users')}\n" + text + "".join(applications)
        for name, values in (("limits", limits), ("accounts", accounts), ("login", login)):
            if values:
                text += settings.table(f"[{name}]", values)
        text += settings.table("[log]", {"file": self.log_file, "audit_file": self.audit_file, "level": "debug"})
        self.config = self.folder / "winrmd.toml"
        self.config.write_text(text)
        self.user_file = self.folder / "users"
        self.user_file.write_text(settings.user_file(users))
        self.user_file.chmod(0o600)
        self.accounts = accounts or {}
        self.process = None

    @property
    def drops_root(self):
        return os.geteuid() == 0 and not self.privileged

    def _identity(self):
        if not self.drops_root:
            return {}
        subprocess.run(["chown", "-R", UNPRIVILEGED, self.folder], check=True)
        return {"user": UNPRIVILEGED, "group": "nogroup", "extra_groups": []}

    def launch(self, *arguments):
        """Starts winrmd and does not wait for it to serve."""
        if self.privileged:
            shutil.chown(self.user_file, self.accounts["auth"])
        self.process = subprocess.Popen([paths.WINRMD, "--config", self.config, *arguments], stderr=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, cwd="/", text=True,
                                        env={**os.environ, **(self.environment or {})}, **self._identity())
        return self.process

    def start(self):
        self.launch()
        until("the service answers Identify", self._answers)
        return self

    def _answers(self):
        if self.process.poll() is not None:
            raise AssertionError(f"winrmd ended with {self.process.returncode}: {self.process.stderr.read()}")
        try:
            with Client(self.url, timeout=5) as client:
                return client.identify(headers={"WSMANIDENTIFY": "unauthenticated"}).status == 200
        except OSError:
            return False

    def stop(self):
        """Ends the service in good order and returns its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise
        for pipe in (self.process.stdout, self.process.stderr):
            pipe.close()
        return self.process.returncode

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        status = self.stop()
        assert status == 0, f"winrmd ended with status {status}"

    # Clients

    def password(self, user):
        password = self.users[user]
        return password[0] if isinstance(password, tuple) else password

    def client(self, user, *, tls=False, **rest):
        if tls:
            return Client(self.https_url, user, self.password(user), ca=str(self.certificate), **rest)
        return Client(self.url, user, self.password(user), **rest)

    # What can be seen from outside

    def log(self, message=None, **fields):
        return [line for line in read_json_lines(self.log_file)
                if (message is None or line.get("message") == message)
                and all(line.get(name) == value for name, value in fields.items())]

    def audit(self, **fields):
        return [line for line in read_json_lines(self.audit_file)
                if all(line.get(name) == value for name, value in fields.items())]

    def children(self, kind):
        """Pids of living children: `net`, `auth`, `authorization_host`, `operations_host`."""
        ended = {line["pid"] for line in self.log("child_ended")}
        started = [line["pid"] for line in self.log("child_started", child=kind)]
        return [pid for pid in started if pid not in ended]

    def kill(self, kind):
        """Kills the child of this kind (there is one) and waits until the supervisor has noticed."""
        (pid,) = self.children(kind)
        os.kill(pid, signal.SIGKILL)
        until(f"the supervisor notices that {kind} {pid} is gone", lambda: pid not in self.children(kind))
        return pid


@contextlib.contextmanager
def scratch_folder():
    """A folder that the service's accounts can reach (pytest's own temporary folders are closed to others)."""
    with tempfile.TemporaryDirectory(prefix="winrmd-e2e-", ignore_cleanup_errors=True) as name:
        os.chmod(name, 0o755)
        yield pathlib.Path(name)
