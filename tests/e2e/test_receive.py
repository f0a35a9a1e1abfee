"""Receive under time-outs, lost connections and lost replies: no output is lost, none is doubled."""

import threading
import time

import pytest

import envelope as e
import settings
from rawhttp import Raw, request
from service import Service, scratch_folder, until
from stand import PASSWORD, fresh_users
from wsman import TIMED_OUT, FaultError, Output, basic

USER = basic("user00", PASSWORD.format(0))


@pytest.fixture(scope="module")
def service():
    with scratch_folder() as folder:
        with Service(folder, fresh_users(2), [settings.application(settings.cmd_plugin())]) as running:
            yield running


@pytest.fixture(scope="module")
def shell(service):
    with service.client("user00") as client:
        made = client.create()
        yield made
        made.delete()


def receive_request(shell, command, **rest):
    text = e.envelope(e.RECEIVE, e.CMD, e.receive_body(command), selectors=[("ShellId", shell.id)], **rest)
    return request(text, authorization=USER)


def park(service, shell, command, **rest):
    """A raw connection on which a Receive of this command is waiting in the service."""
    raw = Raw("127.0.0.1", service.port)
    # Logged in before, so that nothing stands between the arrival of the Receive and its waiting; and after it has
    # arrived, an answer to another connection says that the service has been round.
    raw.send(request(e.envelope(e.ENUMERATE, e.SHELL, e.enumerate_body()), authorization=USER))
    assert raw.response()[0] == 200
    raw.send(receive_request(shell, command, **rest))
    shell.client.enumerate()
    assert shell.ask(e.RECEIVE, e.receive_body(command), timeout="PT0.5S").fault.code == 170
    return raw


@pytest.mark.parametrize("seconds", [0.5, 1.0])
def test_NothingToReportIsAFaultAtTheTimeOut(shell, seconds):
    command = shell.command("cat")
    start = time.monotonic()
    with pytest.raises(FaultError) as raised:
        shell.receive(command, timeout=f"PT{seconds}S")
    taken = time.monotonic() - start
    fault = raised.value.fault
    assert (fault.code, fault.soap_code, fault.subcode) == (TIMED_OUT, "s:Receiver", "w:TimedOut")
    assert fault.reason == fault.message == ("The WS-Management service cannot complete the operation within the time "
                                             "specified in OperationTimeout.  ")
    assert seconds - 0.05 <= taken < seconds + 0.5
    shell.signal(command)


def test_ATimeOutConsumesNothing(shell):
    command = shell.command("cat")
    for word in (b"one ", b"two ", b"three "):
        assert shell.ask(e.RECEIVE, e.receive_body(command), timeout="PT0.5S").fault.code == TIMED_OUT
        shell.send(command, word)
        assert shell.receive(command).data("stdout") == word
    shell.send(command, b"", end=True)
    assert shell.collect(command) == (b"", b"", 0)


def test_OutputAroundTheTimeOutIsNotLost(shell):
    """Output that comes at just the time at which Receives end."""
    command = shell.command("i=0; while [ $i -lt 30 ]; do echo $i; sleep 0.1; i=$((i+1)); done")
    received, timeouts = b"", 0
    while True:
        try:
            part = shell.receive(command, timeout="PT0.5S")
        except FaultError as error:
            assert error.code == TIMED_OUT
            timeouts += 1
            continue
        received += part.data("stdout")
        if part.done:
            break
    assert received == "".join(f"{i}\n" for i in range(30)).encode()


def test_AMissingTimeOutIsTheServices(service):
    with scratch_folder() as folder:
        app = settings.application(settings.cmd_plugin())
        with Service(folder, fresh_users(1), [app], limits={"max_operation_timeout": 700}) as short:
            with short.client("user00") as client:
                shell = client.create()
                command = shell.command("cat")
                for timeout in (None, "PT60S"):
                    start = time.monotonic()
                    assert shell.ask(e.RECEIVE, e.receive_body(command), timeout=timeout).fault.code == TIMED_OUT
                    assert 0.65 < time.monotonic() - start < 1.2
                shell.delete()


def test_ASecondReceiveOfACommandIsBusy(service, shell):
    command = shell.command("cat")
    with park(service, shell, command) as first:
        busy = shell.ask(e.RECEIVE, e.receive_body(command)).fault
        assert (busy.code, busy.soap_code) == (170, "s:Receiver")
        shell.send(command, b"for the first\n")
        assert b"Zm9yIHRoZSBmaXJzdAo=" in first.response()[2]
    shell.signal(command)


def test_ReceivesOfTwoCommandsAreIndependent(service, shell):
    slow, quick = shell.command("cat"), shell.command("echo quick")
    with park(service, shell, slow) as first:
        assert shell.collect(quick) == (b"quick\n", b"", 0)
        shell.send(slow, b"slow\n", end=True)
        assert first.response()[0] == 200
    shell.signal(slow)


@pytest.mark.parametrize("how", ["close", "reset"])
def test_AClientThatLeavesWhileItWaitsHasConsumedNothing(service, shell, how):
    command = shell.command("cat")
    raw = park(service, shell, command)
    if how == "reset":
        raw.reset()
    else:
        raw.socket.close()
    # The service notices within its tick; then the place is free.
    until("the place is free",
          lambda: shell.ask(e.RECEIVE, e.receive_body(command), timeout="PT0.5S").fault.code == TIMED_OUT)
    shell.send(command, b"kept\n", end=True)
    assert shell.collect(command) == (b"kept\n", b"", 0)


def test_AReplyThatIsNotReadIsDeliveredAgain(service, shell):
    """The connection is reset before the reply was read."""
    for _ in range(5):
        command = shell.command("cat")
        raw = park(service, shell, command)
        shell.send(command, b"once\n")
        raw.socket.recv(1)  # the reply is on its way: the rest of it stays unread
        raw.reset()
        part = until("the output comes again", lambda c=command: receive_or_none(shell, c))
        assert part.data("stdout") == b"once\n"
        shell.send(command, b"", end=True)
        assert shell.collect(command) == (b"", b"", 0)


def receive_or_none(shell, command):
    reply = shell.ask(e.RECEIVE, e.receive_body(command), timeout="PT0.5S")
    if reply.fault:
        assert reply.fault.code in (TIMED_OUT, 170)
        return None
    return Output.of(reply)


def test_TheEndIsDeliveredAgain(service, shell):
    command = shell.command("read line; exit 5")
    raw = park(service, shell, command)
    shell.send(command, b"\n")
    raw.socket.recv(1)
    raw.reset()
    part = until("the end comes again", lambda: receive_or_none(shell, command))
    assert part.done and part.exit_code == 5


def test_ALargeReplyThatIsNotTakenIsDeliveredAgain(service, shell):
    """The client stops reading in the middle of a large reply and goes away."""
    command = shell.command("seq 1 60000")
    expected = "".join(f"{n}\n" for n in range(1, 60001)).encode()
    raw = Raw("127.0.0.1", service.port)
    raw.send(receive_request(shell, command, max_size=512000))
    raw.socket.recv(1)
    raw.reset()
    received = b""
    done = False
    while not done:
        part = until("output", lambda: receive_or_none(shell, command))
        received += part.data("stdout")
        done = part.done
    assert received == expected


def test_WhatWasReadIsNotDeliveredAgain(service, shell):
    command = shell.command("cat")
    raw = park(service, shell, command)
    shell.send(command, b"read\n")
    assert b"cmVhZAo=" in raw.response()[2]
    raw.socket.close()
    assert shell.ask(e.RECEIVE, e.receive_body(command), timeout="PT0.5S").fault.code == TIMED_OUT
    shell.send(command, b"", end=True)
    assert shell.collect(command) == (b"", b"", 0)


def test_AProducerWaitsForItsReader(service):
    """Output is bounded in the host: the producer of endless output is held back, not the memory filled."""
    with service.client("user01") as client:
        shell = client.create()
        command = shell.command("yes")
        shell.receive(command)
        (host,) = [line["pid"] for line in service.log("child_started", child="operations_host")
                   if line["pid"] in service.children("operations_host")][-1:]
        sizes = []
        deadline = time.monotonic() + 1
        while time.monotonic() < deadline:
            with open(f"/proc/{host}/statm", encoding="ascii") as file:
                sizes.append(int(file.read().split()[1]) * 4096)
            time.sleep(0.05)
        assert max(sizes) < 150 << 20
        shell.signal(command)
        shell.delete()


def test_ManyReceivesAtOnce(service):
    with service.client("user01") as client:
        shell = client.create()
        results = {}

        def work(number):
            with client.clone() as mine:
                results[number] = shell.of(mine).run(f"echo {number}; sleep 0.2; echo {number} >&2; exit {number}")

        threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert results == {n: (f"{n}\n".encode(), f"{n}\n".encode(), n) for n in range(12)}
        shell.delete()
