"""Debian's pywinrm, unmodified, with every scheme it has; test_pywinrm.py has what it does once it is in."""

import warnings

import pytest

import gss
import login_stand
from login_stand import USERS
from realm import REALM, needs_faketime, needs_kdc

winrm = pytest.importorskip("winrm", reason="python3-winrm is not installed")
from winrm.exceptions import InvalidCredentialsError, WinRMError, WinRMTransportError  # noqa: E402
from winrm.protocol import Protocol  # noqa: E402
from requests_kerberos.exceptions import KerberosExchangeError  # noqa: E402

# Python's NTLM needs MD4, which OpenSSL has in its legacy provider only; this library of Debian's loads it.
pytest.importorskip("cryptography.hazmat.bindings.openssl.binding").Binding()

pytestmark = [needs_kdc, gss.needs_ntlm]


@pytest.fixture(scope="module")
def stand(realm, authority):
    rules = [{"issuer": authority.thumbprint, "subject": "*@winrmd.test", "user": "alice"}]
    with login_stand.login_stand(realm, authority, login={"certificate": rules}) as running:
        yield running


@pytest.fixture
def in_realm(realm):
    """For the Kerberos library in this process."""
    def enter(cache):
        return gss.variables(KRB5_CONFIG=realm.config, KRB5CCNAME=f"FILE:{cache}")
    return enter


def connect(stand, transport, *, tls=False, user="alice", password=None, **rest):
    if tls:
        rest.setdefault("ca_trust_path", str(stand.authority.certificate))
    endpoint = stand.url(tls).replace("127.0.0.1", "localhost")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Protocol(endpoint, transport=transport, username=user,
                        password=USERS.get(user, "") if password is None else password, **rest)


def works(protocol):
    shell = protocol.open_shell()
    command = protocol.run_command(shell, "echo", ["hello"])
    assert protocol.get_command_output(shell, command) == (b"hello\n", b"", 0)
    protocol.cleanup_command(shell, command)
    command = protocol.run_command(shell, "head -c 400000 /dev/zero")
    assert len(protocol.get_command_output(shell, command)[0]) == 400000
    protocol.cleanup_command(shell, command)
    protocol.close_shell(shell)
    return True


def test_Basic(stand):
    assert works(connect(stand, "ssl", tls=True))
    assert works(connect(stand, "basic", tls=True))
    with pytest.raises(InvalidCredentialsError):
        connect(stand, "basic", tls=True, password="wrong").open_shell()
    with pytest.raises(InvalidCredentialsError):
        connect(stand, "plaintext").open_shell()


@pytest.mark.parametrize("encryption", ["auto", "always"])
@pytest.mark.parametrize("tls", [False, True], ids=["HTTP", "TLS"])
def test_Ntlm(stand, tls, encryption):
    assert works(connect(stand, "ntlm", tls=tls, message_encryption=encryption))


@pytest.mark.parametrize("user", ["alice", "WINRMD\\alice", "carol"])
def test_NtlmUserForms(stand, user):
    assert works(connect(stand, "ntlm", user=user, password=USERS[user.rsplit("\\", 1)[-1]]))


def test_NtlmRefused(stand):
    for user in ("alice", "nobody-knows-me"):
        for tls in (False, True):
            with pytest.raises(InvalidCredentialsError):
                connect(stand, "ntlm", user=user, password="wrong", tls=tls).open_shell()


def test_NtlmInClearIsNotServed(stand):
    with pytest.raises((WinRMTransportError, WinRMError)) as raised:
        connect(stand, "ntlm", message_encryption="never").open_shell()
    assert "500" in str(raised.value)


def test_Kerberos(stand, realm, in_realm):
    with in_realm(realm.tickets("alice")):
        assert works(connect(stand, "kerberos", tls=True, user=f"alice@{REALM}", password=None))


def test_KerberosInClear(stand, realm, authority, in_realm):
    """Debian's python3-kerberos cannot seal: nothing is served in clear unless that is allowed."""
    with in_realm(realm.tickets("alice")):
        with pytest.raises(WinRMTransportError) as raised:
            connect(stand, "kerberos").open_shell()
        assert raised.value.code == 500
        with login_stand.login_stand(realm, authority, listener={"allow_unencrypted": True}) as other:
            assert works(connect(other, "kerberos"))


@pytest.mark.parametrize("service", ["WSMAN", "host"])
def test_KerberosServices(stand, realm, in_realm, service):
    with in_realm(realm.tickets("alice")):
        assert works(connect(stand, "kerberos", tls=True, service=service))


@needs_faketime
def test_KerberosWithAnExpiredTicket(stand, realm, in_realm):
    with in_realm(realm.expired_tickets("alice")), pytest.raises(InvalidCredentialsError):
        connect(stand, "kerberos", tls=True).open_shell()


def test_KerberosWithoutATicket(stand, in_realm, tmp_path):
    with in_realm(tmp_path / "none"), pytest.raises(KerberosExchangeError):
        connect(stand, "kerberos", tls=True).open_shell()


def test_Certificate(stand, authority):
    certificate, key = authority.client("whoever", upn="carol@winrmd.test")
    pair = {"cert_pem": str(certificate), "cert_key_pem": str(key)}
    assert works(connect(stand, "certificate", tls=True, **pair))
    certificate, key = authority.client("whoever", upn="carol@elsewhere.test")
    with pytest.raises(InvalidCredentialsError):
        connect(stand, "certificate", tls=True, cert_pem=str(certificate), cert_key_pem=str(key)).open_shell()
