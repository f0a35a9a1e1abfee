"""Where the build is. WINRMD_BUILD names the build folder; without it the newest one with a winrmd in it is taken."""

import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]


def _build():
    named = os.environ.get("WINRMD_BUILD")
    if named:
        return pathlib.Path(named).resolve()
    found = sorted((ROOT / "build").glob("*/bin/winrmd"), key=lambda path: path.stat().st_mtime)
    return found[-1].parents[1] if found else ROOT / "build" / "release"


BUILD = _build()
WINRMD = BUILD / "bin" / "winrmd"
WINRMCTL = BUILD / "bin" / "winrmctl"
SHELL = BUILD / "lib" / "winrmd" / "plugins" / "shell.so"
PROBES = BUILD / "lib" / "winrmd" / "test-plugins"
