"""wsman.h compiles with exactly one version macro, as C11 and C++, with each compiler and each 16-bit WCHAR, silently; and
says why it does not compile with none or both. Each header also compiles on its own, wsman.hpp and its parts as C++17."""
import itertools
import subprocess
import sys
from pathlib import Path

from compilers import C, CXX, PAIRS

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Wsign-conversion", "-Wundef", "-Werror"]
LANGUAGES = [("c", "c11"), ("c", "c17"), ("c++", "c++17"), ("c++", "c++20"), ("c++", "c++23")]
USE = """
PCWSTR uri = WSMAN_CMDSHELL_URI;
int call(HANDLE event, HANDLE token);
int call(HANDLE event, HANDLE token) {
  return CloseHandle(token) && GetLastError() == 0 && WaitForSingleObject(event, 0) == WAIT_TIMEOUT &&
         GetThreadUILanguage() == 0x0409 && ERROR_WSMAN_REDIRECT_REQUIRED == ERROR_WSMAN_REDIRECT_REQUESTED;
}
"""


def compile_text(compiler, language, standard, text, include, *flags):
    command = [compiler, "-x", language, f"-std={standard}", "-fsyntax-only", "-I", include, *WARNINGS, *flags, "-"]
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    return done.returncode == 0, done.stderr


def accepted(include):
    for (c, cxx), (language, standard), version, flags in itertools.product(
            PAIRS, LANGUAGES, ("1_0", "1_1"), ([], ["-fshort-wchar"])):
        if (c, standard) == ("gcc", "c++23"):
            standard = "c++2b"
        text = f"#define WSMAN_API_VERSION_{version}\n#include <wsman.h>\n{USE}"
        yield (f"{c} {standard} {version} {flags}",
               *compile_text(c if language == "c" else cxx, language, standard, text, include, *flags))
    old = "#include <vector>\n#include <string>\n#define WSMAN_POSIX_OLD_SAL\n#define WSMAN_API_VERSION_1_0\n" \
          "#include <wsman.h>\nDWORD f(__in PCWSTR a, __out_opt DWORD* b);\n"
    yield "old annotations", *compile_text(CXX, "c++", "c++17", old, include)
    for header, (c, cxx) in itertools.product(sorted(Path(include).rglob("*.hpp")), PAIRS):
        name = header.relative_to(include)
        text = f"#include <{name}>\n#include <{name}>\nextern int none;\n"
        yield f"{name} alone, twice, {cxx}", *compile_text(cxx, "c++", "c++17", text, include, "-Wnon-virtual-dtor")
    for header in sorted(Path(include).rglob("*.h")):
        name = header.relative_to(include)
        text = f"#define WSMAN_API_VERSION_1_0\n#include <{name}>\n#include <{name}>\nextern int none;\n"
        yield f"{name} alone, twice", *compile_text(C, "c", "c11", text, include)


def refused(include):
    for macros, reason in (("", "Define WSMAN_API_VERSION_1_0 or WSMAN_API_VERSION_1_1"),
                           ("#define WSMAN_API_VERSION_1_0\n#define WSMAN_API_VERSION_1_1\n", "Define only one of")):
        for compiler, language, standard in ((C, "c", "c11"), (CXX, "c++", "c++17")):
            good, errors = compile_text(compiler, language, standard, macros + "#include <wsman.h>\n", include)
            yield f"{compiler} with {macros.split() or 'none'}", not good and reason in errors, errors


def main(include):
    failures = 0
    for what, good, errors in itertools.chain(accepted(include), refused(include)):
        if not good:
            failures += 1
            print(f"{what}:\n{errors[:600]}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
