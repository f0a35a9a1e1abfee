"""Drives the probe plug-ins of tests/plugins: writes the authorization probe's script, reads what both logged."""

import os
import pathlib
import urllib.parse

import envelope as e
import paths
import settings
from service import read_json_lines, until


def _rule(kind, name, values):
    words = [kind, urllib.parse.quote(name, safe="*")]
    for key, value in values.items():
        if value is True:
            value = 1
        words.append(f"{key}={urllib.parse.quote(str(value), safe=':,')}")
    return " ".join(words) + "\n"


def user(name, **values):
    """A rule for WSManPluginAuthzUser; rules.hpp has the keys."""
    return _rule("user", name, values)


def operation(name, **values):
    """A rule for WSManPluginAuthzOperation."""
    return _rule("operation", name, values)


def quota(name, **values):
    """A rule for WSManPluginAuthzQueryQuota; `quota` is "shells,operations,slot,per slot" or "none"."""
    return _rule("quota", name, values)


class Log:
    def __init__(self, folder, name):
        self.file = pathlib.Path(folder) / name
        self.file.touch()
        os.chmod(self.file, 0o666)

    def events(self, event=None, **fields):
        return [line for line in read_json_lines(self.file)
                if (event is None or line["event"] == event)
                and all(line.get(name) == value for name, value in fields.items())]

    def wait(self, event, *, count=1, timeout=10.0, **fields):
        """The events that fit, as soon as there are `count` of them."""
        def enough():
            found = self.events(event, **fields)
            return found if len(found) >= count else None
        return until(f"{count} × {event} {fields} in {self.file.name}", enough, timeout=timeout)

    def mark(self):
        """A view of what comes from now on."""
        return Since(self, len(read_json_lines(self.file)))


class Since(Log):
    def __init__(self, log, start):  # pylint: disable=super-init-not-called
        self.file = log.file
        self.start = start

    def events(self, event=None, **fields):
        return [line for line in read_json_lines(self.file)[self.start:]
                if (event is None or line["event"] == event)
                and all(line.get(name) == value for name, value in fields.items())]


class AuthzProbe(Log):
    def __init__(self, folder):
        super().__init__(folder, "authz.jsonl")
        self.script = pathlib.Path(folder) / "authz.script"
        self.rules()

    def rules(self, *lines):
        """Replaces the script. Calls that began go on under the old one."""
        fresh = self.script.with_suffix(".new")
        fresh.write_text("".join(lines))
        os.chmod(fresh, 0o644)
        fresh.rename(self.script)

    def setting(self, **values):
        return {"name": "authz probe", "file": paths.PROBES / "authz_probe.so",
                "parameters": {"script": self.script, "log": self.file}, **values}


class ShellProbe(Log):
    def __init__(self, folder):
        super().__init__(folder, "shell.jsonl")

    def setting(self, **values):
        return settings.plugin("shell probe", paths.PROBES / "shell_probe.so", e.PROBE,
                               parameters={"log": self.file}, **values)
