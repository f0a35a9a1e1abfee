"""Client certificates: which one is whom, and which are nobody's."""

import ssl

import pytest

import envelope as e
import login_stand
from login_stand import USERS
from pki import throw_away_authority
from wsman import Client

MUTUAL = "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"


@pytest.fixture(scope="module")
def stand(authority):
    rules = [{"issuer": authority.thumbprint, "subject": "*@winrmd.test", "user": "alice"},
             {"issuer": authority.thumbprint, "subject": "robot-?", "uri": "urn:robots:*", "user": "bob"},
             {"issuer": authority.thumbprint, "subject": "off@winrmd.example", "user": "alice", "enabled": False},
             {"issuer": authority.thumbprint, "subject": "by name only", "user": "alice"},
             {"issuer": "0" * 40, "subject": "*", "user": "alice"}]
    with login_stand.login_stand(None, authority, login={"certificate": rules}) as running:
        yield running


class CertificateClient(Client):
    """Shows a certificate; `header`: says so in the request, as most clients do."""

    def __init__(self, stand, pair, *, header=True, **rest):
        super().__init__(stand.url(True), source=login_stand.fresh_source(), ca=str(stand.authority.certificate), **rest)
        self.context = ssl.create_default_context(cafile=str(stand.authority.certificate))
        if pair:
            self.context.load_cert_chain(*map(str, pair))
        self.extra = {"Authorization": MUTUAL} if header else {}

    def tls(self):
        return self.context

    def post(self, text, *, headers=(), **rest):
        return super().post(text, headers={**self.extra, **dict(headers)}, **rest)


def status(stand, pair, **rest):
    """Of one request; None when TLS itself refuses the certificate."""
    try:
        with CertificateClient(stand, pair, **rest) as client:
            return client.ask(e.ENUMERATE, e.SHELL, e.enumerate_body()).status
    except (ssl.SSLError, ConnectionError):
        return None


def user_of_last(stand):
    return stand.service.audit(message="login", verdict="allowed")[-1]["user"]


@pytest.mark.parametrize("header", [True, False], ids=["said so", "not said"])
def test_TheUpnIsMapped(stand, authority, header):
    assert status(stand, authority.client("whoever", upn="carol@winrmd.test"), header=header) == 200
    assert "alice" in user_of_last(stand)


def test_TheNameAndAUriAreMapped(stand, authority):
    assert status(stand, authority.client("robot-1", names=["URI:urn:robots:7"])) == 200
    assert "bob" in user_of_last(stand)


def test_TheNameOfACertificateWithoutOthers(stand, authority):
    assert status(stand, authority.client("by name only")) == 200


@pytest.mark.parametrize("name, upn, names", [
    ("stranger", None, []), ("stranger", "carol@elsewhere.test", []), ("robot-12", None, ["URI:urn:robots:7"]),
    ("robot-1", None, ["URI:urn:humans:7"]), ("robot-1", None, []), ("off", "off@winrmd.example", []),
    ("alice", None, []), ("carol@winrmd.test.evil", None, []), ("x", "carol@winrmd.test.evil", [])])
def test_ACertificateOfNobody(stand, authority, name, upn, names):
    assert status(stand, authority.client(name, upn=upn, names=names)) == 401


def test_TheNameDoesNotCountWhereThereIsAUpn(stand, authority):
    assert status(stand, authority.client("by name only", upn="carol@elsewhere.test")) == 401


def test_AnExpiredCertificate(stand, authority):
    assert status(stand, authority.client("whoever", upn="carol@winrmd.test", days=-1)) in (None, 401)


def test_ACertificateOfAnotherAuthority(stand):
    with throw_away_authority("Throw-away CA") as forged:
        assert status(stand, forged.client("whoever", upn="carol@winrmd.test")) in (None, 401)


def test_ACertificateForServers(stand, authority):
    assert status(stand, authority.issue("whoever", "otherName:1.3.6.1.4.1.311.20.2.3;UTF8:carol@winrmd.test",
                                         usage="serverAuth")) in (None, 401)


def test_WithoutACertificate(stand):
    assert status(stand, None) == 401
    assert status(stand, None, header=False) == 401


def test_PasswordsStillWorkWhereCertificatesDo(stand):
    with Client(stand.url(True), "alice", USERS["alice"], ca=str(stand.authority.certificate)) as client:
        assert client.enumerate().status == 200


def test_CertificatesCountOverTlsOnly(stand):
    with Client(stand.url()) as client:
        reply = client.post(e.envelope(e.ENUMERATE, e.SHELL, e.enumerate_body()), headers={"Authorization": MUTUAL})
        assert reply.status == 401


def test_AShellOverACertificate(stand, authority):
    with CertificateClient(stand, authority.client("whoever", upn="carol@winrmd.test")) as client:
        shell = client.create()
        assert shell.run("echo", ["certified"]) == (b"certified\n", b"", 0)
        shell.delete()


def test_AListenerWithoutCertificates(authority):
    with login_stand.login_stand(None, authority, https={"certificates": False}) as stand:
        assert status(stand, authority.client("whoever", upn="carol@winrmd.test")) == 401
