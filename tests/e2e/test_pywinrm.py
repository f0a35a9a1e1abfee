"""Debian's pywinrm, unmodified, against the service."""

import base64

import pytest

import settings
from service import Service, scratch_folder
from stand import fresh_users

winrm = pytest.importorskip("winrm", reason="python3-winrm is not installed")
from winrm.exceptions import InvalidCredentialsError, WinRMOperationTimeoutError  # noqa: E402
from winrm.protocol import Protocol  # noqa: E402


@pytest.fixture(scope="module")
def service():
    with scratch_folder() as folder:
        with Service(folder, fresh_users(4), [settings.application(settings.cmd_plugin())], tls=True) as running:
            yield running


@pytest.fixture(params=["plaintext", "ssl", "basic"])
def transport(request, service):
    """Arguments for pywinrm: where, and how to log in."""
    common = {"transport": request.param, "username": "user00", "password": service.password("user00")}
    if request.param == "ssl":
        return {"endpoint": service.https_url, "ca_trust_path": str(service.certificate), **common}
    return {"endpoint": service.url, **common}


@pytest.fixture
def protocol(transport):
    return Protocol(**transport, operation_timeout_sec=2, read_timeout_sec=10)


def test_ASessionRunsACommand(transport):
    session = winrm.Session(transport["endpoint"], auth=(transport["username"], transport["password"]),
                            transport=transport["transport"], ca_trust_path=transport.get("ca_trust_path"))
    result = session.run_cmd("echo", ["hello", "world"])
    assert (result.status_code, result.std_out, result.std_err) == (0, b"hello world\n", b"")
    result = session.run_cmd("echo sorry >&2; exit 3")
    assert (result.status_code, result.std_out, result.std_err) == (3, b"", b"sorry\n")


def test_AShellWithEverythingSet(protocol):
    shell = protocol.open_shell(working_directory="/usr", env_vars={"GREETING": "grüß dich"}, codepage=65001,
                                noprofile=True, idle_timeout="PT120S")
    command = protocol.run_command(shell, 'echo "$GREETING"; pwd')
    assert protocol.get_command_output(shell, command) == ("grüß dich\n/usr\n".encode(), b"", 0)
    protocol.cleanup_command(shell, command)
    protocol.close_shell(shell)


def test_SeveralCommandsInAShell(protocol):
    shell = protocol.open_shell()
    commands = [protocol.run_command(shell, "echo", [str(n)]) for n in range(3)]
    assert [protocol.get_command_output(shell, c)[0] for c in commands] == [b"0\n", b"1\n", b"2\n"]
    for command in commands:
        protocol.cleanup_command(shell, command)
    protocol.close_shell(shell)


def test_WithoutTheCommandProcessor(protocol):
    shell = protocol.open_shell()
    command = protocol.run_command(shell, "printf", ["%s", "$HOME"], skip_cmd_shell=True)
    assert protocol.get_command_output(shell, command)[0] == b"$HOME"
    protocol.close_shell(shell)


def test_ItAsksAgainAfterATimeOut(service):
    protocol = Protocol(service.url, transport="plaintext", username="user01", password=service.password("user01"),
                        operation_timeout_sec=1, read_timeout_sec=10)
    shell = protocol.open_shell()
    command = protocol.run_command(shell, "sleep 1.5; echo late")
    assert protocol.get_command_output(shell, command) == (b"late\n", b"", 0)
    command = protocol.run_command(shell, "sleep 1000")
    with pytest.raises(WinRMOperationTimeoutError):
        protocol._raw_get_command_output(shell, command)
    protocol.cleanup_command(shell, command)
    protocol.close_shell(shell)


def test_LargeOutput(protocol):
    shell = protocol.open_shell()
    command = protocol.run_command(shell, "head -c 700000 /dev/zero")
    assert protocol.get_command_output(shell, command) == (b"\0" * 700000, b"", 0)
    protocol.close_shell(shell)


def test_LargeCommandLine(protocol):
    """run_ps sends scripts of this size in the command line."""
    text = base64.b64encode(b"x" * 30000).decode()
    shell = protocol.open_shell()
    command = protocol.run_command(shell, f"printf %s {text} | wc -c")
    assert int(protocol.get_command_output(shell, command)[0]) == len(text)
    protocol.close_shell(shell)


def test_AWrongPasswordIsToldAsSuch(transport):
    transport["password"] = "wrong"
    with pytest.raises(InvalidCredentialsError):
        Protocol(**transport).open_shell()


def test_CleaningUpTwiceIsForgiven(protocol):
    shell = protocol.open_shell()
    command = protocol.run_command(shell, "true")
    protocol.get_command_output(shell, command)
    protocol.cleanup_command(shell, command)
    protocol.close_shell(shell)
