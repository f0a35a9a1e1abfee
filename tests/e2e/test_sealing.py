"""Sealed messages: the forms that clients send, and every byte of them that may be wrong."""

import hashlib
import struct

import pytest

import envelope as e
import gss
import login_stand
from login_stand import USERS
from rawhttp import Raw, request
from realm import REALM, needs_kdc
from sealed import BOUNDARY, CLOSE, PROTOCOL, UTF8, content_type, part, take_apart

pytestmark = [needs_kdc, gss.needs_ntlm]

INVALID_XML = 0x80338043
QUESTION = e.envelope(e.ENUMERATE, e.SHELL, e.enumerate_body()).encode()


@pytest.fixture(scope="module")
def stand(realm, authority):
    with login_stand.login_stand(realm, authority) as running:
        yield running


ETYPES = {"krb5": None, "aes128-sha1": "aes128-cts-hmac-sha1-96", "aes128-sha256": "aes128-cts-hmac-sha256-128",
          "aes256-sha384": "aes256-cts-hmac-sha384-192", "rc4": "arcfour-hmac"}


@pytest.fixture(scope="module")
def tickets(realm):
    return realm.tickets("alice", f"HTTP/localhost@{REALM}")


@pytest.fixture(params=["ntlm", "krb5"])
def connect(request, stand, tickets):
    def make(**rest):
        if request.param == "ntlm":
            return stand.ntlm(**rest)
        return stand.kerberos(tickets, **rest)
    return make


@pytest.fixture
def client(connect):
    with connect() as made:
        made.log_in()
        yield made


def answered(client, body, **rest):
    reply = client.unwrap(client.post_raw(body, **rest))
    assert reply.status == 200 and reply.find(e.ENUMERATION, "EnumerateResponse") is not None
    return reply


def refused(client, body, **rest):
    """400, nothing in it, and the connection is over: its keys are gone."""
    reply = client.post_raw(body, **rest)
    assert (reply.status, reply.body) == (400, b"")
    assert client._connection is None, "the connection was kept"


# Forms

@pytest.mark.parametrize("tab", ["\t", "", "  "], ids=["TAB", "no TAB", "spaces"])
def test_TabsAreMirrored(connect, tab):
    with connect() as client:
        client.log_in()
        client.tab = tab
        message = client.wrap(QUESTION)
        client.tab = "\t" if tab == "\t" else ""
        answered(client, message)
        answered(client, client.wrap(QUESTION))


def test_Utf16IsMirrored(client):
    reply = client.ask(e.ENUMERATE, e.SHELL, e.enumerate_body(), encoding="utf-16-le")
    assert reply.status == 200
    assert reply.body.startswith(b"\xff\xfe") and "UTF-16" in reply.header("content-type")
    assert client.ask(e.ENUMERATE, e.SHELL, e.enumerate_body()).body.startswith(b"<")


@pytest.mark.parametrize("protocol", [PROTOCOL["Negotiate"], PROTOCOL["Kerberos"]])
def test_TheProtocolIsMirrored(client, protocol):
    client.protocol = protocol
    answered(client, client.wrap(QUESTION))


def bent_message(client, bend):
    return bend(client.wrap(QUESTION).decode("latin-1")).encode("latin-1")


@pytest.mark.parametrize("bend", [
    lambda text: text.replace("--" + BOUNDARY, "-- " + BOUNDARY),
    lambda text: text.replace("Content-Type:", "content-type:", 2).replace("OriginalContent:", "originalcontent:", 1),
    lambda text: text.replace(";charset=UTF-8", "", 1),
    lambda text: text[:-2],
    lambda text: text + "\r\n",
    lambda text: text[:-len(CLOSE)] + "\r\n" + CLOSE.decode(),
], ids=["a space before the boundary", "names in lower case", "no charset", "no last line end", "one line end more",
        "a line end before the close"])
def test_FormsOfOddClients(client, bend):
    answered(client, bent_message(client, bend))
    answered(client, client.wrap(QUESTION))


@pytest.mark.parametrize("kind", [
    f'multipart/encrypted;protocol="{PROTOCOL["Negotiate"]}";boundary="{BOUNDARY}"',
    f'multipart/encrypted; protocol="{PROTOCOL["Negotiate"]}"; boundary="{BOUNDARY}"',
    f'Multipart/Encrypted;boundary="{BOUNDARY}";protocol="{PROTOCOL["Negotiate"]}"',
])
def test_ContentTypesOfOddClients(client, kind):
    answered(client, client.wrap(QUESTION), kind=kind)


def test_FaultsAreSealed(client):
    reply = client.ask("urn:no-such-action", e.SHELL)
    assert reply.status == 500 and reply.fault.code == 0x80338013


def test_WhatIsNoXmlGetsASealedFault(client):
    reply = client.post("this is no XML")
    assert reply.status == 500 and reply.fault.code == INVALID_XML
    answered(client, client.wrap(QUESTION))


def test_ABigRequestAndABigReply(connect):
    with connect(timeout=60) as client:
        client.log_in()
        shell = client.create()
        command = shell.command("sha256sum")
        data = bytes(range(256)) * 1200
        for at in range(0, len(data), 102400):
            shell.send(command, data[at:at + 102400], end=at + 102400 >= len(data))
        assert shell.collect(command)[0].split()[0].decode() == hashlib.sha256(data).hexdigest()
        out, _, code = shell.run("head -c 700000 /dev/zero")
        assert (len(out), code) == (700000, 0)
        shell.delete()


@pytest.mark.parametrize("name", ETYPES)
def test_EachKindOfKerberosKey(stand, realm, name):
    """The layouts: what is in front of the sealed data differs in length with the kind of key."""
    etype = ETYPES[name]
    config = realm.config_with(etype) if etype else None
    cache = realm.tickets("alice", f"HTTP/localhost@{REALM}", config=config)
    with stand.kerberos(cache, gss_options={"config": config}) as client:
        client.log_in()
        for size in (0, 1, 15, 16, 17, 5000):
            reply = client.post(QUESTION + b" " * size)
            assert reply.status == 200
        header, _, _ = client.initiator.seal(b"x")
        assert len(header) == {"krb5": 60, "aes128-sha1": 60, "aes128-sha256": 64, "aes256-sha384": 72, "rc4": 45}[name]


# Tampering

def parts_of(client):
    header, data, length = client.initiator.seal(QUESTION)
    return header, data, length


def flip(data, at, bit=0):
    changed = bytearray(data)
    changed[at] ^= 1 << bit
    return bytes(changed)


def joined(client, header, data, length, **rest):
    return part(client.protocol, header, data, length, tab=client.tab, **rest) + CLOSE


@pytest.mark.parametrize("where", ["first of the header", "version", "checksum", "last of the header", "first of the data",
                                   "middle of the data", "last of the data"])
def test_OneFlippedBit(connect, where):
    for bit in (0, 7):
        with connect() as client:
            client.log_in()
            answered(client, client.wrap(QUESTION))
            header, data, length = parts_of(client)
            at = {"first of the header": 0, "version": 2, "checksum": 5 if client.initiator.is_ntlm else 20,
                  "last of the header": -1, "first of the data": 0, "middle of the data": len(data) // 2,
                  "last of the data": -1}[where]
            if "data" in where:
                data = flip(data, at, bit)
            else:
                header = flip(header, at, bit)
            refused(client, joined(client, header, data, length))


def test_AfterATamperedMessageTheKeysAreGone(client):
    header, data, length = parts_of(client)
    refused(client, joined(client, header, flip(data, 3), length))
    again = client.post_raw(client.wrap(QUESTION))
    assert again.status == 401 and not again.body


def test_AMessageSentTwice(client):
    message = client.wrap(QUESTION)
    answered(client, message)
    refused(client, message)


def test_MessagesInTheWrongOrder(client):
    client.wrap(QUESTION)  # never sent, or later
    refused(client, client.wrap(QUESTION))


def test_AMessageOfAnotherConnection(connect):
    with connect() as one, connect() as other:
        one.log_in()
        other.log_in()
        refused(other, one.wrap(QUESTION))
        assert one.wrap(QUESTION)


def test_TheServersOwnWordsComeBack(client):
    """A reply, reflected: sealed with the same keys, for the other direction."""
    reply = client.post_raw(client.wrap(QUESTION))
    ((header, data, length, _),) = take_apart(reply.body, client.protocol)
    refused(client, joined(client, header, data, length))


@pytest.mark.parametrize("cut", [1, 10, 24, 25, 100, -40, -4, "all but one"])
def test_ATruncatedMessage(client, cut):
    message = client.wrap(QUESTION)
    if cut == "all but one":
        cut = len(message) - 1
    refused(client, message[:-cut] if cut > 0 else message[:-cut])


@pytest.mark.parametrize("length", [0, 1, -2, 10 ** 9, 2 ** 32, 2 ** 64, 2 ** 64 + 1])
def test_AWrongLength(client, length):
    header, data, right = parts_of(client)
    wrong = right + 2 if length == -2 else length  # one more is what clients say that count RC4's padding
    refused(client, joined(client, header, data, wrong))


@pytest.mark.parametrize("text", ["", "abc", "-5", "0x10", "1 2", "99999999999999999999999999"])
def test_ALengthThatIsNoNumber(client, text):
    header, data, _ = parts_of(client)
    refused(client, joined(client, header, data, text))


@pytest.mark.parametrize("size", [0, 1, 15, 17, 61, 5000, 2 ** 31, 2 ** 32 - 1])
def test_AWrongHeaderLength(connect, size):
    with connect() as client:
        client.log_in()
        header, data, length = parts_of(client)
        if client.initiator.is_ntlm or size > len(header) + len(data):
            refused(client, joined(client, header, data, length, length_field=size))
        else:
            # Kerberos: header and data are one token, wherever the cut is said to be.
            assert client.post_raw(joined(client, header, data, length, length_field=size)).status in (200, 400)


def test_NothingInside(client):
    for body in (b"", CLOSE, b"--" + BOUNDARY.encode() + b"\r\n", b"\r\n", b"--", bytes(100), b"\xff" * 5000):
        with client.clone_logged_in() as fresh:
            reply = fresh.post_raw(body)
            assert reply.status in ((400,) if body else (400, 401)) and reply.body == b""


def test_AHundredThousandParts(client):
    header, data, length = client.initiator.seal(b"x")
    one = part(client.protocol, header, data, length)
    refused(client, one * 1500 + CLOSE)


def test_TheSecondPartIsMissing(client):
    refused(client, (f"--{BOUNDARY}\r\n\tContent-Type: {client.protocol}\r\n"
                     f"\tOriginalContent: type={UTF8};Length=5\r\n").encode() + CLOSE)


def test_EndlessHeaderLines(client):
    header, data, length = parts_of(client)
    long = part(client.protocol, header, data, length, original="x" * 100000)
    assert client.post_raw(long + CLOSE).status in (200, 400)


@pytest.mark.parametrize("protocol", [PROTOCOL["CredSSP"], "application/HTTP-Other-session-encrypted", ""])
def test_AProtocolOfAnotherFamily(client, protocol):
    header, data, length = parts_of(client)
    refused(client, part(protocol, header, data, length) + CLOSE, kind=content_type(protocol))


def test_AnEnvelopeThatIsTooBig(connect):
    with connect(timeout=60) as client:
        client.log_in()
        reply = client.post_raw(client.wrap(QUESTION + b" " * 520000))
        assert reply.status in (400, 413, 500)
    with connect() as client:
        client.log_in()
        answered(client, client.wrap(QUESTION))


def test_ALogInIsNeededFirst(stand, client):
    with Raw("127.0.0.1", stand.service.port) as raw:
        raw.send(request(client.wrap(QUESTION), content_type=content_type(client.protocol)))
        status, headers, body = raw.response()
        assert (status, body) == (401, b"") and headers["www-authenticate"].startswith(("Negotiate", "Kerberos"))


def test_BasicHasNothingToSealWith(stand, authority, client):
    from wsman import Client
    with Client(stand.url(True), "alice", USERS["alice"], ca=str(authority.certificate)) as other:
        reply = other.post(client.wrap(QUESTION), content_type=content_type(client.protocol))
        assert (reply.status, reply.body) == (400, b"")


def test_ThePlainTextLimitIsThatOfPlainRequests(client):
    """Sealing makes a message longer; what counts is the envelope."""
    space = 512000 - len(QUESTION)
    assert client.post(QUESTION + b" " * space).status == 200


def test_ACutConnectionInTheMiddleOfAMessage(stand, client):
    message = client.wrap(QUESTION)
    client.connection.putrequest("POST", "/wsman")
    client.connection.putheader("Content-Type", content_type(client.protocol))
    client.connection.putheader("Content-Length", str(len(message)))
    client.connection.endheaders()
    client.connection.send(message[:-10])
    client.close()
    with stand.ntlm() as other:
        other.log_in()
        answered(other, other.wrap(QUESTION))


def test_TheLittleEndianFieldIsWhatItSays(client):
    """The layout itself, so that a mistake in this file's composer shows."""
    message = client.wrap(QUESTION)
    at = message.index(b"octet-stream\r\n") + len(b"octet-stream\r\n")
    (size,) = struct.unpack_from("<I", message, at)
    assert size == (16 if client.initiator.is_ntlm else 60)
    answered(client, message)
