"""Compiles a program that knows the facts about every declaration, and reads them out of its object file.

Nothing is run, so the same works for Windows: numbers and texts lie in named sections, types in the names of symbols."""
import re
import struct
import subprocess
from pathlib import Path

TEXT_UNITS = 128
NO_VALUE = 0xFFFFFFFFFFFFFFFF


class Side:
    """One compiler with one header."""

    def __init__(self, name, c, cxx, prefix, flags=(), before="", after_gate=""):
        self.name, self.c, self.cxx, self.prefix, self.flags = name, c, cxx, prefix, list(flags)
        self.before, self.after_gate = before, after_gate

    def head(self, version):
        return (f"{self.before}\n#define WSMAN_API_VERSION_{version}\n{self.after_gate}\n#include <wsman.h>\n"
                "#include <wsman_portable.h>\n#include <stddef.h>\n")

    def run(self, *command, **more):
        done = subprocess.run(command, capture_output=True, **more)
        if done.returncode != 0:
            raise SystemExit(f"{self.name}: {' '.join(map(str, command))}\n{done.stderr.decode(errors='replace')}")
        return done.stdout

    def compile(self, source, folder, language):
        compiler = [self.c, "-std=c11"] if language == "c" else [self.cxx, "-std=c++17"]
        file = Path(folder) / f"{self.name}.{'c' if language == 'c' else 'cpp'}"
        file.write_text(source)
        self.run(*compiler, "-O0", "-g0", "-fno-lto", *self.flags, "-c", file, "-o", file.with_suffix(".o"))
        return file.with_suffix(".o")

    def section(self, object_file, name):
        copy = object_file.with_suffix(".bin")
        self.run(self.prefix + "objcopy", "-O", "binary", "-j", name, "--set-section-flags", f"{name}=alloc",
                 object_file, copy)
        return copy.read_bytes()


def is_text(name):
    return bool(re.match(r"WSMAN_(STREAM_ID_|SHELL_NS$|CMDSHELL_|SHELL_OPTION_|COMMAND_STATE_|SIGNAL_SHELL_)", name))


def numbers(declared, extra):
    """(what, C expression) of every number."""
    for name in [*declared.macros, *extra]:
        if not is_text(name):
            yield f"value of {name}", name
    for name in declared.enumerators:
        yield f"value of {name}", name
    for name in declared.enums:
        yield f"size of enum {name}", f"sizeof(enum {name})"
    for name in declared.handles:
        yield f"size of {name}", f"sizeof({name})"
    for name, fields in declared.structures.items():
        yield f"size of {name}", f"sizeof({name})"
        yield f"alignment of {name}", f"offsetof(struct {{ char c; {name} it; }}, it)"
        for one in fields:
            yield f"offset of {name}.{one}", f"offsetof({name}, {one})"
            yield f"size of {name}.{one}", f"sizeof((({name}*)0)->{one})"


def types(declared):
    """(what, C++ type) of everything that has one."""
    for name, fields in declared.structures.items():
        for one in fields:
            yield f"type of {name}.{one}", f"decltype({name}::{one})"
    for name in [*declared.function_types, *declared.handles]:
        yield f"type of {name}", name
    for name in declared.functions:
        yield f"type of {name}", f"decltype({name})"


def read_numbers(side, version, language, declared, extra, folder):
    wanted = list(numbers(declared, extra))
    texts = [name for name in declared.macros if is_text(name)]
    keyword = "" if language == "c" else 'extern "C" '
    # In C++ a type must not be defined inside offsetof.
    wanted = [it for it in wanted if language == "c" or not it[0].startswith("alignment")]
    source = side.head(version)
    source += f'{keyword}__attribute__((section("numbers"), used)) const unsigned long long all_numbers[] = {{\n'
    source += "".join(f"(unsigned long long)({expression}),\n" for _, expression in wanted) + "};\n"
    source += f'{keyword}__attribute__((section("texts"), used)) const WCHAR all_texts[][{TEXT_UNITS}] = {{\n'
    source += "".join(f"{name},\n" for name in texts) + "};\n"
    made = side.compile(source, folder, language)
    bytes_of = side.section(made, "numbers")
    facts = {what: value & 0xFFFFFFFF
             for (what, _), value in zip(wanted, struct.unpack(f"<{len(wanted)}Q", bytes_of[: 8 * len(wanted)]))}
    bytes_of = side.section(made, "texts")
    for index, name in enumerate(texts):
        units = bytes_of[index * TEXT_UNITS * 2:(index + 1) * TEXT_UNITS * 2]
        facts[f"value of {name}"] = units.decode("utf-16-le").rstrip("\0")
    return facts


def read_types(side, version, declared, folder):
    wanted = list(types(declared))
    source = side.head(version)
    source += "template <int N, typename T> struct Fact { static void here(); };\n"
    source += "template <int N, typename T> void Fact<N, T>::here() {}\n"
    source += "".join(f"template struct Fact<{index}, {type_}>;\n" for index, (_, type_) in enumerate(wanted))
    made = side.compile(source, folder, "c++")
    symbols = side.run(side.prefix + "nm", "-C", made).decode()
    facts = {}
    for index, type_ in re.findall(r"Fact<(\d+), (.*)>::here\(\)", symbols):
        facts[wanted[int(index)][0]] = in_common(type_)
    missing = [what for what, _ in wanted if what not in facts]
    if missing:
        raise SystemExit(f"{side.name}: no type found: {missing}")
    return facts


def in_common(type_):
    """The names that the two systems have for the same 32-bit number and the same 16-bit unit."""
    type_ = re.sub(r"\bunsigned long\b(?! long)", "unsigned int", type_)
    type_ = re.sub(r"\b(wchar_t|char16_t)\b", "WCHAR", type_)
    return re.sub(r"\s+", " ", type_).replace(" >", ">")
