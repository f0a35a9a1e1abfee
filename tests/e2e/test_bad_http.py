"""HTTP that is wrong, too large or too slow: a status, never a hang. The whole table of framings is beside lib/http."""

import contextlib
import http.client
import select
import time

import pytest

import envelope as e
import settings
from rawhttp import Raw, request
from service import Service, scratch_folder, until
from stand import PASSWORD, fresh_users
from wsman import HttpError, basic

LIMIT_KB = 64  # max_envelope_size_kb of this service
USER = basic("user00", PASSWORD.format(0))
GOOD = e.envelope(e.ENUMERATE, e.SHELL, e.enumerate_body())


@pytest.fixture(scope="module")
def service():
    limits = {"max_envelope_size_kb": LIMIT_KB, "request_read_timeout": 1000, "connection_idle_timeout": 1500,
              "max_connections": 20}
    with scratch_folder() as folder:
        with Service(folder, fresh_users(2), [settings.application(settings.cmd_plugin())], limits=limits,
                     tls=True) as running:
            yield running


@pytest.fixture
def raw(service):
    with Raw("127.0.0.1", service.port) as connection:
        yield connection


def status_of(raw, data):
    raw.send(data)
    answer = raw.response()
    return answer and answer[0]


FRAMINGS = [
    ("no HTTP at all", b"hello\r\n\r\n", 400),
    ("a TLS hello on a clear port", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 100 + b"\r\n\r\n", 400),
    ("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    ("HTTP/1.1 without Host", request(GOOD, authorization=USER).replace(b"Host: localhost\r\n", b""), 400),
    ("two Hosts", request(GOOD, authorization=USER, extra=["Host: other"]), 400),
    ("two lengths that differ", request(GOOD, authorization=USER, extra=["Content-Length: 1"]), 400),
    ("a negative length", request(GOOD, authorization=USER, length=-1), 400),
    ("a length of words", request(GOOD, authorization=USER, length="long"), 400),
    ("length and chunks", request(GOOD, authorization=USER, extra=["Transfer-Encoding: chunked"]), 400),
    ("an unknown transfer coding", request("", authorization=USER, extra=["Transfer-Encoding: gzip"]), None),
    ("a header without a colon", request(GOOD, authorization=USER, extra=["Nonsense"]), 400),
    ("a space before the colon", request(GOOD, authorization=USER, extra=["X : y"]), 400),
    ("a folded header", request(GOOD, authorization=USER, extra=["X: a", " b"]), 400),
    ("a NUL in a header", request(GOOD, authorization=USER, extra=["X: a\0b"]), 400),
    ("a header of 70 KB", request(GOOD, authorization=USER, extra=["X: " + "y" * 70000]), 431),
    ("two hundred headers", request(GOOD, authorization=USER, extra=[f"X{i}: y" for i in range(200)]), 431),
    ("a request line of 70 KB", request(GOOD, authorization=USER, path="/" + "y" * 70000), 414),
    ("an unknown Expect", request(GOOD, authorization=USER, extra=["Expect: miracles"]), 417),
]


@pytest.mark.parametrize("name,data,status", FRAMINGS, ids=[case[0] for case in FRAMINGS])
def test_TheStatusForABadFraming(service, raw, name, data, status):
    raw.send(data)
    answer = raw.response()
    assert answer is not None and answer[0] == status if status else answer[0] in (400, 501)
    assert answer[2] == b"" and answer[1]["connection"].lower() == "close"
    assert raw.is_closed()
    with service.client("user00") as client:
        assert client.enumerate().status == 200


@pytest.mark.parametrize("method,path,status", [
    ("GET", "/wsman", 405), ("PUT", "/wsman", 405), ("HEAD", "/wsman", 405), ("GET", "/", 404), ("POST", "/other", 404),
    ("POST", "/wsmanx", 404), ("POST", "/", 404)])
def test_TheStatusForMethodAndPath(service, method, path, status):
    with service.client("user00") as client:
        headers = {"Authorization": USER, "Content-Type": "application/soap+xml"}
        reply = client.http(method, path, GOOD.encode() if method == "POST" else b"", headers)
    assert reply.status == status
    if status == 405:
        assert reply.header("Allow") == "POST"


@pytest.mark.parametrize("path", ["/wsman", "/wsman/", "//wsman", "/WSMan", "/wsman?PSVersion=7.4.1"])
def test_FormsOfThePathThatClientsUse(service, path):
    with service.client("user00") as client:
        assert client.post(GOOD, path=path).status == 200


@pytest.mark.parametrize("content_type", ["text/xml", "text/plain", "application/json", "application/soap+xmlx", None])
def test_AnotherContentTypeIs415(raw, content_type):
    assert status_of(raw, request(GOOD, authorization=USER, content_type=content_type)) == 415


@pytest.mark.parametrize("content_type", ["application/soap+xml", "Application/SOAP+XML; charset=utf-8",
                                          'application/soap+xml;charset="UTF-8";action="x"'])
def test_FormsOfTheContentTypeThatClientsUse(raw, content_type):
    assert status_of(raw, request(GOOD, authorization=USER, content_type=content_type)) == 200


# Log-in

REFUSED = [None, "Basic", "Basic ", "Basic !!!", "Basic " + "QQ==", basic("user00", "wrong"), basic("nobody", "wrong"),
           basic("user00", ""), basic("", ""), USER.replace("Basic ", "Negotiate "), "Bearer x", USER + " x",
           basic("USER00", "wrong"), basic("user00", PASSWORD.format(0) + " "), basic("user00\0", "x"),
           basic("u" * 5000, "p" * 5000)]


@pytest.mark.parametrize("value", REFUSED, ids=range(len(REFUSED)))
def test_WithoutAGoodLogInItIs401(raw, value):
    raw.send(request(GOOD, authorization=value))
    status, headers, body = raw.response()
    assert (status, body, headers["content-length"]) == (401, b"", "0")
    assert headers["www-authenticate"] == 'Basic realm="WSMAN"'


def test_AnUnknownUserAndAWrongPasswordLookAlike(service):
    answers = []
    for value in (basic("user00", "wrong"), basic("nobody", "wrong"), basic("user00", "")):
        with Raw("127.0.0.1", service.port) as connection:
            connection.send(request(GOOD, authorization=value))
            status, headers, body = connection.response()
            headers.pop("date", None)
            answers.append((status, headers, body))
    assert answers[0] == answers[1] == answers[2]


def test_TwoAuthorizationHeadersAreRefused(raw):
    assert status_of(raw, request(GOOD, authorization=USER, extra=[f"Authorization: {USER}"])) in (400, 401)


def test_BasicIsAskedForWithEachRequest(raw):
    assert status_of(raw, request(GOOD, authorization=USER)) == 200
    assert status_of(raw, request(GOOD)) == 401
    assert status_of(raw, request(GOOD, authorization=USER)) == 200


def test_TheBodyOfAnUnauthorizedRequestIsReadAndDropped(raw):
    assert status_of(raw, request("x" * 50000)) == 401
    assert status_of(raw, request(GOOD, authorization=USER)) == 200


# Size

def padded(size):
    """A good envelope of exactly this many bytes."""
    frame = e.envelope(e.ENUMERATE, e.SHELL, e.enumerate_body(), extra="<x xmlns='urn:x'>%s</x>")
    return frame.replace("%s", "y" * (size - len(frame) + 2))


def test_AnEnvelopeAtTheLimitIsServed(raw):
    assert status_of(raw, request(padded(LIMIT_KB * 1024), authorization=USER)) == 200


@pytest.mark.parametrize("more", [200 * 1024, 10**9, 10**18])
def test_ARequestAboveTheLimitIs413(raw, more):
    assert status_of(raw, request("", authorization=USER, length=LIMIT_KB * 1024 + more)) == 413
    assert raw.is_closed()


def test_ChunksAboveTheLimitAre413(raw):
    head = request("", authorization=USER).split(b"Content-Length")[0] + b"Transfer-Encoding: chunked\r\n\r\n"
    raw.send(head)
    with contextlib.suppress(ConnectionError):
        for _ in range(40):
            raw.send(b"2000\r\n" + b"y" * 0x2000 + b"\r\n")
    assert raw.response()[0] == 413


# Framings that are right but unusual

def test_ChunkedRequestsAreServed(raw):
    head = request("", authorization=USER).split(b"Content-Length")[0] + b"Transfer-Encoding: chunked\r\n\r\n"
    data = GOOD.encode()
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(data[i:i + 100]), data[i:i + 100]) for i in range(0, len(data), 100))
    assert status_of(raw, head + chunks + b"0\r\n\r\n") == 200


def test_OneByteAtATimeIsServed(raw):
    raw.send_slowly(request(GOOD, authorization=USER))
    assert raw.response()[0] == 200


def test_PipelinedRequestsAreAnsweredInOrder(raw):
    ids = [e.new_id() for _ in range(5)]
    raw.send(b"".join(request(e.envelope(e.ENUMERATE, e.SHELL, e.enumerate_body(), message_id=one), authorization=USER)
                      for one in ids))
    for one in ids:
        status, _, body = raw.response()
        assert status == 200 and one.encode() in body


def test_AHalfClosedClientStillGetsItsAnswer(raw):
    raw.send(request(GOOD, authorization=USER))
    raw.half_close()
    assert raw.response()[0] == 200


def test_ExpectContinueIsAnswered(raw):
    whole = request(GOOD, authorization=USER, extra=["Expect: 100-continue"])
    head, body = whole.split(b"\r\n\r\n", 1)
    raw.send(head + b"\r\n\r\n")
    assert raw.response()[0] == 100
    raw.send(body)
    assert raw.response()[0] == 200


def test_ExpectContinueWithoutALogInIsRefusedAtOnce(raw):
    raw.send(request("", extra=["Expect: 100-continue"], length=5000))
    assert raw.response()[0] == 401


@pytest.mark.parametrize("keep", [True, False])
def test_Http10(raw, keep):
    data = request(GOOD, authorization=USER, extra=["Connection: keep-alive"] if keep else [])
    raw.send(data.replace(b"HTTP/1.1", b"HTTP/1.0"))
    assert raw.response()[0] == 200
    if not keep:
        assert raw.is_closed()


# Time

@pytest.mark.parametrize("part", [b"P", b"POST /wsman HTTP/1.1\r\nHost: x\r\n", request(GOOD, authorization=USER)[:-10]],
                         ids=["one byte", "some headers", "most of the body"])
def test_ARequestThatDoesNotComeIs408(raw, part):
    start = time.monotonic()
    raw.send(part)
    assert raw.response()[0] == 408
    assert raw.is_closed()
    assert 0.9 < time.monotonic() - start < 2.5


def test_ATrickleIsCutOff(raw):
    """A byte now and then does not extend the time."""
    start = time.monotonic()
    for byte in request(GOOD, authorization=USER):
        raw.send(bytes([byte]))
        if select.select([raw.socket], [], [], 0.1)[0]:
            break
    assert raw.response()[0] == 408
    assert time.monotonic() - start < 2.5


def test_AnIdleConnectionIsClosedWithoutAWord(raw):
    assert status_of(raw, request(GOOD, authorization=USER)) == 200
    assert raw.response() is None


def test_AConnectionThatNeverSpeaksIsClosed(service):
    with Raw("127.0.0.1", service.port) as raw, Raw("127.0.0.1", service.tls_port) as clear_on_tls:
        assert raw.response() is None
        assert clear_on_tls.is_closed()


def test_ATlsHandshakeThatIsNoneEndsTheConnection(service):
    with Raw("127.0.0.1", service.tls_port) as raw:
        raw.send(request(GOOD, authorization=USER))
        try:
            data = raw.socket.recv(100)
            assert not data.startswith(b"HTTP")
        except ConnectionError:
            pass


def test_WhenAllPlacesAreTakenByUsersItIs503(service):
    held = []
    try:
        for _ in range(20):
            held.append(Raw("127.0.0.1", service.port))
            assert status_of(held[-1], request(GOOD, authorization=USER)) == 200
        with Raw("127.0.0.1", service.port) as raw:
            assert raw.response()[0] == 503
    finally:
        for one in held:
            one.socket.close()

    def free():
        with contextlib.suppress(OSError, http.client.HTTPException, HttpError), service.client("user00") as client:
            return client.enumerate().status == 200

    until("room again", free)


def test_WhoOnlyConnectsKeepsNobodyOut(service):
    held = [Raw("127.0.0.1", service.port) for _ in range(40)]
    try:
        with service.client("user00") as client:
            assert client.enumerate().status == 200
    finally:
        for one in held:
            one.socket.close()


def test_AResetInTheMiddleHarmsNobody(service):
    for cut in (1, 20, 200, -5):
        raw = Raw("127.0.0.1", service.port)
        raw.send(request(GOOD, authorization=USER)[:cut])
        raw.reset()
    raw = Raw("127.0.0.1", service.port)
    raw.send(request(GOOD, authorization=USER))
    raw.reset()
    with service.client("user00") as client:
        assert client.enumerate().status == 200
    assert not service.log("child_ended")
