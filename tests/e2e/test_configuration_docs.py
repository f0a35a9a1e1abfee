"""docs/configuration.md has one row for each key that the service reads, and no other; defaults are the real ones."""

import re

import paths

SOURCES = paths.ROOT / "src" / "lib" / "config"
DOCUMENT = paths.ROOT / "docs" / "configuration.md"
TABLES = {"listener", "application", "plugin", "authorization", "limits", "accounts", "log", "login", "map", "quotas"}


def keys_read():
    text = "".join(source.read_text(encoding="utf-8") for source in SOURCES.glob("*.cpp")
                   if not source.stem.endswith(("_test", "_fuzz")))
    # Names with capitals are those of Windows' XML.
    return set(re.findall(r'(?:get|get_path|take|tables)\(\s*"([a-z_0-9]+)"', text)) - TABLES


def rows():
    return re.findall(r"^\| ((?:`\w+`(?:, )?)+) \| ([^|]*) \| ([^|]*) \|", DOCUMENT.read_text(encoding="utf-8"), re.M)


def test_EveryKeyIsThereAndNoOther():
    documented = {key for row in rows() for key in re.findall(r"`(\w+)`", row[0])}
    assert documented - TABLES == keys_read()


def test_EveryTableIsThere():
    text = DOCUMENT.read_text(encoding="utf-8")
    for heading in ("[[listener]]", "[[application]]", "[application.authorization]", "[[application.plugin]]",
                    "[limits]", "[accounts]", "[log]"):
        assert re.search(rf"^##+ `{re.escape(heading)}`", text, re.M), heading


def milliseconds(text):
    number, unit = re.fullmatch(r"`(\d+)(s|m|h|d)`", text).groups()
    return int(number) * {"s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}[unit]


def test_DefaultsAreTheOnesOfTheSettings():
    header = (SOURCES / "settings.hpp").read_text(encoding="utf-8")
    compared = 0
    for names, kind, default in rows():
        (name,) = re.findall(r"`(\w+)`", names)
        real = re.search(rf"\b{name}(?:\{{([^}}]*)\}}| = ([^;]*));", header)
        if real is None:
            continue
        value = (real.group(1) or real.group(2) or "").replace("'", "").strip('"')
        default = default.strip()
        if "time" in kind:
            if default.startswith("`"):  # else: it depends
                assert milliseconds(default) == int(value), name
        elif default not in ("required", "none") and re.fullmatch(r"`[^`]*`|\w+", default):  # else: it depends
            value = {"unlimited": "2147483647"}.get(value, value)
            assert default.strip("`") == value.split("::")[-1], name
        compared += 1
    assert compared > 20
