"""Whose shells one may see and delete: S15, S16, S31."""

import pytest

import envelope as e
import settings
from probes import user
from service import Service, scratch_folder
from stand import fresh_users, gate_stand
from wsman import NO_SUCH_SHELL


@pytest.fixture(scope="module")
def stand():
    with gate_stand() as made:
        yield made


@pytest.fixture
def three_shells(stand):
    """Two shells of one user and one of another, and a client of each."""
    first, second = stand.fresh(), stand.fresh()
    stand.authz.rules()
    with stand.client(first) as one, stand.client(second) as two:
        shells = [one.create(), one.create(), two.create()]
        yield shells
        for shell in shells:
            if shell.id in shell.client.shell_ids():
                shell.delete()


def judge(stand, admin):
    """A client of a new user whom the plug-in calls an administrator, or not."""
    name = stand.fresh()
    stand.authz.rules(user(name, admin=admin))
    return stand.client(name)


@pytest.mark.parametrize("admin", [1, -1, 0x7FFFFFFF])
def test_S15_AnyOtherValueThanZeroMakesAnAdministrator(stand, three_shells, admin):
    with judge(stand, admin) as client:
        assert set(client.shell_ids()) >= {shell.id for shell in three_shells}


def test_S31_AnAdministratorSeesAndDeletesTheShellsOfOthers(stand, three_shells):
    with judge(stand, 1) as client:
        own = client.create()
        ids = {shell.id for shell in three_shells} | {own.id}
        assert set(client.shell_ids()) >= ids
        for shell in three_shells:
            assert client.get_shell(shell.id).text(e.SHELL, "Owner") == shell.client.user
            assert client.get_shell(shell.id, e.PROBE).text(e.SHELL, "ShellId") == shell.id
        for shell in three_shells:
            client.delete_shell(shell.id, e.PROBE)
            assert shell.ask(e.COMMAND, e.command_body("echo x")).fault.code == NO_SUCH_SHELL
        assert own.id in client.shell_ids()
        own.delete()


def test_S31_AnAdministratorDoesNotWorkInTheShellsOfOthers(stand, three_shells):
    theirs = three_shells[0]
    command = theirs.command("run")
    with judge(stand, 1) as client:
        shell = theirs.of(client)
        for action, body in ((e.COMMAND, e.command_body("echo x")), (e.RECEIVE, e.receive_body(command)),
                             (e.SEND, e.send_body(b"x", command)), (e.SIGNAL, e.signal_body(command, e.TERMINATE))):
            assert shell.ask(action, body).fault.code == 5, action
    theirs.signal(command)


def test_S31_EverybodyElseHasTheirOwnShellsAlone(stand, three_shells):
    first, second, other = three_shells
    with judge(stand, 0) as client:
        own = client.create()
        assert client.shell_ids() == [own.id]
        for shell in three_shells:
            assert client.ask(e.GET, e.SHELL, selectors=[("ShellId", shell.id)]).fault.code == 5
            assert client.ask(e.DELETE, e.PROBE, selectors=[("ShellId", shell.id)]).fault.code == 5
        own.delete()
    assert set(first.client.shell_ids()) == {first.id, second.id}
    assert other.client.shell_ids() == [other.id]


def test_S16_WithoutTheFlagTheIdentityDoesNotMatter(stand, three_shells):
    """The plug-in decides alone: all users of this service work as the same account, and one may be called root."""
    with judge(stand, 0) as client:
        assert client.shell_ids() == []
        fault = client.ask(e.DELETE, e.PROBE, selectors=[("ShellId", three_shells[0].id)]).fault
        assert (fault.code, fault.subcode) == (5, "w:AccessDenied")


def test_S16_ANamedAdministratorIsNoneWhereAPluginDecides():
    """The configuration refuses the list beside a plug-in; a user called like an administrator gains nothing."""
    users = {"root": "pw-of-root", "Administrator": "pw-of-administrator", "other": "pw-of-other"}
    with gate_stand(users=users) as stand, stand.client("other") as other:
        shell = other.create()
        for name in ("root", "Administrator"):
            with stand.client(name) as client:
                assert client.shell_ids() == []
        shell.delete()


def test_AFreshAuthorizationChangesTheFlag():
    with gate_stand(refresh_interval=1000) as stand:
        owner, name = stand.fresh(), stand.fresh()
        stand.authz.rules(user(name, admin=1, times=1), user(name, admin=0))
        with stand.client(owner) as one, stand.client(name) as client:
            shell = one.create()
            assert client.shell_ids() == [shell.id]
            from service import until
            until("the flag is gone", lambda: client.shell_ids() == [], timeout=3, pause=0.05)
            shell.delete()


def test_WithoutAPluginTheConfigurationNamesTheAdministrators():
    with scratch_folder() as folder:
        app = settings.application(settings.cmd_plugin(), administrators=["user01"])
        with Service(folder, fresh_users(2), [app]) as service:
            with service.client("user00") as owner, service.client("user01") as admin:
                mine, its = owner.create(), admin.create()
                assert owner.shell_ids() == [mine.id]
                assert set(admin.shell_ids()) == {mine.id, its.id}
                assert owner.ask(e.DELETE, e.CMD, selectors=[("ShellId", its.id)]).fault.code == 5
                admin.delete_shell(mine.id, e.CMD)
                its.delete()
