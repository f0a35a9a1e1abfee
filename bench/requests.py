"""Requests per second and CPU time per request, each against nginx returning a static body of the same size.

Every figure is the median over rounds; within a round the peers take turns, so that a machine that drifts does so for
all of them. CPU time is that of the server's processes, from /proc, over the requests they answered.
"""

import argparse
import json
import os
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "release"
USER, PASSWORD = "alice", "secret"
TICK = os.sysconf("SC_CLK_TCK")

HEADERS = """<a:MessageID>uuid:{id}</a:MessageID><w:ResourceURI>{resource}</w:ResourceURI>
<w:OperationTimeout>PT20S</w:OperationTimeout><w:MaxEnvelopeSize>153600</w:MaxEnvelopeSize>
<a:ReplyTo><a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address></a:ReplyTo>
<a:To>http://127.0.0.1/wsman</a:To>"""
ENVELOPE = """<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"
 xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
 xmlns:rsp="http://schemas.microsoft.com/wbem/wsman/1/windows/shell"><s:Header>{header}</s:Header>
<s:Body>{body}</s:Body></s:Envelope>"""
CMD = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/cmd"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer/"
IDENTIFY = ENVELOPE.format(header="", body='<i:Identify xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/'
                                           'wsmanidentity.xsd"/>')


def envelope(action, body="", selectors=""):
    header = f"<a:Action>{action}</a:Action>" + HEADERS.format(
        id="11111111-2222-3333-4444-555555555555", resource=CMD) + selectors
    return ENVELOPE.format(header=header, body=body)


class Server:
    """A running server: its processes are all that started from one."""

    def __init__(self, process, url):
        self.process, self.url = process, url

    def processes(self):
        found, todo = [], [self.process.pid]
        while todo:
            pid = todo.pop()
            found.append(pid)
            try:
                for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
                    todo += [int(child) for child in (task / "children").read_text().split()]
            except FileNotFoundError:
                pass
        return found

    def cpu_seconds(self):
        total = 0
        for pid in self.processes():
            try:
                fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            except FileNotFoundError:
                continue
            total += int(fields[11]) + int(fields[12])
        return total / TICK

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)


def start_nginx(folder, size):
    body = "x" * size
    (folder / "nginx.conf").write_text(f"""
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log crit;
events {{ worker_connections 256; }}
http {{ access_log off; keepalive_requests 1000000000; client_body_temp_path {folder}; proxy_temp_path {folder};
  fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder}; default_type application/soap+xml;
  server {{ listen 127.0.0.1:18099; location / {{ return 200 "{body}"; }} }} }}""")
    process = subprocess.Popen(["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")],
                               stderr=subprocess.DEVNULL)
    server = Server(process, "http://127.0.0.1:18099/wsman")
    for _ in range(100):
        try:
            post(server.url, "", {})
            return server
        except OSError:
            time.sleep(0.05)
    sys.exit("nginx does not answer; is port 18099 taken?")


def start_winrmd(*options):
    process = subprocess.Popen([str(BUILD / "bin" / "winrmd"), "try", "--json", "--user", f"{USER}:{PASSWORD}", *options],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return Server(process, json.loads(process.stdout.readline())["url"])


def post(url, body, headers):
    request = urllib.request.Request(url, body.encode(), headers)
    with urllib.request.urlopen(request) as response:
        return response.read().decode()


def basic():
    import base64
    return "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


def open_shell(url):
    reply = post(url, envelope(TRANSFER + "Create", "<rsp:Shell/>"),
                 {"Content-Type": "application/soap+xml;charset=UTF-8", "Authorization": basic()})
    return re.search(r"<rsp:ShellId>([^<]*)", reply).group(1)


class Load:
    """What wrk sends."""

    def __init__(self, folder, name, body, headers):
        self.body, self.headers = body, {"Content-Type": "application/soap+xml;charset=UTF-8", **headers}
        self.script = folder / f"{name}.lua"
        lines = ['wrk.method = "POST"', f"wrk.body = {json.dumps(body)}"]
        lines += [f"wrk.headers[{json.dumps(k)}] = {json.dumps(v)}" for k, v in self.headers.items()]
        self.script.write_text("\n".join(lines) + "\n")

    def run(self, server, connections, seconds):
        before = server.cpu_seconds()
        out = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", str(self.script),
                              server.url], capture_output=True, text=True, check=True).stdout
        cpu = server.cpu_seconds() - before
        if "Non-2xx" in out or "Socket errors" in out:
            sys.exit(f"errors while measuring {server.url}:\n{out}")
        requests = int(re.search(r"(\d+) requests in", out).group(1))
        rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1))
        p50, unit = re.search(r"50%\s+([\d.]+)(us|ms|s)", out).groups()
        return rate, cpu / requests * 1e6, float(p50) * {"us": 1e-3, "ms": 1, "s": 1e3}[unit]


def measure(cases, rounds, seconds):
    """cases: name -> (server, load, connections). Returns name -> (rate, cpu µs, p50 ms), medians."""
    samples = {name: [] for name in cases}
    for _ in range(rounds):
        for name, (server, load, connections) in cases.items():
            samples[name].append(load.run(server, connections, seconds))
    return {name: tuple(statistics.median(column) for column in zip(*rows)) for name, rows in samples.items()}


def row(what, figures, peer):
    (rate, cpu, p50), (peer_rate, peer_cpu, peer_p50) = figures, peer
    print(f"| {what} | {rate / peer_rate:.2f} | {cpu / peer_cpu:.1f} | {p50 / peer_p50:.1f} "
          f"| {rate:,.0f} | {cpu:.1f} | {p50:.3f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="winrmd-bench-") as name:
        folder = pathlib.Path(name)
        run(folder, options)


def run(folder, options):
    os.chmod(folder, 0o755)
    plain = start_winrmd()
    gated = start_winrmd("--authz", str(BUILD / "lib/winrmd/samples/authz-minimal.so"))
    servers = [plain, gated]
    try:
        anonymous = {"WSMANIDENTIFY": "unauthenticated"}
        identify = Load(folder, "identify", IDENTIFY, anonymous)
        size = len(post(plain.url, IDENTIFY, identify.headers))
        loads = {}
        for key, server in (("plain", plain), ("gated", gated)):
            shell = open_shell(server.url)
            selectors = f'<w:SelectorSet><w:Selector Name="ShellId">{shell}</w:Selector></w:SelectorSet>'
            loads[key] = Load(folder, key, envelope(TRANSFER + "Get", selectors=selectors), {"Authorization": basic()})
        get_size = len(post(plain.url, loads["plain"].body, loads["plain"].headers))
        nginx = start_nginx(folder, size)
        servers.append(nginx)
        print(f"Identify: {len(IDENTIFY)} bytes in, {size} out. Get: {len(loads['plain'].body)} in, {get_size} out. "
              f"nginx: same request, static body of {size} bytes.\n")
        print("| request, connections | rate ÷ nginx | CPU ÷ nginx | p50 ÷ nginx | requests/s | CPU µs/request | p50 ms |")
        print("|---|---|---|---|---|---|---|")
        for connections in (1, 16):
            figures = measure({"nginx": (nginx, identify, connections), "identify": (plain, identify, connections),
                               "get": (plain, loads["plain"], connections),
                               "gated": (gated, loads["gated"], connections)}, options.rounds, options.seconds)
            for key, what in (("nginx", "nginx, static body"), ("identify", "Identify"),
                              ("get", "Get of a shell, no plug-in"), ("gated", "Get of a shell, authorization plug-in")):
                row(f"{what}, {connections}", figures[key], figures["nginx"])
            print(f"| the plug-in's operation call adds, {connections} | | | | | {figures['gated'][1] - figures['get'][1]:.1f} | "
                  f"{figures['gated'][2] - figures['get'][2]:.3f} |")
    finally:
        for server in servers:
            server.stop()


if __name__ == "__main__":
    main()
