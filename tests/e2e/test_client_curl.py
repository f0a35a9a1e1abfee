"""curl, unmodified: it never seals, so what it says in clear must be allowed, or go over TLS."""

import shutil
import subprocess

import pytest

import envelope as e
import gss
import login_stand
from login_stand import USERS
from realm import REALM, needs_kdc
from test_login_certificate import MUTUAL

pytestmark = [pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl"), needs_kdc, gss.needs_ntlm]

QUESTION = e.envelope(e.ENUMERATE, e.SHELL, e.enumerate_body())


@pytest.fixture(scope="module")
def stand(realm, authority):
    rules = [{"issuer": authority.thumbprint, "subject": "*@winrmd.test", "user": "alice"}]
    with login_stand.login_stand(realm, authority, login={"certificate": rules}) as running:
        yield running


def curl(stand, *options, cache=None, tls=True, environment=None):
    """(status, body); a status of 0 means that there was no answer."""
    variables = {**stand.realm.environment(cache or "/nonexistent"), **(environment or {})}
    done = subprocess.run(["curl", "-s", "-o", "-", "-w", "\n%{http_code}", "--cacert", stand.authority.certificate,
                           "-H", "Content-Type: application/soap+xml;charset=UTF-8", "--data-binary", "@-", *options,
                           stand.url(tls).replace("127.0.0.1", "localhost")],
                          input=QUESTION, text=True, capture_output=True, check=False, env=variables, timeout=30)
    body, status = done.stdout.rsplit("\n", 1)
    return int(status), body


@pytest.fixture(scope="module")
def tickets(realm):
    return realm.tickets("alice", f"HTTP/localhost@{REALM}")


@pytest.fixture
def ntlm_user(tmp_path):
    def file(password):
        path = tmp_path / "ntlm-user"
        path.write_text(f"WINRMD:alice:{password}\n")
        return {"NTLM_USER_FILE": str(path)}
    return file


def served(answer):
    status, body = answer
    return status == 200 and "EnumerateResponse" in body


def test_Basic(stand):
    assert served(curl(stand, "--user", f"alice:{USERS['alice']}"))
    assert served(curl(stand, "--basic", "--user", f"ünïcode:{USERS['ünïcode']}"))
    assert curl(stand, "--user", "alice:wrong") == (401, "")
    assert curl(stand, "--user", "nobody:wrong") == (401, "")
    assert curl(stand, "--user", f"alice:{USERS['alice']}", tls=False) == (401, "")


def test_NegotiateWithKerberos(stand, tickets):
    assert served(curl(stand, "--negotiate", "--user", ":", cache=tickets))
    assert curl(stand, "--negotiate", "--user", ":")[0] == 401


def test_NegotiateWithNtlm(stand, ntlm_user):
    assert served(curl(stand, "--negotiate", "--user", ":", environment=ntlm_user(USERS["alice"])))
    assert curl(stand, "--negotiate", "--user", ":", environment=ntlm_user("wrong"))[0] == 401


def test_TheSchemeNtlmIsNone(stand):
    """WinRM has NTLM under the name Negotiate only; curl's --ntlm finds nothing that it knows."""
    assert curl(stand, "--ntlm", "--user", f"alice:{USERS['alice']}")[0] == 401


def test_Certificate(stand, authority):
    certificate, key = authority.client("whoever", upn="carol@winrmd.test")
    shown = ["--cert", str(certificate), "--key", str(key)]
    assert served(curl(stand, *shown))
    assert served(curl(stand, *shown, "-H", f"Authorization: {MUTUAL}"))
    certificate, key = authority.client("whoever", upn="carol@elsewhere.test")
    assert curl(stand, "--cert", str(certificate), "--key", str(key)) == (401, "")


def test_InClearItIsNotServed(stand, tickets):
    assert curl(stand, "--negotiate", "--user", ":", cache=tickets, tls=False) == (500, "")


def test_InClearWhereThatIsAllowed(realm, authority, tickets):
    with login_stand.login_stand(realm, authority, listener={"allow_unencrypted": True, "basic": True}) as stand:
        assert served(curl(stand, "--negotiate", "--user", ":", cache=tickets, tls=False))
        assert served(curl(stand, "--user", f"alice:{USERS['alice']}", tls=False))
