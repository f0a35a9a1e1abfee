"""What came back: HTTP status, envelope, fault."""

import base64
import dataclasses
import xml.etree.ElementTree as ET

import envelope as e


@dataclasses.dataclass
class Fault:
    status: int
    action: str
    soap_code: str
    subcode: str
    code: int
    reason: str
    language: str
    detail: str
    machine: str
    message: str
    provider: str
    provider_path: str
    provider_text: str
    provider_xml: list
    relates_to: str


class FaultError(Exception):
    def __init__(self, fault):
        super().__init__(f"fault {fault.code} ({fault.subcode}): {fault.reason} {fault.provider_text}")
        self.fault = fault
        self.code = fault.code


class HttpError(Exception):
    def __init__(self, reply):
        super().__init__(f"HTTP status {reply.status}")
        self.reply = reply
        self.status = reply.status


def _text(element, default=""):
    return default if element is None else "".join(element.itertext())


def _find(root, namespace, name):
    return root.find(f".//{{{namespace}}}{name}")


@dataclasses.dataclass
class Reply:
    status: int
    headers: dict  # names in lower case; a list of values for each
    body: bytes

    def header(self, name):
        values = self.headers.get(name.lower())
        return values[0] if values else None

    @property
    def root(self):
        return ET.fromstring(self.body)

    def find(self, namespace, name):
        return _find(self.root, namespace, name)

    def text(self, namespace, name):
        element = self.find(namespace, name)
        return None if element is None else _text(element)

    @property
    def fault(self):
        """The fault, or None for a reply that is none."""
        if not self.body:
            return None
        root = self.root
        fault = _find(root, e.SOAP, "Fault")
        if fault is None:
            return None
        values = [value.text or "" for value in fault.iter(f"{{{e.SOAP}}}Value")]
        reason = _find(fault, e.SOAP, "Text")
        wsman = _find(fault, e.FAULT, "WSManFault")
        provider = _find(fault, e.FAULT, "ProviderFault")
        quota = next(iter(fault.findall(".//{*}error_Code")), None)  # the form that quota faults have
        xml_language = "{http://www.w3.org/XML/1998/namespace}lang"
        return Fault(
            status=self.status,
            action=_text(_find(root, e.ADDRESSING, "Action")),
            soap_code=values[0],
            subcode=values[1] if len(values) > 1 else "",
            code=int(wsman.get("Code")) if wsman is not None else int(_text(quota, "0")),
            reason=_text(reason),
            language="" if reason is None else reason.get(xml_language, ""),
            detail=_text(_find(fault, e.WSMAN, "FaultDetail")),
            machine="" if wsman is None else wsman.get("Machine", ""),
            message=_text(_find(fault, e.FAULT, "Message")),
            provider="" if provider is None else provider.get("provider", ""),
            provider_path="" if provider is None else provider.get("path", ""),
            provider_text=_text(provider),
            provider_xml=[] if provider is None else list(provider),
            relates_to=_text(_find(root, e.ADDRESSING, "RelatesTo")),
        )

    def checked(self):
        """Itself, when it is a 200 with an envelope; anything else is raised."""
        if self.status == 200:
            return self
        fault = self.fault if self.status == 500 else None
        if fault is not None:
            raise FaultError(fault)
        raise HttpError(self)


@dataclasses.dataclass
class Output:
    """One ReceiveResponse."""

    streams: list  # (name, bytes, is the end)
    state: str
    exit_code: int  # None while running

    @property
    def done(self):
        return self.state == e.DONE

    def data(self, name):
        return b"".join(data for stream, data, _ in self.streams if stream == name)

    @staticmethod
    def of(reply):
        root = reply.root
        streams = [(s.get("Name"), base64.b64decode(s.text or ""), s.get("End", "false").lower() == "true")
                   for s in root.iter(f"{{{e.SHELL}}}Stream")]
        state = _find(root, e.SHELL, "CommandState")
        code = _find(root, e.SHELL, "ExitCode")
        return Output(streams, "" if state is None else state.get("State"), None if code is None else int(code.text))
