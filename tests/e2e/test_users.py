"""The user file: winrmctl, and what winrmd-auth makes of it while the service runs."""

import os
import pty
import subprocess
import time

import pytest

import envelope as e
import paths
import settings
from service import Service, scratch_folder
from wsman import Client


def winrmctl(*arguments, password=None):
    return subprocess.run([paths.WINRMCTL, "user", *arguments], input=password, capture_output=True, text=True,
                          timeout=30, check=False)


@pytest.fixture
def folder():
    with scratch_folder() as name:
        yield name


def log_in(url, user, password):
    with Client(url, user, password) as client:
        return client.ask(e.ENUMERATE, e.SHELL, e.enumerate_body()).status


def test_UsersAreAddedListedChangedAndRemoved(folder):
    file = str(folder / "users")
    assert winrmctl("add", "alice", "--file", file, "--password-stdin", password="secret\n").returncode == 0
    assert winrmctl("add", "bob", "--file", file, "--account", "robert", "--password-stdin", password="x").returncode == 0
    assert os.stat(file).st_mode & 0o7777 == 0o600
    assert winrmctl("list", "--file", file).stdout == "alice\t-\nbob\trobert\n"
    before = (folder / "users").read_text()
    assert winrmctl("passwd", "alice", "--file", file, "--password-stdin", password="other\n").returncode == 0
    assert (folder / "users").read_text() != before
    assert winrmctl("remove", "alice", "--file", file).returncode == 0
    assert winrmctl("list", "--file", file).stdout == "bob\trobert\n"
    done = winrmctl("remove", "alice", "--file", file)
    assert (done.returncode, done.stderr) == (1, f"winrmctl: there is no user 'alice' in '{file}'\n")


def test_APasswordIsAskedForWithoutEcho(folder):
    file = str(folder / "users")
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(paths.WINRMCTL, ["winrmctl", "user", "add", "alice", "--file", file])
    said = b""
    for prompt in (b"Password for alice: ", b"Again: "):
        while not said.endswith(prompt):
            said += os.read(terminal, 100)
        os.write(terminal, b"top secret\n")
    _, status = os.waitpid(pid, 0)
    assert status == 0
    assert b"top secret" not in said
    assert winrmctl("list", "--file", file).stdout == "alice\t-\n"


def test_WithoutATerminalThereIsAClearError(folder):
    done = subprocess.run(["setsid", "-w", paths.WINRMCTL, "user", "add", "a", "--file", str(folder / "users")],
                          capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert done.returncode == 1
    assert "use --password-stdin" in done.stderr


@pytest.fixture
def service():
    with scratch_folder() as name:
        with Service(name, {"alice": "secret"}, [settings.application(settings.cmd_plugin())]) as running:
            yield running


def rewrite(service, text, mode=0o600):
    """As an editor does: a new file under the old name."""
    users = service.folder / "users"
    owner = users.stat()
    fresh = service.folder / "users.new"
    fresh.write_text(text)
    os.chmod(fresh, mode)
    os.chown(fresh, owner.st_uid, owner.st_gid)
    fresh.rename(users)


def test_AChangedFileCountsFromTheNextLogInOn(service):
    assert log_in(service.url, "alice", "secret") == 200
    assert log_in(service.url, "bob", "geheim") == 401
    rewrite(service, settings.user_file({"alice": "changed", "bob": "geheim"}))
    assert log_in(service.url, "bob", "geheim") == 200
    assert log_in(service.url, "alice", "secret") == 401
    assert log_in(service.url, "alice", "changed") == 200


@pytest.mark.parametrize("text, mode", [("alice\n", 0o600), (settings.user_file({"alice": "secret"}), 0o644)])
def test_AFileThatCannotBeBelievedLetsNobodyIn(service, text, mode):
    assert log_in(service.url, "alice", "secret") == 200
    rewrite(service, text, mode)
    assert log_in(service.url, "alice", "secret") == 503
    assert service.log("user_file_unusable")
    rewrite(service, settings.user_file({"alice": "secret"}))
    assert log_in(service.url, "alice", "secret") == 200


@pytest.mark.parametrize("name", ["alice", "HOST\\alice", ".\\alice", "alice@example.org"])
def test_UserForms(service, name):
    assert log_in(service.url, name, "secret") == 200


def test_WrongPasswordAndUnknownUserTakeTheSameTime(service):
    def seconds(user, password):
        begin = time.monotonic()
        assert log_in(service.url, user, password) == 401
        return time.monotonic() - begin

    for user in ("alice", "nobody"):
        assert 0.38 < seconds(user, "wrong") < 2


def test_PasswordsAreInNoLog(service):
    log_in(service.url, "alice", "hunter2-wrong")
    log_in(service.url, "alice", "secret")
    text = service.log_file.read_text() + service.audit_file.read_text()
    assert "hunter2-wrong" not in text
    assert '"secret"' not in text
