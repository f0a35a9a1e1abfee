"""Where the build is. WINRMD_BUILD names the build folder; without it the newest complete one is taken."""

import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]


def _build():
    named = os.environ.get("WINRMD_BUILD")
    if named:
        return pathlib.Path(named).resolve()
    whole = [path.parents[1] for path in (ROOT / "build").glob("*/bin/winrmd")
             if (path.parents[1] / "lib" / "winrmd" / "test-plugins").exists()]
    return max(whole, key=lambda path: (path / "bin" / "winrmd").stat().st_mtime, default=ROOT / "build" / "release")


BUILD = _build()
WINRMD = BUILD / "bin" / "winrmd"
WINRMCTL = BUILD / "bin" / "winrmctl"
SHELL = BUILD / "lib" / "winrmd" / "plugins" / "shell.so"
PROBES = BUILD / "lib" / "winrmd" / "test-plugins"
