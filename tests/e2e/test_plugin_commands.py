"""Plug-ins in Windows' form, as an administrator has them: registered, switched, taken away with `winrmctl plugin`; two
applications, one with an application host's file; all taken by a reload while a shell goes on."""

import os
import subprocess

import pytest

import paths
import settings
from service import UNPRIVILEGED, Service, scratch_folder
from wsman import FaultError

ECHO = paths.BUILD / "lib" / "winrmd" / "samples" / "echo-shell.so"
MINIMAL = paths.BUILD / "lib" / "winrmd" / "samples" / "authz-minimal.so"
URI = "http://example.com/shell/echo"
ACCESS_DENIED = 5
REGISTRATION = """<?xml version="1.0" encoding="utf-8"?>
<!-- echoes -->
<PlugInConfiguration xmlns="http://schemas.microsoft.com/wbem/wsman/1/config/PluginConfiguration"
    Name="Echo" Filename="{file}" SDKVersion="2" XmlRenderingType="text" Architecture="64" UseSharedProcess="true">
  <Resources>
    <Resource ResourceUri="{uri}" SupportsOptions="true" ExactMatch="true">
      <Security Uri="{uri}" Sddl="{sddl}"/>
      <Capability Type="Shell"/>
    </Resource>
  </Resources>
  <Quotas MaxShellsPerUser="1"/>
</PlugInConfiguration>
"""
HOSTED = """<configuration><system.webServer><system.management.wsmanagement.config>
  <OperationsConfiguration MaxEnvelopeSizeKB="64" QuotaRefreshIntervalSeconds="60"/>
  <PluginModules>
    <AuthorizationPlugin Name="minimal" Filename="{authorization}" SDKVersion="1"/>
    <OperationsPlugins>
      <Plugin Name="hosted" Filename="{file}" SDKVersion="1">
        <Resources><Resource ResourceUri="{uri}" SupportsOptions="true"><Capability Type="Shell"/></Resource></Resources>
      </Plugin>
    </OperationsPlugins>
  </PluginModules>
</system.management.wsmanagement.config></system.webServer></configuration>
"""
EVERYBODY = "O:NSG:BAD:P(A;;GA;;;AU)"
NOBODY = "O:NSG:BAD:P(D;;GA;;;AU)(A;;GA;;;BA)"


class Administrator:
    def __init__(self, folder):
        self.folder = folder
        self.plugins = folder / "plugins"
        self.plugins.mkdir()
        (folder / "hosted.xml").write_text(HOSTED.format(authorization=MINIMAL, file=ECHO, uri=URI))
        for path in (self.plugins, folder / "hosted.xml"):
            path.chmod(0o755)
        applications = [settings.application(settings.cmd_plugin(), plugin_directory=self.plugins),
                        settings.application(path="hosted", configuration=folder / "hosted.xml")]
        self.service = Service(folder, {"alice": "wonderland"}, applications)
        config = self.service.config.read_text()
        self.service.config.write_text(f'control_socket = "{folder / "control"}"\n' + config)

    def plugin(self, *arguments):
        # As the account that the service runs under, which owns its files.
        command = ["setpriv", f"--reuid={UNPRIVILEGED}", "--regid=nogroup", "--clear-groups"] if os.getuid() == 0 else []
        return subprocess.run([*command, paths.WINRMCTL, "plugin", arguments[0], "--config", self.service.config, *arguments[1:]],
                              capture_output=True, text=True, timeout=60, check=False)

    def done(self, *arguments):
        result = self.plugin(*arguments)
        assert result.returncode == 0, result.stderr
        return result.stdout

    def register(self, sddl=EVERYBODY, **more):
        file = self.folder / "echo.xml"
        file.write_text(REGISTRATION.format(**{"file": ECHO, "uri": URI, "sddl": sddl, **more}))
        return self.plugin("register", file)

    def reload(self):
        subprocess.run([paths.WINRMCTL, "reload", "--socket", self.folder / "control"], check=True, timeout=60,
                       capture_output=True)


@pytest.fixture(name="administrator")
def running():
    with scratch_folder() as folder:
        one = Administrator(folder)
        with one.service:
            yield one


def code_of(act):
    with pytest.raises(FaultError) as raised:
        act()
    return raised.value.code


def test_B22_ARegisteredPluginServesAfterAReloadAndAShellGoesOnMeanwhile(administrator):
    with administrator.service.client("alice") as client:
        shell = client.create()
        assert administrator.register().returncode == 0
        assert code_of(lambda: client.create(resource=URI)) != 0, "not before the reload"
        administrator.reload()
        echo = client.create(resource=URI)
        command = echo.command("anything")
        echo.send(command, b"over XML", end=True)
        assert echo.collect(command)[0] == b"over XML"
        assert code_of(lambda: client.create(resource=URI)) != 0, "MaxShellsPerUser"
        assert shell.run("echo", ["on"])[0] == b"on\n"


def test_B22_DisabledAndUnregisteredPluginsAreNotReached(administrator):
    administrator.register()
    administrator.reload()
    with administrator.service.client("alice") as client:
        for switch, back in (("disable", "enable"), ("unregister", None)):
            client.create(resource=URI).delete()
            administrator.done(switch, "Echo")
            administrator.reload()
            assert code_of(lambda: client.create(resource=URI)) != 0, switch
            if back:
                assert "<!-- echoes -->" in (administrator.plugins / "Echo.xml").read_text(), "nothing else has changed"
                administrator.done(back, "Echo")
                administrator.reload()
    assert not list(administrator.plugins.iterdir())


def test_B22_TheSecurityOfAResourceDecides(administrator):
    administrator.register(sddl=NOBODY)
    administrator.reload()
    with administrator.service.client("alice") as client:
        assert code_of(lambda: client.create(resource=URI)) == ACCESS_DENIED
        client.create().delete()


def test_B22_WhatIsNotInOrderIsRefusedWithItsLine(administrator):
    for wrong, where in (({"sddl": "D:(A;;GA;;;NOBODY)"}, "echo.xml:7: Security/@Sddl"), ({"uri": "no uri"}, "echo.xml:6:"),
                         ({"file": "echo.so"}, "echo.xml:4: PlugInConfiguration/@Filename")):
        result = administrator.register(**wrong)
        assert result.returncode == 1 and where in result.stderr, result.stderr
    assert not list(administrator.plugins.iterdir())
    # What somebody puts there by hand is refused as a whole, and the service goes on.
    (administrator.plugins / "hand.xml").write_text("<PlugInConfiguration/>")
    with pytest.raises(subprocess.CalledProcessError):
        administrator.reload()
    with administrator.service.client("alice") as client:
        assert client.create().run("echo", ["on"])[0] == b"on\n"


def test_B22_AnApplicationHostsFileIsAnApplication(administrator):
    with administrator.service.client("alice") as client:
        client.url = client.url._replace(path="/hosted")
        shell = client.create(resource=URI)
        command = shell.command("anything")
        shell.send(command, b"hosted", end=True)
        assert shell.collect(command)[0] == b"hosted"
        # Its authorization plug-in lets nobody delete.
        assert code_of(shell.delete) == ACCESS_DENIED


def test_TheListSaysWhereEachIsRegistered(administrator):
    administrator.register()
    lines = [line.split("\t") for line in administrator.done("list").splitlines()]
    assert [line[:4] for line in lines] == [
        ["wsman", "Shell cmd plugin", "shell", "enabled"], ["wsman", "Echo", "shell", "enabled"],
        ["hosted", "minimal", "authorization", "enabled"], ["hosted", "hosted", "shell", "enabled"]]
    assert lines[1][5] == str(administrator.plugins / "Echo.xml")
    assert 'Name="Echo"' in administrator.done("show", "Echo")
