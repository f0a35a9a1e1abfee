"""The winrm/config tree: settings read and changed by clients, through every process down to winrmd.toml."""

import contextlib
import os
import shutil
import subprocess
import threading

import pytest

import accounts
import envelope as e
import paths
import settings
from service import Service, scratch_folder
from wsman import FaultError

CONFIG = "http://schemas.microsoft.com/wbem/wsman/1/config"
USERS = {"alice": "wonderland", "boss": "corner-office"}
ADMINISTRATORS_ONLY = "O:NSG:BAD:P(A;;GA;;;BA)"
DENIED, READ_ONLY, INVALID, NOT_TAKEN, TOO_MANY_SHELLS = 5, 2150859071, 2150858817, 87, 2150859173
COMMENT = "\n# We had our reasons.\n"


def config_plugin(file, **values):
    resource = {"uri": CONFIG,
                "capabilities": [{"type": "Get", "supports_fragment": True}, {"type": "Put", "supports_fragment": True},
                                 "Create", "Delete", "Invoke", {"type": "Enumerate", "supports_filtering": True}],
                "security": [{"uri": CONFIG + "/plugin", "sddl": ADMINISTRATORS_ONLY}]}
    return {"name": "WSMan config plugin", "file": paths.SHELL.with_name("config.so"), "resources": [resource],
            "parameters": {"file": str(file)}, "shared_process": True, **values}


@contextlib.contextmanager
def serving(*, plugin=None, users=None, **rest):
    """A service with the plug-in, one comment in its configuration, and a control socket."""
    with scratch_folder() as folder:
        applications = [settings.application(settings.cmd_plugin(),
                                             config_plugin(folder / "winrmd.toml", **(plugin or {})),
                                             administrators=["boss"]), COMMENT]
        made = Service(folder, users or USERS, applications, limits={"max_connections": 250}, **rest)
        made.config.write_text(f'control_socket = "{folder / "control"}"\n' + made.config.read_text())
        yield made


@pytest.fixture
def service():
    with serving() as made, made:
        yield made


def element(name, members):
    return f'<cfg:{name} xmlns:cfg="{CONFIG}">{members}</cfg:{name}>'


def member(name, value):
    return f"<cfg:{name}>{value}</cfg:{name}>"


def put(client, part, name, members, **rest):
    return client.call(e.PUT, CONFIG + part, element(name, members), **rest)


def value(reply, name):
    """Of the first element of that name, in whatever namespace."""
    return next(one.text for one in reply.root.iter() if one.tag.endswith("}" + name))


def refused(action):
    with pytest.raises(FaultError) as caught:
        action()
    return caught.value.fault


@pytest.mark.parametrize("number", [0, 1])
def test_EveryUserOfATrialReadsTheSettings(try_service, number):
    with try_service.client(number) as client:
        reply = client.call(e.GET, CONFIG)
        assert value(reply, "MaxEnvelopeSizekb") == "500"
        ports = [one.text for one in client.call(e.ENUMERATE, CONFIG + "/listener", e.enumerate_body(max_elements=9))
                 .root.iter() if one.tag.endswith("}Port")]
        assert [int(port) for port in ports] == [int(url.rsplit(":", 1)[1].split("/")[0])
                                                 for url in (try_service.url, try_service.https_url)]


def test_ATrialCannotBeChangedAndKeepsPlugInsForAdministrators(try_service):
    name = [("Name", "WSMan config plugin")]
    with try_service.client(0) as alice, try_service.client(1) as boss:
        assert refused(lambda: alice.call(e.GET, CONFIG + "/plugin", selectors=name)).code == DENIED
        assert b"PlugInConfiguration" in boss.call(e.GET, CONFIG + "/plugin", selectors=name).body
        assert refused(lambda: put(boss, "/winrs", "Winrs", member("MaxShellsPerUser", 1))).code == READ_ONLY


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_AClientInAnyLanguageReadsThem(service):
    done = subprocess.run(["curl", "-s", "-u", "alice:wonderland", "-H", "Content-Type: application/soap+xml;charset=UTF-8",
                           "--data-binary", "@-", service.url], input=e.envelope(e.GET, CONFIG), text=True,
                          capture_output=True, check=True, timeout=30)
    assert "<cfg:MaxConnections>250</cfg:MaxConnections>" in done.stdout


def test_AChangeTakesEffectAndKeepsTheRestOfTheFile(service):
    before = service.config.read_text()
    with service.client("boss") as boss:
        kept = boss.create()
        reply = put(boss, "/winrs", "Winrs", member("MaxShellsPerUser", 1))
        assert value(reply, "MaxShellsPerUser") == "1"
        assert refused(boss.create).code == TOO_MANY_SHELLS
        assert kept.run("echo still here") == (b"still here\n", b"", 0)
        kept.delete()
        boss.create().delete()
    after = service.config.read_text()
    assert after == before.replace("max_connections = 250\n", "max_connections = 250\nmax_shells_per_user = 1\n")
    assert COMMENT in after


def test_WhatIsReadCanBeSentBackWithOneThingChanged(service):
    with service.client("boss") as boss:
        whole = boss.call(e.GET, CONFIG).body.decode()
        whole = whole[whole.index("<cfg:Config"):whole.index("</s:Body>")]
        boss.call(e.PUT, CONFIG, whole.replace(member("MaxConnections", 250), member("MaxConnections", 249)))
    assert "max_connections = 249\n" in service.config.read_text()


def test_APartIsReadAndWrittenByItsPath(service):
    extra = e.header("w:FragmentTransfer", "Service/MaxConnections")
    with service.client("boss") as boss:
        reply = boss.call(e.GET, CONFIG, extra=extra)
        assert reply.text(e.WSMAN, "XmlFragment") is not None and value(reply, "MaxConnections") == "250"
        body = f"<w:XmlFragment>{element('MaxConnections', 248)}</w:XmlFragment>"
        boss.call(e.PUT, CONFIG, body, extra=extra)
    assert "max_connections = 248\n" in service.config.read_text()


@pytest.mark.parametrize("part, name, members, code", [
    ("/service", "Service", member("MaxConnections", 0), INVALID),
    ("/service", "Service", member("MaxConnections", 100001), INVALID),
    ("/service", "Service", member("MaxConcurrentOperations", 1), 2150859182),
    ("/service", "Service", member("IPv4Filter", "none"), READ_ONLY),
    ("/service/auth", "Auth", member("CbtHardeningLevel", "Lax"), 2150859192),
    ("/winrs", "Winrs", member("Nothing", 1), INVALID),
])
def test_ABadValueIsRefusedAndChangesNothing(service, part, name, members, code):
    before = service.config.read_text()
    with service.client("boss") as boss:
        fault = refused(lambda: put(boss, part, name, members))
    assert fault.code == code
    assert members[5:members.index(">")] in fault.provider_text
    assert service.config.read_text() == before


def test_WhoeverIsNoAdministratorReadsOnly(service):
    before = service.config.read_text()
    with service.client("alice") as alice:
        assert value(alice.call(e.GET, CONFIG + "/service"), "MaxConnections") == "250"
        assert refused(lambda: put(alice, "/service", "Service", member("MaxConnections", 9))).code == DENIED
        assert refused(lambda: alice.call(e.ENUMERATE, CONFIG + "/plugin", e.enumerate_body())).code == DENIED
    assert service.config.read_text() == before


def test_PlugInsAreListedAndSwitched(service):
    with service.client("boss") as boss:
        listed = boss.call(e.ENUMERATE, CONFIG + "/plugin", e.enumerate_body(max_elements=9))
        names = [one.get("Name") for one in listed.root.iter() if one.tag.endswith("}PlugInConfiguration")]
        assert names == ["Shell cmd plugin", "WSMan config plugin"]
        name = [("Name", "Shell cmd plugin")]
        xml = boss.call(e.GET, CONFIG + "/plugin", selectors=name).body.decode()
        xml = xml[xml.index("<PlugInConfiguration"):xml.index("</s:Body>")]
        assert 'Enabled="true"' in xml
        boss.call(e.PUT, CONFIG + "/plugin", xml.replace('Enabled="true"', 'Enabled="false"'), selectors=name)
        assert refused(boss.create).code == 2150858811
    assert "enabled = false\n" in service.config.read_text()


def test_AListenerIsMadeAndRemoved(service):
    selectors = [("Address", "IP:127.0.0.2"), ("Transport", "HTTP")]
    before = service.config.read_text()
    with service.client("boss") as boss:
        made = boss.call(e.CREATE, CONFIG + "/listener", element("Listener", member("Port", 15985)), selectors=selectors)
        assert b"IP:127.0.0.2" in made.body and b"ResourceCreated" in made.body
        assert 'address = "127.0.0.2"\nport = 15985\n' in service.config.read_text()
        assert value(boss.call(e.GET, CONFIG + "/listener", selectors=selectors), "Port") == "15985"
        boss.call(e.DELETE, CONFIG + "/listener", selectors=selectors)
    assert service.config.read_text().replace("\n\n", "\n") == before.replace("\n\n", "\n")


def test_TwoAdministratorsAtATimeLoseNothing(service):
    problems = []

    def change(name, first):
        with service.client("boss") as boss:
            for number in range(5):
                try:
                    put(boss, "", "Config", member(name, first + number))
                except FaultError as fault:
                    problems.append(fault)

    threads = [threading.Thread(target=change, args=("MaxBatchItems", 100)),
               threading.Thread(target=change, args=("MaxTimeoutms", 50000))]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    text = service.config.read_text()
    assert not problems
    assert "max_batch_items = 104\n" in text and 'max_operation_timeout = "50004ms"\n' in text


def test_AChangeThatTheServiceDoesNotTakeIsTakenBack(service):
    service.config.write_text(service.config.read_text() + "\n[login]\nkeytab = \"/nonexistent/keytab\"\n")
    before = service.config.read_text()
    with service.client("boss") as boss:
        fault = refused(lambda: put(boss, "/service", "Service", member("MaxConnections", 9)))
    assert fault.code == NOT_TAKEN and "/nonexistent/keytab" in fault.provider_text
    assert service.config.read_text() == before


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root: takes the folder from the service's account")
def test_AFileThatMayNotBeWrittenIsSaidToTheClient(service):
    before = service.config.read_text()
    os.chown(service.folder, 0, 0)
    with service.client("boss") as boss:
        fault = refused(lambda: put(boss, "/service", "Service", member("MaxConnections", 9)))
        assert value(boss.call(e.GET, CONFIG + "/service"), "MaxConnections") == "250"
    assert fault.code == DENIED and str(service.config) in fault.provider_text
    assert service.config.read_text() == before


def test_TheDefaultsComeBack(service):
    with service.client("boss", timeout=60) as boss:
        put(boss, "/winrs", "Winrs", member("MaxShellsPerUser", 7))
        # The listener keeps what the test needs: whoever restores has to be able to log in some other way.
        fault = refused(lambda: boss.call(CONFIG + "/Format", CONFIG, element("Format_INPUT", "")))
        assert fault.code == 2150858771
        boss.call(CONFIG + "/Restore", CONFIG, element("Restore_INPUT", ""))
    text = service.config.read_text()
    assert "max_shells_per_user" not in text and "basic" not in text and COMMENT in text


@accounts.needs_root
def test_AnAccountThatOwnsTheFileChangesItForARootService():
    with accounts.temporary_accounts():
        users = {"alice": ("wonderland", accounts.FIRST), "boss": ("corner-office", accounts.SECOND)}
        with serving(plugin={"run_as_user": accounts.THIRD}, users=users, privileged=True,
                     accounts=accounts.SERVICE) as made:
            for path in (made.folder, made.config):
                shutil.chown(path, accounts.THIRD, accounts.THIRD)
            with made, made.client("boss") as boss:
                put(boss, "/winrs", "Winrs", member("MaxShellsPerUser", 1))
                kept = boss.create()
                assert refused(boss.create).code == TOO_MANY_SHELLS
                kept.delete()
            assert "max_shells_per_user = 1\n" in made.config.read_text()
            assert made.config.owner() == accounts.THIRD
