"""The numbers of the service, as a collector on this host reads them."""

import contextlib
import http.client
import urllib.parse

import pytest

import envelope as e
import settings
from service import Service, scratch_folder
from wsman import Client

USERS = {"alice": "secret"}


@contextlib.contextmanager
def running_service(**listener):
    with scratch_folder() as folder:
        with Service(folder, USERS, [settings.application(settings.cmd_plugin())], listener=listener) as running:
            yield running


@pytest.fixture(scope="module")
def service():
    with running_service(metrics=True) as running:
        yield running


def get(service, target="/metrics", method="GET"):
    url = urllib.parse.urlsplit(service.url)
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=10)
    connection.request(method, target)
    reply = connection.getresponse()
    text = reply.read().decode()
    connection.close()
    return reply, text


def numbers(service):
    lines = [line for line in get(service)[1].splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_ThePageIsWhatPrometheusReads(service):
    reply, text = get(service)
    assert reply.status == 200
    assert reply.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert text.endswith("\n")
    described = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")}
    for line in text.splitlines():
        if not line.startswith("#"):
            name = line.split("{")[0].split(" ")[0]
            assert any(name in (one, one + "_bucket", one + "_sum", one + "_count") for one in described), line


def test_LoginsAreCounted(service):
    before = numbers(service)
    with Client(service.url, "alice", "secret") as client:
        assert client.ask(e.ENUMERATE, e.SHELL, e.enumerate_body()).status == 200
    with Client(service.url, "alice", "wrong") as client:
        assert client.ask(e.ENUMERATE, e.SHELL, e.enumerate_body()).status == 401
    after = numbers(service)
    for name in ('winrmd_auth_logins_accepted_total{mechanism="Basic"}',
                 'winrmd_auth_logins_refused_total{mechanism="Basic"}', 'winrmd_net_replies_total{status="200"}'):
        assert after[name] > before.get(name, 0), name
    assert after["winrmd_auth_up"] == 1
    assert after["winrmd_net_connections_total"] > before["winrmd_net_connections_total"]


def test_NoUserIsNamed(service):
    assert "alice" not in get(service)[1]


def test_OnlyThatPathAndMethod(service):
    assert get(service, "/metrics/")[0].status == 404
    assert get(service, "/metrics?x")[0].status == 404
    assert get(service, "/metrics", "DELETE")[0].status == 404


def test_AListenerWithoutTheKeyHasNoSuchPage():
    with running_service() as plain:
        assert get(plain)[0].status == 404
