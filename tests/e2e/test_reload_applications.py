"""A reload takes applications, plug-ins, authorization plug-ins and limits, and disturbs no connection and no shell."""

import json
import os
import re
import shutil
import subprocess

import pytest

import envelope as e
import paths
import probes
import settings
from probes import AuthzProbe, ShellProbe
from service import Service, scratch_folder, until
from stand import refusal
from wsman import FaultError

MAX_SHELLS = 2150859173
UNKNOWN_SHELL = 2150858843
USERS = {"alice": "wonderland", "bob": "builder"}


class Stand:
    def __init__(self, folder):
        self.folder = folder
        self.shells = ShellProbe(folder)
        self.authz = AuthzProbe(folder)
        # An exchange of a library is an exchange of this file.
        self.library = folder / "probe.so"
        shutil.copy(paths.PROBES / "shell_probe.so", self.library)
        self.service = Service(folder, USERS, [self.application(self.probe())])
        self.control = folder / "control"
        self.head = f'control_socket = "{self.control}"\n'
        self.service.config.write_text(self.head + self.service.config.read_text())
        # Everything around the application.
        before, rest = self.service.config.read_text().split("[[application]]", 1)
        self.before, self.after = before, "[log]" + rest.split("[log]", 1)[1]

    def probe(self, **values):
        return {**self.shells.setting(**values), "file": self.library}

    @staticmethod
    def application(*plugins, **rest):
        return settings.application(*plugins, **rest)

    def write(self, *applications, limits=None, more=""):
        text = self.before + "".join(applications) + (settings.table("[limits]", limits) if limits else "") + more
        self.service.config.write_text(text + self.after)

    def reload(self):
        return subprocess.run([paths.WINRMCTL, "reload", "--socket", self.control], capture_output=True, text=True,
                              timeout=60, check=False)

    def take(self, *applications, **rest):
        self.write(*applications, **rest)
        done = self.reload()
        assert (done.returncode, done.stdout, done.stderr) == (0, "reloaded\n", "")

    def client(self, user="alice", **rest):
        return self.service.client(user, **{"resource": e.PROBE, **rest})


@pytest.fixture(name="stand")
def _stand():
    with scratch_folder() as folder:
        made = Stand(folder)
        with made.service:
            yield made


def code_of(action):
    try:
        action()
        return 0
    except FaultError as error:
        return error.code


def host_of(shell):
    return json.loads(shell.run("identity")[0])["pid"]


def test_APluginThatIsNewServesAndOthersGoOn(stand):
    with stand.client() as client:
        shell = client.create()
        pid = host_of(shell)
        assert code_of(lambda: client.create(resource=e.CMD)) != 0
        stand.take(stand.application(stand.probe(), settings.cmd_plugin()))
        assert client.create(resource=e.CMD).run("echo", ["hello"])[0] == b"hello\n", "on the same connection"
        assert host_of(shell) == pid
        shell.delete()


def test_AShellOutlivesItsPluginInTheConfiguration(stand):
    with stand.client() as client:
        shell = client.create()
        pid = host_of(shell)
        stand.take(stand.application(settings.cmd_plugin()))
        assert code_of(client.create) != 0, "no new shells"
        assert host_of(shell) == pid
        shell.delete()
        until("its host has ended", lambda: pid not in stand.service.children("operations_host"))


def test_APluginThatIsSwitchedOffIsGone(stand):
    with stand.client() as client:
        stand.take(stand.application(stand.probe(enabled=False), settings.cmd_plugin()))
        assert code_of(client.create) != 0
        stand.take(stand.application(stand.probe(), settings.cmd_plugin()))
        client.create().delete()


@pytest.mark.parametrize("what", ["parameters", "library", "nothing"])
def test_NewShellsAreInANewProcessWhenWhatItIsToldHasChanged(stand, what):
    with stand.client() as client:
        stand.take(stand.application(stand.probe(shared_process=True)))
        shell, beside = client.create(), client.create()
        pid = host_of(shell)
        assert host_of(beside) == pid
        changed = stand.probe(shared_process=True)
        if what == "parameters":
            changed["parameters"] = {**changed["parameters"], "more": "x"}
        elif what == "library":
            fresh = stand.folder / "fresh.so"
            shutil.copy(stand.library, fresh)
            os.replace(fresh, stand.library)
        stand.take(stand.application(changed))
        after = client.create()
        assert (host_of(after) == pid) == (what == "nothing")
        assert host_of(shell) == pid, "as it was"
        for one in (shell, beside, after):
            one.delete()


def test_AnAuthorizationPluginComesIsExchangedAndGoes(stand):
    with stand.client("bob") as client:
        shell = client.create()
        pid = host_of(shell)
        stand.authz.rules(probes.user("*"), probes.operation("*"))
        stand.take(stand.application(stand.probe(), authorization=stand.authz.setting()))
        assert host_of(shell) == pid
        (first,) = stand.service.children("authorization_host")
        other = stand.folder / "other.script"
        other.write_text(probes.user("bob", error=5) + probes.operation("*"))
        parameters = {**stand.authz.setting()["parameters"], "script": other}
        stand.take(stand.application(stand.probe(), authorization={**stand.authz.setting(), "parameters": parameters}))
        assert refusal(client), "the new one does not know bob"
        with stand.client("alice") as alice:
            assert not refusal(alice)
        until("the old one has ended", lambda: first not in stand.service.children("authorization_host"))
        stand.take(stand.application(stand.probe()))
        assert host_of(shell) == pid
        shell.delete()
        until("none is left", lambda: not stand.service.children("authorization_host"))


def test_ApplicationsComeAndGo(stand):
    other = stand.application(settings.cmd_plugin(), path="other")
    with stand.client() as client:
        shell = client.create()
        pid = host_of(shell)
        assert client.post(e.identify(), path="/other").status == 404
        stand.take(stand.application(stand.probe()), other)
        assert client.post(e.identify(), path="/other").status == 200
        stand.take(other)
        assert client.post(e.identify(), path="/wsman").status == 404
        until("its shell has been ended, and its host", lambda: pid not in stand.service.children("operations_host"))
        assert stand.shells.wait("ReleaseShell") and stand.shells.wait("Shutdown")
        stand.take(stand.application(stand.probe()))
        assert code_of(shell.delete) == UNKNOWN_SHELL, "it does not come back with the application"
        client.create().delete()


def test_LimitsCountFromNowOn(stand):
    with stand.client("bob") as client:
        shells = [client.create(), client.create()]
        stand.take(stand.application(stand.probe()), limits={"max_shells_per_user": 2})
        assert code_of(client.create) == MAX_SHELLS
        stand.take(stand.application(stand.probe()), limits={"max_shells_per_user": 3})
        shells.append(client.create())
        for shell in shells:
            shell.delete()


def test_SchemesOfAListenerAreThoseOfNewConnections(stand):
    with stand.client() as old:
        shell = old.create()
        stand.before = stand.before.replace("basic = true", "basic = false")
        stand.take(stand.application(stand.probe()))
        shell.run("identity")
        with stand.client() as fresh:
            assert fresh.ask(e.ENUMERATE, e.SHELL, e.enumerate_body()).status == 401
        stand.before = stand.before.replace("basic = false", "basic = true")
        stand.take(stand.application(stand.probe()))
        shell.delete()


@pytest.mark.parametrize("more,place", [
    ("[limits]\nmax_connections = 0\n", r"winrmd\.toml:\d+: limits\.max_connections: "),
    ('[login]\nkeytab = "{folder}/empty"\n', r"no log-in with Kerberos: "),
    ('[login]\nkeytab = "/nowhere/keytab"\n', r"winrmd\.toml:\d+: login\.keytab: cannot open"),
])
def test_ABrokenConfigurationIsRefusedAsAWhole(stand, more, place):
    (stand.folder / "empty").touch()
    more = more.replace("{folder}", str(stand.folder))
    with stand.client() as client:
        shell = client.create()
        stand.write(stand.application(settings.cmd_plugin()), more=more)
        done = stand.reload()
        assert done.returncode == 1
        assert "not reloaded, the service goes on as it was: " in done.stderr
        assert len(re.findall(place, done.stderr)) == 1, done.stderr
        assert code_of(lambda: client.create(resource=e.CMD)) != 0, "nothing of it is in use"
        client.create().delete()
        shell.delete()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs a service that is not root")
def test_WithoutRootAPluginCannotRunAsSomebodyElse(stand):
    stand.write(stand.application(stand.probe(run_as_user="daemon")))
    done = stand.reload()
    assert done.returncode == 1
    assert "application.plugin.run_as_user: the service runs as 'nobody' and cannot work as 'daemon'" in done.stderr
    checked = subprocess.run([paths.WINRMD, "--config", stand.service.config, "--check-config"], capture_output=True,
                             text=True, timeout=60, check=False, user="nobody", group="nogroup", extra_groups=[])
    assert checked.returncode == 1
    assert f"{stand.service.config}:" in checked.stderr
    assert "run_as_user" in checked.stderr
    stand.take(stand.application(stand.probe(run_as_user="nobody")))
    with stand.client() as client:
        client.create().delete()
