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


def defaults(name, header):
    """Of all members of that name: an application may have one of its own, without a value."""
    found = re.findall(rf"\b{name}(?:\{{([^}}]*)\}}| = ([^;]*));", header)
    plain = [(braces or value).replace("'", "").strip('"').split("::")[-1] for braces, value in found]
    return [{"unlimited": "2147483647"}.get(one, one) for one in plain]


def test_DefaultsAreTheOnesOfTheSettings():
    header = (SOURCES / "settings.hpp").read_text(encoding="utf-8")
    compared = 0
    for names, kind, default in rows():
        (name,) = re.findall(r"`(\w+)`", names)
        real = defaults(name, header)
        default = default.strip()
        if not real:
            continue
        if "time" in kind:
            if re.fullmatch(r"`[0-9]+[smhd]`", default):  # else: it depends
                assert str(milliseconds(default)) in real, name
        elif default not in ("required", "none") and re.fullmatch(r"`[^`]*`|\w+", default):  # else: it depends
            assert default.strip("`") in real, name
        compared += 1
    assert compared > 20
