"""Envelopes that are wrong in one way each, and the fault that the wire protocol names for it."""

import dataclasses
import uuid

import pytest

import envelope as e
import settings
from service import Service, scratch_folder
from stand import fresh_users
from wsman import NO_SUCH_SHELL

ABSENT = str(uuid.uuid4()).upper()


@pytest.fixture(scope="module")
def service():
    with scratch_folder() as folder:
        with Service(folder, fresh_users(2), [settings.application(settings.cmd_plugin())]) as running:
            yield running


@pytest.fixture(scope="module")
def client(service):
    with service.client("user00") as made:
        yield made


@pytest.fixture(scope="module")
def shell(client):
    made = client.create()
    yield made
    made.delete()


@dataclasses.dataclass
class Case:
    name: str
    text: object  # what is posted
    code: int
    subcode: str = ""
    detail: str = ""
    headers: dict = dataclasses.field(default_factory=dict)


def good(**rest):
    return e.envelope(rest.pop("action", e.ENUMERATE), rest.pop("resource", e.SHELL), rest.pop("body", e.enumerate_body()),
                      **rest)


def with_header(block):
    return good(extra=block)


def deep(levels):
    return good(body="<a>" * levels + "</a>" * levels)


INVALID_XML = 0x80338043
HEADER = ("a:InvalidMessageInformationHeader",)
REQUIRED = (0x80338011, "a:MessageInformationHeaderRequired")
NOT_UNDERSTOOD = (0, "")  # has no detail; test_AFaultNamesWhatWasNotUnderstood looks at it
SCHEMA = (0x80338041, "w:SchemaValidationError")
UTF16 = {"Content-Type": "application/soap+xml;charset=UTF-16"}

CASES = [
    # not XML, or XML that is not accepted
    Case("nothing", "", INVALID_XML, "w:InternalError"),
    Case("words", "hello", INVALID_XML),
    Case("cut off", good()[:-20], INVALID_XML),
    Case("tags crossed", good(body="<a><b></a></b>"), INVALID_XML),
    Case("unknown entity", good(body="<a>&winrmd;</a>"), INVALID_XML),
    Case("unbound prefix", good(body="<nobody:a/>"), INVALID_XML),
    Case("attribute twice", good(body='<a x="1" x="2"/>'), INVALID_XML),
    Case("two roots", good() + good(), INVALID_XML),
    Case("control character", good(body="<a>\x01</a>"), INVALID_XML),
    Case("doctype", "<!DOCTYPE x>" + good(), INVALID_XML),
    Case("entity bomb", '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + good(body="<x>&b;</x>"), INVALID_XML),
    Case("external entity", '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>' + good(body="<x>&f;</x>"),
         INVALID_XML),
    Case("processing instruction", good(body="<?run me?><a/>"), INVALID_XML),
    Case("129 levels deep", deep(127), INVALID_XML),
    Case("a hundred thousand levels deep", deep(10000), INVALID_XML),
    Case("257 attributes", good(body="<a " + " ".join(f'x{i}=""' for i in range(257)) + "/>"), INVALID_XML),
    Case("a name of two kilobytes", good(body=f"<{'a' * 2048}/>"), INVALID_XML),
    Case("bad UTF-8", good().encode().replace(b"windows-host", b"windows-\xff\xfe"), INVALID_XML),
    Case("an overlong UTF-8 form", good().encode().replace(b"windows-host", b"windows-\xc0\xaf"), INVALID_XML),
    Case("a surrogate in UTF-8", good().encode().replace(b"windows-host", b"windows-\xed\xa0\x80"), INVALID_XML),
    Case("a lone surrogate in UTF-16", b"\xff\xfe" + good().encode("utf-16-le") + b"\x00\xd8", INVALID_XML,
         headers=UTF16),
    Case("half a character of UTF-16", b"\xff\xfe" + good().encode("utf-16-le") + b"<", INVALID_XML, headers=UTF16),
    Case("an unknown character set", good(), 0x8033804C, "w:EncodingLimit", "CharacterSet",
         {"Content-Type": "application/soap+xml;charset=EBCDIC-US"}),
    # envelope
    Case("SOAP 1.1", good().replace(e.SOAP, "http://schemas.xmlsoap.org/soap/envelope/"), 0x8033800D),
    Case("another root", "<Envelope/>", 0x8033800D),
    Case("no body", f'<s:Envelope xmlns:s="{e.SOAP}"><s:Header/></s:Envelope>', *SCHEMA),
    Case("two bodies", good().replace("</env:Body>", "</env:Body><env:Body/>"), *SCHEMA),
    Case("something else in the envelope", good().replace("<env:Body>", "<other/><env:Body>"), *SCHEMA),
    # headers
    Case("unknown header that must be understood", with_header('<x:Y xmlns:x="urn:x" env:mustUnderstand="true"/>'),
         *NOT_UNDERSTOOD),
    Case("no Action", good(action=None), *REQUIRED),
    Case("empty Action", good(action=""), *REQUIRED),
    Case("no MessageID", good(message_id=False), *REQUIRED),
    Case("Action twice", with_header(e.header("a:Action", e.GET)), 0x8033800F, *HEADER),
    Case("headers in a wrong namespace", good().replace(e.ADDRESSING, "urn:addressing"), *NOT_UNDERSTOOD),
    Case("MessageID too long", good(message_id="uuid:" + "x" * 2000), 0x8033800F, *HEADER),
    Case("a reply address elsewhere", good().replace(e.ANONYMOUS, "http://elsewhere/"), 0x80338076,
         "w:UnsupportedFeature", "AddressingMode"),
    Case("MaxEnvelopeSize below the least", good(max_size=8191), 0x8033807E, "w:EncodingLimit", "MinimumEnvelopeLimit"),
    Case("MaxEnvelopeSize of words", good(max_size="much"), 0x8033800F, *HEADER),
    Case("negative OperationTimeout", good(timeout="PT-1S"), 0x8033800F, *HEADER),
    Case("OperationTimeout of words", good(timeout="soon"), 0x8033800F, *HEADER),
    Case("empty OperationTimeout", good(timeout=""), 0x8033800F, *HEADER),
    Case("a locale that must be understood",
         good(locale=None, extra='<w:Locale env:mustUnderstand="true" xml:lang="fr-FR"/>'), 0x80338087,
         "w:UnsupportedFeature", "Locale"),
    # actions, resources, selectors, options
    Case("unknown action", good(action="http://x/y"), 0x80338013, "a:ActionNotSupported"),
    Case("an action that shells do not have", good(action=e.PUT), 0x80338013, "a:ActionNotSupported"),
    Case("unknown resource", good(resource="http://x/y"), 0x8033803B, "a:DestinationUnreachable", "InvalidResourceURI"),
    Case("no resource", good(resource=None), 0x8033803B, "a:DestinationUnreachable", "InvalidResourceURI"),
    Case("an unknown shell resource", good(action=e.CREATE, resource=e.SHELL + "/other", body=e.shell_body()),
         0x8033803B, "a:DestinationUnreachable"),
    Case("a resource that only begins like one", good(action=e.CREATE, resource=e.CMD + "x", body=e.shell_body()),
         0x8033803B, "a:DestinationUnreachable"),
    Case("a selector twice", good(action=e.GET, selectors=[("ShellId", "1"), ("shellid", "2")], body=""), 0x8033805F,
         "w:InvalidSelectors", "DuplicateSelectors"),
    Case("no selector", good(action=e.GET, body=""), 0x8033805A, "w:InvalidSelectors", "InsufficientSelectors"),
    Case("a hundred thousand bytes of URI", good(resource="http://x/" + "y" * 100000), 0x8033802D, "w:EncodingLimit"),
    Case("a hundred selectors", good(selectors=[(f"s{i}", "") for i in range(1000)]), 0x8033804A, "w:EncodingLimit"),
    Case("a thousand options", good(options=[e.option(f"o{i}") for i in range(10000)]), 0x8033804B, "w:EncodingLimit"),
    Case("an option the shell must comply with and does not know",
         good(action=e.CREATE, resource=e.CMD, body=e.shell_body(), options=[e.option("WINRS_MADE_UP", "1", True)]),
         0x80338051, "w:InvalidOptions", "NotSupported"),
    # bodies
    Case("an empty body for Create", good(action=e.CREATE, resource=e.CMD, body=""), *SCHEMA),
    Case("another body for Create", good(action=e.CREATE, resource=e.CMD, body="<x/>"), *SCHEMA),
    Case("a shell in a wrong namespace",
         good(action=e.CREATE, resource=e.CMD, body='<rsp:Shell xmlns:rsp="urn:shell"/>'), *SCHEMA),
    Case("an idle time-out of words", good(action=e.CREATE, resource=e.CMD, body=e.shell_body(idle_timeout="long")),
         *SCHEMA),
    Case("a shell id that is no GUID", good(action=e.CREATE, resource=e.CMD, body=e.shell_body(shell_id="mine")),
         0x803381D5),
    Case("a shell name of 256 characters", good(action=e.CREATE, resource=e.CMD, body=e.shell_body(name="n" * 256)),
         0x803381C2),
    Case("a variable without a name", good(action=e.CREATE, resource=e.CMD, body=e.shell_body(environment=[("", "x")])),
         87),
    Case("another body for Enumerate", good(body="<x/>"), *SCHEMA),
    Case("no number of elements", good(body=e.enumerate_body(max_elements="many")), *SCHEMA),
    Case("zero elements", good(body=e.enumerate_body(max_elements=0)), *SCHEMA),
    Case("an unknown enumeration mode", good(body=e.enumerate_body(mode="EnumerateNothing")), 0x80338086,
         "w:UnsupportedFeature", "EnumerationMode"),
    Case("a filter on shells", good(body=e.enumerate_body(shell_filter=ABSENT)), 0x80338018, "n:FilteringNotSupported"),
    Case("an unknown enumeration context", good(action=e.PULL, body=e.pull_body("uuid:" + ABSENT)), 0x8033801B,
         "n:InvalidEnumerationContext"),
    Case("a pull without a context", good(action=e.PULL, body="<n:Pull/>"), *SCHEMA),
    Case("commands without a filter", good(resource=e.SHELL + "/Command"), 0x803381C0),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_TheFaultForBadInput(client, case):
    reply = client.post(case.text, headers=case.headers)
    assert reply.status == 500
    fault = reply.fault
    assert fault.code == case.code, fault
    assert not case.subcode or fault.subcode == case.subcode
    assert not case.detail or fault.detail == e.FAULT_DETAIL + case.detail
    assert fault.reason
    # Neither the connection nor the service is worse for it.
    assert client.enumerate().status == 200


def test_AFaultNamesWhatWasNotUnderstood(client):
    reply = client.post(with_header('<x:Odd xmlns:x="urn:odd" env:mustUnderstand="true"/>'))
    assert reply.fault.soap_code == "s:MustUnderstand"
    assert reply.find(e.SOAP, "NotUnderstood").get("qname").endswith(":Odd")


# In a shell that is there.
IN_A_SHELL = [
    ("no command named", e.COMMAND, "<rsp:CommandLine/>", *SCHEMA),
    ("a command id that is no GUID", e.COMMAND, e.command_body("true", command_id="1"), 0x803381D4, ""),
    ("an unknown command to receive", e.RECEIVE, e.receive_body(ABSENT), NO_SUCH_SHELL, "w:InvalidSelectors"),
    ("an unknown command to send to", e.SEND, e.send_body(b"x", ABSENT), NO_SUCH_SHELL, "w:InvalidSelectors"),
    ("an unknown command to signal", e.SIGNAL, e.signal_body(ABSENT, e.TERMINATE), NO_SUCH_SHELL, "w:InvalidSelectors"),
    ("bad base64", e.SEND, '<rsp:Send><rsp:Stream Name="stdin">!!!!</rsp:Stream></rsp:Send>', *SCHEMA),
    ("base64 of five characters", e.SEND, '<rsp:Send><rsp:Stream Name="stdin">QUJDR</rsp:Stream></rsp:Send>', *SCHEMA),
    ("a stream without a name", e.SEND, "<rsp:Send><rsp:Stream>QQ==</rsp:Stream></rsp:Send>", *SCHEMA),
    ("no stream", e.SEND, "<rsp:Send/>", *SCHEMA),
    ("an unknown input stream", e.SEND, e.send_body(b"x", ABSENT, name="stdfoo"), 0x8033818B, ""),
    ("an unknown output stream", e.RECEIVE, e.receive_body(ABSENT, "stdfoo"), 0x8033818D, ""),
    ("no stream to receive", e.RECEIVE, "<rsp:Receive/>", *SCHEMA),
    ("a signal without a code", e.SIGNAL, "<rsp:Signal/>", *SCHEMA),
    ("disconnect", e.DISCONNECT, "<rsp:Disconnect/>", 0x803381C5, "w:InternalError"),
]


@pytest.mark.parametrize("name,action,body,code,subcode", IN_A_SHELL, ids=[case[0] for case in IN_A_SHELL])
def test_TheFaultForBadInputInAShell(shell, name, action, body, code, subcode):
    fault = shell.ask(action, body).fault
    assert fault.code == code, fault
    assert not subcode or fault.subcode == subcode


def test_ReceiveWithoutACommandIsTheFaultThatClientsCompare(shell):
    fault = shell.ask(e.RECEIVE, e.receive_body(None)).fault
    assert (fault.code, fault.subcode) == (87, "w:InvalidParameter")
    assert fault.detail == e.FAULT_DETAIL + "InvalidValue"
    assert fault.reason == "The parameter is incorrect. "
    assert fault.provider == "Shell cmd plugin"
    assert fault.provider_text == "The parameter is incorrect. "


@pytest.mark.parametrize("action,body", [
    (e.COMMAND, e.command_body("true")), (e.RECEIVE, e.receive_body(ABSENT)), (e.SEND, e.send_body(b"", ABSENT)),
    (e.SIGNAL, e.signal_body(ABSENT, e.TERMINATE)), (e.DELETE, ""), (e.GET, "")])
@pytest.mark.parametrize("shell_id", [ABSENT, "not a guid", "", "x" * 5000])
def test_AnUnknownShellIsTheFaultThatClientsKnow(client, action, body, shell_id):
    fault = client.ask(action, e.CMD, body, selectors=[("ShellId", shell_id)]).fault
    assert (fault.code, fault.subcode) == (NO_SUCH_SHELL, "w:InvalidSelectors")
    assert fault.detail == e.FAULT_DETAIL + "UnexpectedSelectors"


def test_AnOptionThatIsNotBindingIsIgnored(client):
    client.create(options=[e.option("WSMAN_CMDSHELL_OPTION_KEEPALIVE", "TRUE"), e.option("X", "1")]).delete()


def test_AFilterDialectThatIsNotThere(client):
    body = e.enumerate_body(inner='<w:Filter Dialect="http://x/WQL">select</w:Filter>')
    assert client.ask(e.ENUMERATE, e.SHELL + "/Command", body).fault.code == 0x80338019


@pytest.mark.parametrize("depth", [100, 126])
def test_WhatIsDeepButWithinTheLimitIsRead(client, depth):
    # 126 levels in a body are 128 in all; the body is then refused for what it says.
    assert client.post(deep(depth)).fault.code == SCHEMA[0]
