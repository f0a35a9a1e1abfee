"""CredSSP: a TLS session in the headers, a log-in inside, the password handed over; and everything that may be forged."""

import ssl

import pytest

import envelope as e
import gss
import login_stand
from credssp import CredSspClient, password_credentials
from login_stand import USERS
from realm import PASSWORD, REALM, needs_kdc
from sealed import LoginRefused, content_type

pytestmark = [needs_kdc, gss.needs_ntlm]


@pytest.fixture(scope="module")
def stand(realm, authority):
    with login_stand.login_stand(realm, authority, listener={"credssp": True}) as running:
        yield running


def connect(stand, user="alice", password=None, *, tls=False, spnego=True, initiator=None, **rest):
    password = USERS.get(user, "") if password is None else password
    if tls:
        rest.setdefault("seal", False)
        rest.setdefault("ca", str(stand.authority.certificate))
    rest.setdefault("source", login_stand.fresh_source())
    return CredSspClient(stand.url(tls), initiator or gss.ntlm(user, password, spnego=spnego), user, password, **rest)


@pytest.mark.parametrize("tls, seal", [(False, True), (True, False), (True, True)],
                         ids=["sealed", "TLS", "sealed and TLS"])
@pytest.mark.parametrize("spnego", [True, False], ids=["SPNEGO", "raw"])
def test_ALogIn(stand, tls, seal, spnego):
    with connect(stand, tls=tls, seal=seal, spnego=spnego) as client:
        reply = client.log_in()
        assert (reply.status, reply.body) == (200, b"")
        shell = client.create()
        assert shell.run("echo", ["hello"]) == (b"hello\n", b"", 0)
        shell.delete()


@pytest.mark.parametrize("version", [2, 3, 4, 5, 6])
def test_EachVersion(stand, version):
    with connect(stand, version=version) as client:
        client.log_in()
        assert client.enumerate().status == 200


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_TlsVersionsOfTheClient(stand, version):
    if version == ssl.TLSVersion.TLSv1_3:
        minimum = ssl.TLSVersion.TLSv1_2  # a client of today: both on offer
    else:
        minimum = version
    with connect(stand, tls_versions=(minimum, version)) as client:
        client.log_in()
        assert client.enumerate().status == 200


def test_KerberosInside(stand, realm):
    cache = realm.tickets("alice", f"HTTP/localhost@{REALM}")
    initiator = gss.kerberos(realm, cache, spnego=True)
    with connect(stand, "alice", PASSWORD, initiator=initiator) as client:
        client.log_in()
        assert client.enumerate().status == 200


def test_BigMessagesGoInParts(stand):
    with connect(stand, timeout=60) as client:
        client.log_in()
        shell = client.create()
        command = shell.command("cat")
        data = bytes(range(256)) * 400
        shell.send(command, data, end=True)
        assert shell.collect(command) == (data, b"", 0)
        shell.delete()


def test_ItIsOffWithoutBeingAskedFor(realm, authority):
    with login_stand.login_stand(realm, authority) as stand:
        with pytest.raises(LoginRefused), connect(stand) as client:
            client.log_in()


def refusal(client):
    with client, pytest.raises(LoginRefused) as raised:
        client.log_in()
    reply = raised.value.reply
    assert reply.status in (400, 401, 431) and not reply.body
    return reply


def told(reply):
    """All but the date, and what is in the token: that is sealed."""
    headers = {name: values for name, values in reply.headers.items() if name not in ("date", "www-authenticate")}
    return reply.status, headers, reply.body, [value.split(" ")[0] for value in reply.headers["www-authenticate"]]


def test_WrongPasswordAndUnknownUserAreToldTheSame(stand):
    wrong = refusal(connect(stand, "alice", "not-the-password"))
    unknown = refusal(connect(stand, "nobody-knows-me", "not-the-password"))
    assert told(wrong) == told(unknown)


def test_TheCredentialsAreThoseOfTheLogIn(stand):
    """Who proves to be bob inside does not become alice with the password that comes after."""
    with connect(stand, "bob", spoil={"credentials": lambda _: password_credentials("", "alice", USERS["alice"])}) as client:
        try:
            client.log_in()
        except LoginRefused:
            return
        client.enumerate()
    assert "bob" in stand.service.audit(message="login", verdict="allowed")[-1]["user"].lower()


@pytest.mark.parametrize("spoil", [
    {"public_key": lambda value: bytes([value[0] ^ 1]) + value[1:]},
    {"public_key": lambda value: b"x"},
    {"public_key": lambda value: value[:-1]},
    {"credentials": lambda value: b"x"},
    {"credentials": lambda value: value[:-1]},
    {"credentials": lambda value: b"\x30\x84\xff\xff\xff\xff" + value},
    {"credentials": lambda value: password_credentials("", "alice", "x", kind=2)},
    {"credentials": lambda value: password_credentials("", "alice", "x", kind=6)},
    {"request": lambda value: value[:-1]},
    {"request": lambda value: b"\x30\x03\xa0\x01"},
    {"request": lambda value: b"\x30\x80" + value},
    {"request": lambda value: bytes(70000)},
], ids=lambda spoil: next(iter(spoil)))
def test_WhatIsForged(stand, spoil):
    for version in (4, 6):
        refusal(connect(stand, version=version, spoil=spoil))


@pytest.mark.parametrize("version", [0, 1, 2 ** 31])
def test_VersionsThatAreNone(stand, version):
    refusal(connect(stand, version=version))


def test_WhatIsNoTls(stand):
    for token in (b"GET / HTTP/1.0\r\n\r\n", bytes(5), b"\x16\x03\x01\xff\xff", b"\x16\x03\x01\x00\x05hello"):
        with connect(stand) as client:
            reply = client.leg(token)
            assert reply.status in (400, 401) and not reply.body
    with connect(stand) as client:
        client.log_in()
        assert client.enumerate().status == 200


def test_AFlippedBitInASealedMessage(stand):
    question = e.envelope(e.ENUMERATE, e.SHELL, e.enumerate_body()).encode()
    for at in (-30, -200):
        with connect(stand) as client:
            client.log_in()
            message = bytearray(client.wrap(question))
            message[at] ^= 1
            reply = client.post_raw(bytes(message))
            assert (reply.status, reply.body) == (400, b"") and client._connection is None


def test_AMessageSentTwice(stand):
    with connect(stand) as client:
        client.log_in()
        message = client.wrap(e.envelope(e.ENUMERATE, e.SHELL, e.enumerate_body()).encode())
        assert client.unwrap(client.post_raw(message)).status == 200
        assert client.post_raw(message).status == 400


def test_AWrongLength(stand):
    with connect(stand) as client:
        client.log_in()
        message = client.wrap(e.envelope(e.ENUMERATE, e.SHELL, e.enumerate_body()).encode())
        at = message.index(b";Length=") + 8
        digits = message[at:message.index(b"\r", at)]
        reply = client.post_raw(message.replace(b"Length=" + digits, b"Length=" + str(int(digits) + 1).encode(), 1))
        assert (reply.status, reply.body) == (400, b"")


def test_TheProtocolOfAnotherFamily(stand):
    with connect(stand) as client:
        client.log_in()
        client.protocol = "application/HTTP-SPNEGO-session-encrypted"
        reply = client.post_raw(client.wrap(e.identify().encode()), kind=content_type(client.protocol))
        assert (reply.status, reply.body) == (400, b"")


def test_NoSecretIsWrittenAnywhere(stand):
    with connect(stand) as client:
        client.log_in()
        client.enumerate()
    text = stand.service.log_file.read_text() + stand.service.audit_file.read_text()
    assert USERS["alice"] not in text and PASSWORD not in text
