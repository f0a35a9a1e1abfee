"""The client's end of Negotiate and Kerberos, on python3-gssapi (MIT krb5 and gss-ntlmssp): tokens and sealing."""

import contextlib
import glob
import os

import pytest

try:
    import gssapi
    import gssapi.raw
except ImportError:
    gssapi = None

needs_gssapi = pytest.mark.skipif(gssapi is None, reason="needs python3-gssapi")
needs_ntlm = pytest.mark.skipif(gssapi is None or not glob.glob("/usr/lib/*/gssntlmssp/gssntlmssp.so"),
                                reason="needs python3-gssapi and gss-ntlmssp")

if gssapi is not None:
    KRB5 = gssapi.OID.from_int_seq("1.2.840.113554.1.2.2")
    SPNEGO = gssapi.OID.from_int_seq("1.3.6.1.5.5.2")
    NTLM = gssapi.OID.from_int_seq("1.3.6.1.4.1.311.2.2.10")
    Flag = gssapi.RequirementFlag
    SEAL = (Flag.mutual_authentication | Flag.replay_detection | Flag.out_of_sequence_detection | Flag.integrity
            | Flag.confidentiality)
    PLAIN = Flag.mutual_authentication

NTLM_HEADER = 16


@contextlib.contextmanager
def variables(**values):
    """Environment variables for the libraries in this process; None removes one."""
    before = {name: os.environ.get(name) for name in values}

    def put(entries):
        for name, value in entries.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = str(value)

    put(values)
    try:
        yield
    finally:
        put(before)


class Initiator:
    """One log-in, and the sealing that follows from it."""

    def __init__(self, credentials, mechanism, *, target="HTTP@localhost", flags=None, binding=None, environment=None):
        self.environment = environment or {}
        name = gssapi.Name(target, gssapi.NameType.hostbased_service)
        bindings = None if binding is None else gssapi.raw.ChannelBindings(application_data=binding)
        self.context = gssapi.SecurityContext(name=name, creds=credentials, mech=mechanism, usage="initiate",
                                              flags=SEAL if flags is None else flags, channel_bindings=bindings)

    @property
    def complete(self):
        return self.context.complete

    def step(self, token=None):
        with variables(**self.environment):
            return self.context.step(token)

    @property
    def is_ntlm(self):
        return self.context.mech == NTLM

    def seal(self, data):
        """(header, sealed data, length to be announced)."""
        if self.is_ntlm:
            message = self.context.wrap(data, True).message
            return message[:NTLM_HEADER], message[NTLM_HEADER:], len(data)
        kind = gssapi.raw.IOVBufferType
        iov = gssapi.raw.IOV(kind.header, data, kind.padding, std_layout=False)
        gssapi.raw.wrap_iov(self.context, iov, confidential=True)
        padding = iov[2].value or b""
        return iov[0].value, iov[1].value + padding, len(data) + len(padding)

    def unseal(self, header, data):
        return self.context.unwrap(header + data).message


def ntlm(user, password, *, spnego=False, **rest):
    """`user`: NAME or DOMAIN\\NAME."""
    mechanism = SPNEGO if spnego else NTLM
    # Without a realm: this is not to ask a KDC.
    environment = {"KRB5_CONFIG": os.devnull, "KRB5CCNAME": "MEMORY:none", "NTLM_USER_FILE": None}
    with variables(**environment):
        name = gssapi.Name(user, gssapi.NameType.user)
        acquired = gssapi.raw.acquire_cred_with_password(name, password.encode(), mechs=[mechanism], usage="initiate")
        credentials = gssapi.Credentials(base=acquired.creds)
        if spnego:
            gssapi.raw.set_neg_mechs(credentials, [NTLM])
    return Initiator(credentials, mechanism, environment=environment, **rest)


def kerberos(realm, cache, *, spnego=False, config=None, **rest):
    environment = {"KRB5_CONFIG": str(config or realm.config), "KRB5CCNAME": None}
    with variables(**environment):
        mechanism = SPNEGO if spnego else KRB5
        credentials = gssapi.Credentials(usage="initiate", store={"ccache": f"FILE:{cache}"},
                                         mechs=[KRB5, SPNEGO] if spnego else [KRB5])
        if spnego:
            gssapi.raw.set_neg_mechs(credentials, [KRB5])
    return Initiator(credentials, mechanism, environment=environment, **rest)


def certificate_binding(certificate_der, hash_name="sha256"):
    """Application data of `tls-server-end-point` for a certificate signed with that hash."""
    import hashlib
    return b"tls-server-end-point:" + hashlib.new(hash_name, certificate_der).digest()
