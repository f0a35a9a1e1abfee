"""What a plug-in may be used for at a time ([application.plugin.quotas]), and the limits of an application."""

import contextlib

import envelope as e
import pytest
import settings
from probes import ShellProbe
from service import Service, scratch_folder, until
from wsman import FaultError

USERS = {"alice": "wonderland", "bob": "builder", "carol": "singer"}
SHELLS_OF_USER, USERS_EXCEEDED, SHELLS = 2150859236, 2150859237, 2150859238
OPERATIONS, OPERATIONS_OF_USER, COMMANDS = 2150859239, 2150859240, 2150859241
IDLE_TIMEOUT, MAX_SHELLS = 2150859250, 2150859173


@contextlib.contextmanager
def running(quotas=None, limits=None, **application):
    with scratch_folder() as folder:
        tables = settings.application(ShellProbe(folder).setting(), **application)
        if quotas:
            tables += settings.table("[application.plugin.quotas]", quotas)
        with Service(folder, USERS, [tables], limits=limits) as service:
            yield service


def refused(action):
    """The code of the fault, which is told in the form that such faults have."""
    with pytest.raises(FaultError) as caught:
        action()
    fault = caught.value.fault
    if fault.code != MAX_SHELLS:
        assert (fault.soap_code, fault.subcode) == ("s:Receiver", "w:InternalError")
    return fault.code


def client_of(service, user):
    return service.client(user, resource=e.PROBE)


def test_ShellsOfAUserAndOfAll():
    with running({"max_shells_per_user": 1, "max_shells": 2}) as service, client_of(service, "alice") as alice, \
            client_of(service, "bob") as bob, client_of(service, "carol") as carol:
        first = alice.create()
        assert refused(alice.create) == SHELLS_OF_USER
        bob.create()
        assert refused(carol.create) == SHELLS
        first.delete()
        carol.create()
        assert service.audit(message="quota", user="alice", verdict="denied", code=SHELLS_OF_USER)


def test_UsersWhoHaveSomethingOpen():
    with running({"max_concurrent_users": 1}) as service, client_of(service, "alice") as alice, \
            client_of(service, "bob") as bob:
        shells = [alice.create(), alice.create()]
        assert refused(bob.create) == USERS_EXCEEDED
        for shell in shells:
            shell.delete()
        bob.create().delete()


@pytest.mark.parametrize("name, code", [("max_operations", OPERATIONS), ("max_operations_per_user", OPERATIONS_OF_USER),
                                        ("max_commands_per_shell", COMMANDS)])
def test_OperationsAreCommandsUntilTheyEnd(name, code):
    with running({name: 2}) as service, client_of(service, "alice") as alice:
        shell = alice.create()
        first = shell.command("run")
        shell.command("run")
        assert refused(lambda: shell.command("run")) == code
        # Nobody can be kept from ending what there is.
        shell.signal(first)
        shell.command("run")
        shell.delete()


def test_WhateverIsExceededFirstRefuses():
    with running({"max_shells_per_user": 5}, {"max_shells_per_user": 1}) as service, \
            client_of(service, "alice") as alice:
        alice.create()
        assert refused(alice.create) == MAX_SHELLS


def test_IdleTimeoutsOfThePlugin():
    with running({"idle_timeout": 120_000, "max_idle_timeout": 180_000}) as service, \
            client_of(service, "alice") as alice:
        assert alice.create().reply.text(e.SHELL, "IdleTimeOut") == "PT120.000S"
        assert alice.create(idle_timeout="PT180S").reply.text(e.SHELL, "IdleTimeOut") == "PT180.000S"
        assert alice.create(idle_timeout="PT1S").reply.text(e.SHELL, "IdleTimeOut") == "PT60.000S"
        assert refused(lambda: alice.create(idle_timeout="PT181S")) == IDLE_TIMEOUT


def test_AShellThatNobodyUsesEndsAfterThePluginsTime():
    with running({"idle_timeout": 1_000, "max_idle_timeout": 1_000}) as service, client_of(service, "alice") as alice:
        shell = alice.create()
        until("it has been idle for too long", lambda: service.log("shell_idle", shell=shell.id))


@pytest.mark.parametrize("mode, shown", [("drop", "Drop"), ("block", "Block")])
def test_OutputIsDroppedWhereThePluginSaysSoAndTheClientDoesNot(mode, shown):
    application = settings.application(settings.cmd_plugin(output_buffering=mode))
    with scratch_folder() as folder, Service(folder, USERS, [application]) as service, \
            service.client("alice") as alice:
        shell = alice.create(shell_id="11111111-1111-1111-1111-111111111111")
        assert shell.reply.text(e.SHELL, "BufferMode") == shown


def test_LimitsOfAnApplicationAreForItAlone():
    with running(max_envelope_size_kb=40, limits={"max_envelope_size_kb": 500}) as service, \
            client_of(service, "alice") as alice:
        shell = alice.create()
        command = shell.command("run")
        shell.send(command, b"x" * 20_000)
        body = e.send_body(b"x" * 60_000, command)
        assert shell.ask(e.SEND, body).status == 413
