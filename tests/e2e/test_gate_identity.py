"""Under whom the work is done: S11 to S14, S27 to S30, with real accounts. Needs root."""

import json

import pytest

import envelope as e
from accounts import FIRST, SECOND, SERVICE, THIRD, needs_root, status, temporary_accounts, uid, uids
from probes import user
from service import until
from stand import gate_stand, refusal
from wsman import FaultError

pytestmark = [pytest.mark.root, needs_root]

# User → account; more users than accounts, so that tests do not share user records.
USERS = {f"first{n}": (f"pw-first-{n}", FIRST) for n in range(30)} | \
        {f"second{n}": (f"pw-second-{n}", SECOND) for n in range(5)} | \
        {"superuser": ("pw-superuser", "root"), "nowhere": ("pw-nowhere", "winrmd-no-such-account"),
         "service": ("pw-service", SERVICE["service"]), "netuser": ("pw-net", SERVICE["net"])}
CHOICES = {"accounts": [SECOND]}
DIFFERENT_IDENTITY = 0x803381A9


@pytest.fixture(scope="module", autouse=True)
def accounts():
    with temporary_accounts():
        yield


@pytest.fixture(scope="module")
def stand(accounts):
    with gate_stand(privileged=True, users=USERS, accounts=SERVICE, authorization=CHOICES) as made:
        made.unused = iter([name for name in USERS if name.startswith("first")])
        yield made


@pytest.fixture(scope="module")
def refreshing(accounts):
    with gate_stand(privileged=True, users=USERS, accounts=SERVICE, authorization=CHOICES,
                    refresh_interval=1000) as made:
        made.unused = iter([name for name in USERS if name.startswith("first")])
        yield made


def identity_of(shell):
    """What a command of the probe says about its thread and its request's token."""
    out, _, code = shell.run("identity")
    assert code == 0
    return json.loads(out)


def opened(stand, name):
    """Opens and deletes a shell of this user; what its entry point saw first of all, and its identity command."""
    seen = stand.shells.mark()
    with stand.client(name) as client:
        shell = client.create()
        says = identity_of(shell)
        shell.delete()
    return seen.events("Shell")[0], says


def assert_is(facts, account):
    assert facts["uid"] == facts["real_uid"] == uid(account)
    assert (facts["token_result"], facts["token_account"], facts["token_uid"]) == (0, account, uid(account))


def test_S11_TheWorkIsDoneUnderTheTokensAccount(stand):
    name = next(stand.unused)
    stand.authz.rules(user(name, token="client"))
    for facts in opened(stand, name):
        assert_is(facts, FIRST)
    assert stand.shells.events("Startup")[-1]["uid"] == uid(FIRST)


def test_S11_TheTextShellRunsItsCommandsUnderTheAccount(stand):
    name = next(stand.unused)
    stand.authz.rules()
    with stand.service.client(name) as client:
        shell = client.create()
        out, _, _ = shell.run("id -un; id -Gn; id -ru; umask")
        assert out.decode().split() == [FIRST, FIRST, str(uid(FIRST)), "0022"]
        shell.delete()


def test_S11_EveryEntryPointSeesTheSameIdentity(stand):
    name = next(stand.unused)
    stand.authz.rules()
    seen = stand.shells.mark()
    with stand.client(name) as client:
        shell = client.create()
        command = shell.command("input")
        shell.send(command, b"x", end=True)
        shell.collect(command)
        other = shell.command("run")
        shell.signal(other)
        shell.delete()
    for event in ("Shell", "Command", "Send", "Receive", "Signal"):
        for facts in seen.events(event):
            assert_is(facts, FIRST)


def test_S12_TheClientsHandleIsAcceptedAsItIs(stand):
    name = next(stand.unused)
    stand.authz.rules(user(name, token="client"))
    seen = stand.authz.mark()
    with stand.client(name) as client:
        for _ in range(5):  # it is not closed by the first use, nor twice
            shell = client.create()
            assert_is(identity_of(shell), FIRST)
            shell.delete()
    (call,), (completion,) = seen.events("AuthzUser"), seen.wait("Complete", kind="user")
    assert completion["result"] == 0 and completion["token"] == call["token"] != "0x0"


def test_S13_TokenOfAnotherUserIsUsed(stand):
    name = next(stand.unused)
    stand.authz.rules(user(name, token=f"account:{SECOND}"))
    for facts in opened(stand, name):
        assert_is(facts, SECOND)
    # The sender stays who logged in.
    assert stand.shells.events("Shell")[-1]["sender"] == name
    with stand.client(name) as client:
        shell = client.create()
        assert shell.reply.text(e.SHELL, "Owner") == name
        shell.delete()
    (line,) = stand.service.audit(message="authz_user", user=name)
    assert line["account"] == SECOND


def test_S13_AnAccountThePluginMayNotChooseIsNotGiven(stand):
    for account, result in ((THIRD, 5), ("root", 5), (SERVICE["net"], 5), ("no-such-account", None)):
        name = next(stand.unused)
        stand.authz.rules(user(name, token=f"account:{account}"))
        seen = stand.authz.mark()
        stand.admit(name)
        (made,) = seen.events("TokenForAccount")
        assert made["token"] == "0x0" and made["result"] != 0
        assert result is None or made["result"] == result


def test_S13_TheUsersOwnAccountAndTheServicesMayBeChosen(stand):
    for account in (FIRST, SERVICE["service"]):
        name = next(stand.unused)
        stand.authz.rules(user(name, token=f"account:{account}"))
        for facts in opened(stand, name):
            assert facts["uid"] == uid(account)


def test_S14_TheTokenStaysGoodForTheWholeOfALongOperation(refreshing):
    """The record's token is replaced at each refresh; what runs keeps the one it began with, until it ends."""
    name = next(refreshing.unused)
    refreshing.authz.rules(user(name, token=f"account:{SECOND}"))
    seen = refreshing.authz.mark()
    with refreshing.client(name) as client:
        shell = client.create()
        command = shell.command("run")

        def refreshed():
            assert refusal(client) is None
            return len(seen.events("AuthzUser", name=name)) >= 3

        until("two refreshes", refreshed, timeout=6, pause=0.1)
        assert_is(identity_of(shell), SECOND)
        shell.signal(command)
        shell.delete()


def live_tokens(service):
    lines = [line for line in service.log() if line["message"] in ("token_minted", "token_released")]
    return lines[-1]["live"] if lines else None


def test_S14_EveryTokenIsReleasedAtLast(accounts):
    with gate_stand(privileged=True, users=USERS, accounts=SERVICE, authorization=CHOICES,
                    user_record_idle_timeout=1000) as stand:
        names = [f"first{n}" for n in range(4)]
        stand.authz.rules(user(names[0], token="client"), user(names[1], token="null"),
                          user(names[2], token=f"account:{SECOND}"),
                          user(names[3], token=f"account:{SECOND}", error=5))
        for name in names:
            with stand.client(name) as client:
                try:
                    shell = client.create()
                    shell.run("identity")
                    shell.delete()
                except FaultError as error:
                    assert name == names[3] and error.code == 5
        minted = stand.service.log("token_minted")
        assert len(minted) == 6  # four log-ins, two by name
        until("no token is live", lambda: live_tokens(stand.service) == 0, timeout=5)
        assert len(stand.service.log("token_released")) == len(minted)


def test_S27_TheIdentityIsThereAtTheFirstInstruction(stand):
    name = next(stand.unused)
    stand.authz.rules(user(name, token=f"account:{SECOND}"))
    seen = stand.shells.mark()
    with stand.client(name) as client:
        shell = client.create()
        shell.delete()
    first = seen.events()[0]
    assert first["event"] == "Startup" and first["uid"] == uid(SECOND)
    assert_is(seen.events("Shell")[0], SECOND)


def test_S28_CopyingTheHandleKeepsTheClientAndLeavingItOutDoesNot(stand):
    copied, omitted = next(stand.unused), next(stand.unused)
    stand.authz.rules(user(copied, token="client"), user(omitted, token="null"))
    assert opened(stand, copied)[0]["uid"] == uid(FIRST)
    assert opened(stand, omitted)[0]["uid"] == uid(SERVICE["service"])


def test_S29_NullIsTheServicesOwnIdentity(stand):
    name = next(stand.unused)
    stand.authz.rules(user(name, token="null"))
    for facts in opened(stand, name):
        assert facts["uid"] == facts["real_uid"] == uid(SERVICE["service"])
    (line,) = stand.service.audit(message="authz_user", user=name)
    assert line["account"] == "service"


def test_S30_NullAfterAnotherIdentityIsTheServiceAgain(accounts):
    """A process and threads that have worked for somebody: NULL does not leave what was there."""
    with gate_stand(privileged=True, users=USERS, accounts=SERVICE, authorization=CHOICES, refresh_interval=1000) as stand:
        name = "first0"
        # Another identity at a refresh revokes the user, who is then authorized anew: the second answer is needed twice.
        stand.authz.rules(user(name, token="client", times=1), user(name, token=f"account:{SECOND}", times=2),
                          user(name, token="null"))
        found = []
        with stand.client(name) as client:
            for account in (FIRST, SECOND, SERVICE["service"]):
                def reached(account=account):
                    try:
                        shell = client.create()
                        found.append(identity_of(shell)["uid"])
                        shell.delete()
                    except FaultError as error:  # whichever message the refresh comes with
                        assert error.code == DIFFERENT_IDENTITY
                        return False
                    return found[-1] == uid(account)
                until(f"work as {account}", reached, timeout=5, pause=0.1)
        # Never back to one that was before.
        assert found == sorted(found, key=[uid(FIRST), uid(SECOND), uid(SERVICE["service"])].index)


@pytest.mark.parametrize("token", ["garbage", "of:second0"])
def test_AValueThatIsNoLiveTokenRefusesTheRequest(stand, token):
    if token.startswith("of:"):  # seen in an earlier call, which is over
        stand.authz.rules()
        assert stand.admit("second0") is None
    name = next(stand.unused)
    stand.authz.rules(user(name, token=token))
    seen = stand.authz.mark()
    fault = stand.admit(name)
    (completion,) = seen.wait("Complete", kind="user")
    assert completion["result"] == 0
    assert fault is not None and fault.code == 5
    (line,) = stand.service.audit(message="authz_user", user=name)
    assert line["verdict"] == "denied"


@pytest.mark.parametrize("name", ["superuser", "nowhere", "service", "netuser"])
def test_ALogInForAnAccountThatIsNotToBeUsedFails(stand, name):
    stand.authz.rules()
    with stand.client(name) as client:
        assert client.ask(e.ENUMERATE, e.SHELL, e.enumerate_body()).status in (401, 503)


def test_S16_RootWithoutTheFlagIsNoAdministrator(accounts):
    with gate_stand(privileged=True, users=USERS, accounts={**SERVICE, "allow_root": True}) as stand:
        stand.authz.rules(user("superuser", admin=0))
        with stand.client("first0") as owner, stand.client("superuser") as root:
            shell = owner.create()
            mine = root.create()
            assert identity_of(mine)["uid"] == 0
            assert root.shell_ids() == [mine.id]
            assert root.ask(e.DELETE, e.PROBE, selectors=[("ShellId", shell.id)]).fault.code == 5
            for one in (shell, mine):
                one.delete()


def test_EachProcessRunsUnderItsAccount(stand):
    name = next(stand.unused)
    stand.authz.rules()
    with stand.client(name) as client:
        shell = client.create()
        expected = {"net": SERVICE["net"], "auth": SERVICE["auth"], "authorization_host": SERVICE["authorization"],
                    "operations_host": FIRST}
        for kind, account in expected.items():
            pid = stand.service.children(kind)[-1]
            assert uids(pid) == {uid(account)}, kind
            fields = status(pid)
            assert int(fields["CapEff"], 16) == int(fields["CapPrm"], 16) == int(fields["CapInh"], 16) == 0, kind
            groups = {int(word) for word in fields["Groups"].split()}
            assert 0 not in groups, kind
        shell.delete()


def test_ThePluginDecidesUnderAnAccountOfItsOwn(stand):
    name = next(stand.unused)
    stand.authz.rules()
    assert stand.admit(name) is None
    assert {line["uid"] for line in stand.authz.events("AuthzUser")} == {uid(SERVICE["authorization"])}


def test_HostsOfTwoAccountsDoNotReachEachOther(stand):
    """A command may not signal the processes of another user, nor of the service."""
    one, two = next(stand.unused), "second1"
    stand.authz.rules()
    with stand.service.client(one) as client, stand.service.client(two) as other:
        shell, theirs = client.create(), other.create()
        victims = [stand.service.children("operations_host")[-1]] + \
            [stand.service.children(kind)[-1] for kind in ("net", "auth", "authorization_host")]
        out, _, _ = shell.run("; ".join(f"kill -0 {pid} 2>/dev/null && echo {pid}" for pid in victims) + "; true")
        assert out == b""
        assert theirs.run("echo alive")[0] == b"alive\n"
        shell.delete()
        theirs.delete()
