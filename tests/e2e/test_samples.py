"""The sample plug-ins in a running service, as their authors' guide says to run them."""

import contextlib
import os
import threading

import pytest

import envelope as e
import paths
from service import scratch_folder
from trying import try_out
from wsman import Client, FaultError

SAMPLES = paths.BUILD / "lib" / "winrmd" / "samples"
URI = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/"
ECHO = URI + "echo-shell"
REDIRECTED = "https://other.example.org:5986/wsman"


@pytest.fixture(name="echo")
def echo_shell():
    with try_out("--user", "alice:a", "--plugin", SAMPLES / "echo-shell.so") as running, \
            running.client(resource=ECHO) as client:
        yield client.create()


@pytest.fixture(name="counting")
def count_shell():
    with try_out("--user", "alice:a", "--plugin", SAMPLES / "count-shell.so") as running, \
            running.client(resource=URI + "count-shell") as client:
        yield client.create()


@pytest.fixture(name="hello")
def hello_c():
    with try_out("--user", "alice:a", "--plugin", SAMPLES / "hello-c.so") as running, \
            running.client(resource=URI + "hello-c") as client:
        yield client.create()


class Roles:
    def __init__(self, running, file):
        self.url, self.file = running.url, file

    def write(self, text):
        self.file.write_text(text, encoding="utf-8")
        os.chmod(self.file, 0o644)

    @contextlib.contextmanager
    def client(self, name, **rest):
        with Client(self.url, name, "secret", **rest) as client:
            yield client

    def fault(self, name, **rest):
        with self.client(name, **rest) as client, pytest.raises(FaultError) as caught:
            client.create()
        return caught.value.fault


@pytest.fixture(name="roles")
def roles_service():
    with scratch_folder() as folder:
        os.chmod(folder, 0o755)
        file = folder / "roles"
        file.write_text("alice allow\nboss allow administrator\n"
                        'bob deny <Why xmlns="urn:example">gone</Why>\nshy deny\n'
                        f"dave redirect {REDIRECTED}\n", encoding="utf-8")
        os.chmod(file, 0o644)
        users = [part for name in ("alice", "boss", "bob", "shy", "dave", "eve") for part in ("--user", f"{name}:secret")]
        with try_out(*users, "--authz", SAMPLES / "authz-roles.so", "--authz-param", f"roles={file}") as running:
            yield Roles(running, file)


def test_EchoShell_EchoesItsInputAndEnds(echo):
    command = echo.command("anything")
    echo.send(command, b"hello ")
    echo.send(command, b"world\n", end=True)
    assert echo.collect(command) == (b"hello world\n", b"", 0)
    echo.signal(command)
    echo.delete()


def test_EchoShell_EchoesWhatComesWhileAClientWaits(echo):
    data = os.urandom(300_000)
    command = echo.command("anything")

    def send():
        with echo.client.clone() as other:
            for start in range(0, len(data), 50_000):
                echo.of(other).send(command, data[start:start + 50_000], end=start + 50_000 >= len(data))

    sender = threading.Thread(target=send)
    sender.start()
    output = echo.collect(command)
    sender.join()
    assert output == (data, b"", 0)


def test_EchoShell_EndsACommandThatIsTerminated(echo):
    command = echo.command("anything")
    echo.signal(command)
    with pytest.raises(FaultError):
        echo.send(command, b"more")


def test_EchoShell_EndsACommandAndItsOutputOnControlC(echo):
    command = echo.command("anything")
    echo.send(command, b"heard")
    assert echo.receive(command).data("stdout") == b"heard"
    echo.signal(command, e.CTRL_C)
    assert echo.collect(command) == (b"", b"", 1)


def test_EchoShell_EndsWithACommandAndAReceiveInIt(echo):
    command = echo.command("anything")
    faults = []

    def receive():
        with echo.client.clone() as other:
            try:
                echo.of(other).receive(command)
            except FaultError as error:
                faults.append(error.code)

    receiver = threading.Thread(target=receive)
    receiver.start()
    echo.send(command, b"")  # answered: the command is up
    echo.delete()
    receiver.join()
    assert echo.client.shell_ids() == []


def test_CountShell_CountsToItsEnd(counting):
    assert counting.run("count", ["4", "1"]) == (b"1\n2\n3\n4\n", b"", 0)
    assert counting.run("count 0 1") == (b"", b"", 0)


def test_CountShell_SendsEachLineWhenItIsThere(counting):
    command = counting.command("count 3 60000")
    assert counting.receive(command).data("stdout") == b"1\n"  # the second is a minute away
    counting.signal(command, e.CTRL_C)
    assert counting.collect(command) == (b"", b"", 1)


def test_CountShell_EndsAtOnceWithItsShell(counting):
    for _ in range(3):
        counting.receive(counting.command("count 1000000 60000"))
    counting.command("count 1000000 60000")  # nobody listens to this one
    counting.delete()
    assert counting.client.shell_ids() == []


def test_CountShell_EndsWhileAClientIsFarBehind(counting):
    counting.receive(counting.command("count 1000000 0"))
    counting.delete()
    assert counting.client.shell_ids() == []


@pytest.mark.parametrize("line", ["count", "count 5", "count x 1", "count 1000001 0", "count 1 60001", "count 1 1 1", "dir"])
def test_CountShell_SaysHowItIsUsed(counting, line):
    with pytest.raises(FaultError) as refused:
        counting.command(line)
    assert refused.value.fault.provider_text == "usage: count NUMBER MILLISECONDS"


def test_HelloC_GreetsItsArguments(hello):
    assert hello.run("hello", ["alice", "bärbel"]) == ("hello, alice\nhello, bärbel\n".encode(), b"", 0)
    assert hello.run("hello") == (b"hello, world\n", b"", 0)
    with pytest.raises(FaultError):
        hello.command("hello", ["x" * 40000])


def test_HelloC_EndsWithCommandsThatNobodyListenedTo(hello):
    for _ in range(3):
        hello.command("hello")
    hello.signal(hello.command("hello"))
    hello.delete()
    assert hello.client.shell_ids() == []


def test_AuthzRoles_LetsInAndRefusesAsTheFileSays(roles):
    with roles.client("alice") as alice:
        assert alice.create().run("echo hi")[0] == b"hi\n"
    assert (roles.fault("bob").code, roles.fault("bob").provider_xml[0].text) == (5, "gone")
    assert roles.fault("eve").code == 5


@pytest.mark.parametrize("locale, words", [("de-DE", "Sie dürfen"), ("fr-CA", "Vous n’êtes pas"), ("ja-JP", "You are not")])
def test_AuthzRoles_RefusesInTheClientsLanguage(roles, locale, words):
    assert words in roles.fault("shy", locale=locale).provider_text


def test_AuthzRoles_SendsToAnotherService(roles):
    with roles.client("dave") as dave:
        reply = dave.ask(e.ENUMERATE, e.SHELL, e.enumerate_body())
    assert (reply.status, reply.header("location")) == (302, REDIRECTED)


def test_AuthzRoles_MakesAdministrators(roles):
    with roles.client("alice") as alice, roles.client("boss") as boss:
        shell = alice.create()
        assert boss.shell_ids() == [shell.id]
        boss.delete_shell(shell.id)
        assert alice.shell_ids() == []


def test_AuthzRoles_ChangesWorkAtOnceForTheNextOperation(roles):
    with roles.client("alice") as alice:
        shell = alice.create()
        roles.write("alice deny later\n")
        with pytest.raises(FaultError) as refused:
            shell.command("echo")
        assert refused.value.fault.provider_text == "later"
        roles.write("alice allow")  # no line feed: broken
        with pytest.raises(FaultError):
            shell.command("echo")
        roles.write("alice allow\n")
        assert shell.run("echo back")[0] == b"back\n"
