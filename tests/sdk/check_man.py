"""There is a manual page for each program. The pages are without a complaint of `mandoc -Tlint`, name the options that the
programs have and no others, and say every key of the configuration.
    check_man.py SOURCE MADE [PROGRAM...]        MADE: folder with the pages that are made of docs/"""
import re
import shutil
import subprocess
import sys
from pathlib import Path

SKIPPED = 77
BY_HAND = {"winrmd", "winrmctl"}  # others are started by the service and have no options


def output(*command, **rest):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, **rest).stdout


def words(page):
    """The page as it is read, without emphasis."""
    shown = output("mandoc", "-Tutf8", "-Owidth=1000", page)
    return re.sub(r".\x08", "", shown)


def lint(pages):
    """mandoc looks references up among the pages of the system; those here refer to each other only."""
    names = {page.name for page in pages}
    for page in pages:
        for line in output("mandoc", "-Tlint", page).splitlines():
            missing = re.search(r"referenced manual not found: Xr (\S+) (\d)", line)
            if not missing or f"{missing[1]}.{missing[2]}" not in names:
                yield line


def helps(program, *subcommands):
    """Options and subcommands of a program, as its --help says, all the way down."""
    text = output(program, *subcommands, "--help")
    options = set(re.findall(r"--[a-z][a-z-]*", text))
    below = re.search(r"^(?:Subcommands|SUBCOMMANDS):\n((?:.|\n)*)", text, flags=re.M)
    for name in re.findall(r"^  (\w[\w-]*)", below.group(1), flags=re.M) if below else []:
        options |= {name} | helps(program, *subcommands, name)
    return options


def check_program(program, page):
    has, text = helps(program), words(page)
    missing = {one for one in has if not re.search(rf"(?<![\w-]){re.escape(one)}(?![\w-])", text)}
    yield from (f"{page.name} does not say {one}" for one in sorted(missing))
    stale = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text)) - has
    yield from (f"{page.name} says {one}, which {program.name} does not have" for one in sorted(stale))


def main(source, made, *programs):
    if not shutil.which("mandoc"):
        print("mandoc is not installed")
        return SKIPPED
    pages = sorted([*(Path(source) / "docs" / "man").glob("*.[1-8]"), *Path(made).glob("*.[1-8]")])
    by_name = {page.name: page for page in pages}
    wrong = list(lint(pages))
    for program in map(Path, programs):
        page = by_name.get(f"{program.name}.8")
        if page is None:
            wrong.append(f"{program.name}.8 is missing")
        elif program.name in BY_HAND:
            wrong += check_program(program, page)
    keys = re.findall(r"^\| `(\w+)` \|", (Path(source) / "docs" / "configuration.md").read_text(), flags=re.M)
    text = words(by_name["winrmd.toml.5"])
    wrong += [f"winrmd.toml.5 does not say {key}" for key in keys if not re.search(rf"^ +{key}\b", text, flags=re.M)]
    print("\n".join(wrong))
    return 1 if wrong or len(keys) < 20 else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
