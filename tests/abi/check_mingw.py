"""Everything that mingw-w64's wsman.h declares has the same value, size, offset and type in ours, and the other way round."""
import re
import shutil
import sys
import tempfile
from pathlib import Path

import compilers
import declarations
import differences
import probe

SKIPPED = 77
MINGW = "x86_64-w64-mingw32-"
MINGW_HEADER = Path("/usr/share/mingw-w64/include/wsman.h")
PARTS = ("constants", "structures", "plugin")


def sides(include):
    # Debian's header uses WSMAN_RESPONSE_DATA before it declares it in version 1.1; a declaration in front helps. The name
    # of the folder comes after the system's, so that <wsman.h> is mingw's and <wsman_portable.h> ours.
    mingw = probe.Side("mingw", MINGW + "gcc", MINGW + "g++", MINGW, ["-idirafter", include],
                       before="#include <windows.h>",
                       after_gate="typedef union _WSMAN_RESPONSE_DATA WSMAN_RESPONSE_DATA;")
    ours = [probe.Side(c, c, cxx, "", ["-I", include]) for c, cxx in compilers.PAIRS]
    ours.append(probe.Side("shortwchar", compilers.C, compilers.CXX, "", ["-I", include, "-fshort-wchar"]))
    return mingw, ours


def win32_names(include):
    """Basics that Windows has in other headers and we in wsman_codes.h and types.h."""
    codes = (Path(include) / "wsman_codes.h").read_text()
    win32 = codes[codes.index("/* Win32 codes"):codes.index("/* Name used by Microsoft")]
    return re.findall(r"#define (\w+)", win32) + ["TRUE", "FALSE", "MAXDWORD", "INFINITE", "WAIT_OBJECT_0", "WAIT_TIMEOUT",
                                                  "WAIT_FAILED"]


SIZES = ["DWORD", "LONG", "ULONG", "BOOL", "BYTE", "WORD", "HRESULT", "LANGID", "WCHAR", "HANDLE", "PVOID", "PCWSTR"]


def compare_names(theirs, ours, version):
    wrong = []
    theirs, ours = dict(theirs.names()), dict(ours.names())
    for name in theirs.keys() - ours.keys() - differences.MISSING.keys():
        wrong.append(f"{version}: {name} is in mingw-w64's header and not in ours")
    for name in ours.keys() - theirs.keys() - differences.ADDED.keys():
        wrong.append(f"{version}: {name} is in our header and not in mingw-w64's")
    return wrong, theirs.keys() - ours.keys(), ours.keys() - theirs.keys()


def compare_facts(where, theirs, ours):
    return [f"{where}: {what}: {theirs[what]!r} with mingw-w64, {ours.get(what)!r} with ours"
            for what in theirs if theirs[what] != ours.get(what) and what not in differences.CHANGED]


def main(include):
    if not MINGW_HEADER.exists() or not shutil.which(MINGW + "g++"):
        print("mingw-w64 is not installed")
        return SKIPPED
    mingw, all_ours = sides(include)
    wrong, missing, added, count = [], set(), set(), 0
    for version in ("1_0", "1_1"):
        theirs = declarations.read(MINGW_HEADER.read_text(errors="replace"), version)
        text = "\n".join((Path(include) / "wsman" / f"{part}.h").read_text() for part in PARTS)
        ours = declarations.read(text, version)
        found, gone, new = compare_names(theirs, ours, version)
        wrong += found
        missing |= gone
        added |= new
        theirs.functions = [name for name in theirs.functions if name not in differences.MISSING]
        extra = win32_names(include) + [f"sizeof({name})" for name in SIZES]
        with tempfile.TemporaryDirectory() as folder:
            for language in ("c", "c++"):
                expected = probe.read_numbers(mingw, version, language, theirs, extra, folder)
                for side in all_ours:
                    got = probe.read_numbers(side, version, language, theirs, extra, folder)
                    wrong += compare_facts(f"{side.name} {language} {version}", expected, got)
                    count += len(expected)
            expected = probe.read_types(mingw, version, theirs, folder)
            for side in all_ours:
                wrong += compare_facts(f"{side.name} types {version}", expected,
                                       probe.read_types(side, version, theirs, folder))
                count += len(expected)
    wrong += [f"{name} is listed as missing and is not" for name in differences.MISSING.keys() - missing]
    wrong += [f"{name} is listed as added and is not" for name in differences.ADDED.keys() - added]
    print("\n".join(sorted(wrong)) or f"{count} facts agree")
    return 1 if wrong or count < 1500 * len(all_ours) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
