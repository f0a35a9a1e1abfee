"""The text shell over the wire: commands and what becomes of them."""

import threading

import pytest

import envelope as e
import settings
from service import Service, gone, scratch_folder, until
from stand import fresh_users
from wsman import ABORTED, NO_SUCH_SHELL, FaultError, Output


@pytest.fixture(scope="module")
def service():
    with scratch_folder() as folder:
        with Service(folder, fresh_users(6), [settings.application(settings.cmd_plugin())], tls=True) as running:
            yield running


@pytest.fixture(scope="module")
def client(service):
    with service.client("user00") as made:
        yield made


@pytest.fixture(scope="module")
def shell(client):
    made = client.create()
    yield made
    made.delete()


def wait_gone(pid):
    until(f"process {pid} is gone", lambda: gone(pid))


# Output and exit code

RUNS = [
    ("echo hello", (), (b"hello\n", b"", 0)),
    ("exit 7", (), (b"", b"", 7)),
    ("exit 255", (), (b"", b"", 255)),
    ("echo oops >&2; exit 3", (), (b"", b"oops\n", 3)),
    ("echo out; echo err >&2", (), (b"out\n", b"err\n", 0)),
    ("printf no-newline", (), (b"no-newline", b"", 0)),
    ("true", (), (b"", b"", 0)),
    ("echo", ("a", "b c", "d"), (b"a b c d\n", b"", 0)),
    ("printf '%s|'", ("'a  b'", "c"), (b"a  b|c|", b"", 0)),
    ("echo 'grüße 日本語 🙂'", (), ("grüße 日本語 🙂\n".encode(), b"", 0)),
    ("printf '\\000\\001\\377\\r\\n'", (), (b"\x00\x01\xff\r\n", b"", 0)),
    # cmd's rule: one pair of quotes around the whole line is taken off, as WinRb relies on
    ('"echo hi"', (), (b"hi\n", b"", 0)),
    ('"echo a; echo b"', (), (b"a\nb\n", b"", 0)),
    ("echo \"a b\"", (), (b"a b\n", b"", 0)),
    ("echo $((2+3)) | tr 5 6", (), (b"6\n", b"", 0)),
    ("kill -TERM $$", (), (b"", b"", 128 + 15)),
]


@pytest.mark.parametrize("line,arguments,expected", RUNS, ids=[case[0] for case in RUNS])
def test_WhatACommandGives(shell, line, arguments, expected):
    assert shell.run(line, arguments) == expected


def test_ACommandThatIsNotThere(shell):
    out, err, code = shell.run("no-such-program-here")
    assert (out, code) == (b"", 127) and b"no-such-program-here" in err


SKIP = [
    ("printf", ("%s|", '"a  b"', "c"), (b"a  b|c|", b"", 0)),
    ('printf "%s|" "a b" c', (), (b"a b|c|", b"", 0)),
    ("echo $HOME", (), (b"$HOME\n", b"", 0)),
    ("/bin/echo", ("x;y", "&", ">z"), (b"x;y & >z\n", b"", 0)),
    ('printf %s "\\"quoted\\""', (), (b'"quoted"', b"", 0)),
    ("false", (), (b"", b"", 1)),
]


@pytest.mark.parametrize("line,arguments,expected", SKIP, ids=[case[0] for case in SKIP])
def test_AProgramWithoutAShellAround(shell, line, arguments, expected):
    assert shell.run(line, arguments, skip=True) == expected


def test_AProgramThatIsNotThereIsAFault(shell):
    with pytest.raises(FaultError) as raised:
        shell.command("no-such-program-here", skip=True)
    assert raised.value.code == 0x80070002
    assert raised.value.fault.provider == "Shell cmd plugin"


def test_AnEmptyCommandIsAFault(shell):
    with pytest.raises(FaultError) as raised:
        shell.command("")
    assert raised.value.code == 87


@pytest.mark.parametrize("size", [1, 4095, 4096, 65536, 1_000_000])
def test_OutputOfAnySizeIsExact(shell, size):
    out, err, code = shell.run(f"head -c {size} /dev/zero | tr '\\0' x; head -c {size} /dev/zero | tr '\\0' y >&2")
    assert (out, err, code) == (b"x" * size, b"y" * size, 0)


def test_TenMegabytesAreExact(shell):
    out, _, code = shell.run("seq 1 1400000")
    assert code == 0 and len(out) > 10_000_000
    assert out == "".join(f"{n}\n" for n in range(1, 1400001)).encode()


def test_ASmallEnvelopeHoldsNoReplyThatIsLarger(shell):
    command = shell.command("head -c 100000 /dev/zero")
    total = 0
    while True:
        reply = shell.call(e.RECEIVE, e.receive_body(command), max_size=8192)
        assert len(reply.body) <= 8192
        part = Output.of(reply)
        total += len(part.data("stdout"))
        if part.done:
            break
    assert total == 100000


def test_TheLastOutputComesWithTheExitCode(shell):
    command = shell.command("echo last; exit 4")
    part = shell.receive(command)
    assert part.done and part.exit_code == 4 and part.data("stdout") == b"last\n"
    assert [(name, data) for name, data, end in part.streams if end] == [("stdout", b""), ("stderr", b"")]
    assert all(data for _, data, end in part.streams if not end)


def test_OutputComesWhileTheCommandRuns(shell):
    command = shell.command("echo first; read line; echo second")
    part = shell.receive(command)
    assert (part.data("stdout"), part.state, part.exit_code) == (b"first\n", e.RUNNING, None)
    shell.send(command, b"\n")
    assert shell.collect(command) == (b"second\n", b"", 0)


def test_AGrandchildThatKeepsThePipeDoesNotHoldUpTheEnd(shell):
    out, _, code = shell.run("sleep 1000 & echo $!; exit 2")
    assert code == 2
    wait_gone(int(out))


def test_AFinishedCommandIsUnknownAfterItsEndWasDelivered(shell):
    command = shell.command("true")
    assert shell.receive(command).done
    assert shell.ask(e.RECEIVE, e.receive_body(command)).fault.code == NO_SUCH_SHELL
    assert shell.signal(command).status == 200


# Environment and folder

def test_TheEnvironmentOfTheShell(client):
    shell = client.create(environment=[("PLAIN", "1"), ("SPACED", " a b "), ("ODD", "<&>'\"$x\\"), ("EMPTY", "")])
    out, _, _ = shell.run("printf '%s|' \"$PLAIN\" \"$SPACED\" \"$ODD\" \"${EMPTY-unset}\"")
    assert out == b"1| a b |<&>'\"$x\\||"
    variables = {v.get("Name"): v.text or "" for v in shell.reply.root.iter(f"{{{e.SHELL}}}Variable")}
    assert variables["PLAIN"] == "1"
    shell.delete()


def test_CommandsDoNotInheritTheServicesSecretsOrDescriptors(shell):
    out, _, _ = shell.run("env; ls /proc/self/fd | tr '\\n' ' '")
    assert b"WINRMD" not in out
    assert out.splitlines()[-1].split() in ([b"0", b"1", b"2", b"3"], [b"0", b"1", b"2"])  # 3 is ls' own


def test_TheWorkingDirectory(client):
    shell = client.create(directory="/usr/share")
    assert shell.run("pwd") == (b"/usr/share\n", b"", 0)
    shell.delete()


def test_AWorkingDirectoryThatIsNotThereIsAFaultOfTheCommand(client):
    shell = client.create(directory="/no/such/place")
    with pytest.raises(FaultError) as raised:
        shell.command("pwd")
    assert raised.value.code == 0x8007010B
    shell.delete()


# Input

def test_InputReachesTheCommandAndItsEndEndsIt(shell):
    command = shell.command("cat")
    shell.send(command, b"one\n")
    assert shell.receive(command).data("stdout") == b"one\n"
    shell.send(command, b"two\n", end=True)
    assert shell.collect(command) == (b"two\n", b"", 0)


def test_SeveralPiecesOfInputInOneMessage(shell):
    command = shell.command("cat")
    body = "<rsp:Send>" + "".join(e.stream_element(part, command) for part in (b"a", b"b", b"c")) + \
        e.stream_element(b"", command, end=True) + "</rsp:Send>"
    shell.call(e.SEND, body)
    assert shell.collect(command) == (b"abc", b"", 0)


def test_BinaryInputIsExact(shell):
    data = bytes(range(256)) * 200
    command = shell.command("cat | md5sum; cat")
    shell.send(command, data[:20000])
    shell.send(command, data[20000:], end=True)
    import hashlib
    assert shell.collect(command)[0].split()[0] == hashlib.md5(data).hexdigest().encode()


def test_InputForACommandThatIsOverIsNoError(shell):
    command = shell.command("true")
    out = shell.collect(command)
    assert out == (b"", b"", 0)
    reply = shell.ask(e.SEND, e.send_body(b"late", command))
    assert reply.status == 200 or reply.fault.code == NO_SUCH_SHELL


def test_InputThatIsNotReadTimesOut(shell):
    command = shell.command("sleep 1000")
    with pytest.raises(FaultError) as raised:
        for _ in range(20):
            shell.send(command, b"x" * 60000, timeout="PT0.5S")
    assert raised.value.fault.subcode == "w:TimedOut"
    shell.signal(command)


# Signals and ends

def test_CtrlCInterruptsTheCommand(shell):
    command = shell.command("trap 'echo caught; exit 9' INT; echo ready; while :; do sleep 0.05; done")
    assert shell.receive(command).data("stdout") == b"ready\n"
    shell.signal(command, e.CTRL_C)
    assert shell.collect(command) == (b"caught\n", b"", 9)


def test_CtrlCEndsACommandThatDoesNotCare(shell):
    command = shell.command("echo $$; exec sleep 1000")
    pid = int(shell.receive(command).data("stdout"))
    shell.signal(command, e.CTRL_C)
    assert shell.collect(command)[2] == 128 + 2
    wait_gone(pid)


def test_TerminateEndsTheCommandAndItsChildren(shell):
    command = shell.command("trap '' TERM; sleep 1000 & echo $$ $!; wait")
    pids = [int(word) for word in shell.receive(command).data("stdout").split()]
    shell.signal(command)
    for pid in pids:
        wait_gone(pid)
    assert shell.ask(e.RECEIVE, e.receive_body(command)).fault.code == NO_SUCH_SHELL


def test_TerminateEndsAReceiveThatWaits(shell):
    command = shell.command("sleep 1000")
    outcome = []

    def receive():
        with shell.client.clone() as other:
            reply = shell.of(other).ask(e.RECEIVE, e.receive_body(command))
            outcome.append(reply.fault.code if reply.fault else Output.of(reply).done)

    thread = threading.Thread(target=receive)
    thread.start()
    shell.signal(command)
    thread.join()
    # Aborted, or told that it is done; or the command was gone before the Receive came.
    assert outcome[0] in (ABORTED, True, NO_SUCH_SHELL)


def test_DeleteEndsEveryCommand(client):
    shell = client.create()
    pids = []
    for _ in range(3):
        command = shell.command("echo $$; exec sleep 1000")
        pids.append(int(shell.receive(command).data("stdout")))
    shell.delete()
    for pid in pids:
        wait_gone(pid)
    assert shell.ask(e.DELETE).fault.code == NO_SUCH_SHELL


def test_CommandsRunAtTheSameTime(shell):
    names = [str(n) for n in range(6)]
    commands = {name: shell.command(f"read line; echo {name} $line") for name in names}
    for name in reversed(names):
        shell.send(commands[name], b"go\n")
    for name in names:
        assert shell.collect(commands[name]) == (f"{name} go\n".encode(), b"", 0)


def test_ShellsOfTwoUsersAreApart(service, client, shell):
    command = shell.command("sleep 1000")
    with service.client("user01") as other:
        theirs = shell.of(other)
        for action, body in ((e.COMMAND, e.command_body("id")), (e.RECEIVE, e.receive_body(command)),
                             (e.SEND, e.send_body(b"x", command)), (e.SIGNAL, e.signal_body(command, e.TERMINATE)),
                             (e.GET, ""), (e.DELETE, "")):
            assert theirs.ask(action, body).fault.code == 5, action
        assert shell.id not in other.shell_ids()
    assert shell.id in client.shell_ids()
    shell.signal(command)


def test_TheSameUserOnAnotherConnectionGoesOn(service, shell):
    command = shell.command("echo here")
    with service.client("user00", tls=True) as other:
        assert shell.of(other).collect(command) == (b"here\n", b"", 0)
