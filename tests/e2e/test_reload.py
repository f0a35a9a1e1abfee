"""SIGHUP and `winrmctl reload`: new certificates and log-in settings for new connections, nothing lost for old ones; a
broken configuration changes nothing."""

import contextlib
import http.client
import os
import re
import signal
import ssl
import subprocess

import pytest

import paths
import settings
from service import Service, make_certificate, scratch_folder, until

REQUEST = ("GET", "/")


@pytest.fixture
def service():
    with scratch_folder() as folder:
        made = Service(folder, {"alice": "wonderland"}, [settings.application(settings.cmd_plugin())], tls=True)
        made.control = folder / "control"
        made.config.write_text(f'control_socket = "{made.control}"\n' + made.config.read_text())
        with made:
            yield made


def reload(service, *arguments):
    return subprocess.run([paths.WINRMCTL, "reload", *(arguments or ["--socket", service.control])],
                          capture_output=True, text=True, timeout=60, check=False)


def connect(service):
    context = ssl._create_unverified_context()
    connection = http.client.HTTPSConnection("localhost", service.tls_port, context=context, timeout=10)
    connection.connect()
    return connection


def certificate_of(connection):
    return connection.sock.getpeercert(binary_form=True)


def served(service):
    with contextlib.closing(connect(service)) as connection:
        return certificate_of(connection)


def new_certificate(service):
    """In the place of the old one; owner and mode stay. Returns it in DER."""
    with scratch_folder() as folder:
        certificate, key = make_certificate(folder)
        service.certificate.write_text(certificate.read_text())
        (service.folder / "key.pem").write_text(key.read_text())
        return ssl.PEM_cert_to_DER_cert(certificate.read_text())


def answers(connection):
    connection.request(*REQUEST)
    reply = connection.getresponse()
    reply.read()
    return reply.status


def test_NewConnectionsSeeTheNewCertificateAndOldOnesGoOn(service):
    with contextlib.closing(connect(service)) as old:
        before = certificate_of(old)
        first = answers(old)
        new = new_certificate(service)
        assert served(service) == before, "nothing is read unasked"
        done = reload(service)
        assert (done.returncode, done.stdout, done.stderr) == (0, "reloaded\n", "")
        assert served(service) == new != before
        assert answers(old) == first, "on the same connection"


def test_SighupDoesTheSame(service):
    new = new_certificate(service)
    service.process.send_signal(signal.SIGHUP)
    until("the new certificate is served", lambda: served(service) == new)
    until("the log says so", lambda: service.log("reloaded"))


def test_SessionsOfTheOldCertificateAreNotResumed(service, tmp_path):
    def s_client(*arguments):
        return subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{service.tls_port}", "-ign_eof", "-tls1_2",
                               *arguments], input="GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
                              capture_output=True, text=True, timeout=30, check=False).stdout

    session = tmp_path / "session"
    s_client("-sess_out", session)
    assert re.search("^Reused", s_client("-sess_in", session), re.M)
    new_certificate(service)
    assert reload(service).returncode == 0
    assert re.search("^New", s_client("-sess_in", session), re.M)


def broken_key(service):
    with scratch_folder() as folder:
        (service.folder / "key.pem").write_text(make_certificate(folder)[1].read_text())
    return r"'.*certificate\.pem' with '.*key\.pem': the private key does not belong to the certificate"


def no_certificate(service):
    service.certificate.write_text("garbage")
    return r"'.*certificate\.pem' with '.*key\.pem': no certificate in the PEM text"


def missing_key(service):
    (service.folder / "key.pem").unlink()
    return r"key: .*key\.pem.*|cannot open '.*key\.pem': No such file"


def bad_configuration(service):
    service.config.write_text(service.config.read_text() + "nonsense = 1\n")
    return r"winrmd\.toml:\d+: log\.nonsense: "


@pytest.mark.parametrize("spoil", [broken_key, no_certificate, missing_key, bad_configuration])
def test_WhatIsBrokenIsNamedAndChangesNothing(service, spoil):
    before = served(service)
    reason = spoil(service)
    done = reload(service)
    assert done.returncode == 1
    assert re.search(reason, done.stderr), done.stderr
    assert "not reloaded, the service goes on as it was" in done.stderr
    assert served(service) == before
    assert service.log("reload_failed")
    with contextlib.closing(connect(service)) as connection:
        assert answers(connection)


def test_WhatNeedsARestartIsNamed(service):
    text = service.config.read_text()
    service.config.write_text(text.replace('level = "debug"', 'level = "info"') + "[limits]\nmax_connections = 7\n")
    new = new_certificate(service)
    done = reload(service)
    assert done.returncode == 0
    assert done.stdout == "reloaded; changed, but needs a restart: log.level\n"
    assert served(service) == new


def test_LogInSettingsCountFromTheNextLogInOn(service):
    def can_log_in():
        with service.client("alice", tls=True) as client:
            return client.identify().status == 200

    assert can_log_in()
    text = service.config.read_text()
    service.config.write_text(text.replace("[log]", '[login]\ndeny_users = ["alice"]\n[log]'))
    assert can_log_in()
    assert reload(service).returncode == 0
    assert not can_log_in()
    service.config.write_text(text)
    assert reload(service).returncode == 0
    assert can_log_in()


def test_WinrmctlFindsTheSocketInTheConfiguration(service):
    assert reload(service, "--config", service.config).stdout == "reloaded\n"


def test_WinrmctlSaysWhenNothingRuns(tmp_path):
    done = subprocess.run([paths.WINRMCTL, "reload", "--socket", tmp_path / "none"], capture_output=True, text=True,
                          timeout=60, check=False)
    assert done.returncode == 1
    assert "no service answers at" in done.stderr


def test_ARestartedNetHasTheNewCertificate(service):
    new = new_certificate(service)
    assert reload(service).returncode == 0
    service.kill("net")
    until("winrmd-net is back", lambda: service.children("net"))
    assert served(service) == new


@pytest.mark.skipif(os.geteuid() != 0, reason="needs a second account")
def test_StrangersMayNotAsk(service):
    done = subprocess.run([paths.WINRMCTL, "reload", "--socket", service.control], capture_output=True, text=True,
                          timeout=60, check=False, user="daemon", group="daemon", extra_groups=[])
    assert done.returncode == 1
    assert "Permission denied" in done.stderr
