"""What an attacker or an auditor finds out about TLS, with `openssl s_client`: protocols, ciphers, renegotiation,
compression, resumption, ALPN."""

import re
import subprocess

import pytest

import settings
from service import Service, scratch_folder

# Everything that the client's library has, whatever it thinks of it.
ANY = "ALL:COMPLEMENTOFALL:@SECLEVEL=0"


@pytest.fixture(scope="module", params=["ec", "rsa"])
def service(request, authority):
    """Once with each kind of key: which ciphers are open depends on it."""
    with scratch_folder() as folder:
        certificate, key = authority.server(key_type=request.param)
        own = folder / "tls.crt", folder / "tls.key"
        for source, target in zip((certificate, key), own):
            target.write_bytes(source.read_bytes())
        with Service(folder, {"alice": "wonderland"}, [settings.application(settings.cmd_plugin())], tls=own) as running:
            running.kind = request.param
            yield running


def s_client(service, *arguments, request="GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", **rest):
    """(succeeded, what it says)"""
    done = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{service.tls_port}", "-ign_eof", *arguments],
                          input=request, capture_output=True, text=True, timeout=30, check=False, **rest)
    return "Cipher is (NONE)" not in done.stdout and "HTTP/1.1 " in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize("version", ["-tls1", "-tls1_1"])
def test_OldVersionsAreRefused(service, version):
    good, text = s_client(service, version, "-cipher", ANY)
    assert not good
    assert "alert protocol version" in text


@pytest.mark.parametrize("version,name", [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")])
def test_TodaysVersionsAreServedWithoutCompressionAndEarlyData(service, version, name):
    good, text = s_client(service, version)
    assert good
    assert re.search(rf"New, {re.escape(name)}", text)
    assert "Compression: NONE" in text
    assert "Max Early Data: 0" in text or name == "TLSv1.2"
    assert "Secure Renegotiation IS supported" in text or name == "TLSv1.3"


@pytest.mark.parametrize("ciphers", ["kRSA", "aNULL", "eNULL", "3DES", "RC4", "PSK", "MD5", "kECDHE+ARIA",
                                     "CAMELLIA", "AESCCM"])
def test_WeakAndOddCiphersAreRefused(service, ciphers):
    known = subprocess.run(["openssl", "ciphers", f"{ciphers}:@SECLEVEL=0"], capture_output=True, text=True, check=False)
    if not known.stdout.strip():
        pytest.skip("this OpenSSL does not have them itself")
    good, text = s_client(service, "-tls1_2", "-psk", "0123", "-cipher", f"{ciphers}:@SECLEVEL=0")
    assert not good
    assert "handshake failure" in text


def test_EveryCipherThatIsTakenHasForwardSecrecy(service):
    """With one refusal more than acceptances: each round leaves out what was taken in the one before."""
    taken, left_out = [], ""
    while True:
        good, text = s_client(service, "-tls1_2", "-cipher", ANY + left_out)
        if not good:
            break
        taken.append(re.search(r"Cipher is (\S+)", text).group(1))
        left_out += f":!{taken[-1]}"
        assert len(taken) < 30
    assert taken
    prefixes = ("ECDHE-ECDSA-",) if service.kind == "ec" else ("ECDHE-RSA-", "DHE-RSA-")
    assert all(one.startswith(prefixes) for one in taken), taken
    assert "GCM" in taken[0], taken


def test_RenegotiationIsRefused(service):
    done = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{service.tls_port}", "-tls1_2"],
                          input="R\n", capture_output=True, text=True, timeout=30, check=False)
    text = done.stdout + done.stderr
    assert "RENEGOTIATING" in text
    assert "no renegotiation" in text


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_SessionsAreResumed(service, version, tmp_path):
    session = str(tmp_path / "session")
    _, first = s_client(service, version, "-sess_out", session)
    assert re.search(r"^New, TLS", first, re.M)
    good, second = s_client(service, version, "-sess_in", session)
    assert good
    assert re.search(r"^Reused, TLS", second, re.M)


@pytest.mark.parametrize("offer,answer", [("http/1.1", "ALPN protocol: http/1.1"),
                                          ("h2,http/1.1", "ALPN protocol: http/1.1"), ("h2", "No ALPN negotiated")])
def test_Http11IsAgreedOn(service, offer, answer):
    good, text = s_client(service, "-alpn", offer)
    assert good
    assert answer in text


def test_NobodyIsAskedForACertificateUnlessTheListenerTakesThem(service, authority):
    _, text = s_client(service)
    assert "Client Certificate Types" not in text and "Requested Signature Algorithms" not in text
    with scratch_folder() as folder:
        issuers = folder / "issuers.pem"
        issuers.write_bytes(authority.certificate.read_bytes())
        with Service(folder, {"alice": "wonderland"}, [settings.application(settings.cmd_plugin())], tls=True,
                     https={"client_ca": issuers}) as asking:
            for version in ("-tls1_2", "-tls1_3"):
                good, text = s_client(asking, version)
                assert good, "a certificate is not needed"
                assert "Requested Signature Algorithms" in text
                assert "No client certificate CA names sent" in text


def test_PlainHttpIsNotAnswered(service):
    with pytest.raises(subprocess.CalledProcessError):
        subprocess.run(["curl", "-sS", "--max-time", "5", f"http://127.0.0.1:{service.tls_port}/"], check=True,
                       capture_output=True)
