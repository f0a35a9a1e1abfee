"""Accounts of the system: real ones, with real PAM, in a service started as root."""

import time

import pytest

import envelope as e
import login_stand
from accounts import SERVICE as CHILDREN
from accounts import needs_root, temporary_accounts
from system_accounts import SERVICE as PAM_SERVICE
from system_accounts import needs_pam, system_accounts
from wsman import Client

pytestmark = [needs_root, needs_pam, pytest.mark.root]


@pytest.fixture(scope="module")
def people():
    with system_accounts(plain=(), locked=(), expired=(), late=(), change=(), staff=("users",), denied=("users",)) as made:
        yield made


@pytest.fixture(scope="module")
def stand(authority, people):
    login = {"pam": True, "pam_service": PAM_SERVICE, "deny_users": [people["denied"].name]}
    with temporary_accounts():
        with login_stand.login_stand(None, authority, login=login, privileged=True, accounts=CHILDREN) as running:
            yield running


def status(stand, user, password, **rest):
    rest.setdefault("source", login_stand.fresh_source())
    with Client(stand.url(True), user, password, ca=str(stand.authority.certificate), **rest) as client:
        return client.ask(e.ENUMERATE, e.SHELL, e.enumerate_body()).status


def test_ASystemAccountRunsItsCommandsAsItself(stand, people):
    account = people["plain"]
    with Client(stand.url(True), account.name, account.password, ca=str(stand.authority.certificate)) as client:
        shell = client.create()
        out, _, code = shell.run("id -un; id -Gn")
        shell.delete()
    assert (out.decode().split(), code) == ([account.name, account.name], 0)


def test_ItsGroupsAreItsOwn(stand, people):
    account = people["staff"]
    with Client(stand.url(True), account.name, account.password, ca=str(stand.authority.certificate)) as client:
        shell = client.create()
        out, _, _ = shell.run("id -Gn")
        shell.delete()
    assert set(out.decode().split()) == {account.name, "users"}


def test_AWrongPassword(stand, people):
    assert status(stand, people["plain"].name, "wrong") == 401
    assert status(stand, people["plain"].name, "") == 401
    assert status(stand, people["plain"].name, people["staff"].password) == 401


def test_AnUnknownUser(stand):
    assert status(stand, "winrmd-t-nobody", "whatever") == 401


def test_RootIsNotLetInUnlessNamed(stand):
    """Whatever its password is here: even where it has none."""
    for password in ("", "root", "toor"):
        assert status(stand, "root", password) == 401


def test_AnAccountThatIsDenied(stand, people):
    assert status(stand, people["denied"].name, people["denied"].password) == 401


def test_AnExpiredAccount(stand, people):
    account = people["expired"]
    assert status(stand, account.name, account.password) == 200
    account.expire()
    assert eventually_refused(stand, account)


def test_ALockedAccount(stand, people):
    account = people["locked"]
    assert status(stand, account.name, account.password) == 200
    account.lock()
    assert eventually_refused(stand, account)
    account.unlock()
    assert status(stand, account.name, account.password) == 200


def test_AnExpiredPassword(stand, people):
    people["late"].expire_password()
    assert status(stand, people["late"].name, people["late"].password) == 401


def test_APasswordThatMustBeChanged(stand, people):
    people["change"].must_change()
    assert status(stand, people["change"].name, people["change"].password) == 401


def test_AChangedPassword(stand, people):
    account = people["plain"]
    old = account.password
    assert status(stand, account.name, old) == 200
    account.set_password("another-" + old)
    assert eventually_refused(stand, account, old)
    assert status(stand, account.name, account.password) == 200


def eventually_refused(stand, account, password=None):
    """At once, or when what is remembered of a log-in has gone."""
    end = time.monotonic() + 15
    while status(stand, account.name, password or account.password) != 401:
        if time.monotonic() > end:
            return False
        time.sleep(0.5)
    return True


def test_PasswordsAreInNoLog(stand, people):
    status(stand, people["staff"].name, people["staff"].password)
    text = stand.service.log_file.read_text() + stand.service.audit_file.read_text()
    for account in people.values():
        assert account.password not in text


def test_AGroupIsLetInAndNobodyElse(authority, people):
    login = {"pam": True, "pam_service": PAM_SERVICE, "allow_groups": ["users"],
             "deny_users": [people["denied"].name]}
    with temporary_accounts():
        with login_stand.login_stand(None, authority, login=login, privileged=True, accounts=CHILDREN) as stand:
            assert status(stand, people["staff"].name, people["staff"].password) == 200
            assert status(stand, people["plain"].name, people["plain"].password) == 401
            assert status(stand, people["denied"].name, people["denied"].password) == 401
