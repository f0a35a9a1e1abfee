"""Every number that the programs count is explained in docs/administration.md, and none that they do not count."""

import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parent.parent
explained = set(re.findall(r"`(winrmd_[a-z_]+)[`{]", (root / "docs/administration.md").read_text()))
counted = set()
for source in (root / "src").glob("*/metrics.cpp"):
    counted |= set(re.findall(r'"(winrmd_[a-z_]+)"', source.read_text()))
wrong = sorted(counted ^ explained)
if wrong or not counted:
    sys.exit(f"counted or explained in docs/administration.md, but not both: {', '.join(wrong)}")
print(f"{len(counted)} metrics, all explained")
