"""A service that takes every way to log in, with a realm, an NTLM file and a certificate authority of its own."""

import contextlib
import dataclasses
import itertools
import shutil
import subprocess

import gss
import pki
import settings
from realm import REALM, Realm
from sealed import SealedClient
from service import Service, scratch_folder

PASSWORD = "hush-of-the-file"  # of alice, in the user file and the NTLM file; looked for in logs
USERS = {"alice": PASSWORD, "bob": "hush-of-bob", "carol": "pässwörd €", "ünïcode": "pässwörd"}
DOMAIN = "WINRMD"

_sources = itertools.count()


def fresh_source():
    """An address of this host that nobody has failed from yet: failures slow down what comes from theirs."""
    number = next(_sources)
    return f"127.{1 + number // 62500}.{number // 250 % 250}.{1 + number % 250}"


def nt_hash(password):
    done = subprocess.run(["openssl", "dgst", "-provider", "legacy", "-provider", "default", "-md4", "-binary"],
                          input=password.encode("utf-16-le"), capture_output=True, check=True)
    return done.stdout.hex().upper()


def ntlm_file(users):
    """In the smbpasswd form: hashes, no passwords. Names that are not ASCII have none there."""
    return "".join(f"{name}:{1000 + number}:{'X' * 32}:{nt_hash(password)}:[U          ]:LCT-5F000000:\n"
                   for number, (name, password) in enumerate(users.items()) if name.isascii())


@dataclasses.dataclass
class LoginStand:
    service: Service
    realm: Realm
    authority: pki.Authority

    def url(self, tls=False):
        return self.service.https_url if tls else self.service.url

    def ntlm(self, user="alice", password=None, *, spnego=False, tls=False, gss_options=None, **rest):
        name = user.rsplit("\\", 1)[-1]
        password = USERS.get(name, "") if password is None else password
        return self._client(lambda: gss.ntlm(user, password, spnego=spnego, **(gss_options or {})), tls, **rest)

    def kerberos(self, cache, *, spnego=False, tls=False, gss_options=None, **rest):
        return self._client(lambda: gss.kerberos(self.realm, cache, spnego=spnego, **(gss_options or {})), tls, **rest)

    def _client(self, initiate, tls, **rest):
        rest.setdefault("source", fresh_source())
        if tls:
            rest.setdefault("seal", False)
            rest.setdefault("ca", str(self.authority.certificate))
        return SealedClient(self.url(tls), initiate(), again=lambda: self._client(initiate, tls, **rest), **rest)

    @property
    def binding(self):
        return gss.certificate_binding(pki.der(self.service.certificate))


@contextlib.contextmanager
def login_stand(realm, authority, *, users=None, listener=None, https=None, login=None, privileged=False, accounts=None,
                limits=None, applications=None, environment=None):
    """`realm`, `authority`: None for a service without; the rest as for Service."""
    with scratch_folder() as folder:
        users = USERS if users is None else users
        names = {"local_domains": [REALM, DOMAIN]}
        hashes = folder / "ntlm"
        hashes.write_text(ntlm_file(users))
        names["ntlm_file"] = hashes
        if realm is not None:
            names["keytab"] = folder / "keytab"
            shutil.copyfile(realm.keytab, names["keytab"])
        for file in (hashes, *(f for f in (names.get("keytab"),) if f)):
            file.chmod(0o600)
            if privileged:
                shutil.chown(file, accounts["auth"])
        tls = False
        if authority is not None:
            certificate, key = authority.server()
            tls = (folder / "server.pem", folder / "server.key")
            shutil.copyfile(certificate, tls[0])
            shutil.copyfile(key, tls[1])
            https = {"client_ca": authority.certificate, **(https or {})}
        environment = {**({} if realm is None else {"KRB5_CONFIG": str(realm.config)}), **(environment or {})}
        service = Service(folder, users, applications or [settings.application(settings.cmd_plugin())], tls=tls,
                          listener={"allow_unencrypted": False, "basic": False, **(listener or {})},
                          https={"basic": True, **(https or {})}, login={**names, **(login or {})},
                          privileged=privileged, accounts=accounts, limits=limits, environment=environment)
        with service:
            yield LoginStand(service, realm, authority)
