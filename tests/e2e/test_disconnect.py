"""Clients that leave a shell and come back to it: Disconnect, Reconnect, Connect with the text shell."""

import threading
import uuid

import pytest

import envelope as e
import settings
from service import Service, scratch_folder
from stand import fresh_users
from wsman import FaultError, Shell

DISCONNECTED = 0x803381C4
NOT_SUPPORTED = 0x803381C5
OTHER_SESSION = 0x803381C6
IN_USE = 0x803381CD
OUT_OF_BOUNDS = 0x803381F2


def session(name):
    return f'<p:SessionId mustUnderstand="false">uuid:{uuid.uuid5(uuid.NAMESPACE_OID, name)}</p:SessionId>'


FIRST, SECOND = session("first"), session("second")


@pytest.fixture(scope="module")
def service():
    with scratch_folder() as folder:
        applications = [settings.application(settings.cmd_plugin()),
                        settings.application(settings.cmd_plugin(disconnect=False), path="as-windows")]
        with Service(folder, fresh_users(3), applications) as running:
            yield running


@pytest.fixture
def client(service):
    with service.client("user00") as made:
        yield made


@pytest.fixture
def shell(client):
    made = new_shell(client)
    yield made
    made.delete()


def new_shell(client, **rest):
    reply = client.call(e.CREATE, body=e.shell_body(shell_id=str(uuid.uuid4()).upper(), **rest), extra=FIRST)
    return Shell(client, reply.text(e.SHELL, "ShellId"), e.CMD, reply)


def code_of(shell, action, body="", **rest):
    fault = shell.ask(action, body, **rest).fault
    return fault.code if fault else 0


def state(shell):
    return shell.client.get_shell(shell.id).text(e.SHELL, "State")


def connect(shell, command_id=None, extra=SECOND):
    return shell.ask(e.CONNECT, f"<rsp:Connect{e.command_attribute(command_id)}/>", extra=extra)


def test_OutputMadeWhileNobodyWasThereIsThereAfterwards(shell):
    command = shell.command("read line; echo got $line; sleep 0.3; echo later; exit 7")
    assert state(shell) == "Connected"
    shell.send(command, b"hello\n")
    assert code_of(shell, e.DISCONNECT, "<rsp:Disconnect/>", extra=FIRST) == 0
    assert state(shell) == "Disconnected"
    assert code_of(shell, e.RECEIVE, e.receive_body(command)) == DISCONNECTED
    assert code_of(shell, e.SEND, e.send_body(b"x", command)) == DISCONNECTED
    assert code_of(shell, e.SIGNAL, e.signal_body(command, e.TERMINATE)) == DISCONNECTED
    assert code_of(shell, e.COMMAND, e.command_body("true")) == DISCONNECTED
    assert code_of(shell, e.RECONNECT, extra=SECOND) == OTHER_SESSION
    assert code_of(shell, e.RECONNECT, extra=FIRST) == 0
    assert code_of(shell, e.RECONNECT, extra=FIRST) == 0  # connected already
    assert shell.collect(command) == (b"got hello\nlater\n", b"", 7)


def test_AReceiveThatWaitsIsToldOfTheDisconnect(service, shell):
    command = shell.command("sleep 5; echo done")
    codes = []
    with service.client("user00") as other:
        waiting = threading.Thread(
            target=lambda: codes.append(code_of(shell.of(other), e.RECEIVE, e.receive_body(command))))
        waiting.start()
        assert code_of(shell, e.DISCONNECT, extra=FIRST) == 0
        waiting.join(10)
    assert codes == [DISCONNECTED]
    assert code_of(shell, e.RECONNECT, "<rsp:Reconnect/>", extra=FIRST) == 0
    shell.signal(command)


def test_AnotherSessionConnectsWhileNobodyIsThere(service, shell):
    command = shell.command("cat")
    with service.client("user00") as newcomer:
        theirs = shell.of(newcomer)
        assert connect(theirs).fault.code == IN_USE
        assert code_of(shell, e.DISCONNECT, "<rsp:Disconnect/>", extra=FIRST) == 0
        answer = connect(theirs).checked()
        assert answer.text(e.SHELL, "InputStreams") == "stdin"
        assert answer.text(e.SHELL, "OutputStreams") == "stdout stderr"
        assert connect(theirs, command).status == 200
        assert connect(theirs, str(uuid.uuid4())).fault.code == 0x8033805B
        assert connect(theirs, command, extra=FIRST).fault.code == IN_USE
        assert code_of(shell, e.RECONNECT, extra=FIRST) == OTHER_SESSION
        theirs.send(command, b"from the other one", end=True)
        assert theirs.collect(command) == (b"from the other one", b"", 0)
        assert state(theirs) == "Connected"


def test_SomebodyElseMayNot(service, shell):
    with service.client("user01") as stranger:
        theirs = shell.of(stranger)
        for action, body in ((e.DISCONNECT, ""), (e.RECONNECT, ""), (e.CONNECT, "<rsp:Connect/>")):
            assert code_of(theirs, action, body, extra=FIRST) == 5


def test_BlockKeepsEverythingAndDropTheNewest(shell):
    megabytes = "head -c 5000000 /dev/zero | tr '\\0' x; echo; echo the end"
    for mode, whole in (("Block", True), ("Drop", False)):
        command = shell.command(megabytes)
        body = f"<rsp:Disconnect><rsp:BufferMode>{mode}</rsp:BufferMode></rsp:Disconnect>"
        assert code_of(shell, e.DISCONNECT, body, extra=FIRST) == 0
        assert shell.client.get_shell(shell.id).text(e.SHELL, "BufferMode") == mode
        assert code_of(shell, e.RECONNECT, extra=FIRST) == 0
        out, _, code = shell.collect(command)
        assert out.endswith(b"x\nthe end\n") and code == 0
        if whole:
            assert len(out) == 5_000_009


def test_TheIdleTimeoutOfADisconnectHasItsBounds(shell):
    for wanted in ("PT59S", "P2D"):
        body = f"<rsp:Disconnect><rsp:IdleTimeOut>{wanted}</rsp:IdleTimeOut></rsp:Disconnect>"
        assert code_of(shell, e.DISCONNECT, body, extra=FIRST) == OUT_OF_BOUNDS
    body = "<rsp:Disconnect><rsp:IdleTimeOut>PT90S</rsp:IdleTimeOut></rsp:Disconnect>"
    assert code_of(shell, e.DISCONNECT, body, extra=FIRST) == 0
    assert shell.client.get_shell(shell.id).text(e.SHELL, "IdleTimeOut") == "PT90.000S"


def test_ADisconnectedShellCanBeListedAndDeleted(client):
    shell = new_shell(client)
    assert code_of(shell, e.DISCONNECT, extra=FIRST) == 0
    assert shell.id in client.shell_ids()
    shell.delete()
    assert shell.id not in client.shell_ids()


def test_AShellWhoseIdTheClientDidNotChooseCannotBeDisconnected(client):
    shell = client.create()
    assert shell.reply.find(e.SHELL, "State") is None
    for action, body in ((e.DISCONNECT, "<rsp:Disconnect/>"), (e.RECONNECT, ""), (e.CONNECT, "<rsp:Connect/>")):
        fault = shell.ask(action, body).fault
        assert (fault.soap_code, fault.subcode, fault.code) == ("s:Receiver", "w:InternalError", NOT_SUPPORTED)
    shell.delete()


def test_ASettingGivesTheAnswerOfWindows(service):
    with service.client("user00") as client:
        client.url = client.url._replace(path="/as-windows")
        shell = new_shell(client)
        assert code_of(shell, e.DISCONNECT, "<rsp:Disconnect/>", extra=FIRST) == NOT_SUPPORTED
        assert shell.run("echo still works")[0] == b"still works\n"
        shell.delete()


@pytest.mark.parametrize("body", ["<rsp:Other/>", "<rsp:Disconnect><rsp:BufferMode>x</rsp:BufferMode></rsp:Disconnect>",
                                  "<rsp:Disconnect><rsp:IdleTimeOut>x</rsp:IdleTimeOut></rsp:Disconnect>"])
def test_BadBodiesAreRefused(shell, body):
    assert code_of(shell, e.DISCONNECT, body, extra=FIRST) == 0x80338041
    with pytest.raises(FaultError):
        shell.call(e.CONNECT, "")
    assert state(shell) == "Connected"
