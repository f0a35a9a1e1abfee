"""The audit log: one line for each decision, with what an auditor asks for and never a secret."""

import pathlib

import pytest

import envelope as e
from probes import operation, user
from service import until
from stand import PASSWORD, gate_stand, refusal
from wsman import basic

FIELDS = {"time", "process", "level", "message", "user", "mechanism", "peer", "operation", "resource", "verdict", "code",
          "plugin", "microseconds", "account"}


@pytest.fixture(scope="module")
def stand():
    with gate_stand(authorization_timeout=300) as made:
        yield made


def lines(stand, message, name, count=1):
    return until(f"{count} audit lines {message} of {name}", lambda: (
        found if len(found := stand.service.audit(message=message, user=name)) >= count else None))


def test_ALogInIsALine(stand):
    name = stand.fresh()
    stand.authz.rules()
    assert stand.admit(name) is None
    (line,) = lines(stand, "login", name)
    assert set(line) >= FIELDS
    assert (line["verdict"], line["mechanism"], line["peer"], line["code"]) == ("allowed", "Basic", "127.0.0.1", 0)
    assert line["account"] and line["microseconds"] > 0


def test_AFailedLogInIsALine(stand):
    with stand.service.client(name := stand.fresh()) as client:
        client.password = "wrong-" + PASSWORD
        assert client.ask(e.ENUMERATE, e.SHELL, e.enumerate_body()).status == 401
    (line,) = lines(stand, "login", name)
    assert line["verdict"] == "denied" and line["account"] == ""


def test_AnAuthorizedUserIsALine(stand):
    name = stand.fresh()
    stand.authz.rules()
    assert stand.admit(name) is None
    (line,) = lines(stand, "authz_user", name)
    assert (line["verdict"], line["plugin"], line["code"]) == ("allowed", "authz probe", 0)
    assert line["account"] not in ("", "service")


def test_AnAuthorizedOperationIsALine(stand):
    name = stand.fresh()
    stand.authz.rules()
    assert stand.admit(name) is None
    (line,) = lines(stand, "authz_operation", name)
    assert (line["operation"], line["resource"], line["verdict"]) == (e.ENUMERATE, e.SHELL, "allowed")


@pytest.mark.parametrize("values,verdict,code", [
    ({"error": 5}, "denied", 5), ({"error": 0x80070002}, "error", 0x80070002), ({"error": 0x80070005}, "denied", 0x80070005),
    ({"error": 0x80338199, "text": "http://other/wsman"}, "redirected", 0x80338199),
    ({"when": "later:600"}, "error", 0x80338029), ({"token": "garbage"}, "denied", 5)])
def test_TheVerdictAndItsCode(stand, values, verdict, code):
    name = stand.fresh()
    stand.authz.rules(user(name, **values))
    with stand.client(name) as client:
        client.ask(e.ENUMERATE, e.SHELL, e.enumerate_body())
    (line,) = lines(stand, "authz_user", name)
    assert (line["verdict"], line["code"]) == (verdict, code)
    assert not stand.service.audit(message="authz_operation", user=name)


def test_TheTimeTakenIsThePlugins(stand):
    name = stand.fresh()
    stand.authz.rules(user(name, when="later:200"), operation(name, when="later:100"))
    assert stand.admit(name) is None
    assert lines(stand, "authz_user", name)[0]["microseconds"] >= 200_000
    assert lines(stand, "authz_operation", name)[0]["microseconds"] >= 100_000


def test_ARefusedOperationIsALine(stand):
    name = stand.fresh()
    stand.authz.rules(operation(name, error=5))
    assert stand.admit(name).code == 5
    (line,) = lines(stand, "authz_operation", name)
    assert (line["verdict"], line["code"]) == ("denied", 5)


def test_NoSecretIsWrittenAnywhere():
    with gate_stand() as stand:
        name = stand.fresh()
        stand.authz.rules()
        with stand.client(name) as client:
            shell = client.create(environment=[("SECRET", "hush-environment")])
            command = shell.command("run", ["hush-argument"])
            shell.send(command, b"hush-input")
            shell.signal(command)
            shell.delete()
            refusal(client)
        header = basic(name, stand.service.password(name)).split()[1]
        with stand.service.client(name) as client:
            client.password = "hush-wrong-password"
            client.ask(e.ENUMERATE, e.SHELL, e.enumerate_body())
        folder = stand.service.folder
        written = {path.name: path.read_text() for path in pathlib.Path(folder).iterdir()
                   if path.name in ("log", "audit", "authz.jsonl")}
    assert written["log"] and written["audit"]
    for file, text in written.items():
        for secret in (PASSWORD.format(0), header, "hush-", "$y$"):
            assert secret not in text, f"{secret} in {file}"


def test_LinesOfOneRequestAreInOrderAndWhole(stand):
    name = stand.fresh()
    stand.authz.rules()
    assert stand.admit(name) is None
    lines(stand, "authz_operation", name)
    assert [line["message"] for line in stand.service.audit(user=name)] == ["login", "authz_user", "authz_operation"]
