"""What the client gets to see of a failed authorization: S19 to S23, redirects, the shape of ProviderFault."""

import pytest

import envelope as e
import paths
from probes import operation, user
from stand import gate_stand, refusal

XML = '<Denied xmlns="urn:probe"><Why level="3">because &lt;tests&gt; say so</Why></Denied>'


@pytest.fixture(scope="module")
def stand():
    with gate_stand() as made:
        yield made


def test_S19_AccessDeniedRefusesTheRequestAndKeepsNoRecord(stand):
    name = stand.fresh()
    stand.authz.rules(user(name, error=5))
    with stand.client(name) as client:
        reply = client.ask(e.CREATE, e.PROBE, e.shell_body())
    assert reply.status == 500
    assert (reply.fault.soap_code, reply.fault.subcode, reply.fault.code) == ("s:Sender", "w:AccessDenied", 5)
    # No record: the next request is asked about again. No operation: its plug-in was not even started.
    assert stand.admit(name).code == 5
    assert len(stand.authz.events("AuthzUser", name=name)) == 2
    assert not stand.authz.events("AuthzOperation", name=name)
    assert not stand.shells.events("Startup")


CODES = [
    (5, "s:Sender", "w:AccessDenied", ""),
    (87, "s:Sender", "w:InvalidParameter", "InvalidValue"),
    (2, "s:Receiver", "w:InternalError", ""),
    (0x80070002, "s:Receiver", "w:InternalError", ""),
    (0x80070005, "s:Sender", "w:AccessDenied", ""),
    (0x80070057, "s:Sender", "w:InvalidParameter", "InvalidValue"),
    (0x8033805B, "s:Sender", "w:InvalidSelectors", "UnexpectedSelectors"),
    (0x80338013, "s:Sender", "a:ActionNotSupported", ""),
    (0x8033803F, "s:Sender", "w:QuotaLimit", ""),
    (0x803381A5, "s:Sender", "w:QuotaLimit", ""),
    (0x803381A6, "s:Receiver", "w:InternalError", ""),
    (0x80338029, "s:Receiver", "w:TimedOut", ""),
    (1, "s:Receiver", "w:InternalError", ""),
    (0x7FFFFFFF, "s:Receiver", "w:InternalError", ""),
    (0x80000000, "s:Receiver", "w:InternalError", ""),
    (0xFFFFFFFF, "s:Receiver", "w:InternalError", ""),
]


@pytest.mark.parametrize("code,soap_code,subcode,detail", CODES)
def test_S20_EveryErrorCodeReachesTheClientUnchanged(stand, code, soap_code, subcode, detail):
    name = stand.fresh()
    stand.authz.rules(user(name, error=code))
    fault = stand.admit(name)
    assert (fault.status, fault.code) == (500, code)
    assert (fault.soap_code, fault.subcode) == (soap_code, subcode)
    assert fault.detail == (e.FAULT_DETAIL + detail if detail else "")
    assert stand.authz.wait("Complete", name=name)[0]["result"] == 0


@pytest.mark.parametrize("code", [5, 87, 0x80070002, 0x12345678])
def test_S21_AnErrorIsASoapFault(stand, code):
    name = stand.fresh()
    stand.authz.rules(user(name, error=code))
    message = e.new_id()
    with stand.client(name) as client:
        reply = client.ask(e.GET, e.SHELL, selectors=[("ShellId", "x")], message_id=message)
    assert reply.status == 500
    assert reply.header("Content-Type") == "application/soap+xml;charset=UTF-8"
    assert reply.fault.code == code and reply.fault.reason and reply.fault.relates_to == message
    assert reply.fault.action.endswith("/fault")


def test_S22_TheXmlDocumentIsInTheFaultDetail(stand):
    name = stand.fresh()
    stand.authz.rules(user(name, error=5, text=XML))
    fault = stand.admit(name)
    assert fault.provider == "authz probe"
    assert fault.provider_path == str(paths.PROBES / "authz_probe.so")
    (denied,) = fault.provider_xml
    assert denied.tag == "{urn:probe}Denied"
    assert denied[0].tag == "{urn:probe}Why" and denied[0].get("level") == "3"
    assert denied[0].text == "because <tests> say so"


def test_S22_TheSameForAnOperation(stand):
    name = stand.fresh()
    stand.authz.rules(operation(name, error=5, text=XML))
    fault = stand.admit(name)
    assert fault.code == 5 and fault.provider_xml[0].tag == "{urn:probe}Denied"


@pytest.mark.parametrize("text", ["plain words", "<unfinished", "<a></b>", "a & b < c", '<!DOCTYPE a><a/>', "<a/><b/>",
                                  "grüße – 日本語 🙂", "]]>", "<?xml version='1.0'?>"])
def test_S22_WhatIsNoXmlDocumentIsThereAsText(stand, text):
    name = stand.fresh()
    stand.authz.rules(user(name, error=5, text=text))
    fault = stand.admit(name)
    assert fault.provider_text == text and not fault.provider_xml


def test_WithoutTextTheFaultHasTheGenericText(stand):
    name = stand.fresh()
    stand.authz.rules(user(name, error=5))
    fault = stand.admit(name)
    assert fault.reason == "Access is denied. " and fault.provider_text in ("", "Access is denied. ")


@pytest.mark.parametrize("text", ["fine", "<unfinished", XML, "http://elsewhere/wsman"])
def test_S23_TextIsIgnoredOnSuccess(stand, text):
    name = stand.fresh()
    stand.authz.rules(user(name, error=0, text=text), operation(name, error=0, text=text))
    assert stand.admit(name) is None


@pytest.mark.parametrize("location", ["http://other.example/wsman", "https://[2001:db8::1]:5986/wsman?x=1",
                                      "http://h/" + "a" * 2039])
def test_ARedirectIsA302WithItsLocation(stand, location):
    name = stand.fresh()
    stand.authz.rules(user(name, error=0x80338199, text=location))
    with stand.client(name) as client:
        reply = client.ask(e.ENUMERATE, e.SHELL, e.enumerate_body())
        assert reply.status == 302
        assert reply.header("Location") == location
        assert reply.fault.code == 0x80338199
        # A redirect is no admission.
        assert client.ask(e.ENUMERATE, e.SHELL, e.enumerate_body()).status == 302


@pytest.mark.parametrize("location,code", [
    ("http://h/" + "a" * 2040, 0x803381B6), ("http://h/" + "a" * 100000, 0x803381B6), ("", 0x803381B7),
    ("not a url", 0x803381B7), ("ftp://h/x", 0x803381B7), ("http:///wsman", 0x803381B7), ("<x/>", 0x803381B7),
    ("http://h/\r\nX-Injected: 1", 0x803381B7), ("javascript:alert(1)", 0x803381B7), ("http://h/ü", 0x803381B7)])
def test_ARedirectToNoProperUrlIsAFault(stand, location, code):
    name = stand.fresh()
    stand.authz.rules(user(name, error=0x80338199, text=location))
    fault = stand.admit(name)
    assert (fault.status, fault.code) == (500, code)


def test_ARedirectFromOperationAuthorizationIsAFault(stand):
    name = stand.fresh()
    stand.authz.rules(operation(name, error=0x80338199, text="http://other.example/wsman"))
    assert stand.admit(name).code == 0x803381B5


def test_OneOperationIsRefusedAndAnotherIsNot(stand):
    name = stand.fresh()
    stand.authz.rules(operation(name, action="shell/Command", error=5, text="no commands"))
    with stand.client(name) as client:
        shell = client.create()
        fault = shell.ask(e.COMMAND, e.command_body("echo hi")).fault
        assert fault.code == 5 and fault.provider_text == "no commands"
        assert refusal(client) is None
        shell.delete()
    assert not stand.shells.events("Command")


def test_OperationsAreToldByTheirNumbersAndActions(stand):
    name = stand.fresh()
    stand.authz.rules()
    with stand.client(name) as client:
        shell = client.create()
        shell.run("echo hi")
        client.get_shell(shell.id)
        client.enumerate()
        shell.delete()
    calls = [(line["operation"], line["action"], line["resource"])
             for line in stand.authz.events("AuthzOperation", name=name)]
    assert calls == [(8, e.CREATE, e.PROBE), (9, e.COMMAND, e.PROBE), (1, e.GET, e.SHELL), (6, e.ENUMERATE, e.SHELL),
                     (4, e.DELETE, e.PROBE)]
