"""Every public symbol of include/ has its place in docs/reference: a page of its own for functions, entry points and structures,
a line on the page of its kind for everything else. Structures have one fixed form, as functions have (check_docs.py).
    check_pages.py SOURCE"""
import re
import sys
from pathlib import Path

import declarations

FORM = ["Used", "Owner", "Fields", "Differences from Windows", "Example"]
# Include guards; annotations that say nothing; helpers that a name of the interface brings with it.
NOT_PUBLIC = re.compile(r"WINRMD_\w+_H(PP)?$|_+[A-Z]?[a-z]\w*$")


def structures(include):
    for version in ("1_0", "1_1"):
        for header in sorted(include.rglob("*.h")):
            found = declarations.read(header.read_text(), version)
            yield from ((name, fields) for name, fields in found.structures.items() if fields)
    posix = declarations.without_comments((include / "wsman_posix.h").read_text())
    for body, name in re.findall(r"typedef struct \w+ \{(.*?)\} (\w+);", posix, flags=re.S):
        yield name, declarations.fields_of(body)


def check_structure(page, fields):
    if not page.exists():
        return [f"{page.name} is missing"]
    text = page.read_text()
    wrong = []
    headings = re.findall(r"^## (.*)$", text, flags=re.M)
    if headings != FORM:
        wrong.append(f"{page.name}: headings {headings}")
    table = text[text.find("## Fields"):text.find("## Differences")]
    explained = re.findall(r"^\| `(\w+)` \|", table, flags=re.M)
    if explained != fields:
        wrong.append(f"{page.name} explains {explained}, the header has {fields}")
    shown = re.search(r"```c\n(.*?)```", text, flags=re.S)
    if not shown or declarations.fields_of(re.sub(r"^.*?\{|\} *\w+;\s*$", "", shown[1], flags=re.S)) != fields:
        wrong.append(f"{page.name} does not show the structure as the header has it")
    if "```cpp" not in text or not re.search(r"^Source: ", text, flags=re.M):
        wrong.append(f"{page.name} has no example or names no source")
    return wrong


def functions_and_callbacks(include):
    for header in sorted(include.rglob("*.h")):
        found = declarations.read(header.read_text(), "1_1")
        yield from (name for name in found.functions if name.startswith("WSMan"))
        yield from (name for name in found.function_types if not name.startswith("WSMAN_PLUGIN_"))


def other_names(include):
    """Macros, types and enumerators of the C headers."""
    for header in sorted(include.rglob("*.h")):
        text = declarations.without_comments(header.read_text())
        yield from re.findall(r"^\s*#\s*define (\w+)", text, flags=re.M)
        yield from re.findall(r"^typedef [^;{(]*?\b(\w+);", text, flags=re.M)
        for name, body in re.findall(r"\benum (\w+) \{(.*?)\}", text, flags=re.S):
            yield name
            yield from re.findall(r"(\w+) =", body)


def cpp_names(include):
    """Classes, macros, functions and public members of wsman.hpp, as it is formatted."""
    for header in sorted((include / "wsman").glob("*.hpp")):
        text = re.sub(r"^namespace detail \{.*?^\}  // namespace detail", "", header.read_text(), flags=re.S | re.M)
        text = re.sub(r"//.*", "", text)
        yield from re.findall(r"^#define (WSMAN_\w+(?:PLUGIN|CONNECT|QUOTA|CLASS))\b", text, flags=re.M)
        if header.name in ("entry.hpp", "request_state.hpp"):
            continue
        text = re.sub(r"^ (private|protected):.*?(?=^ public:|^\};)", "", text, flags=re.S | re.M)
        yield from re.findall(r"^class (\w+)", text, flags=re.M)
        yield from re.findall(r"^inline [^(]*?\b(\w+)\(", text, flags=re.M)
        yield from (name for name in re.findall(r"^  (?! )[\w:<>~&*, ]*?[\w>&*] (\w+)\(", text, flags=re.M)
                    if name not in ("return", "if", "explicit", "operator", "function"))


def check_codes(source):
    """Each code with its number; a number is looked up in decimal, as clients show it."""
    header = (source / "include" / "wsman_codes.h").read_text()
    page = (source / "docs" / "reference" / "codes.md").read_text()
    for name, number in re.findall(r"#define (\w+) (?:\(\(HRESULT\))?(0x[0-9A-Fa-f]+|\d+)U?\)?", header):
        value = int(number, 0)
        if f"| `{name}` | {value} | 0x{value:08X} |" not in page:
            yield f"codes.md lacks | `{name}` | {value} | 0x{value:08X} |"


def main(source):
    source = Path(source)
    include, reference = source / "include", source / "docs" / "reference"
    wrong, pages = [], {}
    for name, fields in structures(include):
        pages[name] = f"{name}.md"
        wrong += check_structure(reference / f"{name}.md", fields)
    for name in functions_and_callbacks(include):
        pages[name] = f"{name}.md"
        if not (reference / f"{name}.md").exists():
            wrong.append(f"{name}.md is missing")
    index = (reference / "README.md").read_text()
    wrong += [f"{page} is not in the index" for page in sorted(set(pages.values())) if f"]({page})" not in index]
    kinds = "".join((reference / page).read_text() for page in ("constants.md", "types.md", "codes.md"))
    names = [name for name in other_names(include) if not NOT_PUBLIC.match(name) and name not in pages]
    wrong += [f"{name} is on none of constants.md, types.md, codes.md" for name in names
              if not re.search(rf"\b{re.escape(name)}\b", kinds)]
    classes = (reference / "wsman.hpp.md").read_text()
    members = set(cpp_names(include))
    wrong += [f"{name} is not on wsman.hpp.md" for name in sorted(members) if not re.search(rf"\b{name}\b", classes)]
    wrong += check_codes(source)
    print("\n".join(dict.fromkeys(wrong)))
    if len(pages) < 60 or len(names) < 600 or len(members) < 60:
        print(f"{len(pages)} pages, {len(names)} names, {len(members)} members: the headers were not read")
        return 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
