"""What a plug-in's processes and shells may take: whoever takes more is ended, nobody else notices, and the log says which
limit it was."""

import pytest

import envelope as e
import settings
from probes import ShellProbe
from service import Service, scratch_folder, until
from wsman import FaultError

USERS = {"alice": "wonderland", "bob": "builder"}
HOST_MB = 512


@pytest.fixture(name="stand")
def _stand(request):
    """`request.param`: settings of the text shell."""
    with scratch_folder() as folder:
        quotas = getattr(request, "param", {})
        probe = ShellProbe(folder)
        app = settings.application(probe.setting(), settings.cmd_plugin(**quotas))
        with Service(folder, USERS, [app], limits={"host_memory_mb": HOST_MB}) as service:
            yield service


def limited(**quotas):
    return pytest.mark.parametrize("stand", [{"quotas": quotas}], indirect=True)


def gone(shell):
    try:
        shell.run("true")
        return False
    except FaultError:
        return True


def over(service, event):
    (line,) = until(f"the log has {event}", lambda: service.log(event))
    return line


def test_APluginThatAllocatesWithoutEndEndsItsOwnProcess(stand):
    with stand.client("alice", resource=e.PROBE) as client, stand.client("bob", resource=e.PROBE) as other:
        beside = other.create()
        beside.run("identity")
        shell = client.create()
        with pytest.raises(FaultError):
            shell.command("allocate")
        assert over(stand, "host_memory_limit")["limit_mb"] == HOST_MB
        beside.run("identity")
        beside.delete()
        client.create().delete()


def test_CommandsOfTheTextShellDoNotHaveTheLimitOfItsProcess(stand):
    with stand.client("alice") as client:
        shell = client.create()
        assert shell.run("ulimit -Sd; ulimit -Hd")[0] == b"unlimited\nunlimited\n"
        # More than the process itself may have.
        size = (HOST_MB + 88) * 1024 * 1024
        assert shell.run(f"python3 -c 'print(len(bytearray({size})))'")[0] == f"{size}\n".encode()
        shell.delete()


@limited(max_processes_per_shell=5)
def test_AShellWithTooManyProcessesIsEnded(stand):
    with stand.client("alice") as client, stand.client("bob") as other:
        beside, good, shell = other.create(), client.create(), client.create()
        assert good.run("sleep 2 & sleep 2 & wait; echo done")[0] == b"done\n"
        shell.command("for i in 1 2 3 4 5 6 7 8; do sleep 1000 & done; wait")
        line = over(stand, "shell_over_processes")
        assert (line["plugin"], line["application"], line["limit"]) == ("Shell cmd plugin", "wsman", 5)
        assert line["value"] > 5
        until("the shell is gone", lambda: gone(shell))
        for one in (beside, good):
            assert one.run("echo here")[0] == b"here\n"
            one.delete()


@limited(max_processes_per_shell=5)
def test_ProcessesInSessionsOfTheirOwnAndLeftBehindCountToo(stand):
    with stand.client("alice") as client:
        shell = client.create()
        shell.command("for i in 1 2 3; do (sleep 1000 &); setsid sleep 1000 & done; wait")
        assert over(stand, "shell_over_processes")["value"] > 5
        until("the shell is gone", lambda: gone(shell))


@limited(max_memory_per_shell_mb=100)
def test_AShellWithTooMuchMemoryIsEnded(stand):
    with stand.client("alice") as client:
        good, shell = client.create(), client.create()
        assert good.run("head -c 1m /dev/zero | tail -c 1")[2] == 0
        shell.command("python3 -c 'import time; kept = bytearray(300 << 20); time.sleep(1000)'")
        line = over(stand, "shell_over_memory")
        assert (line["plugin"], line["limit"]) == ("Shell cmd plugin", 100)
        assert line["value"] > 100
        until("the shell is gone", lambda: gone(shell))
        assert good.run("echo here")[0] == b"here\n"
        good.delete()
