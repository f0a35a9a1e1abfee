"""System accounts beyond the password: what is the same however a log-in fails, and what holds for every scheme."""

import os
import statistics
import subprocess
import time

import pytest

import envelope as e
import login_stand
import settings
from accounts import SERVICE as CHILDREN
from accounts import needs_root, temporary_accounts
from paths import WINRMD
from service import scratch_folder
from system_accounts import SERVICE as PAM_SERVICE
from system_accounts import needs_pam, system_accounts
from test_login_certificate import CertificateClient
from wsman import Client


@pytest.fixture(scope="module")
def people():
    with system_accounts(sound=(), shut=(), robot=()) as made:
        yield made


@pytest.fixture(scope="module")
def stand(authority, people):
    login = {"pam": True, "pam_service": PAM_SERVICE,
             "certificate": [{"issuer": authority.thumbprint, "subject": "robot", "user": people["robot"].name}]}
    with temporary_accounts():
        with login_stand.login_stand(None, authority, login=login, privileged=True, accounts=CHILDREN) as running:
            yield running


def refusal_time(stand, user, password):
    """Of one request, from an address that nobody has failed from."""
    start = time.monotonic()
    with Client(stand.url(True), user, password, ca=str(stand.authority.certificate),
                source=login_stand.fresh_source()) as client:
        assert client.ask(e.ENUMERATE, e.SHELL, e.enumerate_body()).status == 401
    return time.monotonic() - start


@needs_root
@needs_pam
@pytest.mark.root
def test_HowLongARefusalTakesDoesNotSayWhy(stand, people):
    people["shut"].lock()
    tries = [(people["sound"].name, "wrong"), ("winrmd-t-nobody", "wrong"), (people["shut"].name, people["shut"].password),
             ("root", "wrong"), ("1234", "wrong")]
    times = {user: [] for user, _ in tries}
    for _ in range(3):
        for user, password in tries:
            times[user].append(refusal_time(stand, user, password))
    medians = {user: statistics.median(values) for user, values in times.items()}
    assert max(medians.values()) - min(medians.values()) < 0.2, medians
    people["shut"].unlock()


@needs_root
@needs_pam
@pytest.mark.root
def test_ALockedAccountIsRefusedToACertificateToo(stand, authority, people):
    def status():
        with CertificateClient(stand, authority.client("robot")) as client:
            return client.ask(e.ENUMERATE, e.SHELL, e.enumerate_body()).status

    assert status() == 200
    people["robot"].lock()
    assert status() == 401
    people["robot"].unlock()
    assert status() == 200
    people["robot"].expire()
    assert status() == 401


@needs_root
@needs_pam
@pytest.mark.root
def test_NoProcessIsLeftBehind(stand, people):
    refusal_time(stand, people["sound"].name, "wrong")
    end = time.monotonic() + 5
    while (left := subprocess.run(["pgrep", "-x", "winrmd-pam"], capture_output=True, check=False).stdout):
        assert time.monotonic() < end, left
        time.sleep(0.05)


def test_WithoutRootItIsAnErrorAtStart():
    with scratch_folder() as folder:
        config = folder / "winrmd.toml"
        config.write_text(settings.listener(0) + settings.application(settings.cmd_plugin()) +
                          settings.table("[login]", {"pam": True}))
        folder.chmod(0o755)
        config.chmod(0o644)
        done = subprocess.run([WINRMD, "--check-config", "--config", config], capture_output=True, text=True, check=False,
                              **({"user": "nobody"} if os.geteuid() == 0 else {}))
    assert done.returncode == 1
    assert "login.pam: passwords of system accounts can be checked by a service started as root only" in done.stderr
