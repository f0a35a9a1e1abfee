"""Bytes on a socket, for requests that no HTTP library would send."""

import socket
import struct
import time

from wsman import tls_context


class Raw:
    def __init__(self, host, port, *, tls=False, timeout=10, source=None):
        self.socket = socket.create_connection((host, port), timeout=timeout, source_address=(source or "", 0))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            self.socket = tls_context().wrap_socket(self.socket)
        self._read = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data if isinstance(data, bytes) else data.encode())

    def send_slowly(self, data, *, step=1, pause=0.0):
        for start in range(0, len(data), step):
            self.socket.sendall(data[start:start + step])
            if pause:
                time.sleep(pause)

    def half_close(self):
        self.socket.shutdown(socket.SHUT_WR)

    def reset(self):
        """Closes with a reset instead of an orderly end."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def _more(self):
        data = self.socket.recv(65536)
        self._read += data
        return bool(data)

    def response(self):
        """(status, headers with names in lower case, body); None when the peer closed without one."""
        while b"\r\n\r\n" not in self._read:
            if not self._more():
                return None
        head, self._read = self._read.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        status = int(lines[0].split(" ")[1])
        headers = {}
        for line in lines[1:]:
            name, value = line.split(":", 1)
            headers[name.lower()] = value.strip()
        length = int(headers.get("content-length", 0))
        while len(self._read) < length:
            if not self._more():
                raise EOFError("the response body is cut")
        body, self._read = self._read[:length], self._read[length:]
        return status, headers, body

    def is_closed(self):
        """True when the peer has closed; False when it says nothing within the socket's time-out."""
        try:
            return not self._read and not self._more()
        except ConnectionResetError:
            return True
        except TimeoutError:
            return False


def request(body, *, authorization=None, path="/wsman", extra=(), length=None, method="POST",
            content_type="application/soap+xml;charset=UTF-8"):
    """A well-formed HTTP/1.1 request as bytes, to be bent by the caller."""
    data = body if isinstance(body, bytes) else body.encode()
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost"]
    if authorization:
        lines.append(f"Authorization: {authorization}")
    if content_type:
        lines.append(f"Content-Type: {content_type}")
    lines += list(extra)
    lines.append(f"Content-Length: {len(data) if length is None else length}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data
