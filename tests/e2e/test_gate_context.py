"""Contexts that the plug-in reports: S7, S8, S9, S10. Each stand also compares reports and releases at its end."""

import pytest

import envelope as e
from probes import operation, user
from service import until
from stand import gate_stand, refusal

# The service looks at its records ten times a second; a limit is met within this many seconds after it.
SOON = 3.0


@pytest.fixture(scope="module")
def stand():
    with gate_stand() as made:
        yield made


@pytest.fixture(scope="module")
def idle():
    """User records live for one second without activity."""
    with gate_stand(user_record_idle_timeout=1000) as made:
        yield made


@pytest.fixture(scope="module")
def refreshing():
    """Users are authorized anew after one second."""
    with gate_stand(refresh_interval=1000) as made:
        yield made


@pytest.mark.parametrize("value", ["1", "dead0001", "7fffffffffff", "ffffffffffffffff", "8000000000000000"])
def test_S7_AContextIsAnOpaqueValue(idle, value):
    name = idle.fresh()
    idle.authz.rules(user(name, context=value), operation(name, context=value))
    seen = idle.authz.mark()
    assert idle.admit(name) is None
    # The operation's at once, the user's when the record has expired: the very value, both times.
    seen.wait("Release", context="0x" + value, count=2)


def test_S8_TheSameValueMayBeReportedSeveralTimes(stand):
    name = stand.fresh()
    stand.authz.rules(user(name, context="5a5a"), operation(name, context="5a5a"))
    seen = stand.authz.mark()
    with stand.client(name) as client:
        assert refusal(client) is None
        assert refusal(client) is None
    completions = seen.wait("Complete", name=name, context="0x5a5a", count=3)
    assert [line["result"] for line in completions] == [0, 0, 0]
    # Two operations are over; the user's report is a reference of its own and stays.
    seen.wait("Release", context="0x5a5a", count=2)
    assert stand.admit(name) is None
    seen.wait("Release", context="0x5a5a", count=3)
    assert len(seen.events("Release", context="0x5a5a")) == 3


def test_S8_SeveralUsersMayShareAValue(idle):
    names = [idle.fresh() for _ in range(3)]
    idle.authz.rules(user("*", context="e0e0"), operation("*", context="e0e0"))
    seen = idle.authz.mark()
    for name in names:
        assert idle.admit(name) is None
    seen.wait("Release", context="0xe0e0", count=6)


def test_S9_EveryReportIsReleasedExactlyOnce():
    with gate_stand() as stand:
        stand.authz.rules(user("*", context="77"), operation("*", context="77"))
        for _ in range(3):
            with stand.client(stand.fresh()) as client:
                shell = client.create()
                shell.run("echo x")
                shell.command("run")  # still running when the service stops
                refusal(client)
    # 3 × (user, Create, 2 × Command, Enumerate)
    end = stand.final[-1]  # no release comes after it (O9)
    assert (end["event"], end["reports"], end["releases"]) == ("Shutdown", 15, 15)
    assert [line["context"] for line in stand.final if line["event"] == "Release"] == ["0x77"] * 15


def test_S9_NoReleaseForNull(stand):
    name = stand.fresh()
    stand.authz.rules()
    seen = stand.authz.mark()
    assert stand.admit(name) is None
    seen.wait("Complete", name=name, kind="operation")
    assert not seen.events("Release")


def test_S9_AContextReportedWithAnErrorIsReleasedAtOnce(stand):
    name = stand.fresh()
    stand.authz.rules(user(name, context="e1", error=5, times=1), operation(name, context="e2", error=5))
    seen = stand.authz.mark()
    assert stand.admit(name).code == 5
    seen.wait("Release", context="0xe1")
    assert stand.admit(name).code == 5
    seen.wait("Release", context="0xe2")


def test_AnOperationsContextLivesAsLongAsTheOperation(stand):
    name = stand.fresh()
    stand.authz.rules(operation(name, action="transfer/Create", context="a1"),
                      operation(name, action="shell/Command", context="a2"),
                      operation(name, action="transfer/Delete", context="a3"))
    seen = stand.authz.mark()
    with stand.client(name) as client:
        shell = client.create()
        command = shell.command("run")
        refusal(client)
        assert not seen.events("Release")
        shell.signal(command)
        seen.wait("Release", context="0xa2")
        assert not seen.events("Release", context="0xa1")
        shell.delete()
        seen.wait("Release", context="0xa1")
        seen.wait("Release", context="0xa3")


def test_S10_AnIdleRecordsContextIsReleased(idle):
    name = idle.fresh()
    idle.authz.rules(user(name, context="1d1e"))
    seen = idle.authz.mark()
    assert idle.admit(name) is None
    seen.wait("Release", context="0x1d1e", timeout=SOON)
    assert idle.admit(name) is None
    assert len(seen.events("AuthzUser", name=name)) == 2


def test_S10_ARecordInUseDoesNotExpire(idle):
    name, other = idle.fresh(), idle.fresh()
    idle.authz.rules(user(name, context="b051"), user(other, context="b052"))
    seen = idle.authz.mark()
    with idle.client(name) as client:
        shell = client.create()
        assert idle.admit(other) is None
        seen.wait("Release", context="0xb052", timeout=SOON)  # so much time has passed
        assert not seen.events("Release", context="0xb051")
        shell.delete()
    seen.wait("Release", context="0xb051", timeout=SOON)
    assert len(seen.events("AuthzUser", name=name)) == 1


def test_S10_WhileTheRecordLivesNewConnectionsNeedNoCall(stand):
    name = stand.fresh()
    stand.authz.rules()
    for _ in range(4):
        assert stand.admit(name) is None
    assert len(stand.authz.events("AuthzUser", name=name)) == 1


def refreshed(stand, client, seen, name):
    """Makes requests until one has caused a second authorization; what that one got."""
    def once():
        fault = refusal(client)
        return [fault] if len(seen.events("AuthzUser", name=name)) > 1 else None
    return until("a refresh", once, timeout=SOON, pause=0.05)[0]


def test_S10_ARefreshReleasesTheOldContextAfterTheNewOneIsThere(refreshing):
    name = refreshing.fresh()
    refreshing.authz.rules(user(name, context="01d", times=1), user(name, context="2e2"))
    seen = refreshing.authz.mark()
    with refreshing.client(name) as client:
        assert refusal(client) is None
        assert refreshed(refreshing, client, seen, name) is None
    seen.wait("Release", context="0x1d")
    order = [(line["event"], line["context"]) for line in seen.events()
             if line["event"] == "Release" or line["event"] == "Complete" and line["kind"] == "user"]
    assert order == [("Complete", "0x1d"), ("Complete", "0x2e2"), ("Release", "0x1d")]


def test_S10_AFailedRefreshRefusesAndReleasesTheOldContext(refreshing):
    name = refreshing.fresh()
    refreshing.authz.rules(user(name, context="f1", times=1), user(name, error=5, text="fired", times=1),
                           user(name, context="f2"))
    seen = refreshing.authz.mark()
    with refreshing.client(name) as client:
        assert refusal(client) is None
        fault = refreshed(refreshing, client, seen, name)
        assert fault.code == 5 and fault.provider_text == "fired"
        seen.wait("Release", context="0xf1")
        # The record is gone: the next request is a first one.
        assert refusal(client) is None
    assert len(seen.events("AuthzUser", name=name)) == 3


def test_S10_RequestsDuringARefreshGoOnUnderTheOldAuthorization(refreshing):
    name = refreshing.fresh()
    refreshing.authz.rules(user(name, times=1), user(name, when="later:1500", error=5))
    seen = refreshing.authz.mark()
    with refreshing.client(name) as first, refreshing.client(name) as second:
        shell = first.create()
        shell.delete()
        outcome = []

        def due():
            if len(seen.events("AuthzUser", name=name)) > 1:
                return True
            outcome[:] = [None]
            import threading
            thread = threading.Thread(target=lambda: outcome.__setitem__(0, refusal(first)))
            thread.start()
            until("an answer, or a refresh under way",
                  lambda: not thread.is_alive() or len(seen.events("AuthzUser", name=name)) > 1, timeout=SOON)
            due.thread = thread
            return len(seen.events("AuthzUser", name=name)) > 1

        until("a refresh", due, timeout=SOON, pause=0.05)
        assert refusal(second) is None  # while the plug-in thinks about it
        assert not seen.events("Complete", name=name, kind="user")[1:]
        due.thread.join()
        assert outcome[0].code == 5


def test_ShellsSurviveARefresh(refreshing):
    name = refreshing.fresh()
    refreshing.authz.rules()
    seen = refreshing.authz.mark()
    with refreshing.client(name) as client:
        shell = client.create()
        command = shell.command("run")
        assert refreshed(refreshing, client, seen, name) is None
        assert shell.run("echo still") == (b"still", b"", 0)
        shell.signal(command, e.TERMINATE)
        shell.delete()
