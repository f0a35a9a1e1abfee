"""Shared processes, who shares them, and those that start by themselves (auto_restart)."""

import contextlib
import json
import os
import signal

import envelope as e
import pytest
import settings
from probes import ShellProbe
from service import Service, UNPRIVILEGED, scratch_folder, until

USERS = {"alice": "wonderland", "bob": "builder"}
REQUEST, REBOOT, CRASH = 0, 1, 2

# Without root a plug-in can run as the service's own account and nobody else.
needs_drop = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: the account of the service is known then")


class Stand:
    def __init__(self, service, probe):
        self.service = service
        self.probe = probe

    def client(self, user="alice"):
        return self.service.client(user, resource=e.PROBE)

    def starts(self, flags):
        return self.probe.events("Startup", flags=flags)

    def hosts(self):
        return self.service.children("operations_host")


@contextlib.contextmanager
def running(**values):
    with scratch_folder() as folder:
        probe = ShellProbe(folder)
        service = Service(folder, USERS, [settings.application(probe.setting(shared_process=True, **values))])
        with service:
            yield Stand(service, probe)


def pid_of(shell):
    return json.loads(shell.run("identity")[0])["pid"]


def test_ASharedProcessThatCrashesIsStartedAgainAndTheReasonIsTold():
    with running(auto_restart=True) as stand, stand.client() as alice:
        shell = alice.create()
        first = pid_of(shell)
        os.kill(first, signal.SIGSEGV)
        until("its successor has started the plug-in", lambda: stand.starts(CRASH))
        assert len(stand.starts(REQUEST)) == 1
        # It is what new shells get.
        fresh = alice.create()
        assert [pid_of(fresh)] == stand.hosts()
        assert pid_of(fresh) != first
        fresh.delete()
        (line,) = stand.service.log("host_restart")
        assert line["plugin"] == "shell probe" and line["pause_ms"] == 0


def test_AProcessThatIsToldToEndStaysAway():
    with running(auto_restart=True, process_idle_timeout=1_000) as stand, stand.client() as alice:
        alice.create().delete()
        until("it has ended", lambda: not stand.hosts())
        assert stand.probe.wait("Shutdown")
        assert not stand.service.log("host_restart")


def test_WithoutTheSettingNothingStartsByItself():
    with running() as stand, stand.client() as alice:
        os.kill(pid_of(alice.create()), signal.SIGSEGV)
        until("it has ended", lambda: not stand.hosts())
        alice.create().delete()
        assert not stand.starts(CRASH)


@needs_drop
def test_APluginThatRunsAsSomebodyStartsWithTheServiceAndServesAllUsersInOneProcess():
    with running(auto_restart=True, run_as_user=UNPRIVILEGED) as stand, stand.client() as alice, \
            stand.client("bob") as bob:
        until("the plug-in has started unasked", lambda: stand.starts(REBOOT))
        assert pid_of(alice.create()) == pid_of(bob.create())
        assert len(stand.probe.events("Startup")) == 1
