"""masterzen's Go library as Debian has it: Basic, NTLM (it never seals), certificates."""

import os
import pathlib
import shutil
import subprocess

import pytest

import gss
import login_stand
from login_stand import USERS

SOURCE = pathlib.Path(__file__).parent / "clients" / "go" / "main.go"
LIBRARY = pathlib.Path("/usr/share/gocode/src/github.com/masterzen/winrm")

pytestmark = [gss.needs_ntlm,
              pytest.mark.skipif(shutil.which("go") is None or not LIBRARY.exists(),
                                 reason="needs golang-go and golang-github-masterzen-winrm-dev")]


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    folder = tmp_path_factory.mktemp("go")
    # The compiler's cache stays where it was: this compiles once per machine.
    subprocess.run(["go", "build", "-o", folder / "client", SOURCE], check=True, timeout=300,
                   env={**os.environ, "GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOFLAGS": ""})
    return folder / "client"


@pytest.fixture(scope="module")
def stand(authority):
    rules = [{"issuer": authority.thumbprint, "subject": "*@winrmd.test", "user": "alice"}]
    with login_stand.login_stand(None, authority, login={"certificate": rules},
                                 listener={"allow_unencrypted": True, "basic": True}) as running:
        yield running


@pytest.fixture
def run(program, stand):
    def client(scheme, *, tls, user="alice", password=None, command="cat; exit 3", files=()):
        port = stand.service.tls_port if tls else stand.service.port
        certificates = [stand.authority.certificate, *files] if tls else []
        return subprocess.run([program, str(port), "https" if tls else "http", scheme, user,
                               USERS["alice"] if password is None else password, command, *certificates],
                              input="hello\n", text=True, capture_output=True, check=False, timeout=60)
    return client


@pytest.mark.parametrize("tls", [False, True], ids=["HTTP", "TLS"])
@pytest.mark.parametrize("scheme", ["basic", "ntlm"])
def test_ACommandWithInput(run, scheme, tls):
    done = run(scheme, tls=tls)
    assert (done.stdout, done.returncode) == ("hello\n", 3), done.stderr


@pytest.mark.parametrize("scheme", ["basic", "ntlm"])
def test_Refused(run, scheme):
    for user in ("alice", "nobody-knows-me"):
        done = run(scheme, tls=True, user=user, password="wrong")
        assert done.returncode == 101 and "401" in done.stderr


@pytest.mark.parametrize("user", ["alice", "WINRMD\\alice"])
def test_NtlmUserForms(run, user):
    assert run("ntlm", tls=True, user=user).returncode == 3


def test_Certificate(run, authority):
    done = run("certificate", tls=True, files=authority.client("whoever", upn="carol@winrmd.test"))
    assert (done.stdout, done.returncode) == ("hello\n", 3), done.stderr
    done = run("certificate", tls=True, files=authority.client("whoever", upn="carol@elsewhere.test"))
    assert done.returncode == 101
