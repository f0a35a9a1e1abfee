"""Plug-ins that throw, exit, block, flood and allocate without end: each harms only its own host, its callers get a fault, the
log says why, and a neighbour's shell goes on meanwhile. The libraries are those of tests/plugins/misbehaving."""

import contextlib
import threading

import pytest

import paths
import settings
from service import Service, gone, scratch_folder, until
from stand import fresh_users
from wsman import ABORTED, TIMED_OUT, FaultError

MISBEHAVING = paths.BUILD / "lib" / "winrmd" / "misbehaving"
URI = "http://winrmd.test/shell/misbehaving"
PLUGIN_FAILED = 0x80338083
LOST_SHELL = 2150858843  # a shell whose host is gone
BAD = ["exception-thrown", "exited", "blocks", "floods", "memory-exhausted"]
MEMORY_MB = 256


@pytest.fixture(scope="module")
def service():
    with scratch_folder() as folder:
        plugins = [settings.plugin(name, MISBEHAVING / f"{name}.so", f"{URI}/{name}") for name in BAD]
        limits = {"host_call_threads": 2, "host_call_deadline": 1000, "host_memory_mb": MEMORY_MB}
        app = settings.application(settings.cmd_plugin(), *plugins)
        with Service(folder, fresh_users(20), [app], limits=limits) as running:
            yield running


class Neighbour:
    """A user who works in another shell all the time."""

    def __init__(self, service):
        self.client = service.client("user19")
        self.shell = self.client.create()
        self.rounds, self.wrong, self.over = 0, [], threading.Event()
        self.thread = threading.Thread(target=self._work)

    def _work(self):
        while not self.over.is_set():
            try:
                result = self.shell.run("echo fine")
                if result != (b"fine\n", b"", 0):
                    self.wrong.append(result)
            except Exception as error:  # whatever it is, the test has to say it
                self.wrong.append(error)
                return
            self.rounds += 1

    def finish(self):
        before = self.rounds
        until("the neighbour has got on", lambda: self.wrong or self.rounds > before)
        self.over.set()
        self.thread.join()
        self.shell.delete()
        self.client.close()
        assert self.wrong == [] and self.rounds > 0


@contextlib.contextmanager
def neighbour(service):
    one = Neighbour(service)
    one.thread.start()
    try:
        yield one
    finally:
        one.finish()


def open_shell(client, name):
    return client.create(resource=f"{URI}/{name}")


def newest_host(service):
    return service.children("operations_host")[-1]


def test_AnExceptionFailsItsOperationAndNothingElse(service):
    with neighbour(service), service.client("user00") as client:
        shell = open_shell(client, "exception-thrown")
        command = shell.command("anything")
        for _ in range(3):
            with pytest.raises(FaultError) as raised:
                shell.send(command, b"input")
            assert raised.value.code == PLUGIN_FAILED
        # The host is as good as before.
        assert shell.collect(command)[0] == b"hi\n"
        shell.delete()
    line = service.log("plugin_exception")[0]
    assert line["plugin"] == "exception-thrown" and line["entry_point"] == "WSManPluginSend"
    assert line["what"] == "no input, please"


def test_ACallOfExitEndsItsHostAlone(service):
    with neighbour(service), service.client("user01") as client:
        shell = open_shell(client, "exited")
        host = newest_host(service)
        with pytest.raises(FaultError) as raised:
            shell.command("anything")
        assert raised.value.code == ABORTED
        until("the host is gone", lambda: gone(host))
        until("the log says why", lambda: service.log("plugin_exited"))
        with pytest.raises(FaultError) as raised:
            shell.command("again")
        assert raised.value.code == LOST_SHELL
        # And the next one is served by a fresh host.
        open_shell(client, "exited").delete()


def test_CallsThatBlockForEverEndTheirHostAtTheDeadline(service):
    with neighbour(service), service.client("user02") as one, service.client("user02") as two:
        shell = open_shell(one, "blocks")
        host = newest_host(service)
        codes = []

        def block(client):
            with pytest.raises(FaultError) as raised:
                shell.of(client).command("anything")
            codes.append(raised.value.code)

        threads = [threading.Thread(target=block, args=[client]) for client in (one, two)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert codes == [ABORTED, ABORTED]
        until("the host is gone", lambda: gone(host))
        until("the log says why", lambda: service.log("host_calls_stuck"))
        assert service.log("host_calls_stuck")[0]["threads"] == 2


def resident_mb(pid):
    for line in open(f"/proc/{pid}/status", encoding="ascii"):
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0


def test_AFloodOfOutputWaitsForItsClient(service):
    with neighbour(service) as other, service.client("user03") as client:
        shell = open_shell(client, "floods")
        host = newest_host(service)
        command = shell.command("anything")
        assert shell.receive(command).data("stdout").startswith(b"xxxx")
        before, rounds = resident_mb(host), other.rounds
        until("the neighbour has worked for a while", lambda: other.rounds > rounds + 20)
        # The plug-in has not stopped: nothing of it is kept beyond the limit of a stream.
        assert resident_mb(host) < before + 8 < 100
        assert shell.receive(command).data("stdout").startswith(b"xxxx")
        shell.delete()
        until("the shell is gone", lambda: shell.id not in client.shell_ids())


def test_AllocatingWithoutEndEndsItsHostAlone(service):
    with neighbour(service), service.client("user04") as client:
        shell = open_shell(client, "memory-exhausted")
        host = newest_host(service)
        with pytest.raises(FaultError) as raised:
            shell.command("anything")
        assert raised.value.code in (ABORTED, PLUGIN_FAILED)
        until("the log says which limit it was",
              lambda: service.log("host_memory_limit") or service.log("plugin_exception", what="std::bad_alloc"))
        if service.log("host_memory_limit"):
            until("the host is gone", lambda: gone(host))
        # And the next one is served.
        open_shell(client, "memory-exhausted").delete()


def test_AReceiveThatTimesOutIsNotTheEndOfAFlood(service):
    """Time-outs of clients that come too late are no reason to lose output."""
    with service.client("user05") as client:
        shell = open_shell(client, "floods")
        command = shell.command("anything")
        got = 0
        for _ in range(5):
            try:
                got += len(shell.receive(command, timeout="PT1S").data("stdout"))
            except FaultError as error:
                assert error.code == TIMED_OUT
        assert got > 0
        shell.delete()
