"""The samples compile, unchanged, for Windows: against mingw-w64's wsman.h, whichever way the include folder is given. And
each builds alone from a clone."""
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import compilers

SKIPPED = 77
COMPILERS = {".c": ["x86_64-w64-mingw32-gcc-posix", "-std=c11"], ".cpp": ["x86_64-w64-mingw32-g++-posix", "-std=c++20"]}
WARNINGS = ["-Wall", "-Wextra", "-Werror"]
MINGW_HEADER = "mingw-w64/include/wsman.h"
# Libraries that Debian does not have for Windows; the files that include them are left out.
NOT_THERE = re.compile(r"#include <(curl|nlohmann)/")


def headers_of(command):
    done = subprocess.run([*command, "-M"], capture_output=True, text=True, check=True)
    return done.stdout


def compile_one(source, how, include, *flags):
    command = [*COMPILERS[source.suffix], *WARNINGS, how, include, source, *flags]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.stderr if done.returncode != 0 else ""


def sources_of(sample):
    return [one for one in sorted(Path(sample).iterdir())
            if one.suffix in COMPILERS and not one.stem.endswith("_test") and not NOT_THERE.search(one.read_text())]


def check(sample, include, folder):
    for source in sources_of(sample):
        if wrong := compile_one(source, "-idirafter", include, "-fsyntax-only"):
            return wrong
    (plugin,), made = [one for one in sources_of(sample) if one.stem == "plugin"], Path(folder) / "plugin.o"
    for how in ("-idirafter", "-I"):
        if MINGW_HEADER not in headers_of([*COMPILERS[plugin.suffix], how, include, plugin]):
            return f"{plugin} does not see {MINGW_HEADER} with {how}"
    if wrong := compile_one(plugin, "-I", include, "-c", "-o", made):
        return wrong
    # The entry points come out under their plain names.
    names = subprocess.run(["x86_64-w64-mingw32-nm", made], capture_output=True, text=True, check=True).stdout
    return "" if " T WSManPluginStartup\n" in names else f"{sample}: no WSManPluginStartup"


def build_alone(sample, folder):
    """One cmake call against include/, outside the tree's build."""
    for command in (["cmake", "-S", sample, "-B", folder, "-G", "Ninja", f"-DCMAKE_C_COMPILER={compilers.C}",
                     f"-DCMAKE_CXX_COMPILER={compilers.CXX}"],
                    ["cmake", "--build", folder]):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            return done.stdout + done.stderr
    return "" if list(Path(folder).glob("*.so")) else f"{sample}: no .so in {folder}"


def main(how, include, *samples):
    if how == "windows" and not all(shutil.which(one[0]) for one in COMPILERS.values()):
        print("mingw-w64 is not installed")
        return SKIPPED
    failed = False
    for sample in samples:
        with tempfile.TemporaryDirectory() as folder:
            wrong = check(sample, include, folder) if how == "windows" else build_alone(sample, folder)
        if wrong:
            print(wrong)
        failed = failed or bool(wrong)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
