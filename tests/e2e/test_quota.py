"""Quotas that WSManPluginAuthzQueryQuota gives (B20), the system window, and re-authorization (B21)."""

import threading
import time

import envelope as e
import pytest
import settings
from probes import operation, quota, user
from service import Service, scratch_folder, until
from stand import fresh_users, gate_stand, refusal
from wsman import FaultError

MAX_SHELLS = 0x803381A5
MAX_OPERATIONS = 0x803381A6
TOO_MANY_IN_SLOT = 0x803381A7
TOO_MANY_AT_ALL = 0x803381A8
DIFFERENT_TOKEN = 0x803381A9
UNLIMITED = 0xFFFFFFFF


@pytest.fixture(scope="module")
def stand():
    with gate_stand(authorization={"quota": True}) as made:
        yield made


def code_of(action):
    try:
        action()
        return 0
    except FaultError as error:
        return error.code


def test_B20_ShellsAreLimitedByThePluginsQuota(stand):
    name = stand.fresh()
    stand.authz.rules(quota(name, quota=f"2,{UNLIMITED},0,{UNLIMITED}"))
    with stand.client(name) as client:
        shells = [client.create(), client.create()]
        reply = client.ask(e.CREATE, e.PROBE, e.shell_body())
        assert (reply.fault.soap_code, reply.fault.subcode, reply.fault.code) == ("s:Sender", "w:QuotaLimit", MAX_SHELLS)
        shells.pop().delete()
        shells.append(client.create())
        for shell in shells:
            shell.delete()
    # One query for the user, and a line in the audit log for the refusal.
    assert len(stand.authz.events("AuthzQueryQuota", name=name)) == 1
    assert stand.service.audit(message="quota", user=name, verdict="denied", code=MAX_SHELLS)


def test_B20_CommandsCountAsOperationsUntilTheyEnd(stand):
    name = stand.fresh()
    stand.authz.rules(quota(name, quota=f"5,2,0,{UNLIMITED}"))
    with stand.client(name) as client:
        shell = client.create()
        first, second = shell.command("run"), shell.command("run")
        with pytest.raises(FaultError) as caught:
            shell.command("run")
        fault = caught.value.fault
        assert (fault.soap_code, fault.subcode, fault.code) == ("s:Receiver", "w:InternalError", MAX_OPERATIONS)
        assert code_of(client.enumerate) == MAX_OPERATIONS  # any top-level operation
        assert code_of(shell.delete) == MAX_OPERATIONS
        shell.signal(first)  # a follow-on message is none
        until("the first command is over", lambda: refusal(client) is None)
        shell.signal(second)
        until("the second is over, too", lambda: code_of(shell.delete) == 0)


def test_B20_AnEnumerationAndItsPullsAreOneOperationUntilItsEnd(stand):
    name = stand.fresh()
    stand.authz.rules(quota(name, quota=f"9,1,0,{UNLIMITED}"))
    with stand.client(name) as client:
        shells = [client.create() for _ in range(3)]
        begun = client.enumerate(max_elements=1)
        context = begun.text(e.ENUMERATION, "EnumerationContext")
        assert context
        assert refusal(client).code == MAX_OPERATIONS
        pulled = client.call(e.PULL, e.SHELL, e.pull_body(context, max_elements=10))
        assert pulled.find(e.ENUMERATION, "EndOfSequence") is not None
        assert refusal(client, optimize=True) is None
        for shell in shells:
            shell.delete()


def test_B20_TheTimeSlotCountsEveryMessage(stand):
    name = stand.fresh()
    stand.authz.rules(quota(name, quota="9,9,2,4"))
    with stand.client(name) as client:
        began = time.monotonic()
        shell = client.create()
        command = shell.command("run")
        shell.signal(command)
        shell.delete()
        codes = [code_of(client.enumerate) for _ in range(3)]
        assert time.monotonic() - began < 2, "the machine is too slow for this test"
        assert codes == [TOO_MANY_IN_SLOT] * 3
        reply = client.ask(e.ENUMERATE, e.SHELL, e.enumerate_body())
        assert (reply.status, reply.fault.soap_code) == (500, "s:Receiver")
        until("the next slot", lambda: refusal(client) is None, timeout=5)


def test_B20_TheMaximumIsNoLimit(stand):
    name = stand.fresh()
    stand.authz.rules(quota(name, quota=f"{UNLIMITED},{UNLIMITED},0,{UNLIMITED}"))
    with stand.client(name) as client:
        shells = [client.create() for _ in range(35)]  # beyond the service's own limit of 30
        commands = [shells[0].command("run") for _ in range(5)]
        for command in commands:
            shells[0].signal(command)
        for shell in shells:
            shell.delete()


def test_AQuotaOfNothingAdmitsNothing(stand):
    name = stand.fresh()
    stand.authz.rules(quota(name, quota="0,0,60,0"))
    assert stand.admit(name).code == TOO_MANY_IN_SLOT


def test_AFailedQueryIsAFaultAndKeepsNoRecord(stand):
    name = stand.fresh()
    stand.authz.rules(user(name, context="c1"), quota(name, error=0x80070002, text="the database is away"))
    seen = stand.authz.mark()
    fault = stand.admit(name)
    assert (fault.status, fault.code, fault.provider) == (500, 0x80070002, "authz probe")
    assert "the database is away" in fault.message
    seen.wait("Release", context="0xc1")
    stand.authz.rules(quota(name, error=5))
    assert stand.admit(name).code == 5
    assert len(seen.events("AuthzUser", name=name)) == 2


def test_SuccessWithoutAQuotaMeansTheDefault(stand):
    name = stand.fresh()
    stand.authz.rules(quota(name, quota="none"))
    assert stand.admit(name) is None
    assert stand.authz.wait("Complete", name=name, kind="quota")[0]["result"] == 87


@pytest.mark.parametrize("when", ["thread", "later:50", "inline"])
def test_TheAnswerMayComeLaterAndFromAnyThread(stand, when):
    name = stand.fresh()
    stand.authz.rules(quota(name, when=when, quota=f"1,{UNLIMITED},0,{UNLIMITED}"))
    with stand.client(name) as client:
        client.create()
        assert code_of(client.create) == MAX_SHELLS


def test_BadArgumentsAreRefusedAndTheQueryStaysPending(stand):
    name = stand.fresh()
    stand.authz.rules(quota(name, calls="null,flags1,flags8,nullflags,beside,invented,ok,ok"))
    assert stand.admit(name) is None
    results = [line["result"] for line in stand.authz.wait("Complete", name=name, kind="quota", count=8)]
    assert results == [87, 87, 87, 87, 87, 87, 0, 87]


def test_ParallelFirstRequestsShareOneQuery(stand):
    name = stand.fresh()
    stand.authz.rules(quota(name, when="later:200", quota=f"9,9,0,{UNLIMITED}"))
    outcomes = []
    threads = [threading.Thread(target=lambda: outcomes.append(stand.admit(name))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [None] * 4
    assert len(stand.authz.events("AuthzQueryQuota", name=name)) == 1


def test_AQuotaIsNotAskedForUnlessTheConfigurationSaysSo():
    with gate_stand() as stand:
        stand.authz.rules(quota("*", quota="0,0,60,0"))
        assert stand.admit(stand.fresh()) is None
        assert not stand.authz.events("AuthzQueryQuota")


def test_AFailedQueryMeansTheDefaultWhereThatIsConfigured():
    with gate_stand(authorization={"quota": True, "default_quota_on_failure": True},
                    limits={"max_shells_per_user": 1}) as stand:
        stand.authz.rules(quota("*", error=5))
        with stand.client(stand.fresh()) as client:
            client.create()
            assert code_of(client.create) == MAX_SHELLS
        assert stand.service.log("authz_quota_default")


def test_OperationsOfAUserAreLimitedWithoutAPlugin():
    with scratch_folder() as folder:
        service = Service(folder, fresh_users(2), [settings.application(settings.cmd_plugin())],
                          limits={"max_operations_per_user": 2})
        with service, service.client("user00") as client, service.client("user01") as other:
            shell = client.create()
            for _ in range(2):
                shell.command("sleep 60")
            assert code_of(lambda: shell.command("true")) == MAX_OPERATIONS
            assert refusal(other) is None


def test_B20_TheSystemWindowIsForEverybodyTogether():
    with gate_stand(system_window=2000, system_window_operations=4) as stand:
        names = [stand.fresh(), stand.fresh()]
        codes = [getattr(stand.admit(names[number % 2]), "code", 0) for number in range(5)]
        assert codes == [0] * 4 + [TOO_MANY_AT_ALL]
        until("the window has moved on", lambda: stand.admit(names[0]) is None, timeout=5)
        with stand.client(names[0]) as client:
            for _ in range(10):
                assert client.identify().status == 200  # Identify is nobody's operation


# Re-authorization

@pytest.fixture(scope="module")
def refreshing():
    """Users are authorized anew after one second."""
    with gate_stand(refresh_interval=1000, authorization={"quota": True}) as made:
        yield made


def after_the_interval(began):
    """Waits until a second has passed since then."""
    time.sleep(max(0.0, began + 1.1 - time.monotonic()))


def test_B21_TheSameIdentityReplacesContextFlagAndQuota(refreshing):
    name = refreshing.fresh()
    refreshing.authz.rules(user(name, context="f1"), quota(name, quota=f"1,{UNLIMITED},0,{UNLIMITED}"))
    seen = refreshing.authz.mark()
    with refreshing.client(name) as client:
        client.create()
        began = time.monotonic()  # the user was authorized before
        assert code_of(client.create) == MAX_SHELLS
        refreshing.authz.rules(user(name, context="f2"), quota(name, quota=f"2,{UNLIMITED},0,{UNLIMITED}"))
        after_the_interval(began)
        client.create()
        events = [line["event"] for line in seen.wait("Release", context="0xf1") and seen.events()
                  if line.get("context") in ("0xf1", "0xf2") and line["event"] in ("Complete", "Release")
                  and line.get("kind", "user") == "user"]
        assert events[:3] == ["Complete", "Complete", "Release"]  # the new one is in place before the old one goes


def test_B21_AnotherTokenRevokesTheUserAndDisturbsNothingThatRuns(refreshing):
    name = refreshing.fresh()
    refreshing.authz.rules(user(name, context="d1"), operation(name, action="shell/Command", context="d5"))
    seen = refreshing.authz.mark()
    with refreshing.client(name) as client:
        shell = client.create()
        began = time.monotonic()
        command = shell.command("echo")
        refreshing.authz.rules(user(name, context="d2", token="null"))
        after_the_interval(began)
        fault = refusal(client)
        assert (fault.status, fault.code) == (500, DIFFERENT_TOKEN)
        seen.wait("Release", context="0xd1")
        seen.wait("Release", context="0xd2")
        assert not seen.events("Release", context="0xd5")
        # The next request authorizes from scratch; the shell is still the user's, and runs as before.
        assert refusal(client) is None
        assert len(seen.events("AuthzUser", name=name)) == 3
        shell.signal(command)
        shell.delete()
        seen.wait("Release", context="0xd5")
    assert refreshing.service.audit(message="authz_user", user=name, verdict="error", code=DIFFERENT_TOKEN)


def test_B21_ARefusalEndsTheRecordAndDisturbsNothingThatRuns(refreshing):
    name = refreshing.fresh()
    refreshing.authz.rules(user(name, context="b1"))
    seen = refreshing.authz.mark()
    with refreshing.client(name) as client:
        shell = client.create()
        began = time.monotonic()
        shell.command("run")
        refreshing.authz.rules(user(name, error=5))
        after_the_interval(began)
        assert refusal(client).code == 5
        seen.wait("Release", context="0xb1")
        refreshing.authz.rules()
        shell.delete()
