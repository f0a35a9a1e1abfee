"""`winrmctl plugin check`: each way to break the contract is found in a library that breaks it that way, and nothing else is
found there; libraries that behave pass."""

import json
import re
import subprocess

import pytest

import paths

MISBEHAVING = paths.BUILD / "lib" / "winrmd" / "misbehaving"
DOCS = paths.ROOT / "docs" / "plugin-check.md"


def check(library, *options, patience=120):
    """Exit status and report."""
    done = subprocess.run([paths.WINRMCTL, "plugin", "check", "--json", *options, MISBEHAVING / f"{library}.so"],
                          capture_output=True, text=True, timeout=patience, check=False)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def kinds(report):
    return {finding["kind"] for finding in report["findings"]}


# Library, what is found, in which scenario it is looked for, further options.
FOUND = [("call-refused", "call-refused", "good", []),
         ("completed-twice", "completed-twice", "good", []),
         ("context-leaked", "context-leaked", "good", []),
         ("context-reported-twice", "context-reported-twice", "good", []),
         ("crashed", "crashed", "good", []),
         ("does-not-load", "does-not-load", "good", []),
         ("exception-thrown", "exception-thrown", "good", []),
         ("exited", "exited", "good", []),
         ("malformed-fault-xml", "malformed-fault-xml", "good", []),
         ("memory-exhausted", "memory-exhausted", "good", ["--memory", "200", "--timeout", "20000"]),
         ("never-completed", "never-completed", "good", ["--timeout", "1000"]),
         ("never-returned", "never-returned", "good", []),
         ("released-twice", "released-twice", "good", []),
         ("request-kept", "used-after-release", "good", []),
         ("shutdown-blocked", "shutdown-blocked", "good", []),
         ("shutdown-failed", "shutdown-failed", "good", []),
         ("startup-failed", "startup-failed", "good", []),
         ("text-not-utf16", "text-not-utf16", "good", []),
         ("thread-assumption", "thread-assumption", "threads", []),
         ("threads-left", "threads-left", "good", []),
         ("used-after-completion", "used-after-completion", "good", []),
         ("used-after-release", "used-after-release", "good", []),
         ("authz-completed-twice", "completed-twice", "good", []),
         ("authz-context-leaked", "context-leaked", "good", []),
         ("authz-entry-point-missing", "entry-point-missing", "good", []),
         ("authz-never-completed", "never-completed", "good", ["--timeout", "1000"]),
         ("quota-kept", "quota-kept", "quota", []),
         ("sender-kept", "used-after-release", "good", []),
         ("token-leaked", "token-leaked", "good", []),
         ("resource-call-refused", "call-refused", "good", []),
         ("resource-completed-twice", "completed-twice", "good", []),
         ("resource-never-completed", "never-completed", "good", ["--timeout", "1000"]),
         ("resource-used-after-completion", "used-after-completion", "good", [])]


@pytest.mark.parametrize("library,kind,scenario,options", FOUND, ids=[one[0] for one in FOUND])
def test_WhatALibraryDoesWrongIsFoundAndNothingElse(library, kind, scenario, options):
    status, report = check(library, "--scenario", scenario, *options)
    assert kinds(report) == {kind}, report["findings"]
    assert status == 1 and report["result"] == "findings"
    assert {finding["scenario"] for finding in report["findings"]} == {scenario}


def test_AMissingEntryPointIsSeenInTheFile():
    status, report = check("entry-point-missing")
    assert status == 1 and report["scenarios"] == []
    assert [(one["kind"], one["detail"]) for one in report["findings"]] == [
        ("entry-point-missing", "WSManPluginSend is not exported")]


@pytest.mark.parametrize("library", ["behaved", "authz-behaved", "resource-behaved"])
def test_ALibraryThatBehavesPasses(library):
    status, report = check(library)
    assert status == 0 and report["result"] == "clean" and report["findings"] == []
    assert len(report["scenarios"]) == 7 and {one["result"] for one in report["scenarios"]} == {"ok"}
    # And it was used: nothing was refused.
    steps = [step for one in report["scenarios"] for step in one["steps"]]
    assert steps and all(step.endswith(("0x00000000", "done")) for step in steps), steps


def test_APlaceInTheLibraryIsNamedWhereItCrashes():
    _, report = check("crashed", "--scenario", "good")
    assert re.search(r"SIGSEGV at 0x[0-9a-f]+ of the library", report["findings"][0]["detail"])


def test_ThePluginHasNoNetwork():
    _, report = check("behaved", "--scenario", "good")
    assert report["sandbox"]["network"] is False


def test_WhatCannotBeCheckedIsStatusTwo(tmp_path):
    text = tmp_path / "text.so"
    text.write_text("no library")
    for arguments in ([text], [tmp_path / "absent.so"], [], ["--scenario", "dance", MISBEHAVING / "behaved.so"],
                      ["--parameter", "no-value", MISBEHAVING / "behaved.so"]):
        done = subprocess.run([paths.WINRMCTL, "plugin", "check", *arguments], capture_output=True, text=True,
                              timeout=60, check=False)
        assert done.returncode == 2 and done.stdout == "" and done.stderr.startswith("winrmctl: "), arguments


def test_TheReportForPeopleNamesTheRule():
    done = subprocess.run([paths.WINRMCTL, "plugin", "check", "--scenario", "good", MISBEHAVING / "completed-twice.so"],
                          capture_output=True, text=True, timeout=60, check=False)
    assert "    completed-twice: " in done.stdout and "docs/plugin-check.md#completed-twice" in done.stdout
    assert done.stdout.endswith("1 finding\n")


def test_NoProcessIsLeftBehind():
    """Whatever the plug-in does."""
    for library in ("shutdown-blocked", "exited", "behaved"):
        check(library, "--scenario", "restarted")
    left = subprocess.run(["pgrep", "-f", str(paths.BUILD / "bin" / "winrmd-host")], capture_output=True, text=True,
                          check=False).stdout.split()
    mine = [pid for pid in left if _is_checked(pid)]
    assert mine == []


def _is_checked(pid):
    """Its maps show the library that it was started for."""
    try:
        return "/misbehaving/" in open(f"/proc/{pid}/maps", encoding="utf-8").read()
    except OSError:
        return False


def test_EveryFindingHasItsSection():
    source = (paths.ROOT / "src" / "lib" / "ipc" / "breach.hpp").read_text()
    names = re.findall(r'string_view \w+ = "([a-z0-9-]+)"', source)
    sections = re.findall(r"^### ([a-z0-9-]+)$", DOCS.read_text(), flags=re.M)
    assert len(names) > 20 and sorted(names) == sections
    # Each is proven by a library.
    proven = {kind for _, kind, _, _ in FOUND} | {"entry-point-missing"}
    assert proven == set(names)
