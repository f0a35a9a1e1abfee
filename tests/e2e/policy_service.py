"""A policy service for authz-http, in this process: answers as a test says and remembers what it was asked."""

import contextlib
import http.server
import json
import threading


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        service = self.server.service
        with service.lock:
            service.asked.append(json.loads(body)["input"])
        status, headers, answer = service.answer(service.asked[-1])
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(answer)

    def log_message(self, *_):
        pass


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):  # a client that has gone away is what some tests want
        pass


class PolicyService:
    """`answer(input)` gives status, headers and bytes; `says(...)` sets one that is the same for everybody."""

    def __init__(self):
        self.lock = threading.Lock()
        self.asked = []
        self.answer = None
        self.says({"allow": True})
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.service = self
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1/data/winrmd"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def says(self, result, *, status=200, headers=None, raw=None):
        answer = raw if raw is not None else json.dumps({"result": result}).encode()
        self.answer = lambda _: (status, headers or {}, answer)

    def questions(self, kind):
        with self.lock:
            return [one for one in self.asked if one["question"] == kind]

    def stop(self):
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()


@contextlib.contextmanager
def policy_service():
    service = PolicyService()
    try:
        yield service
    finally:
        service.stop()
