"""Every test that conformance.md names exists, every item of the checklist is there or said to be missing, and each of S1 to
S34 is in the name of some test."""

import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parent.parent
table = (root / "tests" / "conformance.md").read_text()

tests = set()
for folder in ("src", "plugins", "samples", "tests"):
    for file in (root / folder).rglob("*_test.cpp"):
        tests |= {f"{suite}.{name}" for suite, name in
                  re.findall(r"^TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\s*\)", file.read_text(), re.M)}
for file in (root / "tests" / "e2e").glob("test_*.py"):
    tests |= set(re.findall(r"^def (test_\w+)\(", file.read_text(), re.M))
abi = (root / "tests" / "abi" / "CMakeLists.txt").read_text()
tests |= set(re.findall(r"\b((?:abi|docs)\.\w+)", abi)) | {f"abi.{name}" for name in re.findall(r"abi_test\((\w+) ", abi)}

wrong = []
rows = re.findall(r"^\| (B\d+) \| [^|]+ \| ([^|]+) \|$", table, re.M)
for item, named in rows:
    wrong += [f"{item}: there is no test {name}" for name in re.findall(r"`([\w.]+)`", named)
              if "." in name and not name.endswith(".py") and name not in tests]
    wrong += [f"{item}: there is no test {name}" for name in re.findall(r"`(test_\w+)`", named) if name not in tests]
missing = table[table.index("Not yet:"):]
covered = {item for item, _ in rows} | set(re.findall(r"B\d+", missing))
wrong += [f"B{number} is not in the table" for number in range(1, 26) if f"B{number}" not in covered]
proven = set(re.findall(r"(?<![A-Za-z0-9])S(\d+)(?=_)", " ".join(re.sub(r"[._]", "_ ", name) + "_" for name in tests)))
wrong += [f"no test has S{number} in its name" for number in range(1, 35) if str(number) not in proven]
if wrong:
    sys.exit("\n".join(wrong))
print(f"{len(rows)} passed, 0 failed")
