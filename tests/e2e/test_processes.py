"""The death of a process costs its own callers a fault and nobody else anything."""

import json
import os
import signal
import threading

import pytest

import envelope as e
import settings
from probes import ShellProbe
from service import Service, gone, scratch_folder, until
from stand import fresh_users
from wsman import ABORTED, NO_SUCH_SHELL, FaultError


class Stand:
    def __init__(self, service, shells):
        self.service = service
        self.shells = shells

    def client(self, user="user00"):
        return self.service.client(user, resource=e.PROBE)


@pytest.fixture
def stand():
    with scratch_folder() as folder:
        probe = ShellProbe(folder)
        app = settings.application(probe.setting(), settings.cmd_plugin())
        with Service(folder, fresh_users(4), [app]) as service:
            yield Stand(service, probe)


def host_of(shell):
    """Pid of the process that a shell of the probe is in."""
    return json.loads(shell.run("identity")[0])["pid"]


def receive_in_background(shell, command):
    """Starts a Receive that waits; what it got is in the list when the thread has ended."""
    outcome = []

    def receive():
        with shell.client.clone() as client:
            try:
                outcome.append(shell.of(client).receive(command))
            except FaultError as error:
                outcome.append(error.code)

    thread = threading.Thread(target=receive)
    thread.start()
    return thread, outcome


def test_TheFourProgramsRun(stand):
    with stand.client() as client:
        shell = client.create()
        assert len(stand.service.children("net")) == 1
        assert len(stand.service.children("auth")) == 1
        assert len(stand.service.children("operations_host")) == 1
        shell.delete()
    until("the idle host ends", lambda: not stand.service.children("operations_host"))


def test_AKilledHostFailsItsCallersAlone(stand):
    with stand.client("user00") as one, stand.client("user01") as two:
        lost, kept = one.create(), two.create()
        host = host_of(lost)
        lost_command, kept_command = lost.command("run"), kept.command("run")
        thread, outcome = receive_in_background(lost, lost_command)
        stand.shells.wait("Receive", pid=host, count=2)  # that of host_of was the first
        os.kill(host, signal.SIGKILL)
        thread.join()
        assert outcome == [ABORTED]
        assert lost.ask(e.COMMAND, e.command_body("echo x")).fault.code == NO_SUCH_SHELL
        assert one.shell_ids() == []
        # The other user noticed nothing, and this one starts again.
        assert kept.run("echo fine") == (b"fine", b"", 0)
        kept.signal(kept_command)
        again = one.create()
        assert again.run("echo again") == (b"again", b"", 0)
        again.delete()
        kept.delete()


def test_ShellsOfOneUserHaveHostsOfTheirOwn(stand):
    with stand.client() as client:
        first, second = client.create(), client.create()
        host = host_of(first)
        assert host != host_of(second)
        os.kill(host, signal.SIGKILL)
        until("the shell is gone", lambda: client.shell_ids() == [second.id])
        assert second.run("echo on") == (b"on", b"", 0)
        second.delete()


def misbehave(client, where, how):
    """Makes the probe misbehave in that entry point: the fault the client got, and the shell if it was opened."""
    shell = None
    with pytest.raises(FaultError) as raised:
        if where == "shell":
            client.create(options=[e.option("PROBE", how)])
        shell = client.create()
        if where == "command":
            shell.command(how)
        command = shell.command("on", [where, how])
        {"receive": lambda: shell.receive(command), "send": lambda: shell.send(command, b"x"),
         "signal": lambda: shell.signal(command)}[where]()
    return raised.value.fault, shell


@pytest.mark.parametrize("how", ["crash", "abort", "exit"])
@pytest.mark.parametrize("where", ["shell", "command", "receive", "send", "signal"])
def test_APluginThatDiesTakesItsOwnShellAlone(stand, how, where):
    with stand.client("user00") as client, stand.client("user01") as other:
        neighbour = other.create()
        assert misbehave(client, where, how)[0].code == ABORTED
        assert client.shell_ids() == []
        assert neighbour.run("echo well") == (b"well", b"", 0)
        neighbour.delete()


@pytest.mark.parametrize("where", ["shell", "command", "receive", "send", "signal"])
def test_AnExceptionIsAFaultOfThatCallAlone(stand, where):
    with stand.client() as client:
        fault, shell = misbehave(client, where, "throw")
        assert (fault.code, fault.subcode) == (0x80338083, "w:InternalError")  # ERROR_WSMAN_PLUGIN_FAILED
        if shell:
            assert shell.run("echo on") == (b"on", b"", 0)
            shell.delete()
        assert client.shell_ids() == []


def test_CommandsEndWithTheirHost(stand):
    with stand.service.client("user00") as client:
        shell = client.create()
        command = shell.command("echo $$; exec sleep 1000")
        pid = int(shell.receive(command).data("stdout"))
        (host,) = stand.service.children("operations_host")
        os.kill(host, signal.SIGKILL)
        until("the command is gone", lambda: gone(pid))


def test_AKilledNetIsReplacedAndServes(stand):
    with stand.client() as client:
        client.create()
    old = stand.service.kill("net")
    with stand.client() as client:
        shell = client.create()
        assert shell.run("echo back") == (b"back", b"", 0)
        shell.delete()
    assert stand.service.children("net") != [old]
    # Hosts of the old one do not stay behind.
    until("no host is left", lambda: not stand.service.children("operations_host"))


def test_NobodyIsRefusedWhileNetIsReplaced(stand):
    """The listening sockets are the supervisor's: a connection waits for the next winrmd-net."""
    for _ in range(3):
        stand.service.kill("net")
        with stand.client() as client:
            assert client.shell_ids() == []


def test_AKilledAuthIsReplacedAndLogsIn(stand):
    with stand.client() as client:
        assert client.shell_ids() == []
    stand.service.kill("auth")

    def log_in():
        with stand.client("user01") as client:
            reply = client.ask(e.ENUMERATE, e.SHELL, e.enumerate_body())
        assert reply.status in (200, 503)
        return reply.status == 200

    until("a log-in", log_in)


def test_ShellsOutliveAuth(stand):
    with stand.client() as client:
        shell = client.create()
        stand.service.kill("auth")
        assert shell.run("echo shell") == (b"shell", b"", 0)
        shell.delete()


def test_NothingIsLeftAfterTheService():
    with scratch_folder() as folder:
        probe = ShellProbe(folder)
        service = Service(folder, fresh_users(1), [settings.application(probe.setting(), settings.cmd_plugin())])
        with service, service.client("user00") as client:
            client.create(resource=e.PROBE)
            shell = client.create()
            command = shell.command("echo $$; exec sleep 1000")
            pid = int(shell.receive(command).data("stdout"))
        until("the command is gone", lambda: gone(pid))
        assert not any(service.children(kind) for kind in ("net", "auth", "operations_host"))
        assert probe.events("Shutdown") and probe.events("ReleaseShell")


def test_TheSupervisorsDeathEndsEverything():
    with scratch_folder() as folder:
        service = Service(folder, fresh_users(1), [settings.application(settings.cmd_plugin())])
        service.start()
        with service.client("user00") as client:
            client.create()
        pids = [pid for kind in ("net", "auth", "operations_host") for pid in service.children(kind)]
        assert len(pids) == 3
        service.process.kill()
        service.process.wait()
        until("all children are gone", lambda: all(gone(pid) for pid in pids))
        service.stop()
