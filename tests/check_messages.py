"""Every message that the programs log is explained in docs/administration.md."""

import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parent.parent
explained = set(re.findall(r"`([a-z_]+)`", (root / "docs/administration.md").read_text()))
logged = set()
for source in (root / "src").rglob("*.cpp"):
    if not source.name.endswith("_test.cpp"):
        logged |= set(re.findall(r'log::(?:info|warning|error)\(\s*"([a-z_]+)"', source.read_text()))
missing = sorted(logged - explained)
if missing or not logged:
    sys.exit(f"not explained in docs/administration.md: {', '.join(missing)}")
print(f"{len(logged)} messages, all explained")
