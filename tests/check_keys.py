"""Every key of the configuration is on docs/configuration.md, and nothing else is said to be one."""

import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parent.parent
page = (root / "docs/configuration.md").read_text()
read, tables = set(), set()
for source in (root / "src/lib/config").glob("*.cpp"):
    if not source.name.endswith("_test.cpp"):
        text = source.read_text()
        read |= set(re.findall(r'\.get(?:_path)?\("([a-z_]+)"', text))
        tables |= set(re.findall(r'\.(?:tables|take)\("([a-z_]+)"', text))
read -= {""}
described = set(re.findall(r"^\| `([a-z_]+)` \|", page, re.M))
headed = set(re.findall(r"[\[.]([a-z_]+)\]", "\n".join(re.findall(r"^#+ .*", page, re.M))))
wrong = [f"`{key}` is not described" for key in sorted(read - described)]
wrong += [f"`{key}` has no section or description" for key in sorted(tables - headed - described)]
wrong += [f"`{key}` is described but never read" for key in sorted(described - read - tables)]
if wrong or not read or not tables:
    sys.exit("docs/configuration.md: " + ", ".join(wrong))
print(f"{len(read)} keys and {len(tables)} tables, all described")
