"""A throw-away Kerberos realm: a real MIT KDC on a free port of 127.0.0.1, its files in a temporary folder. No root."""

import contextlib
import glob
import os
import pathlib
import shutil
import struct
import subprocess
import time

import pytest

from service import free_port, scratch_folder, until

REALM = "WINRMD.TEST"
PASSWORD = "wonderland-of-the-realm"
USERS = ("alice", "bob")
SERVICES = ("HTTP/localhost", "HTTP/127.0.0.1", "WSMAN/localhost", "host/localhost")
FOREIGN = "HTTP/elsewhere.winrmd.test"  # a service of the realm that is not ours: its key is in no keytab
REKEYED = "HTTP/rekeyed.winrmd.test"  # its key in the KDC is newer than the one in the keytab

TOOLS = ("krb5kdc", "kadmin.local", "kdb5_util", "kinit")
_PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
needs_kdc = pytest.mark.skipif(not all(shutil.which(tool, path=_PATH) for tool in TOOLS),
                               reason="needs krb5-kdc, krb5-admin-server and krb5-user")

_FAKETIME = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")
needs_faketime = pytest.mark.skipif(not _FAKETIME, reason="needs faketime")


def shifted(by):
    """Environment of a program whose clock is wrong, by `-2h` or the like."""
    return {"LD_PRELOAD": _FAKETIME[0], "FAKETIME": by, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


CLIENT_CONFIG = """
[libdefaults]
  default_realm = {realm}
  dns_lookup_kdc = false
  dns_lookup_realm = false
  dns_canonicalize_hostname = false
  rdns = false
  qualify_shortname = ""
  kdc_timesync = 0
  udp_preference_limit = 1
  forwardable = true
  allow_rc4 = true
[realms]
  {realm} = {{
    kdc = 127.0.0.1:{port}
  }}
[domain_realm]
  localhost = {realm}
  127.0.0.1 = {realm}
  .winrmd.test = {realm}
"""

ETYPES = ("aes256-cts-hmac-sha1-96:normal aes128-cts-hmac-sha1-96:normal aes256-cts-hmac-sha384-192:normal "
          "aes128-cts-hmac-sha256-128:normal arcfour-hmac:normal")
KDC_CONFIG = """
[kdcdefaults]
  kdc_listen = ""
  kdc_tcp_listen = 127.0.0.1:{port}
[realms]
  {realm} = {{
    database_name = {folder}/principal
    key_stash_file = {folder}/stash
    max_life = 10h
    supported_enctypes = {etypes}
  }}
[logging]
  kdc = FILE:{folder}/kdc.log
"""


class Realm:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.keytab = self.folder / "keytab"
        self.port = free_port()
        self.config = self._write_config("krb5.conf", self.port)
        self._kdc = None
        self._caches = 0

    def _write_config(self, name, port):
        file = self.folder / name
        file.write_text(CLIENT_CONFIG.format(realm=REALM, port=port))
        return file

    def config_with(self, etype):
        """A client's configuration that knows this kind of key only."""
        file = self._write_config(f"krb5-{etype}.conf", self.port)
        file.write_text(file.read_text().replace("[libdefaults]", f"[libdefaults]\n  permitted_enctypes = {etype}\n"
                                                 "  allow_weak_crypto = true"))
        return file

    def environment(self, cache=None, config=None, **more):
        """For programs that are to live in this realm."""
        values = {**os.environ, "PATH": _PATH, "KRB5_CONFIG": str(config or self.config), "LC_ALL": "C.UTF-8", **more}
        if cache is not None:
            values["KRB5CCNAME"] = f"FILE:{cache}"
        return values

    def _kdc_environment(self, port, config):
        profile = self.folder / f"kdc-{port}.conf"
        profile.write_text(KDC_CONFIG.format(realm=REALM, port=port, folder=self.folder, etypes=ETYPES))
        return self.environment(config=config, KRB5_KDC_PROFILE=str(profile))

    def kadmin(self, *queries):
        done = subprocess.run(["kadmin.local", "-r", REALM], input="\n".join(queries) + "\n", text=True, check=True,
                              capture_output=True, env=self._kdc_environment(self.port, self.config))
        wrong = [line for line in done.stderr.splitlines() if "while" in line]
        assert not wrong, wrong

    def start(self):
        environment = self._kdc_environment(self.port, self.config)
        subprocess.run(["kdb5_util", "create", "-s", "-r", REALM, "-P", "master-of-the-realm"], check=True,
                       capture_output=True, env=environment)
        queries = [f"addprinc -pw {PASSWORD} +requires_preauth {user}" for user in USERS]
        queries += [f"addprinc -randkey {service}" for service in (*SERVICES, FOREIGN, REKEYED)]
        queries += [f"ktadd -k {self.keytab} {service}" for service in (*SERVICES, REKEYED)]
        queries += [f"cpw -randkey {REKEYED}"]
        self.kadmin(*queries)
        os.chmod(self.keytab, 0o600)
        self._kdc = self._run_kdc(self.port, environment)
        return self

    @staticmethod
    def _run_kdc(port, environment):
        kdc = subprocess.Popen(["krb5kdc", "-n", "-r", REALM], env=environment, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until("the KDC listens", lambda: _listens(port) or kdc.poll() is not None)
        assert kdc.poll() is None, f"krb5kdc ended with {kdc.returncode}"
        return kdc

    def stop(self):
        if self._kdc is not None:
            self._kdc.terminate()
            self._kdc.wait(10)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    # Tickets

    def _fresh_cache(self):
        self._caches += 1
        return self.folder / f"cache-{self._caches}"

    def tickets(self, user="alice", *services, password=PASSWORD, lifetime="1h", config=None, **variables):
        """Logs in and returns the file with the tickets: the one that gives tickets, and those of `services`."""
        cache = self._fresh_cache()
        environment = self.environment(cache, config, **variables)
        done = subprocess.run(["kinit", "-l", lifetime, user], input=password + "\n", text=True, check=False,
                              capture_output=True, env=environment)
        assert done.returncode == 0, done.stderr
        if services:
            subprocess.run(["kvno", "-q", *services], check=True, capture_output=True, env=environment)
        return cache

    def old_tickets(self, user="alice", service="HTTP/localhost", *, by="-2h", lifetime="8h"):
        """From a KDC whose clock is this far back."""
        port = free_port()
        config = self._write_config(f"krb5-{port}.conf", port)
        kdc = self._run_kdc(port, {**self._kdc_environment(port, config), **shifted(by)})
        try:
            return self.tickets(user, f"{service}@{REALM}", lifetime=lifetime, config=config, **shifted(by))
        finally:
            kdc.terminate()
            kdc.wait(10)

    def expired_tickets(self, user="alice", service="HTTP/localhost"):
        """The client's own note of their end is put into the future, so that its library sends them all the same, in a
        request of now."""
        cache = self.old_tickets(user, service, lifetime="20m")
        _prolong(cache, int(time.time()) + 3600)
        return cache


def _listens(port):
    with open("/proc/net/tcp", encoding="ascii") as file:
        return any(words[1] == f"0100007F:{port:04X}" and words[3] == "0A" for words in map(str.split, file))


def _prolong(cache, end):
    """Replaces the end of each ticket in a ticket file: it stands after two times, of log-in and of start."""
    data = bytearray(cache.read_bytes())
    long_ago, now = int(time.time()) - 10800, int(time.time())
    changed = 0
    for at in range(len(data) - 16):
        login, start, until_, renewable = struct.unpack_from(">4I", data, at)
        if long_ago < login <= start < until_ < now and until_ - start <= 1260 and renewable == 0:
            struct.pack_into(">I", data, at + 8, end)
            changed += 1
    assert changed >= 2, "no ticket found in the ticket file"
    cache.write_bytes(data)


@contextlib.contextmanager
def throw_away_realm():
    with scratch_folder() as folder:
        with Realm(folder) as realm:
            yield realm
