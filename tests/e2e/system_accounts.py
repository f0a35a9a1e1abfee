"""Real accounts of this system, with passwords, and a PAM service to check them; all removed afterwards. Needs root."""

import contextlib
import os
import pathlib
import secrets
import subprocess

import pytest

needs_pam = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: makes system accounts")

SERVICE = "winrmd-test"
_RULES = """auth required pam_unix.so
account required pam_unix.so
session required pam_unix.so
"""


class Account:
    def __init__(self, name, *, groups=()):
        self.name = name
        self.password = secrets.token_urlsafe(12)
        run("useradd", "--no-create-home", "--home-dir", "/", "--shell", "/bin/sh", "--user-group", name)
        for group in groups:
            run("usermod", "--append", "--groups", group, name)
        self.set_password(self.password)

    def set_password(self, password):
        self.password = password
        # The cheapest hash: these tests are not about its cost.
        run("chpasswd", "-c", "SHA512", "-s", "1000", text=f"{self.name}:{password}\n")

    def lock(self):
        run("usermod", "--lock", self.name)

    def unlock(self):
        run("usermod", "--unlock", self.name)

    def expire(self):
        run("chage", "--expiredate", "2020-01-01", self.name)

    def expire_password(self):
        run("chage", "--lastday", "2020-01-01", "--maxdays", "10", "--inactive", "5", self.name)

    def must_change(self):
        run("chage", "--lastday", "0", self.name)


def run(*command, text=None):
    subprocess.run(command, input=text, text=True, check=True, capture_output=True)


@contextlib.contextmanager
def system_accounts(**names):
    """Yields key → Account, named winrmd-t-NAME; each value is the account's supplementary groups."""
    rules = pathlib.Path("/etc/pam.d") / SERVICE
    with contextlib.ExitStack() as stack:
        rules.write_text(_RULES)
        stack.callback(rules.unlink)
        made = {}
        for key, groups in names.items():
            name = f"winrmd-t-{key}"
            subprocess.run(["userdel", name], check=False, capture_output=True)  # of a run that was killed
            stack.callback(subprocess.run, ["userdel", name], check=False, capture_output=True)
            made[key] = Account(name, groups=groups)
        yield made
