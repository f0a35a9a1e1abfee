"""Negotiate and Kerberos with a real KDC and with gss-ntlmssp: who gets in, in which form, and what is answered then."""

import base64
import contextlib
import subprocess
import sys

import pytest

import envelope as e
import gss
import login_stand
from login_stand import DOMAIN, USERS
from rawhttp import Raw, request
from realm import FOREIGN, PASSWORD, REALM, REKEYED, needs_faketime, needs_kdc, shifted
from sealed import PROTOCOL, LoginRefused, SealedClient, content_type
from wsman import Client

pytestmark = [needs_kdc, gss.needs_ntlm]

HTTP_SERVICE = f"HTTP/localhost@{REALM}"


@pytest.fixture(scope="module")
def stand(realm, authority):
    with login_stand.login_stand(realm, authority) as running:
        yield running


@pytest.fixture(scope="module")
def tickets(realm):
    """alice's."""
    return realm.tickets("alice", HTTP_SERVICE)


WAYS = ["ntlm", "ntlm in SPNEGO", "krb5", "krb5 in SPNEGO", "Kerberos"]


@pytest.fixture(params=WAYS)
def way(request):
    return request.param


@pytest.fixture
def connect(stand, tickets, way):
    def make(**rest):
        if way.startswith("ntlm"):
            return stand.ntlm(spnego="SPNEGO" in way, **rest)
        scheme = "Kerberos" if way == "Kerberos" else "Negotiate"
        return stand.kerberos(tickets, spnego="SPNEGO" in way, scheme=scheme, **rest)
    return make


def echo(client, text="hello"):
    shell = client.create()
    try:
        return shell.run("echo", [text])
    finally:
        shell.delete()


@pytest.mark.parametrize("tls, seal", [(False, True), (True, False), (True, True)],
                         ids=["sealed", "TLS", "sealed and TLS"])
def test_ALogIn(connect, tls, seal):
    with connect(tls=tls, seal=seal) as client:
        client.log_in()
        assert echo(client) == (b"hello\n", b"", 0)


def test_TheLastReplyHasTheFinalTokenAndNothingElse(connect, way):
    with connect() as client:
        reply = client.log_in()
        assert (reply.status, reply.body) == (200, b"")
        assert (client.token_of(reply) is None) == (way == "ntlm")


def test_TheRequestMayComeWithTheLastToken(connect, way):
    """Over TLS, in clear; Windows does so over HTTP, too, sealed."""
    with connect(tls=True) as client:
        token = client.initiator.step()
        if way.startswith("ntlm"):
            token = client.initiator.step(client.token_of(client.leg(token)))
        reply = client.leg(token, e.envelope(e.ENUMERATE, e.SHELL, e.enumerate_body()).encode(),
                           {"Content-Type": "application/soap+xml;charset=UTF-8"})
        assert reply.status == 200 and reply.find(e.ENUMERATION, "EnumerateResponse") is not None


def test_TheSealedRequestMayComeWithTheLastToken(stand):
    with stand.ntlm() as client:
        answer = client.token_of(client.leg(client.initiator.step()))
        token = client.initiator.step(answer)
        body = client.wrap(e.envelope(e.ENUMERATE, e.SHELL, e.enumerate_body()).encode())
        reply = client.unwrap(client.leg(token, body, {"Content-Type": content_type(client.protocol)}))
        assert reply.status == 200 and reply.find(e.ENUMERATION, "EnumerateResponse") is not None


def test_ABodyWithAnEarlierTokenIsNotActedOn(stand):
    """One Go library sends the whole request with each leg."""
    body = e.envelope(e.CREATE, e.CMD, e.shell_body()).encode()
    kind = {"Content-Type": "application/soap+xml;charset=UTF-8"}
    with stand.ntlm(tls=True) as client:
        reply = client.leg(client.initiator.step(), body, kind)
        assert reply.status == 401 and not reply.body
        reply = client.leg(client.initiator.step(client.token_of(reply)), body, kind)
        assert reply.status == 200
        mine = reply.text(e.SHELL, "ShellId")
        client.initiator = gss.ntlm("alice", USERS["alice"])
        client.log_in()
        assert client.shell_ids().count(mine) == 1
        client.delete_shell(mine)
        assert client.shell_ids() == []


def test_TheAuditNamesUserAndMechanism(stand, connect, way):
    with connect() as client:
        client.log_in()
        echo(client)
    line = stand.service.audit(message="login", verdict="allowed")[-1]
    assert line["mechanism"] in ({"Negotiate", "NTLM"} if "ntlm" in way else {"Kerberos", "Negotiate"}), line
    assert "alice" in line["user"].lower()


# Offers

def offers(url, **rest):
    with Client(url, **rest) as client:
        reply = client.post(e.envelope(e.ENUMERATE, e.SHELL, e.enumerate_body()))
        assert reply.status == 401 and not reply.body and reply.header("content-length") == "0"
        return reply.headers["www-authenticate"]


def test_WhatIsOffered(stand, authority):
    assert offers(stand.url()) == ["Negotiate", "Kerberos"]
    assert offers(stand.url(True), ca=str(authority.certificate)) == ["Negotiate", "Kerberos", 'Basic realm="WSMAN"']


def test_WithoutAKeytabKerberosIsNotOffered():
    with login_stand.login_stand(None, None) as stand:
        assert offers(stand.url()) == ["Negotiate"]
        with stand.ntlm() as client:
            client.log_in()
            assert client.enumerate().status == 200


def test_BasicInClearIsRefusedWhateverThePassword(stand):
    for password in (USERS["alice"], "wrong"):
        with Client(stand.url(), "alice", password) as client:
            reply = client.ask(e.ENUMERATE, e.SHELL, e.enumerate_body())
            assert reply.status == 401 and not any("Basic" in value for value in reply.headers["www-authenticate"])


# Unencrypted

def test_APlainBodyOnASealableConnectionIsRefused(connect):
    with connect() as client:
        client.log_in()
        client.seal = False
        reply = client.ask(e.ENUMERATE, e.SHELL, e.enumerate_body())
        assert (reply.status, reply.body) == (500, b"")


def test_AContextThatCannotSealIsRefused(stand):
    with stand.ntlm(seal=False, gss_options={"flags": gss.PLAIN}) as client:
        with contextlib.suppress(LoginRefused):
            client.log_in()
        reply = client.ask(e.ENUMERATE, e.SHELL, e.enumerate_body())
        assert reply.status in (401, 500) and not reply.body


def test_UnencryptedIsServedWhereItIsAllowed(realm, authority):
    with login_stand.login_stand(realm, authority, listener={"allow_unencrypted": True}) as stand:
        for options in ({}, {"flags": gss.PLAIN}):
            with stand.ntlm(seal=False, gss_options=options) as client:
                client.log_in()
                assert client.enumerate().status == 200
        with stand.ntlm() as client:
            client.log_in()
            assert client.enumerate().status == 200


# Who is refused

def refusal(client):
    with client, pytest.raises(LoginRefused) as raised:
        client.log_in()
    reply = raised.value.reply
    assert reply.status == 401 and not reply.body
    return reply


def told(reply):
    """All that a client sees of a refusal."""
    headers = {name: values for name, values in reply.headers.items() if name != "date"}
    return reply.status, headers, reply.body


@pytest.mark.parametrize("spnego", [False, True], ids=["raw", "SPNEGO"])
@pytest.mark.parametrize("tls", [False, True], ids=["HTTP", "TLS"])
def test_WrongPasswordAndUnknownUserAreToldTheSame(stand, spnego, tls):
    wrong = refusal(stand.ntlm("alice", "not-the-password", spnego=spnego, tls=tls))
    unknown = refusal(stand.ntlm("nobody-knows-me", "not-the-password", spnego=spnego, tls=tls))
    assert told(wrong) == told(unknown)
    assert wrong.header("connection").lower() == "close"
    assert any(value.startswith("Negotiate") for value in wrong.headers["www-authenticate"])


@pytest.mark.parametrize("name", ["alice", "ALICE", f"{DOMAIN}\\alice", "localhost\\alice", ".\\alice"])
def test_UserForms(stand, name):
    with stand.ntlm(name, USERS["alice"]) as client:
        client.log_in()
        assert client.enumerate().status == 200


def test_PasswordsOutsideAscii(stand):
    with stand.ntlm("carol", USERS["carol"]) as client:
        client.log_in()
        assert client.enumerate().status == 200
    for password in (USERS["ünïcode"], "wrong"):
        refusal(stand.ntlm("ünïcode", password))  # names are ASCII for NTLM: in no file of it


def test_AWrongServiceTicket(stand, realm):
    cache = realm.tickets("alice", f"{FOREIGN}@{REALM}")
    refusal(stand.kerberos(cache, gss_options={"target": FOREIGN.replace("/", "@")}))


def test_ATicketForAnotherKeyOfTheService(stand, realm):
    cache = realm.tickets("alice", f"{REKEYED}@{REALM}")
    refusal(stand.kerberos(cache, gss_options={"target": REKEYED.replace("/", "@")}))


@pytest.mark.parametrize("service", ["HTTP@localhost", "WSMAN@localhost", "host@localhost", "HTTP@127.0.0.1"])
def test_EachServiceNameOfTheKeytab(stand, realm, service):
    cache = realm.tickets("alice", f"{service.replace('@', '/')}@{REALM}")
    with stand.kerberos(cache, gss_options={"target": service}) as client:
        client.log_in()
        assert client.enumerate().status == 200


@needs_faketime
def test_AnExpiredTicket(stand, realm):
    refusal(stand.kerberos(realm.expired_tickets("alice")))


_TOKEN = """
import base64, gssapi, sys
name = gssapi.Name(sys.argv[1], gssapi.NameType.hostbased_service)
print(base64.b64encode(gssapi.SecurityContext(name=name, usage="initiate").step()).decode())
"""


@needs_faketime
@pytest.mark.parametrize("by", ["+10m", "-10m"])
def test_AClientWhoseClockIsWrong(stand, realm, by):
    tickets = realm.old_tickets()
    done = subprocess.run([sys.executable, "-c", _TOKEN, "HTTP@localhost"], text=True, capture_output=True, check=True,
                          env=realm.environment(tickets, **shifted(by)))
    with stand.kerberos(tickets) as client:
        reply = client.leg(base64.b64decode(done.stdout))
        assert reply.status == 401 and not reply.body
        client.seal = False
        assert client.ask(e.ENUMERATE, e.SHELL, e.enumerate_body()).status == 401


def test_AWellKnownTicketCanNotBeReplayed(stand, tickets):
    with stand.kerberos(tickets) as client, stand.kerberos(tickets) as thief:
        client.log_in()
        (token,) = client.tokens
        assert thief.leg(token).status == 401
        assert client.enumerate().status == 200


def test_AnAnswerToAnotherChallengeIsNoAnswer(stand):
    with stand.ntlm() as client, stand.ntlm() as thief:
        client.log_in()
        assert thief.leg(client.tokens[0]).status == 401
        assert thief.leg(client.tokens[1]).status == 401
        assert thief.leg(client.tokens[1]).status == 401
        thief.seal = False
        assert thief.ask(e.ENUMERATE, e.SHELL, e.enumerate_body()).status == 401


# The connection

def test_ALogInBelongsToItsConnection(stand, connect):
    with connect() as client:
        client.log_in()
        assert client.enumerate().status == 200
        with Raw("127.0.0.1", stand.service.port, source=login_stand.fresh_source()) as other:
            other.send(request(client.wrap(e.identify().encode()), content_type=content_type(client.protocol)))
            status, headers, body = other.response()
            assert status == 401 and body == b"" and "www-authenticate" in headers


def test_AnotherLogInOnTheSameConnection(stand, connect):
    with connect() as client:
        client.log_in()
        client.enumerate()
        client.initiator = gss.ntlm("bob", USERS["bob"])
        client.scheme, client.protocol = "Negotiate", PROTOCOL["Negotiate"]
        client.log_in()
        assert client.enumerate().status == 200
    assert "bob" in stand.service.audit(message="login", verdict="allowed")[-1]["user"].lower()


def test_AFailedLogInEndsTheOneBefore(stand, connect):
    with connect() as client:
        client.log_in()
        client.enumerate()
        client.initiator = gss.ntlm("alice", "wrong")
        client.scheme = "Negotiate"
        with pytest.raises(LoginRefused):
            client.log_in()
        client.seal = False
        assert client.ask(e.ENUMERATE, e.SHELL, e.enumerate_body()).status == 401


def test_AnEmptyRequestOnALoggedInConnectionIsAnsweredWithTheOffer(connect):
    """One Go library asks so before each request, and wants a 401."""
    with connect() as client:
        client.log_in()
        reply = client.http("POST", "/wsman", b"", {})
        assert reply.status == 401 and reply.headers["www-authenticate"][0] == "Negotiate"


def test_ManyLogInsOnOneConnection(stand):
    with stand.ntlm() as client:
        for number in range(20):
            client.initiator = gss.ntlm("alice", USERS["alice"], spnego=number % 2 == 1)
            client.log_in()
            assert client.enumerate().status == 200


@pytest.mark.parametrize("token", [b"", b"NTLMSSP\0", b"NTLMSSP\0\x01\0\0\0", b"NTLMSSP\0\x03\0\0\0" + bytes(60), b"\x60",
                                   b"\x60\x84\xff\xff\xff\xff", bytes.fromhex("600606062b0601050502"), b"\xa1\x00",
                                   bytes(60000), b"\xff" * 1000], ids=lambda value: value[:10].hex() + f" {len(value)}")
@pytest.mark.parametrize("scheme", ["Negotiate", "Kerberos"])
def test_TokensThatAreNone(stand, token, scheme):
    with Raw("127.0.0.1", stand.service.port, source=login_stand.fresh_source()) as raw:
        raw.send(request("", authorization=f"{scheme} {base64.b64encode(token).decode()}".strip()))
        status, _, body = raw.response()
        assert status in (400, 401, 431) and body == b""
    with stand.ntlm() as client:
        client.log_in()
        assert client.enumerate().status == 200


@pytest.mark.parametrize("text", ["Negotiate", "Negotiate !!!!", "Negotiate QQ", "Negotiate  ", "Negotiate TlRM TVNT",
                                  "Unknown QQ==", "Kerberos", "NTLM TlRMTVNTUAABAAAABYIIAAAAAAAAAAAAAAAAAAAAAAAAAAAA"])
def test_AuthorizationLinesThatAreWrong(stand, text):
    with Raw("127.0.0.1", stand.service.port, source=login_stand.fresh_source()) as raw:
        raw.send(request("", authorization=text))
        status, headers, body = raw.response()
        assert status in (400, 401) and body == b"" and headers["content-length"] == "0"


def test_AMutatedTokenNeverGetsIn(stand):
    """Each of the last token's bytes that are checked, with a bit flipped: never a log-in, and the service lives."""
    with stand.ntlm() as client:
        client.log_in()
        last = client.tokens[-1]
    allowed = len(stand.service.audit(message="login", verdict="allowed"))
    (response_at,) = (int.from_bytes(last[24:28], "little"),)
    for at in range(response_at, response_at + 16, 5):
        with stand.ntlm() as client:
            answer = client.token_of(client.leg(client.initiator.step()))
            token = bytearray(client.initiator.step(answer))
            token[int.from_bytes(token[24:28], "little") + (at - response_at)] ^= 1
            assert client.leg(bytes(token)).status == 401
    assert len(stand.service.audit(message="login", verdict="allowed")) == allowed


# Channel binding

@pytest.mark.parametrize("level, right, none, wrong", [("none", True, True, None), ("relaxed", True, True, False),
                                                       ("strict", True, False, False)])
@pytest.mark.parametrize("kind", ["ntlm", "krb5"])
def test_ChannelBinding(realm, authority, tickets, level, right, none, wrong, kind):
    with login_stand.login_stand(realm, authority, https={"channel_binding": level}) as stand:
        for binding, expected in ((stand.binding, right), (None, none), (b"tls-server-end-point:" + bytes(32), wrong)):
            if expected is None:
                continue  # NTLM clients' libraries differ in what they do with it
            options = {"binding": binding}
            make = stand.ntlm if kind == "ntlm" else lambda **rest: stand.kerberos(tickets, **rest)
            with make(tls=True, gss_options=options) as client:
                if expected:
                    client.log_in()
                    assert client.enumerate().status == 200
                else:
                    with pytest.raises(LoginRefused):
                        client.log_in()


def test_NoSecretIsWrittenAnywhere(stand, connect):
    with connect() as client:
        client.log_in()
        client.enumerate()
        sent = [base64.b64encode(token).decode()[:60] for token in client.tokens if len(token) > 60]
    text = stand.service.log_file.read_text() + stand.service.audit_file.read_text()
    for secret in (*USERS.values(), PASSWORD, login_stand.nt_hash(USERS["alice"]), *sent):
        assert secret not in text
    assert isinstance(client, SealedClient) and client.tokens
