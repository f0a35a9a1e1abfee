"""winrm-client of npm: Basic. Where the user has a domain it takes NTLM, in a form that gss-ntlmssp does not read."""

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

SOURCE = pathlib.Path(__file__).parent / "clients" / "node" / "run.js"
MODULES = paths.ROOT / "build" / "clients" / "node" / "node_modules"

pytestmark = [gss.needs_ntlm,
              pytest.mark.skipif(shutil.which("node") is None or not (MODULES / "winrm-client").exists(),
                                 reason="needs node and winrm-client: scripts/setup-clients")]


@pytest.fixture(scope="module")
def stand(authority):
    with login_stand.login_stand(None, authority, listener={"allow_unencrypted": True, "basic": True}) as running:
        yield running


def run(stand, user, password, *, tls, command="echo hello"):
    port = stand.service.tls_port if tls else stand.service.port
    done = subprocess.run(["node", SOURCE, str(port), "tls" if tls else "", user, password, command], text=True,
                          capture_output=True, check=True, timeout=60,
                          env={**os.environ, "NODE_PATH": str(MODULES),
                               "NODE_EXTRA_CA_CERTS": str(stand.authority.certificate)})
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("tls", [False, True], ids=["HTTP", "TLS"])
def test_ACommand(stand, tls):
    assert run(stand, "alice", USERS["alice"], tls=tls) == {"output": "hello"}


@pytest.mark.parametrize("user", ["alice", "nobody-knows-me"])
def test_Refused(stand, user):
    assert "401" in run(stand, user, "wrong", tls=True)["error"]
