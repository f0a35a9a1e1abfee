"""pywinrm's lower layer, unmodified: headers and transport are its own, the bodies are the test's."""

import pytest

import envelope as e
import things
from things import THING

winrm = pytest.importorskip("winrm", reason="python3-winrm is not installed")
xmltodict = pytest.importorskip("xmltodict")
from winrm.exceptions import WinRMError  # noqa: E402
from winrm.protocol import Protocol  # noqa: E402


@pytest.fixture(scope="module", name="protocol")
def protocol_of_alice():
    with things.things_stand() as (service, _):
        with service.client("user00") as client:
            things.Things(client).create("one", 5)
            things.Things(client).create("two", 6)
        yield Protocol(service.url, transport="plaintext", username="user00", password=service.password("user00"))


def ask(protocol, action, body=None, selector=None):
    # pylint: disable=protected-access
    request = {"env:Envelope": protocol._get_soap_header(resource_uri=THING, action=action, message_id=e.new_id())}
    if selector:
        request["env:Envelope"]["env:Header"]["w:SelectorSet"] = {"w:Selector": {"@Name": "Name", "#text": selector}}
    request["env:Envelope"]["env:Body"] = body
    answer = protocol.send_message(xmltodict.unparse(request))
    return xmltodict.parse(answer)["s:Envelope"]["s:Body"]


def test_Get(protocol):
    assert ask(protocol, e.GET, selector="two")["t:Thing"]["t:Size"] == "6"


def test_EnumerateAndPull(protocol):
    answer = ask(protocol, e.ENUMERATE, {"n:Enumerate": {"w:OptimizeEnumeration": None}})["n:EnumerateResponse"]
    assert answer["w:Items"]["t:Thing"]["t:Name"] == "one"
    body = {"n:Pull": {"n:EnumerationContext": answer["n:EnumerationContext"], "n:MaxElements": "10"}}
    answer = ask(protocol, e.PULL, body)["n:PullResponse"]
    assert answer["n:Items"]["t:Thing"]["t:Name"] == "two"
    assert "n:EndOfSequence" in answer and "n:EnumerationContext" not in answer


def test_AnEnumerationInOneAnswerHasAnEmptyContext(protocol):
    body = {"n:Enumerate": {"w:OptimizeEnumeration": None, "w:MaxElements": "10"}}
    answer = ask(protocol, e.ENUMERATE, body)["n:EnumerateResponse"]
    assert answer["n:EnumerationContext"] is None
    assert len(answer["w:Items"]["t:Thing"]) == 2


def test_AFaultIsRaised(protocol):
    with pytest.raises(WinRMError) as raised:
        ask(protocol, e.GET, selector="nothing")
    assert "'wsmanfault_code': '2150858752'" in str(raised.value)
