"""The documentation says what the headers say: a reference page in the fixed form for each function and entry point, every
argument explained, every difference listed, every example compiled."""
import re
import subprocess
import sys
from pathlib import Path

import compilers
import declarations
import differences

FORM = ["When", "Thread", "Arguments", "Results", "Differences from Windows", "Example"]
ENTRY_POINTS = {
    "WSMAN_PLUGIN_STARTUP": "Startup", "WSMAN_PLUGIN_SHUTDOWN": "Shutdown", "WSMAN_PLUGIN_SHELL": "Shell",
    "WSMAN_PLUGIN_COMMAND": "Command", "WSMAN_PLUGIN_SEND": "Send", "WSMAN_PLUGIN_RECEIVE": "Receive",
    "WSMAN_PLUGIN_SIGNAL": "Signal", "WSMAN_PLUGIN_CONNECT": "Connect",
    "WSMAN_PLUGIN_RELEASE_SHELL_CONTEXT": "ReleaseShellContext",
    "WSMAN_PLUGIN_RELEASE_COMMAND_CONTEXT": "ReleaseCommandContext", "WSMAN_PLUGIN_AUTHORIZE_USER": "AuthzUser",
    "WSMAN_PLUGIN_AUTHORIZE_OPERATION": "AuthzOperation", "WSMAN_PLUGIN_AUTHORIZE_QUERY_QUOTA": "AuthzQueryQuota",
    "WSMAN_PLUGIN_AUTHORIZE_RELEASE_CONTEXT": "AuthzReleaseContext", "WSMAN_PLUGIN_GET": "Get", "WSMAN_PLUGIN_PUT": "Put",
    "WSMAN_PLUGIN_CREATE": "Create", "WSMAN_PLUGIN_DELETE": "Delete", "WSMAN_PLUGIN_INVOKE": "Invoke",
    "WSMAN_PLUGIN_ENUMERATE": "Enumerate"}
EXAMPLE_HEAD = "#define WSMAN_API_VERSION_1_0\n#include <wsman.h>\n"


def argument_names(text):
    """Names of the parameters in `type name, type (*name)(type), ...`."""
    text = re.sub(r"\b_\w+_\b", "", text)
    text = re.sub(r"\(\s*\*\s*(\w+)\s*\)\s*\([^()]*\)", r" \1", text)
    return [re.findall(r"\w+", one)[-1] for one in text.split(",") if one.strip() != "void"]


def prototypes(include):
    """Name of each function and entry point, and of its arguments."""
    text = "".join(declarations.without_comments((include / header).read_text())
                   for header in ("wsman/plugin.h", "wsman_resource.h"))
    for name, arguments in re.findall(r"\b(WSManPlugin\w+)\(((?:[^()]|\([^()]*\))*)\);", text):
        yield name, argument_names(arguments)
    posix = declarations.without_comments((include / "wsman_posix.h").read_text())
    for name, arguments in re.findall(r"^\w[\w ]* \**(WSManPosix\w+)\(([^()]*)\);", posix, flags=re.M):
        yield name, argument_names(arguments)
    for kind, arguments in re.findall(r"\(WINAPI\* (\w+)\)\s*\(([^;]*)\);", text):
        yield "WSManPlugin" + ENTRY_POINTS[kind], argument_names(arguments)


def check_page(page, arguments):
    if not page.exists():
        yield f"{page.name} is missing"
        return
    text = page.read_text()
    headings = re.findall(r"^## (.*)$", text, flags=re.M)
    if headings != FORM:
        yield f"{page.name}: headings {headings}"
    table = text[text.index("## Arguments"):text.index("## Results")]
    explained = re.findall(r"^\| `(\w+)` \|", table, flags=re.M)
    if explained != arguments:
        yield f"{page.name} explains {explained}, the header has {arguments}"
    prototype = re.search(r"```c\n(.*?)```", text, flags=re.S).group(1)
    shown = argument_names(re.search(r"\((.*)\);", prototype, flags=re.S).group(1))
    if shown != arguments:
        yield f"{page.name} shows {shown}, the header has {arguments}"
    if not re.search(r"^Source: ", text, flags=re.M):
        yield f"{page.name} names no source"


def check_links(page):
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text()):
        if "://" not in target and not (page.parent / target).exists():
            yield f"{page.name}: {target} does not exist"


def check_examples(page, include):
    for head, block in re.findall(r"```cpp([^\n]*)\n(.*?)```", page.read_text(), flags=re.S):
        source = block if "#include <wsman." in block else EXAMPLE_HEAD + block
        done = subprocess.run([compilers.CXX, "-x", "c++", "-std=c++17", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-I",
                               include, "-"], input=source, capture_output=True, text=True)
        if done.returncode != 0:
            yield f"{page.name}{head}: {done.stderr}"


def main(root):
    root = Path(root)
    include, docs = root / "include", root / "docs"
    wrong = []
    found = dict(prototypes(include))
    if len(found) < 50:
        wrong.append(f"{len(found)} prototypes found")
    for name, arguments in found.items():
        wrong += check_page(docs / "reference" / f"{name}.md", arguments)
    index = (docs / "reference" / "README.md").read_text()
    posix = (docs / "reference" / "posix.md").read_text()
    wrong += [f"{name} is not in the index" for name in found if f"]({name}.md)" not in index]
    helpers = declarations.read((include / "wsman_posix.h").read_text(), "1_0").functions
    wrong += [f"{name} is not in posix.md" for name in helpers if f"`{name}`" not in posix]
    listed = (docs / "compatibility.md").read_text()
    wrong += [f"{name} is not in compatibility.md" for name in {**differences.MISSING, **differences.ADDED,
                                                                  **differences.CHANGED}
              if not re.search(rf"\b{re.escape(name)}\b", listed)]
    pages = [docs / "plugin-author.md", docs / "compatibility.md", *sorted((docs / "reference").glob("*.md"))]
    for page in pages:
        wrong += check_links(page)
        wrong += check_examples(page, include)
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
