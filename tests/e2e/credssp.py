"""CredSSP, client side: TLS inside the HTTP headers, an inner GSSAPI log-in, the key bound, the password delegated."""

import dataclasses
import hashlib
import os
import ssl
import subprocess

from sealed import CLOSE, LoginRefused, SealedClient, content_type, part, take_apart

CHUNK = 16384


# DER, as far as TSRequest needs it

def tlv(tag, content):
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def integer(value):
    return tlv(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def octets(value):
    return tlv(4, value)


def field(number, content):
    return tlv(0xA0 + number, content)


def sequence(*parts):
    return tlv(0x30, b"".join(parts))


def read_tlv(data):
    """(tag, content, rest)"""
    tag, size, at = data[0], data[1], 2
    if size & 0x80:
        at = 2 + (size & 0x7F)
        size = int.from_bytes(data[2:at], "big")
    assert len(data) >= at + size
    return tag, data[at:at + size], data[at + size:]


@dataclasses.dataclass
class Request:
    """TSRequest; None for what is absent."""
    version: int = 6
    token: bytes = None
    auth_info: bytes = None
    public_key: bytes = None
    error: int = None
    nonce: bytes = None

    def encode(self):
        parts = [field(0, integer(self.version))]
        if self.token is not None:
            parts.append(field(1, sequence(sequence(field(0, octets(self.token))))))
        for number, value in ((2, self.auth_info), (3, self.public_key), (5, self.nonce)):
            if value is not None:
                parts.append(field(number, octets(value)))
        return sequence(*parts)

    @staticmethod
    def decode(data):
        tag, inside, rest = read_tlv(data)
        assert tag == 0x30 and not rest
        found = Request()
        while inside:
            tag, content, inside = read_tlv(inside)
            number = tag - 0xA0
            if number == 1:
                content = read_tlv(read_tlv(read_tlv(content)[1])[1])[1]
            value = read_tlv(content)[1]
            if number in (0, 4):
                value = int.from_bytes(value, "big")
            setattr(found, ("version", "token", "auth_info", "public_key", "error", "nonce")[number], value)
        return found


def password_credentials(domain, user, password, *, kind=1):
    inner = sequence(*(field(n, octets(text.encode("utf-16-le"))) for n, text in enumerate((domain, user, password))))
    return sequence(field(0, integer(kind)), field(1, octets(inner)))


def subject_public_key(certificate_der):
    """Contents of the BIT STRING in SubjectPublicKeyInfo."""
    pem = ssl.DER_cert_to_PEM_cert(certificate_der).encode()
    key = subprocess.run(["openssl", "x509", "-noout", "-pubkey"], input=pem, capture_output=True, check=True).stdout
    spki = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "DER"], input=key, capture_output=True,
                          check=True).stdout
    _, inside, _ = read_tlv(spki)
    _, _, rest = read_tlv(inside)
    tag, bits, _ = read_tlv(rest)
    assert tag == 3 and bits[0] == 0
    return bits[1:]


class CredSspClient(SealedClient):
    """`spoil`: name of a step → function from the right bytes to wrong ones (`nonce`, `public_key`, `credentials`)."""

    def __init__(self, url, initiator, user, password, *, domain="", version=6, spoil=None, tls_versions=None, **rest):
        super().__init__(url, initiator, scheme="CredSSP", **rest)
        self.delegated = (domain, user, password)
        self.version = version
        self.spoil = spoil or {}
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        if tls_versions:
            context.minimum_version, context.maximum_version = tls_versions
        self.inner = context.wrap_bio(self._in, self._out)

    def _bent(self, what, value):
        return self.spoil.get(what, lambda same: same)(value)

    def _exchange(self):
        """One leg: what TLS has to say goes out, what comes back goes in. Returns the reply."""
        reply = self.last_leg = self.leg(self._out.read())
        answer = self.token_of(reply)
        if reply.status not in (200, 401) or (reply.status == 401 and answer is None):
            raise LoginRefused(reply)
        if answer:
            self._in.write(answer)
        return reply

    def _handshake(self):
        while True:
            try:
                self.inner.do_handshake()
                return
            except ssl.SSLWantReadError:
                assert self._exchange().status == 401

    def _ask(self, request):
        self.inner.write(self._bent("request", request.encode()))
        reply = self._exchange()
        if reply.status == 200:
            return reply, None
        data = b""
        while True:
            try:
                data += self.inner.read(65536)
            except ssl.SSLWantReadError:
                break
        answer = Request.decode(data)
        if answer.error is not None:
            raise LoginRefused(reply)
        return reply, answer

    def _binding(self, direction, nonce, key):
        return hashlib.sha256(f"CredSSP {direction} Binding Hash\0".encode() + nonce + key).digest()

    def log_in(self):
        self._handshake()
        key = subject_public_key(self.inner.getpeercert(binary_form=True))
        nonce, bound, answer = self._bent("nonce", os.urandom(32)), False, None
        while not bound:
            token = self.initiator.step(answer.token if answer else None)
            request = Request(version=self.version, token=token)
            if self.initiator.complete:
                bound = True
                plain = self._binding("Client-To-Server", nonce, key) if self.version >= 5 else key
                request.public_key = self._wrap(self._bent("public_key", plain))
                request.nonce = nonce if self.version >= 5 else None
            reply, answer = self._ask(request)
            assert answer is not None, f"logged in without credentials: {reply}"
        if answer.token:
            self.initiator.step(answer.token)
        got = self.initiator.context.unwrap(answer.public_key).message
        if self.version >= 5:
            assert got == self._binding("Server-To-Client", nonce, key)
        else:
            assert got == bytes([(key[0] + 1) & 0xFF]) + key[1:]
        info = self._bent("credentials", password_credentials(*self.delegated))
        reply, _ = self._ask(Request(version=self.version, auth_info=self._wrap(info)))
        if reply.status != 200:
            raise LoginRefused(reply)
        return reply

    def _wrap(self, data):
        return self.initiator.context.wrap(data, True).message

    # Sealing with the TLS session

    def _seal(self, data):
        self.inner.write(data)
        return self._out.read()

    def wrap(self, data, *, original="application/soap+xml;charset=UTF-8", **rest):
        parts = [data[at:at + CHUNK] for at in range(0, len(data), CHUNK)] or [b""]
        return b"".join(part(self.protocol, b"", self._seal(one), len(one), tab=self.tab, original=original,
                             length_field=16, **rest) for one in parts) + CLOSE

    def post(self, text, *, encoding="utf-8", headers=(), path=None, content_type=None):
        if not self.seal:
            return super().post(text, encoding=encoding, headers=headers, path=path, content_type=content_type)
        data = text if isinstance(text, bytes) else text.encode(encoding)
        return self.unwrap(self.post_raw(self.wrap(data), headers=headers, kind=self._kind(len(data))))

    def _kind(self, size):
        return content_type(self.protocol, multi=size > CHUNK)

    def unwrap(self, reply):
        if not reply.body:
            return reply
        pieces = take_apart(reply.body, self.protocol, tab=self.tab)
        assert reply.header("content-type") == content_type(self.protocol, multi=len(pieces) > 1)
        whole = b""
        for header, data, length, kind in pieces:
            self._in.write(header + data)
            one = b""
            while len(one) < length:
                one += self.inner.read(length - len(one))
            whole += one
        reply.body, reply.headers["content-type"] = whole, [kind]
        return reply
