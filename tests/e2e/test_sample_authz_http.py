"""The sample that asks a policy service, against one that is good, slow, broken, hostile or gone."""

import contextlib
import threading

import pytest

import paths
from policy_service import policy_service
from trying import try_out
from wsman import FaultError

PLUGIN = paths.BUILD / "lib" / "winrmd" / "samples" / "authz-http.so"
NO_DECISION = 2150858755  # ERROR_WSMAN_PROVIDER_FAILURE
DENIED = 5


@contextlib.contextmanager
def asking(policy, *parameters):
    """A service with users alice and boss that asks `policy`."""
    arguments = [part for one in (f"url={policy.url}", *parameters) for part in ("--authz-param", one)]
    with try_out("--user", "alice:secret", "--user", "boss:secret", "--authz", PLUGIN, *arguments) as running:
        yield running


def refusal(running, number=0):
    with running.client(number) as client, pytest.raises(FaultError) as caught:
        client.create()
    return caught.value.fault


def test_AuthzHttp_LetsInWhomThePolicyLetsIn():
    with policy_service() as policy, asking(policy) as running, running.client() as alice:
        assert alice.create().run("echo hi")[0] == b"hi\n"
        (user,) = policy.questions("user")
        assert (user["user"], user["mechanism"]) == ("alice", "Basic")
        first = policy.questions("operation")[0]
        assert first["operation"] == "8"
        assert first["action"].endswith("/transfer/Create")
        assert first["resource"].endswith("/shell/cmd")


def test_AuthzHttp_RefusesWithTheReasonOfThePolicy():
    with policy_service() as policy, asking(policy) as running:
        policy.says({"allow": False, "reason": "not on Sundays"})
        fault = refusal(running)
        assert (fault.code, fault.provider_text) == (DENIED, "not on Sundays")


def test_AuthzHttp_MakesAdministrators():
    with policy_service() as policy, asking(policy) as running:
        policy.answer = lambda asked: (200, {}, b'{"result":{"allow":true,"administrator":%s}}' %
                                       (b"true" if asked["user"] == "boss" else b"false"))
        with running.client(0) as alice, running.client(1) as boss:
            shell = alice.create()
            assert boss.shell_ids() == [shell.id]
            boss.create()
            assert alice.shell_ids() == [shell.id]


@pytest.mark.parametrize("what", [
    dict(result=None, status=500), dict(result=None, status=404),
    dict(result={"allow": True}, status=201),
    dict(result=None, status=302, headers={"Location": "http://127.0.0.1/"}),
    dict(result=None, raw=b""), dict(result=None, raw=b"yes"), dict(result=None, raw=b'{"result":{"allow":"true"}}'),
    dict(result=None, raw=b'{"result":true}' + b" " * 65536),
], ids=["500", "404", "201", "redirect", "empty", "no_json", "wrong_type", "too_long"])
def test_AuthzHttp_LetsNobodyInOnAnAnswerThatIsNone(what):
    with policy_service() as policy, asking(policy) as running:
        policy.says(**what)
        assert refusal(running).code == NO_DECISION
        policy.says({"allow": True})
        with running.client() as alice:
            alice.create()  # a failure is not remembered


def test_AuthzHttp_LetsNobodyInWhenThePolicyServiceIsGoneOrSilent():
    with policy_service() as policy, asking(policy, "timeout_ms=200") as running:
        release = threading.Event()

        def silent(_):
            release.wait(20)
            return 200, {}, b'{"result":true}'

        policy.answer = silent
        assert refusal(running).code == NO_DECISION
        release.set()
        policy.stop()
        assert refusal(running).code == NO_DECISION


def test_AuthzHttp_RemembersDecisionsForAWhile():
    with policy_service() as policy, asking(policy) as running, running.client() as alice:
        for _ in range(3):
            alice.create()
        assert len(policy.questions("operation")) == 1
        policy.says({"allow": False})
        alice.create()


def test_AuthzHttp_AsksAlwaysWhenItMayRememberNothing():
    with policy_service() as policy, asking(policy, "cache_seconds=0") as running, running.client() as alice:
        alice.create()
        policy.says({"allow": False})
        with pytest.raises(FaultError) as refused:
            alice.create()
        assert refused.value.code == DENIED
        assert len(policy.questions("operation")) == 2


def test_AuthzHttp_DoesNotStartForAPolicyThatOthersCouldAnswerFor():
    with try_out("--user", "alice:secret", "--authz", PLUGIN, "--authz-param", "url=http://policy.example.org/") as running:
        with running.client() as alice, pytest.raises(FaultError):
            alice.create()
