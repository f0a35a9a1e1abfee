"""docs/clients.md names a test for each of its rows, and the test is there."""

import pathlib
import re

import paths

TEXT = (paths.ROOT / "docs" / "clients.md").read_text(encoding="utf-8")


def test_EveryRowIsTested():
    rows = [line for line in TEXT.split("## ")[0].splitlines() if line.startswith("| ") and "| client |" not in line]
    assert len(rows) > 10
    for row in rows:
        assert re.search(r"`test_\w+\.py::test_\w+` \|$", row), row


def test_TheTestsAreThere():
    for file, test in set(re.findall(r"`(test_\w+\.py)::(test_\w+)`", TEXT)):
        source = (pathlib.Path(__file__).parent / file).read_text(encoding="utf-8")
        assert f"def {test}(" in source, f"{file}::{test}"
