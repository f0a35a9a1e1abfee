"""Ansible's winrm connection. It speaks PowerShell only: with a real one (setup-clients brings it) modules run; without,
a stand-in that hands the decoded command line to sh is enough for `raw`."""

import json
import os
import pathlib
import shutil
import subprocess

import pytest

import gss
import login_stand
import paths
from login_stand import USERS
from realm import PASSWORD, REALM, needs_kdc

PWSH = paths.ROOT / "build" / "clients" / "pwsh" / "pwsh"

pytestmark = [needs_kdc, gss.needs_ntlm,
              pytest.mark.skipif(shutil.which("ansible") is None, reason="needs ansible-core")]

STAND_IN = """#!/bin/sh
# PowerShell -NoProfile -NonInteractive -ExecutionPolicy Unrestricted -EncodedCommand BASE64
exec sh -c "$(printf %s "$6" | base64 -d | iconv -f UTF-16LE -t UTF-8)"
"""
REAL = """#!/bin/sh
export POWERSHELL_TELEMETRY_OPTOUT=1 POWERSHELL_UPDATECHECK=Off DOTNET_NOLOGO=1 HOME=/tmp
exec {pwsh} "$@"
"""

MODULE = """#!powershell
#AnsibleRequires -CSharpUtil Ansible.Basic
$spec = @{ options = @{ who = @{ type = 'str'; required = $true } }; supports_check_mode = $true }
$module = [Ansible.Basic.AnsibleModule]::Create($args, $spec)
$module.Result.greeting = "hello " + $module.Params.who
$module.ExitJson()
"""

HOSTS = {
    "ntlm_sealed": "ansible_winrm_transport=ntlm {http}",
    "ntlm_tls": "ansible_winrm_transport=ntlm {https}",
    "kerberos_tls": "ansible_winrm_transport=kerberos ansible_winrm_kinit_mode=manual {https}",
    "kerberos_kinit": "ansible_winrm_transport=kerberos ansible_winrm_kinit_mode=managed {https} "
                      "ansible_user=alice@{realm} ansible_password={realm_password} {kinit}",
    "basic_tls": "ansible_winrm_transport=basic {https}",
    "certificate": "ansible_winrm_transport=certificate {https} ansible_winrm_cert_pem={pem} ansible_winrm_cert_key_pem={key}",
    "kerberos_clear": "ansible_winrm_transport=kerberos ansible_winrm_kinit_mode=manual {http}",
    "kerberos_wrong": "ansible_winrm_transport=kerberos ansible_winrm_kinit_mode=managed {https} "
                      "ansible_user=alice@{realm} ansible_password=wrong {kinit}",
    "ntlm_wrong": "ansible_winrm_transport=ntlm {http} ansible_password=wrong",
    "ntlm_nobody": "ansible_winrm_transport=ntlm {http} ansible_user=nobody-knows-me",
    "basic_wrong": "ansible_winrm_transport=basic {https} ansible_password=wrong",
}
# Debian's python3-kerberos cannot seal.
REFUSED = {"ntlm_wrong": "credentials", "ntlm_nobody": "credentials", "basic_wrong": "credentials",
           "kerberos_wrong": "Kerberos auth failure", "kerberos_clear": "Code 500"}


def stand_with(folder, realm, authority, script):
    """A service whose users find this script as their PowerShell."""
    os.chmod(folder, 0o755)
    program = folder / "PowerShell"
    program.write_text(script)
    program.chmod(0o755)
    rules = [{"issuer": authority.thumbprint, "subject": "*@winrmd.test", "user": "alice"}]
    return login_stand.login_stand(realm, authority, login={"certificate": rules},
                                   environment={"PATH": f"{folder}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"})


def ansible(stand, folder, *arguments, hosts=None):
    """Host → what became of it there; from one run for all hosts."""
    service, (pem, key) = stand.service, stand.authority.client("whoever", upn="carol@winrmd.test")
    places = {"http": f"ansible_winrm_scheme=http ansible_port={service.port}",
              "https": f"ansible_winrm_scheme=https ansible_port={service.tls_port} "
                       f"ansible_winrm_ca_trust_path={stand.authority.certificate}", "pem": pem, "key": key, "kinit": "ansible_winrm_kinit_env_vars=\"['KRB5_CONFIG']\"",
              "realm": REALM, "realm_password": PASSWORD}
    lines = [f"{name} " + HOSTS[name].format(**places) for name in hosts or HOSTS]
    inventory = folder / "inventory"
    inventory.write_text("\n".join(["[all]", *lines, "[all:vars]", "ansible_connection=winrm", "ansible_host=localhost",
                                    f"ansible_password={USERS['alice']}", "ansible_user=alice", ""]))
    cache = stand.realm.tickets("alice")
    environment = {**stand.realm.environment(cache), "ANSIBLE_LIBRARY": str(folder), "ANSIBLE_HOME": str(folder),
                   "ANSIBLE_LOCAL_TEMP": str(folder / "tmp"), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(["ansible", "-f", "4", "-i", inventory, "-t", folder / "results", "all", *arguments], text=True, capture_output=True,
                          check=False, timeout=240, env=environment)
    results = {file.name: json.loads(file.read_text()) for file in (folder / "results").glob("*")}
    assert results, done.stderr
    return results


def test_RawWithEveryScheme(realm, authority, tmp_path_factory):
    folder = pathlib.Path(tmp_path_factory.mktemp("ansible"))
    with login_stand.scratch_folder() as programs, stand_with(programs, realm, authority, STAND_IN) as stand:
        results = ansible(stand, folder, "-m", "raw", "-a", "echo hello; id -un >&2; exit 3")
    assert set(results) == set(HOSTS)
    for name, result in results.items():
        if name in REFUSED:
            assert result.get("unreachable") and REFUSED[name] in result["msg"], (name, result)
        else:
            assert (result.get("rc"), result.get("stdout")) == (3, "hello\n"), (name, result)


@pytest.mark.skipif(not PWSH.exists(), reason="needs PowerShell: scripts/setup-clients, with dotnet")
def test_AModule(realm, authority, tmp_path_factory):
    """A module, with what Ansible puts around it, goes to PowerShell's standard input; it is compiled there."""
    folder = pathlib.Path(tmp_path_factory.mktemp("ansible"))
    (folder / "greet.ps1").write_text(MODULE)
    with login_stand.scratch_folder() as programs:
        with stand_with(programs, realm, authority, REAL.format(pwsh=reachable(programs))) as stand:
            results = ansible(stand, folder, "-m", "greet", "-a", "who=you", hosts=["ntlm_sealed", "basic_tls"])
    assert {name: result.get("greeting") for name, result in results.items()} == {
        "ntlm_sealed": "hello you", "basic_tls": "hello you"}, results


def reachable(folder):
    """The service's user may not be able to enter this clone: a copy then."""
    look = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "test", "-x", PWSH]
    if os.geteuid() != 0 or subprocess.run(look, check=False).returncode == 0:
        return PWSH
    there = folder / "pwsh"
    shutil.copytree(PWSH.parent, there, symlinks=True)
    subprocess.run(["chmod", "-R", "a+rX", there], check=True)
    return there / "pwsh"
