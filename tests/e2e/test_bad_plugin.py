"""Plug-in files that are missing, no library, lack an entry point or do not start: an error at start or a fault, and
no harm to the other plug-ins."""

import shutil
import subprocess

import pytest

import envelope as e
import paths
import settings
from probes import AuthzProbe
from service import Service, scratch_folder
from stand import fresh_users, refusal
from wsman import ABORTED, FaultError

FILE_NOT_PRESENT = 0x80338192  # ERROR_WSMAN_FILE_NOT_PRESENT
LOAD_FAILED = 0x8033809A  # ERROR_WSMAN_PROVIDER_LOAD_FAILED
NO_ENTRY_POINT = 0x803380A9  # ERROR_WSMAN_PROVSYS_NOT_SUPPORTED
STARTUP_ERROR = 1234  # what startup_fails.so returns
OTHER = "http://winrmd.test/shell/broken"


def bad_files(folder):
    (folder / "empty.so").write_bytes(b"")
    (folder / "text.so").write_text("this is no library\n" * 10)
    (folder / "folder.so").mkdir()
    (folder / "half.so").write_bytes(paths.SHELL.read_bytes()[:4096])
    shutil.copyfile(paths.SHELL, folder / "cut.so")
    with open(folder / "cut.so", "r+b") as file:
        file.truncate(40)
    return folder


# At start: what can be seen of a file without running it.

AT_START = [("absent.so", "cannot open"), ("empty.so", "not a shared library"), ("text.so", "not a shared library"),
            ("folder.so", "not a regular file"), ("cut.so", "not a shared library"), ("half.so", "cut short")]


@pytest.mark.parametrize("kind", ["plugin", "authorization"])
@pytest.mark.parametrize("file,words", AT_START)
def test_AFileThatIsNoLibraryIsAnErrorAtStart(kind, file, words):
    with scratch_folder() as folder:
        bad_files(folder)
        if kind == "plugin":
            app = settings.application(settings.plugin("broken", folder / file, OTHER))
        else:
            app = settings.application(settings.cmd_plugin(), authorization={"name": "broken", "file": folder / file})
        service = Service(folder, fresh_users(1), [app])
        process = service.launch()
        output, error = process.communicate(timeout=10)
    assert process.returncode == 1 and output == ""
    assert words in error and str(folder / file) in error
    # File, line and key.
    place = f"{service.config}:"
    assert error.startswith(f"winrmd: {place}") and "application" in error and "file" in error


def test_CheckConfigSaysTheSameAndStartsNothing():
    with scratch_folder() as folder:
        bad_files(folder)
        service = Service(folder, fresh_users(1), [settings.application(settings.plugin("b", folder / "text.so", OTHER))])
        process = service.launch("--check-config")
        _, error = process.communicate(timeout=10)
        assert process.returncode == 1 and "not a shared library" in error
        good = Service(folder, fresh_users(1), [settings.application(settings.cmd_plugin())])
        process = good.launch("--check-config")
        output, error = process.communicate(timeout=10)
        assert process.returncode == 0 and "good" in output and error == ""


# When it is used: what only loading it shows.

WHEN_USED = [("not_a_plugin", NO_ENTRY_POINT), ("no_shell", NO_ENTRY_POINT), ("startup_fails", STARTUP_ERROR),
             ("startup_crashes", ABORTED), ("unresolved", LOAD_FAILED)]


@pytest.fixture(scope="module")
def broken():
    with scratch_folder() as folder:
        plugins = [settings.plugin(name, paths.PROBES / f"{name}.so", f"{OTHER}/{name}") for name, _ in WHEN_USED]
        app = settings.application(settings.cmd_plugin(), *plugins)
        with Service(folder, fresh_users(2), [app]) as service:
            yield service


@pytest.mark.parametrize("name,code", WHEN_USED)
def test_APluginThatDoesNotStartIsAFault(broken, name, code):
    with broken.client("user00") as client:
        for _ in range(2):  # the next request tries again and fails the same way
            with pytest.raises(FaultError) as raised:
                client.create(resource=f"{OTHER}/{name}")
            assert raised.value.code == code, raised.value
        # The other plug-ins are as good as ever.
        shell = client.create()
        assert shell.run("echo fine") == (b"fine\n", b"", 0)
        shell.delete()
        assert client.shell_ids() == []


@pytest.mark.parametrize("name,code", [("not_a_plugin", NO_ENTRY_POINT), ("startup_fails", STARTUP_ERROR),
                                       ("startup_crashes", ABORTED), ("unresolved", LOAD_FAILED)])
def test_AnAuthorizationPluginThatDoesNotStartAdmitsNobody(name, code):
    with scratch_folder() as folder:
        app = settings.application(settings.cmd_plugin(),
                                   authorization={"name": name, "file": paths.PROBES / f"{name}.so"})
        with Service(folder, fresh_users(2), [app]) as service, service.client("user00") as client:
            for _ in range(2):
                assert refusal(client).code == code
            lines = service.audit(message="authz_user")
            assert [line["verdict"] for line in lines] == ["error", "error"]


def test_AFailingStartupIsNotShutDown(broken):
    """plugin-api: Shutdown is not called for a Startup that failed. startup_fails aborts if it is."""
    with broken.client("user00") as client:
        with pytest.raises(FaultError) as raised:
            client.create(resource=f"{OTHER}/startup_fails")
        assert raised.value.code == STARTUP_ERROR
    crashed = [line for line in broken.log("child_ended") if "SIGABRT" in line["status"]]
    assert not crashed


def test_AnOperationsPluginIsNoAuthorizationPlugin():
    with scratch_folder() as folder:
        app = settings.application(settings.cmd_plugin(), authorization={"name": "wrong kind", "file": paths.SHELL})
        with Service(folder, fresh_users(1), [app]) as service, service.client("user00") as client:
            assert refusal(client).code == NO_ENTRY_POINT


def test_AnAuthorizationPluginIsNoOperationsPlugin():
    with scratch_folder() as folder:
        authz = AuthzProbe(folder)
        file = authz.setting()["file"]
        app = settings.application(settings.plugin("wrong kind", file, OTHER))
        with Service(folder, fresh_users(1), [app]) as service, service.client("user00") as client:
            with pytest.raises(FaultError) as raised:
                client.create(resource=OTHER)
            assert raised.value.code == NO_ENTRY_POINT


def test_AFileThatWentAwayWhileTheServiceRunsIsAFault():
    with scratch_folder() as folder:
        copy = folder / "copy.so"
        shutil.copy(paths.SHELL, copy)
        app = settings.application(settings.plugin("copy", copy, OTHER))
        with Service(folder, fresh_users(1), [app]) as service, service.client("user00") as client:
            client.create(resource=OTHER).delete()
            copy.unlink()
            with pytest.raises(FaultError) as raised:
                client.create(resource=OTHER)
            assert raised.value.code == FILE_NOT_PRESENT
            shutil.copy(paths.SHELL, copy)
            client.create(resource=OTHER).delete()


def test_WinrmdNeedsAReadableConfiguration():
    result = subprocess.run([paths.WINRMD, "--config", "/nonexistent/winrmd.toml"], capture_output=True, text=True,
                            timeout=10, check=False)
    assert result.returncode == 1 and "/nonexistent/winrmd.toml" in result.stderr
