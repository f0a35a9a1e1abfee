"""Temporary accounts for the tests that need root: the service's own, and two for users."""

import contextlib
import os
import pwd
import subprocess

import pytest

SERVICE = {"net": "_winrmd", "auth": "_winrmd-auth", "authorization": "_winrmd-authz", "service": "_winrmd-svc"}
FIRST, SECOND, THIRD = "winrmd-test-a", "winrmd-test-b", "winrmd-test-c"

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: starts processes under several accounts")


def uid(account):
    return pwd.getpwnam(account).pw_uid


@contextlib.contextmanager
def temporary_accounts():
    """Makes the accounts that are missing, and removes exactly those afterwards."""
    made = []
    try:
        for name in (*SERVICE.values(), FIRST, SECOND, THIRD):
            try:
                pwd.getpwnam(name)
            except KeyError:
                subprocess.run(["useradd", "--system", "--no-create-home", "--home-dir", "/", "--shell", "/bin/sh",
                                "--user-group", name], check=True, capture_output=True)
                made.append(name)
        yield
    finally:
        for name in made:
            subprocess.run(["userdel", name], check=False, capture_output=True)


def status(pid):
    """The fields of /proc/PID/status."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)


def uids(pid):
    """Real, effective, saved and file-system uid."""
    return {int(word) for word in status(pid)["Uid"].split()}
