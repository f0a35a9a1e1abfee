"""What the service answers itself: ids, Get, Enumerate, Pull, Identify, limits; and the forms requests may have."""

import uuid
import xml.etree.ElementTree as ET

import pytest

import envelope as e
import settings
from service import Service, scratch_folder, until
from stand import fresh_users
from wsman import NO_SUCH_SHELL, FaultError


def guid():
    return str(uuid.uuid4()).upper()


@pytest.fixture(scope="module")
def service():
    limits = {"max_shells_per_user": 8, "max_commands_per_shell": 5}
    with scratch_folder() as folder:
        with Service(folder, fresh_users(20), [settings.application(settings.cmd_plugin())], limits=limits,
                     tls=True) as running:
            yield running


@pytest.fixture
def client(service):
    with service.client("user00") as made:
        yield made
        for shell in made.shell_ids():
            made.delete_shell(shell, e.CMD)


# Ids that the client chooses

@pytest.mark.parametrize("form", ["{}", "uuid:{}"])
def test_AClientMayChooseTheShellId(client, form):
    mine = guid()
    shell = client.create(shell_id=form.format(mine))
    assert shell.id.upper() == mine
    assert client.shell_ids() == [shell.id]


def test_AShellIdThatIsTakenIsAConflict(client):
    shell = client.create(shell_id=guid())
    for same in (shell.id, shell.id.lower()):
        with pytest.raises(FaultError) as raised:
            client.create(shell_id=same)
        assert raised.value.code == 0x803381D7
    shell.delete()
    client.create(shell_id=shell.id).delete()


def test_TheShellIdOfSomebodyElseIsAConflict(service, client):
    shell = client.create(shell_id=guid())
    with service.client("user01") as other, pytest.raises(FaultError) as raised:
        other.create(shell_id=shell.id)
    assert raised.value.code == 0x803381D7


def test_AClientMayChooseTheCommandId(client):
    shell = client.create()
    mine = str(uuid.uuid4())  # lower case, and it stays so
    assert shell.command("read x", command_id=mine) == mine
    for same in (mine, mine.upper()):
        with pytest.raises(FaultError) as raised:
            shell.command("true", command_id=same)
        assert raised.value.code == 0x803381D6
    assert shell.command("read x", command_id=guid())


def test_IdsAreComparedWithoutCase(client):
    shell = client.create()
    assert client.get_shell(shell.id.lower()).text(e.SHELL, "ShellId") == shell.id
    assert client.get_shell("uuid:" + shell.id).text(e.SHELL, "ShellId") == shell.id
    command = shell.command("echo x")
    assert shell.collect(command.lower())[0] == b"x\n"


# What a shell says about itself

def test_CreateAnswersWithReferenceAndShell(client):
    shell = client.create(name="my shell", directory="/tmp", environment=[("A", "b")], idle_timeout="PT90S")
    root = shell.reply.root
    created = root.find(f".//{{{e.TRANSFER}}}ResourceCreated")
    assert created.find(f".//{{{e.ADDRESSING}}}Address").text == client.url.geturl()
    assert created.find(f".//{{{e.WSMAN}}}ResourceURI").text == e.CMD
    selector = created.find(f".//{{{e.WSMAN}}}Selector")
    assert (selector.get("Name"), selector.text) == ("ShellId", shell.id)
    described = root.find(f".//{{{e.SHELL}}}Shell")
    texts = {child.tag.split("}")[1]: child.text for child in described}
    assert (texts["ShellId"], texts["ResourceUri"], texts["Owner"]) == (shell.id, e.CMD, "user00")
    assert texts["ClientIP"] == "127.0.0.1"
    assert texts["IdleTimeOut"] == "PT90.000S"
    assert (texts["InputStreams"], texts["OutputStreams"]) == ("stdin", "stdout stderr")
    assert texts["ShellRunTime"].startswith("P0DT0H0M")


def test_GetDescribesTheShellThroughEitherResource(client):
    shell = client.create()
    for resource in (e.SHELL, e.CMD):
        reply = client.get_shell(shell.id, resource)
        assert reply.text(e.SHELL, "ShellId") == shell.id
        assert reply.text(e.ADDRESSING, "Action") == e.GET + "Response"


def test_ADeletedShellIsUnknown(client):
    shell = client.create()
    reply = shell.delete()
    assert b"<s:Body></s:Body>" in reply.body
    assert client.ask(e.GET, e.SHELL, selectors=[("ShellId", shell.id)]).fault.code == NO_SUCH_SHELL


def test_FragmentsAreRefused(client):
    shell = client.create()
    extra = '<w:FragmentTransfer Dialect="http://www.w3.org/TR/1999/REC-xpath-19991116">Owner</w:FragmentTransfer>'
    reply = client.ask(e.GET, e.SHELL, selectors=[("ShellId", shell.id)], extra=extra)
    assert reply.fault.code == 0x80338077


# Enumerate, Pull, Release

def items(reply, tag=f"{{{e.SHELL}}}Shell"):
    return [element.find(f"{{{e.SHELL}}}ShellId").text for element in reply.root.iter(tag)]


def test_EnumerateListsTheShellsInOrder(client):
    ids = [client.create().id for _ in range(4)]
    reply = client.enumerate()
    assert items(reply) == ids
    assert reply.text(e.ENUMERATION, "EnumerationContext") == ""
    assert reply.find(e.WSMAN, "EndOfSequence") is not None
    assert reply.find(e.WSMAN, "Items") is not None


def test_NothingToEnumerate(client):
    reply = client.enumerate()
    assert reply.find(e.WSMAN, "Items") is None and reply.find(e.WSMAN, "EndOfSequence") is not None


def test_EnumerateByReference(client):
    ids = [client.create().id for _ in range(2)]
    reply = client.enumerate(mode="EnumerateEPR")
    references = list(reply.root.iter(f"{{{e.ADDRESSING}}}EndpointReference"))
    assert [r.find(f".//{{{e.WSMAN}}}Selector").text for r in references] == ids
    assert not items(reply)


def test_EnumerateObjectsWithReferences(client):
    ids = [client.create().id for _ in range(2)]
    reply = client.enumerate(mode="EnumerateObjectAndEPR")
    pairs = list(reply.root.iter(f"{{{e.WSMAN}}}Item"))
    assert [[child.tag.split("}")[1] for child in pair] for pair in pairs] == [["Shell", "EndpointReference"]] * 2
    assert items(reply) == ids


@pytest.mark.parametrize("optimize", [True, False])
def test_PullFetchesTheRest(client, optimize):
    ids = [client.create().id for _ in range(5)]
    reply = client.enumerate(optimize=optimize, max_elements=2)
    found = items(reply)
    assert len(found) == (2 if optimize else 0)
    context = reply.text(e.ENUMERATION, "EnumerationContext")
    pulls = 0
    while reply.find(e.ENUMERATION, "EndOfSequence") is None:
        assert context
        reply = client.call(e.PULL, e.SHELL, e.pull_body(context, 2))
        assert len(items(reply)) <= 2
        found += items(reply)
        context = reply.text(e.ENUMERATION, "EnumerationContext") or context
        pulls += 1
        assert pulls < 10
    assert found == ids
    assert client.ask(e.PULL, e.SHELL, e.pull_body(context)).fault.code == 0x8033801B


def test_ReleaseEndsAnEnumeration(client):
    for _ in range(3):
        client.create()
    context = client.enumerate(max_elements=1).text(e.ENUMERATION, "EnumerationContext")
    client.call(e.RELEASE, e.SHELL, e.release_body(context))
    assert client.ask(e.PULL, e.SHELL, e.pull_body(context)).fault.code == 0x8033801B


def test_AnEnumerationBelongsToItsUser(service, client):
    for _ in range(3):
        client.create()
    context = client.enumerate(max_elements=1).text(e.ENUMERATION, "EnumerationContext")
    with service.client("user01") as other:
        assert other.ask(e.PULL, e.SHELL, e.pull_body(context)).fault.code == 0x8033801B
    assert client.call(e.PULL, e.SHELL, e.pull_body(context, 100)).status == 200


def test_EnumerateCommandsOfAShell(service, client):
    shell = client.create()
    command = shell.command("read x", ["&&", "echo"])
    reply = client.enumerate(e.SHELL + "/Command", shell_filter=shell.id)
    assert reply.text(e.SHELL, "CommandId") == command
    assert reply.text(e.SHELL, "CommandLine") == "read x && echo"
    with service.client("user01") as other:
        fault = other.ask(e.ENUMERATE, e.SHELL + "/Command", e.enumerate_body(shell_filter=shell.id)).fault
        assert fault.code == 5


# Limits

def test_TooManyShellsOfAUserIsAQuotaFault(service):
    with service.client("user02") as client, service.client("user03") as other:
        shells = [client.create() for _ in range(8)]
        with pytest.raises(FaultError) as raised:
            client.create()
        assert (raised.value.code, raised.value.fault.subcode) == (2150859173, "w:QuotaLimit")
        other.create().delete()
        shells[0].delete()
        client.create()


def test_TooManyCommandsInAShellIsAQuotaFault(client):
    shell = client.create()
    commands = [shell.command("read x") for _ in range(5)]
    with pytest.raises(FaultError) as raised:
        shell.command("true")
    assert raised.value.code == 2150859241
    shell.signal(commands[0])
    until("there is room again", lambda: shell.ask(e.COMMAND, e.command_body("true")).status == 200)


def test_AnIdleShellEnds():
    limits = {"shell_idle_timeout": 1000, "max_shell_idle_timeout": 1000}
    with scratch_folder() as folder:
        with Service(folder, fresh_users(2), [settings.application(settings.cmd_plugin())], limits=limits) as service:
            with service.client("user00") as client:
                idle = client.create(idle_timeout="PT3600S")  # more than the service allows
                assert idle.reply.text(e.SHELL, "IdleTimeOut") == "PT1.000S"
                idle.command("sleep 1000")
                busy = client.create()
                command = busy.command("cat")
                until("the idle shell ends", lambda: (
                    busy.ask(e.RECEIVE, e.receive_body(command), timeout="PT0.5S") and client.shell_ids() == [busy.id]))
                assert idle.ask(e.COMMAND, e.command_body("true")).fault.code == NO_SUCH_SHELL
                busy.delete()


# Forms of requests

@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16"])
def test_Utf16IsAnsweredInUtf16(client, encoding):
    reply = client.ask(e.ENUMERATE, e.SHELL, e.enumerate_body(), encoding=encoding)
    assert reply.status == 200
    assert reply.header("Content-Type") == "application/soap+xml;charset=UTF-16"
    assert reply.body.startswith(b"\xff\xfe") and "EnumerateResponse" in reply.body.decode("utf-16")
    fault = client.ask(e.GET, e.SHELL, selectors=[("ShellId", "x")], encoding=encoding)
    assert fault.status == 500 and fault.body.startswith(b"\xff\xfe") and fault.fault.code == NO_SUCH_SHELL


def test_ACommandInUtf16(client):
    shell = client.create()
    reply = shell.call(e.COMMAND, e.command_body("echo 日本語 🙂"), encoding="utf-16-le")
    assert shell.collect(reply.text(e.SHELL, "CommandId"))[0] == "日本語 🙂\n".encode()


def test_AByteOrderMarkADeclarationAndSpace(client):
    text = e.envelope(e.ENUMERATE, e.SHELL, e.enumerate_body())
    for form in ("\ufeff" + text, '<?xml version="1.0" encoding="UTF-8"?>\r\n' + text, text + "\r\n\r\n"):
        assert client.post(form).status == 200


def test_HeadersMayHaveSpaceAroundTheirText(client):
    text = e.envelope(e.ENUMERATE, e.SHELL, e.enumerate_body())
    for value in (e.ENUMERATE, e.SHELL, e.ANONYMOUS):
        text = text.replace(f">{value}<", f">\n  {value}\t\n<")
    assert client.post(text).status == 200


def test_RelatesToIsTheMessageIdByteForByte(client):
    for one in ("uuid:lower-Upper", "urn:uuid:1234", "x", "uuid:" + "y" * 900, "a&amp;b"):
        text = e.envelope(e.ENUMERATE, e.SHELL, e.enumerate_body(), message_id="MARK").replace("MARK", one)
        reply = client.post(text)
        assert f"<a:RelatesTo>{one}</a:RelatesTo>".encode() in reply.body


def test_TheSameMessageIdMayBeUsedForEverything(client):
    """One client does; requests with it are neither repetitions nor refused."""
    same = "uuid:6ba7b811-9dad-11d1-80b4-00c04fd430c8"
    shell = client.create()
    command = shell.command("echo a; read x; echo b", message_id=same)
    assert shell.receive(command, message_id=same).data("stdout") == b"a\n"
    shell.send(command, b"\n", message_id=same)
    assert shell.collect(command, message_id=same) == (b"b\n", b"", 0)


def test_StreamsAreWrittenWithAnEndTagAndKnownPrefixes(client):
    shell = client.create()
    command = shell.command("true")
    body = shell.call(e.RECEIVE, e.receive_body(command)).body.decode()
    assert '<rsp:Stream Name="stdout" CommandId="' in body and 'End="true"></rsp:Stream>' in body
    assert "/>" not in body and body.startswith("<s:Envelope ")
    assert "\n" not in body


def test_CompressionThatMustBeUnderstoodIsAnsweredWithNone(client):
    extra = f'<rsp:CompressionType env:mustUnderstand="true" xmlns:rsp="{e.SHELL}">xpress</rsp:CompressionType>'
    reply = client.call(e.CREATE, e.CMD, e.shell_body(), extra=extra)
    assert reply.text(e.SHELL, "CompressionMode") == "NoCompression"


def test_AnOptionSetBesideTheHeader(client):
    text = e.envelope(e.CREATE, e.CMD, e.shell_body())
    options = "<w:OptionSet>" + e.option("WINRS_NOPROFILE", "TRUE") + "</w:OptionSet>"
    assert client.post(text.replace("</env:Header>", "</env:Header>" + options)).status == 200


# Identify and TLS

def test_IdentifyWithoutALogInSaysLittle(service):
    for url_path, headers in (("/wsman", {"WSMANIDENTIFY": "unauthenticated"}), ("/wsman-anon/identify", {})):
        from wsman import Client
        with Client(service.url) as client:
            reply = client.identify(headers=headers, path=url_path)
        assert reply.status == 200
        assert reply.text(e.IDENTITY, "ProtocolVersion") == e.WSMAN
        assert reply.text(e.IDENTITY, "ProductVersion") == "OS: 0.0.0 SP: 0.0 Stack: 3.0"
        assert reply.find(e.IDENTITY, "SecurityProfiles") is None


def test_IdentifyWithALogInSaysMore(client):
    import os
    reply = client.identify()
    assert reply.status == 200
    assert os.uname().release in reply.text(e.IDENTITY, "ProductVersion")
    assert "http/basic" in ET.tostring(reply.root, encoding="unicode")


def test_IdentifyWithoutAskingForItIs401(service):
    from wsman import Client
    with Client(service.url) as client:
        assert client.identify().status == 401


@pytest.mark.parametrize("path", ["/wsman-anon/identify", "/wsman"])
def test_NothingElseIsAnsweredWithoutALogIn(service, path):
    from wsman import Client
    headers = {"WSMANIDENTIFY": "unauthenticated"}
    with Client(service.url) as client:
        for text in (e.envelope(e.ENUMERATE, e.SHELL, e.enumerate_body()), "<x/>", "x", ""):
            assert client.post(text, headers=headers, path=path).status == 401


def test_HttpsServesTheSame(service):
    with service.client("user04", tls=True) as client:
        shell = client.create()
        assert shell.reply.text(e.ADDRESSING, "Address").startswith("https://localhost:")
        assert shell.run("echo secret") == (b"secret\n", b"", 0)
        assert len(shell.run("head -c 300000 /dev/zero")[0]) == 300000
        shell.delete()


def test_EveryReplyHasItsLengthAndIsNotCompressed(client):
    reply = client.ask(e.ENUMERATE, e.SHELL, e.enumerate_body(), headers={"Accept-Encoding": "gzip, deflate"})
    assert reply.header("Content-Length") == str(len(reply.body))
    assert reply.header("Transfer-Encoding") is None and reply.header("Content-Encoding") is None
