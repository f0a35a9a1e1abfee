"""How a plug-in's completion of user authorization decides: S2, S4, S5, S6, S17, S18, S25, S26, and calls that no
pending authorization belongs to."""

import threading

import pytest

from probes import operation, user
from stand import gate_stand

COMPLETIONS = ["inline", "thread", "later:50"]


@pytest.fixture(scope="module")
def stand():
    with gate_stand() as made:
        yield made


def results(stand, name, kind="user", count=1):
    """What the completion calls returned, in their order, when there are so many: the probe logs a call after it was
    made, which may be after the client has its answer."""
    lines = stand.authz.wait("Complete", name=name, kind=kind, count=count)
    assert len(lines) == count
    return [(line["variant"], line["result"]) for line in lines]


@pytest.mark.parametrize("when", COMPLETIONS)
def test_S2_SuccessLetsTheRequestProceed(stand, when):
    name = stand.fresh()
    stand.authz.rules(user(name, when=when))
    assert stand.admit(name) is None
    assert results(stand, name) == [("ok", 0)]


@pytest.mark.parametrize("when", COMPLETIONS)
def test_S2_FailureRefusesTheRequest(stand, when):
    name = stand.fresh()
    stand.authz.rules(user(name, when=when, error=5))
    assert stand.admit(name).code == 5
    assert not stand.authz.events("AuthzOperation", name=name)


def test_S2_CompletionFromAnotherThreadComesAfterTheEntryPointReturned(stand):
    name = stand.fresh()
    stand.authz.rules(user(name, when="thread"))
    assert stand.admit(name) is None
    (call,) = stand.authz.events("AuthzUser", name=name)
    (completion,) = stand.authz.wait("Complete", name=name, kind="user")
    assert call["thread"] != completion["thread"]


def test_S4_CompletionsInReverseOrderReachTheRightRequests(stand):
    allowed, denied, broken = stand.fresh(), stand.fresh(), stand.fresh()
    stand.authz.rules(user(allowed, when="reverse:3"), user(denied, when="reverse:3", error=5),
                      user(broken, when="reverse:3", error=1234, text="not today"))
    outcomes = {}

    def ask(name):
        outcomes[name] = stand.admit(name)

    threads = []
    for count, name in enumerate((allowed, denied, broken), start=1):
        threads.append(threading.Thread(target=ask, args=(name,)))
        threads[-1].start()
        if count < 3:  # so that the order of the calls is known
            stand.authz.wait("AuthzUser", name=name)
    for thread in threads:
        thread.join()
    stand.authz.wait("Complete", kind="user", name=allowed)
    assert [line["name"] for line in stand.authz.events("Complete", kind="user")][-3:] == [broken, denied, allowed]
    assert outcomes[allowed] is None
    assert outcomes[denied].code == 5
    assert outcomes[broken].code == 1234 and "not today" in outcomes[broken].provider_text


def test_S5_EntryPointsGetNoFlags(stand):
    name = stand.fresh()
    stand.authz.rules()
    assert stand.admit(name) is None
    (call,) = stand.authz.events("AuthzUser", name=name)
    assert call["flags"] == 0 and call["plugin_context_ok"]
    assert all(line["flags"] == 0 for line in stand.authz.events("AuthzOperation", name=name))


@pytest.mark.parametrize("variant", ["flags1", "flags8"])
def test_S6_FlagsThatAreNotZeroAreRefused(stand, variant):
    name = stand.fresh()
    # A failure with flags, then a success without: what counts is the second.
    stand.authz.rules(user(name, calls=f"{variant},ok"), operation(name, calls=f"{variant},ok"))
    assert stand.admit(name) is None
    assert results(stand, name, count=2) == [(variant, 87), ("ok", 0)]
    assert results(stand, name, "operation", 2) == [(variant, 87), ("ok", 0)]


def test_S17_AnErrorCodeAloneMakesItAFailure(stand):
    name = stand.fresh()
    stand.authz.rules(user(name, error=5, context="c0ffee", token="client", admin=1))
    assert stand.admit(name).code == 5
    assert not stand.authz.events("AuthzOperation", name=name)
    # The context that came with the error is not kept (S9).
    stand.authz.wait("Release", context="0xc0ffee")


def test_S18_ZeroIsSuccess(stand):
    name = stand.fresh()
    stand.authz.rules(user(name, error=0), operation(name, error=0))
    assert stand.admit(name) is None


def test_S25_ReturnsOnlySuccessOrInvalidParameter(stand):
    calls = "null,flags1,flags8,nullflags,invented,beside,wrongkind,stale,ok,ok,null,invented"
    for token in ("client", "null", "garbage"):
        name = stand.fresh()
        stand.authz.rules(user(name, calls=calls, token=token), operation(name, calls=calls))
        admitted = stand.admit(name) is None
        users = results(stand, name, count=12)
        returned = users + (results(stand, name, "operation", 12) if admitted else [])
        assert {result for _, result in returned} == {0, 87}
        assert [variant for variant, result in users if result == 0] == ["ok"]


@pytest.mark.parametrize("refused", ["null", "flags1", "nullflags", "null,flags8,null"])
def test_S26_ARefusedCompletionLeavesTheAuthorizationPending(stand, refused):
    name = stand.fresh()
    stand.authz.rules(user(name, calls=refused + ",ok"))
    assert stand.admit(name) is None
    count = len(refused.split(",")) + 1
    assert [result for _, result in results(stand, name, count=count)] == [87] * (count - 1) + [0]


def test_S26_NoOtherValueOfAParameterIsRefused(stand):
    for values in ({"context": "1"}, {"context": "ffffffffffffffff"}, {"token": "garbage"}, {"token": "null"},
                   {"admin": -1}, {"admin": 2}, {"error": 0xFFFFFFFF}, {"error": 1, "text": ""},
                   {"error": 1, "text": "<a"}):
        name = stand.fresh()
        stand.authz.rules(user(name, **values))
        stand.admit(name)
        assert results(stand, name) == [("ok", 0)], values


@pytest.mark.parametrize("variant", ["invented", "beside", "wrongkind", "stale"])
def test_SenderPointersThatAreNotPendingChangeNothing(stand, variant):
    first, second = stand.fresh(), stand.fresh()
    stand.authz.rules(user(first), user(second, calls=f"{variant},ok", error=5))
    assert stand.admit(first) is None
    assert stand.admit(second).code == 5
    assert results(stand, second, count=2) == [(variant, 87), ("ok", 0)]
    assert stand.admit(first) is None


def test_ASecondCompletionIsRefusedAndItsContextNotKept(stand):
    name = stand.fresh()
    stand.authz.rules(user(name, calls="ok,ok", context="abc1"))
    assert stand.admit(name) is None
    assert results(stand, name, count=2) == [("ok", 0), ("ok", 87)]


def test_AClientThatLeftDoesNotDisturbTheNext(stand):
    name, other = stand.fresh(), stand.fresh()
    stand.authz.rules(user(name, when="later:300", context="abc2"))
    client = stand.client(name, timeout=0.1)
    with pytest.raises(OSError):
        client.enumerate()
    assert stand.admit(other) is None
    stand.authz.wait("Complete", name=name, kind="user")
    assert stand.admit(name) is None
    assert len(stand.authz.events("AuthzUser", name=name)) == 1
