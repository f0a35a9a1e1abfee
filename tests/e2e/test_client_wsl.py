"""Debian's wsl (shell scripts around curl), unmodified: a client for WS-Transfer and WS-Enumeration."""

import os
import re
import shutil
import subprocess

import pytest

import things
from things import THING

pytestmark = pytest.mark.skipif(shutil.which("wslenum") is None or shutil.which("uuidgen") is None,
                                reason="needs wsl and uuid-runtime")


@pytest.fixture(scope="module", name="service")
def service_with_things():
    with things.things_stand() as (service, _):
        yield service


@pytest.fixture(name="wsl")
def wsl_of_alice(service, tmp_path):
    """Runs a program of wsl's; (status, what it printed)."""
    def run(program, *arguments, **settings):
        environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "OUTPREFIX": str(tmp_path), "WSAUTOMATED": "1",
                       "WSENDPOINT": f"127.0.0.1:{service.port}", "WSUSER": "user00",
                       "WSPASS": service.password("user00"), "WSNOSSL": "true", **settings}
        done = subprocess.run([program, *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True,
                              check=False, timeout=60, stdin=subprocess.DEVNULL)
        return done.returncode, done.stdout
    return run


@pytest.fixture(name="store", autouse=True)
def store_of_things(service):
    with service.client("user00") as client:
        store = things.Things(client)
        for name in ("one", "two", "three"):
            store.create(name, 2)
        yield store
        for name, _ in things.found(store.enumerate(max_elements=100)):
            store.delete(name)


def names(text):
    return re.findall(r"<t:Name>(.*?)</t:Name>", text)


def test_Identify(wsl):
    status, printed = wsl("wslid", "check")
    assert "ProtocolVersion" in printed, (status, printed)


def test_Get(wsl):
    status, printed = wsl("wslget", THING, "Name=two")
    assert names(printed) == ["two"], (status, printed)


@pytest.mark.parametrize("options", [(), ("-opti", "1"), ("-opti", "2"), ("-opti", "100")])
def test_Enumerate(wsl, options):
    status, printed = wsl("wslenum", THING, *options)
    assert (status, sorted(names(printed))) == (0, ["one", "three", "two"]), printed


def test_EnumerateReferences(wsl):
    status, printed = wsl("wslenum", THING, "-mode", "epr", "-opti", "10")
    assert status == 0 and printed.count('<w:Selector Name="Name">') == 3 and not names(printed), printed
    status, printed = wsl("wslenum", THING, "-mode", "objepr", "-opti", "10")
    assert status == 0 and printed.count('<w:Selector Name="Name">') == 3 and len(names(printed)) == 3, printed


def test_EnumerateWithAFilter(wsl):
    dialect = "http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter"
    status, printed = wsl("wslenum", THING, "-dialect", dialect, "-filter", "Name=two", "-opti", "10")
    assert (status, names(printed)) == (0, ["two"]), printed
    status, printed = wsl("wslenum", THING, "-filter", "select * from Thing")
    assert "CannotProcessFilter" in printed, (status, printed)


def test_Invoke(wsl, tmp_path):
    """With a reference from a file: what it finds by itself it copies as text, without the declaration of the prefix."""
    reference = tmp_path / "reference.xml"
    reference.write_text(f"""<wsa:ReferenceParameters>
<wsman:ResourceURI>{THING}</wsman:ResourceURI>
<wsman:SelectorSet><wsman:Selector Name="Name">one</wsman:Selector></wsman:SelectorSet>
</wsa:ReferenceParameters>
""")
    status, printed = wsl("wslinvoke", THING, "Total", "unit=kg", "-inst", str(reference))
    assert status == 0 and "<t:Total>6</t:Total>" in printed, printed


def test_ReferencesThatItHasFoundItselfAreNoXml(wsl):
    """docs/clients.md says so."""
    for program in (("wslinvoke", THING, "Total", "unit=kg"), ("wslput", THING, "-fragment", "Size=9")):
        status, printed = wsl(*program)
        assert status == 1 and "the namespace prefix w is not declared" in printed, printed
