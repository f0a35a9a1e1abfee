"""A small WS-Management client: one connection that is kept, Basic log-in, shells and commands."""

import base64
import http.client
import ssl
import urllib.parse

import envelope as e
from reply import FaultError, HttpError, Output, Reply  # noqa: F401  (re-exported to the tests)

TIMED_OUT = 2150858793
NO_SUCH_SHELL = 2150858843
ABORTED = 995


def basic(user, password):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def tls_context(ca=None):
    context = ssl.create_default_context(cafile=ca)
    if ca is None:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


class Client:
    """One connection to a service. Not for several threads at once: each gets its own."""

    def __init__(self, url, user=None, password=None, *, ca=None, resource=e.CMD, locale="en-US", timeout=30, source=None):
        self.url = urllib.parse.urlsplit(url)
        self.user = user
        self.password = password
        self.ca = ca
        self.resource = resource
        self.locale = locale
        self.timeout = timeout
        self.source = (source, 0) if source else None  # address to come from
        self._connection = None

    def clone(self, **changes):
        settings = {"user": self.user, "password": self.password, "ca": self.ca, "resource": self.resource,
                    "locale": self.locale, "timeout": self.timeout}
        return Client(self.url.geturl(), **{**settings, **changes})

    @property
    def connection(self):
        if self._connection is None:
            place = (self.url.hostname, self.url.port)
            if self.url.scheme == "https":
                self._connection = http.client.HTTPSConnection(*place, timeout=self.timeout, context=self.tls(),
                                                               source_address=self.source)
            else:
                self._connection = http.client.HTTPConnection(*place, timeout=self.timeout, source_address=self.source)
        return self._connection

    def tls(self):
        return tls_context(self.ca)

    def close(self):
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def http(self, method, path, body=b"", headers=()):
        """Sends one request as it is given (plus Host and Content-Length) and reads the reply."""
        try:
            self.connection.request(method, path, body=body, headers=dict(headers))
            response = self.connection.getresponse()
            data = response.read()
        except BaseException:
            self.close()
            raise
        collected = {}
        for name, value in response.getheaders():
            collected.setdefault(name.lower(), []).append(value)
        if response.will_close:
            self.close()
        return Reply(response.status, collected, data)

    def post(self, text, *, encoding="utf-8", content_type=None, headers=(), path=None):
        """Posts an envelope (text or bytes) with this client's log-in; any reply is returned."""
        data = text if isinstance(text, bytes) else text.encode(encoding)
        if encoding == "utf-16-le" and not isinstance(text, bytes):
            data = b"\xff\xfe" + data
        charset = "UTF-16" if encoding.startswith("utf-16") else "UTF-8"
        send = {"Content-Type": content_type or f"application/soap+xml;charset={charset}"}
        if self.user is not None:
            send["Authorization"] = basic(self.user, self.password)
        send.update(headers)
        return self.http("POST", path or self.url.path, data, send)

    def ask(self, action, resource=None, body="", **rest):
        """Posts an envelope built from these parts; any reply is returned."""
        post = {name: rest.pop(name) for name in ("encoding", "headers") if name in rest}
        rest.setdefault("locale", self.locale)
        return self.post(e.envelope(action, resource or self.resource, body, **rest), **post)

    def call(self, action, resource=None, body="", **rest):
        """The same; faults and HTTP errors are raised."""
        return self.ask(action, resource, body, **rest).checked()

    def identify(self, **rest):
        return self.post(e.identify(), **rest)

    # Shells

    def create(self, *, options=(), resource=None, timeout="PT20S", **shell):
        reply = self.call(e.CREATE, resource, e.shell_body(**shell), options=options, timeout=timeout)
        return Shell(self, reply.text(e.SHELL, "ShellId"), resource or self.resource, reply)

    def enumerate(self, resource=e.SHELL, **rest):
        rest.setdefault("max_elements", 1000)
        return self.call(e.ENUMERATE, resource, e.enumerate_body(**rest))

    def shell_ids(self):
        return [element.text for element in self.enumerate().root.iter(f"{{{e.SHELL}}}ShellId")]

    def get_shell(self, shell_id, resource=e.SHELL):
        return self.call(e.GET, resource, selectors=[("ShellId", shell_id)])

    def delete_shell(self, shell_id, resource=e.SHELL):
        return self.call(e.DELETE, resource, selectors=[("ShellId", shell_id)])


class Shell:
    def __init__(self, client, shell_id, resource, reply=None):
        self.client = client
        self.id = shell_id
        self.resource = resource
        self.reply = reply

    def of(self, client):
        """The same shell through another connection or as another user."""
        return Shell(client, self.id, self.resource)

    def ask(self, action, body="", **rest):
        return self.client.ask(action, self.resource, body, selectors=[("ShellId", self.id)], **rest)

    def call(self, action, body="", **rest):
        return self.ask(action, body, **rest).checked()

    def command(self, line, arguments=(), *, command_id=None, skip=False, **rest):
        options = list(rest.pop("options", ()))
        options += [e.option("WINRS_CONSOLEMODE_STDIN", "TRUE"),
                    e.option("WINRS_SKIP_CMD_SHELL", "TRUE" if skip else "FALSE")]
        reply = self.call(e.COMMAND, e.command_body(line, arguments, command_id), options=options, **rest)
        return reply.text(e.SHELL, "CommandId")

    def send(self, command_id, data, *, end=False, name="stdin", **rest):
        return self.call(e.SEND, e.send_body(data, command_id, name=name, end=end), **rest)

    def receive(self, command_id, *, streams="stdout stderr", **rest):
        return Output.of(self.call(e.RECEIVE, e.receive_body(command_id, streams), **rest))

    def signal(self, command_id, code=e.TERMINATE, **rest):
        return self.call(e.SIGNAL, e.signal_body(command_id, code), **rest)

    def delete(self, **rest):
        return self.call(e.DELETE, **rest)

    def collect(self, command_id, **rest):
        """Receives until the command is done: (stdout, stderr, exit code). Time-outs are asked again, as clients do."""
        out, err = bytearray(), bytearray()
        while True:
            try:
                part = self.receive(command_id, **rest)
            except FaultError as error:
                if error.code != TIMED_OUT:
                    raise
                continue
            out += part.data("stdout")
            err += part.data("stderr")
            if part.done:
                return bytes(out), bytes(err), part.exit_code

    def run(self, line, arguments=(), **rest):
        """The whole life of a command, as clients go about it: Command, Receive until Done, Signal terminate."""
        command_id = self.command(line, arguments, **rest)
        result = self.collect(command_id)
        self.signal(command_id)
        return result
