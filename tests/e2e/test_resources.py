"""Resources of a plug-in: Get, Put, Create, Delete, Invoke and Enumerate, from the wire to the plug-in and back."""

import http.client
import itertools
import socket
import struct

import pytest

import envelope as e
import things
from service import until
from things import THING, Things, found, references
from wsman import ABORTED, TIMED_OUT, FaultError, basic

ACTION_NOT_SUPPORTED = 0x80338013
RESOURCE_NOT_FOUND = 0x80338000
NO_CONTEXT = 0x8033801B


@pytest.fixture(scope="module", name="stand")
def stand_of_things():
    with things.things_stand() as running:
        yield running


@pytest.fixture(scope="module", name="numbers")
def numbers_of_users():
    return itertools.count()


@pytest.fixture(name="user")
def fresh_user(numbers):
    """Each has a process, and so things, of its own."""
    return f"user{next(numbers):02}"


@pytest.fixture(name="store")
def store_of_things(stand, user):
    with stand[0].client(user) as client:
        yield Things(client)


def refused(code, call, *arguments, **rest):
    with pytest.raises(FaultError) as raised:
        call(*arguments, **rest)
    assert raised.value.code == code, raised.value
    return raised.value.fault


# One at a time

def test_AThingIsCreatedReadChangedAndDeleted(store):
    made = store.create("box", 7)
    assert made.find(e.TRANSFER, "ResourceCreated") is not None
    assert made.text(e.WSMAN, "ResourceURI") == THING
    assert references(made) == ["box"]
    assert found(store.get("box")) == [("box", "7")]
    assert found(store.put("box", 8)) == [("box", "8")]
    assert found(store.put("box", 9, options=[e.option("Quiet")])) == []
    assert found(store.get("box")) == [("box", "9")]
    gone = store.delete("box")
    assert b"<s:Body></s:Body>" in gone.body
    fault = refused(RESOURCE_NOT_FOUND, store.get, "box")
    assert fault.provider == "things"
    assert fault.provider_text == "There is no thing of that name."


def test_WhatAPluginRefusesIsItsOwnFault(store):
    store.create("one")
    fault = refused(0x80338033, store.create, "one")
    assert (fault.subcode, fault.provider_text) == ("w:AlreadyExists", "There is a thing of that name.")
    refused(0x8033803D, store.delete, "two")


def test_AnInvokeHasItsOwnAction(store):
    store.create("one", 3)
    store.create("two", 4)
    total = store.invoke("Total")
    assert total.text(THING, "Total") == "7"
    assert total.text(e.ADDRESSING, "Action") == f"{THING}/TotalResponse"
    refused(ACTION_NOT_SUPPORTED, store.invoke, "Multiply")


def test_APartIsReadAndChanged(store):
    store.create("box", 3)
    fragment = '<w:FragmentTransfer env:mustUnderstand="true">Size</w:FragmentTransfer>'
    part = store.get("box", extra=fragment)
    assert [child.tag for child in part.find(e.WSMAN, "XmlFragment")] == [f"{{{THING}}}Size"]
    assert part.text(e.WSMAN, "FragmentTransfer") == "Size"
    body = f'<w:XmlFragment><t:Size xmlns:t="{THING}">4</t:Size></w:XmlFragment>'
    store.client.call(e.PUT, THING, body, selectors=things.named("box"), extra=fragment)
    assert found(store.get("box")) == [("box", "4")]
    refused(0x80338093, store.get, "box", extra=fragment.replace("Size<", "Weight<"))


def test_WhoAsksIsToldTheReference(store):
    store.create("box")
    reply = store.get("box", extra="<w:RequestEPR/>")
    assert reply.find(e.WSMAN, "RequestedEPR") is not None
    assert references(reply) == ["box"]


def test_OnlyWhatTheConfigurationNamesIsDone(store):
    plain = {"resource": things.PLAIN}
    for action in (e.PUT, e.CREATE, e.DELETE, "urn:own", e.CREATE, e.COMMAND):
        refused(ACTION_NOT_SUPPORTED, store.client.call, action, **plain)
    refused(0x80338077, store.client.call, e.GET, extra="<w:FragmentTransfer>Size</w:FragmentTransfer>", **plain)
    refused(0x80338051, store.client.call, e.GET, options=[e.option("x")], **plain)
    body = e.enumerate_body(shell_filter="x")
    refused(0x80338019, store.client.call, e.ENUMERATE, body=body, **plain)


def test_EveryUserHasOtherThings(stand, store, numbers):
    store.create("mine")
    with stand[0].client(f"user{next(numbers):02}") as client:
        refused(RESOURCE_NOT_FOUND, Things(client).get, "mine")


def test_OneProcessServesAUser(stand, store):
    mark = stand[1].mark()
    for name in ("one", "two", "three"):
        store.create(name)
    assert len(found(store.enumerate(max_elements=9))) == 3
    assert len(mark.events("Startup")) == 1


def test_APluginThatCrashesIsAFaultAndTheNextRequestIsServed(store):
    store.create("box")
    refused(ABORTED, store.invoke, "Crash")
    refused(RESOURCE_NOT_FOUND, store.get, "box")
    store.create("box")


def test_ACallThatTakesTooLongIsEnded(stand, store):
    mark = stand[1].mark()
    refused(TIMED_OUT, store.invoke, "Wait", timeout="PT1S")
    mark.wait("WaitEnded")


def test_ACallWhoseClientGoesIsEnded(stand, user):
    service, log = stand
    mark = log.mark()
    connection = http.client.HTTPConnection("127.0.0.1", service.port)
    connection.request("POST", "/wsman", e.envelope(f"{THING}/Wait", THING),
                       {"Content-Type": "application/soap+xml", "Authorization": basic(user, service.password(user))})
    mark.wait("Wait")
    connection.close()
    mark.wait("WaitEnded")


# Enumerations

def test_AllThingsInOneAnswer(store):
    for name in ("one", "two"):
        store.create(name)
    reply = store.enumerate(max_elements=10)
    assert found(reply) == [("one", "1"), ("two", "1")]
    assert reply.text(e.ENUMERATION, "EnumerationContext") == ""
    assert reply.find(e.WSMAN, "EndOfSequence") is not None


def test_NoThings(store):
    reply = store.enumerate(max_elements=10)
    assert reply.find(e.WSMAN, "Items") is None
    assert reply.find(e.WSMAN, "EndOfSequence") is not None


def test_ThingsAndReferences(store):
    store.create("one")
    both = store.enumerate(max_elements=10, mode="EnumerateObjectAndEPR")
    assert (found(both), references(both)) == ([("one", "1")], ["one"])
    assert both.find(e.WSMAN, "Item") is not None
    only = store.enumerate(max_elements=10, mode="EnumerateEPR")
    assert (found(only), references(only)) == ([], ["one"])
    assert found(store.get(references(only)[0])) == [("one", "1")]


def test_AFilterBySelectors(store):
    for name in ("one", "two"):
        store.create(name)
    chosen = (f'<w:Filter Dialect="{e.SELECTOR_FILTER}"><w:SelectorSet>{e.selector("Name", "two")}</w:SelectorSet>'
              "</w:Filter>")
    assert found(store.enumerate(max_elements=10, inner=chosen)) == [("two", "1")]
    with pytest.raises(FaultError) as raised:
        store.enumerate(inner='<w:Filter Dialect="urn:query">select</w:Filter>')
    assert raised.value.fault.subcode == "n:CannotProcessFilter"


def test_PullsUntilTheEnd(store):
    context = store.open(10)
    names = []
    for _ in range(20):
        reply = store.pull(context, 4)
        names += [name for name, _ in found(reply)]
        if reply.find(e.ENUMERATION, "EndOfSequence") is not None:
            break
        assert reply.text(e.ENUMERATION, "EnumerationContext") == context
    assert names == [f"n{i}" for i in range(10)]
    refused(NO_CONTEXT, store.pull, context)


def test_ManyThingsAreNotHeldAllAtOnce(store):
    context = store.open(20_000)
    count = 0
    while True:
        reply = store.pull(context, 30_000, max_size=65536)
        assert len(reply.body) <= 65536
        count += len(found(reply))
        if reply.find(e.ENUMERATION, "EndOfSequence") is not None:
            break
    assert count == 20_000


def test_AReleaseStopsThePlugin(stand, store):
    mark = stand[1].mark()
    context = store.open(1_000_000)
    assert len(found(store.pull(context, 5))) == 5
    assert b"<s:Body></s:Body>" in store.release(context).body
    mark.wait("EnumerateStopped")
    refused(NO_CONTEXT, store.pull, context)


def test_APullWaitsForItsTimeAndLosesNothing(stand, store):
    context = store.open(2, last="wait")
    assert len(found(store.pull(context, 1))) == 1
    assert len(found(store.pull(context, 5))) == 1
    refused(TIMED_OUT, store.pull, context, max_time="PT0.5S")
    refused(TIMED_OUT, store.pull, context, max_time="PT0.5S")
    mark = stand[1].mark()
    store.release(context)
    mark.wait("EnumerateEnded")


def test_AnErrorComesAfterTheThingsBeforeIt(store):
    context = store.open(3, last="fail")
    assert len(found(store.pull(context, 2))) == 2
    assert len(found(store.pull(context, 2))) == 1
    fault = refused(RESOURCE_NOT_FOUND, store.pull, context)
    assert fault.provider_text == "The list is torn."
    refused(NO_CONTEXT, store.pull, context)


def test_ACrashAbortsAnEnumerationOnce(store):
    context = store.open(1, last="wait")
    refused(ABORTED, store.invoke, "Crash")
    refused(ABORTED, store.pull, context)
    refused(NO_CONTEXT, store.pull, context)


def test_AnExpirationIsKeptAndRenewed(stand, store):
    mark = stand[1].mark()
    context = store.open(1, last="wait", inner="<n:Expires>PT2S</n:Expires>")
    renewed = store.client.call(e.RENEW, THING, e.renew_body(context, "PT3S"))
    assert renewed.text(e.ENUMERATION, "Expires") == "PT3.000S"
    status = store.client.call(e.GET_STATUS, THING, e.status_body(context))
    assert status.text(e.ENUMERATION, "Expires").startswith("PT2.")
    mark.wait("EnumerateEnded")
    refused(NO_CONTEXT, store.pull, context)


def test_AContextIsItsOwnersOnly(stand, store, numbers):
    context = store.open(5)
    with stand[0].client(f"user{next(numbers):02}") as client:
        refused(NO_CONTEXT, Things(client).pull, context)
        refused(NO_CONTEXT, Things(client).release, context)
    assert len(found(store.pull(context, 5))) == 5


def test_AnItemTooLargeIsAFaultAndStays(store):
    store.create("large", "9" * 9000)
    context = store.enumerate(optimize=False).text(e.ENUMERATION, "EnumerationContext")
    refused(0x80338048, store.pull, context, max_size=8192)
    assert len(found(store.pull(context))) == 1


def test_ThingsInALostAnswerComeAgain(stand, user):
    """The client closes its end before it has read the answer."""
    service, _ = stand
    with service.client(user) as client:
        store = Things(client)
        context = store.open(3)
        wanted = e.envelope(e.PULL, THING, e.pull_body(context, 2))
        connection = http.client.HTTPConnection("127.0.0.1", service.port)
        connection.connect()
        connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.request("POST", "/wsman", wanted, {"Content-Type": "application/soap+xml",
                                                      "Authorization": basic(user, service.password(user))})
        connection.close()
        names = []
        until("all are there", lambda: names.extend(name for name, _ in found(store.pull(context, 2))) or len(names) >= 3)
        assert names == ["n0", "n1", "n2"]
