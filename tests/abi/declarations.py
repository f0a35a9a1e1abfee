"""Names that a header declares, read from its text: enough of C for wsman.h, Debian's and ours."""
import re
from dataclasses import dataclass, field


@dataclass
class Declarations:
    macros: list = field(default_factory=list)  # with a value, without parameters
    enumerators: list = field(default_factory=list)
    enums: list = field(default_factory=list)
    structures: dict = field(default_factory=dict)  # name of the type: its fields
    handles: list = field(default_factory=list)
    function_types: list = field(default_factory=list)
    functions: list = field(default_factory=list)

    def names(self):
        """Every name, with what it is; fields as Type.field."""
        yield from ((name, "macro") for name in self.macros)
        yield from ((name, "enumerator") for name in self.enumerators)
        yield from ((name, "enum") for name in self.enums)
        yield from ((name, "handle") for name in self.handles)
        yield from ((name, "function type") for name in self.function_types)
        yield from ((name, "function") for name in self.functions)
        for name, fields in self.structures.items():
            yield name, "structure"
            yield from ((f"{name}.{one}", "field") for one in fields)


def without_comments(text):
    return re.sub(r"/\*.*?\*/", " ", text, flags=re.S)


def fields_of(body):
    body = re.sub(r"(?:__C89_NAMELESS\s+)?union\s*\{(.*?)\}\s*;", r"\1", body, flags=re.S)
    return re.findall(r"\b(\w+)\s*;", body)


def read(text, version):
    """`version` is "1_0" or "1_1": declarations of the other one are left out."""
    text = without_comments(text)
    text = select(text, version)
    found = Declarations()
    found.macros = unique(re.findall(r"^\s*#\s*define[ \t]+(\w+)[ \t]+\S", text, flags=re.M))
    text = re.sub(r"^\s*#.*?(?<!\\)$", "", text, flags=re.M)
    for name, body in re.findall(r"\benum\s+(\w+)\s*\{(.*?)\}", text, flags=re.S):
        found.enums.append(name)
        found.enumerators += re.findall(r"(\w+)\s*=", body)
    for body, name in re.findall(r"typedef\s+(?:struct|union)\s+\w+\s*\{((?:[^{}]|\{[^{}]*\})*)\}\s*(\w+)\s*;", text):
        found.structures[name] = fields_of(body)
    for name in re.findall(r"typedef\s+WSMAN_SHELL_STARTUP_INFO_V1\d\s+(\w+)\s*;", text):
        found.structures[name] = []
    found.handles = re.findall(r"typedef\s+struct\s+\w+\s*\*\s*(\w+)\s*;", text)
    found.function_types = re.findall(r"typedef\s+\w+\s*\(\s*(?:WINAPI|CALLBACK)\s*\*\s*(\w+)\s*\)", text)
    found.functions = unique(re.findall(r"\b(WSMan\w+)\s*\((?!\s*\*)", text))
    return found


def select(text, version):
    """Takes #ifdef WSMAN_API_VERSION_... blocks apart; leaves every other condition in place, taken as true."""
    lines, stack = [], []
    for line in text.split("\n"):
        directive = re.match(r"\s*#\s*(ifdef|ifndef|if|elif|else|endif)\b\s*(.*)", line)
        if not directive:
            if all(stack):
                lines.append(line)
            continue
        word, condition = directive.groups()
        ours = re.fullmatch(r"WSMAN_API_VERSION_(1_[01])", condition.strip())
        if word == "ifdef":
            stack.append(ours.group(1) == version if ours else condition.strip() != "__cplusplus")
        elif word in ("if", "ifndef"):
            stack.append(not condition.startswith("!defined"))
        elif word == "elif":
            stack[-1] = False
        elif word == "else":
            stack[-1] = not stack[-1]
        else:
            stack.pop()
    return "\n".join(lines)


def unique(names):
    return list(dict.fromkeys(names))
