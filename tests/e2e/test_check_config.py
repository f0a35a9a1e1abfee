"""`winrmd --config FILE --check-config`, and what it finds when the service starts."""

import os
import subprocess

import pytest

import paths
import settings
from service import UNPRIVILEGED, make_certificate, scratch_folder


def check(folder, text, *more):
    file = folder / "winrmd.toml"
    file.write_text(text)
    identity = {}
    if os.geteuid() == 0:
        subprocess.run(["chown", "-R", UNPRIVILEGED, folder], check=True)
        identity = {"user": UNPRIVILEGED, "group": "nogroup", "extra_groups": []}
    done = subprocess.run([paths.WINRMD, "--config", file, *more], capture_output=True, text=True, timeout=30, check=False,
                          stdin=subprocess.DEVNULL, cwd="/", **identity)
    return done.returncode, done.stdout, done.stderr.replace(str(folder), "FOLDER")


@pytest.fixture
def folder():
    with scratch_folder() as name:
        (name / "users").write_text("")
        yield name


LISTENER = '[[listener]]\naddress = "127.0.0.1"\nport = 0\n'
APPLICATION = '[[application]]\npath = "wsman"\n'


def test_AGoodFileIsGood(folder):
    text = LISTENER + settings.application(settings.cmd_plugin())
    assert check(folder, text, "--check-config") == (0, f"{folder}/winrmd.toml: good\n", "")


@pytest.mark.parametrize("more", [[], ["--check-config"]])
@pytest.mark.parametrize("text, error", [
    (LISTENER, "FOLDER/winrmd.toml:1: application: is missing: at least one [[application]] is needed"),
    (LISTENER + "colour = 1\n" + APPLICATION, "FOLDER/winrmd.toml:4: listener.colour: unknown key"),
    (LISTENER + APPLICATION + '[[application.plugin]]\nname = "p"\nfile = "/no/such.so"\nresources = ["a:b"]\n',
     "FOLDER/winrmd.toml:8: application.plugin.file: cannot open '/no/such.so': No such file or directory"),
    (LISTENER + APPLICATION + '[[application.plugin]]\nname = "p"\nfile = "/etc/hostname"\nresources = ["a:b"]\n',
     "FOLDER/winrmd.toml:8: application.plugin.file: '/etc/hostname' is not a shared library"),
    (LISTENER + APPLICATION + '[application.authorization]\nname = "p"\nfile = "/no/such.so"\n',
     "FOLDER/winrmd.toml:8: application.authorization.file: cannot open '/no/such.so': No such file or directory"),
    ('user_file = "/no/such"\n' + LISTENER + APPLICATION,
     "FOLDER/winrmd.toml:1: user_file: cannot open '/no/such': No such file or directory"),
])
def test_ErrorsNameFileLineAndKey(folder, text, error, more):
    assert check(folder, text, *more) == (1, "", f"winrmd: {error}\n")


def test_AKeyThatDoesNotBelongToTheCertificateIsAnError(folder):
    certificate, _ = make_certificate(folder)
    (folder / "other").mkdir()
    _, key = make_certificate(folder / "other")
    text = f'{LISTENER}tls = true\ncertificate = "{certificate}"\nkey = "{key}"\n' + APPLICATION
    status, _, error = check(folder, text, "--check-config")
    assert status == 1
    assert "FOLDER/certificate.pem" in error and "FOLDER/other/key.pem" in error


def test_AMissingConfigurationIsAnError():
    done = subprocess.run([paths.WINRMD, "--config", "/no/such.toml"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "/no/such.toml: cannot open: No such file or directory" in done.stderr


@pytest.mark.parametrize("arguments", [[], ["--check-config"], ["--config"], ["--config", "/x", "try"], ["--colour"]])
def test_UsageErrors(arguments):
    done = subprocess.run([paths.WINRMD, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr


def test_HelpAndVersion():
    for arguments in (["--help"], ["try", "--help"], ["--version"]):
        done = subprocess.run([paths.WINRMD, *arguments], capture_output=True, text=True, check=False)
        assert done.returncode == 0
        assert "winrmd" in done.stdout or "try" in done.stdout
