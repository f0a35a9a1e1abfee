"""multipart/encrypted, put together and taken apart by hand, so that a test can bend any byte of it."""

import base64
import re
import struct

from wsman import Client

PROTOCOL = {"Negotiate": "application/HTTP-SPNEGO-session-encrypted",
            "Kerberos": "application/HTTP-Kerberos-session-encrypted",
            "CredSSP": "application/HTTP-CredSSP-session-encrypted"}
BOUNDARY = "Encrypted Boundary"
UTF8, UTF16 = "application/soap+xml;charset=UTF-8", "application/soap+xml;charset=UTF-16"


def content_type(protocol, *, multi=False):
    return f'multipart/{"x-multi-encrypted" if multi else "encrypted"};protocol="{protocol}";boundary="{BOUNDARY}"'


def part(protocol, header, data, length, *, tab="\t", original=UTF8, length_field=None):
    """One message: two parts without the closing delimiter."""
    text = (f"--{BOUNDARY}\r\n{tab}Content-Type: {protocol}\r\n{tab}OriginalContent: type={original};Length={length}\r\n"
            f"--{BOUNDARY}\r\n{tab}Content-Type: application/octet-stream\r\n")
    return text.encode() + struct.pack("<I", len(header) if length_field is None else length_field) + header + data


CLOSE = f"--{BOUNDARY}--\r\n".encode()


def take_apart(body, protocol, *, tab="\t"):
    """(header, data, announced length, type) of each message in a reply. The form must be exactly the one Windows has."""
    head = re.compile(re.escape(f"--{BOUNDARY}\r\n{tab}Content-Type: {protocol}\r\n{tab}OriginalContent: type=").encode()
                      + rb"([^\r]*);Length=(\d+)\r\n"
                      + re.escape(f"--{BOUNDARY}\r\n{tab}Content-Type: application/octet-stream\r\n").encode())
    assert body.endswith(CLOSE), body[-60:]
    starts = [match for match in head.finditer(body)]
    assert starts and starts[0].start() == 0, body[:300]
    ends = [match.start() for match in starts[1:]] + [len(body) - len(CLOSE)]
    found = []
    for match, end in zip(starts, ends):
        (size,) = struct.unpack_from("<I", body, match.end())
        at = match.end() + 4
        found.append((body[at:at + size], body[at + size:end], int(match.group(2)), match.group(1).decode()))
    return found


class LoginRefused(Exception):
    def __init__(self, reply):
        super().__init__(f"HTTP status {reply.status}, {reply.headers}")
        self.reply = reply


class SealedClient(Client):
    """Logs in with an initiator (see gss.py) on its one connection, then seals everything."""

    def __init__(self, url, initiator, *, scheme="Negotiate", tab="\t", seal=True, again=None, **rest):
        super().__init__(url, **rest)
        self.again = again  # makes another client like this one
        self.initiator, self.scheme, self.tab, self.seal = initiator, scheme, tab, seal
        self.protocol = PROTOCOL[scheme]
        self.tokens = []  # what was sent
        self.last_leg = None

    def clone_logged_in(self):
        other = self.again()
        other.log_in()
        return other

    def token_of(self, reply):
        """The token in a reply: None without one."""
        values = reply.headers.get("www-authenticate", [])
        fitting = [value.split(" ", 1)[1] for value in values if value.startswith(self.scheme + " ")]
        assert len(fitting) <= 1
        return base64.b64decode(fitting[0], validate=True) if fitting else None

    def leg(self, token, body=b"", headers=()):
        self.tokens.append(token)
        send = {"Authorization": f"{self.scheme} {base64.b64encode(token).decode()}", **dict(headers)}
        return self.http("POST", self.url.path, body, send)

    def log_in(self):
        """Legs with empty bodies, as most clients send them. Returns the last reply, a 200."""
        answer = None
        while True:
            token = self.initiator.step(answer)
            if token is None:
                assert self.initiator.complete
                return self.last_leg
            reply = self.last_leg = self.leg(token)
            answer = self.token_of(reply)
            if reply.status == 200:
                if answer is not None:
                    assert self.initiator.step(answer) is None
                assert self.initiator.complete
                return reply
            if reply.status != 401 or answer is None:
                raise LoginRefused(reply)
            # While it goes on, the token is the only thing on offer, and the connection stays.
            assert len(reply.headers["www-authenticate"]) == 1 and self._connection is not None

    def wrap(self, data, *, original=UTF8, **rest):
        header, sealed, length = self.initiator.seal(data)
        return part(self.protocol, header, sealed, length, tab=self.tab, original=original, **rest) + CLOSE

    def unwrap(self, reply):
        """Replaces the sealed body of a reply with what is in it."""
        if not reply.body:
            return reply
        assert reply.header("content-type") == content_type(self.protocol), reply
        ((header, data, length, kind),) = take_apart(reply.body, self.protocol, tab=self.tab)
        reply.body = self.initiator.unseal(header, data)
        assert len(reply.body) == length or not self.initiator.is_ntlm
        reply.headers["content-type"] = [kind]
        return reply

    def post(self, text, *, encoding="utf-8", headers=(), path=None, content_type=None):
        if not self.seal:
            return super().post(text, encoding=encoding, headers=headers, path=path, content_type=content_type)
        data = text if isinstance(text, bytes) else text.encode(encoding)
        if encoding == "utf-16-le" and not isinstance(text, bytes):
            data = b"\xff\xfe" + data
        return self.unwrap(self.post_raw(self.wrap(data, original=UTF16 if encoding.startswith("utf-16") else UTF8),
                                         headers=headers))

    def post_raw(self, body, *, headers=(), kind=None):
        """Posts a multipart body as it is; the reply is returned as it came."""
        send = {"Content-Type": kind or content_type(self.protocol), **dict(headers)}
        return self.http("POST", self.url.path, body, send)
