"""A Kerberos client that delegates its ticket: programs of its shell find it, nobody else does, and it goes away."""

import pathlib
import time
import warnings

import pytest

import gss
import login_stand
from realm import REALM, needs_kdc

winrm = pytest.importorskip("winrm", reason="python3-winrm is not installed")
from winrm.protocol import Protocol  # noqa: E402

pytestmark = [needs_kdc, gss.needs_ntlm]


@pytest.fixture(scope="module")
def stand(realm, authority):
    with login_stand.login_stand(realm, authority) as running:
        yield running


def connect(stand, realm, delegate, user):
    with gss.variables(KRB5_CONFIG=realm.config, KRB5CCNAME=f"FILE:{realm.tickets(user)}"), \
            warnings.catch_warnings():
        warnings.simplefilter("ignore")
        protocol = Protocol(stand.url(True).replace("127.0.0.1", "localhost"), transport="kerberos",
                            kerberos_delegation=delegate, ca_trust_path=str(stand.authority.certificate))
        return protocol, protocol.open_shell()


def run(protocol, shell, line):
    command = protocol.run_command(shell, line)
    out, err, status = protocol.get_command_output(shell, command)
    protocol.cleanup_command(shell, command)
    return out.decode(), err.decode(), status


def test_TheTicketIsThereForTheShellAndGoesWithIt(stand, realm):
    protocol, shell = connect(stand, realm, True, "alice")
    out, err, status = run(protocol, shell, "printenv KRB5CCNAME; klist")
    assert status == 0, err
    file = pathlib.Path(out.splitlines()[0].removeprefix("FILE:"))
    assert f"Default principal: alice@{REALM}" in out
    assert f"krbtgt/{REALM}@{REALM}" in out
    out, _, _ = run(protocol, shell, f"stat -c %a {file} {file.parent}")
    assert out.split() == ["600", "700"]
    protocol.close_shell(shell)
    deadline = time.monotonic() + 30
    while file.parent.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not file.parent.exists()


def test_WithoutDelegationThereIsNone(stand, realm):
    protocol, shell = connect(stand, realm, False, "bob")
    assert run(protocol, shell, "printenv KRB5CCNAME") == ("", "", 1)
    protocol.close_shell(shell)
    # A later log-in that delegates is the same person, whom the service knows already.
    protocol, shell = connect(stand, realm, True, "bob")
    assert f"Default principal: bob@{REALM}" in run(protocol, shell, "klist")[0]
    protocol.close_shell(shell)
