"""What log-in and sealing cost: sealed against plain against TLS, against nginx with TLS, and log-ins against ssh.

Peers take turns within a round and every figure is the median over rounds, so that a machine that drifts does so for all
of them. CPU time is that of all the server's processes, in nanoseconds as the scheduler counts it, over the requests or
log-ins they answered. Needs root (nginx and sshd as they are, nothing of the system's is touched) and a release build.
"""

import argparse
import contextlib
import os
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
os.environ.setdefault("WINRMD_BUILD", str(ROOT / "build" / "release"))
sys.path.insert(0, str(ROOT / "tests" / "e2e"))

import envelope as e  # noqa: E402
import login_stand  # noqa: E402
from credssp import CredSspClient  # noqa: E402
import gss  # noqa: E402
from login_stand import USERS  # noqa: E402
from pki import throw_away_authority  # noqa: E402
from realm import REALM, throw_away_realm  # noqa: E402
from service import free_port, until  # noqa: E402
from test_login_certificate import CertificateClient  # noqa: E402
from wsman import Client, basic  # noqa: E402

USER, PASSWORD = "alice", USERS["alice"]
LARGE = 100_000


def processes(root):
    found, todo = [], [root]
    while todo:
        pid = todo.pop()
        found.append(pid)
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
                todo += [int(child) for child in (task / "children").read_text().split()]
    return found


def cpu_nanoseconds(root):
    """Of the process, its threads and all that descend from it."""
    total = 0
    for pid in processes(root):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
                total += int((task / "schedstat").read_text().split()[0])
    return total


class Sample:
    """(requests per second, µs of CPU per request, median time of an answer in ms, µs in GSSAPI calls)."""

    def __init__(self, count, seconds, cpu, p50, raw=0.0):
        self.values = (count / seconds, cpu / count / 1000, p50, raw)


def nginx(folder, authority, size):
    certificate, key = authority.server()
    plain, tls = free_port(), free_port()
    (folder / "nginx.conf").write_text(f"""
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log crit;
events {{ worker_connections 256; }}
http {{ access_log off; keepalive_requests 1000000000; client_body_temp_path {folder}; proxy_temp_path {folder};
  fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder}; default_type application/soap+xml;
  client_max_body_size 1m; client_body_buffer_size 1m;
  server {{ listen 127.0.0.1:{plain}; listen 127.0.0.1:{tls} ssl; ssl_certificate {certificate};
    ssl_certificate_key {key}; location / {{ return 200 "{'x' * size}"; }} }} }}""")
    process = subprocess.Popen(["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")],
                               stderr=subprocess.DEVNULL)
    until("nginx listens", lambda: socket.socket().connect_ex(("127.0.0.1", tls)) == 0)
    return process, f"http://127.0.0.1:{plain}/", f"https://127.0.0.1:{tls}/"


class Bench:
    def __init__(self, stand, folder, realm, options):
        self.stand, self.folder, self.realm, self.options = stand, folder, realm, options
        self.server = stand.service.process.pid
        self.tool = folder / "sealed_load"
        subprocess.run(["clang++-19", "-std=c++23", "-O2", ROOT / "bench" / "sealed_load.cpp", "-o", self.tool,
                        "-lgssapi_krb5"], check=True)
        self.tickets = realm.tickets(USER, f"HTTP/localhost@{REALM}", lifetime="8h")
        question = e.envelope(e.ENUMERATE, e.SHELL, e.enumerate_body())
        padding = f'<x:Padding xmlns:x="urn:x">{"QUJD" * (LARGE // 4)}</x:Padding>'
        self.bodies = {"small": question, "large": e.envelope(e.ENUMERATE, e.SHELL, e.enumerate_body(), extra=padding)}
        for name, text in self.bodies.items():
            (folder / name).write_text(text)

    def sealed_load(self, scheme, mode, size):
        environment = self.realm.environment(self.tickets)
        if scheme != "kerberos":
            environment = {**os.environ, "KRB5_CONFIG": os.devnull, "KRB5CCNAME": "MEMORY:none"}
        before = cpu_nanoseconds(self.server)
        done = subprocess.run([self.tool, str(self.stand.service.port), scheme, mode, str(self.options.seconds),
                               self.folder / size, f"WINRMD\\{USER}", PASSWORD], text=True, capture_output=True, env=environment,
                              check=False)
        if done.returncode != 0:
            sys.exit(done.stderr)
        count, seconds, p50, raw = map(float, done.stdout.split())
        return Sample(count, seconds, cpu_nanoseconds(self.server) - before, p50 / 1000, raw)

    def wrk(self, server, url, size):
        script = self.folder / "wrk.lua"
        script.write_text(f'''
local file = io.open("{self.folder / size}"); wrk.body = file:read("*a"); file:close(); wrk.method = "POST"
wrk.headers["Content-Type"] = "application/soap+xml;charset=UTF-8"; wrk.headers["Authorization"] = "{basic(USER, PASSWORD)}"
''')
        before = cpu_nanoseconds(server)
        out = subprocess.run(["wrk", "-t1", "-c1", f"-d{self.options.seconds}s", "--latency", "-s", script, url],
                             capture_output=True, text=True, check=True).stdout
        cpu = cpu_nanoseconds(server) - before
        if "Non-2xx" in out or "Socket errors" in out:
            sys.exit(f"errors while measuring {url}:\n{out}")
        count, seconds = re.search(r"(\d+) requests in ([\d.]+)s", out).groups()
        p50, unit = re.search(r"50%\s+([\d.]+)(us|ms|s)", out).groups()
        return Sample(int(count), float(seconds), cpu, float(p50) * {"us": 1e-3, "ms": 1, "s": 1e3}[unit])

    def log_ins(self, once):
        """`once` logs in on a new connection and makes nothing else."""
        times, before, end = [], cpu_nanoseconds(self.server), time.monotonic() + self.options.seconds
        begin = time.monotonic()
        while time.monotonic() < end:
            start = time.perf_counter()
            once()
            times.append((time.perf_counter() - start) * 1000)
        return Sample(len(times), time.monotonic() - begin, cpu_nanoseconds(self.server) - before,
                      statistics.median(times))

    def commands(self, command, environment=None):
        """A client program from its start to its end: median in ms."""
        times = []
        for _ in range(max(3, self.options.seconds * 5)):
            start = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                           env=environment or os.environ, stdin=subprocess.DEVNULL)
            times.append((time.perf_counter() - start) * 1000)
        return Sample(len(times), sum(times) / 1000, 0, statistics.median(times))

    def measure(self, cases):
        samples = {name: [] for name in cases}
        for _ in range(self.options.rounds):
            for name, run in cases.items():
                samples[name].append(run().values)
        return {name: tuple(statistics.median(column) for column in zip(*rows)) for name, rows in samples.items()}


def requests_table(bench, nginx_pid, plain_url, tls_url):
    service = bench.stand.service
    https = service.https_url.replace("localhost", "127.0.0.1")
    for size in bench.bodies:
        cases = {
            "nginx, TLS": lambda: bench.wrk(nginx_pid, tls_url, size),
            "nginx, clear": lambda: bench.wrk(nginx_pid, plain_url, size),
            "TLS, Basic": lambda: bench.wrk(bench.server, https, size),
            "clear, Basic": lambda: bench.wrk(bench.server, service.url, size),
            "clear, NTLM": lambda: bench.sealed_load("ntlm", "plain", size),
            "sealed, NTLM": lambda: bench.sealed_load("ntlm", "seal", size),
            "clear, Kerberos": lambda: bench.sealed_load("kerberos", "plain", size),
            "sealed, Kerberos": lambda: bench.sealed_load("kerberos", "seal", size),
        }
        found = bench.measure(cases)
        peer = found["nginx, TLS"]
        print(f"\nRequests of {len(bench.bodies[size])} bytes, one connection:\n")
        print("| | rate ÷ nginx TLS | CPU ÷ nginx TLS | requests/s | CPU µs/request | p50 ms |\n|---|---|---|---|---|---|")
        for name, (rate, cpu, p50, _) in found.items():
            print(f"| {name} | {rate / peer[0]:.2f} | {cpu / peer[1]:.2f} | {rate:,.0f} | {cpu:.1f} | {p50:.3f} |")
        print("\n| sealing adds | CPU µs/request | µs in the GSSAPI calls alone | ratio |\n|---|---|---|---|")
        for mechanism in ("NTLM", "Kerberos"):
            added = found[f"sealed, {mechanism}"][1] - found[f"clear, {mechanism}"][1]
            raw = found[f"sealed, {mechanism}"][3]
            print(f"| {mechanism} | {added:.1f} | {raw:.1f} | {added / raw:.2f} |")


@contextlib.contextmanager
def ssh_server(folder):
    """sshd on a free port with a key of its own; yields the client's command line."""
    port = free_port()
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
    shutil.copyfile(folder / "user.pub", folder / "authorized")
    os.chmod(folder / "authorized", 0o600)
    pathlib.Path("/run/sshd").mkdir(exist_ok=True)
    (folder / "sshd_config").write_text(f"""ListenAddress 127.0.0.1:{port}
HostKey {folder}/host
AuthorizedKeysFile {folder}/authorized
StrictModes no
UsePAM no
PidFile none
""")
    daemon = subprocess.Popen(["/usr/sbin/sshd", "-D", "-f", folder / "sshd_config"], stderr=subprocess.DEVNULL)
    try:
        until("sshd listens", lambda: socket.socket().connect_ex(("127.0.0.1", port)) == 0)
        yield ["ssh", "-F", "none", "-p", str(port), "-i", folder / "user", "-o", "StrictHostKeyChecking=no", "-o",
               "UserKnownHostsFile=/dev/null", "-o", "IdentitiesOnly=yes", "127.0.0.1", "true"]
    finally:
        daemon.terminate()
        daemon.wait(10)


def logins_table(bench, authority):
    stand = bench.stand
    pair = authority.client("whoever", upn="carol@winrmd.test")
    ca = str(authority.certificate)

    def with_basic():
        with Client(stand.url(True), USER, PASSWORD, ca=ca) as client:
            client.connection.connect()
            assert client.http("POST", "/wsman", b"", {"Authorization": basic(USER, PASSWORD)}).status

    def with_certificate():
        with CertificateClient(stand, pair) as client:
            assert client.http("POST", "/wsman", b"", client.extra).status

    def with_credssp():
        with CredSspClient(stand.url(), gss.ntlm(USER, PASSWORD, spnego=True), USER, PASSWORD) as client:
            client.log_in()

    def handshake_only():
        with Client(stand.url(True), ca=ca) as client:
            assert client.http("POST", "/wsman", b"", {}).status == 401

    cases = {"TLS, no log-in": lambda: bench.log_ins(handshake_only),
             "Basic, TLS": lambda: bench.log_ins(with_basic),
             "certificate, TLS": lambda: bench.log_ins(with_certificate),
             "NTLM": lambda: bench.sealed_load("ntlm", "login", "small"),
             "NTLM in SPNEGO": lambda: bench.sealed_load("spnego", "login", "small"),
             "Kerberos": lambda: bench.sealed_load("kerberos", "login", "small"),
             "CredSSP": lambda: bench.log_ins(with_credssp)}
    found = bench.measure(cases)
    print("\nLog-ins, each on a new connection, one after the other:\n")
    print("| scheme | log-ins/s | p50 ms | CPU ms of the service per log-in |\n|---|---|---|---|")
    for name, (rate, cpu, p50, _) in found.items():
        print(f"| {name} | {rate:,.0f} | {p50:.2f} | {cpu / 1000:.2f} |")

    url = stand.url(True)
    curl = ["curl", "-sf", "--cacert", ca, "-H", "Content-Type: application/soap+xml;charset=UTF-8", "--data-binary",
            f"@{bench.folder / 'small'}"]
    with ssh_server(bench.folder) as ssh:
        programs = {"ssh, key, `true`": lambda: bench.commands(ssh),
                    "curl, Basic over TLS, one request": lambda: bench.commands([*curl, "--user", f"{USER}:{PASSWORD}", url]),
                    "curl, Kerberos over TLS, one request": lambda: bench.commands(
                        [*curl, "--negotiate", "--user", ":", url], bench.realm.environment(bench.tickets))}
        found = bench.measure(programs)
    peer = found["ssh, key, `true`"][2]
    print("\nA client program from start to end:\n\n| | p50 ms | ÷ ssh |\n|---|---|---|")
    for name, values in found.items():
        print(f"| {name} | {values[2]:.1f} | {values[2] / peer:.2f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2)
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="winrmd-bench-")))
        os.chmod(folder, 0o755)
        realm = stack.enter_context(throw_away_realm())
        authority = stack.enter_context(throw_away_authority())
        rules = [{"issuer": authority.thumbprint, "subject": "*@winrmd.test", "user": USER}]
        stand = stack.enter_context(login_stand.login_stand(
            realm, authority, login={"certificate": rules},
            listener={"allow_unencrypted": True, "basic": True, "credssp": True}))
        bench = Bench(stand, folder, realm, options)
        with Client(stand.url(), USER, PASSWORD) as client:
            size = len(client.post(bench.bodies["small"]).body)
        process, plain_url, tls_url = nginx(folder, authority, size)
        try:
            requests_table(bench, process.pid, plain_url, tls_url)
            logins_table(bench, authority)
        finally:
            process.terminate()
            process.wait(10)


if __name__ == "__main__":
    main()
