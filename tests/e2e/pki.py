"""A throw-away certificate authority: certificates for the service and for clients, made with openssl."""

import contextlib
import hashlib
import pathlib
import ssl
import subprocess

from service import scratch_folder

UPN = "1.3.6.1.4.1.311.20.2.3"


def _openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


def der(certificate):
    text = pathlib.Path(certificate).read_text(encoding="ascii")
    first = text[:text.index("-----END CERTIFICATE-----")] + "-----END CERTIFICATE-----\n"
    return ssl.PEM_cert_to_DER_cert(first[first.index("-----BEGIN CERTIFICATE-----"):])


class Authority:
    def __init__(self, folder, name="Throw-away CA"):
        self.folder = pathlib.Path(folder)
        self.prefix = name.lower().replace(" ", "-")
        self.certificate, self.key = self.folder / f"{self.prefix}.pem", self.folder / f"{self.prefix}.key"
        self._serial = 0
        _openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                 "-subj", f"/CN={name}", "-addext", "basicConstraints=critical,CA:TRUE", "-addext",
                 "keyUsage=critical,keyCertSign,cRLSign", "-keyout", self.key, "-out", self.certificate)

    @property
    def thumbprint(self):
        return hashlib.sha1(der(self.certificate)).hexdigest()

    def issue(self, common_name, names, *, usage="clientAuth", key_type="ec", days=2, hash_name="sha256"):
        """(certificate, key) as files. `names`: what openssl takes as subjectAltName, or empty."""
        self._serial += 1
        stem = self.folder / f"{self.prefix}-{self._serial}"
        key, request, certificate, extensions = (stem.with_suffix(s) for s in (".key", ".csr", ".pem", ".ext"))
        kind = ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"] if key_type == "ec" else ["rsa:2048"]
        lines = ["basicConstraints=CA:FALSE", "keyUsage=digitalSignature", f"extendedKeyUsage={usage}"]
        lines += [f"subjectAltName={names}"] if names else []
        extensions.write_text("\n".join(lines) + "\n")
        _openssl("req", "-new", "-newkey", *kind, "-nodes", "-subj", f"/CN={common_name}", "-keyout", key, "-out",
                 request)
        _openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.key, "-days", days,
                 "-set_serial", 1000 + self._serial, f"-{hash_name}", "-extfile", extensions, "-out", certificate)
        return certificate, key

    def server(self, **rest):
        return self.issue("localhost", "DNS:localhost,IP:127.0.0.1", usage="serverAuth", **rest)

    def client(self, common_name, *, upn=None, names=(), **rest):
        parts = list(names)
        if upn:
            parts.insert(0, f"otherName:{UPN};UTF8:{upn}")
        return self.issue(common_name, ",".join(parts), **rest)


@contextlib.contextmanager
def throw_away_authority(name="Throw-away CA"):
    with scratch_folder() as folder:
        yield Authority(folder, name)
