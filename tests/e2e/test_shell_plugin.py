"""What any shell plug-in may rely on, seen through the probe: order of calls, late and odd completions, its faults."""

import json
import os
import signal
import threading

import pytest

import envelope as e
import paths
import settings
from probes import ShellProbe
from service import Service, scratch_folder, until
from stand import fresh_users
from wsman import ABORTED, NO_SUCH_SHELL, TIMED_OUT, FaultError


@pytest.fixture(scope="module")
def probe():
    with scratch_folder() as folder:
        yield ShellProbe(folder)


@pytest.fixture(scope="module")
def service(probe):
    app = settings.application(probe.setting(), settings.cmd_plugin())
    with Service(probe.file.parent, fresh_users(30), [app]) as running:
        yield running
    # Each shell was released, and each start shut down, unless its process was made to die.
    starts = {line["pid"] for line in probe.events("Startup")}
    ends = {line["pid"] for line in probe.events("Shutdown")}
    killed = {line["pid"] for line in running.log("child_ended") if line["status"] != "ended in good order"}
    assert starts <= ends | killed


@pytest.fixture
def client(service):
    with service.client("user00", resource=e.PROBE) as made:
        yield made


def faulted(call):
    with pytest.raises(FaultError) as raised:
        call()
    return raised.value.fault


def end_by_force(shell):
    """For a shell whose plug-in will never let go of it: the service would wait for it at its end."""
    os.kill(json.loads(shell.run("identity")[0])["pid"], signal.SIGKILL)


def probe_option(behaviour):
    return [e.option("PROBE", behaviour)]


def order_of(log):
    """Calls of entry points and the completions that the probe begins, in their order."""
    return [line["event"] + (" " + line["what"] if "what" in line else "") for line in log.events()
            if line["event"] not in ("OperationComplete", "ReportContext")]


def test_TheOrderOfCalls(probe, client):
    seen = probe.mark()
    shell = client.create()
    shell.run("echo x")
    shell.delete()
    seen.wait("Shutdown")
    order = [item for item in order_of(seen) if "ignal" not in item]
    assert order == ["Startup", "Shell", "Command", "Receive", "Completes receive", "Completes command",
                     "ReleaseCommand", "Completes shell", "ReleaseShell", "Shutdown"]
    assert all(line.get("result", 0) == 0 for line in seen.events())


def test_DeleteEndsTheInnermostFirst(probe, client):
    seen = probe.mark()
    shell = client.create()
    command = shell.command("run")
    outcome = []

    def receive():
        with client.clone() as other:
            outcome.append(shell.of(other).ask(e.RECEIVE, e.receive_body(command)).fault.code)

    thread = threading.Thread(target=receive)
    thread.start()
    seen.wait("Receive")
    shell.delete()
    thread.join()
    assert outcome == [ABORTED]
    seen.wait("ReleaseShell")
    order = order_of(seen)
    places = [order.index(name) for name in ("Completes receive", "Completes command", "Completes shell",
                                             "ReleaseShell")]
    assert places == sorted(places)
    assert order.index("Completes command") < order.index("ReleaseCommand") < order.index("ReleaseShell")


def test_WhatAShellIsTold(probe, client):
    seen = probe.mark()
    shell = client.create(name="display", directory="/usr", idle_timeout="PT100S", input_streams="stdin pr",
                          output_streams="stdout", inner='<x:open xmlns:x="urn:x">content</x:open>')
    (line,) = seen.events("Shell")
    assert (line["flags"], line["inputs"], line["outputs"], line["idle_ms"]) == (0, 2, 1, 100_000)
    assert (line["directory"], line["display_name"], line["open_content"]) == ("/usr", "display", True)
    assert (line["sender"], line["mechanism"], line["resource"]) == ("user00", "Basic", e.PROBE)
    assert line["url"] == client.url.geturl()
    assert line["plugin_context_ok"] and line["token_result"] == 0 and line["shutdown"] == 0
    start = seen.events("Startup")[0]
    assert (start["application"], start["flags"]) == ("wsman", 0)
    assert start["extra"] == ('<InitializationParameters><Param Name="log" Value="%s"/></InitializationParameters>'
                              % probe.file)
    shell.delete()


def test_WhatACommandIsTold(client):
    client.locale = "de-DE"
    shell = client.create()
    options = [e.option("PLAIN", "1"), e.option("BINDING", "ü", True)]
    out, _, _ = shell.run("details", options=options)
    facts = json.loads(out)
    assert (facts["locale"], facts["data_locale"], facts["language"]) == ("de-DE", "de-DE", 0x0407)
    assert (facts["option PLAIN"], facts["comply PLAIN"]) == ("1", False)
    assert (facts["option BINDING"], facts["comply BINDING"]) == ("ü", True)
    assert facts["selector ShellId"] == shell.id
    assert facts["version"] == 0xAABBCCDD
    shell.delete()


def test_TheTokenOfTheRequestIsTheRunningAccount(client):
    shell = client.create()
    facts = json.loads(shell.run("identity")[0])
    assert facts["token_uid"] == facts["uid"]
    shell.delete()


@pytest.mark.parametrize("text,expected", [("", "The parameter is incorrect. "), ("in words", "in words"),
                                           ("<x/>", None), ("<x", "<x")])
def test_AShellThatIsNotOpenedIsThePluginsFault(client, text, expected):
    fault = faulted(lambda: client.create(options=probe_option(f"fail:87:{text}")))
    assert (fault.code, fault.subcode) == (87, "w:InvalidParameter")
    assert (fault.provider, fault.provider_path) == ("shell probe", str(paths.PROBES / "shell_probe.so"))
    if expected is None:
        assert fault.provider_xml[0].tag == "x"
    else:
        assert fault.provider_text == expected
    assert client.shell_ids() == []


def test_ACommandThatIsNotStartedIsThePluginsFault(client):
    shell = client.create()
    fault = faulted(lambda: shell.command("fail 0x80070002 missing"))
    assert (fault.code, fault.provider_text) == (0x80070002, "missing")
    assert shell.run("echo on") == (b"on", b"", 0)
    shell.delete()


def test_ContextsMayBeReportedLateAndFromAnotherThread(client):
    shell = client.create(options=probe_option("late:100"))
    assert shell.run("late 100 word") == (b"100 word", b"", 0)
    shell.delete()


def test_AShellThatNeverComesTimesOutAndIsEnded(probe, client):
    seen = probe.mark()
    fault = faulted(lambda: client.create(options=probe_option("never"), timeout="PT0.5S"))
    assert fault.code == TIMED_OUT
    # It is told to end, so that nothing is left of it.
    seen.wait("Completes", what="shell")
    seen.wait("Shutdown")
    assert client.shell_ids() == []


def test_ACommandThatNeverComesTimesOut(client):
    shell = client.create()
    assert faulted(lambda: shell.command("never", timeout="PT0.5S")).code == TIMED_OUT
    assert shell.run("echo on") == (b"on", b"", 0)
    shell.delete()


def test_AnEntryPointThatNeverReturnsTimesOut(client):
    shell = client.create()
    assert faulted(lambda: shell.command("hang", timeout="PT0.5S")).code == TIMED_OUT
    end_by_force(shell)


def test_ASecondReportIsRefused(probe, client):
    seen = probe.mark()
    shell = client.create(options=probe_option("twice"))
    assert shell.run("twice word") == (b"word", b"", 0)
    shell.delete()
    seen.wait("ReleaseShell")
    reports = [(line["what"], line["result"]) for line in seen.events("ReportContext")]
    assert reports == [("shell", 0), ("shell", 87), ("command", 0), ("command", 87)]
    assert len(seen.events("ReleaseShell")) == len(seen.events("ReleaseCommand")) == 1


@pytest.mark.parametrize("where", ["send", "signal"])
def test_ASecondCompletionIsRefused(probe, client, where):
    shell = client.create()
    seen = probe.mark()
    command = shell.command("on", [where, "twice"])
    if where == "send":
        shell.send(command, b"x")
        shell.signal(command)
    else:
        shell.signal(command)
    completions = [line["result"] for line in seen.wait("OperationComplete", what=where, count=2)]
    assert completions[:2] == [0, 87]
    shell.delete()


def test_ASecondCompletionOfAReceiveIsRefused(probe, client):
    shell = client.create()
    seen = probe.mark()
    assert shell.run("twice x") == (b"x", b"", 0)
    assert [line["result"] for line in seen.events("OperationComplete", what="receive")] == [0, 87]
    shell.delete()


@pytest.mark.parametrize("where,ask", [("receive", lambda s, c: s.receive(c)), ("send", lambda s, c: s.send(c, b"x")),
                                       ("signal", lambda s, c: s.signal(c))])
def test_AnErrorOfAnOperationIsItsFault(client, where, ask):
    shell = client.create()
    command = shell.command("on", [where, "fail"])
    fault = faulted(lambda: ask(shell, command))
    assert fault.code == 1234 and fault.provider_text.startswith("no ")
    assert shell.run("echo on") == (b"on", b"", 0)
    shell.delete()


@pytest.mark.parametrize("where,ask", [("send", lambda s, c, **r: s.send(c, b"x", **r)),
                                       ("signal", lambda s, c, **r: s.signal(c, **r))])
def test_AnOperationThatIsNeverCompletedTimesOut(client, where, ask):
    shell = client.create()
    command = shell.command("on", [where, "never"])
    assert faulted(lambda: ask(shell, command, timeout="PT0.5S")).code == TIMED_OUT
    end_by_force(shell)


def test_AnErrorDiscardsOutputThatWasNotSent(client):
    """plugin-api 4.3. Output is held back a moment to go with what follows, which here is the error."""
    shell = client.create()
    command = shell.command("drop 1234")
    fault = faulted(lambda: shell.receive(command))
    assert (fault.code, fault.provider_text) == (1234, "dropped")
    shell.delete()


def test_WhatIsNotAllowedIsRefused(client):
    shell = client.create()
    out, _, code = shell.run("fields")
    results = dict(line.split("=") for line in out.decode().split())
    assert code == 0
    assert results.pop("good") == "0"
    assert set(results.values()) == {"87"}, results
    shell.delete()


def test_InputOfTheShellItselfAndItsSignals(client, probe):
    shell = client.create()
    seen = probe.mark()
    shell.send(None, b"for the shell")
    shell.signal(None, "urn:my-signal")
    assert seen.events("Send")[0]["size"] == 13
    assert seen.events("Signal")[0]["code"] == "urn:my-signal"
    assert faulted(lambda: shell.receive(None)).code == 87
    shell.delete()


def test_SendTellsTheLastPiece(client, probe):
    shell = client.create()
    command = shell.command("input")
    seen = probe.mark()
    shell.send(command, b"a")
    shell.send(command, b"", end=True)
    assert [(line["flags"], line["size"], line["stream"]) for line in seen.events("Send")] == \
        [(0, 1, "stdin"), (1, 0, "stdin")]
    assert shell.collect(command) == (b"a", b"", 0)
    shell.delete()


def test_AShellThatEndsByItselfIsGone(service):
    with service.client("user01", resource=e.PROBE) as client:
        try:
            client.create(options=probe_option("end"))
        except FaultError as error:
            assert error.code in (ABORTED, NO_SUCH_SHELL)
        until("it is gone", lambda: client.shell_ids() == [])


def test_DeleteWaitsForAPluginThatTakesItsTime(client, probe):
    shell = client.create(options=probe_option("stubborn:300"))
    seen = probe.mark()
    shell.delete()
    assert seen.events("Completes", what="shell")


def test_ReceiveIsCalledOnceForTheLifeOfACommand(client, probe):
    shell = client.create()
    command = shell.command("input")
    seen = probe.mark()
    for _ in range(3):
        assert faulted(lambda: shell.receive(command, timeout="PT0.5S")).code == TIMED_OUT
    shell.send(command, b"x", end=True)
    assert shell.collect(command) == (b"x", b"", 0)
    (call,) = seen.events("Receive")
    assert call["flags"] == 0
    shell.delete()


def test_ShellsShareAProcessWhereTheConfigurationSaysSo():
    with scratch_folder() as folder:
        probe = ShellProbe(folder)
        app = settings.application(probe.setting(shared_process=True, process_idle_timeout=300))
        with Service(folder, fresh_users(2), [app]) as service:
            with service.client("user00", resource=e.PROBE) as one, service.client("user01", resource=e.PROBE) as two:
                first, second, other = one.create(), one.create(), two.create()
                pids = [line["pid"] for line in probe.events("Shell")]
                assert pids[0] == pids[1] != pids[2]
                assert len(probe.events("Startup")) == 2
                for shell in (first, second, other):
                    shell.delete()
                assert not probe.events("Shutdown")
                ends = probe.wait("Shutdown", count=2)
                assert {line["reason"] for line in ends} == {4}
                # And again, in a fresh one.
                one.create().delete()
            assert len(probe.events("Startup")) == 3
